//! The form of a mail: headers and two alternatives, as the bytes that go over the wire (RFC 5322, RFC 2046).
//!
//! lettre builds it; what lettre would panic on, or would let through, is refused before. The bytes depend on nothing but
//! the [`Mail`], so that every attempt sends the very same ones.

use crate::domain::time::Moment;
use crate::mail::recipient::{self, Recipient, WireError};
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, MultiPartKind, SinglePart};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};
use thiserror::Error;

/// The longest line there may be, without its CRLF (RFC 5322, section 2.1.1).
const LINE: usize = 998;

/// The last second lettre can write as a date: 9998-12-31T23:59:59Z.
const LAST_SECOND: i64 = 253_370_764_799;

/// What stays as it is in a `mailto:` address (RFC 6068, section 2).
const MAILTO: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'@')
    .remove(b'+');

/// A display name that can stand before an address: one line, without control characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailName(String);

/// The name would break its header.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum MailNameError {
    /// It holds a line break or another control character.
    #[error("the name holds a line break or another control character; write it in one line")]
    Control,
    /// It is longer than 200 characters.
    #[error("the name is longer than 200 characters; shorten it")]
    Long,
}

impl MailName {
    /// Takes a name; an empty one is fine, and leaves the address alone.
    pub fn parse(text: &str) -> Result<Self, MailNameError> {
        let text = text.trim();
        if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
            return Err(MailNameError::Control);
        }
        if text.chars().count() > 200 {
            Err(MailNameError::Long)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The sender's name.
    pub from_name: MailName,
    /// The sender's address on the wire; also where bounces go.
    pub from_address: String,
    /// Where answers go, on the wire.
    pub reply_to: String,
    /// To whom.
    pub to: Recipient,
    /// As [`message_id`] made it, the same in every attempt.
    pub message_id: String,
    /// When it was written.
    pub date: Moment,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Where "unsubscribe" by mail goes, on the wire: Reply-To, as a rule.
    pub list_unsubscribe_mailto: String,
    /// The page for it, where there is one; with HTTPS also for one click (RFC 8058).
    pub unsubscribe_url: Option<String>,
    /// What large receivers group their complaints by: up to four parts with colons between; without blanks.
    pub feedback_id: Option<String>,
}

/// Why there is no mail.
#[derive(Debug, Error)]
pub enum MessageError {
    /// An address that cannot stand in a header.
    #[error("{header}: {source}")]
    Address {
        /// Which header.
        header: &'static str,
        /// What is wrong with it.
        source: WireError,
    },
    /// Something that would break out of its header, or be taken for another.
    #[error("{header} would not fit into one header line: it is empty, holds control characters, or is too long; correct it")]
    Header {
        /// Which header.
        header: &'static str,
    },
    /// The web address is none.
    #[error("the unsubscribe address must start with https:// or http:// and hold no blanks; correct unsubscribe_base_url")]
    Url,
    /// lettre could not build it.
    #[error("the mail cannot be built: {0}; check the sender's name and address")]
    Build(#[from] lettre::error::Error),
    /// The bytes are not what every server takes.
    #[error("the mail has a line that no server needs to take (more than {LINE} bytes, or a stray CR, LF or NUL); check the template")]
    Line,
}

impl Mail {
    /// The mail as bytes with CRLF line ends, dots not doubled yet.
    pub fn to_bytes(&self) -> Result<Vec<u8>, MessageError> {
        let from = address("From", &self.from_address)?;
        let name = Some(self.from_name.0.clone()).filter(|name| !name.is_empty());
        let envelope = Envelope::new(Some(from.clone()), vec![self.to.address()])?;
        let builder = MessageBuilder::new()
            .envelope(envelope)
            .date(self.sent_at())
            .from(Mailbox::new(name, from))
            .reply_to(Mailbox::new(None, address("Reply-To", &self.reply_to)?))
            .to(Mailbox::new(None, self.to.address()))
            .subject(line("Subject", &self.subject)?)
            .message_id(Some(word("Message-ID", &self.message_id)?.to_owned()));
        let builder = self.for_machines(builder)?;
        let bytes = builder.multipart(self.alternatives())?.formatted();
        if sound(&bytes) { Ok(bytes) } else { Err(MessageError::Line) }
    }

    /// The headers that tell machines what this is: not to be answered by them (RFC 3834), and how to get no more.
    fn for_machines(&self, builder: MessageBuilder) -> Result<MessageBuilder, MessageError> {
        address("List-Unsubscribe", &self.list_unsubscribe_mailto)?;
        let mailto = utf8_percent_encode(&self.list_unsubscribe_mailto, MAILTO);
        let mut ways = format!("<mailto:{mailto}?subject=unsubscribe>");
        let mut builder = raw(builder, "Auto-Submitted", "auto-generated");
        if let Some(url) = &self.unsubscribe_url {
            let of_web = url.starts_with("https://") || url.starts_with("http://");
            if !of_web
                || url.len() > 900
                || url
                    .bytes()
                    .any(|byte| !byte.is_ascii_graphic() || matches!(byte, b'<' | b'>' | b','))
            {
                return Err(MessageError::Url);
            }
            let _ = write!(ways, ", <{url}>");
            if url.starts_with("https://") {
                builder = raw(builder, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            }
        }
        builder = raw(builder, "List-Unsubscribe", &ways);
        match &self.feedback_id {
            Some(id) => Ok(raw(builder, "Feedback-ID", word("Feedback-ID", id)?)),
            None => Ok(builder),
        }
    }

    /// Text first: the last alternative is the one preferred (RFC 2046, section 5.1.4).
    fn alternatives(&self) -> MultiPart {
        // Nobody who writes into the mail knows its Message-ID before, so nobody can write this boundary into it.
        let boundary = format!("=_{}", hex(&Sha256::digest(self.message_id.as_bytes()), 16));
        MultiPart::builder()
            .kind(MultiPartKind::Alternative)
            .boundary(boundary)
            .singlepart(SinglePart::plain(body(&self.text)))
            .singlepart(SinglePart::html(body(&self.html)))
    }

    /// Whole seconds, within the years a Date header can name.
    fn sent_at(&self) -> SystemTime {
        let seconds = self.date.0.div_euclid(1_000_000).clamp(0, LAST_SECOND);
        SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.unsigned_abs())
    }
}

/// A Message-ID of 128 random bits at the sender's domain, an A-label (RFC 5322, section 3.6.4), with its angle brackets.
pub fn message_id(random: [u8; 16], domain: &str) -> String {
    let fits = !domain.is_empty() && domain.len() < 200 && domain.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    // A domain literal, or what is no domain at all, must not make the mail unsendable.
    let domain = if fits { domain } else { "guestlist.invalid" };
    format!("<{}@{domain}>", hex(&random, 16))
}

fn hex(bytes: &[u8], take: usize) -> String {
    bytes.iter().take(take).fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn raw(builder: MessageBuilder, name: &'static str, value: &str) -> MessageBuilder {
    builder.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned()))
}

/// An address of the shop's own, in lettre's type. Headers of these stay ASCII, whoever the mail is for.
fn address(header: &'static str, wire: &str) -> Result<lettre::Address, MessageError> {
    recipient::check(wire).map_err(|source| MessageError::Address { header, source })?;
    if !wire.is_ascii() {
        return Err(MessageError::Address {
            header,
            source: WireError::NeedsUtf8,
        });
    }
    Ok(recipient::address(wire))
}

/// Text of one line.
fn line<'a>(header: &'static str, text: &'a str) -> Result<&'a str, MessageError> {
    let fits =
        !text.trim().is_empty() && text.len() < 2000 && !text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    if fits {
        Ok(text.trim())
    } else {
        Err(MessageError::Header { header })
    }
}

/// Printable ASCII without blanks.
fn word<'a>(header: &'static str, text: &'a str) -> Result<&'a str, MessageError> {
    let fits = !text.is_empty() && text.len() < 500 && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(text) } else { Err(MessageError::Header { header }) }
}

/// Line ends as lettre expects them: it makes CRLF of LF, and leaves a CR that stands alone.
fn body(text: &str) -> String {
    let mut text = text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// Only CRLF line ends, no NUL, and no line that is too long.
fn sound(bytes: &[u8]) -> bool {
    bytes.split_inclusive(|byte| *byte == b'\n').all(|line| {
        let Some(line) = line.strip_suffix(b"\r\n") else { return false };
        line.len() <= LINE && !line.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0))
    })
}

#[cfg(test)]
mod tests;
