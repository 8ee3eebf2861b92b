//! What is wrong with a filter, where it stands, and what was probably meant.

use std::fmt;
use std::ops::Range;

/// One thing that is not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// Where it stands: bytes of the text that was read.
    pub span: Range<usize>,
    /// What is wrong and what would be right.
    pub message: String,
    /// What to put in its place, where that is clear.
    pub suggestion: Option<String>,
    /// How to show it.
    pub kind: MistakeKind,
}

/// Whether somebody erred or is still typing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MistakeKind {
    /// It can still become right by typing on: to be shown gently.
    Unfinished,
    /// It is wrong.
    Wrong,
}

impl Mistake {
    pub(super) fn wrong(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            suggestion: None,
            kind: MistakeKind::Wrong,
        }
    }

    pub(super) fn unfinished(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            kind: MistakeKind::Unfinished,
            ..Self::wrong(span, message)
        }
    }

    /// With what was probably meant, which the message names too.
    pub(super) fn meant(mut self, suggestion: Option<String>) -> Self {
        if let Some(meant) = &suggestion {
            self.message = format!("{} — did you mean {meant}?", self.message);
        }
        self.suggestion = suggestion;
        self
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Mistake {}

/// The one of `known` that is nearest to `word`, if it is near at all: at most half of the letters differ. For proposals in
/// messages only; nothing is ever taken for what it merely resembles.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    if word.len() > 64 {
        return None;
    }
    let rated = known.into_iter().filter_map(|candidate| {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        let distance = distance(&word, &letters);
        (distance * 2 <= word.len().max(letters.len())).then_some((distance, candidate))
    });
    rated.min_by_key(|(distance, _)| *distance).map(|(_, candidate)| candidate)
}

/// How many letters have to be put in, taken out or changed (Levenshtein's distance).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.iter().enumerate() {
        let mut next = vec![line + 1];
        for ((other, above), diagonal) in to.iter().zip(row.iter().skip(1)).zip(&row) {
            let left = next.last().copied().unwrap_or_default();
            next.push((diagonal + usize::from(letter != other)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}
