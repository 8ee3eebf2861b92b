//! Mail addresses, parsed once: whoever holds an [`EmailAddress`] need not ask again whether it is one.
//!
//! Taken is what real shops have: dot-atoms and quoted local parts (RFC 5321 section 4.1.2), letters of any script (RFC 6531), domains
//! as U-labels or A-labels (RFC 5890, UTS #46). Refused are address literals, single-label domains, blanks and everything invisible.

mod fault;
mod local;
#[cfg(test)]
mod tests;
mod typo;

pub use fault::{AddressError, AddressFault};
pub use typo::typo_hint;

use super::shown::is_invisible;
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Serialize, Serializer};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// RFC 5321 section 4.5.3.1.1, in octets.
const LONGEST_LOCAL: usize = 64;
/// RFC 5321 section 4.5.3.1.3: a path of 256 octets with its angle brackets.
const LONGEST_ADDRESS: usize = 254;
/// No spelling of 254 octets in A-labels is longer in UTF-8; what is longer is not worth normalising.
const LONGEST_SPELLING: usize = 1024;
/// RFC 1035 section 2.3.4, in octets.
const LONGEST_LABEL: usize = 63;

/// A mail address.
///
/// `==` compares the spelling, so that an edit of mere case is still an edit; whether two are the same *person* is told by
/// [`EmailAddress::key`]. It has no hash and no order on purpose: maps and indexes are to be built over the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    /// `local@domain`: NFC, the domain as U-labels.
    text: String,
    /// Where the `@` stands in `text`, in bytes.
    at: usize,
    /// The domain as lowercase A-labels.
    ascii: String,
}

impl EmailAddress {
    /// Reads an address; blanks around it are left out. The error names the first fault and where it stands in `text` as given.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let trimmed = text.trim();
        let lead = text.len() - text.trim_start().len();
        Self::parse_trimmed(trimmed).map_err(|(kind, byte)| {
            let before = text.get(..lead.min(text.len()) + byte).unwrap_or(text);
            AddressError {
                kind,
                at: before.chars().count(),
            }
        })
    }

    /// Faults carry their byte offset in `text`.
    fn parse_trimmed(text: &str) -> Result<Self, (AddressFault, usize)> {
        if text.is_empty() {
            return Err((AddressFault::Empty, 0));
        }
        if text.len() > LONGEST_SPELLING {
            return Err((AddressFault::TooLong, 0));
        }
        if !text.contains('@') {
            return Err((AddressFault::NoAt, text.len()));
        }
        refuse_blanks_and_invisible(text)?;
        let (local, domain_at) = local::read(text)?;
        let typed = text.get(domain_at..).unwrap_or_default();
        let ascii = domain_to_ascii(typed).map_err(|(kind, byte)| (kind, domain_at + byte))?;
        if local.len() > LONGEST_LOCAL {
            return Err((AddressFault::LocalTooLong, 0));
        }
        if local.len() + 1 + ascii.len() > LONGEST_ADDRESS {
            return Err((AddressFault::TooLong, 0));
        }
        let domain = domain_to_unicode(typed, &ascii);
        Ok(Self {
            at: local.len(),
            text: format!("{local}@{domain}"),
            ascii,
        })
    }

    /// The address in its Unicode form: the domain as U-labels, otherwise as the person typed it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The identity: two addresses are the same person's when their keys are equal. NFC and case folding, the domain as A-label; dots
    /// and +tags count. Duplicates, suppression and erasure all go by it.
    pub fn key(&self) -> String {
        let mut key = fold(self.local());
        key.push('@');
        key.push_str(&self.ascii);
        key
    }

    /// What stands before the `@`, quotes included where it needs them.
    pub fn local(&self) -> &str {
        self.text.get(..self.at).unwrap_or_default()
    }

    /// The domain as U-labels.
    pub fn domain(&self) -> &str {
        self.text.get(self.at + 1..).unwrap_or_default()
    }

    /// The domain as lowercase A-labels, as DNS knows it.
    pub fn domain_ascii(&self) -> &str {
        &self.ascii
    }

    /// The address as it goes over SMTP: the domain as A-labels.
    pub fn wire(&self) -> String {
        format!("{}@{}", self.local(), self.ascii)
    }

    /// Whether a server must know SMTPUTF8 (RFC 6531) to take it: the local part is not ASCII.
    pub fn needs_smtputf8(&self) -> bool {
        !self.local().is_ascii()
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl std::str::FromStr for EmailAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

impl Serialize for EmailAddress {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

fn refuse_blanks_and_invisible(text: &str) -> Result<(), (AddressFault, usize)> {
    for (byte, letter) in text.char_indices() {
        if letter.is_whitespace() {
            return Err((AddressFault::Blank, byte));
        }
        if letter.is_control() {
            return Err((AddressFault::Control, byte));
        }
        if is_invisible(letter) {
            return Err((AddressFault::Invisible, byte));
        }
    }
    Ok(())
}

/// The domain as lowercase A-labels, or what is wrong with it as typed (byte offset in `typed`).
fn domain_to_ascii(typed: &str) -> Result<String, (AddressFault, usize)> {
    refuse_misplaced_dots(typed)?;
    if typed.starts_with('[') {
        return Err((AddressFault::AddressLiteral, 0));
    }
    if let Some((byte, letter)) = typed.char_indices().find(|(_, letter)| !may_be_in_domain(*letter)) {
        return Err((AddressFault::Character(letter), byte));
    }
    let ascii = Uts46::new()
        .to_ascii(typed.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow, DnsLength::Ignore)
        .map_err(|_| (AddressFault::DomainInvalid, 0))?
        .into_owned();
    // Full-width and ideographic dots only become dots in the mapping: asked again.
    refuse_misplaced_dots(&ascii).map_err(|(kind, _)| (kind, 0))?;
    if ascii.split('.').any(|label| label.starts_with('-') || label.ends_with('-')) {
        return Err((AddressFault::HyphenAtEdge, 0));
    }
    if ascii.split('.').any(|label| label.len() > LONGEST_LABEL) {
        return Err((AddressFault::LabelTooLong, 0));
    }
    let Some((_, top)) = ascii.rsplit_once('.') else {
        return Err((AddressFault::DomainWithoutDot, typed.len()));
    };
    if top.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err((AddressFault::NumericDomain, 0));
    }
    Ok(ascii)
}

fn may_be_in_domain(letter: char) -> bool {
    !letter.is_ascii() || letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.')
}

fn refuse_misplaced_dots(domain: &str) -> Result<(), (AddressFault, usize)> {
    if domain.is_empty() {
        return Err((AddressFault::NoDomain, 0));
    }
    if domain.starts_with('.') {
        return Err((AddressFault::DotAfterAt, 0));
    }
    if let Some(byte) = domain.find("..") {
        return Err((AddressFault::TwoDots, byte + 1));
    }
    if domain.ends_with('.') {
        return Err((AddressFault::EndsWithDot, domain.len() - 1));
    }
    Ok(())
}

/// The domain as people read it. A label that would show something invisible (a joiner that UTS #46 lets pass) stays an A-label.
fn domain_to_unicode(typed: &str, ascii: &str) -> String {
    if typed.is_ascii() && !ascii.split('.').any(|label| label.starts_with("xn--")) {
        return typed.to_owned();
    }
    let (unicode, read) = Uts46::new().to_unicode(ascii.as_bytes(), AsciiDenyList::STD3, Hyphens::Allow);
    if read.is_err() || unicode.chars().any(is_invisible) {
        return ascii.to_owned();
    }
    unicode.into_owned()
}

/// Case folding (Unicode section 5.18) with NFC around it. Through upper and lower case and not by a table: it agrees with the full
/// folding (`ß` and `SS`, `ς` and `σ`), but for the dotless `ı`, which folding keeps apart from `i` and which is therefore passed over.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars()
        .flat_map(char::to_lowercase)
        .flat_map(|letter| {
            let kept = (letter == 'ı').then_some(letter);
            let raised = (letter != 'ı').then(|| letter.to_uppercase());
            kept.into_iter().chain(raised.into_iter().flatten().flat_map(char::to_lowercase))
        })
        .nfc()
        .collect()
}
