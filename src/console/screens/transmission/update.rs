//! What changes on events.

use super::{Item, Purpose, State, is_paused, settle, withdrawable, words};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::format::counted;
use crate::console::layers::{Confirm, Prompt};
use crate::console::message::{Answer, Event, RequestId, Told, Visit};
use crate::console::request::{Reply, Request, reply};
use crate::console::screens::ScreenId;
use crate::desk::Progress;
use crate::domain::delivery::Delivery;
use crate::domain::filter::{Filter, Test, TextField, TextTest};
use crate::domain::ids::InvitationId;
use crate::domain::time::Moment;
use std::time::Duration;

const PAUSE: &str = "pause";
const CANCEL: &str = "cancel";
const SECOND: i64 = 1_000_000;
/// How often the numbers are asked for again while mails go out.
const FRESH: Duration = Duration::from_secs(2);

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Entered | Event::Changed => load(state, context),
        Event::Time => {
            let old = state
                .latest(context.session)
                .is_none_or(|now| context.session.now.since(now.at) >= FRESH);
            if old && state.tick_at.is_some_and(|at| at <= context.session.now) && !state.own.is_loading() {
                load(state, context);
            }
        }
        Event::Act(action) => act(state, action, context),
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        Event::Told(PAUSE, Told::Entered(reason)) => ask(state, Purpose::Pause, Request::Pause(reason), context),
        Event::Told(CANCEL, Told::Confirmed) => cancel(state, context),
        Event::Told(tag, told) => settle::told(state, tag, &told, context),
        _ => {}
    }
    let last = state.items(context.session).len().saturating_sub(1);
    state.cursor = state.cursor.min(last);
    state.tick_at = next_tick(state, context);
}

fn load(state: &mut State, context: &mut Context<'_>) {
    if !state.own.is_loading() {
        state.own.ask(context.ask(Request::Transmission));
    }
}

/// The next whole second, while mails go out or a countdown runs.
fn next_tick(state: &State, context: &Context<'_>) -> Option<Moment> {
    let now = state.latest(context.session)?;
    let until = now.waits.as_ref().and_then(words::until).or(now.next_release);
    let counts = until.is_some_and(|until| until > context.session.now);
    (counts || (now.to_go() > 0 && now.waits.is_none())).then(|| Moment(context.session.now.0.div_euclid(SECOND) * SECOND + SECOND))
}

pub(super) fn ask(state: &mut State, purpose: Purpose, request: Request, context: &mut Context<'_>) {
    let id = context.ask(request);
    state.waiting.insert(id, purpose);
}

fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    let last = state.items(context.session).len().saturating_sub(1);
    let page = usize::from(context.session.body_rows() / 2);
    match action {
        Action::Up => state.cursor = state.cursor.saturating_sub(1),
        Action::Down => state.cursor = (state.cursor + 1).min(last),
        Action::PageUp => state.cursor = state.cursor.saturating_sub(page),
        Action::PageDown => state.cursor = (state.cursor + page).min(last),
        Action::Top => state.cursor = 0,
        Action::Bottom => state.cursor = last,
        Action::OpenLine => open(state, context),
        Action::PauseOrResume => {
            if state.latest(context.session).is_some_and(is_paused) {
                ask(state, Purpose::Resume, Request::Resume, context);
            } else {
                context.open(Prompt::new(context.owner(), PAUSE, "Pause the dispatch, for everybody: why?", ""));
            }
        }
        Action::CancelRest => ask_cancel(state, context),
        Action::TestConnection => {
            let id = context.work_beside("Testing the connection", &Progress::new(0), Request::TestConnection);
            state.waiting.insert(id, Purpose::Test);
        }
        Action::TryNow => find(state, Delivery::Deferred, Purpose::FindDeferred, context),
        Action::Settle => settle::begin(state, context),
        _ => {}
    }
}

/// Looks up every mail in `delivery`, however many the screen shows.
pub(super) fn find(state: &mut State, delivery: Delivery, purpose: Purpose, context: &mut Context<'_>) {
    let filter = Filter::all().and(Test::Delivery(vec![delivery]));
    ask(state, purpose, Request::Matching(filter, Progress::default()), context);
}

/// The words of a group hold `…` where its mails differ: what stands between is what they have in common.
fn parts(words: &str) -> impl Iterator<Item = &str> {
    let all = words.split('…').map(str::trim);
    all.filter(|part| part.chars().any(char::is_alphanumeric))
}

fn open(state: &State, context: &mut Context<'_>) {
    match state.item(context.session) {
        Some(Item::Failure(group)) => {
            let failed = Filter::all().and(Test::Delivery(vec![Delivery::Failed]));
            let filter = parts(&group.words).fold(failed, |filter, part| {
                filter.and(Test::Text {
                    field: TextField::Reason,
                    any: vec![TextTest::Contains(part.to_owned())],
                })
            });
            context.visit(ScreenId::Invitations, Visit::Filter(filter.to_string()));
        }
        Some(Item::Doubt(doubt)) => context.visit(ScreenId::Detail, Visit::Invitation(InvitationId(doubt.id.0))),
        Some(Item::Batch(_)) | None => {}
    }
}

fn ask_cancel(state: &State, context: &mut Context<'_>) {
    let Some(now) = state.latest(context.session) else { return };
    let lines = [
        format!(
            "{} withdrawn: queued, deferred, and taken by a dispatcher.",
            counted(withdrawable(now), "mail is", "mails are")
        ),
        "What is being sent right now still arrives; what is out is out.".to_owned(),
        "The invitations stay as they are, and can be sent again at any time.".to_owned(),
    ];
    context.open(Confirm::new(context.owner(), CANCEL, "Cancel the rest?", &lines, "withdraw them"));
}

fn cancel(state: &mut State, context: &mut Context<'_>) {
    let count = state.latest(context.session).map_or(0, withdrawable);
    let title = format!("Withdrawing {}", counted(count, "mail", "mails"));
    let id = context.work(title, count, Request::CancelRest);
    state.waiting.insert(id, Purpose::Cancel);
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.own.expects(id) {
        state.own.receive(id, reply!(answer, Reply::Transmission(now) => *now));
        return;
    }
    let Some(purpose) = state.waiting.remove(&id) else { return };
    match answer {
        Err(refusal) => context.toast(Tone::Bad, refusal.message),
        Ok(Reply::Matching(ids)) if purpose == Purpose::FindDeferred => ask(state, Purpose::TryNow, Request::TryNow(ids), context),
        Ok(Reply::Matching(ids)) => settle::choose_for_all(state, ids, context),
        Ok(reply) => context.toast(Tone::Good, outcome(purpose, &reply)),
    }
    load(state, context);
}

fn outcome(purpose: Purpose, reply: &Reply) -> String {
    let count = if let Reply::Done(count) = reply { *count } else { 0 };
    match (purpose, reply) {
        (Purpose::Test, Reply::Words(words)) => words.clone(),
        (Purpose::Pause, _) => "Paused for everybody; p resumes".to_owned(),
        (Purpose::Resume, _) => "Resumed".to_owned(),
        (Purpose::Cancel, _) => format!("{} withdrawn; they can be sent again", counted(count, "mail", "mails")),
        (Purpose::TryNow, _) => format!("{} tried now instead of later", counted(count, "mail is", "mails are")),
        (Purpose::Settle(how), _) => settle::outcome(how, count),
        _ => "Done".to_owned(),
    }
}
