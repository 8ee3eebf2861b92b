//! The one recipient of a mail, as it stands on the wire.

use thiserror::Error;

/// Where a mail goes: the address as commands and headers carry it, its domain an A-label (RFC 5890).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    wire: String,
    smtputf8: bool,
}

/// The address would break out of its command or header line.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WireError {
    /// Nothing before or after the last `@`, or no `@` at all.
    #[error("the address has no local part or no domain; correct it")]
    Incomplete,
    /// A line break, a control character or an angle bracket; a blank or a special outside quotes; a domain that is not ASCII.
    #[error("the address holds a character that cannot stand in a mail command; correct it")]
    Unsafe,
    /// Longer than a server must take (RFC 5321, section 4.5.3.1.3).
    #[error("the address is longer than 254 bytes, which is the most that mail can carry; correct it")]
    Long,
    /// Letters outside ASCII before the `@`, and nobody said that SMTPUTF8 is to be asked for.
    #[error("the address has letters outside ASCII before the @, which needs SMTPUTF8")]
    NeedsUtf8,
}

impl Recipient {
    /// Takes an address that was parsed before, and looks once more for what could end a command or header early:
    /// this is the last door, and what comes from a database is not trusted to be what was put there.
    pub fn new(wire: impl Into<String>, smtputf8: bool) -> Result<Self, WireError> {
        let wire = wire.into();
        check(&wire)?;
        if !smtputf8 && !wire.is_ascii() {
            Err(WireError::NeedsUtf8)
        } else {
            Ok(Self { wire, smtputf8 })
        }
    }

    /// The address: local part, `@`, A-label.
    pub fn wire(&self) -> &str {
        &self.wire
    }

    /// Must the server take SMTPUTF8 for it (RFC 6531)?
    pub fn smtputf8(&self) -> bool {
        self.smtputf8
    }

    /// The address in lettre's type. It was checked here, by what the wire needs; lettre's own check is another one.
    pub(super) fn address(&self) -> lettre::Address {
        address(&self.wire)
    }
}

/// Refuses an address that could break out of its line, or that no server needs to take.
pub(super) fn check(wire: &str) -> Result<(), WireError> {
    let (local, domain) = wire.rsplit_once('@').ok_or(WireError::Incomplete)?;
    if local.is_empty() || domain.is_empty() {
        return Err(WireError::Incomplete);
    }
    if wire.len() > 254 {
        return Err(WireError::Long);
    }
    let sound_local = match local.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => sound_quoted(inner),
        None => local
            .chars()
            .all(|c| !breaks(c) && !c.is_whitespace() && !"()[]:;@\\,\"".contains(c)),
    };
    let sound_domain = domain.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>()\\,;\"".contains(&byte));
    if sound_local && sound_domain {
        Ok(())
    } else {
        Err(WireError::Unsafe)
    }
}

/// Ends a line or an address.
fn breaks(c: char) -> bool {
    c.is_control() || matches!(c, '<' | '>' | '\u{2028}' | '\u{2029}')
}

/// The inside of a quoted local part: no quote and no backslash but behind a backslash (RFC 5321, section 4.1.2).
fn sound_quoted(inner: &str) -> bool {
    let mut escaped = false;
    for c in inner.chars() {
        if breaks(c) || (!escaped && c == '"') || (c.is_whitespace() && c != ' ') {
            return false;
        }
        escaped = !escaped && c == '\\';
    }
    !escaped
}

/// A checked address in lettre's type.
pub(super) fn address(wire: &str) -> lettre::Address {
    let (local, domain) = wire.rsplit_once('@').unwrap_or((wire, ""));
    lettre::Address::new_dangerous(local, domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ann@shop.example", false, Ok(()))]
    #[case("\"ann smith\"@shop.example", false, Ok(()))]
    #[case("\"a@b \\\"c\\\"\"@shop.example", false, Ok(()))]
    #[case("\"a\"b\"@shop.example", false, Err(WireError::Unsafe))]
    #[case("\"a\\\"@shop.example", false, Err(WireError::Unsafe))]
    #[case("a,b@shop.example", false, Err(WireError::Unsafe))]
    #[case("a@b@shop.example", false, Err(WireError::Unsafe))]
    #[case("ann@[127.0.0.1]", false, Ok(()))]
    #[case("änn@xn--bcher-kva.example", true, Ok(()))]
    #[case("änn@shop.example", false, Err(WireError::NeedsUtf8))]
    #[case("ann@bücher.example", true, Err(WireError::Unsafe))]
    #[case("ann@shop.example> SIZE=1", false, Err(WireError::Unsafe))]
    #[case("ann@shop.example\r\nDATA", false, Err(WireError::Unsafe))]
    #[case("a\r\nRCPT TO:<b@c>@shop.example", false, Err(WireError::Unsafe))]
    #[case("\"a>b\"@shop.example", false, Err(WireError::Unsafe))]
    #[case("a\u{85}b@shop.example", true, Err(WireError::Unsafe))]
    #[case("@shop.example", false, Err(WireError::Incomplete))]
    #[case("ann", false, Err(WireError::Incomplete))]
    fn nothing_breaks_out_of_its_line(#[case] wire: &str, #[case] smtputf8: bool, #[case] verdict: Result<(), WireError>) {
        assert_eq!(Recipient::new(wire, smtputf8).map(|_| ()), verdict);
    }
}
