//! Customers by address, and the suppression list.

use super::{Store, StoreError, actions, get};
use crate::domain::actor::Actor;
use crate::domain::email::EmailAddress;
use crate::domain::ids::{CustomerId, GroupId, WebsiteId};
use crate::domain::time::Moment;

impl Store {
    /// The customer with this address, of the website if there is one there, and the group they are in.
    pub async fn customer_by_address(
        &self,
        address: &EmailAddress,
        website: WebsiteId,
    ) -> Result<Option<(CustomerId, Option<GroupId>)>, StoreError> {
        let sql = "SELECT id, group_id FROM customer WHERE email_key = ? ORDER BY website_id = ? DESC, id LIMIT 1";
        let row = sqlx::query(sql)
            .bind(address.key())
            .bind(website.0)
            .fetch_optional(self.readers())
            .await?;
        row.map(|row| Ok((CustomerId(get(&row, 0)?), get::<Option<i64>>(&row, 1)?.map(GroupId))))
            .transpose()
    }

    /// Puts an address or domain on the suppression list; false when it was there. `key` is an identity, or `@` and a domain.
    pub async fn suppress(&self, key: &str, reason: &str, by: &Actor, at: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let written = sqlx::query("INSERT OR IGNORE INTO suppression (address_key, reason, since, by) VALUES (?, ?, ?, ?)")
            .bind(key)
            .bind(reason)
            .bind(at.0)
            .bind(by.to_string())
            .execute(&mut *tx)
            .await?;
        actions::record_single(&mut tx, "suppress", by, at, None, Some(reason)).await?;
        tx.commit().await?;
        Ok(written.rows_affected() > 0)
    }

    /// Takes an address or domain off the suppression list; false when it was not there.
    pub async fn unsuppress(&self, key: &str, by: &Actor, at: Moment) -> Result<bool, StoreError> {
        let mut tx = self.begin().await?;
        let taken = sqlx::query("DELETE FROM suppression WHERE address_key = ?")
            .bind(key)
            .execute(&mut *tx)
            .await?;
        actions::record_single(&mut tx, "unsuppress", by, at, None, None).await?;
        tx.commit().await?;
        Ok(taken.rows_affected() > 0)
    }
}
