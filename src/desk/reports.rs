//! Reports, the rows behind their figures, and their export.

use super::{Desk, DeskError};
use crate::domain::filter::{DateField, DateTest, Filter, NameField, Test};
use crate::domain::period::Interval;
use crate::domain::report::{Basis, Figure, Report, ReportQuery, Sums, rate};
use crate::domain::status::Status;
use std::fmt::Write;

impl Desk {
    /// The invitations report.
    pub async fn report(&self, query: &ReportQuery) -> Result<Report, DeskError> {
        let rows = self.0.store.report(query, query.period.intervals()?).await?;
        Ok(Report::new(query.clone(), rows))
    }

    /// The filter that finds just the rows behind a figure, of one interval or of the whole report.
    pub async fn drill_down(&self, query: &ReportQuery, interval: Option<&Interval>, figure: Figure) -> Result<Filter, DeskError> {
        let span = interval.map_or(query.period.span, |interval| interval.span);
        let on = |field| Test::Date {
            field,
            any: vec![DateTest::On(span)],
        };
        let mut filter = match (query.basis, figure) {
            (_, Figure::Sent) => Filter::all().and(on(DateField::Sent)),
            (Basis::Cohort, Figure::Accepted) => Filter::all().and(on(DateField::Sent)).and(Test::Status(vec![Status::Accepted])),
            (Basis::Cohort, Figure::Discarded) => Filter::all().and(on(DateField::Sent)).and(Test::Status(vec![Status::Discarded])),
            (Basis::Event, Figure::Accepted) => Filter::all()
                .and(on(DateField::Registered))
                .and(Test::Status(vec![Status::Accepted])),
            (Basis::Event, Figure::Discarded) => Filter::all()
                .and(on(DateField::Discarded))
                .and(Test::Status(vec![Status::Discarded])),
        };
        if let Some(id) = query.website {
            let code = self
                .catalog()
                .await?
                .website(id)
                .map(|website| website.code.clone())
                .unwrap_or_default();
            filter = filter.and(Test::Name {
                field: NameField::Website,
                names: vec![code],
            });
        }
        Ok(filter)
    }

    /// The report as CSV, its definition in the last line. Every cell is ours: nothing in it can start a formula.
    pub fn report_csv(report: &Report, website: Option<&str>) -> String {
        let basis = report.query.basis;
        let line = |label: &str, sums: &Sums| {
            let rate = |part| rate(basis, part, sums.sent).map_or_else(String::new, |rate| format!("{rate:.4}"));
            format!(
                "{label},{},{},{},{},{}\r\n",
                sums.sent,
                sums.accepted,
                sums.discarded,
                rate(sums.accepted),
                rate(sums.discarded)
            )
        };
        let mut csv = String::from("Interval,Sent,Accepted,Discarded,Acceptance rate,Discard rate\r\n");
        for (interval, sums) in &report.rows {
            csv.push_str(&line(&interval.label, sums));
        }
        csv.push_str(&line("Total", &report.total));
        let website = website.unwrap_or("all websites");
        let span = report.query.period.span;
        let _ = write!(
            csv,
            "\"{} to {}, {}, {} basis. {}\"\r\n",
            span.first,
            span.last,
            website.replace('"', "'"),
            basis.code(),
            basis.definition()
        );
        csv
    }
}
