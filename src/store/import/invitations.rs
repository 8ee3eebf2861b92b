//! Invitations of another system.

use super::references::{Customers, Known, Shop};
use super::{Fate, Taking};
use crate::domain::actor::Actor;
use crate::domain::code::keyed_hash;
use crate::domain::ids::{InvitationId, WebsiteId};
use crate::domain::import::{CustomerRef, InvitationRecord};
use crate::domain::plan::Bucket;
use crate::store::create::{NewRow, insert};
use crate::store::{StoreError, Tx, actions, get, history, json_ids, rollup};
use std::collections::{HashMap, HashSet};

/// Keeps the hashes of imported codes apart from other uses of the key.
pub(in crate::store) const OLD_CODE: &str = "magento-code";

/// The largest number that is kept as our own: beyond it JSON readers round.
const LARGEST_ID: i64 = 1 << 53;

/// Whom the duplicate rule takes for the same: identity of the address, website, inviter (0: staff).
type Twin = (String, i64, i64);

/// What the database holds that a chunk has to respect.
struct Around {
    shop: Shop,
    customers: Customers,
    hashes: HashMap<i64, Option<Vec<u8>>>,
    taken: HashSet<i64>,
    open: HashMap<Twin, i64>,
}

impl Around {
    async fn load(tx: &mut Tx, chunk: &[(u64, InvitationRecord)]) -> Result<Self, StoreError> {
        let ids = json_ids(chunk.iter().map(|(_, record)| record.external_id));
        let mut hashes = HashMap::new();
        let sql = "SELECT external_id, source_hash FROM invitation WHERE external_id IN (SELECT value FROM json_each(?))";
        for row in &sqlx::query(sql).bind(&ids).fetch_all(&mut **tx).await? {
            hashes.insert(get(row, 0)?, get(row, 1)?);
        }
        let sql = "SELECT id FROM invitation WHERE id IN (SELECT value FROM json_each(?))";
        let taken: Vec<i64> = sqlx::query_scalar(sql).bind(&ids).fetch_all(&mut **tx).await?;
        let keys: Vec<String> = chunk.iter().map(|(_, record)| record.email.key()).collect();
        let sql = "SELECT email_key, website_id, ifnull(inviter_id, 0), id FROM invitation
                   WHERE status < 2 AND email_key IN (SELECT value FROM json_each(?))";
        let mut open = HashMap::new();
        for row in &sqlx::query(sql)
            .bind(serde_json::to_string(&keys).unwrap_or_default())
            .fetch_all(&mut **tx)
            .await?
        {
            open.insert((get(row, 0)?, get(row, 1)?, get(row, 2)?), get(row, 3)?);
        }
        let named = chunk.iter().flat_map(|(_, record)| [&record.inviter, &record.invitee]);
        let numbers = named.filter_map(|who| match who {
            Some(CustomerRef::Number(number)) => Some(*number),
            _ => None,
        });
        Ok(Self {
            shop: Shop::load(tx).await?,
            customers: Customers::load(tx, numbers).await?,
            hashes,
            taken: taken.into_iter().collect(),
            open,
        })
    }

    /// The fate of what is known already.
    fn known(&self, record: &InvitationRecord) -> Option<Fate> {
        let hash = self.hashes.get(&record.external_id)?;
        Some(if hash.as_deref() == Some(record.source_hash.as_slice()) {
            Fate::Unchanged
        } else {
            Fate::differs()
        })
    }
}

pub(super) async fn take(tx: &mut Tx, chunk: &[(u64, InvitationRecord)], taking: &Taking<'_>) -> Result<Vec<(u64, Fate)>, StoreError> {
    let mut around = Around::load(tx, chunk).await?;
    let mut fates = Vec::with_capacity(chunk.len());
    let mut made = Vec::new();
    for (line, record) in chunk {
        let fate = match around.known(record) {
            Some(fate) => fate,
            None => match take_one(tx, &mut around, record, taking).await? {
                Ok(id) => {
                    made.push(id.0);
                    Fate::Imported
                }
                Err(reason) => Fate::Refused(reason),
            },
        };
        fates.push((*line, fate));
    }
    let ids = json_ids(made.iter().copied());
    rollup::put_in(tx, &ids).await?;
    history::tell(tx, &ids, taking.at, "imported", &Actor::Import, None).await?;
    actions::outcome(tx, taking.action, &ids, Bucket::NothingToDo, made.len() as u64).await?;
    Ok(fates)
}

/// Writes one, or says why not; nothing is made for one that is refused.
async fn take_one(
    tx: &mut Tx,
    around: &mut Around,
    record: &InvitationRecord,
    taking: &Taking<'_>,
) -> Result<Result<InvitationId, String>, StoreError> {
    let resolved = around
        .shop
        .origin(&record.origin)
        .and_then(|origin| Ok((origin, around.shop.group(&record.group)?)));
    let ((sender, website), group) = match resolved {
        Ok(resolved) => resolved,
        Err(reason) => return Ok(Err(reason)),
    };
    if record.status.is_open()
        && let Some(earlier) = open_twin(tx, around, record, website).await?
    {
        let earlier = format!("repeated open invitation: number {earlier} to this address and website, by the same inviter, is open");
        return Ok(Err(earlier));
    }
    let inviter = find_or_make(tx, around, record.inviter.as_ref(), website).await?;
    let invitee = find_or_make(tx, around, record.invitee.as_ref(), website).await?;
    let row = NewRow {
        id: free_id(around, record.external_id),
        external_id: Some(record.external_id),
        source_hash: Some(record.source_hash.to_vec()),
        email: &record.email,
        invitee: invitee.map(|known| {
            let other = known.key.is_some_and(|key| key != record.email.key());
            (known.id, known.text, other)
        }),
        inviter: inviter.as_ref().map(|known| (known.id, known.text.clone())),
        website,
        sender,
        group,
        message: &record.message,
        status: record.status,
        created_at: record.created_at,
        created_by: &Actor::Import.to_string(),
        sent_at: record.sent_at,
        registered_at: record.registered_at,
        expires_at: record.expires_at,
        old_code: record
            .code
            .as_deref()
            .map(|code| keyed_hash(taking.store.key(), OLD_CODE, code).to_vec()),
    };
    let id = insert(tx, &row).await?;
    around.taken.insert(id.0);
    if record.status.is_open() {
        around.open.insert(twin(record, website, inviter.as_ref()), id.0);
    }
    if record.was_resent() {
        sqlx::query("UPDATE invitation SET last_sent_at = ?, times_sent = ? WHERE id = ?")
            .bind(record.last_sent_at.map(|at| at.0))
            .bind(record.times_sent)
            .bind(id.0)
            .execute(&mut **tx)
            .await?;
    }
    Ok(Ok(id))
}

/// An imported row keeps its number where that is free. Numbers that a new row was given within the chunk are no longer free.
fn free_id(around: &Around, number: i64) -> Option<i64> {
    ((1..=LARGEST_ID).contains(&number) && !around.taken.contains(&number)).then_some(number)
}

fn twin(record: &InvitationRecord, website: WebsiteId, inviter: Option<&Known>) -> Twin {
    (record.email.key(), website.0, inviter.map_or(0, |known| known.id.0))
}

async fn open_twin(tx: &mut Tx, around: &Around, record: &InvitationRecord, website: WebsiteId) -> Result<Option<i64>, StoreError> {
    let inviter = match &record.inviter {
        None => None,
        Some(who) => match around.customers.find(tx, who, website).await? {
            Some(known) => Some(known),
            // Somebody who is not known yet has invited nobody.
            None => return Ok(None),
        },
    };
    Ok(around.open.get(&twin(record, website, inviter.as_ref())).copied())
}

async fn find_or_make(
    tx: &mut Tx,
    around: &mut Around,
    who: Option<&CustomerRef>,
    website: WebsiteId,
) -> Result<Option<Known>, StoreError> {
    match who {
        Some(who) => around.customers.find_or_make(tx, who, website).await.map(Some),
        None => Ok(None),
    }
}
