#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use super::*;
use proptest::prelude::*;
use rstest::rstest;
use std::collections::{BTreeMap, BTreeSet};

fn ids(numbers: impl IntoIterator<Item = i64>) -> impl Iterator<Item = InvitationId> {
    numbers.into_iter().map(InvitationId)
}

fn set(numbers: impl IntoIterator<Item = i64>) -> IdSet {
    id_set(ids(numbers))
}

fn numbers(selection: &Selection) -> Vec<i64> {
    selection.iter().map(|id| id.0).collect()
}

#[test]
fn the_header_does_what_it_says() {
    let mut selection = Selection::empty();
    selection.toggle(InvitationId(90));
    selection.select_all(&set(1..=5));
    assert_eq!(numbers(&selection), [1, 2, 3, 4, 5, 90]);
    assert_eq!(selection.hidden(&set(1..=5)), 1);
    selection.unselect_visible(ids([2, 3, 7]));
    selection.select_visible(ids([3, 8]));
    assert_eq!(numbers(&selection), [1, 3, 4, 5, 8, 90]);
    selection.invert(&set(1..=4));
    assert_eq!(numbers(&selection), [2, 5, 8, 90]);
    selection.range(ids([10, 9, 8]));
    selection.replace(&set([8, 9, 11]));
    assert_eq!(numbers(&selection), [8, 9, 11]);
    selection.deselect_all();
    assert!(selection.is_empty());
}

#[test]
fn undo_walks_back_and_tells_what_it_took_back() {
    let mut selection = Selection::empty();
    selection.select_all(&set(1..=3412));
    selection.toggle(InvitationId(7));
    selection.deselect_all();
    selection.deselect_all();
    let told = |step: Step| (step.gesture.to_string(), step.rows());
    assert_eq!(selection.undo().map(told), Some(("Deselect All".into(), 3411)));
    assert!(!selection.contains(InvitationId(7)));
    assert_eq!(selection.undo().map(told), Some(("Select".into(), 1)));
    assert!(selection.contains(InvitationId(7)));
    assert_eq!(selection.undo().map(told), Some(("Select All".into(), 3412)));
    assert_eq!(selection.undo(), None);
    assert!(selection.is_empty());
}

#[test]
fn only_so_many_steps_are_kept() {
    let mut selection = Selection::empty();
    for id in 0..=UNDO_STEPS as i64 {
        selection.toggle(InvitationId(id));
    }
    while selection.undo().is_some() {}
    assert_eq!(numbers(&selection), [0]);
}

#[test]
fn what_is_no_number_of_an_invitation_is_never_selected() {
    let mut selection = Selection::empty();
    selection.toggle(InvitationId(-1));
    selection.select_visible(ids([i64::MIN, i64::MAX]));
    assert_eq!(numbers(&selection), [i64::MAX]);
    assert!(!selection.contains(InvitationId(-1)));
}

#[rstest]
#[case(0, &[1, 1, 1, 1, 1])]
#[case(2, &[2, 2, 1])]
#[case(5, &[5])]
#[case(9, &[5])]
fn chunks_hold_everything_once(#[case] size: usize, #[case] lengths: &[usize]) {
    let mut selection = Selection::empty();
    selection.select_all(&set([5_000_000_000, 4, 9, 1, 100]));
    let chunks: Vec<Vec<i64>> = selection.chunks(size).collect();
    assert_eq!(chunks.iter().map(Vec::len).collect::<Vec<_>>(), lengths);
    assert_eq!(chunks.concat(), [1, 4, 9, 100, 5_000_000_000]);
    assert_eq!(Selection::empty().chunks(size).count(), 0);
}

/// What an operator does, and what happens meanwhile.
#[derive(Debug, Clone)]
enum Event {
    /// A row arrives; it matches at once where its value does.
    Arrive(u8),
    /// A row changes, as when its mail is sent.
    Change(usize, u8),
    /// Another filter: values below this match.
    Filter(u8),
    /// Another order.
    Sort(bool),
    /// Another page.
    Scroll(usize),
    SelectAll,
    DeselectAll,
    SelectVisible,
    UnselectVisible,
    Invert,
    Toggle(usize),
    Range(usize, usize),
    Undo,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => any::<u8>().prop_map(Event::Arrive),
        1 => (any::<usize>(), any::<u8>()).prop_map(|(row, value)| Event::Change(row, value)),
        2 => any::<u8>().prop_map(Event::Filter),
        1 => any::<bool>().prop_map(Event::Sort),
        1 => (0usize..40).prop_map(Event::Scroll),
        2 => Just(Event::SelectAll),
        1 => Just(Event::DeselectAll),
        1 => Just(Event::SelectVisible),
        1 => Just(Event::UnselectVisible),
        1 => Just(Event::Invert),
        2 => (0usize..40).prop_map(Event::Toggle),
        1 => (0usize..40, 0usize..40).prop_map(|(from, to)| Event::Range(from, to)),
        2 => Just(Event::Undo),
    ]
}

/// A grid and a naive selection: a plain set, and a copy of it before each step.
#[derive(Debug, Default)]
struct World {
    rows: BTreeMap<i64, u8>,
    below: u8,
    descending: bool,
    top: usize,
    selected: BTreeSet<i64>,
    before: Vec<BTreeSet<i64>>,
}

impl World {
    fn matched(&self) -> Vec<i64> {
        let mut found: Vec<i64> = self
            .rows
            .iter()
            .filter(|(_, value)| **value < self.below)
            .map(|(id, _)| *id)
            .collect();
        if self.descending {
            found.reverse();
        }
        found
    }

    fn visible(&self) -> Vec<i64> {
        self.matched().into_iter().skip(self.top).take(10).collect()
    }

    fn between(&self, from: usize, to: usize) -> Vec<i64> {
        let (from, to) = (from.min(to), from.max(to));
        self.matched().into_iter().skip(from).take(to - from + 1).collect()
    }

    fn set_selected(&mut self, selected: BTreeSet<i64>) {
        if selected != self.selected {
            self.before.push(std::mem::replace(&mut self.selected, selected));
            if self.before.len() > UNDO_STEPS {
                self.before.remove(0);
            }
        }
    }

    fn add(&mut self, rows: Vec<i64>) {
        self.set_selected(self.selected.iter().copied().chain(rows).collect());
    }

    fn turn(&mut self, rows: Vec<i64>) {
        self.set_selected(self.selected.symmetric_difference(&rows.into_iter().collect()).copied().collect());
    }

    /// Lets it happen here and to the selection under test.
    fn play(&mut self, event: &Event, selection: &mut Selection) {
        match *event {
            Event::Arrive(value) => {
                let id = self.rows.len() as i64 * 3;
                self.rows.insert(id, value);
                assert!(!selection.contains(InvitationId(id)), "a row that arrives later never joins");
            }
            Event::Change(row, value) => {
                let count = self.rows.len().max(1);
                self.rows.values_mut().skip(row % count).take(1).for_each(|old| *old = value);
            }
            Event::Filter(below) => self.below = below,
            Event::Sort(descending) => self.descending = descending,
            Event::Scroll(top) => self.top = top,
            Event::SelectAll => {
                selection.select_all(&set(self.matched()));
                self.add(self.matched());
            }
            Event::DeselectAll => {
                selection.deselect_all();
                self.set_selected(BTreeSet::new());
            }
            Event::SelectVisible => {
                selection.select_visible(ids(self.visible()));
                self.add(self.visible());
            }
            Event::UnselectVisible => {
                selection.unselect_visible(ids(self.visible()));
                let visible = self.visible();
                self.set_selected(self.selected.iter().copied().filter(|id| !visible.contains(id)).collect());
            }
            Event::Invert => {
                selection.invert(&set(self.matched()));
                self.turn(self.matched());
            }
            Event::Toggle(place) => {
                let row: Vec<i64> = self.between(place, place);
                ids(row.clone()).for_each(|id| selection.toggle(id));
                self.turn(row);
            }
            Event::Range(from, to) => {
                selection.range(ids(self.between(from, to)));
                self.add(self.between(from, to));
            }
            Event::Undo => {
                assert_eq!(selection.undo().is_some(), !self.before.is_empty());
                self.selected = self.before.pop().unwrap_or_else(|| self.selected.clone());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn it_holds_what_a_plain_set_holds_whatever_happens_meanwhile(events in prop::collection::vec(event(), 0..120)) {
        let (mut world, mut selection) = (World { below: 128, ..World::default() }, Selection::empty());
        world.rows = (0..30).map(|place| (place * 3, (place * 50 % 256) as u8)).collect();
        for event in &events {
            world.play(event, &mut selection);
            prop_assert_eq!(numbers(&selection), world.selected.iter().copied().collect::<Vec<_>>());
            prop_assert_eq!(selection.len(), world.selected.len() as u64);
            let matched = world.matched();
            let hidden = world.selected.iter().filter(|id| !matched.contains(id)).count() as u64;
            prop_assert_eq!(selection.hidden(&set(matched)), hidden);
        }
    }

    #[test]
    fn select_all_is_what_matched_at_that_moment(before in prop::collection::btree_set(0i64..500, 0..60), later in prop::collection::btree_set(0i64..500, 0..60)) {
        let mut selection = Selection::empty();
        selection.select_all(&set(before.clone()));
        for id in later.difference(&before) {
            prop_assert!(!selection.contains(InvitationId(*id)));
        }
        prop_assert_eq!(selection.chunks(7).flatten().collect::<BTreeSet<_>>(), before);
    }
}

#[test]
fn the_first_number_is_selected_like_any_other() {
    let mut selection = Selection::empty();
    selection.toggle(InvitationId(0));
    assert_eq!(selection.iter().next().unwrap(), InvitationId(0));
}
