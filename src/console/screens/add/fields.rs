//! The three choices of the form: Send From, Invitee Group, When.

use super::update::touched;
use super::{Field, State, When};
use crate::console::context::{Context, Tone};
use crate::console::layers::{Choice, Menu};
use crate::console::request::Request;
use crate::desk::GroupChoice;
use crossterm::event::KeyCode;

const SENDER: &str = "sender";
const GROUP: &str = "group";
const WHEN: &str = "when";

/// Asks what the group rule says, once for each sender.
pub(super) fn ask_group_rule(state: &mut State, context: &mut Context<'_>) {
    let sender = state.sender(context.session).map(|sender| sender.id);
    if let Some(sender) = sender.filter(|sender| state.choice_for != Some(*sender)) {
        state.choice_for = Some(sender);
        state.choice.ask(context.ask(Request::GroupChoice(sender)));
        state.check.changed(state.emails.text(), context);
    }
}

/// Left and right change the choice, up and down go to the neighbours, Enter opens the whole list.
pub(super) fn key(state: &mut State, code: KeyCode, context: &mut Context<'_>) {
    match code {
        KeyCode::Left | KeyCode::Char('h') => turn(state, Turn::Back, context),
        KeyCode::Right | KeyCode::Char('l' | ' ') => turn(state, Turn::On, context),
        KeyCode::Up | KeyCode::Char('k') => state.field = state.field.step(Field::ALL.len() - 1),
        KeyCode::Down | KeyCode::Char('j') => state.field = state.field.step(1),
        KeyCode::Enter => open(state, context),
        _ => {}
    }
}

#[derive(Clone, Copy)]
enum Turn {
    Back,
    On,
}

fn turned(at: Option<usize>, count: usize, turn: Turn) -> usize {
    match (at, turn) {
        (None, Turn::On) => 0,
        (None | Some(0), Turn::Back) => count.saturating_sub(1),
        (Some(at), Turn::Back) => at - 1,
        (Some(at), Turn::On) => (at + 1) % count.max(1),
    }
}

fn turn(state: &mut State, turn: Turn, context: &mut Context<'_>) {
    let Some(catalog) = context.session.catalog.value() else { return };
    match state.field {
        Field::Sender => {
            let now = state.sender(context.session).map(|sender| sender.id);
            let at = catalog.senders.iter().position(|sender| Some(sender.id) == now);
            set_sender(state, turned(at, catalog.senders.len(), turn), context);
        }
        Field::Group => {
            let at = catalog.account_groups().position(|group| Some(group.id) == state.group);
            set_group(state, turned(at, catalog.account_groups().count(), turn), context);
        }
        _ => set_when(state, usize::from(state.when == When::SendNow), context),
    }
}

fn open(state: &State, context: &mut Context<'_>) {
    let Some(catalog) = context.session.catalog.value() else { return };
    let choice = |label: &str, note: &str, current| Choice {
        label: label.to_owned(),
        note: note.to_owned(),
        current,
    };
    let (tag, title, choices) = match state.field {
        Field::Sender => {
            let now = state.sender(context.session).map(|sender| sender.id);
            let all = catalog.senders.iter();
            let all = all
                .map(|sender| choice(&sender.name, &sender.from_email, Some(sender.id) == now))
                .collect();
            (SENDER, "Send From", all)
        }
        Field::Group => {
            if matches!(state.choice.value(), Some(GroupChoice::Fixed(_))) {
                return fixed(context);
            }
            let all = catalog.account_groups();
            let all = all.map(|group| choice(&group.name, "", Some(group.id) == state.group)).collect();
            (GROUP, "Invitee Group", all)
        }
        _ => {
            let now = state.when == When::SendNow;
            let all = vec![choice("send now", "", now), choice("keep as Not Sent", "", !now)];
            (WHEN, "When", all)
        }
    };
    context.open(Menu::new(context.owner(), tag, title, choices));
}

/// An entry of one of the lists was chosen.
pub(super) fn chosen(state: &mut State, tag: &str, at: usize, context: &mut Context<'_>) {
    match tag {
        SENDER => set_sender(state, at, context),
        GROUP => set_group(state, at, context),
        WHEN => set_when(state, at, context),
        _ => {}
    }
}

fn set_sender(state: &mut State, at: usize, context: &Context<'_>) {
    let sender = context.session.catalog.value().and_then(|catalog| catalog.senders.get(at));
    state.sender = sender.map(|sender| sender.id);
    touched(state, context);
}

/// A choice is never dropped without a word: where the rule decides, it says so.
fn set_group(state: &mut State, at: usize, context: &mut Context<'_>) {
    if matches!(state.choice.value(), Some(GroupChoice::Fixed(_))) {
        return fixed(context);
    }
    let group = context.session.catalog.value().and_then(|catalog| catalog.account_groups().nth(at));
    state.group = group.map(|group| group.id);
    touched(state, context);
}

fn fixed(context: &mut Context<'_>) {
    context.toast(
        Tone::Notice,
        "The setting group_rule is “default”: everybody invited gets the default group",
    );
}

fn set_when(state: &mut State, at: usize, context: &Context<'_>) {
    state.when = if at == 0 { When::SendNow } else { When::KeepNotSent };
    touched(state, context);
}
