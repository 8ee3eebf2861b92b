//! Numbers and dates as a filter writes them, and what moments a date means.

use super::field::DateField;
use super::mistake::{Mistake, nearest};
use super::scan::RawValue;
use crate::domain::period::{DateSpan, PeriodError, Step, Zone};
use crate::domain::time::Moment;
use chrono::{Datelike, NaiveDate};
use std::fmt;
use std::ops::Range;
use std::time::Duration;

/// The longest age that can be asked: a hundred years, in seconds.
const MAX_AGE: u64 = 100 * 366 * 86_400;

/// Numbers in a row, both ends included; nothing that is counted lies below 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct NumberRange {
    /// The first.
    pub first: i64,
    /// The last, included; `i64::MAX` where the range is open.
    pub last: i64,
}

impl NumberRange {
    /// Just this one.
    pub const fn one(number: i64) -> Self {
        Self {
            first: number,
            last: number,
        }
    }

    /// Whether `number` lies in it.
    pub const fn contains(self, number: i64) -> bool {
        self.first <= number && number <= self.last
    }
}

impl fmt::Display for NumberRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (first, last) if first == last => write!(f, "{first}"),
            (first, i64::MAX) => write!(f, "{first}.."),
            (0, last) => write!(f, "..{last}"),
            (first, last) => write!(f, "{first}..{last}"),
        }
    }
}

/// How long ago, in whole seconds; in a filter with a unit: `90s`, `15m`, `24h`, `30d`, `2w`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Age(Duration);

impl Age {
    /// So many seconds, a hundred years at most.
    pub fn from_secs(seconds: u64) -> Option<Self> {
        (seconds <= MAX_AGE).then(|| Self(Duration::from_secs(seconds)))
    }

    /// The same as a duration.
    pub const fn duration(self) -> Duration {
        self.0
    }

    /// A number and its unit; nothing where it is no age, or too long a one.
    fn parse(text: &str) -> Option<Self> {
        let unit = match text.chars().last()?.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 7 * 86_400,
            _ => return None,
        };
        let count = digits(text.get(..text.len() - 1)?)?;
        Self::from_secs(u64::try_from(count).ok()?.checked_mul(unit)?)
    }
}

/// In the largest unit that divides it, weeks as days.
impl fmt::Display for Age {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.as_secs();
        let units = [(86_400, "d"), (3600, "h"), (60, "m")];
        let unit = units.into_iter().find(|(length, _)| seconds > 0 && seconds.is_multiple_of(*length));
        let (length, name) = unit.unwrap_or((1, "s"));
        write!(f, "{}{name}", seconds / length)
    }
}

/// When a date may lie. What is relative stays so until it is asked with a [zone and a now](DateTest::window).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DateTest {
    /// There is none (`none`).
    Empty,
    /// There is one (`any`).
    Any,
    /// On one of these days (`2026-03`, `2026-01..2026-03`).
    On(DateSpan),
    /// On this day or later (`2026-05..`, `>=2026-05`; `>2026-05-01` begins on the day after).
    From(NaiveDate),
    /// On this day or earlier (`..2026`, `<=2026`; `<2026-05-01` ends with the day before).
    Until(NaiveDate),
    /// Today.
    Today,
    /// Yesterday.
    Yesterday,
    /// Not longer ago than this (`7d`, `<7d`); of an expiry: within this time from now.
    Within(Age),
    /// Longer ago than this (`>14d`); of an expiry: further ahead than this.
    Beyond(Age),
}

/// What a [`DateTest`] means at one moment in one zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateWindow {
    /// There is no date.
    Empty,
    /// There is a date.
    Any,
    /// The date lies in this half-open range.
    Between(Range<Moment>),
}

impl DateWindow {
    /// Whether `date` is meant.
    pub fn contains(&self, date: Option<Moment>) -> bool {
        match self {
            Self::Empty => date.is_none(),
            Self::Any => date.is_some(),
            Self::Between(range) => date.is_some_and(|date| range.contains(&date)),
        }
    }
}

impl DateTest {
    /// The moments that it means for `field`, with days cut in `zone` and ages counted from `now` (24 hours to a day).
    pub fn window(&self, field: DateField, zone: Zone, now: Moment) -> DateWindow {
        let today = || zone.date_of(now);
        let days = |span| {
            let (start, end) = zone.bounds(span);
            start..end
        };
        DateWindow::Between(match *self {
            Self::Empty => return DateWindow::Empty,
            Self::Any => return DateWindow::Any,
            Self::On(span) => days(span),
            Self::From(first) => zone.start_of(first)..Moment(i64::MAX),
            Self::Until(last) => Moment(i64::MIN)..days(DateSpan::day(last)).end,
            Self::Today => days(DateSpan::day(today())),
            Self::Yesterday => days(DateSpan::day(today().pred_opt().unwrap_or(NaiveDate::MIN))),
            Self::Within(age) if field == DateField::Expires => now..just_after(now.plus(age.0)),
            Self::Within(age) => now.minus(age.0)..just_after(now),
            Self::Beyond(age) if field == DateField::Expires => just_after(now.plus(age.0))..Moment(i64::MAX),
            Self::Beyond(age) => Moment(i64::MIN)..now.minus(age.0),
        })
    }
}

/// The end of a half-open range that still holds `moment`.
fn just_after(moment: Moment) -> Moment {
    moment.plus(Duration::from_micros(1))
}

impl fmt::Display for DateTest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("none"),
            Self::Any => f.write_str("any"),
            Self::On(span) => span.fmt(f),
            Self::From(first) => write!(f, "{}..", Step::Day.label_of(*first)),
            Self::Until(last) => write!(f, "..{}", Step::Day.label_of(*last)),
            Self::Today => f.write_str("today"),
            Self::Yesterday => f.write_str("yesterday"),
            Self::Within(age) => age.fmt(f),
            Self::Beyond(age) => write!(f, ">{age}"),
        }
    }
}

/// How a value is bounded, with what follows or surrounds the sign.
enum Bound<'a> {
    Above(&'a str),
    AtLeast(&'a str),
    Below(&'a str),
    AtMost(&'a str),
    Between(&'a str, &'a str),
    Just(&'a str),
}

fn bound(text: &str) -> Bound<'_> {
    let after = |sign| text.strip_prefix(sign).map(str::trim_start);
    if let Some(rest) = after(">=") {
        Bound::AtLeast(rest)
    } else if let Some(rest) = after("<=") {
        Bound::AtMost(rest)
    } else if let Some(rest) = after(">") {
        Bound::Above(rest)
    } else if let Some(rest) = after("<") {
        Bound::Below(rest)
    } else {
        match text.split_once("..") {
            Some(("", last)) if !last.is_empty() => Bound::AtMost(last),
            Some((first, "")) if !first.is_empty() => Bound::AtLeast(first),
            Some((first, last)) => Bound::Between(first, last),
            None => Bound::Just(text),
        }
    }
}

/// Whether only the sign has been typed yet.
fn is_bare_sign(text: &str) -> bool {
    matches!(text, ">" | ">=" | "<" | "<=" | "." | "..")
}

/// One number or range of numbers.
pub(super) fn number(value: &RawValue) -> Result<NumberRange, Mistake> {
    let text = value.text.trim();
    if is_bare_sign(text) {
        return Err(Mistake::unfinished(value.span.clone(), format!("“{text}” needs a number")));
    }
    let wrong = |part: &str| {
        let message = format!("“{part}” is not a number: write 7, 100..200, >5 or <=5");
        Mistake::wrong(value.span.clone(), message)
    };
    let read = |part: &str| digits(part).ok_or_else(|| wrong(part));
    let (first, last) = match bound(text) {
        Bound::Above(part) => (read(part)?.checked_add(1).ok_or_else(|| wrong(part))?, i64::MAX),
        Bound::AtLeast(part) => (read(part)?, i64::MAX),
        Bound::Below(part) => {
            let below_zero = || Mistake::wrong(value.span.clone(), "nothing lies below 0");
            (0, read(part)?.checked_sub(1).filter(|last| *last >= 0).ok_or_else(below_zero)?)
        }
        Bound::AtMost(part) => (0, read(part)?),
        Bound::Between(first, last) => (read(first)?, read(last)?),
        Bound::Just(part) => (read(part)?, read(part)?),
    };
    if first > last {
        return Err(backwards(value, &first.to_string(), &last.to_string()));
    }
    Ok(NumberRange { first, last })
}

fn digits(text: &str) -> Option<i64> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn backwards(value: &RawValue, first: &str, last: &str) -> Mistake {
    Mistake::wrong(value.span.clone(), format!("{first}..{last} runs backwards")).meant(Some(format!("{last}..{first}")))
}

/// The words that stand for a date.
const DATE_WORDS: [(&str, DateTest); 4] = [
    ("none", DateTest::Empty),
    ("any", DateTest::Any),
    ("today", DateTest::Today),
    ("yesterday", DateTest::Yesterday),
];

/// One date, age, range of dates or word for a date.
pub(super) fn date(value: &RawValue) -> Result<DateTest, Mistake> {
    let text = value.text.trim();
    if is_bare_sign(text) {
        return Err(Mistake::unfinished(
            value.span.clone(),
            format!("“{text}” needs a date or an age, such as 2026-03 or 7d"),
        ));
    }
    if let Some((_, test)) = DATE_WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)) {
        return Ok(*test);
    }
    let span = |part: &str| DateSpan::parse(part).map_err(|error| wrong_date(value, part, &error));
    match bound(text) {
        Bound::Above(part) | Bound::AtLeast(part) if Age::parse(part).is_some() => relative(value, part, DateTest::Beyond),
        Bound::Below(part) | Bound::AtMost(part) | Bound::Just(part) if Age::parse(part).is_some() => {
            relative(value, part, DateTest::Within)
        }
        Bound::Above(part) => beside(value, span(part)?.last.succ_opt()).map(DateTest::From),
        Bound::AtLeast(part) => Ok(DateTest::From(span(part)?.first)),
        Bound::Below(part) => beside(value, span(part)?.first.pred_opt()).map(DateTest::Until),
        Bound::AtMost(part) => Ok(DateTest::Until(span(part)?.last)),
        Bound::Between(first, last) => {
            let days = DateSpan::new(span(first)?.first, span(last)?.last);
            days.map(DateTest::On).map_err(|_| backwards(value, first, last))
        }
        Bound::Just(part) => span(part).map(DateTest::On),
    }
}

/// An age, where one can stand: `..7d` and `7d..` say nothing that `<7d` and `>7d` would not say clearer.
fn relative(value: &RawValue, age: &str, test: fn(Age) -> DateTest) -> Result<DateTest, Mistake> {
    let meant = Age::parse(age).map(test);
    match meant {
        Some(test) if !value.text.contains("..") => Ok(test),
        _ => Err(Mistake::wrong(value.span.clone(), "an age takes < or >, not ..").meant(meant.map(|test| test.to_string()))),
    }
}

/// The day beside a date, if it can still be written.
fn beside(value: &RawValue, day: Option<NaiveDate>) -> Result<NaiveDate, Mistake> {
    let written = day.filter(|day| (0..=9999).contains(&day.year()));
    written.ok_or_else(|| Mistake::wrong(value.span.clone(), "no date lies there: years run from 0000 to 9999"))
}

fn wrong_date(value: &RawValue, part: &str, error: &PeriodError) -> Mistake {
    if !matches!(error, PeriodError::NotADate(_)) {
        return Mistake::wrong(value.span.clone(), error.to_string());
    }
    let message = format!("“{part}” is not a date: write 2026-03-09, 2026-03, 2026, 2026-01..2026-03, >2026-05-01, 7d, today, none or any");
    let word = nearest(part, DATE_WORDS.map(|(word, _)| word)).filter(|_| part == value.text);
    let is_short = part.len() < 10 && part.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let is_begun = DATE_WORDS.iter().any(|(word, _)| word.starts_with(&part.to_lowercase()));
    if (is_short || is_begun) && !value.quoted {
        return Mistake::unfinished(value.span.clone(), message);
    }
    Mistake::wrong(value.span.clone(), message).meant(word.map(str::to_owned))
}
