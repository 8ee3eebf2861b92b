//! From nothing to a session that may send: connect, secure, greet, log in.

use super::refusal::{Phase, Refusal, RefusalKind};
use super::reply::{Lines, Reply};
use super::timeouts::Timeouts;
use super::trust::Trust;
use super::wire::{Wire, broken};
use super::{Session, demand};
use crate::mail::route::{SmtpRoute, Tls};
use crate::mail::secret::Secret;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::commands::{Auth, Ehlo, Starttls};
use lettre::transport::smtp::extension::ClientId;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::timeout;

/// What every connection of one dispatcher is made with.
#[derive(Debug, Clone)]
pub struct Terms {
    /// How this machine names itself in EHLO.
    pub hello: HelloName,
    /// How long each phase may take.
    pub timeouts: Timeouts,
    /// Whose certificates are believed.
    pub trust: Trust,
}

/// How this machine names itself (RFC 5321, section 4.1.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelloName(ClientId);

impl HelloName {
    /// The machine's host name, or an address literal where it has none that can stand in a command.
    pub fn of_machine() -> Self {
        Self::new(&ClientId::default().to_string())
    }

    /// This name, or an address literal where it cannot stand in a command.
    pub fn new(name: &str) -> Self {
        let fits = !name.is_empty() && name.len() < 256 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        Self(if fits {
            ClientId::Domain(name.to_owned())
        } else {
            ClientId::Ipv4(Ipv4Addr::LOCALHOST)
        })
    }
}

/// What the server offered in its reply to EHLO (RFC 5321, section 4.1.1.1).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Offers {
    pub(super) pipelining: bool,
    pub(super) smtputf8: bool,
    starttls: bool,
    /// The login to use: PLAIN, or LOGIN where only that is offered.
    login: Option<Mechanism>,
}

impl Offers {
    fn read(lines: &Lines) -> Self {
        let mut offers = Self::default();
        // The first line is the server's name.
        for line in lines.texts.iter().skip(1) {
            let line = line.to_ascii_uppercase();
            // AUTH= is how some said it before the standard did.
            let mut words = line.split([' ', '=']);
            match words.next() {
                Some("PIPELINING") => offers.pipelining = true,
                Some("SMTPUTF8") => offers.smtputf8 = true,
                Some("STARTTLS") => offers.starttls = true,
                Some("AUTH") => {
                    let words: Vec<&str> = words.collect();
                    let known = [("PLAIN", Mechanism::Plain), ("LOGIN", Mechanism::Login)];
                    let offered = known
                        .into_iter()
                        .find(|(name, _)| words.contains(name))
                        .map(|(_, mechanism)| mechanism);
                    offers.login = offers.login.or(offered);
                }
                _ => {}
            }
        }
        offers
    }
}

/// Connects, secures the connection as the route demands, greets, and logs in where the route names a user.
///
/// Every refusal is the route's fault: no mail is concerned yet.
pub async fn connect(route: &SmtpRoute, secret: Option<&Secret>, terms: &Terms) -> Result<Session, Refusal> {
    let limits = terms.timeouts;
    let login = credentials(route, secret)?;
    let mut wire = Wire::new(Box::new(reach(route, limits.connect).await?));
    if route.tls == Tls::Implicit {
        wire = secure(wire, route, terms).await?;
    }
    let banner = wire.hear(limits.banner).await.map_err(|kind| kind.during(Phase::Banner))?;
    let greeting = demand(Phase::Banner, 220, banner)?;
    let mut offers = greet(&mut wire, terms).await?;
    if route.tls == Tls::StartTls {
        wire = start_tls(wire, &offers, route, terms).await?;
        offers = greet(&mut wire, terms).await?;
    }
    if let Some(login) = login {
        log_in(&mut wire, &offers, &login, &limits).await?;
    }
    Ok(Session::new(wire, greeting, offers, limits))
}

/// Tries a route without sending anything: connects, logs in, and leaves. Gives back how the server introduced itself.
pub async fn probe(route: &SmtpRoute, secret: Option<&Secret>, terms: &Terms) -> Result<Reply, Refusal> {
    let session = connect(route, secret, terms).await?;
    let greeting = session.greeting().clone();
    session.quit().await;
    Ok(greeting)
}

fn credentials(route: &SmtpRoute, secret: Option<&Secret>) -> Result<Option<Credentials>, Refusal> {
    let Some(user) = &route.user else { return Ok(None) };
    let secret = secret.ok_or_else(|| {
        let remedy = "set mail.password_file, mail.password_command or GUESTLIST_MAIL_PASSWORD";
        RefusalKind::Unmet(format!("the route names the user {user}, but there is no password; {remedy}")).during(Phase::Auth)
    })?;
    Ok(Some(Credentials::new(user.clone(), secret.expose().to_owned())))
}

/// Tries the server's addresses in turn, each for its share of the limit, so that one that leads nowhere (IPv6 on a network
/// without it) does not use up the time of the others.
async fn reach(route: &SmtpRoute, limit: Duration) -> Result<TcpStream, Refusal> {
    let failed = |kind: RefusalKind| kind.during(Phase::Connect);
    let looked_up = timeout(limit, lookup_host((route.host.as_str(), route.port))).await;
    let addresses: Vec<SocketAddr> = looked_up
        .map_err(|_| failed(RefusalKind::TimedOut(limit)))?
        .map_err(|error| failed(broken(&error)))?
        .collect();
    let share = limit / u32::try_from(addresses.len().max(1)).unwrap_or(1);
    let mut last = RefusalKind::Broken("the server's name has no address".to_owned());
    for address in addresses {
        match timeout(share, TcpStream::connect(address)).await {
            // Commands are small and each waits for its reply: Nagle's algorithm would hold every second one for 40 ms.
            Ok(Ok(stream)) => return stream.set_nodelay(true).map(|()| stream).map_err(|error| failed(broken(&error))),
            Ok(Err(error)) => last = broken(&error),
            Err(_) => last = RefusalKind::TimedOut(share),
        }
    }
    Err(failed(last))
}

async fn secure(wire: Wire, route: &SmtpRoute, terms: &Terms) -> Result<Wire, Refusal> {
    let ahead = || RefusalKind::Garbage("something was sent ahead of the TLS handshake".to_owned());
    let stream = wire.into_stream().ok_or_else(|| ahead().during(Phase::Tls))?;
    let secured = terms.trust.secure(stream, &route.host, terms.timeouts.connect).await;
    Ok(Wire::new(secured.map_err(|kind| kind.during(Phase::Tls))?))
}

async fn greet(wire: &mut Wire, terms: &Terms) -> Result<Offers, Refusal> {
    let hello = Ehlo::new(terms.hello.0.clone()).to_string();
    let lines = ask(wire, &hello, terms.timeouts.ehlo, &terms.timeouts)
        .await
        .map_err(|kind| kind.during(Phase::Ehlo))?;
    let offers = Offers::read(&lines);
    demand(Phase::Ehlo, 250, lines)?;
    Ok(offers)
}

async fn start_tls(mut wire: Wire, offers: &Offers, route: &SmtpRoute, terms: &Terms) -> Result<Wire, Refusal> {
    if !offers.starttls {
        let text = "the server does not offer STARTTLS, and nothing is sent unprotected; use smtps://, or ?tls=none on this machine";
        return Err(RefusalKind::Unmet(text.to_owned()).during(Phase::Tls));
    }
    let limits = &terms.timeouts;
    let lines = ask(&mut wire, &Starttls.to_string(), limits.ehlo, limits)
        .await
        .map_err(|kind| kind.during(Phase::Tls))?;
    demand(Phase::Tls, 220, lines)?;
    secure(wire, route, terms).await
}

/// AUTH PLAIN (RFC 4616), or LOGIN where only that is offered. What the server asks in LOGIN is not read: it is the
/// user first and the password second, in whatever words.
async fn log_in(wire: &mut Wire, offers: &Offers, login: &Credentials, limits: &Timeouts) -> Result<(), Refusal> {
    let Some(mechanism) = offers.login else {
        let text = "the server offers no login by PLAIN or LOGIN on this connection; check port and TLS, or take the user out of the route";
        return Err(RefusalKind::Unmet(text.to_owned()).during(Phase::Auth));
    };
    let say = |prompt: Option<&str>| Auth::new(mechanism, login.clone(), prompt.map(str::to_owned));
    let steps = if mechanism == Mechanism::Plain {
        vec![(say(None), 235)]
    } else {
        vec![(say(None), 334), (say(Some("Username:")), 334), (say(Some("Password:")), 235)]
    };
    for (step, wanted) in steps {
        let step = step.map_err(|error| RefusalKind::Unmet(error.to_string()).during(Phase::Auth))?;
        let lines = ask(wire, &step.to_string(), limits.auth, limits)
            .await
            .map_err(|kind| kind.during(Phase::Auth))?;
        demand(Phase::Auth, wanted, lines)?;
    }
    Ok(())
}

/// One command and its reply.
pub(super) async fn ask(wire: &mut Wire, command: &str, limit: Duration, limits: &Timeouts) -> Result<Lines, RefusalKind> {
    wire.say(command.as_bytes(), limits.write).await?;
    wire.hear(limit).await
}
