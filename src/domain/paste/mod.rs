//! Addresses out of whatever people paste: lists, CSV, mail headers, address books, running text.
//!
//! The text is read once, line by line: a line falls into segments (commas, semicolons, tabs), a segment into words, and each word with
//! an `@` is an address or a malformed one. What has no `@` is reported only where it stands alone, as an address that lost its `@`
//! does; names beside addresses, greetings and column titles are passed over. Nothing with an `@` is ever dropped silently, but for the
//! headers of a mail that hold no people (`Message-ID: <..@..>`). The time is linear in the input, so that 5 MiB do not stop the form.

mod header;
#[cfg(test)]
mod tests;
mod words;

use super::email::{AddressError, AddressFault, EmailAddress};
use header::Headers;
use std::ops::Range;
use words::{Segment, Word, Wrap};

/// One address, or what was meant as one, in a pasted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pasted {
    /// The line it stands on, from 1.
    pub line: usize,
    /// Where it stands in the whole text, in bytes; on character boundaries.
    pub span: Range<usize>,
    /// What stands there.
    pub text: String,
    /// The name in front of it, as in `Ann Lee <ann@example.com>`.
    pub name: Option<String>,
    /// The address, or why it is none; the error's offset counts within `text`.
    pub address: Result<EmailAddress, AddressError>,
}

/// Every address in `input`, good or malformed, in the order of the text. The same address twice is reported twice: whether that matters
/// is the caller's to judge.
pub fn parse_paste(input: &str) -> Vec<Pasted> {
    let mut found = Vec::new();
    let mut headers = Headers::default();
    for (index, (start, line)) in lines(input).enumerate() {
        if headers.holds_people(line) {
            read_line(
                &Line {
                    number: index + 1,
                    start,
                    text: line,
                },
                &mut found,
            );
        }
    }
    found
}

/// The lines with their byte offsets, broken at LF, CR LF or CR.
fn lines(input: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = Some((0, input));
    std::iter::from_fn(move || {
        let (start, text) = rest?;
        let Some(end) = text.find(['\n', '\r']) else {
            rest = None;
            return Some((start, text));
        };
        let (line, from_break) = text.split_at(end);
        let after = from_break.strip_prefix("\r\n").or_else(|| from_break.get(1..)).unwrap_or_default();
        rest = Some((start + text.len() - after.len(), after));
        Some((start, line))
    })
}

struct Line<'a> {
    number: usize,
    /// Its offset in the whole text, in bytes.
    start: usize,
    text: &'a str,
}

impl Line<'_> {
    fn slice(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    fn pasted(&self, span: &Range<usize>, name: Option<String>) -> Pasted {
        let text = self.slice(span).to_owned();
        let address = EmailAddress::parse(&text);
        Pasted {
            line: self.number,
            span: self.start + span.start..self.start + span.end,
            text,
            name,
            address,
        }
    }
}

fn read_line(line: &Line<'_>, found: &mut Vec<Pasted>) {
    let segments = words::segments(line.text);
    let alone = stand_alone(line, &segments);
    for segment in &segments {
        match segment.words.as_slice() {
            [word] if alone && !line.slice(&word.core).contains('@') => found.push(line.pasted(&word.core, None)),
            _ => read_segment(line, segment, found),
        }
    }
}

/// Whether words without an `@` were meant as addresses: a single word has the line to itself, or the line is a list in which
/// everything looks like an address or like a domain.
fn stand_alone(line: &Line<'_>, segments: &[Segment]) -> bool {
    let mut filled = segments.iter().filter(|segment| !segment.words.is_empty());
    if let (Some(Segment { words, labelled: false }), None) = (filled.next(), filled.next())
        && let [word] = words.as_slice()
    {
        return could_be_address(line.slice(&word.core));
    }
    segments.iter().all(|segment| match segment.words.as_slice() {
        [] => true,
        [word] => {
            let text = line.slice(&word.core);
            text.contains('@') || looks_like_domain(text)
        }
        _ => false,
    })
}

fn read_segment(line: &Line<'_>, segment: &Segment, found: &mut Vec<Pasted>) {
    let mut previous: Option<(Wrap, Range<usize>)> = None;
    let mut name_from = 0;
    for (index, word) in segment.words.iter().enumerate() {
        if !line.slice(&word.core).contains('@') {
            continue;
        }
        let name = (word.wrap == Wrap::Angle)
            .then(|| name_of(line, segment.words.get(name_from..index).unwrap_or_default()))
            .flatten();
        let span = with_parts_cut_off(line, &segment.words, index)
            .filter(|span| previous.as_ref().is_none_or(|(_, taken)| taken.end <= span.start))
            .unwrap_or_else(|| word.core.clone());
        // `ann@example.com <ann@example.com>` and a link with its own address as text are one address, not two.
        let repeats = previous
            .as_ref()
            .is_some_and(|(wrap, before)| *wrap != word.wrap && line.slice(before).eq_ignore_ascii_case(line.slice(&span)));
        if !repeats {
            found.push(line.pasted(&span, name));
        }
        previous = Some((word.wrap, span));
        name_from = index + 1;
    }
}

/// The display name (RFC 5322 section 3.4) in front of an address in angle brackets.
fn name_of(line: &Line<'_>, words: &[Word]) -> Option<String> {
    let mut name = String::new();
    for word in words.iter().filter(|word| word.wrap != Wrap::Angle) {
        if !name.is_empty() {
            name.push(' ');
        }
        let text = line.slice(&word.whole);
        if word.wrap == Wrap::Quoted {
            name.push_str(&text.replace("\"\"", "\"").replace("\\\"", "\"").replace("\\\\", "\\"));
        } else {
            name.push_str(text);
        }
    }
    let name = name.trim_matches(words::is_edge_quote).trim();
    (!name.is_empty()).then(|| name.to_owned())
}

/// `ann@exa mple.com`, `ann @example.com`: where the word is no address, but would be one together with its neighbours, the blank is
/// the fault and all of it is the span.
fn with_parts_cut_off(line: &Line<'_>, words: &[Word], index: usize) -> Option<Range<usize>> {
    let word = words.get(index)?;
    let text = line.slice(&word.core);
    let kind = EmailAddress::parse(text).err()?.kind;
    let first = if text.starts_with('@') {
        words.get(index.checked_sub(1)?)?
    } else {
        word
    };
    let last = if text.ends_with('@') || kind == AddressFault::DomainWithoutDot {
        words.get(index + 1)?
    } else {
        word
    };
    let span = first.core.start..last.core.end;
    let joined: String = line.slice(&span).split_whitespace().collect();
    let cut_off = joined.len() < span.len() && joined.matches('@').count() == 1 && EmailAddress::parse(&joined).is_ok();
    cut_off.then_some(span)
}

/// Whether a word on a line of its own may be an address without its `@`, rather than a number, a rule or a column's title.
fn could_be_address(text: &str) -> bool {
    if text.contains('@') || looks_like_domain(text) {
        return true;
    }
    let title = text.to_lowercase();
    text.chars().any(char::is_alphabetic)
        && !text.contains(char::is_whitespace)
        && !title.contains("mail")
        && !TITLES.contains(&title.as_str())
}

/// Titles of columns and lists, in the shipped languages; those with "mail" in them are known without a list.
const TITLES: &[&str] = &[
    "address",
    "addresses",
    "adresse",
    "adressen",
    "adresses",
    "contact",
    "contacts",
    "correo",
    "correos",
    "courriel",
    "courriels",
    "direcciones",
    "guests",
    "gäste",
    "invitados",
    "invitees",
    "invités",
    "kontakte",
    "name",
    "names",
    "nombre",
    "nom",
    "recipient",
    "recipients",
];

/// Letters, digits and dots with a top-level domain at the end, as `annexample.com`.
fn looks_like_domain(text: &str) -> bool {
    let Some((before, top)) = text.rsplit_once('.') else {
        return false;
    };
    before.chars().any(char::is_alphanumeric)
        && top.chars().count() >= 2
        && top.chars().all(char::is_alphabetic)
        && before
            .chars()
            .all(|letter| letter.is_alphanumeric() || matches!(letter, '.' | '-' | '_' | '+'))
}
