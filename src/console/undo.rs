//! Undoing the last action: first what it was, then the question, then what came of it.

use super::context::{Tone, Work};
use super::format::{counted, short_time, who};
use super::layers::Confirm;
use super::message::{Answer, Owner, RequestId, Told};
use super::model::Model;
use super::request::{Effect, Reply, Request, reply};
use super::update::{push, toast};
use crate::desk::{ActionSummary, Progress, UndoState, Undone};
use crate::domain::shown::Shown;

/// How far back the last action that can be undone is looked for.
const LOOK_BACK: usize = 50;
const TAG: &str = "undo";

/// Asks for the latest actions.
pub(super) fn begin(model: &mut Model) -> Vec<Effect> {
    let id = next(model);
    model.undo.ask(id);
    vec![Effect::Ask(Owner::Shell, id, Request::Actions(LOOK_BACK))]
}

/// What the desk said: the actions, or how the undoing went.
pub(super) fn answered(model: &mut Model, id: RequestId, answer: Answer) -> Vec<Effect> {
    if model.undoing == Some(id) {
        model.undoing = None;
        match reply!(answer, Reply::Undone(undone) => undone) {
            Ok(undone) => {
                let (tone, text) = outcome(&undone);
                toast(model, tone, text);
            }
            Err(why) => toast(model, Tone::Bad, why),
        }
        return Vec::new();
    }
    if !model.undo.receive(id, reply!(answer, Reply::Actions(actions) => actions)) {
        return Vec::new();
    }
    if let Some(why) = model.undo.failure() {
        let why = why.to_owned();
        toast(model, Tone::Bad, why);
        return Vec::new();
    }
    ask(model)
}

fn ask(model: &mut Model) -> Vec<Effect> {
    let Some((action, rows)) = candidate(model) else {
        toast(model, Tone::Notice, "There is nothing to undo; 4 shows what was done".to_owned());
        return Vec::new();
    };
    let when = short_time(action.at, model.session.now, &model.session.zone);
    let mut lines = vec![format!(
        "{} of {}, {when}, by {}",
        action.kind,
        counted(action.done, "row", "rows"),
        who(&action.by)
    )];
    if !action.filter.is_empty() {
        lines.push(format!("filter: {}", Shown::new(&action.filter)));
    }
    lines.push(format!(
        "{} can be taken back; what is out already stays as it is and is told.",
        counted(rows, "row", "rows")
    ));
    push(
        model,
        Box::new(Confirm::new(Owner::Shell, TAG, "Undo the last action?", &lines, "undo it")),
    )
}

fn candidate(model: &Model) -> Option<(ActionSummary, u64)> {
    model.undo.value()?.iter().find_map(|action| match action.undo {
        UndoState::Possible { rows } => Some((action.clone(), rows)),
        UndoState::Undone | UndoState::Impossible(_) => None,
    })
}

/// The question was answered with yes.
pub(super) fn told(model: &mut Model, tag: &str, told: &Told) -> Vec<Effect> {
    let Some((action, rows)) = candidate(model).filter(|_| tag == TAG && *told == Told::Confirmed) else {
        return Vec::new();
    };
    let id = next(model);
    let progress = Progress::new(rows);
    model.undoing = Some(id);
    let title = format!("Undoing {} of {}", action.kind, counted(rows, "row", "rows"));
    model.works.push((
        Work {
            id,
            title,
            progress: progress.clone(),
            window: true,
        },
        model.session.now,
    ));
    vec![Effect::Ask(Owner::Shell, id, Request::Undo(action.id, progress))]
}

/// How an undoing went, in one line.
pub(super) fn outcome(undone: &Undone) -> (Tone, String) {
    let done = format!("Undone for {}", counted(undone.done, "row", "rows"));
    match (undone.left, &undone.why_left) {
        (0, _) => (Tone::Good, done),
        (left, Some(why)) => (
            Tone::Notice,
            format!("{done}; {} left as they are: {why}", counted(left, "row", "rows")),
        ),
        (left, None) => (Tone::Notice, format!("{done}; {} left as they are", counted(left, "row", "rows"))),
    }
}

fn next(model: &mut Model) -> RequestId {
    model.next_request += 1;
    RequestId(model.next_request)
}
