//! `dispatch`: pause, resume, and how it stands.

use super::Failure;
use super::args::{Dispatch, DispatchAct};
use super::print::{Printer, Table, tell};
use crate::desk::Desk;
use crate::domain::delivery::Delivery;
use crate::domain::time::Moment;
use crate::domain::transmission::{Transmission, Wait};
use serde::Serialize;
use std::collections::BTreeMap;

pub(super) async fn run(desk: &Desk, asked: &Dispatch) -> Result<(), Failure> {
    match &asked.act {
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
        waits: state.waits.as_ref().map(words),
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
    let route = if state.to_folder { format!("{} (no server is asked)", state.route) } else { state.route.clone() };
    table.add(["route", &route]);
    table.add(["dispatchers", &answer.dispatchers.join(", ")]);
    if let Some(waits) = &answer.waits {
        table.add(["waits", waits]);
    }
    for failure in &state.failures {
        table.add(["failure", &format!("{} × {}: {}; {}", failure.count, failure.words, failure.cause, failure.remedy)]);
    }
    table.print(&mut printer)?;
    printer.done()
}

fn words(wait: &Wait) -> String {
    let until = |at: &Moment| at.rfc3339();
    match wait {
        Wait::Hold { until: at } => format!("the time to undo is not over, until {}", until(at)),
        Wait::Batch { until: at } => format!("the batch limit, until {}", until(at)),
        Wait::Rate => "the limit a second".to_owned(),
        Wait::DailyCap { until: at } => format!("the limit a day, until {}", until(at)),
        Wait::Retry { until: at } => format!("everything left was refused for now, until {}", until(at)),
        Wait::Paused { by, reason, since } => format!("paused by {by} since {}: {reason}", until(since)),
        Wait::Disabled => "the setting enabled is off".to_owned(),
        Wait::Breaker { until: at, reason } => format!("the route is broken ({reason}), tried again {}", until(at)),
        Wait::OtherRoute { shared, own } => format!("this machine is set up for {own}, but {shared} is in use"),
        Wait::NoDispatcher => "no dispatcher runs".to_owned(),
    }
}
