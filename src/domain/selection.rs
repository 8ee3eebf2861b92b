//! Which invitations are selected: by identity, so that it survives sorting, filtering, paging and reloading.
//!
//! A selection is a set of numbers and nothing else; it never remembers a filter. So Select All means the rows that matched at that
//! moment, and no row that arrives later can join it.

use super::ids::InvitationId;
use roaring::RoaringTreemap;
use std::collections::VecDeque;
use std::fmt;

/// How many steps can be taken back.
pub const UNDO_STEPS: usize = 50;

/// A set of invitations, a few bytes a row at worst and far fewer where numbers are dense.
///
/// What a filter matches is handed about in this form too, since a million numbers have to travel.
pub type IdSet = RoaringTreemap;

/// The numbers as a set. Invitations are never numbered below 0; what is cannot be one and is left out.
pub fn id_set(ids: impl IntoIterator<Item = InvitationId>) -> IdSet {
    ids.into_iter().filter_map(|id| u64::try_from(id.0).ok()).collect()
}

/// What changed a selection, for the line that tells of an undo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gesture {
    /// One row on or off.
    Toggle,
    /// Every row that matched.
    SelectAll,
    /// None any more.
    DeselectAll,
    /// The rows on the screen.
    SelectVisible,
    /// Not the rows on the screen.
    UnselectVisible,
    /// Of the rows that matched, those that were not.
    Invert,
    /// The rows between two.
    Range,
    /// Other rows instead, such as those of one failure.
    Replace,
}

impl fmt::Display for Gesture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Toggle => "Select",
            Self::SelectAll => "Select All",
            Self::DeselectAll => "Deselect All",
            Self::SelectVisible => "Select Visible",
            Self::UnselectVisible => "Unselect Visible",
            Self::Invert => "Invert",
            Self::Range => "Select Range",
            Self::Replace => "Select These",
        })
    }
}

/// A step that can be, or was, taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What was done.
    pub gesture: Gesture,
    /// The rows that were selected by it or ceased to be: applying them once more takes it back.
    changed: IdSet,
}

impl Step {
    /// How many rows it changed; never none.
    pub fn rows(&self) -> u64 {
        self.changed.len()
    }
}

/// The selected invitations, and the way back to what was selected before.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    ids: IdSet,
    steps: VecDeque<Step>,
}

impl Selection {
    /// Nothing selected.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// How many are selected, whether the filter shows them or not.
    pub fn len(&self) -> u64 {
        self.ids.len()
    }

    /// Whether this one is selected.
    pub fn contains(&self, id: InvitationId) -> bool {
        u64::try_from(id.0).is_ok_and(|id| self.ids.contains(id))
    }

    /// The selected ones as a set: what a plan freezes and a filter's `is:selected` asks.
    pub const fn ids(&self) -> &IdSet {
        &self.ids
    }

    /// How many are selected that the filter does not match now.
    pub fn hidden(&self, matched: &IdSet) -> u64 {
        self.ids.difference_len(matched)
    }

    /// The selected ones in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = InvitationId> {
        self.ids.iter().map(|id| InvitationId(id.cast_signed()))
    }

    /// The selected numbers in order, `size` at a time (one at least), as statements take them.
    pub fn chunks(&self, size: usize) -> impl Iterator<Item = Vec<i64>> {
        let mut ids = self.ids.iter().map(u64::cast_signed);
        std::iter::from_fn(move || {
            let chunk: Vec<i64> = ids.by_ref().take(size.max(1)).collect();
            (!chunk.is_empty()).then_some(chunk)
        })
    }

    /// Selects one row, or no longer.
    pub fn toggle(&mut self, id: InvitationId) {
        self.change(Gesture::Toggle, id_set([id]));
    }

    /// Adds every row that matches now. Those selected before stay, also where the filter hides them.
    pub fn select_all(&mut self, matched: &IdSet) {
        self.add(Gesture::SelectAll, matched);
    }

    /// Selects nothing any more, hidden rows included.
    pub fn deselect_all(&mut self) {
        self.change(Gesture::DeselectAll, self.ids.clone());
    }

    /// Adds the rows on the screen.
    pub fn select_visible(&mut self, visible: impl IntoIterator<Item = InvitationId>) {
        self.add(Gesture::SelectVisible, &id_set(visible));
    }

    /// Takes the rows on the screen off.
    pub fn unselect_visible(&mut self, visible: impl IntoIterator<Item = InvitationId>) {
        self.change(Gesture::UnselectVisible, &self.ids & id_set(visible));
    }

    /// Adds the rows between two, as the grid stands.
    pub fn range(&mut self, rows: impl IntoIterator<Item = InvitationId>) {
        self.add(Gesture::Range, &id_set(rows));
    }

    /// Of the rows that match now, selects those that are not and no longer those that are. Hidden ones stay as they are.
    pub fn invert(&mut self, matched: &IdSet) {
        self.change(Gesture::Invert, matched.clone());
    }

    /// Selects exactly these.
    pub fn replace(&mut self, ids: &IdSet) {
        self.change(Gesture::Replace, &self.ids ^ ids);
    }

    /// Takes the last step back and tells which it was.
    pub fn undo(&mut self) -> Option<Step> {
        let step = self.steps.pop_back()?;
        self.ids ^= &step.changed;
        Some(step)
    }

    fn add(&mut self, gesture: Gesture, rows: &IdSet) {
        self.change(gesture, rows - &self.ids);
    }

    /// Turns over `changed`. What changes nothing is no step; steps beyond [`UNDO_STEPS`] are forgotten, the oldest first.
    fn change(&mut self, gesture: Gesture, changed: IdSet) {
        if changed.is_empty() {
            return;
        }
        self.ids ^= &changed;
        self.steps.push_back(Step { gesture, changed });
        if self.steps.len() > UNDO_STEPS {
            self.steps.pop_front();
        }
    }
}

#[cfg(test)]
mod tests;
