//! What stands above the timeline: the invitation, its mail, invitee and inviter, as names and values.

use super::State;
use crate::console::format::{date_time, grouped};
use crate::console::model::Session;
use crate::console::screens::invitations::{delivery_style, delivery_words, status_sign, status_style};
use crate::domain::filter::Via;
use crate::domain::invitation::{Detail, Person};
use crate::domain::shown::Shown;
use crate::domain::time::Moment;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

const NONE: &str = "—";

/// A titled list of names and values.
pub(super) struct Block {
    pub(super) title: &'static str,
    rows: Vec<(&'static str, String, Style)>,
}

impl Block {
    fn new(title: &'static str) -> Self {
        Self { title, rows: Vec::new() }
    }

    fn row(&mut self, name: &'static str, value: impl Into<String>, style: Style) {
        self.rows.push((name, value.into(), style));
    }

    /// Its lines, the title first, each cut to `width`.
    pub(super) fn lines(&self, width: usize, session: &Session) -> Vec<Line<'static>> {
        let mut lines = vec![Line::styled(self.title, session.theme.heading)];
        lines.extend(self.rows.iter().map(|(name, value, style)| {
            Line::from_iter([
                Span::styled(format!("{name:<11} "), session.theme.dim),
                Span::styled(String::from(Shown::new(value).fit(width.saturating_sub(12))), *style),
            ])
        }));
        lines
    }
}

fn date(at: Option<Moment>, session: &Session) -> String {
    at.map_or_else(|| NONE.to_owned(), |at| date_time(at, &session.zone))
}

/// Number, status, address, where it belongs, its dates, link and message.
pub(super) fn invitation(detail: &Detail, state: &State, session: &Session) -> Block {
    let theme = &session.theme;
    let row = &detail.row;
    let mut block = Block::new("Invitation");
    let status = format!("{} {}", status_sign(row.status), row.status.label());
    block.row("Status", status, status_style(row.status, theme));
    block.row("Email", row.email.clone().unwrap_or_else(|| "(erased)".to_owned()), theme.text);
    block.row("Website", format!("{}, {}", row.website, row.group), theme.text);
    block.row("Send From", row.sender.clone(), theme.text);
    block.row("Created", date(Some(row.created_at), session), theme.text);
    block.row("Sent", sent(detail, session), theme.text);
    block.row("Registered", date(row.registered_at, session), theme.text);
    if row.expires_at.is_some() {
        block.row("Expires", date(row.expires_at, session), theme.text);
    }
    if let Some(number) = detail.external_id {
        block.row("Imported as", grouped(number.unsigned_abs()), theme.dim);
    }
    let (link, style) = match &state.link {
        Some(_) => ("shown above".to_owned(), theme.dim),
        None if state.asked_link.is_some() => ("asking …".to_owned(), theme.dim),
        None => ("•••••••• (l shows it, y copies it)".to_owned(), theme.dim),
    };
    block.row("Link", link, style);
    block
}

fn sent(detail: &Detail, session: &Session) -> String {
    let row = &detail.row;
    let first = date(row.sent_at, session);
    match row.times_sent {
        0 | 1 => first,
        times => format!("{first}, {times} times, last {}", date(row.last_sent_at, session)),
    }
}

/// Where the mail is, with the server's words.
pub(super) fn delivery(detail: &Detail, session: &Session) -> Block {
    let theme = &session.theme;
    let row = &detail.row;
    let mut block = Block::new("Mail");
    let words = delivery_words(row, session).unwrap_or_else(|| "nothing under way".to_owned());
    block.row("Delivery", words, delivery_style(row.delivery, theme));
    if let Some(due) = row.due_at {
        block.row("Due", date(Some(due), session), theme.text);
    }
    if let Some(last) = detail.attempts.last() {
        let said = row.reason.as_deref().or(last.reply.as_deref()).unwrap_or(NONE);
        block.row("Server said", said, theme.text);
        block.row("Route", last.route.clone(), theme.dim);
    } else if let Some(reason) = &row.reason {
        block.row("Reason", reason.clone(), theme.text);
    }
    if row.via == Some(Via::Folder) {
        block.row("Note", "only written to the folder: no server took it", theme.warn);
    }
    if let Some(id) = &detail.message_id {
        block.row("Message-ID", id.clone(), theme.dim);
    }
    block
}

/// The account that registered, flagged when its address is another one.
pub(super) fn invitee(detail: &Detail, session: &Session) -> Block {
    let theme = &session.theme;
    let mut block = Block::new("Invitee");
    match (&detail.invitee, &detail.row.invitee) {
        (Some(one), _) => person(&mut block, one, session),
        (None, Some(text)) => block.row("Account", text.clone(), theme.text),
        (None, None) => block.row("Account", "nobody registered with it yet", theme.dim),
    }
    if detail.row.other_address {
        block.row("≠", "registered under another address than the one invited", theme.warn);
    }
    block
}

/// The customer who invited, or Admin.
pub(super) fn inviter(detail: &Detail, session: &Session) -> Block {
    let mut block = Block::new("Inviter");
    match &detail.inviter {
        Some(one) => person(&mut block, one, session),
        None => block.row("Account", detail.row.inviter.to_string(), session.theme.text),
    }
    block
}

fn person(block: &mut Block, one: &Person, session: &Session) {
    let theme = &session.theme;
    if !one.name.trim().is_empty() {
        block.row("Name", one.name.clone(), theme.text);
    }
    block.row("Account", one.email.clone().unwrap_or_else(|| NONE.to_owned()), theme.text);
    let group = one.group.as_deref().unwrap_or(NONE);
    let number = one.external_id.map(|number| format!(", customer {number}")).unwrap_or_default();
    block.row("Group", format!("{group}{number}"), theme.text);
    if one.created_at.is_some() {
        block.row("Since", date(one.created_at, session), theme.text);
    }
}

/// The message in the mail, line by line.
pub(super) fn message(detail: &Detail, width: usize, session: &Session) -> Vec<Line<'static>> {
    let theme = &session.theme;
    let mut lines = vec![Line::styled("Message", theme.heading)];
    if detail.message.trim().is_empty() {
        lines.push(Line::styled("none", theme.dim));
    }
    for line in Shown::lines(&detail.message) {
        lines.extend(crate::console::widgets::wrapped(line.as_str(), width as u16, theme.text));
    }
    lines
}
