//! The grid of invitations: find, select, and plan what is to be done with them.

use super::Screen;
use crate::console::actions::{Action, Place};
use crate::console::context::Context;
use crate::console::message::Event;
use crate::console::message::RequestId;
use crate::console::model::Session;
use crate::console::remote::Remote;
use crate::desk::Progress;
use crate::domain::filter::Filter;
use crate::domain::ids::InvitationId;
use crate::domain::invitation::{Column, Sort};
use crate::domain::selection::{Gesture, IdSet, Selection};
use ratatui::Frame;
use ratatui::layout::Rect;

mod cells;
mod chooser;
mod columns;
mod filtering;
mod grid;
mod memory;
mod select;
mod update;
mod view;

#[cfg(test)]
mod tests;

pub use cells::{delivery_style, delivery_words, status_sign, status_style};
use filtering::Filtering;
use grid::{Grid, Land};

/// Rows of the screen that are not rows of the grid: the filter, the hint, the headings.
const HEAD_ROWS: u16 = 3;

/// Rows that are being looked up to be selected: those that match at this moment, however long it takes.
#[derive(Debug)]
struct Selecting {
    id: RequestId,
    gesture: Gesture,
    /// How many are expected.
    expected: Option<u64>,
    progress: Progress,
}

/// What this screen knows.
#[derive(Debug)]
pub struct State {
    grid: Grid,
    filtering: Filtering,
    sort: Sort,
    shown: Vec<Column>,
    scrolled: usize,
    selection: Selection,
    /// Where a range began.
    range: Option<InvitationId>,
    selecting: Option<Selecting>,
    /// How many rows the filter matches.
    count: Remote<u64>,
    /// Which rows the filter matches: asked for only while something is selected that it may hide.
    matching: Remote<IdSet>,
    /// What the page on its way was asked with.
    asked_with: Option<(Option<Filter>, Sort)>,
    /// Load again once the page on its way is here.
    again: Option<Land>,
    count_again: bool,
    matching_again: bool,
    /// Why the last page did not come.
    trouble: Option<String>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            grid: Grid::default(),
            filtering: Filtering::default(),
            sort: Sort::default(),
            shown: Column::NINE_FIELDS.to_vec(),
            scrolled: 0,
            selection: Selection::default(),
            range: None,
            selecting: None,
            count: Remote::default(),
            matching: Remote::default(),
            asked_with: None,
            again: None,
            count_again: false,
            matching_again: false,
            trouble: None,
        }
    }
}

impl State {
    /// How many rows the filter matches, as far as it is known.
    fn matched(&self, session: &Session) -> Option<u64> {
        if self.filtering.applied.filter.is_empty() {
            session.totals.value().map(|totals| totals.all)
        } else {
            self.count.value().copied()
        }
    }

    /// How many selected rows the filter hides: nothing while that is being found out.
    fn hidden(&self) -> Option<u64> {
        if self.filtering.applied.filter.is_empty() || self.selection.is_empty() {
            return Some(0);
        }
        self.matching.value().map(|matching| self.selection.hidden(matching))
    }

    fn height(session: &Session) -> usize {
        usize::from(session.body_rows().saturating_sub(HEAD_ROWS)).max(1)
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn back(&mut self, context: &mut Context<'_>) -> bool {
        update::back(self, context)
    }

    fn inner_place(&self) -> Option<Place> {
        self.filtering.editing.is_some().then_some(Place::FilterBar)
    }

    fn typing(&self) -> bool {
        self.filtering.editing.is_some()
    }

    fn available(&self, action: Action, session: &Session) -> Result<(), String> {
        let needs = |holds: bool, why: &str| if holds { Ok(()) } else { Err(why.to_owned()) };
        match action {
            Action::Send => {
                session.may_act()?;
                needs(
                    !self.selection.is_empty() || self.grid.current().is_some(),
                    "there is nothing to send",
                )
            }
            Action::Discard | Action::Restore => {
                session.may_change()?;
                needs(
                    !self.selection.is_empty() || self.grid.current().is_some(),
                    "there is nothing selected and no row here",
                )
            }
            Action::Open | Action::ToggleRow | Action::Range => needs(self.grid.current().is_some(), "there is no row here"),
            Action::SelectAll | Action::Invert => needs(self.selecting.is_none(), "rows are being selected already: Esc stops that"),
            Action::DeselectAll => needs(!self.selection.is_empty(), "nothing is selected"),
            _ => Ok(()),
        }
    }
}
