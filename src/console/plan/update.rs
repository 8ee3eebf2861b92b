//! What changes on events.

use super::rows::Rows;
use super::{Applying, Focus, State};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::format::{counted, grouped};
use crate::console::message::{Answer, Event, RequestId};
use crate::console::request::{Reply, Request, reply};
use crate::desk::{ActContext, Applied, Progress};
use crate::domain::plan::{Act, Bucket, TakeIn};
use crossterm::event::KeyCode;
use std::sync::Arc;

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Entered => ask(state, context),
        Event::Act(action) => act(state, action, context),
        Event::Key(key) if state.focus == Focus::Reason => {
            state.reason.key(&key);
        }
        Event::Key(key) if matches!(key.code, KeyCode::Backspace | KeyCode::Char('0'..='9' | ',' | '.')) => {
            state.typed.key(&key);
        }
        Event::Paste(text) if state.focus == Focus::Reason => state.reason.insert(&text),
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        _ => {}
    }
}

fn ask(state: &mut State, context: &mut Context<'_>) {
    state.planning.cancel();
    state.planning = Progress::new(state.ids.len());
    let title = format!("looking at {}", counted(state.ids.len(), "row", "rows"));
    let request = Request::Plan {
        act: state.act,
        ids: Arc::clone(&state.ids),
        progress: state.planning.clone(),
    };
    let id = context.work_beside(title, &state.planning, request);
    state.plan.ask(id);
}

fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    let last = state.buckets().len().saturating_sub(1);
    match action {
        Action::Up => state.cursor = state.cursor.saturating_sub(1),
        Action::Down => state.cursor = (state.cursor + 1).min(last),
        Action::Top | Action::PageUp => state.cursor = 0,
        Action::Bottom | Action::PageDown => state.cursor = last,
        Action::TakeInSent => take_in(state, |take_in| take_in.resend = !take_in.resend, context),
        Action::TakeInDiscarded => take_in(state, |take_in| take_in.restore = !take_in.restore, context),
        Action::TakeInCooling => take_in(state, |take_in| take_in.cooling_down = !take_in.cooling_down, context),
        Action::GiveReason => {
            state.focus = if state.focus == Focus::Reason {
                Focus::Lines
            } else {
                Focus::Reason
            }
        }
        // Enter never acts: in the reason it only leaves the line.
        Action::BucketRows if state.focus == Focus::Reason => state.focus = Focus::Lines,
        Action::BucketRows => open_rows(state, context),
        Action::CarryOut => carry_out(state, context),
        _ => {}
    }
}

fn take_in(state: &mut State, change: impl FnOnce(&mut TakeIn), context: &mut Context<'_>) {
    if let Act::Send(mut taken) = state.act {
        change(&mut taken);
        state.act = Act::Send(taken);
        state.typed = crate::console::line::Line::default();
        ask(state, context);
    }
}

fn open_rows(state: &State, context: &mut Context<'_>) {
    let buckets = state.buckets();
    let Some((bucket, plan)) = buckets.get(state.cursor).zip(state.plan.value()) else {
        return;
    };
    if let Some(rows) = plan.buckets.get(bucket) {
        context.open(Rows::new(bucket.label(), rows.ids.clone()));
    }
}

fn carry_out(state: &mut State, context: &mut Context<'_>) {
    let Some(plan) = state.plan.value().cloned() else { return };
    let progress = Progress::new(plan.acting());
    let reason = Some(state.reason.text().trim().to_owned()).filter(|reason| !reason.is_empty());
    let why = ActContext {
        filter: state.filter.clone(),
        reason,
    };
    let title = format!("{}: {}", state.act.verb(), counted(plan.acting(), "row", "rows"));
    let id = context.work_beside(
        title,
        &progress,
        Request::Apply {
            plan,
            why,
            progress: progress.clone(),
        },
    );
    state.applying = Some(Applying { id, progress });
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.plan.expects(id) {
        state.plan.receive(id, reply!(answer, Reply::Plan(plan) => Arc::new(plan)));
        state.cursor = state.cursor.min(state.buckets().len().saturating_sub(1));
    } else if state.applying.as_ref().is_some_and(|applying| applying.id == id) {
        state.applying = None;
        match reply!(answer, Reply::Applied(applied) => applied) {
            Ok(applied) => {
                let (tone, text) = outcome(state.act, &applied);
                context.toast(tone, text);
                context.close();
            }
            Err(why) => {
                context.toast(Tone::Bad, why);
                ask(state, context);
            }
        }
    }
}

/// How it went, in one line.
fn outcome(act: Act, applied: &Applied) -> (Tone, String) {
    let verb = match act {
        Act::Send(_) => "queued to be sent",
        Act::Discard => "discarded",
        Act::Restore => "restored",
    };
    let changed = applied.outcomes.get(&Bucket::ChangedMeanwhile).copied().unwrap_or(0);
    let left: u64 = applied
        .outcomes
        .iter()
        .filter(|(bucket, _)| !bucket.acts())
        .map(|(_, rows)| rows)
        .sum();
    let part = |holds: bool, text: String| if holds { text } else { String::new() };
    let text = [
        format!("{} {verb}", counted(applied.done, "invitation", "invitations")),
        part(left > 0, format!(", {} left out", grouped(left))),
        part(changed > 0, format!(" ({} changed meanwhile)", grouped(changed))),
        part(applied.cancelled, "; stopped before the rest".to_owned()),
        part(applied.done > 0, " · u undoes".to_owned()),
    ];
    (
        if applied.cancelled || changed > 0 || applied.done == 0 {
            Tone::Notice
        } else {
            Tone::Good
        },
        text.concat(),
    )
}
