//! `dispatch`: send, pause, resume, and how it stands.

use super::Failure;
use super::args::{Dispatch, DispatchAct};
use super::print::{Printer, Table, tell};
use crate::desk::Desk;
use crate::dispatch::{DispatchError, Mode, Summary, say_wait};
use crate::domain::delivery::Delivery;
use crate::domain::time::Moment;
use crate::domain::transmission::Transmission;
use serde::Serialize;
use std::collections::BTreeMap;
use tokio_util::sync::CancellationToken;

pub(super) async fn run(desk: &Desk, asked: &Dispatch) -> Result<(), Failure> {
    let Some(act) = &asked.act else { return send(desk, asked).await };
    match act {
        DispatchAct::Pause { reason } => {
            desk.pause(reason).await?;
            tell("paused: nothing is sent until `guestlist dispatch resume`");
            Ok(())
        }
        DispatchAct::Resume => {
            desk.resume().await?;
            tell("resumed");
            Ok(())
        }
        DispatchAct::Status { json } => status(&desk.transmission().await?, *json),
    }
}

/// Sends until nothing is left, or for ever; SIGTERM and Ctrl-C end it between two mails.
async fn send(desk: &Desk, asked: &Dispatch) -> Result<(), Failure> {
    let dispatcher = desk.dispatcher()?;
    let stop = CancellationToken::new();
    let told = stop.clone();
    let listening = tokio::spawn(async move {
        if wait_for_signal().await.is_ok() {
            tell("stopping after the mails in hand …");
            told.cancel();
        }
    });
    let mode = if asked.watch { Mode::Watch } else { Mode::UntilIdle };
    let done = dispatcher.run(mode, &stop).await;
    listening.abort();
    match done {
        Ok(summary) => report(&summary, asked.json),
        Err(DispatchError::Stands { why, summary }) => {
            report(&summary, asked.json)?;
            Err(Failure::Words(say_wait(&why)))
        }
        Err(error) => Err(Failure::Words(error.to_string())),
    }
}

fn report(summary: &Summary, json: bool) -> Result<(), Failure> {
    let mut printer = Printer::new();
    if json {
        printer.json(summary)?;
        return printer.done();
    }
    let Summary {
        sent,
        deferred,
        failed,
        in_doubt,
        queued,
        batches,
    } = summary;
    printer.line(format!(
        "sent {sent} in {batches} batches, deferred {deferred}, failed {failed}, in doubt {in_doubt}, still queued {queued}"
    ))?;
    printer.done()
}

#[cfg(unix)]
async fn wait_for_signal() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut term, mut int) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = int.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn wait_for_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}

#[derive(Debug, Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    counts: BTreeMap<&'static str, u64>,
    sent_last_minute: u64,
    next_release: Option<Moment>,
    waits: Option<String>,
    route: &'a str,
    to_folder: bool,
    dispatchers: Vec<&'a str>,
}

fn status(state: &Transmission, json: bool) -> Result<(), Failure> {
    let states = Delivery::ALL.into_iter().filter(|state| *state != Delivery::Idle);
    let answer = Answer {
        counts: states.map(|delivery| (delivery.code(), state.count(delivery))).collect(),
        sent_last_minute: state.sent_last_minute,
        next_release: state.next_release.or(state.next_due),
        waits: state.waits.as_ref().map(say_wait),
        route: &state.route,
        to_folder: state.to_folder,
        dispatchers: state.dispatchers.iter().map(|dispatcher| dispatcher.name.as_str()).collect(),
    };
    let mut printer = Printer::new();
    if json {
        printer.json(&answer)?;
        return printer.done();
    }
    let mut table = Table::default();
    for (code, count) in &answer.counts {
        table.add([code.replace('_', " "), count.to_string()]);
    }
    let route = if state.to_folder {
        format!("{} (no server is asked)", state.route)
    } else {
        state.route.clone()
    };
    table.add(["route", &route]);
    table.add(["dispatchers", &answer.dispatchers.join(", ")]);
    if let Some(waits) = &answer.waits {
        table.add(["waits", waits]);
    }
    for failure in &state.failures {
        table.add([
            "failure",
            &format!("{} × {}: {}; {}", failure.count, failure.words, failure.cause, failure.remedy),
        ]);
    }
    table.print(&mut printer)?;
    printer.done()
}
