//! The Select control: one row, a range, what is visible, all that matches.

use super::{Selecting, State};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::format::{counted, grouped};
use crate::console::layers::{Choice, Menu};
use crate::console::message::{Answer, RequestId};
use crate::console::request::{Reply, Request, reply};
use crate::desk::Progress;
use crate::domain::ids::InvitationId;
use crate::domain::selection::{Gesture, IdSet};

/// Under which name the menu tells what was chosen.
pub(super) const MENU: &str = "select";

/// The menu's entries, in their order.
const ENTRIES: [Action; 6] = [
    Action::SelectAll,
    Action::DeselectAll,
    Action::SelectVisible,
    Action::UnselectVisible,
    Action::Invert,
    Action::Range,
];

/// Does what one of the keys or entries says.
pub(super) fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    match action {
        Action::SelectMenu => open(state, context),
        Action::SelectAll => all(state, Gesture::SelectAll, context),
        Action::Invert => all(state, Gesture::Invert, context),
        Action::DeselectAll => state.selection.deselect_all(),
        Action::SelectVisible => state.selection.select_visible(state.grid.visible().iter().map(|row| row.id)),
        Action::UnselectVisible => state.selection.unselect_visible(state.grid.visible().iter().map(|row| row.id)),
        Action::Range => match state.range {
            None => begin_range(state),
            Some(_) => end_range(state, context),
        },
        Action::ToggleRow if state.range.is_some() => end_range(state, context),
        Action::ToggleRow => {
            if let Some(row) = state.grid.current() {
                state.selection.toggle(row.id);
                state.grid.go(1);
            }
        }
        Action::SelectionBack => match state.selection.undo() {
            Some(step) => context.toast(
                Tone::Good,
                format!("{} taken back: {}", step.gesture, counted(step.rows(), "row", "rows")),
            ),
            None => context.toast(Tone::Notice, "the selection has not changed yet"),
        },
        _ => {}
    }
    look_for_hidden(state, context);
}

/// The entry with this number was chosen.
pub(super) fn chosen(at: usize, context: &mut Context<'_>) {
    if let Some(action) = ENTRIES.get(at) {
        context.perform(*action);
    }
}

fn open(state: &State, context: &mut Context<'_>) {
    let session = context.session;
    let visible = state.grid.visible();
    let on = visible.iter().filter(|row| state.selection.contains(row.id)).count() as u64;
    let off = visible.len() as u64 - on;
    let all = state.matched(session).map_or_else(|| "…".to_owned(), grouped);
    let choices = vec![
        Choice::new("Select All", format!("{all}  A")),
        Choice::new("Deselect All", format!("{}  X", grouped(state.selection.len()))),
        Choice::new("Select Visible", format!("{}  V", grouped(off))),
        Choice::new("Unselect Visible", format!("{}  U", grouped(on))),
        Choice::new("Invert", format!("{all}  i")),
        Choice::new("Range from this row", "v"),
    ];
    context.open(Menu::new(context.owner(), MENU, "Select", choices).under(1, super::HEAD_ROWS));
}

/// Looks up every row that matches now. Rows that arrive later are not among them, however long the selection lasts.
fn all(state: &mut State, gesture: Gesture, context: &mut Context<'_>) {
    let Some(filter) = state.filtering.asked(state.selection.ids()) else {
        context.toast(Tone::Notice, "too many separate rows are selected to be filtered by");
        return;
    };
    let expected = state.matched(context.session);
    let progress = Progress::new(expected.unwrap_or(0));
    let title = format!("selecting {}", expected.map_or_else(|| "rows".to_owned(), grouped));
    let id = context.work_beside(title, &progress, Request::Matching(filter, progress.clone()));
    state.selecting = Some(Selecting {
        id,
        gesture,
        expected,
        progress,
    });
}

/// The rows that matched are here; `false` when they were not asked for by [`all`].
pub(super) fn looked_up(state: &mut State, id: RequestId, answer: &Answer, context: &mut Context<'_>) -> bool {
    let Some(selecting) = state.selecting.take_if(|selecting| selecting.id == id) else {
        return false;
    };
    match reply!(answer.clone(), Reply::Matching(ids) => ids) {
        Ok(_) if selecting.progress.is_cancelled() => context.toast(Tone::Notice, "stopped: the selection is as it was"),
        Ok(ids) => {
            if selecting.gesture == Gesture::Invert {
                state.selection.invert(&ids);
            } else {
                state.selection.select_all(&ids);
            }
            look_for_hidden(state, context);
        }
        Err(why) => context.toast(Tone::Bad, why),
    }
    true
}

/// Stops looking up rows to select; `false` when nothing is looked up.
pub(super) fn stop(state: &State) -> bool {
    state.selecting.as_ref().is_some_and(|selecting| {
        selecting.progress.cancel();
        true
    })
}

fn begin_range(state: &mut State) {
    state.range = state.grid.current().map(|row| row.id);
    state.grid.pin(true);
}

fn end_range(state: &mut State, context: &mut Context<'_>) {
    let Some(anchor) = state.range.take() else { return };
    state.grid.pin(false);
    let rows: Option<Vec<InvitationId>> = state.grid.between(anchor).map(|rows| rows.iter().map(|row| row.id).collect());
    match rows {
        Some(rows) => state.selection.range(rows),
        None => context.toast(Tone::Notice, "the row where the range began is gone: nothing was selected"),
    }
    super::update::refresh(state, context);
}

/// Gives a range up; `false` when none was begun.
pub(super) fn drop_range(state: &mut State, context: &mut Context<'_>) -> bool {
    if state.range.take().is_none() {
        return false;
    }
    state.grid.pin(false);
    super::update::refresh(state, context);
    true
}

/// Other rows instead, from another screen.
pub(super) fn replace(state: &mut State, ids: &IdSet) {
    state.selection.replace(ids);
}

/// Finds out how many of the selected rows the filter hides, once, while there are any that it could hide.
pub(super) fn look_for_hidden(state: &mut State, context: &mut Context<'_>) {
    let none = state.selection.is_empty() || state.filtering.applied.filter.is_empty();
    if none || state.matching.value().is_some() || state.matching.is_loading() {
        return;
    }
    ask_matching(state, context);
}

/// Asks which rows match; while that is under way the next question waits.
pub(super) fn ask_matching(state: &mut State, context: &mut Context<'_>) {
    if state.matching.is_loading() {
        state.matching_again = true;
        return;
    }
    if let Some(filter) = state.filtering.asked(state.selection.ids()) {
        let id = context.ask(Request::Matching(filter, Progress::new(0)));
        state.matching.ask(id);
    }
}
