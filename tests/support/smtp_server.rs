//! An SMTP server inside the test: takes mail on loopback, remembers all of it, and fails exactly where it is told to.
//!
//! ```ignore
//! let server = SmtpServer::start(Script::new().fault(Fault::at(Step::Rcpt).of("ann@shop.example").says("450 later").times(1))).await;
//! let route = Route::parse(&server.route(), false).unwrap();
//! // ... send ...
//! let seen = server.until(|seen| seen.mails.len() == 3).await;
//! ```
//!
//! A fault meets a step of the conversation: always, of one recipient (from RCPT on), or of the nth mail (counted by
//! MAIL, from 1, over all connections; before MAIL the nth connection). The first fault that fits and is not used up counts.
//! Nothing here sleeps: a hung step waits until `release`, and tests wait for what the server has seen.

#[path = "smtp_script.rs"]
mod script;

pub(crate) use script::{Fault, Protection, Script, Step};

use script::{Act, Whom};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A mail the server took.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    pub(crate) from: String,
    pub(crate) to: String,
    /// The mail as it was meant: dots unstuffed, the final dot gone.
    pub(crate) data: Vec<u8>,
    pub(crate) at: Instant,
    /// Which connection brought it, from 1.
    pub(crate) connection: usize,
}

/// What the server has seen so far.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    pub(crate) mails: Vec<Taken>,
    /// Every command line of every connection, in order of arrival.
    pub(crate) commands: Vec<String>,
    pub(crate) connections: usize,
    pub(crate) open: usize,
    /// The most connections that were open at once.
    pub(crate) most_open: usize,
    /// How many steps hang now.
    pub(crate) hanging: usize,
    mails_begun: usize,
    released: bool,
}

/// The server; it stops when dropped.
#[derive(Debug)]
pub(crate) struct SmtpServer {
    address: SocketAddr,
    protection: Protection,
    state: Arc<State>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct State {
    script: watch::Sender<Script>,
    seen: watch::Sender<Seen>,
}

impl SmtpServer {
    /// Listens on a free port of loopback.
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let protection = script.protection;
        let state = Arc::new(State {
            script: watch::Sender::new(script),
            seen: watch::Sender::default(),
        });
        let task = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self {
            address,
            protection,
            state,
            task,
        }
    }

    /// The route to this server, without a user.
    pub(crate) fn route(&self) -> String {
        match self.protection {
            Protection::None => format!("smtp://{}?tls=none", self.address),
            Protection::StartTls => format!("smtp://localhost:{}", self.address.port()),
            Protection::Implicit => format!("smtps://localhost:{}", self.address.port()),
        }
    }

    /// The certificate of the authority that vouches for this server.
    pub(crate) fn authority() -> CertificateDer<'static> {
        CertificateDer::from_pem_slice(include_bytes!("tls/ca.pem")).unwrap()
    }

    /// What was seen so far.
    pub(crate) fn seen(&self) -> Seen {
        self.state.seen.borrow().clone()
    }

    /// Waits until what was seen is enough.
    pub(crate) async fn until(&self, mut enough: impl FnMut(&Seen) -> bool) -> Seen {
        self.state.seen.subscribe().wait_for(|seen| enough(seen)).await.unwrap().clone()
    }

    /// Lets everything go on that hangs now or would hang later.
    pub(crate) fn release(&self) {
        self.state.seen.send_modify(|seen| seen.released = true);
    }

    /// From here on behaves so; what hangs, hangs on.
    pub(crate) fn follow(&self, script: Script) {
        self.state.script.send_replace(script);
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<State>) {
    let mut connections = JoinSet::new();
    while let Ok((socket, _)) = listener.accept().await {
        socket.set_nodelay(true).unwrap();
        let mut connection = 0;
        state.seen.send_modify(|seen| {
            seen.connections += 1;
            seen.open += 1;
            seen.most_open = seen.most_open.max(seen.open);
            connection = seen.connections;
        });
        let state = Arc::clone(&state);
        connections.spawn(async move {
            converse(Box::new(socket), connection, &state).await;
            state.seen.send_modify(|seen| seen.open -= 1);
        });
    }
}

async fn converse(socket: Box<dyn Line>, connection: usize, state: &State) {
    let socket = if state.script.borrow().protection == Protection::Implicit {
        let Ok(secured) = acceptor().accept(socket).await else { return };
        Box::new(secured)
    } else {
        socket
    };
    let mut talk = Talk::new(socket, connection, state);
    let ended = talk.run().await;
    if let Err(End::Secure) = ended {
        let Ok(secured) = acceptor().accept(talk.line.into_inner()).await else {
            return;
        };
        let mut talk = Talk::new(Box::new(secured), connection, state);
        talk.secured = true;
        // The conversation ends as it will: the other side sees how.
        let _ = talk.commands().await;
        let _ = talk.line.shutdown().await;
    } else {
        let _ = talk.line.shutdown().await;
    }
}

fn acceptor() -> TlsAcceptor {
    let chain = vec![CertificateDer::from_pem_slice(include_bytes!("tls/localhost.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/localhost.key")).unwrap();
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap();
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap()))
}

trait Line: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Line for T {}

/// Why a conversation ends, or goes on under TLS.
enum End {
    Closed,
    Secure,
}

impl From<std::io::Error> for End {
    fn from(_: std::io::Error) -> Self {
        Self::Closed
    }
}

/// One connection's conversation.
struct Talk<'a> {
    line: BufReader<Box<dyn Line>>,
    connection: usize,
    state: &'a State,
    secured: bool,
    logged_in: bool,
    mail: usize,
    from: String,
    to: Option<String>,
}

impl<'a> Talk<'a> {
    fn new(line: Box<dyn Line>, connection: usize, state: &'a State) -> Self {
        Self {
            line: BufReader::new(line),
            connection,
            state,
            secured: false,
            logged_in: false,
            mail: 0,
            from: String::new(),
            to: None,
        }
    }

    async fn run(&mut self) -> Result<(), End> {
        self.answer(Step::Banner, "220 test.example ESMTP").await?;
        self.commands().await
    }

    async fn commands(&mut self) -> Result<(), End> {
        while let Some(command) = self.read().await? {
            let command = String::from_utf8_lossy(&command).trim_end().to_owned();
            self.state.seen.send_modify(|seen| seen.commands.push(command.clone()));
            let verb: String = command.chars().take_while(char::is_ascii_alphabetic).collect();
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => self.hello().await?,
                "STARTTLS" if self.answer(Step::StartTls, "220 2.0.0 go ahead").await?.starts_with("220") => return Err(End::Secure),
                "STARTTLS" => {}
                "AUTH" => self.auth(&command).await?,
                "MAIL" => self.mail_from(&command).await?,
                "RCPT" => self.rcpt(&command).await?,
                "DATA" => self.data().await?,
                "RSET" => {
                    self.to = None;
                    self.answer(Step::Reset, "250 2.0.0 Ok").await?;
                }
                "QUIT" => {
                    self.say("221 2.0.0 Bye\r\n").await?;
                    return Ok(());
                }
                _ => self.say("500 5.5.1 what?\r\n").await?,
            }
        }
        Ok(())
    }

    async fn hello(&mut self) -> Result<(), End> {
        let script = self.state.script.borrow().clone();
        let mut offers = script.offers;
        if script.protection == Protection::StartTls && !self.secured {
            offers.push("STARTTLS".to_owned());
        }
        let mut reply = "250-test.example".to_owned();
        for offer in &offers {
            reply.push_str("\r\n250-");
            reply.push_str(offer);
        }
        reply.push_str("\r\n250 ENHANCEDSTATUSCODES");
        self.answer(Step::Ehlo, &reply).await.map(|_| ())
    }

    async fn auth(&mut self, command: &str) -> Result<(), End> {
        let Some((user, password)) = self.state.script.borrow().login.clone() else {
            return Ok(self.say("503 5.5.1 no login here\r\n").await?);
        };
        let good = if let Some(answer) = command.strip_prefix("AUTH PLAIN ") {
            decode(answer) == format!("\0{user}\0{password}")
        } else {
            self.say("334 VXNlcm5hbWU6\r\n").await?;
            let given_user = self.read().await?.unwrap_or_default();
            self.say("334 UGFzc3dvcmQ6\r\n").await?;
            let given_password = self.read().await?.unwrap_or_default();
            let text = |line: Vec<u8>| decode(String::from_utf8_lossy(&line).trim_end());
            text(given_user) == user && text(given_password) == password
        };
        let reply = if good { "235 2.7.0 welcome" } else { "535 5.7.8 who are you?" };
        self.logged_in = self.answer(Step::Auth, reply).await?.starts_with('2');
        Ok(())
    }

    async fn mail_from(&mut self, command: &str) -> Result<(), End> {
        if self.state.script.borrow().login.is_some() && !self.logged_in {
            return Ok(self.say("530 5.7.0 log in first\r\n").await?);
        }
        self.state.seen.send_modify(|seen| {
            seen.mails_begun += 1;
            self.mail = seen.mails_begun;
        });
        self.from = between_brackets(command);
        self.to = None;
        self.answer(Step::MailFrom, "250 2.1.0 Ok").await.map(|_| ())
    }

    async fn rcpt(&mut self, command: &str) -> Result<(), End> {
        self.to = Some(between_brackets(command));
        if !self.answer(Step::Rcpt, "250 2.1.5 Ok").await?.starts_with('2') {
            self.to = None;
        }
        Ok(())
    }

    async fn data(&mut self) -> Result<(), End> {
        let Some(to) = self.to.clone() else {
            return Ok(self.say("554 5.5.1 no recipient\r\n").await?);
        };
        if !self.answer(Step::Data, "354 go on").await?.starts_with("354") {
            return Ok(());
        }
        let mut data = Vec::new();
        while let Some(line) = self.read().await? {
            if line == b".\r\n" {
                let taken = Taken {
                    from: self.from.clone(),
                    to,
                    data,
                    at: Instant::now(),
                    connection: self.connection,
                };
                return self.receipt(taken).await;
            }
            if data.is_empty() && self.fault(Step::Body, false).is_some() {
                self.answer(Step::Body, "").await?;
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        Ok(())
    }

    async fn receipt(&mut self, taken: Taken) -> Result<(), End> {
        let keeps = self.fault(Step::Dot, false).is_some_and(|fault| fault.keeps);
        let take = |state: &State| state.seen.send_modify(|seen| seen.mails.push(taken));
        let mail = self.mail;
        let reply = if keeps {
            take(self.state);
            return self.answer(Step::Dot, &format!("250 2.0.0 Ok: queued as {mail}")).await.map(|_| ());
        } else {
            self.decide(Step::Dot, &format!("250 2.0.0 Ok: queued as {mail}")).await?
        };
        // The mail is there before the sender hears of it, so that a test may look as soon as the receipt is in.
        if reply.starts_with('2') {
            take(self.state);
        }
        self.to = None;
        Ok(self.say(&format!("{reply}\r\n")).await?)
    }

    /// Gives the script's answer, or `usual`; returns what was said.
    async fn answer(&mut self, step: Step, usual: &str) -> Result<String, End> {
        let reply = self.decide(step, usual).await?;
        if !reply.is_empty() {
            self.say(&format!("{reply}\r\n")).await?;
        }
        Ok(reply)
    }

    /// Acts out the fault that meets this step, up to the reply that is then to be said.
    async fn decide(&mut self, step: Step, usual: &str) -> Result<String, End> {
        match self.fault(step, true).map(|fault| fault.act) {
            None => Ok(usual.to_owned()),
            Some(Act::Say(reply)) => Ok(reply),
            Some(Act::SayAndClose(reply)) => {
                self.say(&format!("{reply}\r\n")).await?;
                Err(End::Closed)
            }
            Some(Act::HalfSay(reply)) => {
                self.say(&reply).await?;
                Err(End::Closed)
            }
            Some(Act::Close) => Err(End::Closed),
            Some(Act::Hang) => {
                self.state.seen.send_modify(|seen| seen.hanging += 1);
                let released = self.state.seen.subscribe().wait_for(|seen| seen.released).await.is_ok();
                self.state.seen.send_modify(|seen| seen.hanging -= 1);
                if released { Ok(usual.to_owned()) } else { Err(End::Closed) }
            }
        }
    }

    /// The fault that meets this step now; `used` takes one of its times away.
    fn fault(&self, step: Step, used: bool) -> Option<Fault> {
        let mut met = None;
        self.state.script.send_if_modified(|script| {
            let fits = |fault: &&mut Fault| {
                fault.step == step
                    && fault.left > 0
                    && match &fault.whom {
                        Whom::All => true,
                        Whom::Recipient(recipient) => self.to.as_ref() == Some(recipient),
                        Whom::Nth(nth) if matches!(step, Step::Banner | Step::Ehlo | Step::StartTls | Step::Auth) => {
                            *nth == self.connection
                        }
                        Whom::Nth(nth) => *nth == self.mail,
                    }
            };
            if let Some(fault) = script.faults.iter_mut().find(fits) {
                met = Some(fault.clone());
                fault.left -= usize::from(used);
            }
            false
        });
        met
    }

    async fn say(&mut self, text: &str) -> std::io::Result<()> {
        self.line.write_all(text.as_bytes()).await?;
        self.line.flush().await
    }

    async fn read(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = self.line.read_until(b'\n', &mut line).await?;
        Ok((read > 0).then_some(line))
    }
}

fn between_brackets(command: &str) -> String {
    let inner = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(inner, _)| inner.to_owned()).unwrap_or_default()
}

fn decode(text: &str) -> String {
    use base64::Engine;
    String::from_utf8(base64::engine::general_purpose::STANDARD.decode(text).unwrap_or_default()).unwrap_or_default()
}
