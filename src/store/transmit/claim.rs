//! Taking due mails out of the queue, within the limits, before anything is done on the network.

use super::limits::{Held, Limits};
use super::operate;
use crate::domain::actor::Actor;
use crate::domain::delivery::Delivery;
use crate::domain::ids::{AttemptId, BatchId, DispatcherId, InvitationId, SenderId, WebsiteId};
use crate::domain::time::Moment;
use crate::domain::transmission::Wait;
use crate::store::{Store, StoreError, Tx, act, get, history, json_ids};
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;
use std::time::Duration;

/// How long a claim holds unless its dispatcher renews it.
pub(super) const LEASE: Duration = Duration::from_mins(1);

/// A mail in a dispatcher's hand, with all that is needed to write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMail {
    /// This try.
    pub attempt: AttemptId,
    /// Which invitation.
    pub invitation: InvitationId,
    /// The batch it was released with.
    pub batch: BatchId,
    /// To whom.
    pub email: String,
    /// The Message-ID, the same in every attempt.
    pub message_id: String,
    /// From which store view.
    pub sender: SenderId,
    /// For which website.
    pub website: WebsiteId,
    /// The group's name.
    pub group: String,
    /// The message.
    pub message: String,
    /// The inviter's name (or address); nobody when staff invited.
    pub inviter: Option<String>,
    /// Which generation of the link is good.
    pub generation: u32,
    /// When the invitation closes by itself.
    pub expires_at: Option<Moment>,
}

/// What a dispatcher asks for.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// Who asks.
    pub dispatcher: DispatcherId,
    /// By which route it would send.
    pub route: &'a str,
    /// The shared route as it read it; nothing while none was chosen.
    pub shared: Option<&'a str>,
    /// How many it has hands for.
    pub most: usize,
    /// How many may go.
    pub limits: &'a Limits,
    /// When.
    pub now: Moment,
}

/// What a dispatcher that asks for work is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// These are yours.
    Mails(Vec<ClaimedMail>),
    /// Something waits, but not now; ask again at the moment, if one is known.
    Wait(Wait, Option<Moment>),
    /// Nothing waits.
    Nothing,
    /// Another route was chosen since the dispatcher looked: look again.
    RouteChanged,
}

/// How many due mails are looked at where only some to each domain may go, so that one domain does not hide the others.
const LOOK_AHEAD: usize = 2_000;

/// Due mails in state `?1` at `?2` that no switch holds back. Where no website or sender is switched off, which is asked once, the
/// switch is not looked up for each of them.
macro_rules! due {
    ($columns:literal, $end:literal) => {
        concat!(
            "SELECT ",
            $columns,
            " FROM mail m WHERE m.state = ?1 AND m.due_at <= ?2 AND (
                 NOT EXISTS (SELECT 1 FROM setting WHERE key = 'enabled' AND scope <> 'global' AND value = 'off')
                 OR 'off' IS NOT (
                     SELECT coalesce(
                         (SELECT value FROM setting WHERE key = 'enabled' AND scope = 'sender' AND scope_id = i.sender_id),
                         (SELECT value FROM setting WHERE key = 'enabled' AND scope = 'website' AND scope_id = i.website_id),
                         (SELECT value FROM setting WHERE key = 'enabled' AND scope = 'global'))
                     FROM invitation i WHERE i.id = m.invitation_id)) ",
            $end
        )
    };
}

/// The two states in which a mail waits for its time, in the order in which they go: deferred ones have waited longest.
const WAITING: [Delivery; 2] = [Delivery::Deferred, Delivery::Queued];

const PAYLOAD: &str = "
SELECT a.id, i.id, a.batch_id, i.email, m.message_id, i.sender_id, i.website_id, g.name, i.message,
    ifnull((SELECT nullif(trim(c.first_name || ' ' || c.last_name), '') FROM customer c WHERE c.id = i.inviter_id), i.inviter), i.generation, i.expires_at
FROM mail m JOIN attempt a ON a.id = m.attempt_id JOIN invitation i ON i.id = m.invitation_id
JOIN customer_group g ON g.id = i.group_id
WHERE m.invitation_id IN (SELECT value FROM json_each(?))
ORDER BY a.id";

impl Store {
    /// Claims due mails for a dispatcher, within the limits.
    pub async fn claim(&self, order: &Order<'_>) -> Result<Claim, StoreError> {
        let (limits, now) = (order.limits, order.now);
        let mut tx = self.begin().await?;
        if let Some((wait, until)) = operate::standstill(&mut tx, now).await? {
            return Ok(Claim::Wait(wait, until));
        }
        if operate::shared_route(&mut tx).await?.as_deref() != order.shared {
            return Ok(Claim::RouteChanged);
        }
        let look = if limits.per_domain.is_some() {
            order.most.max(LOOK_AHEAD)
        } else {
            order.most
        };
        let due = sendable(&mut tx, now, look).await?;
        if due.is_empty() {
            sqlx::query("UPDATE batch SET closed_at = ? WHERE closed_at IS NULL")
                .bind(now.0)
                .execute(&mut *tx)
                .await?;
            let answer = nothing_due(&mut tx, now).await?;
            tx.commit().await?;
            return Ok(answer);
        }
        let (batch, room) = match open_batch(&mut tx, limits, now).await? {
            Ok(open) => open,
            Err((wait, until)) => {
                tx.commit().await?;
                return Ok(Claim::Wait(wait, until));
            }
        };
        let take = usize::try_from(room).unwrap_or(usize::MAX).min(order.most);
        let ids = within_domains(&mut tx, due, limits.per_domain, take).await?;
        if ids.is_empty() {
            tx.commit().await?;
            return Ok(Claim::Wait(Wait::Rate, None));
        }
        let mails = take_in_hand(&mut tx, &ids, order, batch).await?;
        tx.commit().await?;
        Ok(Claim::Mails(mails))
    }
}

/// Up to `most` mails that are due and may go. What must not go is taken back on the way.
async fn sendable(tx: &mut Tx, now: Moment, most: usize) -> Result<Vec<i64>, StoreError> {
    loop {
        let mut due: Vec<i64> = Vec::new();
        for state in WAITING {
            let rest = most.saturating_sub(due.len()) as i64;
            let sql = due!("m.invitation_id", "ORDER BY m.due_at LIMIT ?3");
            due.extend(
                sqlx::query_scalar::<_, i64>(sql)
                    .bind(state as i64)
                    .bind(now.0)
                    .bind(rest)
                    .fetch_all(&mut **tx)
                    .await?,
            );
        }
        let found = due.len();
        let kept = drop_unsendable(tx, due, now).await?;
        // Each turn takes something out of the queue, so this ends.
        if !kept.is_empty() || found == 0 {
            return Ok(kept);
        }
    }
}

/// How many mails are due, counted no further than `most`.
async fn count_due(tx: &mut Tx, now: Moment, most: u64) -> Result<u64, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut count = 0;
    for state in WAITING {
        let sql = concat!("SELECT count(*) FROM (", due!("1", "LIMIT ?3"), ")");
        count += sqlx::query_scalar::<_, i64>(sql)
            .bind(state as i64)
            .bind(now.0)
            .bind(most - count)
            .fetch_one(&mut **tx)
            .await?;
    }
    Ok(count.unsigned_abs())
}

/// Takes back what must not go: suppressed or closed meanwhile, or expired.
async fn drop_unsendable(tx: &mut Tx, due: Vec<i64>, now: Moment) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT i.id, CASE WHEN i.status > 1 OR i.email IS NULL THEN 'closed' WHEN i.expires_at <= ?2 THEN 'expired' ELSE 'suppressed' END
               FROM invitation i WHERE i.id IN (SELECT value FROM json_each(?1))
               AND (i.status > 1 OR i.email IS NULL OR i.expires_at <= ?2
                    OR EXISTS (SELECT 1 FROM suppression x WHERE x.address_key IN (i.email_key, substr(i.email_key, instr(i.email_key, '@')))))";
    let rows = sqlx::query(sql)
        .bind(json_ids(due.iter().copied()))
        .bind(now.0)
        .fetch_all(&mut **tx)
        .await?;
    if rows.is_empty() {
        return Ok(due);
    }
    let mut dropped: HashMap<i64, String> = HashMap::new();
    for row in &rows {
        dropped.insert(get(row, 0)?, get(row, 1)?);
    }
    for reason in ["closed", "expired", "suppressed"] {
        let ids = json_ids(dropped.iter().filter(|(_, why)| *why == reason).map(|(id, _)| *id));
        act::withdraw(tx, &ids, now, "(1, 2, 4)").await?;
        history::tell(tx, &ids, now, "withdrawn", &Actor::Dispatcher, Some(reason)).await?;
    }
    Ok(due.into_iter().filter(|id| !dropped.contains_key(id)).collect())
}

/// What to say when nothing may go: when the next one is due, or that what is due is switched off.
async fn nothing_due(tx: &mut Tx, now: Moment) -> Result<Claim, StoreError> {
    let sql = "SELECT state, min(due_at) FILTER (WHERE due_at > ?1) FROM mail WHERE state IN (1, 4) GROUP BY state ORDER BY state";
    let mut claim = Claim::Nothing;
    for row in &sqlx::query(sql).bind(now.0).fetch_all(&mut **tx).await? {
        let Some(until) = get::<Option<i64>>(row, 1)?.map(Moment) else {
            if claim == Claim::Nothing {
                claim = Claim::Wait(Wait::Disabled, None);
            }
            continue;
        };
        let wait = if get::<i64>(row, 0)? == 1 {
            Wait::Hold { until }
        } else {
            Wait::Retry { until }
        };
        match claim {
            Claim::Wait(_, Some(earlier)) if earlier <= until => {}
            _ => claim = Claim::Wait(wait, Some(until)),
        }
    }
    Ok(claim)
}

type Release = Result<(BatchId, u64), (Wait, Option<Moment>)>;

/// The open batch and how many of it may be taken; a new one opens once the limits have room for all of it.
async fn open_batch(tx: &mut Tx, limits: &Limits, now: Moment) -> Result<Release, StoreError> {
    let open = sqlx::query("SELECT id, size - taken FROM batch WHERE closed_at IS NULL ORDER BY id DESC LIMIT 1")
        .fetch_optional(&mut **tx)
        .await?;
    let open = match &open {
        Some(row) => Some((get::<i64>(row, 0)?, get::<i64>(row, 1)?)),
        None => None,
    };
    if let Some((id, left)) = open.filter(|(_, left)| *left > 0) {
        let (room, held) = limits.room(tx, now, left.unsigned_abs()).await?;
        return Ok(if room > 0 { Ok((BatchId(id), room)) } else { Err(waiting(held)) });
    }
    let due = count_due(tx, now, limits.batch_size).await?;
    // What the day leaves is a batch of its own: it does not wait for more than that.
    let (wanted, held) = limits.day_room(tx, now, due.min(limits.batch_size)).await?;
    if wanted == 0 {
        return Ok(Err(waiting(held)));
    }
    let (room, held) = limits.batch_room(tx, now, wanted).await?;
    if room < wanted {
        return Ok(Err(waiting(held)));
    }
    let (room, held) = limits.room(tx, now, wanted).await?;
    if room == 0 {
        return Ok(Err(waiting(held)));
    }
    sqlx::query("UPDATE batch SET closed_at = ? WHERE closed_at IS NULL")
        .bind(now.0)
        .execute(&mut **tx)
        .await?;
    let id: i64 = sqlx::query_scalar("INSERT INTO batch (opened_at, size) VALUES (?, ?) RETURNING id")
        .bind(now.0)
        .bind(wanted as i64)
        .fetch_one(&mut **tx)
        .await?;
    Ok(Ok((BatchId(id), room)))
}

pub(super) fn waiting(held: Option<Held>) -> (Wait, Option<Moment>) {
    let later = Moment(i64::MAX);
    match held {
        Some(Held::Rate(until)) => (Wait::Rate, until),
        Some(Held::Day(until)) => (
            Wait::DailyCap {
                until: until.unwrap_or(later),
            },
            until,
        ),
        Some(Held::Batch(until)) => (
            Wait::Batch {
                until: until.unwrap_or(later),
            },
            until,
        ),
        None => (Wait::Batch { until: later }, None),
    }
}

/// The first `take` of `due` that keep every recipient domain within its limit.
async fn within_domains(tx: &mut Tx, due: Vec<i64>, per_domain: Option<u64>, take: usize) -> Result<Vec<i64>, StoreError> {
    let Some(per_domain) = per_domain else {
        return Ok(due.into_iter().take(take).collect());
    };
    let domain = "substr(i.email_key, instr(i.email_key, '@'))";
    let in_flight =
        format!("SELECT {domain}, count(*) FROM mail m JOIN invitation i ON i.id = m.invitation_id WHERE m.state IN (2, 3) GROUP BY 1");
    let mut busy: HashMap<String, u64> = HashMap::new();
    for row in &sqlx::query(sqlx::AssertSqlSafe(in_flight)).fetch_all(&mut **tx).await? {
        busy.insert(get(row, 0)?, get::<i64>(row, 1)?.unsigned_abs());
    }
    let domains = format!("SELECT i.id, {domain} FROM invitation i WHERE i.id IN (SELECT value FROM json_each(?))");
    let mut domain_of: HashMap<i64, String> = HashMap::new();
    for row in &sqlx::query(sqlx::AssertSqlSafe(domains))
        .bind(json_ids(due.iter().copied()))
        .fetch_all(&mut **tx)
        .await?
    {
        domain_of.insert(get(row, 0)?, get(row, 1)?);
    }
    let fits = |id: &i64| {
        let count = busy.entry(domain_of.get(id).cloned().unwrap_or_default()).or_default();
        *count += 1;
        *count <= per_domain
    };
    Ok(due.into_iter().filter(fits).take(take).collect())
}

async fn take_in_hand(tx: &mut Tx, ids: &[i64], order: &Order<'_>, batch: BatchId) -> Result<Vec<ClaimedMail>, StoreError> {
    let (dispatcher, now) = (order.dispatcher, order.now);
    let list = json_ids(ids.iter().copied());
    sqlx::query(
        "INSERT INTO attempt (invitation_id, number, started_at, dispatcher_id, batch_id, message_id, route)
         SELECT m.invitation_id, 1 + (SELECT count(*) FROM attempt a WHERE a.invitation_id = m.invitation_id), ?2, ?3, ?4, m.message_id, ?5
         FROM json_each(?1) j JOIN mail m ON m.invitation_id = j.value ORDER BY j.key",
    )
    .bind(&list)
    .bind(now.0)
    .bind(dispatcher.0)
    .bind(batch.0)
    .bind(order.route)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "UPDATE mail SET state = 2, since = ?2, dispatcher_id = ?3, lease_until = ?4, batch_id = ?5,
             first_attempt_at = ifnull(first_attempt_at, ?2),
             attempt_id = (SELECT max(a.id) FROM attempt a WHERE a.invitation_id = mail.invitation_id)
         WHERE invitation_id IN (SELECT value FROM json_each(?1))",
    )
    .bind(&list)
    .bind(now.0)
    .bind(dispatcher.0)
    .bind(now.plus(LEASE).0)
    .bind(batch.0)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE batch SET taken = taken + ? WHERE id = ?")
        .bind(ids.len() as i64)
        .bind(batch.0)
        .execute(&mut **tx)
        .await?;
    let rows = sqlx::query(PAYLOAD).bind(&list).fetch_all(&mut **tx).await?;
    rows.iter().map(read_claimed).collect()
}

fn read_claimed(row: &SqliteRow) -> Result<ClaimedMail, StoreError> {
    Ok(ClaimedMail {
        attempt: AttemptId(get(row, 0)?),
        invitation: InvitationId(get(row, 1)?),
        batch: BatchId(get(row, 2)?),
        email: get(row, 3)?,
        message_id: get(row, 4)?,
        sender: SenderId(get(row, 5)?),
        website: WebsiteId(get(row, 6)?),
        group: get(row, 7)?,
        message: get(row, 8)?,
        inviter: get(row, 9)?,
        generation: get(row, 10)?,
        expires_at: get::<Option<i64>>(row, 11)?.map(Moment),
    })
}
