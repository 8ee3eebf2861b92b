//! Why a mail did not go: in which phase, for what reason, by whose fault, and whether it may have gone all the same.

use super::reply::Reply;
use std::fmt;
use std::time::Duration;
use thiserror::Error;

/// Where a session stands when something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Finding and reaching the server.
    Connect,
    /// STARTTLS and the handshake.
    Tls,
    /// The greeting.
    Banner,
    /// EHLO.
    Ehlo,
    /// The login.
    Auth,
    /// RSET between two mails of one connection.
    Reset,
    /// MAIL FROM.
    MailFrom,
    /// RCPT TO.
    Rcpt,
    /// DATA, up to the server's 354.
    Data,
    /// The mail, before the first byte of its final dot.
    Body,
    /// From the first byte of the final dot on.
    Dot,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Tls => "securing the connection",
            Self::Banner => "greeting",
            Self::Ehlo => "EHLO",
            Self::Auth => "logging in",
            Self::Reset => "RSET",
            Self::MailFrom => "MAIL FROM",
            Self::Rcpt => "RCPT TO",
            Self::Data => "DATA",
            Self::Body => "sending the mail",
            Self::Dot => "waiting for the receipt",
        })
    }
}

/// Whose fault it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The route's: every mail would meet it, so it is no attempt of this one.
    Route,
    /// This mail's, or its recipient's.
    Mail,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RefusalKind {
    /// A whole 4xx reply: later may be better.
    #[error("the server put it off: {0}")]
    Transient(Reply),
    /// A whole 5xx reply: it will not be taken.
    #[error("the server refused: {0}")]
    Permanent(Reply),
    /// A whole reply of a class that has no place here (1xx, 3xx, a 2xx to DATA).
    #[error("the server gave an answer that has no place here: {0}")]
    Unexpected(Reply),
    /// Bytes that are no reply; the beginning of them.
    #[error("the server did not speak SMTP: {0}")]
    Garbage(String),
    /// The connection failed, or ended before a whole reply; what the system or TLS said.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The phase took longer than its limit.
    #[error("no answer within {} seconds", .0.as_secs_f64())]
    TimedOut(Duration),
    /// Something is needed that the server does not offer or that was not configured; what it is, and what to do.
    #[error("{0}")]
    Unmet(String),
}

/// Why a mail, or a connection, did not go through.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{phase}: {kind}")]
pub struct Refusal {
    /// Where it happened.
    pub phase: Phase,
    /// What happened.
    pub kind: RefusalKind,
}

impl Refusal {
    /// May the mail have gone out all the same? True only when a byte of the final dot may have been written, and no
    /// whole 2xx, 4xx or 5xx reply to it came: only then is a mail in doubt. A 4xx or 5xx to the dot is a plain no.
    pub fn after_dot(&self) -> bool {
        self.phase == Phase::Dot && !matches!(self.kind, RefusalKind::Transient(_) | RefusalKind::Permanent(_))
    }

    /// Whose fault it is: the route's up to MAIL FROM, and with a 421 (the server is closing, RFC 5321, section 3.8)
    /// up to DATA; from RCPT on this mail's.
    pub fn fault(&self) -> Fault {
        match self.phase {
            Phase::Rcpt | Phase::Data if self.reply().is_some_and(|reply| reply.code == 421) => Fault::Route,
            Phase::Rcpt | Phase::Data | Phase::Body | Phase::Dot => Fault::Mail,
            Phase::Connect | Phase::Tls | Phase::Banner | Phase::Ehlo | Phase::Auth | Phase::Reset | Phase::MailFrom => Fault::Route,
        }
    }

    /// Would the same again get the same answer? Else it is worth another try later.
    pub fn permanent(&self) -> bool {
        matches!(self.kind, RefusalKind::Permanent(_) | RefusalKind::Unmet(_))
    }

    /// The server's whole reply, where there was one.
    pub fn reply(&self) -> Option<&Reply> {
        match &self.kind {
            RefusalKind::Transient(reply) | RefusalKind::Permanent(reply) | RefusalKind::Unexpected(reply) => Some(reply),
            RefusalKind::Garbage(_) | RefusalKind::Broken(_) | RefusalKind::TimedOut(_) | RefusalKind::Unmet(_) => None,
        }
    }

    /// A clean no to this one mail, after which the connection still serves the next (RFC 5321, section 3.8 for 421).
    pub(super) fn leaves_connection_sound(&self) -> bool {
        matches!(self.phase, Phase::Rcpt | Phase::Data | Phase::Dot)
            && matches!(&self.kind, RefusalKind::Transient(reply) | RefusalKind::Permanent(reply) if reply.code != 421)
    }
}

impl RefusalKind {
    /// Puts it into its phase.
    pub(super) fn during(self, phase: Phase) -> Refusal {
        Refusal { phase, kind: self }
    }
}
