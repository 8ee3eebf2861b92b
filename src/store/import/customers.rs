//! Customers of another system; those whom only a number named get their address, and their invitations show it.

use super::Fate;
use super::references::Shop;
use crate::domain::import::CustomerRecord;
use crate::store::condition::search_text;
use crate::store::{StoreError, Tx, get, json_ids};
use serde::Serialize;
use std::collections::HashMap;

/// What is kept of a customer, to be compared with what the file says.
#[derive(Debug, PartialEq, Eq)]
struct Content {
    email: Option<String>,
    first_name: String,
    last_name: String,
    group: Option<i64>,
    website: Option<i64>,
    created_at: Option<i64>,
}

const SELECT: &str = "SELECT external_id, id, email, first_name, last_name, group_id, website_id, created_at FROM customer";

pub(super) async fn take(tx: &mut Tx, chunk: &[(u64, CustomerRecord)]) -> Result<Vec<(u64, Fate)>, StoreError> {
    let shop = Shop::load(tx).await?;
    let ids = json_ids(chunk.iter().map(|(_, record)| record.external_id));
    let mut known = HashMap::new();
    let sql = sqlx::AssertSqlSafe(format!("{SELECT} WHERE external_id IN (SELECT value FROM json_each(?))"));
    for row in &sqlx::query(sql).bind(&ids).fetch_all(&mut **tx).await? {
        known.insert(get::<i64>(row, 0)?, (get::<i64>(row, 1)?, read_content(row)?));
    }
    let mut fates = Vec::with_capacity(chunk.len());
    let mut relabelled = Vec::new();
    for (line, record) in chunk {
        let fate = match (content_of(&shop, record), known.get(&record.external_id)) {
            (Err(reason), _) => Fate::Refused(reason),
            (Ok(content), Some((_, kept))) if *kept == content => Fate::Unchanged,
            (Ok(content), Some((id, kept))) if kept.email.is_none() => {
                write(tx, *id, record, &content).await?;
                relabelled.push((*id, format!("unknown customer {}", record.external_id)));
                Fate::Imported
            }
            (Ok(_), Some(_)) => Fate::differs(),
            (Ok(content), None) => {
                let id = nameless_or_new(tx, record, &content).await?;
                write(tx, id, record, &content).await?;
                Fate::Imported
            }
        };
        fates.push((*line, fate));
    }
    relabel(tx, &relabelled).await?;
    Ok(fates)
}

fn read_content(row: &sqlx::sqlite::SqliteRow) -> Result<Content, StoreError> {
    Ok(Content {
        email: get(row, 2)?,
        first_name: get(row, 3)?,
        last_name: get(row, 4)?,
        group: get(row, 5)?,
        website: get(row, 6)?,
        created_at: get(row, 7)?,
    })
}

fn content_of(shop: &Shop, record: &CustomerRecord) -> Result<Content, String> {
    Ok(Content {
        email: Some(record.email.as_str().to_owned()),
        first_name: record.first_name.clone(),
        last_name: record.last_name.clone(),
        group: record.group.as_ref().map(|group| shop.group(group)).transpose()?.map(|id| id.0),
        website: record
            .website
            .as_ref()
            .map(|website| shop.website(website))
            .transpose()?
            .map(|id| id.0),
        created_at: record.created_at.map(|at| at.0),
    })
}

/// A customer whom only an address named is the one of the list; else there is a new one.
async fn nameless_or_new(tx: &mut Tx, record: &CustomerRecord, content: &Content) -> Result<i64, StoreError> {
    let sql = "UPDATE customer SET external_id = ?1 WHERE id =
               (SELECT id FROM customer WHERE email_key = ?2 AND website_id IS ?3 AND external_id IS NULL ORDER BY id LIMIT 1) RETURNING id";
    let known: Option<i64> = sqlx::query_scalar(sql)
        .bind(record.external_id)
        .bind(record.email.key())
        .bind(content.website)
        .fetch_optional(&mut **tx)
        .await?;
    if let Some(id) = known {
        return Ok(id);
    }
    let sql = "INSERT INTO customer (external_id) VALUES (?) RETURNING id";
    Ok(sqlx::query_scalar(sql).bind(record.external_id).fetch_one(&mut **tx).await?)
}

async fn write(tx: &mut Tx, id: i64, record: &CustomerRecord, content: &Content) -> Result<(), StoreError> {
    sqlx::query(
        "UPDATE customer SET email = ?, email_key = ?, first_name = ?, last_name = ?, group_id = ?, website_id = ?, created_at = ? WHERE id = ?",
    )
    .bind(record.email.as_str())
    .bind(record.email.key())
    .bind(&record.first_name)
    .bind(&record.last_name)
    .bind(content.group)
    .bind(content.website)
    .bind(content.created_at)
    .bind(id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One invitation as it reads now.
#[derive(Debug, Serialize)]
struct Label {
    id: i64,
    invitee: Option<String>,
    other: bool,
    inviter: Option<String>,
    search: String,
}

/// Shows the address of customers whom only their number named so far. The text of the number finds the rows by an index. What the sums
/// count by stays as it is, so that they need not be touched.
async fn relabel(tx: &mut Tx, customers: &[(i64, String)]) -> Result<(), StoreError> {
    if customers.is_empty() {
        return Ok(());
    }
    let texts: Vec<&str> = customers.iter().map(|(_, text)| text.as_str()).collect();
    let rows = sqlx::query(
        "SELECT i.id, i.email, i.email_key, coalesce(e.email, i.invitee), ifnull(e.email_key <> i.email_key, i.other_address),
             coalesce(r.email, i.inviter)
         FROM invitation i LEFT JOIN customer e ON e.id = i.invitee_id LEFT JOIN customer r ON r.id = i.inviter_id
         WHERE i.id IN (SELECT x.id FROM json_each(?1) j JOIN invitation x ON x.inviter = j.value COLLATE NOCASE
                        UNION SELECT x.id FROM json_each(?1) j JOIN invitation x ON x.invitee = j.value COLLATE NOCASE)",
    )
    .bind(serde_json::to_string(&texts).unwrap_or_default())
    .fetch_all(&mut **tx)
    .await?;
    let mut labels = Vec::with_capacity(rows.len());
    for row in &rows {
        let (email, invitee, inviter): (Option<String>, Option<String>, Option<String>) = (get(row, 1)?, get(row, 3)?, get(row, 5)?);
        let search = search_text(email.as_deref(), invitee.as_deref(), inviter.as_deref());
        labels.push(Label {
            id: get(row, 0)?,
            invitee,
            other: get::<i64>(row, 4)? != 0,
            inviter,
            search,
        });
    }
    sqlx::query(
        "UPDATE invitation SET invitee = l.value ->> 'invitee', other_address = l.value ->> 'other', inviter = l.value ->> 'inviter',
             search = l.value ->> 'search'
         FROM json_each(?) l WHERE invitation.id = l.value ->> 'id'",
    )
    .bind(serde_json::to_string(&labels).unwrap_or_default())
    .execute(&mut **tx)
    .await?;
    Ok(())
}
