//! The person registered: status, time, account and track change together, once only.

use super::act::discard;
use super::condition::search_text;
use super::{Store, StoreError, Tx, get, history, json_ids, rollup};
use crate::domain::actor::Actor;
use crate::domain::delivery::{Delivery, DeliveryEffect, DeliveryEvent, next};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{AttemptId, CustomerId, InvitationId};
use crate::domain::invitation::Outcome;
use crate::domain::status::{Status, StatusEvent};
use crate::domain::time::Moment;

/// Why a code opens nothing. Staff read it; strangers get one and the same answer whatever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcceptRefusal {
    /// There is no such invitation, or the code is of an older link.
    Unknown,
    /// It was accepted before.
    Accepted,
    /// It is discarded.
    Discarded,
    /// Its time is over.
    Expired,
}

impl AcceptRefusal {
    /// The reason in words.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Unknown => "no invitation has this code",
            Self::Accepted => "the invitation was accepted before",
            Self::Discarded => "the invitation is discarded",
            Self::Expired => "the invitation has expired",
        }
    }
}

/// What an acceptance did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accepted {
    /// Which invitation.
    pub id: InvitationId,
    /// The account.
    pub customer: CustomerId,
    /// Whether another address registered than the one invited.
    pub other_address: bool,
}

struct Found {
    status: Status,
    expires_at: Option<Moment>,
    email_key: Option<String>,
    email: Option<String>,
    inviter: Option<String>,
    website: i64,
    group: i64,
}

impl Store {
    /// Accepts an invitation for the account `email`, if it is still open and `generation` is the link's.
    pub async fn accept(
        &self,
        id: InvitationId,
        generation: u32,
        email: &EmailAddress,
        by: &Actor,
        at: Moment,
    ) -> Result<Result<Accepted, AcceptRefusal>, StoreError> {
        let mut tx = self.begin().await?;
        let Some(found) = find(&mut tx, id, generation).await? else {
            return Ok(Err(AcceptRefusal::Unknown));
        };
        match found.status {
            Status::Accepted => return Ok(Err(AcceptRefusal::Accepted)),
            Status::Discarded => return Ok(Err(AcceptRefusal::Discarded)),
            _ if found.expires_at.is_some_and(|until| until <= at) => return Ok(Err(AcceptRefusal::Expired)),
            _ => {}
        }
        let Some(status) = found.status.after(StatusEvent::Registered) else {
            return Ok(Err(AcceptRefusal::Unknown));
        };
        let customer = account(&mut tx, email, &found, at).await?;
        let other_address = found.email_key.as_deref() != Some(email.key().as_str());
        let ids = json_ids([id.0]);
        rollup::take_out(&mut tx, &ids).await?;
        settle_mail(&mut tx, id, at).await?;
        let search = search_text(found.email.as_deref(), Some(email.as_str()), found.inviter.as_deref());
        sqlx::query(
            "UPDATE invitation SET status = ?, registered_at = ?, invitee_id = ?, invitee = ?, other_address = ?, search = ? WHERE id = ?",
        )
        .bind(status as i64)
        .bind(at.0)
        .bind(customer.0)
        .bind(email.as_str().to_owned())
        .bind(other_address)
        .bind(search)
        .bind(id.0)
        .execute(&mut *tx)
        .await?;
        rollup::put_in(&mut tx, &ids).await?;
        history::tell(
            &mut tx,
            &ids,
            at,
            "accepted",
            by,
            other_address.then_some("by another address than the one invited"),
        )
        .await?;
        discard_unsent_twins(&mut tx, email, &found, at).await?;
        tx.commit().await?;
        Ok(Ok(Accepted {
            id,
            customer,
            other_address,
        }))
    }
}

async fn find(tx: &mut Tx, id: InvitationId, generation: u32) -> Result<Option<Found>, StoreError> {
    let sql = "SELECT status, expires_at, email_key, email, inviter, website_id, group_id FROM invitation WHERE id = ? AND generation = ?";
    let Some(row) = sqlx::query(sql).bind(id.0).bind(generation).fetch_optional(&mut **tx).await? else {
        return Ok(None);
    };
    Ok(Some(Found {
        status: super::rows::status(get(&row, 0)?)?,
        expires_at: get::<Option<i64>>(&row, 1)?.map(Moment),
        email_key: get(&row, 2)?,
        email: get(&row, 3)?,
        inviter: get(&row, 4)?,
        website: get(&row, 5)?,
        group: get(&row, 6)?,
    }))
}

/// The account of the address on the website, made where the shop has not told of it yet; it gets the invitation's group.
async fn account(tx: &mut Tx, email: &EmailAddress, found: &Found, at: Moment) -> Result<CustomerId, StoreError> {
    let known = "SELECT id FROM customer WHERE email_key = ? AND website_id = ?";
    let known: Option<i64> = sqlx::query_scalar(known)
        .bind(email.key())
        .bind(found.website)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(id) = known {
        sqlx::query("UPDATE customer SET group_id = ? WHERE id = ?")
            .bind(found.group)
            .bind(id)
            .execute(&mut **tx)
            .await?;
        return Ok(CustomerId(id));
    }
    let sql = "INSERT INTO customer (email, email_key, group_id, website_id, created_at) VALUES (?, ?, ?, ?, ?) RETURNING id";
    let id: i64 = sqlx::query_scalar(sql)
        .bind(email.as_str().to_owned())
        .bind(email.key())
        .bind(found.group)
        .bind(found.website)
        .bind(at.0)
        .fetch_one(&mut **tx)
        .await?;
    Ok(CustomerId(id))
}

/// A mail that waits is withdrawn; one in doubt must have arrived: Sent becomes the time of that attempt; one being sent gets its answer.
async fn settle_mail(tx: &mut Tx, id: InvitationId, at: Moment) -> Result<(), StoreError> {
    let sql = "SELECT m.state, m.attempt_id, ifnull(a.ended_at, a.started_at) FROM mail m LEFT JOIN attempt a ON a.id = m.attempt_id WHERE m.invitation_id = ?";
    let Some(row) = sqlx::query(sql).bind(id.0).fetch_optional(&mut **tx).await? else {
        return Ok(());
    };
    let state: Delivery = super::rows::delivery(get(&row, 0)?)?;
    let attempt = get::<Option<i64>>(&row, 1)?.map(AttemptId);
    let Some(step) = next(state, attempt, DeliveryEvent::Accepted) else {
        return Ok(());
    };
    if let (DeliveryEffect::SentByAcceptance, Some(attempt)) = (step.effect, attempt) {
        let tried_at: i64 = get(&row, 2)?;
        sqlx::query(
            "UPDATE invitation SET sent_at = ifnull(sent_at, ?1), last_sent_at = max(ifnull(last_sent_at, 0), ?1), times_sent = times_sent + 1 WHERE id = ?2",
        )
        .bind(tried_at)
        .bind(id.0)
        .execute(&mut **tx)
        .await?;
        sqlx::query("UPDATE attempt SET outcome = ? WHERE id = ?")
            .bind(Outcome::Sent as i64)
            .bind(attempt.0)
            .execute(&mut **tx)
            .await?;
    }
    super::act::withdraw(tx, &json_ids([id.0]), at, "(1, 2, 4, 5, 6)").await?;
    Ok(())
}

/// Whoever is a customer now needs no other invitation: those not sent yet are closed, with that reason.
async fn discard_unsent_twins(tx: &mut Tx, email: &EmailAddress, found: &Found, at: Moment) -> Result<(), StoreError> {
    let sql = "SELECT i.id FROM invitation i LEFT JOIN mail m ON m.invitation_id = i.id
               WHERE i.email_key = ? AND i.website_id = ? AND i.status = 0 AND ifnull(m.state, 0) NOT IN (3, 6)";
    let ids: Vec<i64> = sqlx::query_scalar(sql)
        .bind(email.key())
        .bind(found.website)
        .fetch_all(&mut **tx)
        .await?;
    if ids.is_empty() {
        return Ok(());
    }
    discard(tx, &json_ids(ids), at, &Actor::Store, Some("became a customer")).await
}
