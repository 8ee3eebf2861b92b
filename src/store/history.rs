//! The timeline's rows: written in the same transaction as what they tell.

use super::{StoreError, Tx};
use crate::domain::actor::Actor;
use crate::domain::time::Moment;

/// One line for each of the rows (a JSON array of ids).
pub(super) async fn tell(tx: &mut Tx, ids: &str, at: Moment, event: &str, by: &Actor, detail: Option<&str>) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO history (invitation_id, at, event, by, detail) SELECT value, ?2, ?3, ?4, ?5 FROM json_each(?1)")
        .bind(ids)
        .bind(at.0)
        .bind(event)
        .bind(by.to_string())
        .bind(detail)
        .execute(&mut **tx)
        .await?;
    Ok(())
}
