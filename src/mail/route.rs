//! The route mail takes out of the house: an outbox folder or an SMTP server, parsed from one line of text.
//!
//! The text is what configuration files, the environment and the shared settings hold, so a route prints to the very
//! text it can be read from again, and never holds a secret: two machines may compare routes, and a log may show one.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use thiserror::Error;
use url::Url;

/// What stays as it is in a user name within a URL (RFC 3986, section 2.3, unreserved).
const USER: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How mail leaves.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Route {
    /// Every mail becomes an `.eml` file in this folder; no server sees it.
    Folder(PathBuf),
    /// Every mail is handed to this server.
    Smtp(SmtpRoute),
}

/// A server that takes our mail, and how to talk to it; without the secret.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SmtpRoute {
    /// A host name as A-label, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// The TCP port.
    pub port: u16,
    /// How the connection is protected.
    pub tls: Tls,
    /// Who logs in; nobody when absent.
    pub user: Option<String>,
}

/// How an SMTP connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tls {
    /// TLS from the first byte (RFC 8314, section 3.3).
    Implicit,
    /// Plain until STARTTLS, which must be offered and must succeed (RFC 3207).
    StartTls,
    /// Not at all: for a server on this machine, or when insisted on.
    None,
}

impl Tls {
    /// The port that is meant when the text names none.
    fn default_port(self) -> u16 {
        match self {
            Self::Implicit => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// Why a text is no route. Never repeats the text: it may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RouteError {
    /// No scheme that is known.
    #[error("the mail route starts with no known scheme; write folder:DIR, smtps://[user@]host[:port] or smtp://[user@]host[:port]")]
    Scheme,
    /// `folder:` and nothing behind it.
    #[error("the mail route names no folder; write folder:DIR")]
    NoFolder,
    /// Not a URL.
    #[error("the mail route is no valid URL ({0}); write smtps://[user@]host[:port], with %40 for an @ in the user name")]
    Url(String),
    /// No server, or a name no server can have.
    #[error("the mail route names no valid host; write smtps://[user@]host[:port]")]
    Host,
    /// A password where everyone can read it.
    #[error(
        "the mail route holds a password, which would be stored and shown; take it out, and give it by mail.password_file, \
         mail.password_command or GUESTLIST_MAIL_PASSWORD"
    )]
    Password,
    /// A user name that no login can carry.
    #[error("the user name in the mail route is not UTF-8 or holds control characters; correct it")]
    User,
    /// A path, a fragment, or an unknown option.
    #[error("the mail route has something behind the host that is not understood; only ?tls=none is (with smtp://)")]
    Extra,
    /// Plain text over the network.
    #[error("the mail route to {host} is not protected; leave out tls=none, or insist with mail.insecure = true")]
    Plain {
        /// Where it leads.
        host: String,
    },
}

impl Route {
    /// Reads a route. `insecure` is the operator's insistence that a plain connection may leave this machine.
    pub fn parse(text: &str, insecure: bool) -> Result<Self, RouteError> {
        let text = text.trim();
        if let Some(folder) = text.strip_prefix("folder:") {
            return if folder.is_empty() {
                Err(RouteError::NoFolder)
            } else {
                Ok(Self::Folder(PathBuf::from(folder)))
            };
        }
        if !(text.starts_with("smtp://") || text.starts_with("smtps://")) {
            return Err(RouteError::Scheme);
        }
        let url = Url::parse(text).map_err(|error| RouteError::Url(error.to_string()))?;
        SmtpRoute::from_url(&url, insecure).map(Self::Smtp)
    }
}

impl SmtpRoute {
    fn from_url(url: &Url, insecure: bool) -> Result<Self, RouteError> {
        if url.password().is_some() {
            return Err(RouteError::Password);
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(RouteError::Extra);
        }
        let tls = match (url.scheme(), url.query()) {
            ("smtps", None) => Tls::Implicit,
            ("smtp", None) => Tls::StartTls,
            ("smtp", Some("tls=none")) => Tls::None,
            _ => return Err(RouteError::Extra),
        };
        let route = Self {
            host: host(url)?,
            port: url.port().unwrap_or(tls.default_port()),
            tls,
            user: user(url)?,
        };
        if route.tls == Tls::None && !insecure && !route.is_loopback() {
            return Err(RouteError::Plain { host: route.host });
        }
        Ok(route)
    }

    /// Does the server run on this machine, so that no wire is between?
    pub fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

/// The host as an A-label or an address, since both DNS and certificates speak of it so.
fn host(url: &Url) -> Result<String, RouteError> {
    let host = url.host_str().filter(|host| !host.is_empty()).ok_or(RouteError::Host)?;
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return Ok(address.to_owned());
    }
    let host = percent_decode_str(host).decode_utf8().map_err(|_| RouteError::Host)?;
    let host = idna::domain_to_ascii(&host).map_err(|_| RouteError::Host)?;
    // Underscores are no host names by the book (RFC 952), but container networks use them.
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    if !host.is_empty() && host.bytes().all(fits) {
        Ok(host)
    } else {
        Err(RouteError::Host)
    }
}

fn user(url: &Url) -> Result<Option<String>, RouteError> {
    let user = percent_decode_str(url.username()).decode_utf8().map_err(|_| RouteError::User)?;
    if user.chars().any(char::is_control) {
        return Err(RouteError::User);
    }
    Ok(Some(user.into_owned()).filter(|user| !user.is_empty()))
}

impl fmt::Display for Route {
    /// The canonical text: `Route::parse` makes the same route of it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => write!(f, "folder:{}", folder.display()),
            Self::Smtp(route) => route.fmt(f),
        }
    }
}

impl fmt::Display for SmtpRoute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.tls == Tls::Implicit { "smtps://" } else { "smtp://" })?;
        if let Some(user) = &self.user {
            write!(f, "{}@", utf8_percent_encode(user, USER))?;
        }
        if self.host.contains(':') {
            write!(f, "[{}]", self.host)?;
        } else {
            f.write_str(&self.host)?;
        }
        if self.tls == Tls::None || self.port != self.tls.default_port() {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(if self.tls == Tls::None { "?tls=none" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("folder:/var/outbox", "folder:/var/outbox")]
    #[case("folder:out box", "folder:out box")]
    #[case("smtps://mail.example", "smtps://mail.example")]
    #[case("smtps://mail.example:465/", "smtps://mail.example")]
    #[case("smtps://joe@mail.example:2465", "smtps://joe@mail.example:2465")]
    #[case("smtp://joe%40shop.example@Mail.Example", "smtp://joe%40shop.example@mail.example")]
    #[case("smtp://joe@shop.example@mail.example:587", "smtp://joe%40shop.example@mail.example")]
    #[case("smtps://bücher.example", "smtps://xn--bcher-kva.example")]
    #[case("smtp://127.0.0.1:2525?tls=none", "smtp://127.0.0.1:2525?tls=none")]
    #[case("smtp://localhost?tls=none", "smtp://localhost:25?tls=none")]
    #[case("smtp://[::1]:2525?tls=none", "smtp://[::1]:2525?tls=none")]
    fn routes_have_one_spelling(#[case] text: &str, #[case] canonical: &str) {
        let route = Route::parse(text, false).unwrap();
        assert_eq!(route.to_string(), canonical);
        assert_eq!(Route::parse(canonical, false).unwrap(), route);
    }

    #[rstest]
    #[case("", RouteError::Scheme)]
    #[case("mail.example", RouteError::Scheme)]
    #[case("http://mail.example", RouteError::Scheme)]
    #[case("folder:", RouteError::NoFolder)]
    #[case("smtps://", RouteError::Host)]
    #[case("smtps://joe:hunter2@mail.example", RouteError::Password)]
    #[case("smtps://mail.example/inbox", RouteError::Extra)]
    #[case("smtps://mail.example?tls=none", RouteError::Extra)]
    #[case("smtp://mail.example?tls=maybe", RouteError::Extra)]
    #[case("smtp://jo%00e@mail.example", RouteError::User)]
    #[case("smtp://mail.example?tls=none", RouteError::Plain { host: "mail.example".into() })]
    fn what_is_no_route_says_why(#[case] text: &str, #[case] why: RouteError) {
        assert_eq!(Route::parse(text, false), Err(why));
    }

    #[test]
    fn a_plain_route_may_be_insisted_on() {
        assert_eq!(
            Route::parse("smtp://mail.example?tls=none", true).unwrap().to_string(),
            "smtp://mail.example:25?tls=none"
        );
    }

    #[test]
    fn no_error_repeats_a_password() {
        for text in [
            "smtps://joe:hunter2@mail.example",
            "smtps://joe:hunter2@:x",
            "joe:hunter2@mail.example",
            "smtp://joe:hunter2@h/x?y",
        ] {
            assert!(!Route::parse(text, false).unwrap_err().to_string().contains("hunter2"));
        }
    }
}
