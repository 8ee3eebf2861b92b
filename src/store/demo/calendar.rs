//! When a shop's customers invite: more each year, less at weekends, much before the sales.

use crate::domain::time::Moment;
use chrono::Datelike;

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;
pub(super) const DAY: i64 = 24 * HOUR;

/// How far back the made-up history goes, in days.
pub(super) const DAYS: i64 = 3 * 365;

/// The parts of a day's invitations that fall before each full hour.
const HOURS: [f64; 25] = [
    0.0, 0.006, 0.009, 0.011, 0.013, 0.016, 0.022, 0.037, 0.066, 0.111, 0.169, 0.231, 0.290, 0.346, 0.401, 0.458, 0.516, 0.575, 0.639,
    0.713, 0.797, 0.880, 0.941, 0.980, 1.0,
];

/// How the invitations are spread over the days.
#[derive(Debug)]
pub(super) struct Calendar {
    /// Midnight of the first day.
    pub(super) start: Moment,
    /// The part of all invitations up to and with each day.
    upto: Vec<f64>,
}

impl Calendar {
    /// The days up to `now`.
    pub(super) fn until(now: Moment) -> Self {
        let start = Moment(now.0 - now.0.rem_euclid(DAY) - DAYS * DAY);
        let mut sum = 0.0;
        let mut upto: Vec<f64> = (0..DAYS)
            .map(|day| {
                sum += weight(Moment(start.0 + day * DAY), day);
                sum
            })
            .collect();
        for part in &mut upto {
            *part /= sum;
        }
        Self { start, upto }
    }

    /// The moment at which this part of all invitations (0 to 1) was there.
    pub(super) fn moment(&self, part: f64) -> Moment {
        let day = self
            .upto
            .partition_point(|upto| *upto < part)
            .min(self.upto.len().saturating_sub(1));
        let before = day.checked_sub(1).and_then(|day| self.upto.get(day)).copied().unwrap_or(0.0);
        let whole = self.upto.get(day).copied().unwrap_or(1.0) - before;
        let of_day = if whole > 0.0 {
            ((part - before) / whole).clamp(0.0, 1.0)
        } else {
            0.0
        };
        Moment(self.start.0 + day as i64 * DAY + time_of_day(of_day))
    }
}

fn weight(day: Moment, nth: i64) -> f64 {
    let date = day.to_utc();
    let growth = 1.0 + 2.0 * nth as f64 / DAYS as f64;
    let weekday = match date.weekday().num_days_from_monday() {
        0 => 1.15,
        1..=3 => 1.0,
        4 => 0.9,
        _ => 0.55,
    };
    let season = match (date.month(), date.day()) {
        (1, 2..=16) | (6, 15..=30) => 2.2,
        (11, 15..=30) => 2.8,
        (12, 1..=20) => 1.9,
        (7 | 8, _) => 0.7,
        _ => 1.0,
    };
    growth * weekday * season
}

fn time_of_day(part: f64) -> i64 {
    let hour = HOURS.partition_point(|upto| *upto <= part).clamp(1, 24) - 1;
    let bound = |hour: usize| HOURS.get(hour).copied().unwrap_or(1.0);
    let within = (part - bound(hour)) / (bound(hour + 1) - bound(hour));
    ((hour as f64 + within.clamp(0.0, 0.999_999)) * HOUR as f64) as i64
}
