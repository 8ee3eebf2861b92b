//! Writing the report to a file: it says where, and never takes the place of another without asking.

use super::State;
use crate::console::context::{Context, Tone};
use crate::console::layers::{Confirm, Prompt};
use crate::console::message::{Answer, RequestId, Told};
use crate::console::request::{Refusal, Reply, Request};
use crate::desk::Desk;
use crate::domain::shown::Shown;
use std::path::PathBuf;

const WHERE: &str = "export-to";
const REPLACE: &str = "export-replace";

pub(super) fn begin(state: &State, context: &mut Context<'_>) {
    let Some(report) = state.report.value() else { return };
    let span = report.query.period.span;
    let name = format!("./invitations-report-{}-{}.csv", span.first, span.last);
    context.open(Prompt::new(context.owner(), WHERE, "Write the report as CSV to", name));
}

pub(super) fn told(state: &mut State, tag: &str, told: &Told, context: &mut Context<'_>) {
    match (tag, told) {
        (WHERE, Told::Entered(path)) if path.trim().is_empty() => context.toast(Tone::Notice, "Nothing was written: no file was named"),
        (WHERE, Told::Entered(path)) => {
            let Some(report) = state.report.value() else { return };
            let website = report.query.website.and_then(|id| context.session.catalog.value()?.website(id));
            let csv = Desk::report_csv(report, website.map(|website| website.code.as_str()));
            let path = PathBuf::from(path.trim());
            let id = context.ask(Request::WriteFile(path.clone(), csv.clone()));
            state.exporting = Some((id, path, csv));
        }
        (REPLACE, Told::Confirmed) => {
            if let Some((_, path, csv)) = state.exporting.take() {
                let id = context.ask(Request::ReplaceFile(path.clone(), csv.clone()));
                state.exporting = Some((id, path, csv));
            }
        }
        _ => {}
    }
}

pub(super) fn answered(state: &mut State, id: RequestId, answer: Answer, context: &mut Context<'_>) {
    let Some((_, path, _)) = state.exporting.as_ref().filter(|(asked, ..)| *asked == id) else {
        return;
    };
    match answer {
        Err(refusal) if refusal.field == Some(Refusal::FILE_EXISTS) => {
            let shown = Shown::new(&path.display().to_string());
            let lines = [format!("{shown} is there already; what it holds would be lost.")];
            context.open(Confirm::new(context.owner(), REPLACE, "Replace the file?", &lines, "replace it"));
            return;
        }
        Err(refusal) => context.toast(Tone::Bad, refusal.message),
        Ok(Reply::Words(place)) => context.toast(Tone::Good, format!("Written to {place}")),
        Ok(_) => context.toast(Tone::Bad, Refusal::misfit()),
    }
    state.exporting = None;
}
