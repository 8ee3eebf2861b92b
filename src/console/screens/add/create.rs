//! What the form does with the ready ones: create them, show their mail, try it on oneself.

use super::preview::PreviewLayer;
use super::update::{emails_touched, touched};
use super::{State, When, verdicts};
use crate::console::context::{Context, Tone};
use crate::console::editor::Editor;
use crate::console::format::counted;
use crate::console::layers::{Confirm, Pager};
use crate::console::message::{Answer, RequestId};
use crate::console::request::{Reply, Request, reply};
use crate::domain::create::Created;
use crate::domain::email::EmailAddress;
use crate::domain::shown::Shown;
use ratatui::text::{Line, Span};
use std::collections::HashSet;

pub(super) const MANY: &str = "many";
/// From so many mails on, a key pressed by mistake costs too much: it asks.
const ASK_FROM: u64 = 500;

pub(super) fn begin(state: &mut State, context: &mut Context<'_>) {
    let ready = state.ready();
    if ready < ASK_FROM {
        return ask(state, context);
    }
    let sends = if state.when == When::SendNow {
        "Their mails are queued at once; they can be undone while they wait."
    } else {
        "They stay Not Sent: no mail goes out now."
    };
    let lines = [
        format!("{} are created.", counted(ready, "invitation", "invitations")),
        sends.to_owned(),
    ];
    let question = Confirm::new(context.owner(), MANY, "Create them?", &lines, "create them");
    context.open(if state.when == When::SendNow { question.sends() } else { question });
}

pub(super) fn ask(state: &mut State, context: &mut Context<'_>) {
    let addresses = state.check.addresses(state.override_cooldown);
    let title = format!("Creating {}", counted(addresses.len() as u64, "invitation", "invitations"));
    if let Some(new) = state.asks_for(addresses, context.session) {
        let progress = crate::desk::Progress::new(0);
        state.creating = Some(context.work_beside(title, &progress, Request::Invite(Box::new(new))));
    }
}

pub(super) fn preview(state: &mut State, context: &mut Context<'_>) {
    let first = state.check.addresses(state.override_cooldown).into_iter().take(1).collect();
    if let Some(new) = state.asks_for(first, context.session) {
        state.previewing = Some(context.ask(Request::Preview(Box::new(new))));
    }
}

pub(super) fn test_mail(state: &mut State, address: &str, context: &mut Context<'_>) {
    if address.trim().is_empty() {
        return context.toast(Tone::Notice, "No test mail: no address was written");
    }
    let to = match EmailAddress::parse(address) {
        Ok(to) => to,
        Err(error) => return context.toast(Tone::Bad, format!("{} is no address: {error}", Shown::new(address))),
    };
    if let Some(new) = state.asks_for(vec![to.clone()], context.session) {
        let progress = crate::desk::Progress::new(0);
        let title = format!("Sending a test mail to {}", Shown::from(&to));
        state.testing = Some(context.work_beside(title, &progress, Request::TestMail(Box::new(new), to)));
    }
}

/// Takes the answers to the above; `false` for any other.
pub(super) fn answered(state: &mut State, id: RequestId, answer: &Answer, context: &mut Context<'_>) -> bool {
    if state.creating == Some(id) {
        state.creating = None;
        match reply!(answer.clone(), Reply::Invited(_, created) => created) {
            Ok(created) => tell(state, &created, context),
            Err(why) => context.toast(Tone::Bad, format!("Nothing was created: {why}")),
        }
    } else if state.previewing == Some(id) {
        state.previewing = None;
        match reply!(answer.clone(), Reply::Preview(preview) => preview) {
            Ok(preview) => context.open(PreviewLayer::new(preview)),
            Err(why) => context.toast(Tone::Bad, why),
        }
    } else if state.testing == Some(id) {
        state.testing = None;
        match reply!(answer.clone(), Reply::Words(words) => words) {
            Ok(words) => context.toast(Tone::Good, format!("Test mail: {words}")),
            Err(why) => context.toast(Tone::Bad, format!("The test mail did not go: {why}")),
        }
    } else {
        return false;
    }
    true
}

/// Says what was created and what was not, and leaves in the form only what is left to mend.
fn tell(state: &mut State, created: &Created, context: &mut Context<'_>) {
    let count = created.created.len() as u64;
    let what = match (count, state.when) {
        (0, _) => "Nothing was created".to_owned(),
        (_, When::SendNow) => format!(
            "{} created, {} queued",
            counted(count, "invitation", "invitations"),
            if count == 1 { "its mail" } else { "their mails" }
        ),
        (_, When::KeepNotSent) => format!("{} created, not sent", counted(count, "invitation", "invitations")),
    };
    let keys: HashSet<String> = created.created.iter().map(|(_, address)| address.key()).collect();
    let rest = state.check.rest(&keys);
    let left = rest.lines().count() as u64;
    if left == 0 {
        state.message = Editor::default();
    }
    state.emails = Editor::new(&rest);
    state.cursor = 0;
    if created.refused.is_empty() {
        let stays = if left == 0 {
            "u undoes".to_owned()
        } else {
            format!("{} left in the form", counted(left, "entry", "entries"))
        };
        context.toast(if count == 0 { Tone::Notice } else { Tone::Good }, format!("{what}; {stays}"));
    } else {
        refusals(&what, created, context);
    }
    touched(state, context);
    emails_touched(state, context);
}

fn refusals(what: &str, created: &Created, context: &mut Context<'_>) {
    let theme = &context.session.theme;
    let refused = counted(created.refused.len() as u64, "address", "addresses");
    let mut lines = vec![
        Line::raw(what.to_owned()),
        Line::styled(format!("Refused meanwhile, and left in the form: {refused}"), theme.warn),
        Line::default(),
    ];
    lines.extend(created.refused.iter().map(|(address, verdict)| {
        let (glyph, words) = verdicts::words(verdict, None, context.session);
        Line::from_iter([
            Span::raw(format!("{glyph} {}  ", Shown::from(address))),
            Span::styled(String::from(Shown::new(&words)), theme.dim),
        ])
    }));
    context.open(Pager::new("Created", lines));
}
