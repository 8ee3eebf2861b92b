//! `show`: one invitation.

use super::Failure;
use super::args::Show;
use super::list::at_minute;
use super::print::{Printer, Table};
use crate::desk::Desk;
use crate::domain::ids::InvitationId;
use crate::domain::invitation::{Attempt, Detail, HistoryEntry, Row};
use crate::domain::period::Zone;
use crate::domain::shown::Shown;
use crate::domain::time::Moment;
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    row: &'a Row,
    message: &'a str,
    external_id: Option<i64>,
    history: &'a [HistoryEntry],
    attempts: &'a [Attempt],
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

pub(super) async fn run(desk: &Desk, asked: &Show) -> Result<(), Failure> {
    let id = InvitationId(asked.id);
    let none = || Failure::Words(format!("there is no invitation {id} in {}", desk.database().display()));
    if desk.detail(id).await?.is_none() {
        return Err(none());
    }
    let link = if asked.reveal_link { Some(desk.link(id).await?) } else { None };
    let detail = desk.detail(id).await?.ok_or_else(none)?;
    let mut printer = Printer::new();
    if asked.json {
        printer.json(&Answer {
            row: &detail.row,
            message: &detail.message,
            external_id: detail.external_id,
            history: &detail.history,
            attempts: &detail.attempts,
            link: link.as_deref(),
        })?;
    } else {
        print(&mut printer, &detail, link.as_deref(), desk.zone().await)?;
    }
    printer.done()
}

fn print(printer: &mut Printer, detail: &Detail, link: Option<&str>, zone: Zone) -> Result<(), Failure> {
    let row = &detail.row;
    let date = |at: Option<Moment>| at.map(|at| format!("{} {zone}", at_minute(zone, at))).unwrap_or_default();
    let mut facts = Table::default();
    for (name, value) in [
        ("ID", row.id.to_string()),
        ("Email", row.email.clone().unwrap_or_default()),
        ("Status", row.status.label().to_owned()),
        (
            "Delivery",
            [row.delivery.label(), row.reason.as_deref().unwrap_or_default()].join(" "),
        ),
        ("Inviter", row.inviter.to_string()),
        ("Invitee", row.invitee.clone().unwrap_or_default()),
        ("Website", row.website.clone()),
        ("Sender", row.sender.clone()),
        ("Group", row.group.clone()),
        ("Created", date(Some(row.created_at))),
        ("Sent", date(row.sent_at)),
        ("Last sent", date(row.last_sent_at)),
        ("Times sent", row.times_sent.to_string()),
        ("Registered", date(row.registered_at)),
        ("Expires", date(row.expires_at)),
        ("Message-ID", detail.message_id.clone().unwrap_or_default()),
        ("Link", link.unwrap_or_default().to_owned()),
    ] {
        if !value.trim().is_empty() {
            facts.add([name, &value]);
        }
    }
    facts.print(printer)?;
    if !detail.message.is_empty() {
        printer.line("\nMessage")?;
        for line in Shown::lines(&detail.message) {
            printer.line(format!("  {line}"))?;
        }
    }
    printer.line("\nHistory")?;
    let mut history = Table::default();
    for entry in &detail.history {
        history.add([
            &date(Some(entry.at)),
            &entry.event,
            &entry.by.to_string(),
            entry.detail.as_deref().unwrap_or_default(),
        ]);
    }
    history.print(printer)?;
    if !detail.attempts.is_empty() {
        printer.line("\nAttempts")?;
    }
    let mut attempts = Table::default();
    for attempt in &detail.attempts {
        let reply = attempt.reply.as_deref().unwrap_or_default();
        attempts.add([
            &attempt.number.to_string(),
            &date(Some(attempt.started_at)),
            attempt.outcome.label(),
            reply,
        ]);
    }
    attempts.print(printer)
}
