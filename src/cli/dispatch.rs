//! `dispatch`: sends what is queued, pauses, resumes, tells how it stands.

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
    match &asked.act {
        None => send(desk, asked).await,
        Some(DispatchAct::Pause { reason }) => {
            desk.pause(reason).await?;
            tell("paused: nothing is sent until `guestlist dispatch resume`");
            Ok(())
        }
        Some(DispatchAct::Resume) => {
            desk.resume().await?;
            tell("resumed");
            Ok(())
        }
        Some(DispatchAct::Status { json }) => status(&desk.transmission().await?, *json),
    }
}

/// Sends until the end that was asked for, or until the program is told to stop: then mails in hand are finished or given back.
async fn send(desk: &Desk, asked: &Dispatch) -> Result<(), Failure> {
    let mode = if asked.watch { Mode::Watch } else { Mode::UntilIdle };
    let stop = CancellationToken::new();
    let watching = tokio::spawn(stop_on_signal(stop.clone()));
    let done = desk.dispatcher()?.run(mode, &stop).await;
    watching.abort();
    match done {
        Ok(summary) => tell_summary(&summary, asked.json),
        Err(error) => {
            if let DispatchError::Stands { summary, .. } = &error {
                tell_summary(summary, asked.json)?;
            }
            Err(Failure::Words(error.to_string()))
        }
    }
}

#[cfg(unix)]
async fn stop_on_signal(stop: CancellationToken) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) = (signal(SignalKind::terminate()), signal(SignalKind::hangup())) else {
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
    stop.cancel();
}

#[cfg(not(unix))]
async fn stop_on_signal(stop: CancellationToken) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.cancel();
    }
}

fn tell_summary(summary: &Summary, json: bool) -> Result<(), Failure> {
    let mut printer = Printer::new();
    if json {
        printer.json(summary)?;
    } else {
        let Summary {
            sent,
            deferred,
            failed,
            in_doubt,
            queued,
            batches,
        } = summary;
        printer.line(format!(
            "{sent} sent in {batches} batches, {deferred} deferred, {failed} failed, {in_doubt} in doubt, {queued} still queued"
        ))?;
    }
    printer.done()
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
