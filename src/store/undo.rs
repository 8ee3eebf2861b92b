//! Taking an act back: a send for what has not gone out yet, a discard or a restore at any time.

use super::act::{ActContext, Doing, change, discard, withdraw};
use super::facts::{RulesAt, chunks, classify};
use super::{Progress, Store, StoreError, actions, history, json_ids};
use crate::domain::ids::ActionId;
use crate::domain::plan::{Act, Bucket, Plan};
use roaring::RoaringTreemap;

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// The act that was taken back: send, discard, restore, invite.
    pub kind: String,
    /// How many rows are as they were.
    pub done: u64,
    /// How many could not be taken back.
    pub left: u64,
    /// Why those could not.
    pub why_left: Option<String>,
}

impl Store {
    /// Takes an act back as far as that is possible now.
    pub async fn undo(&self, action: ActionId, why: &ActContext, at: RulesAt, progress: &Progress) -> Result<Undone, StoreError> {
        let Some(summary) = self.action(action).await? else {
            return Err(StoreError::NotFound(format!("there is no action {action}")));
        };
        let (rows, act) = match (&summary.undo, summary.kind.as_str()) {
            (actions::UndoState::Undone, _) => return Err(StoreError::Refused(format!("action {action} was already taken back"))),
            (actions::UndoState::Impossible(reason), kind) => {
                return Err(StoreError::Refused(format!(
                    "{kind} (action {action}) cannot be taken back: {reason}"
                )));
            }
            (_, "discard") => (
                self.rows_done(action, &[Bucket::WillDiscard]).await?,
                Some((Act::Restore, Bucket::WillRestore)),
            ),
            (_, "restore") => (
                self.rows_done(action, &[Bucket::WillRestore]).await?,
                Some((Act::Discard, Bucket::WillDiscard)),
            ),
            _ => (self.rows_done(action, &[Bucket::WillSend, Bucket::RestoreAndSend]).await?, None),
        };
        let reopened = self.rows_done(action, &[Bucket::RestoreAndSend]).await?;
        let mut tx = self.begin().await?;
        let undo = actions::begin(
            &mut tx,
            "undo",
            &why.by,
            at.now,
            None,
            Some(&format!("{} {action}", summary.kind)),
            rows.len(),
        )
        .await?;
        tx.commit().await?;
        let doing = Doing { action: undo, why, at };
        progress.set_total(rows.len());
        let mut done = 0;
        for chunk in chunks(&rows) {
            if progress.is_cancelled() {
                break;
            }
            progress.add(chunk.len() as u64);
            done += match act {
                Some((act, bucket)) => self.reverse_chunk(act, bucket, &chunk, &doing).await?,
                None => self.withdraw_chunk(action, &chunk, &reopened, &doing).await?,
            };
        }
        let mut tx = self.begin().await?;
        actions::finish(&mut tx, undo, at.now, progress.is_cancelled()).await?;
        sqlx::query("UPDATE action SET undone_by = ? WHERE id = ?")
            .bind(undo.0)
            .bind(action.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        let left = rows.len() - done;
        let why_left = (left > 0).then_some(match act {
            None => "gone out already, or no longer waiting",
            Some(_) => "changed since, or another open invitation has the address",
        });
        let why_left = why_left.map(str::to_owned);
        Ok(Undone {
            kind: summary.kind,
            done,
            left,
            why_left,
        })
    }

    async fn rows_done(&self, action: ActionId, buckets: &[Bucket]) -> Result<RoaringTreemap, StoreError> {
        let rows = self.action_rows(action).await?;
        Ok(rows
            .into_iter()
            .filter(|(bucket, _)| buckets.contains(bucket))
            .fold(RoaringTreemap::new(), |all, (_, ids)| all | ids))
    }

    async fn reverse_chunk(&self, act: Act, bucket: Bucket, chunk: &[i64], doing: &Doing<'_>) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let mut now = Plan::new(act);
        classify(&mut *tx, &mut now, &json_ids(chunk.iter().copied()), doing.at).await?;
        let rows = now.buckets.remove(&bucket).unwrap_or_default().ids;
        let changed = change(&mut tx, bucket, rows, doing).await?;
        let ids = json_ids(changed.iter().filter_map(|id| i64::try_from(id).ok()));
        actions::outcome(&mut tx, doing.action, &ids, bucket, changed.len()).await?;
        tx.commit().await?;
        Ok(changed.len())
    }

    /// Takes back the mails that `action` queued and that have not gone; rows that it had restored are discarded again.
    async fn withdraw_chunk(
        &self,
        action: ActionId,
        chunk: &[i64],
        reopened: &RoaringTreemap,
        doing: &Doing<'_>,
    ) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let waiting = "SELECT invitation_id FROM mail WHERE action_id = ? AND state IN (1, 2, 4) AND invitation_id IN (SELECT value FROM json_each(?))";
        let waiting: Vec<i64> = sqlx::query_scalar(waiting)
            .bind(action.0)
            .bind(json_ids(chunk.iter().copied()))
            .fetch_all(&mut *tx)
            .await?;
        let ids = json_ids(waiting.iter().copied());
        withdraw(&mut tx, &ids, doing.at.now, "(1, 2, 4)").await?;
        history::tell(&mut tx, &ids, doing.at.now, "withdrawn", &doing.why.by, Some("the send was undone")).await?;
        let again = json_ids(waiting.iter().copied().filter(|id| reopened.contains(id.unsigned_abs())));
        if again != "[]" {
            discard(
                &mut tx,
                &again,
                doing.at.now,
                &doing.why.by,
                Some("the send that restored it was undone"),
            )
            .await?;
        }
        actions::outcome(&mut tx, doing.action, &ids, Bucket::WillDiscard, 0).await?;
        sqlx::query("UPDATE action SET done = done + ? WHERE id = ?")
            .bind(waiting.len() as i64)
            .bind(doing.action.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(waiting.len() as u64)
    }
}
