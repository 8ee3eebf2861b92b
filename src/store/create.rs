//! New invitations: what is known about an address before one is made, and the row itself.

use super::condition::search_text;
use super::facts::RulesAt;
use super::{ActContext, Store, StoreError, Tx, actions, get, history, json_ids, rollup};
use crate::domain::create::{Created, NewInvitations, Verdict};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{ActionId, CustomerId, GroupId, InvitationId, SenderId, WebsiteId};
use crate::domain::plan::Bucket;
use crate::domain::status::Status;
use crate::domain::time::Moment;
use sqlx::sqlite::SqliteRow;
use std::collections::HashMap;
use std::time::Duration;

/// A row to be written, of whatever origin.
#[derive(Debug, Clone)]
pub struct NewRow<'a> {
    /// The number it should have, where that is free.
    pub id: Option<i64>,
    /// Its number in the system it comes from.
    pub external_id: Option<i64>,
    /// The hash of the line it comes from.
    pub source_hash: Option<Vec<u8>>,
    /// The address.
    pub email: &'a EmailAddress,
    /// The customer who registered, with the text that is shown, and whether it is another address.
    pub invitee: Option<(CustomerId, String, bool)>,
    /// The customer who invited, with the text that is shown.
    pub inviter: Option<(CustomerId, String)>,
    /// Where it is valid.
    pub website: WebsiteId,
    /// The store view it is sent from.
    pub sender: SenderId,
    /// The group the invitee gets.
    pub group: GroupId,
    /// The message.
    pub message: &'a str,
    /// Its status.
    pub status: Status,
    /// When it was created.
    pub created_at: Moment,
    /// Who created it, as [`crate::domain::actor::Actor`] writes itself.
    pub created_by: &'a str,
    /// When it was first handed over.
    pub sent_at: Option<Moment>,
    /// When the person registered.
    pub registered_at: Option<Moment>,
    /// When it closes by itself.
    pub expires_at: Option<Moment>,
    /// The keyed hash of an imported code.
    pub old_code: Option<Vec<u8>>,
}

/// Writes a row; the caller puts it into the sums. An open invitation that exists already is an error of `SQLite`'s.
pub(super) async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<InvitationId, StoreError> {
    let inviter = row.inviter.as_ref().map(|(_, text)| text.as_str());
    let invitee = row.invitee.as_ref().map(|(_, text, _)| text.as_str());
    let id: i64 = sqlx::query_scalar(
        "INSERT INTO invitation (id, external_id, source_hash, email, email_key, search, invitee_id, invitee, other_address,
             inviter_id, inviter, website_id, sender_id, group_id, message, status, created_at, created_by, sent_at, last_sent_at,
             times_sent, registered_at, expires_at, old_code)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?19, ?19 IS NOT NULL, ?20, ?21, ?22)
         RETURNING id",
    )
    .bind(row.id)
    .bind(row.external_id)
    .bind(row.source_hash.clone())
    .bind(row.email.as_str().to_owned())
    .bind(row.email.key())
    .bind(search_text(Some(row.email.as_str()), invitee, inviter))
    .bind(row.invitee.as_ref().map(|(id, ..)| id.0))
    .bind(invitee.map(str::to_owned))
    .bind(row.invitee.as_ref().is_some_and(|(.., other)| *other))
    .bind(row.inviter.as_ref().map(|(id, _)| id.0))
    .bind(inviter.map(str::to_owned))
    .bind(row.website.0)
    .bind(row.sender.0)
    .bind(row.group.0)
    .bind(row.message.to_owned())
    .bind(row.status as i64)
    .bind(row.created_at.0)
    .bind(row.created_by.to_owned())
    .bind(row.sent_at.map(|at| at.0))
    .bind(row.registered_at.map(|at| at.0))
    .bind(row.expires_at.map(|at| at.0))
    .bind(row.old_code.clone())
    .fetch_one(&mut **tx)
    .await?;
    Ok(InvitationId(id))
}

/// What is known about an address; `?1` the keys, `?2` the website, `?3` the inviter or 0, `?4` the start of the cool-down.
const KNOWN: &str = "
SELECT j.value, o.id, o.status, o.created_by, ifnull(o.sent_at, o.created_at),
    EXISTS (SELECT 1 FROM customer c WHERE c.email_key = j.value AND c.website_id = ?2),
    x.reason, x.since,
    (SELECT max(l.last_sent_at) FROM invitation l WHERE l.email_key = j.value AND l.last_sent_at > ?4)
FROM json_each(?1) j
LEFT JOIN invitation o ON o.email_key = j.value AND o.website_id = ?2 AND ifnull(o.inviter_id, 0) = ?3 AND o.status < 2
LEFT JOIN suppression x ON x.address_key = coalesce(
    (SELECT address_key FROM suppression WHERE address_key = j.value), substr(j.value, instr(j.value, '@')))";

impl Store {
    /// The verdict on each address, in order.
    pub async fn judge(
        &self,
        addresses: &[EmailAddress],
        website: WebsiteId,
        inviter: Option<CustomerId>,
        at: RulesAt,
        cooldown: Duration,
    ) -> Result<Vec<Verdict>, StoreError> {
        let keys: Vec<String> = addresses.iter().map(EmailAddress::key).collect();
        let json = serde_json::to_string(&keys).unwrap_or_default();
        let known = sqlx::query(KNOWN)
            .bind(json)
            .bind(website.0)
            .bind(inviter.map_or(0, |id| id.0))
            .bind(at.cooling_since.0)
            .fetch_all(self.readers())
            .await?;
        let mut verdicts = HashMap::with_capacity(known.len());
        for row in &known {
            verdicts.insert(get::<String>(row, 0)?, read_verdict(row, cooldown)?);
        }
        let mut first = HashMap::with_capacity(keys.len());
        Ok(keys
            .into_iter()
            .enumerate()
            .map(|(nth, key)| {
                if let Some(first) = first.get(&key) {
                    Verdict::Twice(first + 1)
                } else {
                    let verdict = verdicts.get(&key).cloned().unwrap_or(Verdict::Ready);
                    first.insert(key, nth);
                    verdict
                }
            })
            .collect())
    }

    /// Creates what can be created, in one transaction; what was created meanwhile by others is refused like any duplicate.
    pub async fn create(
        &self,
        new: &NewInvitations,
        website: WebsiteId,
        verdicts: Vec<Verdict>,
        expires_at: Option<Moment>,
        why: &ActContext,
        at: RulesAt,
    ) -> Result<(ActionId, Created), StoreError> {
        let mut tx = self.begin().await?;
        let inviter = match new.inviter {
            Some(id) => Some((id, customer_text(&mut tx, id).await?)),
            None => None,
        };
        let by = why.by.to_string();
        let action = actions::begin(
            &mut tx,
            "invite",
            &why.by,
            at.now,
            None,
            why.reason.as_deref(),
            new.addresses.len() as u64,
        )
        .await?;
        let mut created = Created::default();
        for (email, verdict) in new.addresses.iter().zip(verdicts) {
            if !verdict.creates(new.override_cooldown) {
                created.refused.push((email.clone(), verdict));
                continue;
            }
            if let Some(other) = open_twin(&mut tx, &email.key(), website, new.inviter).await? {
                created.refused.push((email.clone(), other));
                continue;
            }
            let row = NewRow {
                id: None,
                external_id: None,
                source_hash: None,
                email,
                invitee: None,
                inviter: inviter.clone(),
                website,
                sender: new.sender,
                group: new.group,
                message: &new.message,
                status: Status::NotSent,
                created_at: at.now,
                created_by: &by,
                sent_at: None,
                registered_at: None,
                expires_at,
                old_code: None,
            };
            created.created.push((Some(insert(&mut tx, &row).await?), email.clone()));
        }
        let ids = json_ids(created.created.iter().filter_map(|(id, _)| id.map(|id| id.0)));
        rollup::put_in(&mut tx, &ids).await?;
        history::tell(&mut tx, &ids, at.now, "created", &why.by, None).await?;
        let bucket = if new.send { Bucket::WillSend } else { Bucket::NothingToDo };
        if new.send {
            super::act::enqueue(&mut tx, &ids, &super::act::Doing { action, why, at }).await?;
        }
        actions::outcome(&mut tx, action, &ids, bucket, created.created.len() as u64).await?;
        actions::finish(&mut tx, action, at.now, false).await?;
        tx.commit().await?;
        Ok((action, created))
    }
}

fn read_verdict(row: &SqliteRow, cooldown: Duration) -> Result<Verdict, StoreError> {
    if let (Some(reason), Some(since)) = (get::<Option<String>>(row, 6)?, get::<Option<i64>>(row, 7)?) {
        return Ok(Verdict::Suppressed {
            reason,
            since: Moment(since),
        });
    }
    if let Some(id) = get::<Option<i64>>(row, 1)? {
        return read_twin(row, id);
    }
    if get::<i64>(row, 5)? != 0 {
        return Ok(Verdict::AlreadyCustomer);
    }
    if let Some(last) = get::<Option<i64>>(row, 8)? {
        return Ok(Verdict::CoolingDown {
            until: Moment(last).plus(cooldown),
        });
    }
    Ok(Verdict::Ready)
}

fn read_twin(row: &SqliteRow, id: i64) -> Result<Verdict, StoreError> {
    let by = crate::domain::actor::Actor::from_word(&get::<String>(row, 3)?);
    let by = match by {
        crate::domain::actor::Actor::Operator(name) => name,
        other => other.to_string(),
    };
    Ok(Verdict::AlreadyInvited {
        id: InvitationId(id),
        status: super::rows::status(get(row, 2)?)?,
        by,
        at: Moment(get(row, 4)?),
    })
}

async fn open_twin(tx: &mut Tx, key: &str, website: WebsiteId, inviter: Option<CustomerId>) -> Result<Option<Verdict>, StoreError> {
    let sql = "SELECT NULL, id, status, created_by, ifnull(sent_at, created_at) FROM invitation
               WHERE email_key = ? AND website_id = ? AND ifnull(inviter_id, 0) = ? AND status < 2";
    let row = sqlx::query(sql)
        .bind(key)
        .bind(website.0)
        .bind(inviter.map_or(0, |id| id.0))
        .fetch_optional(&mut **tx)
        .await?;
    row.as_ref().map(|row| read_twin(row, get(row, 1)?)).transpose()
}

/// What is shown of a customer: the address, or the number where only that is known.
pub(super) async fn customer_text(tx: &mut Tx, id: CustomerId) -> Result<String, StoreError> {
    let text: Option<String> =
        sqlx::query_scalar("SELECT coalesce(email, 'unknown customer ' || ifnull(external_id, id)) FROM customer WHERE id = ?")
            .bind(id.0)
            .fetch_optional(&mut **tx)
            .await?;
    text.ok_or_else(|| StoreError::NotFound(format!("there is no customer {id}")))
}
