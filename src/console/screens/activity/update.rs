//! What changes on events.

use super::{SHOWN, State, view};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::format::{counted, grouped, short_time, who};
use crate::console::layers::{Choice, Confirm, Menu};
use crate::console::message::{Answer, Event, RequestId, Told, Visit};
use crate::console::request::{Reply, Request, reply};
use crate::console::screens::ScreenId;
use crate::console::undo;
use crate::desk::UndoState;
use crate::domain::ids::ActionId;

const OUTCOME: &str = "outcome";
const UNDO: &str = "undo-this";

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Visit(Visit::Action(id)) => state.wanted = Some(id),
        Event::Entered | Event::Changed => state.actions.ask(context.ask(Request::Actions(SHOWN))),
        Event::Act(action) => act(state, action, context),
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        Event::Told(OUTCOME, Told::Chosen(at)) => select(state, at, context),
        Event::Told(UNDO, Told::Confirmed) => undo_current(state, context),
        _ => {}
    }
}

fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    let last = state.all().len().saturating_sub(1);
    let page = usize::from(view::list_height(context.session.body_rows())).max(1);
    match action {
        Action::Up => state.cursor = state.cursor.saturating_sub(1),
        Action::Down => state.cursor = (state.cursor + 1).min(last),
        Action::PageUp => state.cursor = state.cursor.saturating_sub(page),
        Action::PageDown => state.cursor = (state.cursor + page).min(last),
        Action::Top => state.cursor = 0,
        Action::Bottom => state.cursor = last,
        Action::OpenLine => {
            if let Some(id) = state.current().map(|action| action.id) {
                state.opening = Some((context.ask(Request::ActionRows(id)), id));
            }
        }
        Action::UndoLast => ask_undo(state, context),
        _ => {}
    }
}

fn ask_undo(state: &State, context: &mut Context<'_>) {
    let Some(action) = state.current() else { return };
    let UndoState::Possible { rows } = action.undo else { return };
    let when = short_time(action.at, context.session.now, &context.session.zone);
    let lines = [
        format!(
            "{} of {}, {when}, by {}",
            action.kind,
            counted(action.done, "row", "rows"),
            who(&action.by)
        ),
        format!(
            "{} can be taken back; what is out already stays as it is and is told.",
            counted(rows, "row", "rows")
        ),
    ];
    context.open(Confirm::new(context.owner(), UNDO, "Undo this action?", &lines, "undo it"));
}

fn undo_current(state: &mut State, context: &mut Context<'_>) {
    let Some((id, kind, rows)) = state.current().and_then(|action| match action.undo {
        UndoState::Possible { rows } => Some((action.id, action.kind.clone(), rows)),
        _ => None,
    }) else {
        return;
    };
    let title = format!("Undoing {kind} of {}", counted(rows, "row", "rows"));
    state.undoing = Some(context.work(title, rows, |progress| Request::Undo(id, progress)));
}

/// Opens the rows of one outcome as a selection in the grid.
fn select(state: &mut State, at: usize, context: &mut Context<'_>) {
    let Some((bucket, ids)) = state.outcomes.get(at).cloned() else {
        return;
    };
    let kind = state.current().map_or("", |action| action.kind.as_str());
    let what = format!(
        "{}, {} of {kind}",
        counted(ids.len(), "row", "rows"),
        view::outcome_words(kind, bucket)
    );
    context.visit(ScreenId::Invitations, Visit::Selection(ids, what));
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.actions.expects(id) {
        let before = state.current().map(|action| action.id);
        state.actions.receive(id, reply!(answer, Reply::Actions(actions) => actions));
        keep_cursor(state, before);
    } else if state.opening.is_some_and(|(asked, _)| asked == id) {
        opened(state, answer, context);
    } else if state.undoing == Some(id) {
        state.undoing = None;
        let (tone, text) = match reply!(answer, Reply::Undone(undone) => undone) {
            Ok(undone) => undo::outcome(&undone),
            Err(why) => (Tone::Bad, why),
        };
        context.toast(tone, text);
        state.actions.ask(context.ask(Request::Actions(SHOWN)));
    }
}

/// The cursor stays on its action when newer ones come above it.
fn keep_cursor(state: &mut State, before: Option<ActionId>) {
    let wanted = state.wanted.take().or(before);
    let found = wanted.and_then(|id| state.all().iter().position(|action| action.id == id));
    state.cursor = found.unwrap_or(state.cursor).min(state.all().len().saturating_sub(1));
}

fn opened(state: &mut State, answer: Answer, context: &mut Context<'_>) {
    let action = state.opening.take().map(|(_, action)| action);
    let rows = match reply!(answer, Reply::ActionRows(rows) => rows) {
        Ok(rows) => rows,
        Err(why) => return context.toast(Tone::Bad, why),
    };
    if state.current().map(|current| current.id) != action {
        return;
    }
    state.outcomes = rows.into_iter().filter(|(_, ids)| !ids.is_empty()).collect();
    if state.outcomes.is_empty() {
        return context.toast(Tone::Notice, "No rows are recorded for this action");
    }
    let kind = state.current().map_or("", |current| current.kind.as_str());
    let choices = state.outcomes.iter();
    let choices = choices
        .map(|(bucket, ids)| Choice::new(view::outcome_words(kind, *bucket), grouped(ids.len())))
        .collect();
    context.open(Menu::new(context.owner(), OUTCOME, "Select the rows that were", choices));
}
