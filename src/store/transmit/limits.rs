//! The law of the limits: in flight plus ended within the window, of all dispatchers, stays below the size.

use crate::domain::settings::{Setting, Settings};
use crate::domain::time::Moment;
use crate::store::{StoreError, Tx};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const DAY: Duration = Duration::from_hours(24);

/// How many mails may go out in which time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many within one interval.
    pub batch_size: u64,
    /// The interval.
    pub batch_interval: Duration,
    /// How many within one second.
    pub per_second: Option<u64>,
    /// How many within 24 hours.
    pub per_day: Option<u64>,
    /// How many to one recipient domain at once.
    pub per_domain: Option<u64>,
}

/// Which limit holds mails back, and until when as far as that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Held {
    Batch(Option<Moment>),
    Rate(Option<Moment>),
    Day(Option<Moment>),
}

impl Limits {
    /// From the settings.
    pub fn from_settings(settings: &Settings) -> Self {
        Self {
            batch_size: settings.batch_size(),
            batch_interval: settings.batch_interval(),
            per_second: settings.count(Setting::RatePerSecond),
            per_day: settings.count(Setting::DailyCap),
            per_domain: settings.count(Setting::PerDomainInFlight),
        }
    }

    /// How many more may go at once, and which limit says so where it is fewer than `wanted`.
    pub(super) async fn room(&self, tx: &mut Tx, now: Moment, wanted: u64) -> Result<(u64, Option<Held>), StoreError> {
        let limits = [
            self.batch(),
            (self.per_second, SECOND, Held::Rate as Hold),
            (self.per_day, DAY, Held::Day),
        ];
        room_within(tx, now, wanted, &limits).await
    }

    /// The same by the batch limit alone.
    pub(super) async fn batch_room(&self, tx: &mut Tx, now: Moment, wanted: u64) -> Result<(u64, Option<Held>), StoreError> {
        room_within(tx, now, wanted, &[self.batch()]).await
    }

    /// The same by the limit of a day alone.
    pub(super) async fn day_room(&self, tx: &mut Tx, now: Moment, wanted: u64) -> Result<(u64, Option<Held>), StoreError> {
        room_within(tx, now, wanted, &[(self.per_day, DAY, Held::Day)]).await
    }

    fn batch(&self) -> Limit {
        (Some(self.batch_size), self.batch_interval, Held::Batch)
    }
}

type Hold = fn(Option<Moment>) -> Held;

/// A size, if there is a limit, the window it holds for, and how to say that it holds something back.
type Limit = (Option<u64>, Duration, Hold);

async fn room_within(tx: &mut Tx, now: Moment, wanted: u64, limits: &[Limit]) -> Result<(u64, Option<Held>), StoreError> {
    let in_flight: i64 = sqlx::query_scalar("SELECT count(*) FROM mail WHERE state IN (2, 3)")
        .fetch_one(&mut **tx)
        .await?;
    let mut room = (wanted, None);
    for (size, window, held) in limits {
        let Some(size) = *size else { continue };
        let ended = ended_since(tx, now.minus(*window)).await?;
        let free = size.saturating_sub(in_flight.unsigned_abs()).saturating_sub(ended);
        if free < room.0 {
            // The window ends for enough of them once this many of the oldest have left it.
            let to_leave = room.0.min(size).saturating_sub(free);
            room = (free, Some(held(leaves_at(tx, now.minus(*window), to_leave, *window).await?)));
        }
    }
    Ok(room)
}

/// How many attempts ended after `since`.
pub(super) async fn ended_since(tx: &mut Tx, since: Moment) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar("SELECT count(*) FROM attempt WHERE outcome BETWEEN 1 AND 4 AND ended_at > ?")
        .bind(since.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(count.unsigned_abs())
}

/// When the `nth` oldest attempt of the window leaves it; nothing while that is still in flight.
async fn leaves_at(tx: &mut Tx, since: Moment, nth: u64, window: Duration) -> Result<Option<Moment>, StoreError> {
    let sql = "SELECT ended_at FROM attempt WHERE outcome BETWEEN 1 AND 4 AND ended_at > ? ORDER BY ended_at LIMIT 1 OFFSET ?";
    let ended: Option<i64> = sqlx::query_scalar(sql)
        .bind(since.0)
        .bind(nth.saturating_sub(1) as i64)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(ended.map(|at| Moment(at).plus(window)))
}
