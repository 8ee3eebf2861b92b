//! Addresses and domains that another system sends nothing to.

use super::Fate;
use crate::domain::actor::Actor;
use crate::domain::import::SuppressionRecord;
use crate::domain::time::Moment;
use crate::store::{StoreError, Tx};

/// One that is here already stays as it is: since when and why it was first suppressed is what counts.
pub(super) async fn take(tx: &mut Tx, record: &SuppressionRecord, at: Moment) -> Result<Fate, StoreError> {
    let written = sqlx::query("INSERT OR IGNORE INTO suppression (address_key, reason, since, by) VALUES (?, ?, ?, ?)")
        .bind(&record.key)
        .bind(&record.reason)
        .bind(record.since.unwrap_or(at).0)
        .bind(Actor::Import.to_string())
        .execute(&mut **tx)
        .await?;
    Ok(if written.rows_affected() == 0 {
        Fate::Unchanged
    } else {
        Fate::Imported
    })
}
