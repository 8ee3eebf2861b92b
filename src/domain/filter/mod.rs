//! The one filter language of the grid, the commands and the API.
//!
//! A filter is terms side by side, all of which must hold; a comma inside a term means *or*; a leading `-` leaves out what the term
//! matches. Bare words are substrings of the email, the invitee or the inviter; `field:value` narrows one field. Nothing is ever
//! fuzzy, for mail goes to what a filter matches, and nothing that is not understood is ever taken for a word.
//!
//! [`Filter::parse`] reads it, [`Display`](std::fmt::Display) prints it in its canonical form, and [`matches`](matching::matches)
//! says what it means. A [`Filter`] is plain data, so that the store can turn it into SQL without building SQL from text.

mod complete;
mod field;
pub mod matching;
mod mistake;
mod parse;
mod print;
mod scan;
mod values;

pub use complete::{Completion, complete};
pub use field::{DateField, Field, Mark, NameField, TextField, Via};
pub use mistake::{Mistake, MistakeKind, nearest};
pub use values::{Age, DateTest, DateWindow, NumberRange};

use super::delivery::Delivery;
use super::status::Status;
use std::ops::Range;

/// What rows have to be like to be shown, selected or counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Filter {
    /// All of them must hold; with none of them every row matches.
    pub terms: Vec<Term>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Term {
    /// Whether rows that pass the test are left out instead. A row whose field is empty fails the test, so a negated term keeps it.
    pub negated: bool,
    /// What is asked of a row.
    pub test: Test,
}

/// What one term asks of a row. Lists are never empty; a row passes when any of their entries holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// A substring of the email, the invitee or the inviter.
    Word(String),
    /// The invitation's number.
    Id(Vec<NumberRange>),
    /// How many times a mail was handed over.
    Times(Vec<NumberRange>),
    /// The status.
    Status(Vec<Status>),
    /// Where the mail is.
    Delivery(Vec<Delivery>),
    /// By which route mails of it went out.
    Via(Vec<Via>),
    /// The website, the group or the sender by its whole name; capitals do not matter.
    Name {
        /// Whose name.
        field: NameField,
        /// The names.
        names: Vec<String>,
    },
    /// One field of text.
    Text {
        /// Which.
        field: TextField,
        /// What it may be.
        any: Vec<TextTest>,
    },
    /// One date.
    Date {
        /// Which.
        field: DateField,
        /// When it may lie.
        any: Vec<DateTest>,
    },
    /// What is said of a row as a whole (`is:`).
    Is(Vec<Mark>),
}

/// What a field of text may be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum TextTest {
    /// Empty. An inviter is empty when an admin invited.
    Empty,
    /// Anything but empty.
    Any,
    /// Holds this text; compared as [`matching::folded`] has it.
    Contains(String),
}

/// What was made of a text that may still be in the typing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// The terms that are understood, each with where it stands.
    pub terms: Vec<(Range<usize>, Term)>,
    /// What is not understood, in the order in which it stands.
    pub mistakes: Vec<Mistake>,
}

impl Parsed {
    /// The filter of the terms that are understood.
    pub fn filter(&self) -> Filter {
        Filter {
            terms: self.terms.iter().map(|(_, term)| term.clone()).collect(),
        }
    }

    /// Whether the only mistakes are those of somebody who is still typing.
    pub fn is_unfinished(&self) -> bool {
        !self.mistakes.is_empty() && self.mistakes.iter().all(|mistake| mistake.kind == MistakeKind::Unfinished)
    }
}

impl Filter {
    /// Every row.
    pub const fn all() -> Self {
        Self { terms: Vec::new() }
    }

    /// Whether every row matches because nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Reads `text`; anything that is not understood refuses the whole, and every mistake is told.
    pub fn parse(text: &str) -> Result<Self, Vec<Mistake>> {
        let parsed = Self::parse_lenient(text);
        if parsed.mistakes.is_empty() {
            Ok(parsed.filter())
        } else {
            Err(parsed.mistakes)
        }
    }

    /// Reads `text` as far as it is understood: for the line in which a filter is being typed. Never act on the result of a text
    /// with mistakes: it matches more than was meant.
    pub fn parse_lenient(text: &str) -> Parsed {
        parse::parse(text)
    }

    /// Each term with its part of `text`, for chips: taking one off is cutting that part out.
    pub fn terms_with_spans(text: &str) -> Vec<(Range<usize>, Term)> {
        parse::parse(text).terms
    }

    /// The same filter with one term more, such as a choice in a column's header.
    #[must_use]
    pub fn and(mut self, test: Test) -> Self {
        self.terms.push(Term { negated: false, test });
        self
    }

    /// Whether it asks what is selected, which only the console knows.
    pub fn asks_selection(&self) -> bool {
        self.terms
            .iter()
            .any(|term| matches!(&term.test, Test::Is(marks) if marks.contains(&Mark::Selected)))
    }

    /// The names that it asks of `field`, so that those which do not exist can be pointed at.
    pub fn names(&self, field: NameField) -> impl Iterator<Item = &str> {
        let of_field = move |term: &'_ Term| matches!(&term.test, Test::Name { field: found, .. } if *found == field);
        let names = self
            .terms
            .iter()
            .filter(move |term| of_field(term))
            .filter_map(|term| match &term.test {
                Test::Name { names, .. } => Some(names),
                _ => None,
            });
        names.flatten().map(String::as_str)
    }
}

impl Test {
    /// The field that is asked, or nothing for a bare word.
    pub const fn field(&self) -> Option<Field> {
        Some(match self {
            Self::Word(_) => return None,
            Self::Id(_) => Field::Id,
            Self::Times(_) => Field::Times,
            Self::Status(_) => Field::Status,
            Self::Delivery(_) => Field::Delivery,
            Self::Via(_) => Field::Via,
            Self::Name { field, .. } => field.field(),
            Self::Text { field, .. } => field.field(),
            Self::Date { field, .. } => field.field(),
            Self::Is(_) => Field::Is,
        })
    }
}

#[cfg(test)]
mod tests;
