//! Websites, store views and groups of another system. Those without a number of their own that have the same code or name are taken over:
//! a new database starts with some.

use super::Fate;
use super::references::Shop;
use crate::domain::import::{GroupRecord, SenderRecord, WebsiteRecord};
use crate::store::{StoreError, Tx};

/// Whether the row with the file's number is there, and says the same.
enum Found {
    Same,
    Other,
    None,
}

impl Found {
    fn from_row(same: Option<i64>) -> Self {
        match same {
            Some(0) => Self::Other,
            Some(_) => Self::Same,
            None => Self::None,
        }
    }
}

pub(super) async fn group(tx: &mut Tx, record: &GroupRecord) -> Result<Fate, StoreError> {
    let same = sqlx::query_scalar("SELECT name = ? FROM customer_group WHERE external_id = ?")
        .bind(&record.name)
        .bind(record.external_id)
        .fetch_optional(&mut **tx)
        .await?;
    match Found::from_row(same) {
        Found::Same => return Ok(Fate::Unchanged),
        Found::Other => return Ok(Fate::differs()),
        Found::None => {}
    }
    let written = sqlx::query(
        "INSERT INTO customer_group (external_id, name) VALUES (?, ?)
         ON CONFLICT (name) DO UPDATE SET external_id = excluded.external_id WHERE external_id IS NULL",
    )
    .bind(record.external_id)
    .bind(&record.name)
    .execute(&mut **tx)
    .await?;
    Ok(taken(written.rows_affected(), "name", &record.name))
}

pub(super) async fn website(tx: &mut Tx, record: &WebsiteRecord) -> Result<Fate, StoreError> {
    let same = sqlx::query_scalar("SELECT (code, name, base_url) = (?, ?, ?) FROM website WHERE external_id = ?")
        .bind(&record.code)
        .bind(&record.name)
        .bind(&record.base_url)
        .bind(record.external_id)
        .fetch_optional(&mut **tx)
        .await?;
    match Found::from_row(same) {
        Found::Same => return Ok(Fate::Unchanged),
        Found::Other => return Ok(Fate::differs()),
        Found::None => {}
    }
    let written = sqlx::query(
        "INSERT INTO website (external_id, code, name, base_url) VALUES (?, ?, ?, ?)
         ON CONFLICT (code) DO UPDATE SET external_id = excluded.external_id, name = excluded.name, base_url = excluded.base_url
         WHERE external_id IS NULL",
    )
    .bind(record.external_id)
    .bind(&record.code)
    .bind(&record.name)
    .bind(&record.base_url)
    .execute(&mut **tx)
    .await?;
    Ok(taken(written.rows_affected(), "code", &record.code))
}

pub(super) async fn sender(tx: &mut Tx, record: &SenderRecord) -> Result<Fate, StoreError> {
    let website = match Shop::load(tx).await?.website(&record.website) {
        Ok(website) => website.0,
        Err(reason) => return Ok(Fate::Refused(reason)),
    };
    let same = sqlx::query_scalar(
        "SELECT website_id = ?1 AND code = ?2 AND name = ?3 AND from_name = ?4 AND from_email = ?5 AND reply_to IS ?6 AND locale = ?7
         FROM sender WHERE external_id = ?8",
    );
    let reply_to = record.reply_to.as_ref().map(ToString::to_string);
    let same = same
        .bind(website)
        .bind(&record.code)
        .bind(&record.name)
        .bind(&record.from_name)
        .bind(record.from_email.as_str())
        .bind(&reply_to)
        .bind(&record.locale)
        .bind(record.external_id)
        .fetch_optional(&mut **tx)
        .await?;
    match Found::from_row(same) {
        Found::Same => return Ok(Fate::Unchanged),
        Found::Other => return Ok(Fate::differs()),
        Found::None => {}
    }
    let written = sqlx::query(
        "INSERT INTO sender (website_id, code, name, from_name, from_email, reply_to, locale, external_id, mail_domain)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (code) DO UPDATE SET external_id = excluded.external_id, website_id = excluded.website_id, name = excluded.name,
             from_name = excluded.from_name, from_email = excluded.from_email, reply_to = excluded.reply_to, locale = excluded.locale,
             mail_domain = excluded.mail_domain
         WHERE external_id IS NULL",
    )
    .bind(website)
    .bind(&record.code)
    .bind(&record.name)
    .bind(&record.from_name)
    .bind(record.from_email.as_str())
    .bind(&reply_to)
    .bind(&record.locale)
    .bind(record.external_id)
    .bind(record.from_email.domain_ascii())
    .execute(&mut **tx)
    .await?;
    Ok(taken(written.rows_affected(), "code", &record.code))
}

/// Where nothing was written, the code or name belongs to another number.
fn taken(rows: u64, what: &str, word: &str) -> Fate {
    if rows == 0 {
        Fate::Refused(format!("the {what} “{word}” is here already, with another number"))
    } else {
        Fate::Imported
    }
}
