//! What could stand at the cursor: fields, a field's words, and the names that the shop has.

use super::field::{Field, NameField, bare};
use super::matching::folded;
use super::print::value;
use super::scan::{RawTerm, scan};
use std::ops::Range;

/// Proposals for what is being typed; there is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the text that each of the proposals would replace.
    pub span: Range<usize>,
    /// What to put there, ready for the text: fields with their colon, names in quotes where they need them.
    pub words: Vec<String>,
}

/// What could stand before `cursor`, a byte of `text`. `names` tells which websites, groups and senders there are.
///
/// Completion only ever writes for the operator; what a filter means does not depend on it.
pub fn complete(text: &str, cursor: usize, names: impl Fn(NameField) -> Vec<String>) -> Option<Completion> {
    let typed = text.get(..cursor)?;
    let Some(term) = last_term(typed) else {
        let is_between = typed.chars().next_back().is_none_or(char::is_whitespace);
        return if is_between {
            proposals(cursor..cursor, Field::ALL.into_iter().map(field_word).collect())
        } else {
            None
        };
    };
    let last = term.values.last()?;
    let span = last.span.start..cursor;
    let Some((_, name)) = &term.name else {
        if last.quoted || term.values.len() > 1 {
            return None;
        }
        let begins = |field: &Field| bare(field.name()).starts_with(&bare(&last.text));
        return proposals(span, Field::ALL.into_iter().filter(begins).map(field_word).collect());
    };
    let field = Field::parse(name)?;
    let kind = NameField::ALL.into_iter().find(|kind| kind.field() == field);
    let words: Vec<String> = match kind {
        Some(kind) => names(kind)
            .into_iter()
            .filter(|name| folded(name).starts_with(&folded(&last.text)))
            .collect(),
        None if last.quoted => Vec::new(),
        None => field
            .words()
            .into_iter()
            .filter(|word| bare(word).starts_with(&bare(&last.text)))
            .map(str::to_owned)
            .collect(),
    };
    let is_done = words.first().is_some_and(|word| words.len() == 1 && *word == last.text);
    if is_done {
        None
    } else {
        proposals(span, words.iter().map(|word| value(word)).collect())
    }
}

/// The term that `typed` ends in, if it does not end in a blank or in a mistake.
fn last_term(typed: &str) -> Option<RawTerm> {
    let ends_typed = |term: &RawTerm| term.span.end >= typed.len();
    // In the middle of a quote the end of the typing stands for the closing one.
    let closed = || scan(&format!("{typed}\"")).0.pop();
    scan(typed)
        .0
        .pop()
        .filter(ends_typed)
        .or_else(|| closed().filter(|term| term.span.end > typed.len()))
}

fn field_word(field: Field) -> String {
    format!("{}:", field.name())
}

fn proposals(span: Range<usize>, words: Vec<String>) -> Option<Completion> {
    (!words.is_empty()).then_some(Completion { span, words })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn names(field: NameField) -> Vec<String> {
        let names: &[&str] = match field {
            NameField::Website => &["main", "outlet"],
            NameField::Group => &["General", "Private Sale, Gold", "Private Sale, Silver"],
            NameField::Sender => &[],
        };
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[rstest]
    #[case("st", "status:")]
    #[case("lee -last-", "lee -last_sent:")]
    #[case("status:acc", "status:accepted")]
    #[case("status:sent,dis", "status:sent,discarded")]
    #[case("group:gen", "group:General")]
    #[case("group:\"private sale, g", "group:\"Private Sale, Gold\"")]
    #[case("website:main,OUT", "website:main,outlet")]
    #[case("sent:to", "sent:today")]
    fn the_only_proposal_completes_the_text(#[case] typed: &str, #[case] completed: &str) {
        let Completion { span, words } = complete(typed, typed.len(), names).unwrap();
        let mut text = typed.to_owned();
        text.replace_range(span, words.first().unwrap());
        assert_eq!((text.as_str(), words.len()), (completed, 1));
    }

    #[rstest]
    #[case("status:", 4)]
    #[case("group:", 3)]
    #[case("group:priv", 2)]
    #[case("lee ", 19)]
    #[case("", 19)]
    #[case("-", 19)]
    #[case("status:sent", 0)]
    #[case("status:x", 0)]
    #[case("foo:", 0)]
    #[case("\"st", 0)]
    #[case("st\"", 0)]
    #[case("id:1", 0)]
    #[case("ann@example.com", 0)]
    fn there_are_as_many_proposals_as_fit(#[case] typed: &str, #[case] count: usize) {
        assert_eq!(complete(typed, typed.len(), names).map_or(0, |found| found.words.len()), count);
    }

    #[test]
    fn what_stands_behind_the_cursor_stays() {
        let found = complete("stat website:main", 4, names).unwrap();
        assert_eq!((found.span, found.words), (0..4, vec!["status:".to_owned()]));
    }

    proptest! {
        #[test]
        fn spans_lie_in_the_text(text in "([a-c:,\"\\\\ é-]|status:|group:|sent){0,8}", cursor in 0usize..30) {
            if let Some(found) = complete(&text, cursor, names) {
                prop_assert!(text.get(found.span).is_some());
            }
        }
    }
}
