//! What the Transmission screen and `dispatch` need to know.

use super::limits::{Limits, ended_since};
use super::operate;
use crate::domain::delivery::Delivery;
use crate::domain::ids::{BatchId, InvitationId};
use crate::domain::time::Moment;
use crate::domain::transmission::{Batch, DispatcherInfo, Doubt, FailureGroup, Transmission, Wait, explain_refusal};
use crate::store::{Store, StoreError, Tx, get};
use std::collections::BTreeMap;
use std::time::Duration;

/// What still has to happen before a dispatcher may call it a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Pending {
    /// Queued (held ones included), claimed or being sent, by anyone.
    pub active: u64,
    /// Deferred and due.
    pub deferred_due: u64,
}

/// How many batches, failures and doubts are listed.
const LISTED: i64 = 200;

impl Store {
    /// What still has to happen.
    pub async fn pending(&self, now: Moment) -> Result<Pending, StoreError> {
        let sql =
            "SELECT (SELECT count(*) FROM mail WHERE state IN (1, 2, 3)), (SELECT count(*) FROM mail WHERE state = 4 AND due_at <= ?)";
        let row = sqlx::query(sql).bind(now.0).fetch_one(self.readers()).await?;
        Ok(Pending {
            active: get::<i64>(&row, 0)?.unsigned_abs(),
            deferred_due: get::<i64>(&row, 1)?.unsigned_abs(),
        })
    }

    /// When the first of the queued and deferred mails is (or was) due; nothing where none waits.
    pub async fn next_due(&self) -> Result<Option<Moment>, StoreError> {
        let sql = "SELECT min(due) FROM (SELECT min(due_at) AS due FROM mail WHERE state = 1 UNION ALL SELECT min(due_at) FROM mail WHERE state = 4)";
        let due: Option<i64> = sqlx::query_scalar(sql).fetch_one(self.readers()).await?;
        Ok(due.map(Moment))
    }

    /// How many mails are in each state.
    pub async fn delivery_counts(&self) -> Result<BTreeMap<Delivery, u64>, StoreError> {
        let mut counts = BTreeMap::new();
        for row in &sqlx::query("SELECT state, count(*) FROM mail GROUP BY state")
            .fetch_all(self.readers())
            .await?
        {
            counts.insert(crate::store::rows::delivery(get(row, 0)?)?, get::<i64>(row, 1)?.unsigned_abs());
        }
        Ok(counts)
    }

    /// The state of the transmission. The route and what this machine adds to the reasons are the caller's to fill in.
    pub async fn transmission(&self, limits: &Limits, now: Moment) -> Result<Transmission, StoreError> {
        // One snapshot, so that the numbers agree with each other.
        let mut tx = self.readers().begin().await?;
        let mut counts = BTreeMap::new();
        for row in &sqlx::query("SELECT state, count(*) FROM mail GROUP BY state")
            .fetch_all(&mut *tx)
            .await?
        {
            counts.insert(crate::store::rows::delivery(get(row, 0)?)?, get::<i64>(row, 1)?.unsigned_abs());
        }
        let queue = queue_facts(&mut tx, now).await?;
        let (waits, next_release) = why_waiting(&mut tx, limits, now, &queue).await?;
        let day = ended_since(&mut tx, now.minus(Duration::from_hours(24))).await?;
        let minute = "SELECT count(*) FROM attempt WHERE outcome = 1 AND ended_at > ?";
        let minute: i64 = sqlx::query_scalar(minute)
            .bind(now.minus(Duration::from_mins(1)).0)
            .fetch_one(&mut *tx)
            .await?;
        let answer = Transmission {
            at: now,
            counts,
            held: queue.held,
            deferred_due: queue.deferred_due,
            next_due: queue.next_due,
            batches: batches(&mut tx).await?,
            sent_last_minute: minute.unsigned_abs(),
            day: (day, limits.per_day),
            batch_size: limits.batch_size,
            batch_interval: limits.batch_interval,
            next_release,
            waits,
            route: String::new(),
            to_folder: false,
            dispatchers: dispatchers(&mut tx, now).await?,
            failures: failures(&mut tx).await?,
            in_doubt: doubts(&mut tx).await?,
        };
        tx.rollback().await?;
        Ok(answer)
    }
}

struct QueueFacts {
    due: u64,
    held: u64,
    deferred_due: u64,
    next_queued: Option<Moment>,
    next_due: Option<Moment>,
}

async fn queue_facts(tx: &mut Tx, now: Moment) -> Result<QueueFacts, StoreError> {
    let sql = "SELECT (SELECT count(*) FROM mail WHERE state = 1 AND due_at <= ?1), (SELECT count(*) FROM mail WHERE state = 1 AND due_at > ?1),
                   (SELECT count(*) FROM mail WHERE state = 4 AND due_at <= ?1), (SELECT min(due_at) FROM mail WHERE state = 1 AND due_at > ?1),
                   (SELECT min(due_at) FROM mail WHERE state = 4 AND due_at > ?1)";
    let row = sqlx::query(sql).bind(now.0).fetch_one(&mut **tx).await?;
    let count = |column| get::<i64>(&row, column).map(i64::unsigned_abs);
    let next = |column| get::<Option<i64>>(&row, column).map(|at| at.map(Moment));
    let (next_queued, next_deferred) = (next(3)?, next(4)?);
    let next_due = [next_queued, next_deferred].into_iter().flatten().min();
    Ok(QueueFacts {
        due: count(0)?,
        held: count(1)?,
        deferred_due: count(2)?,
        next_queued,
        next_due,
    })
}

async fn why_waiting(tx: &mut Tx, limits: &Limits, now: Moment, queue: &QueueFacts) -> Result<(Option<Wait>, Option<Moment>), StoreError> {
    if let Some((wait, until)) = operate::standstill(tx, now).await? {
        return Ok((Some(wait), until));
    }
    let due = queue.due + queue.deferred_due;
    if due > 0 {
        let open = "SELECT EXISTS (SELECT 1 FROM batch WHERE closed_at IS NULL AND taken < size)";
        let open: i64 = sqlx::query_scalar(open).fetch_one(&mut **tx).await?;
        let wanted = if open != 0 { 1 } else { due.min(limits.batch_size) };
        let (room, held) = limits.room(tx, now, wanted).await?;
        if room < wanted {
            let (wait, until) = super::claim::waiting(held);
            return Ok((Some(wait), until));
        }
        return Ok((None, None));
    }
    if let Some(until) = queue.next_queued {
        return Ok((Some(Wait::Hold { until }), Some(until)));
    }
    Ok((queue.next_due.map(|until| Wait::Retry { until }), queue.next_due))
}

async fn batches(tx: &mut Tx) -> Result<Vec<Batch>, StoreError> {
    let sql = "SELECT b.id, b.opened_at, b.size, b.taken,
                   (SELECT count(*) FROM attempt a WHERE a.batch_id = b.id AND a.outcome = 1),
                   (SELECT count(*) FROM attempt a WHERE a.batch_id = b.id AND a.outcome = 2),
                   (SELECT count(*) FROM attempt a WHERE a.batch_id = b.id AND a.outcome = 3),
                   (SELECT count(*) FROM attempt a WHERE a.batch_id = b.id AND a.outcome = 4),
                   (SELECT count(*) FROM attempt a WHERE a.batch_id = b.id AND a.outcome = 0)
               FROM batch b ORDER BY b.id DESC LIMIT 20";
    let rows = sqlx::query(sql).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let count = |column| get::<i64>(row, column).map(i64::unsigned_abs);
            Ok(Batch {
                id: BatchId(get(row, 0)?),
                opened_at: Moment(get(row, 1)?),
                size: count(2)?,
                taken: count(3)?,
                sent: count(4)?,
                deferred: count(5)?,
                failed: count(6)?,
                in_doubt: count(7)?,
                in_flight: count(8)?,
            })
        })
        .collect()
}

async fn dispatchers(tx: &mut Tx, now: Moment) -> Result<Vec<DispatcherInfo>, StoreError> {
    let sql = "SELECT name, watch, started_at, lease_until FROM dispatcher WHERE lease_until > ? ORDER BY id";
    let rows = sqlx::query(sql).bind(now.0).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            Ok(DispatcherInfo {
                name: get(row, 0)?,
                watch: get::<i64>(row, 1)? != 0,
                started_at: Moment(get(row, 2)?),
                lease_until: Moment(get(row, 3)?),
            })
        })
        .collect()
}

async fn failures(tx: &mut Tx) -> Result<Vec<FailureGroup>, StoreError> {
    let sql = "SELECT ifnull(words, ''), count(*) FROM mail WHERE state = 5 GROUP BY words ORDER BY 2 DESC, 1 LIMIT ?";
    let rows = sqlx::query(sql).bind(LISTED).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            let words: String = get(row, 0)?;
            let (cause, remedy) = explain_refusal(&words);
            Ok(FailureGroup {
                words,
                count: get::<i64>(row, 1)?.unsigned_abs(),
                cause,
                remedy,
            })
        })
        .collect()
}

async fn doubts(tx: &mut Tx) -> Result<Vec<Doubt>, StoreError> {
    let sql =
        "SELECT m.invitation_id, ifnull(i.email, ''), m.since, ifnull(m.reason, '') FROM mail m JOIN invitation i ON i.id = m.invitation_id
               WHERE m.state = 6 ORDER BY m.since DESC LIMIT ?";
    let rows = sqlx::query(sql).bind(LISTED).fetch_all(&mut **tx).await?;
    rows.iter()
        .map(|row| {
            Ok(Doubt {
                id: InvitationId(get(row, 0)?),
                email: get(row, 1)?,
                since: Moment(get(row, 2)?),
                last_words: get(row, 3)?,
            })
        })
        .collect()
}
