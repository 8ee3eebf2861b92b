//! `report`: sums an interval.

use super::Failure;
use super::args::{Report as Asked, ReportName};
use super::print::{Printer, Table};
use crate::desk::Desk;
use crate::domain::period::{DateSpan, Period};
use crate::domain::report::{Basis, Report, ReportQuery, Sums, rate};
use serde::Serialize;

#[derive(Debug, Serialize)]
struct Answer<'a> {
    report: &'static str,
    from: String,
    to: String,
    by: &'static str,
    basis: Basis,
    website: Option<&'a str>,
    rows: Vec<Line<'a>>,
    total: Figures,
}

#[derive(Debug, Serialize)]
struct Line<'a> {
    interval: &'a str,
    #[serde(flatten)]
    figures: Figures,
}

#[derive(Debug, Serialize)]
struct Figures {
    sent: u64,
    accepted: u64,
    discarded: u64,
    acceptance_rate: Option<f64>,
    discard_rate: Option<f64>,
}

impl Figures {
    fn of(sums: Sums, basis: Basis) -> Self {
        Self {
            sent: sums.sent,
            accepted: sums.accepted,
            discarded: sums.discarded,
            acceptance_rate: rate(basis, sums.accepted, sums.sent),
            discard_rate: rate(basis, sums.discarded, sums.sent),
        }
    }

    fn cells(&self, label: &str) -> [String; 6] {
        let percent = |rate: Option<f64>| rate.map_or_else(String::new, |rate| format!("{:.1} %", rate * 100.0));
        [
            label.to_owned(),
            self.sent.to_string(),
            self.accepted.to_string(),
            self.discarded.to_string(),
            percent(self.acceptance_rate),
            percent(self.discard_rate),
        ]
    }
}

pub(super) async fn run(desk: &Desk, asked: &Asked) -> Result<(), Failure> {
    let ReportName::Invitations = asked.name;
    let catalog = desk.catalog().await?;
    let website = match &asked.website {
        None => None,
        Some(code) => {
            let found = catalog.websites.iter().find(|website| website.code == *code);
            Some(found.ok_or_else(|| Failure::Usage(format!("there is no website “{code}”")))?)
        }
    };
    let span = DateSpan::new(asked.from.first, asked.to.last).map_err(|error| Failure::Usage(error.to_string()))?;
    let query = ReportQuery {
        period: Period { span, step: asked.by },
        basis: asked.basis,
        website: website.map(|website| website.id),
    };
    let report = desk.report(&query).await?;
    let code = website.map(|website| website.code.as_str());
    let mut printer = Printer::new();
    match (asked.json, asked.csv) {
        (true, _) => printer.json(&answer(&report, code))?,
        (_, true) => printer.raw(Desk::report_csv(&report, code))?,
        _ => print(&mut printer, &report)?,
    }
    printer.done()
}

fn answer<'a>(report: &'a Report, website: Option<&'a str>) -> Answer<'a> {
    let query = &report.query;
    let line = |(interval, sums): &'a (crate::domain::period::Interval, Sums)| Line {
        interval: &interval.label,
        figures: Figures::of(*sums, query.basis),
    };
    Answer {
        report: "invitations",
        from: query.period.span.first.to_string(),
        to: query.period.span.last.to_string(),
        by: query.period.step.code(),
        basis: query.basis,
        website,
        rows: report.rows.iter().map(line).collect(),
        total: Figures::of(report.total, query.basis),
    }
}

fn print(printer: &mut Printer, report: &Report) -> Result<(), Failure> {
    let basis = report.query.basis;
    let mut table = Table::default();
    table.add(["Interval", "Sent", "Accepted", "Discarded", "Acceptance rate", "Discard rate"]);
    for (interval, sums) in &report.rows {
        table.add(Figures::of(*sums, basis).cells(&interval.label));
    }
    table.add(Figures::of(report.total, basis).cells("Total"));
    table.print(printer)?;
    printer.line(format!("\nBasis: {}. {}", basis.code(), basis.definition()))
}
