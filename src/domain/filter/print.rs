//! Prints a filter in its canonical form, which reads back as the same filter.

use super::parse::reserved;
use super::{Filter, Term, Test, TextField, TextTest};
use crate::domain::delivery::Delivery;
use crate::domain::status::Status;
use std::fmt;

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, term) in self.terms.iter().enumerate() {
            if place > 0 {
                f.write_str(" ")?;
            }
            term.fmt(f)?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negated {
            f.write_str("-")?;
        }
        self.test.fmt(f)
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(field) = self.field() {
            write!(f, "{}:", field.name())?;
        }
        match self {
            Self::Word(word) if word.contains(':') || word.starts_with('-') => f.write_str(&quoted(word)),
            Self::Word(word) => f.write_str(&value(word)),
            Self::Id(ranges) | Self::Times(ranges) => list(f, ranges, ToString::to_string),
            Self::Status(all) => list(f, all, |status| Status::code(*status).to_owned()),
            Self::Delivery(all) => list(f, all, |delivery| Delivery::code(*delivery).to_owned()),
            Self::Via(all) => list(f, all, |via| via.code().to_owned()),
            Self::Name { names, .. } => list(f, names, |name| value(name)),
            Self::Text { field, any } => list(f, any, |test| text(*field, test)),
            Self::Date { any, .. } => list(f, any, ToString::to_string),
            Self::Is(marks) => list(f, marks, |mark| mark.code().to_owned()),
        }
    }
}

fn list<T>(f: &mut fmt::Formatter<'_>, entries: &[T], print: impl Fn(&T) -> String) -> fmt::Result {
    let printed: Vec<String> = entries.iter().map(print).collect();
    f.write_str(&printed.join(","))
}

fn text(field: TextField, test: &TextTest) -> String {
    match test {
        TextTest::Empty if field == TextField::Inviter => "admin".to_owned(),
        TextTest::Empty => "none".to_owned(),
        TextTest::Any => "any".to_owned(),
        TextTest::Contains(part) if reserved(field, part).is_some() => quoted(part),
        TextTest::Contains(part) => value(part),
    }
}

/// A value, in quotes where it would not be read as one without.
pub(super) fn value(text: &str) -> String {
    let is_plain = !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || matches!(c, ',' | '"'));
    if is_plain { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
