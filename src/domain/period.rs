//! Days, months and years in a time zone, and the intervals of a report.
//!
//! Reports and date filters speak of calendar days; the store keeps moments. What lies between is decided here, once: where a day
//! starts in a zone whose clocks jump, so that the days partition time and the filter, the report and the SQL cut them alike.

use super::time::Moment;
use chrono::{Datelike, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeZone};
use chrono_tz::Tz;
use std::fmt;
use std::str::FromStr;
use thiserror::Error;

/// The most intervals that one report lists: 54 years of days.
pub const MAX_INTERVALS: usize = 20_000;

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;

/// What is wrong with a date, a zone or a range.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PeriodError {
    /// Not one of the three ways to write a date.
    #[error("“{0}” is not a date: write 2026, 2026-03 or 2026-03-09")]
    NotADate(String),
    /// The month is not one of twelve.
    #[error("{0} is not a month: months run from 01 to 12")]
    NotAMonth(String),
    /// The month has no such day.
    #[error("{0} is not a day: that month has {1} days")]
    NotADay(String, u32),
    /// The first day comes after the last.
    #[error("{first} comes after {last}: put the earlier day first")]
    Backwards {
        /// The day given as the first.
        first: NaiveDate,
        /// The day given as the last.
        last: NaiveDate,
    },
    /// More intervals than anybody reads.
    #[error("that range has {0} intervals, more than 20,000: choose a shorter range or a longer step")]
    TooMany(u64),
    /// Not a step of a report.
    #[error("“{0}” is not a step: one of day, month, year")]
    NotAStep(String),
    /// Not a zone that is known.
    #[error("“{0}” is not a time zone: write an IANA name such as Europe/Berlin, or UTC")]
    NotAZone(String),
}

/// Days in a row, the first and the last included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateSpan {
    /// The first day.
    pub first: NaiveDate,
    /// The last day, included.
    pub last: NaiveDate,
}

impl DateSpan {
    /// From the first day through the last one.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Result<Self, PeriodError> {
        if first > last {
            Err(PeriodError::Backwards { first, last })
        } else {
            Ok(Self { first, last })
        }
    }

    /// One day.
    pub const fn day(day: NaiveDate) -> Self {
        Self { first: day, last: day }
    }

    /// A year (`2026`), a month (`2026-03`) or a day (`2026-03-09`): four, two and two digits, as in RFC 3339 section 5.6.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let not_a_date = || PeriodError::NotADate(text.to_owned());
        let mut parts = text.split('-');
        let year = parts.next().and_then(|part| digits(part, 4)).ok_or_else(not_a_date)?;
        let month = parts.next().map(|part| digits(part, 2).ok_or_else(not_a_date)).transpose()?;
        let day = parts.next().map(|part| digits(part, 2).ok_or_else(not_a_date)).transpose()?;
        if parts.next().is_some() {
            return Err(not_a_date());
        }
        let year = i32::try_from(year).map_err(|_| not_a_date())?;
        let first = NaiveDate::from_ymd_opt(year, month.unwrap_or(1), 1).ok_or_else(|| PeriodError::NotAMonth(text.to_owned()))?;
        let step = if month.is_some() { Step::Month } else { Step::Year };
        let last = step.last_day(first);
        let Some(day) = day else { return Ok(Self { first, last }) };
        NaiveDate::from_ymd_opt(year, first.month(), day)
            .map(Self::day)
            .ok_or_else(|| PeriodError::NotADay(text.to_owned(), last.day()))
    }

    /// Whether `day` is one of these days.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.first <= day && day <= self.last
    }

    fn is_whole(self, step: Step) -> bool {
        step.first_day(self.first) == self.first && step.last_day(self.last) == self.last
    }
}

/// The shortest text that reads back as the same days: `2026`, `2026-03`, `2026-03-09`, or two of a kind with `..` between.
impl fmt::Display for DateSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = if self.is_whole(Step::Year) {
            Step::Year
        } else if self.is_whole(Step::Month) {
            Step::Month
        } else {
            Step::Day
        };
        let (first, last) = (step.label_of(self.first), step.label_of(self.last));
        if first == last {
            f.write_str(&first)
        } else {
            write!(f, "{first}..{last}")
        }
    }
}

fn digits(text: &str, count: usize) -> Option<u32> {
    (text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl FromStr for Zone {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        Self::parse(text)
    }
}

impl Zone {
    /// By its IANA name; capitals do not matter.
    pub fn parse(name: &str) -> Result<Self, PeriodError> {
        let name = name.trim();
        let known = || {
            chrono_tz::TZ_VARIANTS
                .iter()
                .copied()
                .find(|zone| zone.name().eq_ignore_ascii_case(name))
        };
        name.parse()
            .ok()
            .or_else(known)
            .map(Self)
            .ok_or_else(|| PeriodError::NotAZone(name.to_owned()))
    }

    /// The name of every zone, for completion.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// What the clocks on the wall show at `moment`.
    pub fn local(&self, moment: Moment) -> NaiveDateTime {
        let utc = moment.to_utc().naive_utc();
        utc.checked_add_offset(self.offset(moment)).unwrap_or(utc)
    }

    /// How far the clocks on the wall are ahead of UTC at `moment`.
    pub fn offset(&self, moment: Moment) -> FixedOffset {
        self.0.offset_from_utc_datetime(&moment.to_utc().naive_utc()).fix()
    }

    /// The moment at which `day` starts: the first one at which the calendar on the wall shows it or a later day.
    ///
    /// Where the clocks jump over midnight that is the jump; a day that was skipped altogether starts, and ends, with the next one;
    /// where midnight comes twice it is the first.
    pub fn start_of(&self, day: NaiveDate) -> Moment {
        let midnight = day.and_time(NaiveTime::MIN);
        let near = midnight.and_utc().timestamp_micros();
        if let Some(offset) = self.0.offset_from_local_datetime(&midnight).earliest() {
            return Moment(near - i64::from(offset.fix().local_minus_utc()) * SECOND);
        }
        let reached = |micros| self.local(Moment(micros)).date() >= day;
        Moment(first_where(near - 2 * DAY, near + 2 * DAY, reached))
    }

    /// The moments of these days, half open: from the first one up to the one after the last.
    pub fn bounds(&self, span: DateSpan) -> (Moment, Moment) {
        let start = self.start_of(span.first);
        let end = span.last.succ_opt().map_or(Moment(i64::MAX), |next| self.start_of(next));
        (start, end.max(start))
    }

    /// The day that `moment` belongs to: the one whose [bounds](Self::bounds) hold it.
    ///
    /// It is what the calendar on the wall shows, except where the clocks were put back over midnight (St. John's did so at 00:01):
    /// there the new day has begun and stays, or days would not be ranges of time.
    pub fn date_of(&self, moment: Moment) -> NaiveDate {
        let shown = self.local(moment).date();
        match shown.succ_opt() {
            Some(next) if self.start_of(next) <= moment => next,
            _ => shown,
        }
    }

    /// The UTC offset, in microseconds, by which days are cut from each moment on, for the moments of the given years.
    ///
    /// For `(from, offset)` with the greatest `from <= moment`, `moment + offset` falls on the day `date_of(moment)`. These are the
    /// zone's own transitions to the second, but for the few that put the clocks back over a midnight: those count from the moment
    /// at which the new day comes again. The first entry holds since ever.
    pub fn offsets(&self, from_year: i32, to_year: i32) -> Vec<(Moment, i64)> {
        let offset = |micros| i64::from(self.offset(Moment(micros)).local_minus_utc()) * SECOND;
        let mut at = new_year(from_year).saturating_sub(2 * DAY);
        let end = new_year(to_year.saturating_add(1)).saturating_add(2 * DAY);
        let mut current = offset(at);
        let mut found = vec![(Moment(i64::MIN), current)];
        while at < end {
            let next = at.saturating_add(DAY);
            let after = offset(next);
            if after != current {
                let jump = first_where(at, next, |micros| offset(micros) != current);
                let day_before = (jump - SECOND + current).div_euclid(DAY);
                found.push((Moment(jump.max(day_before * DAY - after)), after));
                current = after;
            }
            at = next;
        }
        found
    }
}

/// The first whole second after `low` and up to `high` from which on `holds` holds; it must hold at `high`.
fn first_where(low: i64, high: i64, holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (low.div_euclid(SECOND), high.div_euclid(SECOND));
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if holds(middle * SECOND) { high = middle } else { low = middle }
    }
    high * SECOND
}

fn new_year(year: i32) -> i64 {
    let day = NaiveDate::from_ymd_opt(year.clamp(1, 9999), 1, 1).unwrap_or_default();
    day.and_time(NaiveTime::MIN).and_utc().timestamp_micros()
}

/// How long the intervals of a report are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Step {
    /// By day.
    #[default]
    Day,
    /// By calendar month.
    Month,
    /// By calendar year.
    Year,
}

impl Step {
    /// Every step, the shortest first.
    pub const ALL: [Self; 3] = [Self::Day, Self::Month, Self::Year];

    /// The word in commands and JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    /// The word staff read.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Day => "Day",
            Self::Month => "Month",
            Self::Year => "Year",
        }
    }

    /// By its [code](Self::code); capitals do not matter.
    pub fn parse(text: &str) -> Result<Self, PeriodError> {
        let found = Self::ALL.into_iter().find(|step| step.code().eq_ignore_ascii_case(text.trim()));
        found.ok_or_else(|| PeriodError::NotAStep(text.to_owned()))
    }

    /// How the interval that `day` lies in is named: `2026-03-09`, `2026-03` or `2026`.
    pub fn label_of(self, day: NaiveDate) -> String {
        match self {
            Self::Day => format!("{:04}-{:02}-{:02}", day.year(), day.month(), day.day()),
            Self::Month => format!("{:04}-{:02}", day.year(), day.month()),
            Self::Year => format!("{:04}", day.year()),
        }
    }

    /// The first day of the interval that `day` lies in.
    pub fn first_day(self, day: NaiveDate) -> NaiveDate {
        match self {
            Self::Day => Some(day),
            Self::Month => day.with_day(1),
            Self::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
        }
        .unwrap_or(day)
    }

    /// The last day of the interval that `day` lies in.
    pub fn last_day(self, day: NaiveDate) -> NaiveDate {
        let first = self.first_day(day);
        let next = match self {
            Self::Day => return day,
            Self::Month => first.checked_add_months(Months::new(1)),
            Self::Year => first.checked_add_months(Months::new(12)),
        };
        next.and_then(|next| next.pred_opt()).unwrap_or(NaiveDate::MAX)
    }

    /// How many intervals `span` touches.
    fn count(self, span: DateSpan) -> u64 {
        let months = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
        let between = match self {
            Self::Day => span.last.signed_duration_since(span.first).num_days(),
            Self::Month => months(span.last) - months(span.first),
            Self::Year => i64::from(span.last.year()) - i64::from(span.first.year()),
        };
        u64::try_from(between + 1).unwrap_or(0)
    }
}

/// A range of days, cut into intervals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    /// All the days.
    pub span: DateSpan,
    /// How they are cut.
    pub step: Step,
}

/// One row of a report: a day, month or year, or the part of it that lies in the range.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Interval {
    /// `2026-03-09`, `2026-03` or `2026`.
    pub label: String,
    /// Its days that lie in the range.
    pub span: DateSpan,
}

impl Period {
    /// Every interval of the range in order, those in which nothing happened too; the first and the last are clipped to the range.
    pub fn intervals(&self) -> Result<Vec<Interval>, PeriodError> {
        let DateSpan { first, last } = self.span;
        DateSpan::new(first, last)?;
        let count = self.step.count(self.span);
        if count > MAX_INTERVALS as u64 {
            return Err(PeriodError::TooMany(count));
        }
        let mut found = Vec::with_capacity(count as usize);
        let mut day = first;
        loop {
            let end = self.step.last_day(day).min(last);
            found.push(Interval {
                label: self.step.label_of(day),
                span: DateSpan { first: day, last: end },
            });
            match end.checked_add_days(Days::new(1)) {
                Some(next) if next <= last => day = next,
                _ => return Ok(found),
            }
        }
    }
}

#[cfg(test)]
mod tests;
