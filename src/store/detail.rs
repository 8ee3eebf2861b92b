//! The whole of one invitation, and the changes to one.

use super::condition::search_text;
use super::{ActContext, Store, StoreError, actions, get, history, json_ids};
use crate::domain::actor::Actor;
use crate::domain::delivery::Delivery;
use crate::domain::email::EmailAddress;
use crate::domain::ids::{ActionId, AttemptId, BatchId, CustomerId, InvitationId, SenderId, WebsiteId};
use crate::domain::invitation::{Attempt, Detail, HistoryEntry, Outcome, Person};
use crate::domain::status::Status;
use crate::domain::time::Moment;

/// What a link is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkParts {
    /// Which generation of the code is good.
    pub generation: u32,
    /// The website it leads to.
    pub website: WebsiteId,
    /// The sender whose settings hold.
    pub sender: SenderId,
}

impl Store {
    /// Everything about one invitation.
    pub async fn detail(&self, id: InvitationId) -> Result<Option<Detail>, StoreError> {
        let Some(row) = self.rows(&[id]).await?.pop() else {
            return Ok(None);
        };
        let more = sqlx::query(
            "SELECT i.message, i.external_id, i.invitee_id, i.inviter_id,
                 ifnull(m.message_id, (SELECT message_id FROM attempt a WHERE a.invitation_id = i.id ORDER BY a.id DESC LIMIT 1)),
                 (SELECT max(action_id) FROM action_row r WHERE r.invitation_id = i.id)
             FROM invitation i LEFT JOIN mail m ON m.invitation_id = i.id WHERE i.id = ?",
        )
        .bind(id.0)
        .fetch_one(self.readers())
        .await?;
        Ok(Some(Detail {
            editable: editable(row.status, row.delivery),
            row,
            message: get(&more, 0)?,
            external_id: get(&more, 1)?,
            invitee: self.person(get(&more, 2)?).await?,
            inviter: self.person(get(&more, 3)?).await?,
            message_id: get(&more, 4)?,
            last_action: get::<Option<i64>>(&more, 5)?.map(ActionId),
            history: self.history(id).await?,
            attempts: self.attempts(id).await?,
        }))
    }

    async fn person(&self, id: Option<i64>) -> Result<Option<Person>, StoreError> {
        let Some(id) = id else { return Ok(None) };
        let sql = "SELECT c.external_id, c.email, trim(c.first_name || ' ' || c.last_name), g.name, w.code, c.created_at FROM customer c
                   LEFT JOIN customer_group g ON g.id = c.group_id LEFT JOIN website w ON w.id = c.website_id WHERE c.id = ?";
        let Some(row) = sqlx::query(sql).bind(id).fetch_optional(self.readers()).await? else {
            return Ok(None);
        };
        Ok(Some(Person {
            id: CustomerId(id),
            external_id: get(&row, 0)?,
            email: get(&row, 1)?,
            name: get(&row, 2)?,
            group: get(&row, 3)?,
            website: get(&row, 4)?,
            created_at: get::<Option<i64>>(&row, 5)?.map(Moment),
        }))
    }

    /// The timeline, oldest first.
    pub async fn history(&self, id: InvitationId) -> Result<Vec<HistoryEntry>, StoreError> {
        let rows = sqlx::query("SELECT at, event, by, detail FROM history WHERE invitation_id = ? ORDER BY id")
            .bind(id.0)
            .fetch_all(self.readers());
        rows.await?
            .iter()
            .map(|row| {
                let by = Actor::from_word(&get::<String>(row, 2)?);
                Ok(HistoryEntry {
                    at: Moment(get(row, 0)?),
                    event: get(row, 1)?,
                    by,
                    detail: get(row, 3)?,
                })
            })
            .collect()
    }

    /// Every try at handing the mail over, oldest first.
    pub async fn attempts(&self, id: InvitationId) -> Result<Vec<Attempt>, StoreError> {
        let sql = "SELECT id, number, started_at, ended_at, outcome, code, reply, batch_id, route FROM attempt WHERE invitation_id = ? ORDER BY id";
        let rows = sqlx::query(sql).bind(id.0).fetch_all(self.readers()).await?;
        rows.iter()
            .map(|row| {
                let outcome: i64 = get(row, 4)?;
                Ok(Attempt {
                    id: AttemptId(get(row, 0)?),
                    number: get(row, 1)?,
                    started_at: Moment(get(row, 2)?),
                    ended_at: get::<Option<i64>>(row, 3)?.map(Moment),
                    outcome: Outcome::from_number(outcome).ok_or_else(|| StoreError::Corrupt(format!("outcome {outcome}")))?,
                    code: get(row, 5)?,
                    reply: get(row, 6)?,
                    batch: Some(BatchId(get(row, 7)?)),
                    route: get(row, 8)?,
                })
            })
            .collect()
    }

    /// What the link of an invitation is made of.
    pub async fn link_parts(&self, id: InvitationId) -> Result<Option<LinkParts>, StoreError> {
        let row = sqlx::query("SELECT generation, website_id, sender_id FROM invitation WHERE id = ?")
            .bind(id.0)
            .fetch_optional(self.readers());
        let Some(row) = row.await? else { return Ok(None) };
        Ok(Some(LinkParts {
            generation: get(&row, 0)?,
            website: WebsiteId(get(&row, 1)?),
            sender: SenderId(get(&row, 2)?),
        }))
    }

    /// Writes down that somebody looked at the link.
    pub async fn tell_link_shown(&self, id: InvitationId, by: &Actor, at: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        history::tell(&mut tx, &json_ids([id.0]), at, "link shown", by, None).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Changes address and message of one that is Not Sent and not in flight.
    pub async fn edit(
        &self,
        id: InvitationId,
        email: &EmailAddress,
        message: &str,
        why: &ActContext,
        at: Moment,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let sql = "SELECT i.status, ifnull(m.state, 0), i.email_key, i.inviter, i.message, i.website_id, ifnull(i.inviter_id, 0)
                   FROM invitation i LEFT JOIN mail m ON m.invitation_id = i.id WHERE i.id = ?";
        let Some(row) = sqlx::query(sql).bind(id.0).fetch_optional(&mut *tx).await? else {
            return Err(StoreError::NotFound(format!("there is no invitation {id}")));
        };
        if let Err(reason) = editable(super::rows::status(get(&row, 0)?)?, super::rows::delivery(get(&row, 1)?)?) {
            return Err(StoreError::Refused(format!("invitation {id} cannot be edited: {reason}")));
        }
        let (same_address, same_message) = (
            get::<Option<String>>(&row, 2)? == Some(email.key()),
            get::<String>(&row, 4)? == message,
        );
        let twin =
            "SELECT id FROM invitation WHERE email_key = ? AND website_id = ? AND ifnull(inviter_id, 0) = ? AND status < 2 AND id <> ?";
        let twin: Option<i64> = sqlx::query_scalar(twin)
            .bind(email.key())
            .bind(get::<i64>(&row, 5)?)
            .bind(get::<i64>(&row, 6)?)
            .bind(id.0)
            .fetch_optional(&mut *tx)
            .await?;
        if let Some(twin) = twin {
            return Err(StoreError::Refused(format!(
                "{email} is already invited by the same inviter: invitation {twin}"
            )));
        }
        let inviter: Option<String> = get(&row, 3)?;
        sqlx::query("UPDATE invitation SET email = ?, email_key = ?, search = ?, message = ? WHERE id = ?")
            .bind(email.as_str().to_owned())
            .bind(email.key())
            .bind(search_text(Some(email.as_str()), None, inviter.as_deref()))
            .bind(message)
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        let what = match (same_address, same_message) {
            (true, _) => "message",
            (false, true) => "email",
            (false, false) => "email, message",
        };
        let ids = json_ids([id.0]);
        history::tell(&mut tx, &ids, at, "edited", &why.by, Some(what)).await?;
        let action = actions::begin(&mut tx, "edit", &why.by, at, None, Some(what), 1).await?;
        actions::outcome(&mut tx, action, &ids, crate::domain::plan::Bucket::NothingToDo, 1).await?;
        actions::finish(&mut tx, action, at, false).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// Whether email and message may be changed, or why not.
const fn editable(status: Status, delivery: Delivery) -> Result<(), &'static str> {
    match (status, delivery) {
        (Status::NotSent, Delivery::Idle | Delivery::Failed) => Ok(()),
        (Status::NotSent, Delivery::Queued | Delivery::Deferred) => Err("its mail is queued: discard or undo the send first"),
        (Status::NotSent, Delivery::InDoubt) => Err("its mail is in doubt: settle it first"),
        (Status::NotSent, _) => Err("its mail is on its way"),
        (Status::Sent, _) => Err("a mail with it has gone out"),
        (Status::Accepted, _) => Err("it was accepted"),
        (Status::Discarded, _) => Err("it is discarded: restore it first"),
    }
}
