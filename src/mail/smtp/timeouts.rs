//! How long each phase of a session may take.

use std::time::Duration;

/// One limit a phase (RFC 5321, section 4.5.3.2, shorter where only a connection is at stake). Each covers the whole
/// phase, not one read: a server that drips single bytes gains nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Name lookup and TCP connection; the TLS handshake has as long again.
    pub connect: Duration,
    /// The greeting.
    pub banner: Duration,
    /// EHLO, STARTTLS and RSET.
    pub ehlo: Duration,
    /// Each step of the login.
    pub auth: Duration,
    /// MAIL FROM.
    pub mail: Duration,
    /// RCPT TO.
    pub rcpt: Duration,
    /// DATA until 354.
    pub data: Duration,
    /// Writing a command, the mail, or the dot into the network.
    pub write: Duration,
    /// The reply to the final dot: long, since giving up here puts the mail in doubt.
    pub dot: Duration,
    /// QUIT, which matters to nobody.
    pub quit: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            banner: Duration::from_mins(1),
            ehlo: Duration::from_mins(1),
            auth: Duration::from_mins(1),
            mail: Duration::from_mins(5),
            rcpt: Duration::from_mins(5),
            data: Duration::from_mins(2),
            write: Duration::from_mins(3),
            dot: Duration::from_mins(10),
            quit: Duration::from_secs(5),
        }
    }
}

impl Timeouts {
    /// The same limit for every phase.
    pub fn all(limit: Duration) -> Self {
        Self {
            connect: limit,
            banner: limit,
            ehlo: limit,
            auth: limit,
            mail: limit,
            rcpt: limit,
            data: limit,
            write: limit,
            dot: limit,
            quit: limit,
        }
    }
}
