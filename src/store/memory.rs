//! What a console remembers for its operator.

use super::{Store, StoreError};

impl Store {
    /// What was remembered under `key`.
    pub async fn memory(&self, operator: &str, key: &str) -> Result<Option<String>, StoreError> {
        Ok(sqlx::query_scalar("SELECT value FROM memory WHERE operator = ? AND key = ?")
            .bind(operator)
            .bind(key)
            .fetch_optional(self.readers())
            .await?)
    }

    /// Remembers `value` under `key`.
    pub async fn remember(&self, operator: &str, key: &str, value: &str) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query(
            "INSERT INTO memory (operator, key, value) VALUES (?, ?, ?) ON CONFLICT (operator, key) DO UPDATE SET value = excluded.value",
        )
        .bind(operator)
        .bind(key)
        .bind(value)
        .execute(&mut *tx)
        .await?;
        tx.commit().await?;
        Ok(())
    }
}
