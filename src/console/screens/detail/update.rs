//! What changes on events.

use super::edit::EditLayer;
use super::{LinkUse, State, view};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::message::{Answer, Event, RequestId, Visit};
use crate::console::plan;
use crate::console::request::{Reply, Request, reply};
use crate::console::screens::ScreenId;
use crate::domain::ids::InvitationId;
use crate::domain::plan::{Act, TakeIn};
use crate::domain::selection::id_set;

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Visit(Visit::Invitation(id)) => show(state, id, context),
        Event::Entered | Event::Changed => load(state, context),
        Event::Left => state.link = None,
        Event::Act(action) => act(state, action, context),
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        _ => {}
    }
}

fn show(state: &mut State, id: InvitationId, context: &mut Context<'_>) {
    if state.id != Some(id) {
        *state = State {
            id: Some(id),
            ..State::default()
        };
    }
    load(state, context);
}

fn load(state: &mut State, context: &mut Context<'_>) {
    if let Some(id) = state.id {
        state.detail.ask(context.ask(Request::Detail(id)));
    }
}

fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    let page = usize::from(context.session.body_rows() / 2).max(1);
    let last = view::last_line(state, context.session);
    match action {
        Action::Up => state.first = state.first.saturating_sub(1),
        Action::Down => state.first = (state.first + 1).min(last),
        Action::PageUp => state.first = state.first.saturating_sub(page),
        Action::PageDown => state.first = (state.first + page).min(last),
        Action::Top => state.first = 0,
        Action::Bottom => state.first = last,
        Action::RevealLink if state.link.take().is_some() => {}
        Action::RevealLink => ask_link(state, LinkUse::Show, context),
        Action::CopyLink => match state.link.clone() {
            Some(link) => copy(link, context),
            None => ask_link(state, LinkUse::Copy, context),
        },
        Action::Edit => {
            if let Some(detail) = state.detail() {
                context.open(EditLayer::new(detail));
            }
        }
        Action::SendOne => plan(
            state,
            Act::Send(TakeIn {
                resend: true,
                restore: false,
                cooling_down: true,
            }),
            context,
        ),
        Action::DiscardOne => plan(state, Act::Discard, context),
        Action::RestoreOne => plan(state, Act::Restore, context),
        Action::LastAction => {
            if let Some(action) = state.detail().and_then(|detail| detail.last_action) {
                context.visit(ScreenId::Activity, Visit::Action(action));
            }
        }
        _ => {}
    }
}

/// The same plan as for many rows: what would happen is said before it does.
fn plan(state: &State, act: Act, context: &mut Context<'_>) {
    if let Some(id) = state.id {
        context.open(plan::State::new(
            act,
            id_set([id]),
            format!("id:{id}"),
            Some(id),
            context.session.now,
        ));
    }
}

fn ask_link(state: &mut State, purpose: LinkUse, context: &mut Context<'_>) {
    if let Some(id) = state.id {
        state.asked_link = Some((context.ask(Request::Link(id)), purpose));
    }
}

fn copy(link: String, context: &mut Context<'_>) {
    context.copy(link);
    context.toast(Tone::Good, "The link is on the clipboard, where the terminal allows that");
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.detail.expects(id) {
        state.detail.receive(id, reply!(answer, Reply::Detail(detail) => *detail));
        state.first = state.first.min(view::last_line(state, context.session));
        return;
    }
    let Some((_, purpose)) = state.asked_link.filter(|(asked, _)| *asked == id) else {
        return;
    };
    state.asked_link = None;
    match (reply!(answer, Reply::Link(link) => link), purpose) {
        (Ok(link), LinkUse::Show) => (state.link, state.first) = (Some(link), 0),
        (Ok(link), LinkUse::Copy) => copy(link, context),
        (Err(why), _) => context.toast(Tone::Bad, why),
    }
}
