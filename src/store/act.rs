//! Doing what a plan says, chunk by chunk: each chunk is one transaction, so that an end between chunks leaves nothing half done.

use super::facts::{RulesAt, chunks, classify};
use super::{Progress, Store, StoreError, Tx, actions, history, json_ids, rollup};
use crate::domain::actor::Actor;
use crate::domain::ids::ActionId;
use crate::domain::plan::{Act, Bucket, Plan};
use crate::domain::time::Moment;
use roaring::RoaringTreemap;
use std::collections::BTreeMap;
use std::time::Duration;

/// Who acts, why, and on what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActContext {
    /// Who.
    pub by: Actor,
    /// On what filter the rows were selected, for the activity log.
    pub filter: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// How long queued mails are held, so that they can be undone.
    pub hold: Duration,
}

/// What an act did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// Its number in the activity log.
    pub action: ActionId,
    /// How many rows it changed as asked.
    pub done: u64,
    /// Each row's outcome, counted.
    pub outcomes: BTreeMap<Bucket, u64>,
    /// Whether it was ended before all rows were done.
    pub cancelled: bool,
}

/// What a chunk's statements need to know.
pub(super) struct Doing<'a> {
    pub(super) action: ActionId,
    pub(super) why: &'a ActContext,
    pub(super) at: RulesAt,
}

impl Store {
    /// Does exactly what `plan` says. Rows that changed since are left alone and told as such.
    pub async fn apply(&self, plan: &Plan, why: &ActContext, at: RulesAt, progress: &Progress) -> Result<Applied, StoreError> {
        let mut tx = self.begin().await?;
        let filter = why.filter.as_deref().filter(|filter| !filter.is_empty());
        let action = actions::begin(
            &mut tx,
            plan.act.verb(),
            &why.by,
            at.now,
            filter,
            why.reason.as_deref(),
            plan.total(),
        )
        .await?;
        tx.commit().await?;
        progress.set_total(plan.total());
        let mut applied = Applied {
            action,
            done: 0,
            outcomes: BTreeMap::new(),
            cancelled: false,
        };
        let doing = Doing { action, why, at };
        'work: for (bucket, rows) in &plan.buckets {
            for chunk in chunks(&rows.ids) {
                if progress.is_cancelled() {
                    applied.cancelled = true;
                    break 'work;
                }
                progress.add(chunk.len() as u64);
                self.apply_chunk(plan.act, *bucket, &chunk, &doing, &mut applied).await?;
            }
        }
        let mut tx = self.begin().await?;
        actions::finish(&mut tx, action, at.now, applied.cancelled).await?;
        tx.commit().await?;
        Ok(applied)
    }

    async fn apply_chunk(
        &self,
        act: Act,
        bucket: Bucket,
        chunk: &[i64],
        doing: &Doing<'_>,
        applied: &mut Applied,
    ) -> Result<(), StoreError> {
        let all: RoaringTreemap = chunk.iter().map(|id| id.unsigned_abs()).collect();
        let mut tx = self.begin().await?;
        let (done, left) = if bucket.acts() || (bucket == Bucket::BecameCustomer && matches!(act, Act::Send(_))) {
            // The plan is asked again within the transaction: only rows that are still what they were are touched.
            let mut now = Plan::new(act);
            classify(&mut *tx, &mut now, &json_ids(chunk.iter().copied()), doing.at).await?;
            let still = now.buckets.remove(&bucket).unwrap_or_default().ids & &all;
            let done = change(&mut tx, bucket, still, doing).await?;
            let left = &all - &done;
            (done, left)
        } else {
            (all, RoaringTreemap::new())
        };
        let changed = if bucket.acts() { done.len() } else { 0 };
        actions::outcome(&mut tx, doing.action, &json_ids(ids_of(&done)), bucket, changed).await?;
        if !left.is_empty() {
            actions::outcome(&mut tx, doing.action, &json_ids(ids_of(&left)), Bucket::ChangedMeanwhile, 0).await?;
        }
        tx.commit().await?;
        applied.done += changed;
        for (bucket, rows) in [(bucket, done), (Bucket::ChangedMeanwhile, left)] {
            if !rows.is_empty() {
                *applied.outcomes.entry(bucket).or_default() += rows.len();
            }
        }
        Ok(())
    }
}

fn ids_of(ids: &RoaringTreemap) -> impl Iterator<Item = i64> {
    ids.iter().filter_map(|id| i64::try_from(id).ok())
}

/// Changes rows as their bucket says; gives those that were.
pub(super) async fn change(tx: &mut Tx, bucket: Bucket, rows: RoaringTreemap, doing: &Doing<'_>) -> Result<RoaringTreemap, StoreError> {
    let ids = json_ids(ids_of(&rows));
    let reason = doing.why.reason.as_deref();
    match bucket {
        Bucket::WillSend => {
            enqueue(tx, &ids, doing).await?;
            Ok(rows)
        }
        Bucket::RestoreAndSend => {
            let restored = restore(tx, rows, doing, reason).await?;
            enqueue(tx, &json_ids(ids_of(&restored)), doing).await?;
            Ok(restored)
        }
        Bucket::WillDiscard => {
            discard(tx, &ids, doing.at.now, &doing.why.by, reason).await?;
            Ok(rows)
        }
        Bucket::WillRestore => restore(tx, rows, doing, reason).await,
        Bucket::BecameCustomer => {
            let unsent = "SELECT group_concat(id) FROM invitation WHERE id IN (SELECT value FROM json_each(?)) AND status = 0";
            let unsent: Option<String> = sqlx::query_scalar(unsent).bind(&ids).fetch_one(&mut **tx).await?;
            if let Some(unsent) = unsent {
                discard(tx, &format!("[{unsent}]"), doing.at.now, &doing.why.by, Some("became a customer")).await?;
            }
            Ok(rows)
        }
        _ => Ok(rows),
    }
}

/// Queues the mails of rows whose delivery is idle or failed. The Message-ID is fixed here, for all attempts.
pub(super) async fn enqueue(tx: &mut Tx, ids: &str, doing: &Doing<'_>) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO mail (invitation_id, state, since, due_at, message_id, action_id)
         SELECT i.id, 1, ?2, ?3, lower(hex(randomblob(16))) || '@' || s.mail_domain, ?4
         FROM invitation i JOIN sender s ON s.id = i.sender_id WHERE i.id IN (SELECT value FROM json_each(?1))
         ON CONFLICT (invitation_id) DO UPDATE SET state = 1, since = excluded.since, due_at = excluded.due_at,
             message_id = excluded.message_id, action_id = excluded.action_id, tries = 0, first_attempt_at = NULL, attempt_id = NULL,
             dispatcher_id = NULL, lease_until = NULL, batch_id = NULL, resent_once = 0, code = NULL, reason = NULL, words = NULL
         WHERE mail.state = 5",
    )
    .bind(ids)
    .bind(doing.at.now.0)
    .bind(doing.at.now.plus(doing.why.hold).0)
    .bind(doing.action.0)
    .execute(&mut **tx)
    .await?;
    history::tell(tx, ids, doing.at.now, "queued", &doing.why.by, None).await
}

/// Closes rows, and takes their mails back where they have not gone; one that is being sent gets its answer later.
pub(super) async fn discard(tx: &mut Tx, ids: &str, at: Moment, by: &Actor, reason: Option<&str>) -> Result<(), StoreError> {
    rollup::take_out(tx, ids).await?;
    sqlx::query("UPDATE invitation SET status = 3, discarded_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))")
        .bind(ids)
        .bind(at.0)
        .execute(&mut **tx)
        .await?;
    rollup::put_in(tx, ids).await?;
    withdraw(tx, ids, at, "(1, 2, 4, 5, 6)").await?;
    history::tell(tx, ids, at, "discarded", by, reason).await
}

/// Takes mails back: their rows go, the attempts in hand end as given back.
pub(super) async fn withdraw(tx: &mut Tx, ids: &str, at: Moment, states: &'static str) -> Result<u64, StoreError> {
    sqlx::query(
        "UPDATE attempt SET outcome = 5, ended_at = ?2 WHERE outcome = 0 AND id IN
         (SELECT attempt_id FROM mail WHERE state = 2 AND invitation_id IN (SELECT value FROM json_each(?1)))",
    )
    .bind(ids)
    .bind(at.0)
    .execute(&mut **tx)
    .await?;
    let sql = sqlx::AssertSqlSafe(format!(
        "DELETE FROM mail WHERE state IN {states} AND invitation_id IN (SELECT value FROM json_each(?1))"
    ));
    Ok(sqlx::query(sql).bind(ids).execute(&mut **tx).await?.rows_affected())
}

/// Opens discarded rows again; of two that would be one open invitation, the first.
async fn restore(tx: &mut Tx, rows: RoaringTreemap, doing: &Doing<'_>, reason: Option<&str>) -> Result<RoaringTreemap, StoreError> {
    let ids = json_ids(ids_of(&rows));
    rollup::take_out(tx, &ids).await?;
    sqlx::query(
        "UPDATE OR IGNORE invitation SET status = CASE WHEN sent_at IS NULL THEN 0 ELSE 1 END, discarded_at = NULL
         WHERE id IN (SELECT value FROM json_each(?1)) AND status = 3",
    )
    .bind(&ids)
    .execute(&mut **tx)
    .await?;
    rollup::put_in(tx, &ids).await?;
    let open = "SELECT group_concat(id) FROM invitation WHERE id IN (SELECT value FROM json_each(?)) AND status <> 3";
    let open: Option<String> = sqlx::query_scalar(open).bind(&ids).fetch_one(&mut **tx).await?;
    let restored: RoaringTreemap = open
        .iter()
        .flat_map(|ids| ids.split(','))
        .filter_map(|id| id.parse::<u64>().ok())
        .collect();
    history::tell(tx, &json_ids(ids_of(&restored)), doing.at.now, "restored", &doing.why.by, reason).await?;
    Ok(restored)
}
