//! The two records that every mail makes, for many mails in a handful of statements: the body starts, the mail was taken.
//!
//! They do what the machine says for a claimed mail whose body starts, and for one being sent (or in doubt) that was taken; what does
//! not fit here exactly is left to [`super::write`], which asks the machine.

use super::{LEASE, Record};
use crate::domain::actor::Actor;
use crate::domain::delivery::DeliveryEvent;
use crate::domain::ids::AttemptId;
use crate::domain::invitation::Outcome;
use crate::store::{StoreError, Tx, get, json_ids, rollup};
use serde_json::json;
use std::collections::HashSet;

/// The rows of a JSON array `?1` of [invitation, attempt, at, via, code, text].
macro_rules! rows {
    () => {
        "(SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS attempt, json_extract(value, '$[2]') AS at,
              json_extract(value, '$[3]') AS via, json_extract(value, '$[4]') AS code, json_extract(value, '$[5]') AS reply
          FROM json_each(?1)) r"
    };
}

/// Only while the lease holds, and nothing has closed or suppressed it.
const START: &str = concat!(
    "UPDATE mail SET state = 3, since = r.at, lease_until = r.at + ?2 FROM ",
    rows!(),
    " JOIN invitation i ON i.id = r.id
      WHERE mail.invitation_id = r.id AND mail.state = 2 AND mail.attempt_id = r.attempt AND mail.lease_until > r.at AND i.status < 2
        AND NOT EXISTS (SELECT 1 FROM suppression x WHERE x.address_key IN (i.email_key, substr(i.email_key, instr(i.email_key, '@'))))
      RETURNING mail.invitation_id"
);

const FITTING: &str = concat!(
    "SELECT r.id FROM ",
    rows!(),
    " JOIN mail m ON m.invitation_id = r.id WHERE m.state IN (3, 6) AND m.attempt_id = r.attempt"
);

const END: &str = concat!(
    "UPDATE attempt SET outcome = ?2, ended_at = ifnull(attempt.ended_at, r.at), code = r.code, reply = r.reply FROM ",
    rows!(),
    " WHERE attempt.id = r.attempt"
);

const TELL: &str = concat!(
    "INSERT INTO history (invitation_id, at, event, by, detail)
     SELECT r.id, r.at, CASE WHEN i.sent_at IS NULL THEN 'sent' ELSE 'resent' END, ?2, nullif(r.reply, '') FROM ",
    rows!(),
    " JOIN invitation i ON i.id = r.id"
);

const SENT: &str = concat!(
    "UPDATE invitation SET status = max(invitation.status, 1), sent_at = ifnull(invitation.sent_at, r.at), last_sent_at = r.at,
         times_sent = invitation.times_sent + 1, via = max(ifnull(invitation.via, 0), r.via) FROM ",
    rows!(),
    " WHERE invitation.id = r.id"
);

/// Marks the mails whose body is about to go; gives those that were marked.
pub(super) async fn start(tx: &mut Tx, records: &[Record]) -> Result<HashSet<i64>, StoreError> {
    let rows = rows_of(records, |event| match event {
        DeliveryEvent::BodyStarts(attempt) => Some(attempt),
        _ => None,
    });
    let Some(rows) = rows else { return Ok(HashSet::new()) };
    let lease = crate::domain::time::micros(LEASE);
    let started: Vec<i64> = sqlx::query_scalar(START).bind(rows).bind(lease).fetch_all(&mut **tx).await?;
    Ok(started.into_iter().collect())
}

/// Writes down the mails that were taken; gives those that were in that hand.
pub(super) async fn hand_over(tx: &mut Tx, records: &[Record]) -> Result<HashSet<i64>, StoreError> {
    let taken = |event| match event {
        DeliveryEvent::Taken(attempt) => Some(attempt),
        _ => None,
    };
    let Some(all) = rows_of(records, taken) else {
        return Ok(HashSet::new());
    };
    let mut fitting = HashSet::new();
    for row in &sqlx::query(FITTING).bind(all).fetch_all(&mut **tx).await? {
        fitting.insert(get::<i64>(row, 0)?);
    }
    let fits: Vec<Record> = records
        .iter()
        .filter(|record| fitting.contains(&record.invitation.0))
        .cloned()
        .collect();
    let Some(rows) = rows_of(&fits, taken) else { return Ok(fitting) };
    let ids = json_ids(fitting.iter().copied());
    sqlx::query(END).bind(&rows).bind(Outcome::Sent as i64).execute(&mut **tx).await?;
    sqlx::query(TELL)
        .bind(&rows)
        .bind(Actor::Dispatcher.to_string())
        .execute(&mut **tx)
        .await?;
    rollup::take_out(tx, &ids).await?;
    sqlx::query(SENT).bind(&rows).execute(&mut **tx).await?;
    rollup::put_in(tx, &ids).await?;
    sqlx::query("DELETE FROM mail WHERE invitation_id IN (SELECT value FROM json_each(?))")
        .bind(&ids)
        .execute(&mut **tx)
        .await?;
    Ok(fitting)
}

/// The records of one event as the array that [`rows`] reads; nothing where there are none.
fn rows_of(records: &[Record], attempt_of: impl Fn(DeliveryEvent) -> Option<AttemptId>) -> Option<String> {
    let rows: Vec<serde_json::Value> = records
        .iter()
        .filter_map(|record| {
            let attempt = attempt_of(record.event)?;
            let answer = &record.answer;
            Some(json!([
                record.invitation.0,
                attempt.0,
                record.at.0,
                record.via as i64,
                answer.code,
                answer.text
            ]))
        })
        .collect();
    if rows.is_empty() { None } else { serde_json::to_string(&rows).ok() }
}
