//! What changes on events.

use super::{DRAFT_RESTS, Field, State, When, create, fields};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::editor::Editor;
use crate::console::layers::{Confirm, Prompt};
use crate::console::message::{Answer, Event, RequestId, Told};
use crate::console::request::{Reply, Request, reply};
use crate::domain::create::Draft;
use crate::domain::ids::{GroupId, SenderId};
use crossterm::event::{KeyCode, KeyEvent};

pub(super) const EMPTY: &str = "empty";
pub(super) const TEST_TO: &str = "test-to";

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Entered => entered(state, context),
        Event::Changed => state.check.changed(state.emails.text(), context),
        Event::Left => keep(state, context),
        Event::Time if state.keep_at.is_some_and(|at| at <= context.session.now) => keep(state, context),
        Event::Act(action) => act(state, action, context),
        Event::Key(key) => type_key(state, &key, context),
        Event::Paste(text) => paste(state, &text, context),
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        Event::Told(EMPTY, Told::Confirmed) => empty(state, context),
        Event::Told(create::MANY, Told::Confirmed) => create::ask(state, context),
        Event::Told(TEST_TO, Told::Entered(address)) => create::test_mail(state, &address, context),
        Event::Told(tag, Told::Chosen(at)) => fields::chosen(state, tag, at, context),
        _ => {}
    }
    fields::ask_group_rule(state, context);
}

fn entered(state: &mut State, context: &mut Context<'_>) {
    if state.draft.value().is_none() && !state.draft.is_loading() {
        state.draft.ask(context.ask(Request::Draft));
    }
    state.check.changed(state.emails.text(), context);
}

/// Writes the draft down, where something changed since it last was.
fn keep(state: &mut State, context: &mut Context<'_>) {
    if state.keep_at.take().is_some() && !context.session.read_only {
        context.ask(Request::KeepDraft(state.as_draft()));
    }
}

/// Something changed that the draft keeps.
pub(super) fn touched(state: &mut State, context: &Context<'_>) {
    state.keep_at = Some(context.session.now.plus(DRAFT_RESTS));
}

/// The addresses changed.
pub(super) fn emails_touched(state: &mut State, context: &mut Context<'_>) {
    touched(state, context);
    state.check.changed(state.emails.text(), context);
}

fn act(state: &mut State, action: Action, context: &mut Context<'_>) {
    match action {
        Action::NextField => state.field = state.field.step(1),
        Action::PreviousField => state.field = state.field.step(Field::ALL.len() - 1),
        Action::Submit => create::begin(state, context),
        Action::PreviewMail => create::preview(state, context),
        Action::TestMail => context.open(Prompt::new(context.owner(), TEST_TO, "Send a test mail to", "")),
        Action::FixTypo => fix_typo(state, context),
        Action::OverrideCooldown => {
            state.override_cooldown = !state.override_cooldown;
            let words = if state.override_cooldown {
                "Those cooling down are taken in; that is recorded"
            } else {
                "Those cooling down are left out"
            };
            context.toast(Tone::Notice, words);
        }
        Action::EmptyForm => {
            let lines = ["The addresses and the message go, also from the kept draft.".to_owned()];
            context.open(Confirm::new(context.owner(), EMPTY, "Empty the form?", &lines, "empty it"));
        }
        _ => {}
    }
}

fn empty(state: &mut State, context: &mut Context<'_>) {
    (state.emails, state.message, state.cursor) = (Editor::default(), Editor::default(), 0);
    state.field = Field::Emails;
    emails_touched(state, context);
}

/// The typo under the cursor of the list, or else the first one.
fn fix_typo(state: &mut State, context: &mut Context<'_>) {
    if state.check.is_open() {
        return context.toast(Tone::Notice, "The addresses are still being checked: a moment");
    }
    let lines = state.check.lines();
    let at_cursor = lines
        .get(state.cursor)
        .filter(|line| line.hint.is_some() && state.field == Field::Verdicts);
    let fix = at_cursor.or_else(|| lines.iter().find(|line| line.hint.is_some()));
    if let Some((span, meant)) = fix.and_then(|line| Some((line.pasted.span.clone(), line.hint.clone()?))) {
        state.emails.replace(span, meant.as_str());
        context.toast(Tone::Good, format!("Now {}", meant.as_str()));
        emails_touched(state, context);
    }
}

fn type_key(state: &mut State, key: &KeyEvent, context: &mut Context<'_>) {
    match state.field {
        Field::Emails if state.creating.is_some() => context.toast(Tone::Notice, "They are being created: a moment"),
        Field::Emails => {
            let before = state.emails.text().len();
            if state.emails.key(key) && (state.emails.text().len() != before || is_text(key)) {
                emails_touched(state, context);
            }
        }
        Field::Message => {
            if state.message.key(key) {
                touched(state, context);
            }
        }
        Field::Verdicts => move_in_list(state, key.code, context),
        Field::Sender | Field::Group | Field::When => fields::key(state, key.code, context),
    }
}

const fn is_text(key: &KeyEvent) -> bool {
    matches!(key.code, KeyCode::Char(_) | KeyCode::Enter)
}

fn paste(state: &mut State, text: &str, context: &mut Context<'_>) {
    match state.field {
        Field::Message => {
            state.message.insert(text);
            touched(state, context);
        }
        _ if state.creating.is_some() => context.toast(Tone::Notice, "They are being created: paste again in a moment"),
        _ => {
            state.field = Field::Emails;
            state.emails.insert(text);
            emails_touched(state, context);
        }
    }
}

fn move_in_list(state: &mut State, code: KeyCode, context: &Context<'_>) {
    let last = state.check.lines().len().saturating_sub(1);
    let page = usize::from(context.session.body_rows() / 2);
    state.cursor = match code {
        KeyCode::Up | KeyCode::Char('k') => state.cursor.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => state.cursor + 1,
        KeyCode::PageUp => state.cursor.saturating_sub(page),
        KeyCode::PageDown => state.cursor + page,
        KeyCode::Home => 0,
        KeyCode::End => last,
        KeyCode::Enter if !state.check.is_open() => {
            if let Some(line) = state.check.lines().get(state.cursor) {
                state.emails.go_to(line.pasted.span.end);
                state.field = Field::Emails;
            }
            state.cursor
        }
        _ => state.cursor,
    }
    .min(last);
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.draft.expects(id) {
        state.draft.receive(id, reply!(answer, Reply::Draft(draft) => draft));
        restore(state, context);
    } else if state.choice.expects(id) {
        state.choice.receive(id, reply!(answer, Reply::GroupChoice(choice) => choice));
    } else if !create::answered(state, id, &answer, context) {
        let sender = state.sender(context.session).map(|sender| sender.id);
        state.check.answer(id, &answer, state.emails.text(), sender, context);
        state.cursor = state.cursor.min(state.check.lines().len().saturating_sub(1));
    }
}

/// Brings the kept draft back, unless something was typed before it came.
fn restore(state: &mut State, context: &mut Context<'_>) {
    let Some(draft) = state.draft.value().cloned().filter(|_| state.as_draft().is_empty()) else {
        return;
    };
    let Draft {
        emails,
        message,
        sender,
        group,
        keep,
    } = draft;
    (state.emails, state.message) = (Editor::new(&emails), Editor::new(&message));
    (state.sender, state.group) = (sender.map(SenderId), group.map(GroupId));
    state.when = if keep { When::KeepNotSent } else { When::SendNow };
    if !emails.trim().is_empty() || !message.trim().is_empty() {
        context.toast(Tone::Notice, "Your draft is back; F8 empties the form");
    }
    state.check.changed(state.emails.text(), context);
}
