//! Taking in what another system kept, chunk by chunk: each chunk is one transaction, together with its history and the sums.
//!
//! Identity comes before any other rule: a number of the other system that is known with the same content is *unchanged*, whatever staff
//! did to the row since; with another content it is refused. A dry run is one transaction that is rolled back.

mod catalog;
mod customers;
mod invitations;
mod orders;
mod references;
mod suppressions;

use super::{Store, StoreError, Tx, actions};
use crate::domain::actor::Actor;
use crate::domain::ids::ActionId;
use crate::domain::import::{Imported, Kind, Line, Record, RefusedLine};
use crate::domain::time::Moment;
use roaring::RoaringTreemap;

/// Why a number of the other system is refused.
const DIFFERS: &str = "already here, and differs";

/// Whether the database keeps what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// It does.
    Everything,
    /// It only tells what it would do.
    Nothing,
}

/// An import under way.
#[derive(Debug)]
pub struct ImportRun {
    store: Store,
    keep: Keep,
    /// The transaction of a dry run.
    open: Option<Tx>,
    action: ActionId,
    at: Moment,
    /// Numbers that this file held so far.
    seen: RoaringTreemap,
    told: Imported,
}

/// What became of one record.
enum Fate {
    Imported,
    Unchanged,
    Refused(String),
}

impl Fate {
    fn differs() -> Self {
        Self::Refused(DIFFERS.to_owned())
    }
}

/// What a chunk's statements need beside the transaction.
struct Taking<'a> {
    store: &'a Store,
    action: ActionId,
    at: Moment,
}

impl Store {
    /// Begins to take in a list; `source` names it in the activity log.
    pub async fn begin_import(&self, kind: Kind, source: &str, keep: Keep, by: &Actor, at: Moment) -> Result<ImportRun, StoreError> {
        let mut tx = self.begin().await?;
        let action = actions::begin(&mut tx, "import", by, at, None, Some(&format!("{} from {source}", kind.code())), 0).await?;
        let open = match keep {
            Keep::Nothing => Some(tx),
            Keep::Everything => {
                tx.commit().await?;
                None
            }
        };
        let told = Imported {
            kind,
            lines: 0,
            imported: 0,
            unchanged: 0,
            refused: Vec::new(),
        };
        Ok(ImportRun {
            store: self.clone(),
            keep,
            open,
            action,
            at,
            seen: RoaringTreemap::new(),
            told,
        })
    }
}

impl ImportRun {
    /// Takes in a chunk of records of one list, all or none of it.
    pub async fn take(&mut self, lines: Vec<Line>) -> Result<(), StoreError> {
        self.told.lines += lines.len() as u64;
        let mut chunk = Vec::with_capacity(lines.len());
        for Line { line, record } in lines {
            match record.and_then(|record| self.first_of_its_number(record)) {
                Ok(record) => chunk.push((line, record)),
                Err(reason) => self.told.refused.push(RefusedLine { line, reason }),
            }
        }
        let mut tx = match self.open.take() {
            Some(tx) => tx,
            None => self.store.begin().await?,
        };
        let taking = Taking {
            store: &self.store,
            action: self.action,
            at: self.at,
        };
        let fates = take_chunk(&mut tx, chunk, &taking).await?;
        match self.keep {
            Keep::Nothing => self.open = Some(tx),
            Keep::Everything => tx.commit().await?,
        }
        for (line, fate) in fates {
            match fate {
                Fate::Imported => self.told.imported += 1,
                Fate::Unchanged => self.told.unchanged += 1,
                Fate::Refused(reason) => self.told.refused.push(RefusedLine { line, reason }),
            }
        }
        Ok(())
    }

    /// A number stands for one record in a file, even when both say the same.
    fn first_of_its_number(&mut self, record: Record) -> Result<Record, String> {
        let Some(number) = external_id(&record) else { return Ok(record) };
        if self.seen.insert(number.unsigned_abs()) {
            Ok(record)
        } else {
            Err(format!("repeated id: number {number} stands earlier in this file"))
        }
    }

    /// Ends the import, and tells what became of the file.
    pub async fn finish(mut self) -> Result<Imported, StoreError> {
        if self.keep == Keep::Everything {
            let mut tx = self.store.begin().await?;
            sqlx::query("UPDATE action SET total = ?, done = ? WHERE id = ?")
                .bind(self.told.lines as i64)
                .bind(self.told.imported as i64)
                .bind(self.action.0)
                .execute(&mut *tx)
                .await?;
            actions::finish(&mut tx, self.action, self.at, false).await?;
            tx.commit().await?;
        } else if let Some(tx) = self.open.take() {
            tx.rollback().await?;
        }
        self.told.refused.sort_by_key(|refused| refused.line);
        Ok(self.told)
    }
}

const fn external_id(record: &Record) -> Option<i64> {
    Some(match record {
        Record::Invitation(record) => record.external_id,
        Record::Customer(record) => record.external_id,
        Record::Group(record) => record.external_id,
        Record::Website(record) => record.external_id,
        Record::Sender(record) => record.external_id,
        Record::Order(record) => record.external_id,
        Record::Suppression(_) => return None,
    })
}

/// A file holds one kind of record: the chunk is sorted by kind so that each is taken in as a set.
async fn take_chunk(tx: &mut Tx, chunk: Vec<(u64, Record)>, taking: &Taking<'_>) -> Result<Vec<(u64, Fate)>, StoreError> {
    let mut invitations = Vec::new();
    let mut customers = Vec::new();
    let mut orders = Vec::new();
    let mut fates = Vec::with_capacity(chunk.len());
    for (line, record) in chunk {
        match record {
            Record::Invitation(record) => invitations.push((line, *record)),
            Record::Customer(record) => customers.push((line, *record)),
            Record::Order(record) => orders.push((line, record)),
            Record::Group(record) => fates.push((line, catalog::group(tx, &record).await?)),
            Record::Website(record) => fates.push((line, catalog::website(tx, &record).await?)),
            Record::Sender(record) => fates.push((line, catalog::sender(tx, &record).await?)),
            Record::Suppression(record) => fates.push((line, suppressions::take(tx, &record, taking.at).await?)),
        }
    }
    if !invitations.is_empty() {
        fates.extend(invitations::take(tx, &invitations, taking).await?);
    }
    if !customers.is_empty() {
        fates.extend(customers::take(tx, &customers).await?);
    }
    if !orders.is_empty() {
        fates.extend(orders::take(tx, &orders).await?);
    }
    Ok(fates)
}
