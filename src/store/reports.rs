//! Reports, summed from the days that are kept.

use super::{Store, StoreError, get};
use crate::domain::period::Interval;
use crate::domain::report::{Basis, ReportQuery, Sums};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// Days since 1970, as the sums are kept by.
fn day_number(day: NaiveDate) -> i64 {
    day.signed_duration_since(NaiveDate::default()).num_days()
}

impl Store {
    /// The sums of each interval.
    pub async fn report(&self, query: &ReportQuery, intervals: Vec<Interval>) -> Result<Vec<(Interval, Sums)>, StoreError> {
        let span = query.period.span;
        let rows = sqlx::query(
            "SELECT day, sum(sent), sum(accepted), sum(discarded) FROM day_sum
             WHERE basis = ?1 AND day BETWEEN ?2 AND ?3 AND (?4 IS NULL OR website_id = ?4) GROUP BY day",
        )
        .bind(match query.basis {
            Basis::Cohort => 0i64,
            Basis::Event => 1,
        })
        .bind(day_number(span.first))
        .bind(day_number(span.last))
        .bind(query.website.map(|id| id.0))
        .fetch_all(self.readers())
        .await?;
        let mut days = BTreeMap::new();
        for row in &rows {
            let count = |column| get::<i64>(row, column).map(i64::unsigned_abs);
            days.insert(
                get::<i64>(row, 0)?,
                Sums {
                    sent: count(1)?,
                    accepted: count(2)?,
                    discarded: count(3)?,
                },
            );
        }
        Ok(intervals
            .into_iter()
            .map(|interval| {
                let mut sums = Sums::default();
                for (_, day) in days.range(day_number(interval.span.first)..=day_number(interval.span.last)) {
                    sums.add(*day);
                }
                (interval, sums)
            })
            .collect())
    }
}
