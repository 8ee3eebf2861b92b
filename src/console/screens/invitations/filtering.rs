//! The filter: the one that holds, the line in which it is typed, and what is wrong with it.

use crate::console::line::Line;
use crate::domain::filter::{Filter, Mark, Mistake, MistakeKind, NameField, NumberRange, Term, Test, complete, nearest};
use crate::domain::ids::InvitationId;
use crate::domain::selection::IdSet;
use crate::domain::shop::Catalog;

/// The most ranges of numbers into which a selection is turned for `is:selected`.
const MOST_RANGES: usize = 2_000;

/// A filter with the words it was given in.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Applied {
    pub(super) text: String,
    pub(super) filter: Filter,
}

/// How the filter that holds came to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Origin {
    /// Staff wrote it, or another screen sent it.
    #[default]
    Given,
    /// It was there when the program started.
    Restored,
}

/// While a filter is typed.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Editing {
    pub(super) line: Line,
    pub(super) mistakes: Vec<Mistake>,
    /// What Esc goes back to.
    pub(super) earlier: Applied,
    /// The row on which the cursor was then.
    pub(super) row: Option<InvitationId>,
}

/// Up to how many names are listed when one is asked for that the shop does not have.
const FEW: usize = 8;

impl Editing {
    /// Whether a new word begins where the line ends, so that anything could be written.
    pub(super) fn begins_a_word(&self) -> bool {
        let text = self.line.text();
        text.is_empty() || text.ends_with(' ') && self.line.cursor() == text.len()
    }
}

/// The filter that holds, and the line while one is typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Filtering {
    pub(super) applied: Applied,
    pub(super) origin: Origin,
    pub(super) editing: Option<Editing>,
    /// What held before another screen sent its rows: Esc brings it back on the way there.
    pub(super) before_visit: Option<(Applied, Origin)>,
}

impl Filtering {
    /// Opens the line.
    pub(super) fn begin(&mut self, row: Option<InvitationId>) {
        let text = &self.applied.text;
        let line = Line::new(if text.is_empty() { String::new() } else { format!("{text} ") });
        self.editing = Some(Editing {
            line,
            mistakes: Vec::new(),
            earlier: self.applied.clone(),
            row,
        });
    }

    /// What Esc brings back when another screen sends its rows now.
    pub(super) fn earlier(&self) -> (Applied, Origin) {
        let applied = self.editing.as_ref().map_or(&self.applied, |editing| &editing.earlier);
        self.before_visit.clone().unwrap_or_else(|| (applied.clone(), self.origin))
    }

    /// Reads the line anew; whether the rows change by it.
    pub(super) fn typed(&mut self, catalog: Option<&Catalog>) -> bool {
        let Some(editing) = &mut self.editing else { return false };
        let text = editing.line.text().trim_end();
        let parsed = Filter::parse_lenient(text);
        editing.mistakes.clone_from(&parsed.mistakes);
        for (span, term) in &parsed.terms {
            editing
                .mistakes
                .extend(catalog.and_then(|catalog| unknown_name(span.clone(), term, catalog)));
        }
        let filter = parsed.filter();
        let differs = filter != self.applied.filter;
        self.applied = Applied {
            text: text.trim_start().to_owned(),
            filter,
        };
        differs
    }

    /// What Tab would write: the suggestion of the first mistake, else the first word that could stand at the cursor.
    pub(super) fn suggestion(&self, catalog: Option<&Catalog>) -> Option<(std::ops::Range<usize>, String)> {
        let editing = self.editing.as_ref()?;
        if let Some(found) = editing
            .mistakes
            .iter()
            .find_map(|mistake| Some((mistake.span.clone(), mistake.suggestion.clone()?)))
        {
            return Some(found);
        }
        // Where nothing is begun every field could stand: the hint names them, and none is pushed forward.
        if editing.begins_a_word() {
            return None;
        }
        let completion = complete(editing.line.text(), editing.line.cursor(), |field| names(catalog, field))?;
        let word = completion.words.into_iter().next()?;
        // What stands there already is no suggestion.
        (editing.line.text().get(completion.span.clone()) != Some(word.as_str())).then_some((completion.span, word))
    }

    /// Takes the suggestion; whether there was one.
    pub(super) fn take_suggestion(&mut self, catalog: Option<&Catalog>) -> bool {
        let Some((span, word)) = self.suggestion(catalog) else {
            return false;
        };
        if let Some(editing) = &mut self.editing {
            editing.line.replace(span, &word);
        }
        true
    }

    /// Closes the line and keeps the filter; what is wrong with it refuses that.
    pub(super) fn keep(&mut self) -> Result<(), Mistake> {
        let Some(editing) = &self.editing else { return Ok(()) };
        if let Some(mistake) = editing.mistakes.first() {
            return Err(mistake.clone());
        }
        self.editing = None;
        self.origin = Origin::Given;
        self.before_visit = None;
        self.applied.text = self.applied.filter.to_string();
        Ok(())
    }

    /// Closes the line and goes back to the filter from before; what the line was, when it was open.
    pub(super) fn give_up(&mut self) -> Option<Editing> {
        let mut editing = self.editing.take()?;
        self.applied = std::mem::take(&mut editing.earlier);
        Some(editing)
    }

    /// Another filter, from a text that may be wrong.
    pub(super) fn set(&mut self, text: &str, origin: Origin) -> Result<(), Vec<Mistake>> {
        let filter = Filter::parse(text)?;
        *self = Self {
            applied: Applied {
                text: filter.to_string(),
                filter,
            },
            origin,
            editing: None,
            before_visit: None,
        };
        Ok(())
    }

    /// No filter; whether there was one.
    pub(super) fn clear(&mut self) -> bool {
        let was = !self.applied.filter.is_empty();
        *self = Self::default();
        was
    }

    /// The filter as the desk can answer it: what is selected is known here only, so `is:selected` becomes the numbers selected now.
    /// Nothing when there are too many ranges of them.
    pub(super) fn asked(&self, selected: &IdSet) -> Option<Filter> {
        if !self.applied.filter.asks_selection() {
            return Some(self.applied.filter.clone());
        }
        let ranges = ranges(selected)?;
        let resolve = |term: &Term| match &term.test {
            Test::Is(marks) if marks.as_slice() == [Mark::Selected] => Term {
                negated: term.negated,
                test: Test::Id(ranges.clone()),
            },
            _ => term.clone(),
        };
        Some(Filter {
            terms: self.applied.filter.terms.iter().map(resolve).collect(),
        })
    }
}

/// The set as ranges of numbers; nothing when there are too many. No invitation has the number 0: it stands for none.
fn ranges(ids: &IdSet) -> Option<Vec<NumberRange>> {
    let mut ranges: Vec<NumberRange> = Vec::new();
    for id in ids.iter().filter_map(|id| i64::try_from(id).ok()) {
        match ranges.last_mut() {
            Some(range) if range.last + 1 == id => range.last = id,
            _ => ranges.push(NumberRange::one(id)),
        }
        if ranges.len() > MOST_RANGES {
            return None;
        }
    }
    if ranges.is_empty() {
        ranges.push(NumberRange::one(0));
    }
    Some(ranges)
}

fn names(catalog: Option<&Catalog>, field: NameField) -> Vec<String> {
    let Some(catalog) = catalog else { return Vec::new() };
    match field {
        NameField::Website => catalog.websites.iter().map(|website| website.code.clone()).collect(),
        NameField::Group => catalog.groups.iter().map(|group| group.name.clone()).collect(),
        NameField::Sender => catalog.senders.iter().map(|sender| sender.code.clone()).collect(),
    }
}

/// A name that the shop does not have matches nothing: that is pointed at rather than shown as an empty grid.
fn unknown_name(span: std::ops::Range<usize>, term: &Term, catalog: &Catalog) -> Option<Mistake> {
    let Test::Name { field, names: asked } = &term.test else {
        return None;
    };
    let known = names(Some(catalog), *field);
    let word = asked
        .iter()
        .find(|name| !known.iter().any(|known| known.to_lowercase() == name.to_lowercase()))?;
    let kind = match field {
        NameField::Website => "website",
        NameField::Group => "group",
        NameField::Sender => "sender",
    };
    let near = nearest(word, known.iter().map(String::as_str)).map(str::to_owned);
    let message = match &near {
        Some(near) => format!("there is no {kind} “{word}” — did you mean {near}?"),
        None if known.len() <= FEW => format!("there is no {kind} “{word}”, only {}", known.join(", ")),
        None => format!("there is no {kind} “{word}”"),
    };
    let suggestion = near.filter(|_| asked.len() == 1).map(|near| Term {
        negated: term.negated,
        test: Test::Name {
            field: *field,
            names: vec![near],
        },
    });
    let suggestion = suggestion.map(|term| Filter { terms: vec![term] }.to_string());
    Some(Mistake {
        span,
        message,
        suggestion,
        kind: MistakeKind::Wrong,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use super::*;
    use crate::domain::ids::WebsiteId;
    use crate::domain::shop::Website;

    fn catalog() -> Catalog {
        let website = Website {
            id: WebsiteId(1),
            code: "main".to_owned(),
            name: "Main".to_owned(),
            base_url: "https://shop.example".to_owned(),
        };
        Catalog {
            websites: vec![website],
            ..Catalog::default()
        }
    }

    fn typing(text: &str) -> Filtering {
        let mut filtering = Filtering::default();
        filtering.begin(None);
        filtering.editing.as_mut().unwrap().line.insert(text);
        filtering.typed(Some(&catalog()));
        filtering
    }

    #[test]
    fn a_website_that_is_not_there_is_pointed_at_and_tab_mends_it() {
        let mut filtering = typing("ann website:mian");
        let mistake = filtering.keep().unwrap_err();
        assert_eq!(
            (mistake.span, mistake.message.as_str()),
            (4..16, "there is no website “mian” — did you mean main?")
        );
        assert!(filtering.take_suggestion(Some(&catalog())));
        filtering.typed(Some(&catalog()));
        assert!(filtering.keep().is_ok());
        assert_eq!(filtering.applied.text, "ann website:main");
    }

    #[test]
    fn what_stands_there_already_is_no_suggestion_and_few_names_are_listed() {
        let catalog = catalog();
        assert!(typing("status:se").suggestion(Some(&catalog)).is_some());
        assert_eq!(typing("status:sent").suggestion(Some(&catalog)), None);
        assert_eq!(typing("status:sent ").suggestion(Some(&catalog)), None);
        let mut typo = typing("stauts:sent");
        assert!(typo.take_suggestion(Some(&catalog)));
        let line = typo.editing.unwrap().line;
        assert_eq!((line.text(), line.cursor()), ("status:sent", 11), "typing goes on where it was");
        let mistake = typing("website:zzz").keep().unwrap_err();
        assert_eq!(mistake.message, "there is no website “zzz”, only main");
    }

    #[test]
    fn esc_goes_back_to_the_filter_from_before() {
        let mut filtering = Filtering::default();
        filtering.set("status:sent", Origin::Restored).unwrap();
        filtering.begin(Some(InvitationId(7)));
        filtering.editing.as_mut().unwrap().line.insert("ann");
        assert!(filtering.typed(None));
        assert_eq!(filtering.give_up().unwrap().row, Some(InvitationId(7)));
        assert_eq!(
            (filtering.applied.text.as_str(), filtering.origin),
            ("status:sent", Origin::Restored)
        );
    }

    #[test]
    fn what_is_selected_is_asked_for_by_number() {
        let mut filtering = Filtering::default();
        filtering.set("is:selected status:sent", Origin::Given).unwrap();
        let asked = filtering.asked(&IdSet::from_iter([1, 2, 3, 9])).unwrap();
        assert_eq!(asked.to_string(), "id:1..3,9 status:sent");
    }
}
