//! The invitations report: how many were sent, accepted and discarded in each day, month or year, and which they were.

use super::Screen;
use crate::console::actions::Action;
use crate::console::context::Context;
use crate::console::message::{Event, RequestId};
use crate::console::model::Session;
use crate::console::remote::Remote;
use crate::domain::ids::WebsiteId;
use crate::domain::period::{DateSpan, Interval, Period, Step};
use crate::domain::report::{Basis, Figure, Report, ReportQuery};
use chrono::{Months, NaiveDate};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::path::PathBuf;

mod export;
#[cfg(test)]
mod tests;
mod update;
mod view;

/// The figures that the cursor can stand on, from left to right.
const FIGURES: [Figure; 3] = [Figure::Sent, Figure::Accepted, Figure::Discarded];

/// What this screen knows.
#[derive(Debug)]
pub struct State {
    /// The days; nothing before the screen was first opened.
    span: Option<DateSpan>,
    step: Step,
    basis: Basis,
    website: Option<WebsiteId>,
    report: Remote<Report>,
    /// The line with the cursor; the one after the last interval is the total.
    row: usize,
    /// The figure with the cursor.
    column: usize,
    drilling: Option<RequestId>,
    /// What is being written, and where to.
    exporting: Option<(RequestId, PathBuf, String)>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            span: None,
            step: Step::Month,
            basis: Basis::default(),
            website: None,
            report: Remote::default(),
            row: 0,
            column: 0,
            drilling: None,
            exporting: None,
        }
    }
}

/// Twelve whole months, the last one that of `today`.
fn last_year(today: NaiveDate) -> DateSpan {
    let last = Step::Month.last_day(today);
    let first = Step::Month.first_day(today);
    DateSpan {
        first: first.checked_sub_months(Months::new(11)).unwrap_or(first),
        last,
    }
}

impl State {
    fn query(&self) -> Option<ReportQuery> {
        Some(ReportQuery {
            period: Period {
                span: self.span?,
                step: self.step,
            },
            basis: self.basis,
            website: self.website,
        })
    }

    fn rows(&self) -> usize {
        self.report.value().map_or(0, |report| report.rows.len())
    }

    /// The interval under the cursor; `None` on the total.
    fn interval(&self) -> Option<&Interval> {
        self.report.value()?.rows.get(self.row).map(|(interval, _)| interval)
    }

    fn figure(&self) -> Figure {
        FIGURES.get(self.column).copied().unwrap_or(Figure::Sent)
    }
}

impl Screen for State {
    fn update(&mut self, event: Event, context: &mut Context<'_>) {
        update::update(self, event, context);
    }

    fn view(&self, frame: &mut Frame<'_>, area: Rect, session: &Session) {
        view::view(self, frame, area, session);
    }

    fn available(&self, action: Action, _session: &Session) -> Result<(), String> {
        match action {
            Action::DrillDown | Action::Export if self.report.value().is_none() => Err("the report is not here yet".to_owned()),
            Action::DrillDown if self.count_at_cursor() == 0 => Err("there are none behind this number".to_owned()),
            _ => Ok(()),
        }
    }
}

impl State {
    fn count_at_cursor(&self) -> u64 {
        let Some(report) = self.report.value() else { return 0 };
        let sums = report.rows.get(self.row).map_or(report.total, |(_, sums)| *sums);
        match self.figure() {
            Figure::Sent => sums.sent,
            Figure::Accepted => sums.accepted,
            Figure::Discarded => sums.discarded,
        }
    }
}
