//! What changes on events.

use super::{FIELDS, RETENTION, State};
use crate::console::actions::Action;
use crate::console::context::{Context, Tone};
use crate::console::line::Line;
use crate::console::message::{Answer, Event, RequestId};
use crate::console::request::Request;
use crate::console::screens::ScreenId;
use crate::domain::settings::Setting;
use crossterm::event::{KeyCode, KeyEvent};

pub(super) fn update(state: &mut State, event: Event, context: &mut Context<'_>) {
    match event {
        Event::Restored(Some(text)) => restore(state, &text),
        Event::Entered | Event::Time => fill_in(state, context),
        Event::Left => remember(state, context),
        Event::Act(Action::NextField) => state.at = (state.at + 1) % FIELDS.len(),
        Event::Act(Action::PreviousField) => state.at = (state.at + FIELDS.len() - 1) % FIELDS.len(),
        Event::Act(Action::Submit) => {
            state.errors = Default::default();
            state.trouble = None;
            state.saving = Some(context.ask(Request::SetUp(Box::new(state.form()))));
        }
        Event::Key(key) => type_key(state, &key, context),
        Event::Paste(text) => {
            if let Some(line) = state.lines.get_mut(state.at) {
                line.insert(text.trim());
            }
            changed(state);
        }
        Event::Answer(id, answer) => answered(state, id, *answer, context),
        _ => {}
    }
}

/// What was typed is the operator's: it is not filled in any more, and the error beside the field is answered.
fn changed(state: &mut State) {
    state.touched = true;
    if let Some(error) = state.errors.get_mut(state.at) {
        *error = None;
    }
}

fn type_key(state: &mut State, key: &KeyEvent, context: &mut Context<'_>) {
    match key.code {
        KeyCode::Down => state.at = (state.at + 1).min(FIELDS.len() - 1),
        KeyCode::Up => state.at = state.at.saturating_sub(1),
        KeyCode::Enter if state.at + 1 < FIELDS.len() => state.at += 1,
        KeyCode::Enter => context.perform(Action::Submit),
        _ => {
            let before = state.lines.get(state.at).map(|line| line.text().to_owned());
            if let Some(line) = state.lines.get_mut(state.at) {
                line.key(key);
            }
            if state.lines.get(state.at).map(Line::text) != before.as_deref() {
                changed(state);
            }
        }
    }
}

/// What is set already, and suggestions for the rest, as long as nobody has typed anything.
fn fill_in(state: &mut State, context: &Context<'_>) {
    let (Some(settings), Some(catalog)) = (context.session.settings.value(), context.session.catalog.value()) else {
        return;
    };
    if state.touched || state.saving.is_some() {
        return;
    }
    let set = |setting: Setting| if settings.is_set(setting) { settings.text(setting) } else { "" };
    let sender = catalog.senders.first();
    let retention = if settings.is_set(Setting::Retention) {
        settings.text(Setting::Retention)
    } else {
        RETENTION
    };
    let values = [
        set(Setting::StoreName),
        catalog.websites.first().map_or("", |website| website.base_url.as_str()),
        sender.map_or("", |sender| sender.from_name.as_str()),
        sender.map_or("", |sender| sender.from_email.as_str()),
        settings.text(Setting::Timezone),
        set(Setting::MailRoute),
        retention,
    ];
    state.lines = values.map(Line::new);
}

/// What was begun stays, also over a restart; a password that somebody typed into the mail address does not.
fn remember(state: &State, context: &mut Context<'_>) {
    if state.touched && !context.session.read_only {
        let texts: Vec<&str> = state
            .lines
            .iter()
            .map(Line::text)
            .map(|text| if holds_password(text) { "" } else { text })
            .collect();
        context.remember(texts.join("\n"));
    }
}

/// `smtps://user:secret@host`.
fn holds_password(text: &str) -> bool {
    let account = text.split_once("://").and_then(|(_, rest)| rest.rsplit_once('@'));
    account.is_some_and(|(account, _)| account.contains(':'))
}

fn restore(state: &mut State, text: &str) {
    let texts: Vec<&str> = text.split('\n').collect();
    if texts.len() == FIELDS.len() {
        for (line, text) in state.lines.iter_mut().zip(texts) {
            *line = Line::new(text);
        }
        state.touched = true;
    }
}

/// Left by Esc: says how to come back.
pub(super) fn skipped(state: &State, context: &mut Context<'_>) {
    if state.saving.is_none() {
        let kept = if state.touched { "; what you typed is kept" } else { "" };
        context.toast(Tone::Notice, format!("Skipped: F2, or : and “set up”, comes back to it{kept}"));
    }
}

fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    if state.saving != Some(id) {
        return;
    }
    state.saving = None;
    match answer {
        Ok(_) => {
            // Nothing is left to remember: from here on the settings say it.
            state.touched = false;
            context.remember(String::new());
            context.toast(Tone::Good, "Set up; n adds the first invitations");
            context.go(ScreenId::Invitations);
            context.perform(Action::Refresh);
        }
        Err(refusal) => {
            let at = FIELDS.iter().position(|field| Some(field.code) == refusal.field);
            match at.and_then(|at| state.errors.get_mut(at)) {
                Some(error) => {
                    *error = Some(refusal.message);
                    state.at = at.unwrap_or(state.at);
                }
                None => state.trouble = Some(refusal.message),
            }
        }
    }
}
