//! What stands before the `@`: RFC 5321 `Dot-string` or `Quoted-string`, with RFC 6531's letters of any script.

use super::AddressFault;
use unicode_normalization::UnicodeNormalization;

/// The local part of `text` in NFC and where its domain starts, in bytes. A quoted one that needs no quotes loses them, since both
/// spellings are the same mailbox (RFC 5321 section 4.1.2).
pub(super) fn read(text: &str) -> Result<(String, usize), (AddressFault, usize)> {
    if let Some(quoted) = text.strip_prefix('"') {
        return read_quoted(text, quoted);
    }
    let Some((typed, domain)) = text.split_once('@') else {
        return Err((AddressFault::NoAt, text.len()));
    };
    if typed.is_empty() {
        return Err((AddressFault::NoLocal, 0));
    }
    if let Some(byte) = domain.find('@') {
        return Err((AddressFault::TwoAts, typed.len() + 1 + byte));
    }
    check_dot_string(typed)?;
    let local: String = typed.nfc().collect();
    // A few letters only become ASCII by normalising, such as the Greek question mark: asked again.
    check_dot_string(&local).map_err(|(fault, _)| (fault, 0))?;
    Ok((local, typed.len() + 1))
}

fn read_quoted(text: &str, quoted: &str) -> Result<(String, usize), (AddressFault, usize)> {
    let mut content = String::new();
    let mut letters = quoted.char_indices();
    let end = loop {
        match letters.next() {
            None => return Err((AddressFault::OpenQuote, 0)),
            Some((byte, '"')) => break byte + 2,
            Some((_, '\\')) => content.extend(letters.next().map(|(_, letter)| letter)),
            Some((_, letter)) => content.push(letter),
        }
    };
    match text.get(end..).and_then(|rest| rest.chars().next()) {
        Some('@') => {}
        Some(other) => return Err((AddressFault::Character(other), end)),
        None => return Err((AddressFault::NoAt, end)),
    }
    if content.is_empty() {
        return Err((AddressFault::NoLocal, 0));
    }
    if let Some(byte) = text.get(end + 1..).and_then(|domain| domain.find('@')) {
        return Err((AddressFault::TwoAts, end + 1 + byte));
    }
    let content: String = content.nfc().collect();
    let local = if check_dot_string(&content).is_ok() {
        content
    } else {
        format!("\"{}\"", content.replace('\\', "\\\\").replace('"', "\\\""))
    };
    Ok((local, end + 1))
}

fn check_dot_string(local: &str) -> Result<(), (AddressFault, usize)> {
    if let Some((byte, letter)) = local.char_indices().find(|(_, letter)| *letter != '.' && !is_atom_text(*letter)) {
        return Err((AddressFault::Character(letter), byte));
    }
    if local.starts_with('.') {
        return Err((AddressFault::StartsWithDot, 0));
    }
    if let Some(byte) = local.find("..") {
        return Err((AddressFault::TwoDots, byte + 1));
    }
    if local.ends_with('.') {
        return Err((AddressFault::DotBeforeAt, local.len() - 1));
    }
    Ok(())
}

/// RFC 5322 section 3.2.3 `atext`, and RFC 6531 section 3.3: everything beyond ASCII.
fn is_atom_text(letter: char) -> bool {
    !letter.is_ascii() || letter.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(letter)
}
