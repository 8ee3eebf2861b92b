//! The shared settings, and what the database knows about itself.

use super::{Store, StoreError, Tx, get, open};
use crate::domain::actor::Actor;
use crate::domain::code::LinkKey;
use crate::domain::ids::{SenderId, WebsiteId};
use crate::domain::settings::{Scope, Setting, Settings};
use crate::domain::time::Moment;
use sqlx::sqlite::SqlitePool;
use std::path::Path;

/// A fact's name in the database.
pub(super) mod fact {
    pub(in crate::store) const KEY_FINGERPRINT: &str = "key_fingerprint";
    pub(in crate::store) const ROLLUP_ZONE: &str = "rollup_zone";
    pub(in crate::store) const PAUSE: &str = "pause";
    pub(in crate::store) const BREAKER: &str = "breaker";
}

/// Reads the key of the links, or makes it together with a new database. A missing or other key is refused, never replaced.
pub(super) async fn link_key(pool: &SqlitePool, file: &Path, read_only: bool) -> Result<LinkKey, StoreError> {
    let known: Option<String> = sqlx::query_scalar("SELECT value FROM fact WHERE key = ?")
        .bind(fact::KEY_FINGERPRINT)
        .fetch_optional(pool)
        .await?;
    let text = match std::fs::read_to_string(file) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => {
            return Err(StoreError::File {
                path: file.to_owned(),
                error,
            });
        }
    };
    let shown = file.display();
    let key = match (text, &known) {
        (Some(text), _) => LinkKey::from_hex(text.trim()).ok_or_else(|| {
            StoreError::Key(format!(
                "{shown} is no key of guestlist's links (64 hexadecimal digits): restore it from your backup"
            ))
        })?,
        (None, Some(_)) => {
            return Err(StoreError::Key(format!(
                "the key of the links is missing at {shown}: without it no link in a mail already sent would open. \
                 Restore the file from your backup, or name its place with key_file in the configuration"
            )));
        }
        (None, None) => {
            let key = open::new_key()?;
            open::create_private(file, key.to_hex().as_bytes())?;
            key
        }
    };
    match known {
        Some(known) if known != key.fingerprint() => Err(StoreError::Key(format!(
            "{shown} is the key of another database: the links in mails already sent would not open. \
             Name the right file with key_file in the configuration, or restore it from your backup"
        ))),
        Some(_) => Ok(key),
        None if read_only => Ok(key),
        None => {
            sqlx::query("INSERT OR IGNORE INTO fact (key, value) VALUES (?, ?)")
                .bind(fact::KEY_FINGERPRINT)
                .bind(key.fingerprint())
                .execute(pool)
                .await?;
            Ok(key)
        }
    }
}

impl Store {
    /// The settings as they hold in `scope`. A sender's are those of its website where it has none of its own.
    pub async fn settings(&self, scope: Scope) -> Result<Settings, StoreError> {
        let (website, sender) = match scope {
            Scope::Global => (0, 0),
            Scope::Website(id) => (id.0, 0),
            Scope::Sender(id) => (0, id.0),
        };
        let rows = sqlx::query(
            "SELECT key, value FROM setting
             WHERE scope = 'global'
                OR (scope = 'website' AND scope_id = ifnull((SELECT website_id FROM sender WHERE id = ?2), ?1))
                OR (scope = 'sender' AND scope_id = ?2)
             ORDER BY CASE scope WHEN 'global' THEN 0 WHEN 'website' THEN 1 ELSE 2 END",
        )
        .bind(website)
        .bind(sender)
        .fetch_all(self.readers())
        .await?;
        let mut values = Vec::with_capacity(rows.len());
        for row in &rows {
            if let Ok(setting) = get::<String>(row, 0)?.parse::<Setting>() {
                values.push((setting, get::<String>(row, 1)?));
            }
        }
        Ok(Settings::from_values(values))
    }

    /// Sets a value that has passed its check.
    pub async fn set_setting(&self, setting: Setting, scope: Scope, value: &str, by: &Actor, at: Moment) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        write_setting(&mut tx, setting, scope, value, by, at).await?;
        if setting == Setting::Timezone {
            super::rollup::recut_days(&mut tx, value).await?;
        }
        super::actions::record_single(&mut tx, "settings", by, at, None, Some(&format!("{} = {value}", setting.code()))).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What the database knows about itself under `key`.
    pub(super) async fn fact(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT value FROM fact WHERE key = ?")
            .bind(key)
            .fetch_optional(self.readers())
            .await?)
    }
}

/// Writes a setting within a transaction.
pub(super) async fn write_setting(
    tx: &mut Tx,
    setting: Setting,
    scope: Scope,
    value: &str,
    by: &Actor,
    at: Moment,
) -> Result<(), StoreError> {
    let (word, id) = match scope {
        Scope::Global => ("global", 0),
        Scope::Website(WebsiteId(id)) => ("website", id),
        Scope::Sender(SenderId(id)) => ("sender", id),
    };
    sqlx::query(
        "INSERT INTO setting (key, scope, scope_id, value, set_by, set_at) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (key, scope, scope_id) DO UPDATE SET value = excluded.value, set_by = excluded.set_by, set_at = excluded.set_at",
    )
    .bind(setting.code())
    .bind(word)
    .bind(id)
    .bind(value)
    .bind(by.to_string())
    .bind(at.0)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Sets or clears a fact within a transaction.
pub(super) async fn write_fact(tx: &mut Tx, key: &str, value: Option<&str>) -> Result<(), StoreError> {
    match value {
        Some(value) => {
            sqlx::query("INSERT INTO fact (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
                .bind(key)
                .bind(value)
                .execute(&mut **tx)
                .await?;
        }
        None => {
            sqlx::query("DELETE FROM fact WHERE key = ?").bind(key).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Reads a fact within a transaction.
pub(super) async fn read_fact(tx: &mut Tx, key: &str) -> Result<Option<String>, StoreError> {
    Ok(sqlx::query_scalar("SELECT value FROM fact WHERE key = ?")
        .bind(key)
        .fetch_optional(&mut **tx)
        .await?)
}
