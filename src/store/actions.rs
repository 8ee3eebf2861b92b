//! The activity log: every act of an operator, with each row's outcome.

use super::{Store, StoreError, Tx, get};
use crate::domain::actor::Actor;
use crate::domain::ids::ActionId;
use crate::domain::plan::Bucket;
use crate::domain::time::Moment;
use roaring::RoaringTreemap;
use sqlx::sqlite::SqliteRow;
use std::collections::BTreeMap;

/// Whether an act can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoState {
    /// Some rows can be.
    Possible {
        /// How many.
        rows: u64,
    },
    /// It was, already.
    Undone,
    /// It can't, and why.
    Impossible(String),
}

/// One recorded act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActionSummary {
    /// Its number.
    pub id: ActionId,
    /// What: send, discard, restore, undo, invite, edit, settle, import, settings, pause, resume, ….
    pub kind: String,
    /// When.
    pub at: Moment,
    /// Who.
    pub by: Actor,
    /// On what filter the rows were selected.
    pub filter: String,
    /// Why, or what.
    pub reason: Option<String>,
    /// How many rows it was asked for.
    pub total: u64,
    /// How many it changed.
    pub done: u64,
    /// Whether it was ended before all rows were done.
    pub cancelled: bool,
    /// Each row's outcome, counted.
    pub outcomes: BTreeMap<Bucket, u64>,
    /// Whether it can be taken back.
    pub undo: UndoState,
}

/// Writes down that an act begins.
pub(super) async fn begin(
    tx: &mut Tx,
    kind: &str,
    by: &Actor,
    at: Moment,
    filter: Option<&str>,
    reason: Option<&str>,
    total: u64,
) -> Result<ActionId, StoreError> {
    let id: i64 = sqlx::query_scalar("INSERT INTO action (kind, at, by, total) VALUES (?, ?, ?, ?) RETURNING id")
        .bind(kind)
        .bind(at.0)
        .bind(by.to_string())
        .bind(total as i64)
        .fetch_one(&mut **tx)
        .await?;
    if filter.is_some() || reason.is_some() {
        sqlx::query("INSERT INTO action_text (action_id, filter, reason) VALUES (?, ?, ?)")
            .bind(id)
            .bind(filter)
            .bind(reason)
            .execute(&mut **tx)
            .await?;
    }
    Ok(ActionId(id))
}

/// Writes down the outcome of rows (a JSON array of ids), and how many of them were changed.
pub(super) async fn outcome(tx: &mut Tx, action: ActionId, ids: &str, bucket: Bucket, changed: u64) -> Result<(), StoreError> {
    sqlx::query("INSERT OR REPLACE INTO action_row (action_id, invitation_id, bucket) SELECT ?1, value, ?2 FROM json_each(?3)")
        .bind(action.0)
        .bind(bucket.code())
        .bind(ids)
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE action SET done = done + ? WHERE id = ?")
        .bind(changed as i64)
        .bind(action.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes down that an act ended.
pub(super) async fn finish(tx: &mut Tx, action: ActionId, at: Moment, cancelled: bool) -> Result<(), StoreError> {
    sqlx::query("UPDATE action SET finished_at = ?, cancelled = ? WHERE id = ?")
        .bind(at.0)
        .bind(cancelled)
        .bind(action.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Writes down an act without rows of its own, begun and ended at once.
pub(super) async fn record_single(
    tx: &mut Tx,
    kind: &str,
    by: &Actor,
    at: Moment,
    filter: Option<&str>,
    reason: Option<&str>,
) -> Result<ActionId, StoreError> {
    let action = begin(tx, kind, by, at, filter, reason, 0).await?;
    finish(tx, action, at, false).await?;
    Ok(action)
}

const SUMMARY: &str = "
SELECT a.id, a.kind, a.at, a.by, t.filter, t.reason, a.total, a.done, a.cancelled, a.undone_by,
    (SELECT count(*) FROM mail m WHERE a.kind IN ('send', 'invite') AND m.action_id = a.id AND m.state IN (1, 2, 4))
FROM action a LEFT JOIN action_text t ON t.action_id = a.id";

impl Store {
    /// The latest acts, newest first.
    pub async fn actions(&self, limit: usize) -> Result<Vec<ActionSummary>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{SUMMARY} ORDER BY a.id DESC LIMIT {limit}"));
        let rows = sqlx::query(sql).fetch_all(self.readers()).await?;
        let mut actions = Vec::with_capacity(rows.len());
        for row in &rows {
            actions.push(self.summary(row).await?);
        }
        Ok(actions)
    }

    /// One act.
    pub async fn action(&self, id: ActionId) -> Result<Option<ActionSummary>, StoreError> {
        let sql = sqlx::AssertSqlSafe(format!("{SUMMARY} WHERE a.id = {}", id.0));
        match &sqlx::query(sql).fetch_optional(self.readers()).await? {
            Some(row) => Ok(Some(self.summary(row).await?)),
            None => Ok(None),
        }
    }

    async fn summary(&self, row: &SqliteRow) -> Result<ActionSummary, StoreError> {
        let id: i64 = get(row, 0)?;
        let kind: String = get(row, 1)?;
        let counts = sqlx::query("SELECT bucket, count(*) FROM action_row WHERE action_id = ? GROUP BY 1")
            .bind(id)
            .fetch_all(self.readers());
        let mut outcomes = BTreeMap::new();
        for count in &counts.await? {
            if let Some(bucket) = Bucket::from_code(&get::<String>(count, 0)?) {
                outcomes.insert(bucket, get::<i64>(count, 1)?.unsigned_abs());
            }
        }
        let undone: Option<i64> = get(row, 9)?;
        let waiting = get::<i64>(row, 10)?.unsigned_abs();
        let done = get::<i64>(row, 7)?.unsigned_abs();
        let undo = match (undone, kind.as_str()) {
            (Some(_), _) => UndoState::Undone,
            (None, "send" | "invite") if waiting > 0 => UndoState::Possible { rows: waiting },
            (None, "send" | "invite") => UndoState::Impossible("its mails have gone out, or wait no longer".to_owned()),
            (None, "discard" | "restore") if done > 0 => UndoState::Possible { rows: done },
            (None, "discard" | "restore") => UndoState::Impossible("it changed nothing".to_owned()),
            _ => UndoState::Impossible("this kind of act is not taken back".to_owned()),
        };
        Ok(ActionSummary {
            id: ActionId(id),
            kind,
            at: Moment(get(row, 2)?),
            by: Actor::from_word(&get::<String>(row, 3)?),
            filter: get::<Option<String>>(row, 4)?.unwrap_or_default(),
            reason: get(row, 5)?,
            total: get::<i64>(row, 6)?.unsigned_abs(),
            done,
            cancelled: get::<i64>(row, 8)? != 0,
            outcomes,
            undo,
        })
    }

    /// The rows of an act, by their outcome.
    pub async fn action_rows(&self, id: ActionId) -> Result<BTreeMap<Bucket, RoaringTreemap>, StoreError> {
        let sql = "SELECT bucket, group_concat(invitation_id) FROM action_row WHERE action_id = ? GROUP BY 1";
        let mut buckets = BTreeMap::new();
        for row in &sqlx::query(sql).bind(id.0).fetch_all(self.readers()).await? {
            if let Some(bucket) = Bucket::from_code(&get::<String>(row, 0)?) {
                let ids: String = get(row, 1)?;
                buckets.insert(bucket, ids.split(',').filter_map(|id| id.parse::<u64>().ok()).collect());
            }
        }
        Ok(buckets)
    }
}
