//! Cuts a filter's text into terms and their values, before anything is known of fields.
//!
//! ```text
//! filter = { blank | term }      term = ["-"] [name ":"] value { "," value }
//! value  = quoted | plain        quoted = '"' … '"', inside \" or "" for a quote, \\ for a backslash
//! ```

use super::mistake::Mistake;
use std::ops::Range;

/// One term as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawTerm {
    /// All of it, the `-` included.
    pub(super) span: Range<usize>,
    pub(super) negated: bool,
    /// What stands before the first colon, with where it stands.
    pub(super) name: Option<(Range<usize>, String)>,
    /// The values; an empty plain one where something is missing.
    pub(super) values: Vec<RawValue>,
}

/// One value as it stands, its quotes undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawValue {
    pub(super) span: Range<usize>,
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// The terms of `text`, and what is wrong with its quotes; a term with such a mistake is left out.
pub(super) fn scan(text: &str) -> (Vec<RawTerm>, Vec<Mistake>) {
    let mut scanner = Scanner {
        text,
        at: 0,
        mistakes: Vec::new(),
    };
    let mut terms = Vec::new();
    while scanner.skip_blanks() {
        let known = scanner.mistakes.len();
        let term = scanner.term();
        if scanner.mistakes.len() == known {
            terms.push(term);
        }
    }
    (terms, scanner.mistakes)
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    mistakes: Vec<Mistake>,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|rest| rest.chars().next())
    }

    fn take(&mut self) -> Option<char> {
        let found = self.peek()?;
        self.at += found.len_utf8();
        Some(found)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.at += wanted.len_utf8();
        }
        found
    }

    /// To the next thing that is not blank; says whether there is one.
    fn skip_blanks(&mut self) -> bool {
        while self.peek().is_some_and(char::is_whitespace) {
            self.take();
        }
        self.peek().is_some()
    }

    fn term(&mut self) -> RawTerm {
        let start = self.at;
        let negated = self.take_if('-');
        let name = self.name();
        let mut values = vec![self.value()];
        while self.take_if(',') {
            values.push(self.value());
        }
        RawTerm {
            span: start..self.at,
            negated,
            name,
            values,
        }
    }

    /// What stands before a colon, if there is one before the first blank, comma or quote.
    fn name(&mut self) -> Option<(Range<usize>, String)> {
        let rest = self.text.get(self.at..)?;
        let end = rest.find(|c: char| c == ':' || c == ',' || c == '"' || c.is_whitespace())?;
        let name = rest
            .get(..end)
            .filter(|_| rest.get(end..).is_some_and(|rest| rest.starts_with(':')))?;
        let span = self.at..self.at + end;
        self.at = span.end + 1;
        Some((span, name.to_owned()))
    }

    fn value(&mut self) -> RawValue {
        let start = self.at;
        if self.take_if('"') { self.quoted(start) } else { self.plain(start) }
    }

    fn plain(&mut self, start: usize) -> RawValue {
        let mut text = String::new();
        while let Some(found) = self.peek().filter(|c| *c != ',' && !c.is_whitespace()) {
            if found == '"' {
                self.mistakes.push(Mistake::wrong(
                    self.at..self.at + 1,
                    "a quote inside a word: put the quotes around the whole of it",
                ));
            }
            self.check_control(found);
            text.push(found);
            self.take();
        }
        RawValue {
            span: start..self.at,
            text,
            quoted: false,
        }
    }

    fn quoted(&mut self, start: usize) -> RawValue {
        let mut text = String::new();
        loop {
            match self.peek() {
                None => {
                    self.mistakes.push(Mistake::unfinished(start..self.at, "the quote is not closed"));
                    break;
                }
                Some('"') => {
                    self.take();
                    if !self.take_if('"') {
                        break;
                    }
                    text.push('"');
                }
                Some('\\') => {
                    self.take();
                    text.push(self.peek().filter(|c| matches!(c, '"' | '\\')).unwrap_or('\\'));
                    if matches!(self.peek(), Some('"' | '\\')) {
                        self.take();
                    }
                }
                Some(found) => {
                    self.check_control(found);
                    text.push(found);
                    self.take();
                }
            }
        }
        let span = start..self.at;
        if self.peek().is_some_and(|c| c != ',' && !c.is_whitespace()) {
            let rest = self.plain(self.at);
            self.mistakes.push(Mistake::wrong(
                rest.span,
                "this follows a closed quote: put a blank between, or the quotes around all of it",
            ));
        }
        RawValue { span, text, quoted: true }
    }

    /// No address, name or reply that is kept holds control characters, and `PostgreSQL` refuses a text with NUL.
    fn check_control(&mut self, found: char) {
        if found.is_control() && !found.is_whitespace() {
            let span = self.at..self.at + found.len_utf8();
            self.mistakes.push(Mistake::wrong(
                span,
                format!("a control character (U+{:04X}): take it out", u32::from(found)),
            ));
        }
    }
}
