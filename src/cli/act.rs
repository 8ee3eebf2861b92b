//! `send`, `discard`, `restore`: the plan first, then exactly the plan.

use super::args::Rows;
use super::print::{Printer, Table, ask, tell};
use super::{Failure, filter, progress};
use crate::desk::{ActContext, Desk, Progress};
use crate::domain::ids::{ActionId, InvitationId};
use crate::domain::plan::{Act, Bucket, Plan};
use roaring::RoaringTreemap;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::IsTerminal;

#[derive(Debug, Serialize)]
struct OnlyPlan<'a> {
    plan: &'a Plan,
}

#[derive(Debug, Serialize)]
struct RowResult {
    id: u64,
    outcome: &'static str,
    reason: Option<&'static str>,
}

/// Whether the plan is carried out.
enum Go {
    Yes,
    OnlyPlan,
    /// Nobody said yes.
    No,
}

pub(super) async fn run(desk: &Desk, act: Act, asked: &Rows) -> Result<(), Failure> {
    let ids = selected(desk, asked).await?;
    let watched = Progress::default();
    let plan = progress::shown("Planning", &watched, desk.plan(act, &ids, &watched)).await?;
    match go(&plan, asked) {
        Go::Yes => carry_out(desk, &plan, asked).await,
        Go::OnlyPlan => tell_plan(&plan, asked.json),
        Go::No => {
            tell_plan(&plan, asked.json)?;
            if plan.acting() == 0 {
                tell(format!("there is nothing to {}", act.verb()));
            } else {
                tell("nothing was changed: add --yes to do it");
            }
            Err(Failure::Told)
        }
    }
}

/// The rows that were named; those that do not exist are told.
async fn selected(desk: &Desk, asked: &Rows) -> Result<RoaringTreemap, Failure> {
    if let Some(text) = &asked.filter {
        let filter = filter::read(desk, text).await?;
        return Ok(desk.matching(&filter, &Progress::default()).await?);
    }
    let named: Vec<InvitationId> = asked.ids.iter().copied().map(InvitationId).collect();
    let there: RoaringTreemap = desk.rows(&named).await?.iter().map(|row| row.id.0.unsigned_abs()).collect();
    let mut missing: Vec<String> = asked
        .ids
        .iter()
        .filter(|id| u64::try_from(**id).map_or(true, |id| !there.contains(id)))
        .map(i64::to_string)
        .collect();
    missing.dedup();
    if there.is_empty() {
        return Err(Failure::Words(format!("there is no invitation {}", missing.join(", "))));
    }
    if !missing.is_empty() {
        tell(format!("there is no invitation {}: left out", missing.join(", ")));
    }
    Ok(there)
}

fn go(plan: &Plan, asked: &Rows) -> Go {
    if asked.plan {
        return Go::OnlyPlan;
    }
    if plan.total() == 0 {
        return Go::No;
    }
    if asked.yes {
        return Go::Yes;
    }
    let seen = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if !seen || asked.json || plan.acting() == 0 {
        return Go::No;
    }
    for (bucket, rows) in &plan.buckets {
        tell(format!("{:>9}  {}", rows.ids.len(), bucket.label()));
    }
    if ask(&format!("{} {} of {}?", plan.act.verb(), plan.acting(), plan.total())) {
        Go::Yes
    } else {
        Go::No
    }
}

async fn carry_out(desk: &Desk, plan: &Plan, asked: &Rows) -> Result<(), Failure> {
    let why = ActContext {
        filter: asked.filter.clone().unwrap_or_default(),
        reason: asked.reason.clone(),
    };
    let watched = Progress::default();
    let applied = progress::shown("Working", &watched, desk.apply(plan, &why, &watched)).await?;
    let mut printer = Printer::new();
    if asked.json {
        print_json(&mut printer, desk, plan, applied.action, applied.done).await?;
    } else {
        print_counts(&mut printer, &applied.outcomes, plan)?;
    }
    printer.done()?;
    if applied.done == 0 { Err(Failure::Told) } else { Ok(()) }
}

/// Row by row, so that a million results need no memory of their own.
async fn print_json(printer: &mut Printer, desk: &Desk, plan: &Plan, action: ActionId, done: u64) -> Result<(), Failure> {
    let wrong = |error: serde_json::Error| Failure::Words(error.to_string());
    printer.raw(format!(
        "{{\"plan\":{},\"done\":{done},\"results\":[",
        serde_json::to_string(plan).map_err(wrong)?
    ))?;
    let mut comma = "";
    for (bucket, ids) in desk.action_rows(action).await? {
        for id in ids {
            let outcome = RowResult {
                id,
                outcome: bucket.code(),
                reason: reason(bucket, plan),
            };
            printer.raw(comma)?;
            printer.raw(serde_json::to_string(&outcome).map_err(wrong)?)?;
            comma = ",";
        }
    }
    printer.line("]}")
}

/// Why a row was left out: the bucket's words, or its one reason where there is only one.
fn reason(bucket: Bucket, plan: &Plan) -> Option<&'static str> {
    let only = plan
        .buckets
        .get(&bucket)
        .filter(|rows| rows.reasons.len() == 1)
        .and_then(|rows| rows.reasons.keys().next());
    match only {
        Some(reason) => Some(reason),
        None => (!bucket.acts()).then(|| bucket.label()),
    }
}

fn tell_plan(plan: &Plan, json: bool) -> Result<(), Failure> {
    let mut printer = Printer::new();
    if json {
        printer.json(&OnlyPlan { plan })?;
    } else {
        let counts = plan.buckets.iter().map(|(bucket, rows)| (*bucket, rows.ids.len())).collect();
        print_counts(&mut printer, &counts, plan)?;
    }
    printer.done()
}

fn print_counts(printer: &mut Printer, counts: &BTreeMap<Bucket, u64>, plan: &Plan) -> Result<(), Failure> {
    let mut table = Table::default();
    for (bucket, count) in counts {
        let rows = plan.buckets.get(bucket);
        let reasons: Vec<String> = rows
            .iter()
            .flat_map(|rows| &rows.reasons)
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        table.add([count.to_string(), bucket.label().to_owned(), reasons.join(", ")]);
    }
    table.print(printer)
}
