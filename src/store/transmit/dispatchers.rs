//! Which dispatchers are alive, and what becomes of the mails of those that are not.
//!
//! Each dispatcher holds a locked file beside the database: a lock that is free proves its holder dead, at once. Everywhere there is
//! also a lease that it renews, for holders that are frozen or on another machine.

use super::claim::LEASE;
use super::record::{Answer, Record, Written, write};
use crate::domain::delivery::{Delivery, DeliveryEvent};
use crate::domain::filter::Via;
use crate::domain::ids::{AttemptId, DispatcherId, InvitationId};
use crate::domain::time::Moment;
use crate::store::open::{beside, open_lock};
use crate::store::{Store, StoreError, get};
use std::fs::File;
use std::path::PathBuf;

/// A dispatcher that is registered; its file stays locked while this lives.
#[derive(Debug)]
pub struct DispatcherHandle {
    /// Its number.
    pub id: DispatcherId,
    path: PathBuf,
    file: File,
}

/// What became of the mails of dead dispatchers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Recovered {
    /// Back in the queue: nothing of them had gone out.
    pub queued: u64,
    /// In doubt: they may have gone out.
    pub in_doubt: u64,
}

impl Recovered {
    fn add(&mut self, other: Self) {
        self.queued += other.queued;
        self.in_doubt += other.in_doubt;
    }
}

impl Store {
    /// Registers a dispatcher. The lock is taken before anybody can see it, so that nobody takes it for dead.
    pub async fn register_dispatcher(&self, name: &str, watch: bool, now: Moment) -> Result<DispatcherHandle, StoreError> {
        let mut token = [0u8; 8];
        getrandom::fill(&mut token).map_err(|error| StoreError::Refused(format!("no randomness for the dispatcher's lock: {error}")))?;
        let ending = format!("dispatcher-{:016x}.lock", u64::from_le_bytes(token));
        let path = beside(self.path(), &ending);
        let file = open_lock(&path)?;
        file.lock().map_err(|error| StoreError::File { path: path.clone(), error })?;
        let mut tx = self.begin().await?;
        let id: i64 =
            sqlx::query_scalar("INSERT INTO dispatcher (name, lock, watch, started_at, lease_until) VALUES (?, ?, ?, ?, ?) RETURNING id")
                .bind(name)
                .bind(ending)
                .bind(watch)
                .bind(now.0)
                .bind(now.plus(LEASE).0)
                .fetch_one(&mut *tx)
                .await?;
        tx.commit().await?;
        Ok(DispatcherHandle {
            id: DispatcherId(id),
            path,
            file,
        })
    }

    /// Renews the lease of a dispatcher and of every mail in its hand.
    pub async fn renew_lease(&self, handle: &DispatcherHandle, now: Moment) -> Result<(), StoreError> {
        let until = now.plus(LEASE).0;
        let mut tx = self.begin().await?;
        sqlx::query("UPDATE dispatcher SET lease_until = ? WHERE id = ?")
            .bind(until)
            .bind(handle.id.0)
            .execute(&mut *tx)
            .await?;
        sqlx::query("UPDATE mail SET lease_until = ? WHERE dispatcher_id = ?")
            .bind(until)
            .bind(handle.id.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// A dispatcher that ends cleanly gives back what it has claimed.
    pub async fn retire_dispatcher(&self, handle: DispatcherHandle, now: Moment) -> Result<(), StoreError> {
        self.recover_mails(handle.id, now, "the dispatcher stopped").await?;
        self.forget_dispatcher(handle.id).await?;
        // Removed while it is still locked: whoever opens the path from here on makes another file.
        let _ = std::fs::remove_file(&handle.path);
        drop(handle.file);
        Ok(())
    }

    /// Takes the mails of dead dispatchers back (claimed → queued, sending → in doubt). Writes nothing where all live.
    pub async fn recover(&self, own: Option<DispatcherId>, now: Moment) -> Result<Recovered, StoreError> {
        let rows = sqlx::query("SELECT id, lock, lease_until FROM dispatcher")
            .fetch_all(self.readers())
            .await?;
        let mut recovered = Recovered::default();
        for row in &rows {
            let id = DispatcherId(get(row, 0)?);
            if Some(id) == own {
                continue;
            }
            let path = beside(self.path(), &get::<String>(row, 1)?);
            let file = open_lock(&path)?;
            if file.try_lock().is_ok() {
                recovered.add(self.recover_mails(id, now, "its dispatcher died while sending").await?);
                self.forget_dispatcher(id).await?;
                let _ = std::fs::remove_file(&path);
            } else if Moment(get(row, 2)?) <= now {
                recovered.add(self.recover_mails(id, now, "its dispatcher did not answer for a minute").await?);
            }
        }
        Ok(recovered)
    }

    async fn recover_mails(&self, dispatcher: DispatcherId, now: Moment, why: &str) -> Result<Recovered, StoreError> {
        let sql = "SELECT invitation_id, attempt_id FROM mail WHERE dispatcher_id = ?";
        let mut recovered = Recovered::default();
        if sqlx::query(sql).bind(dispatcher.0).fetch_optional(self.readers()).await?.is_none() {
            return Ok(recovered);
        }
        let mut tx = self.begin().await?;
        for row in &sqlx::query(sql).bind(dispatcher.0).fetch_all(&mut *tx).await? {
            let record = Record {
                invitation: InvitationId(get(row, 0)?),
                event: DeliveryEvent::OwnerLost(AttemptId(get(row, 1)?)),
                answer: Answer {
                    code: None,
                    text: why.to_owned(),
                    words: why.to_owned(),
                },
                via: Via::Folder,
                at: now,
                luck: 0.5,
            };
            match write(&mut tx, &record).await? {
                Written::Now(Delivery::Queued) => recovered.queued += 1,
                Written::Now(Delivery::InDoubt) => recovered.in_doubt += 1,
                Written::Now(_) | Written::Stale => {}
            }
        }
        tx.commit().await?;
        Ok(recovered)
    }

    async fn forget_dispatcher(&self, id: DispatcherId) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        sqlx::query("DELETE FROM dispatcher WHERE id = ?")
            .bind(id.0)
            .execute(&mut *tx)
            .await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether a `dispatch --watch` serves the database: a console leaves the sending to it.
    pub async fn is_watched(&self, now: Moment) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM dispatcher WHERE watch = 1 AND lease_until > ?)";
        Ok(sqlx::query_scalar::<_, i64>(sql).bind(now.0).fetch_one(self.readers()).await? != 0)
    }
}
