//! What operators (and a broken route) do to the transmission: pause, resume, cancel, settle, try now.

use crate::domain::actor::Actor;
use crate::domain::delivery::{Delivery, DeliveryEvent, next};
use crate::domain::filter::Via;
use crate::domain::ids::AttemptId;
use crate::domain::invitation::Outcome;
use crate::domain::plan::Bucket;
use crate::domain::settings::{Scope, Setting};
use crate::domain::time::Moment;
use crate::domain::transmission::{Settlement, Wait};
use crate::store::settings::{fact, read_fact, write_fact, write_setting};
use crate::store::{ActContext, Progress, Store, StoreError, Tx, act, actions, facts, get, history, json_ids, rollup};
use roaring::RoaringTreemap;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A pause: nothing is claimed until somebody resumes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// Who paused.
    pub by: String,
    /// Why.
    pub reason: String,
    /// Since when, in microseconds.
    pub since: i64,
}

/// An open circuit breaker: the route is broken, so the queue is left alone for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// What went wrong.
    pub reason: String,
    /// Until when, in microseconds.
    pub until: i64,
    /// How many times in a row it opened.
    pub failures: u32,
}

const BREAKER_FIRST: Duration = Duration::from_secs(30);
const BREAKER_LONGEST: Duration = Duration::from_mins(10);

/// Why nothing at all may be claimed, if so.
pub(super) async fn standstill(tx: &mut Tx, now: Moment) -> Result<Option<(Wait, Option<Moment>)>, StoreError> {
    if let Some(pause) = read_json::<Pause>(tx, fact::PAUSE).await? {
        return Ok(Some((
            Wait::Paused {
                by: pause.by,
                reason: pause.reason,
                since: Moment(pause.since),
            },
            None,
        )));
    }
    let off = "SELECT value FROM setting WHERE key = 'enabled' AND scope = 'global'";
    let off: Option<String> = sqlx::query_scalar(off).fetch_optional(&mut **tx).await?;
    if off.as_deref() == Some("off") {
        return Ok(Some((Wait::Disabled, None)));
    }
    if let Some(breaker) = read_json::<Breaker>(tx, fact::BREAKER).await? {
        let until = Moment(breaker.until);
        if until > now {
            return Ok(Some((
                Wait::Breaker {
                    until,
                    reason: breaker.reason,
                },
                Some(until),
            )));
        }
    }
    Ok(None)
}

/// The route that was chosen for all dispatchers, if one was.
pub(super) async fn shared_route(tx: &mut Tx) -> Result<Option<String>, StoreError> {
    let sql = "SELECT value FROM setting WHERE key = ? AND scope = 'global'";
    Ok(sqlx::query_scalar(sql)
        .bind(Setting::MailRoute.code())
        .fetch_optional(&mut **tx)
        .await?)
}

async fn read_json<T: for<'de> Deserialize<'de>>(tx: &mut Tx, key: &str) -> Result<Option<T>, StoreError> {
    Ok(read_fact(tx, key).await?.and_then(|text| serde_json::from_str(&text).ok()))
}

impl Store {
    /// The pause, if there is one.
    pub async fn paused(&self) -> Result<Option<Pause>, StoreError> {
        Ok(self.fact(fact::PAUSE).await?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// The circuit breaker, if it was opened since the last success.
    pub async fn breaker(&self) -> Result<Option<Breaker>, StoreError> {
        Ok(self.fact(fact::BREAKER).await?.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Why nothing at all may go out now, if so, and until when as far as that is known.
    pub async fn standstill(&self, now: Moment) -> Result<Option<(Wait, Option<Moment>)>, StoreError> {
        let mut tx = self.readers().begin().await?;
        let answer = standstill(&mut tx, now).await?;
        tx.rollback().await?;
        Ok(answer)
    }

    /// Opens the breaker after a fault of the route: for 30 seconds, and twice as long each time it happens again, up to ten minutes.
    /// One that is open already stays as it is: many connections meet the same fault at once.
    pub async fn trip_breaker(&self, reason: &str, now: Moment) -> Result<Breaker, StoreError> {
        let mut tx = self.begin().await?;
        let before = read_json::<Breaker>(&mut tx, fact::BREAKER).await?;
        let failures = match before {
            Some(open) if Moment(open.until) > now => return Ok(open),
            Some(expired) => expired.failures.saturating_add(1),
            None => 1,
        };
        let wait = BREAKER_FIRST
            .saturating_mul(1u32.checked_shl(failures - 1).unwrap_or(u32::MAX))
            .min(BREAKER_LONGEST);
        let breaker = Breaker {
            reason: reason.to_owned(),
            until: now.plus(wait).0,
            failures,
        };
        write_fact(&mut tx, fact::BREAKER, serde_json::to_string(&breaker).ok().as_deref()).await?;
        tx.commit().await?;
        Ok(breaker)
    }

    /// Opens the breaker, or closes it after a success.
    pub async fn set_breaker(&self, breaker: Option<&Breaker>) -> Result<(), StoreError> {
        let text = breaker.and_then(|breaker| serde_json::to_string(breaker).ok());
        let mut tx = self.begin().await?;
        write_fact(&mut tx, fact::BREAKER, text.as_deref()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Pauses or resumes; a resume also closes the breaker, since somebody says that the cause is mended.
    pub async fn set_pause(&self, pause: Option<&Pause>, by: &Actor, at: Moment) -> Result<(), StoreError> {
        let text = pause.and_then(|pause| serde_json::to_string(pause).ok());
        let mut tx = self.begin().await?;
        write_fact(&mut tx, fact::PAUSE, text.as_deref()).await?;
        if pause.is_none() {
            write_fact(&mut tx, fact::BREAKER, None).await?;
        }
        let kind = if pause.is_some() { "pause" } else { "resume" };
        actions::record_single(&mut tx, kind, by, at, None, pause.map(|pause| pause.reason.as_str())).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes back everything that waits: queued, deferred, claimed.
    pub async fn cancel_rest(&self, why: &ActContext, at: Moment, progress: &Progress) -> Result<u64, StoreError> {
        let sql = "SELECT group_concat(invitation_id) FROM mail WHERE state IN (1, 2, 4)";
        let ids: Option<String> = sqlx::query_scalar(sql).fetch_one(self.readers()).await?;
        let ids: RoaringTreemap = ids
            .iter()
            .flat_map(|ids| ids.split(','))
            .filter_map(|id| id.parse::<u64>().ok())
            .collect();
        self.in_chunks(Work::CancelRest, &ids, why, at, progress).await
    }

    /// Deferred mails go now rather than at their time.
    pub async fn try_now(&self, ids: &RoaringTreemap, why: &ActContext, at: Moment) -> Result<u64, StoreError> {
        self.in_chunks(Work::TryNow, ids, why, at, &Progress::default()).await
    }

    /// Settles mails in doubt: as sent, at the time of their attempt, or to be sent again with the same Message-ID.
    pub async fn settle(&self, ids: &RoaringTreemap, how: Settlement, why: &ActContext, at: Moment) -> Result<u64, StoreError> {
        let work = Work::Settle { how, by_setting: false };
        self.in_chunks(work, ids, why, at, &Progress::default()).await
    }

    /// Settles what is in doubt as the setting `in_doubt` says; gives how many there were. With `resend_once` a mail that was sent again
    /// by the setting before stays in doubt, for staff.
    pub async fn settle_by_setting(&self, at: Moment) -> Result<u64, StoreError> {
        let (how, detail) = match self.settings(Scope::Global).await?.text(Setting::InDoubt) {
            "assume_sent" => (Settlement::AssumeSent, "the setting in_doubt: assume_sent"),
            "resend_once" => (Settlement::SendAgain, "the setting in_doubt: resend_once"),
            _ => return Ok(0),
        };
        let sql = "SELECT invitation_id FROM mail WHERE state = 6 AND (?1 OR resent_once = 0) LIMIT 10000";
        let ids: Vec<i64> = sqlx::query_scalar(sql)
            .bind(how == Settlement::AssumeSent)
            .fetch_all(self.readers())
            .await?;
        if ids.is_empty() {
            return Ok(0);
        }
        let why = ActContext {
            by: Actor::Dispatcher,
            filter: None,
            reason: Some(detail.to_owned()),
            hold: Duration::ZERO,
        };
        let ids: RoaringTreemap = ids.into_iter().filter_map(|id| u64::try_from(id).ok()).collect();
        let work = Work::Settle { how, by_setting: true };
        self.in_chunks(work, &ids, &why, at, &Progress::default()).await
    }

    /// Runs `work` on chunks of rows, each in its transaction, and records the act with the rows it gives back.
    async fn in_chunks(
        &self,
        work: Work,
        ids: &RoaringTreemap,
        why: &ActContext,
        at: Moment,
        progress: &Progress,
    ) -> Result<u64, StoreError> {
        let kind = work.kind();
        let mut tx = self.begin().await?;
        let action = actions::begin(&mut tx, kind, &why.by, at, why.filter.as_deref(), why.reason.as_deref(), ids.len()).await?;
        tx.commit().await?;
        progress.set_total(ids.len());
        let mut done = 0;
        for chunk in facts::chunks(ids) {
            if progress.is_cancelled() {
                break;
            }
            progress.add(chunk.len() as u64);
            let mut tx = self.begin().await?;
            let changed = work.on(&mut tx, &json_ids(chunk), why, at).await?;
            actions::outcome(
                &mut tx,
                action,
                &json_ids(changed.iter().copied()),
                Bucket::NothingToDo,
                changed.len() as u64,
            )
            .await?;
            tx.commit().await?;
            done += changed.len() as u64;
        }
        let mut tx = self.begin().await?;
        actions::finish(&mut tx, action, at, progress.is_cancelled()).await?;
        tx.commit().await?;
        Ok(done)
    }

    /// Takes the route that a configuration names as the shared one, unless one was chosen already; gives the shared one.
    pub async fn adopt_route(&self, route: &str, by: &Actor, at: Moment) -> Result<String, StoreError> {
        let mut tx = self.begin().await?;
        if let Some(shared) = shared_route(&mut tx).await? {
            return Ok(shared);
        }
        write_setting(&mut tx, Setting::MailRoute, Scope::Global, route, by, at).await?;
        tx.commit().await?;
        Ok(route.to_owned())
    }
}

/// What is done to many mails, chunk by chunk.
#[derive(Debug, Clone, Copy)]
enum Work {
    CancelRest,
    TryNow,
    Settle { how: Settlement, by_setting: bool },
}

impl Work {
    /// The word in the activity log.
    const fn kind(self) -> &'static str {
        match self {
            Self::CancelRest => "cancel",
            Self::TryNow => "try now",
            Self::Settle { .. } => "settle",
        }
    }

    /// Does it to one chunk (a JSON array of ids); gives the rows that it changed.
    async fn on(self, tx: &mut Tx, chunk: &str, why: &ActContext, at: Moment) -> Result<Vec<i64>, StoreError> {
        match self {
            Self::CancelRest => {
                let waiting =
                    "SELECT invitation_id FROM mail WHERE state IN (1, 2, 4) AND invitation_id IN (SELECT value FROM json_each(?))";
                let waiting: Vec<i64> = sqlx::query_scalar(waiting).bind(chunk).fetch_all(&mut **tx).await?;
                let list = json_ids(waiting.iter().copied());
                act::withdraw(tx, &list, at, "(1, 2, 4)").await?;
                history::tell(tx, &list, at, "withdrawn", &why.by, Some("the rest was cancelled")).await?;
                Ok(waiting)
            }
            Self::TryNow => {
                let sql = "UPDATE mail SET state = 1, since = ?2, due_at = ?2
                           WHERE state = 4 AND invitation_id IN (SELECT value FROM json_each(?1)) RETURNING invitation_id";
                Ok(sqlx::query_scalar(sql).bind(chunk).bind(at.0).fetch_all(&mut **tx).await?)
            }
            Self::Settle { how, by_setting } => {
                let settled = settle_chunk(tx, chunk, how, why, at).await?;
                if by_setting && how == Settlement::SendAgain {
                    let again = "UPDATE mail SET resent_once = 1 WHERE invitation_id IN (SELECT value FROM json_each(?))";
                    let ids = json_ids(settled.iter().copied());
                    sqlx::query(again).bind(ids).execute(&mut **tx).await?;
                }
                Ok(settled)
            }
        }
    }
}

async fn settle_chunk(tx: &mut Tx, chunk: &str, how: Settlement, why: &ActContext, at: Moment) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT m.invitation_id, m.attempt_id, ifnull(a.ended_at, a.started_at), a.route LIKE 'folder%'
               FROM mail m JOIN attempt a ON a.id = m.attempt_id
               WHERE m.state = 6 AND m.invitation_id IN (SELECT value FROM json_each(?))";
    let rows = sqlx::query(sql).bind(chunk).fetch_all(&mut **tx).await?;
    let mut settled = Vec::with_capacity(rows.len());
    for row in &rows {
        let (id, attempt, tried_at): (i64, i64, i64) = (get(row, 0)?, get(row, 1)?, get(row, 2)?);
        let event = match how {
            Settlement::AssumeSent => DeliveryEvent::SettleSent,
            Settlement::SendAgain => DeliveryEvent::SettleAgain,
        };
        match next(Delivery::InDoubt, Some(AttemptId(attempt)), event) {
            Some(step) if step.to == Delivery::Idle => {
                let via = if get::<i64>(row, 3)? != 0 { Via::Folder } else { Via::Smtp };
                assume_sent(tx, id, attempt, Moment(tried_at), via).await?;
            }
            Some(_) => {
                let sql = "UPDATE mail SET state = 1, since = ?2, due_at = ?2, attempt_id = NULL WHERE invitation_id = ?1";
                sqlx::query(sql).bind(id).bind(at.0).execute(&mut **tx).await?;
            }
            None => continue,
        }
        settled.push(id);
    }
    let detail = match how {
        Settlement::AssumeSent => "assumed to be sent",
        Settlement::SendAgain => "to be sent again with the same Message-ID",
    };
    history::tell(tx, &json_ids(settled.iter().copied()), at, "settled", &why.by, Some(detail)).await?;
    Ok(settled)
}

async fn assume_sent(tx: &mut Tx, id: i64, attempt: i64, tried_at: Moment, via: Via) -> Result<(), StoreError> {
    let ids = json_ids([id]);
    rollup::take_out(tx, &ids).await?;
    sqlx::query(
        "UPDATE invitation SET status = max(status, 1), sent_at = ifnull(sent_at, ?1), last_sent_at = max(ifnull(last_sent_at, 0), ?1),
             times_sent = times_sent + 1, via = max(ifnull(via, 0), ?2) WHERE id = ?3",
    )
    .bind(tried_at.0)
    .bind(via as i64)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    rollup::put_in(tx, &ids).await?;
    sqlx::query("UPDATE attempt SET outcome = ? WHERE id = ?")
        .bind(Outcome::Sent as i64)
        .bind(attempt)
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM mail WHERE invitation_id = ?")
        .bind(id)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
