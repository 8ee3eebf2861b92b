//! Writing down what happened to mails in hand. Several connections share one transaction; each mark is on disk before it is answered.

mod together;

use super::claim::LEASE;
use crate::domain::actor::Actor;
use crate::domain::delivery::{Delivery, DeliveryEvent, GIVE_UP_AFTER, next, retry_delay};
use crate::domain::filter::Via;
use crate::domain::ids::{AttemptId, InvitationId};
use crate::domain::invitation::Outcome;
use crate::domain::time::Moment;
use crate::store::{Store, StoreError, Tx, get, history, json_ids, rollup};

/// The server's (or the folder's) words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The reply code, where there was one.
    pub code: Option<u16>,
    /// The words.
    pub text: String,
    /// The words without what differs from mail to mail.
    pub words: String,
}

/// What happened to a mail in hand.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which invitation.
    pub invitation: InvitationId,
    /// Which try: records of any other than the one in hand change nothing.
    pub event: DeliveryEvent,
    /// The words that came with it.
    pub answer: Answer,
    /// By which way it went, for a mail that was taken.
    pub via: Via,
    /// When.
    pub at: Moment,
    /// Where in the spread of its delay a retry falls, 0.0 to 1.0.
    pub luck: f64,
}

/// What a record did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// The mail is now in this state.
    Now(Delivery),
    /// The mail was not in that hand any more: nothing was changed.
    Stale,
}

/// A mail as a record finds it.
struct Found {
    state: Delivery,
    attempt: Option<AttemptId>,
    tries: u32,
    first_attempt_at: Option<Moment>,
    closed: bool,
    was_sent: bool,
    lease_until: Option<Moment>,
    suppressed: bool,
}

impl Store {
    /// Writes all records in one transaction; the answers come once they are on disk, in the order of the records. No two records of
    /// one call may be about the same mail.
    pub async fn record(&self, records: &[Record]) -> Result<Vec<Written>, StoreError> {
        let mut tx = self.begin().await?;
        let mut written = vec![Written::Stale; records.len()];
        let started = together::start(&mut tx, records).await?;
        let taken = together::hand_over(&mut tx, records).await?;
        for (record, written) in records.iter().zip(&mut written) {
            let id = record.invitation.0;
            *written = if started.contains(&id) {
                Written::Now(Delivery::Sending)
            } else if taken.contains(&id) {
                Written::Now(Delivery::Idle)
            } else {
                write(&mut tx, record).await?
            };
        }
        tx.commit().await?;
        Ok(written)
    }
}

async fn find(tx: &mut Tx, id: InvitationId) -> Result<Option<Found>, StoreError> {
    let sql = "SELECT m.state, m.attempt_id, m.tries, m.first_attempt_at, i.status > 1, i.sent_at IS NOT NULL, m.lease_until,
                   EXISTS (SELECT 1 FROM suppression x WHERE x.address_key IN (i.email_key, substr(i.email_key, instr(i.email_key, '@'))))
               FROM mail m JOIN invitation i ON i.id = m.invitation_id WHERE m.invitation_id = ?";
    let Some(row) = sqlx::query(sql).bind(id.0).fetch_optional(&mut **tx).await? else {
        return Ok(None);
    };
    Ok(Some(Found {
        state: crate::store::rows::delivery(get(&row, 0)?)?,
        attempt: get::<Option<i64>>(&row, 1)?.map(AttemptId),
        tries: get(&row, 2)?,
        first_attempt_at: get::<Option<i64>>(&row, 3)?.map(Moment),
        closed: get::<i64>(&row, 4)? != 0,
        was_sent: get::<i64>(&row, 5)? != 0,
        lease_until: get::<Option<i64>>(&row, 6)?.map(Moment),
        suppressed: get::<i64>(&row, 7)? != 0,
    }))
}

/// Writes one record within a transaction.
pub(super) async fn write(tx: &mut Tx, record: &Record) -> Result<Written, StoreError> {
    let Some(found) = find(tx, record.invitation).await? else {
        keep_late_words(tx, record).await?;
        return Ok(Written::Stale);
    };
    let given_up;
    let record = if gives_up(&found, record) {
        given_up = as_given_up(record);
        &given_up
    } else {
        record
    };
    let Some(step) = next(found.state, found.attempt, record.event) else {
        keep_late_words(tx, record).await?;
        return Ok(Written::Stale);
    };
    let attempt = found.attempt;
    match step.to {
        Delivery::Sending => {
            let lease_holds = found.lease_until.is_some_and(|until| until > record.at);
            if !lease_holds || found.closed || found.suppressed {
                return Ok(Written::Stale);
            }
            sqlx::query("UPDATE mail SET state = 3, since = ?, lease_until = ? WHERE invitation_id = ?")
                .bind(record.at.0)
                .bind(record.at.plus(LEASE).0)
                .bind(record.invitation.0)
                .execute(&mut **tx)
                .await?;
        }
        Delivery::Idle => handed_over(tx, record, attempt, found.was_sent).await?,
        Delivery::Queued => {
            end_attempt(tx, attempt, Outcome::Returned, record).await?;
            requeue(tx, record).await?;
        }
        Delivery::Deferred | Delivery::Failed if found.closed => {
            let outcome = if step.to == Delivery::Deferred {
                Outcome::Deferred
            } else {
                Outcome::Failed
            };
            end_attempt(tx, attempt, outcome, record).await?;
            sqlx::query("DELETE FROM mail WHERE invitation_id = ?")
                .bind(record.invitation.0)
                .execute(&mut **tx)
                .await?;
        }
        Delivery::Deferred => {
            end_attempt(tx, attempt, Outcome::Deferred, record).await?;
            let due = record.at.plus(retry_delay(found.tries + 1, record.luck));
            park(tx, record, Delivery::Deferred, due).await?;
        }
        Delivery::Failed => {
            end_attempt(tx, attempt, Outcome::Failed, record).await?;
            park(tx, record, Delivery::Failed, record.at).await?;
        }
        Delivery::InDoubt => {
            end_attempt(tx, attempt, Outcome::InDoubt, record).await?;
            sqlx::query(
                "UPDATE mail SET state = 6, since = ?, dispatcher_id = NULL, lease_until = NULL, code = ?, reason = ?, words = ?
                 WHERE invitation_id = ?",
            )
            .bind(record.at.0)
            .bind(record.answer.code)
            .bind(&record.answer.text)
            .bind(&record.answer.words)
            .bind(record.invitation.0)
            .execute(&mut **tx)
            .await?;
            tell(tx, record, "in doubt").await?;
        }
        Delivery::Claimed => {}
    }
    Ok(Written::Now(step.to))
}

/// Whether a refusal for now becomes one for good, because the mail has been tried for days.
fn gives_up(found: &Found, record: &Record) -> bool {
    let days = found.first_attempt_at.is_some_and(|first| record.at.since(first) >= GIVE_UP_AFTER);
    days && matches!(record.event, DeliveryEvent::Refused(_))
}

fn as_given_up(record: &Record) -> Record {
    let mut record = record.clone();
    if let DeliveryEvent::Refused(attempt) = record.event {
        record.event = DeliveryEvent::Rejected(attempt);
        record.answer.text = format!("given up after 5 days: {}", record.answer.text);
        record.answer.words = format!("given up after 5 days: {}", record.answer.words);
    }
    record
}

async fn end_attempt(tx: &mut Tx, attempt: Option<AttemptId>, outcome: Outcome, record: &Record) -> Result<(), StoreError> {
    let Some(attempt) = attempt else { return Ok(()) };
    sqlx::query("UPDATE attempt SET outcome = ?, ended_at = ifnull(ended_at, ?), code = ?, reply = ? WHERE id = ?")
        .bind(outcome as i64)
        .bind(record.at.0)
        .bind(record.answer.code)
        .bind(&record.answer.text)
        .bind(attempt.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Deferred or failed: out of every hand, with the server's words.
async fn park(tx: &mut Tx, record: &Record, state: Delivery, due: Moment) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE mail SET state = ?, since = ?, due_at = ?, tries = tries + 1, attempt_id = NULL, dispatcher_id = NULL, lease_until = NULL,
             code = ?, reason = ?, words = ? WHERE invitation_id = ?",
    )
    .bind(state as i64)
    .bind(record.at.0)
    .bind(due.0)
    .bind(record.answer.code)
    .bind(&record.answer.text)
    .bind(&record.answer.words)
    .bind(record.invitation.0)
    .execute(&mut **tx)
    .await?;
    tell(tx, record, state.label()).await
}

/// Back to the queue, untouched; its place in the batch is free again, and the days until it is given up have not begun.
async fn requeue(tx: &mut Tx, record: &Record) -> Result<(), StoreError> {
    sqlx::query("UPDATE batch SET taken = taken - 1 WHERE closed_at IS NULL AND id = (SELECT batch_id FROM mail WHERE invitation_id = ?)")
        .bind(record.invitation.0)
        .execute(&mut **tx)
        .await?;
    sqlx::query(
        "UPDATE mail SET state = 1, since = ?1, due_at = min(due_at, ?1), attempt_id = NULL, dispatcher_id = NULL, lease_until = NULL,
             first_attempt_at = CASE WHEN tries > 0 THEN first_attempt_at END
         WHERE invitation_id = ?2",
    )
    .bind(record.at.0)
    .bind(record.invitation.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The mail was handed over: Sent keeps its first time, Last sent and Times sent move on; a closed invitation stays closed.
async fn handed_over(tx: &mut Tx, record: &Record, attempt: Option<AttemptId>, was_sent: bool) -> Result<(), StoreError> {
    end_attempt(tx, attempt, Outcome::Sent, record).await?;
    let ids = json_ids([record.invitation.0]);
    rollup::take_out(tx, &ids).await?;
    sqlx::query(
        "UPDATE invitation SET status = max(status, 1), sent_at = ifnull(sent_at, ?1), last_sent_at = ?1, times_sent = times_sent + 1,
             via = max(ifnull(via, 0), ?2) WHERE id = ?3",
    )
    .bind(record.at.0)
    .bind(record.via as i64)
    .bind(record.invitation.0)
    .execute(&mut **tx)
    .await?;
    rollup::put_in(tx, &ids).await?;
    sqlx::query("DELETE FROM mail WHERE invitation_id = ?")
        .bind(record.invitation.0)
        .execute(&mut **tx)
        .await?;
    tell(tx, record, if was_sent { "resent" } else { "sent" }).await
}

/// An answer that came when the mail was in another hand, or settled: its words are kept with the attempt, nothing else changes.
async fn keep_late_words(tx: &mut Tx, record: &Record) -> Result<(), StoreError> {
    let (DeliveryEvent::Taken(attempt) | DeliveryEvent::Refused(attempt) | DeliveryEvent::Rejected(attempt)) = record.event else {
        return Ok(());
    };
    sqlx::query("UPDATE attempt SET reply = ifnull(reply || ' | ', '') || ? WHERE id = ?")
        .bind(format!("late answer: {}", record.answer.text))
        .bind(attempt.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn tell(tx: &mut Tx, record: &Record, event: &str) -> Result<(), StoreError> {
    let words = Some(record.answer.text.as_str()).filter(|text| !text.is_empty());
    history::tell(tx, &json_ids([record.invitation.0]), record.at, event, &Actor::Dispatcher, words).await
}
