//! What reports count, and how their rates are made.

use super::ids::WebsiteId;
use super::period::{Interval, Period};
use serde::{Serialize, Serializer};
use std::str::FromStr;

/// What an interval's numbers mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Basis {
    /// What became of those first sent in the interval.
    #[default]
    Cohort,
    /// What happened in the interval.
    Event,
}

impl Basis {
    /// The word in commands and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Cohort => "cohort",
            Self::Event => "event",
        }
    }

    /// The definition that stands under every table and in every export.
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Cohort => {
                "Sent: invitations whose first mail was handed over in the interval. Accepted, Discarded: of those, what they are by now."
            }
            Self::Event => {
                "Sent, Accepted, Discarded: what happened in the interval, whenever the invitation was sent; imported discards carry no date and are not counted. Rates are left out."
            }
        }
    }
}

impl FromStr for Basis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "cohort" => Ok(Self::Cohort),
            "event" => Ok(Self::Event),
            other => Err(format!("“{other}” is no basis: cohort or event")),
        }
    }
}

impl Serialize for Basis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

/// What a report asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportQuery {
    /// The days and the step.
    pub period: Period,
    /// What the numbers mean.
    pub basis: Basis,
    /// One website, or all.
    pub website: Option<WebsiteId>,
}

/// The numbers of one interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// First mails handed over.
    pub sent: u64,
    /// Accepted.
    pub accepted: u64,
    /// Discarded.
    pub discarded: u64,
}

impl Sums {
    /// Adds another interval's.
    pub const fn add(&mut self, other: Self) {
        self.sent += other.sent;
        self.accepted += other.accepted;
        self.discarded += other.discarded;
    }
}

/// `part` of `whole` as a fraction; nothing where there is no whole, or where the basis has no rates.
pub fn rate(basis: Basis, part: u64, whole: u64) -> Option<f64> {
    (basis == Basis::Cohort && whole > 0).then(|| part as f64 / whole as f64)
}

/// The invitations report.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// What was asked.
    pub query: ReportQuery,
    /// Every interval, empty ones too.
    pub rows: Vec<(Interval, Sums)>,
    /// Always the sum of the rows.
    pub total: Sums,
}

impl Report {
    /// Sums up `rows`.
    pub fn new(query: ReportQuery, rows: Vec<(Interval, Sums)>) -> Self {
        let mut total = Sums::default();
        for (_, sums) in &rows {
            total.add(*sums);
        }
        Self { query, rows, total }
    }
}

/// The figures of a report that can be opened as rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Figure {
    /// Sent.
    Sent,
    /// Accepted.
    Accepted,
    /// Discarded.
    Discarded,
}
