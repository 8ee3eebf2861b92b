//! What is kept: verbs of the domain over an embedded `SQLite` database.
//!
//! One connection writes (every change is one `BEGIN IMMEDIATE` transaction that also writes its history, its activity rows and the
//! rollups); a few read-only connections look. SQL stands nowhere else, and is never built from text that came from outside.

use crate::domain::code::LinkKey;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{Sqlite, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;

mod accept;
mod act;
mod actions;
mod catalog;
mod condition;
mod create;
mod demo;
mod detail;
mod facts;
mod history;
mod import;
mod memory;
mod open;
mod pages;
mod people;
mod progress;
mod reports;
mod rollup;
mod rows;
mod settings;
pub mod transmit;
mod undo;

pub use accept::{AcceptRefusal, Accepted};
pub use act::{ActContext, Applied};
pub use actions::{ActionSummary, UndoState};
pub use condition::Viewpoint;
pub use create::NewRow;
pub use facts::RulesAt;
pub use import::{ImportRun, Keep};
pub use open::{MINIMUM_SQLITE, OpenOptions};
pub use pages::{Page, PageFrom, Place, Totals};
pub use progress::Progress;
pub use undo::Undone;

/// What went wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// `SQLite` said so.
    #[error("the database: {0}")]
    Sql(#[from] sqlx::Error),
    /// A migration failed.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A file could not be used.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The library is too old to be trusted with several writers.
    #[error(
        "SQLite {found} can corrupt a database with several writers: {} or later is needed",
        MINIMUM_SQLITE
    )]
    TooOld {
        /// The version found.
        found: String,
    },
    /// A newer guestlist made the database.
    #[error("{path} was made by a newer guestlist (schema {found}, this one knows {known}): install that version, or open a backup")]
    Newer {
        /// Which.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// There is no database and none may be made.
    #[error("there is no database at {0}: open the console once, import something, or name another with --db")]
    Missing(PathBuf),
    /// The key of the links is missing or another one.
    #[error("{0}")]
    Key(String),
    /// Something that is named does not exist.
    #[error("{0}")]
    NotFound(String),
    /// The change may not be made.
    #[error("{0}")]
    Refused(String),
    /// A value in the database is not one that guestlist writes.
    #[error("the database holds something unexpected: {0}; run `guestlist doctor`, or go back to a backup")]
    Corrupt(String),
}

/// A transaction that writes.
pub(crate) type Tx = Transaction<'static, Sqlite>;

/// The database, open. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    /// One connection: `SQLite` has one writer, and waiting for it here is fairer than in its busy handler.
    writer: SqlitePool,
    /// A few connections that cannot write.
    readers: SqlitePool,
    /// One connection that only watches for changes: `data_version` is a connection's own count.
    watcher: SqlitePool,
    path: PathBuf,
    key: LinkKey,
    created: bool,
    read_only: bool,
}

impl Store {
    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// The key that the links are derived with.
    pub fn key(&self) -> &LinkKey {
        &self.0.key
    }

    /// Whether this very start made the database.
    pub fn is_new(&self) -> bool {
        self.0.created
    }

    /// Whether nothing can be changed.
    pub fn read_only(&self) -> bool {
        self.0.read_only
    }

    pub(crate) fn readers(&self) -> &SqlitePool {
        &self.0.readers
    }

    /// Begins a transaction that writes; waits for its turn.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreError> {
        if self.0.read_only {
            return Err(StoreError::Refused(
                "this console only looks: read_only is set, so nothing can be changed".to_owned(),
            ));
        }
        Ok(self.0.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// A number that differs once anything was committed by another connection, of this process or any other.
    pub async fn data_version(&self) -> Result<i64, StoreError> {
        Ok(sqlx::query_scalar("PRAGMA data_version").fetch_one(&self.0.watcher).await?)
    }

    /// Closes every connection; the write-ahead log is folded in when nobody else has the database open.
    pub async fn close(&self) {
        self.0.readers.close().await;
        self.0.watcher.close().await;
        self.0.writer.close().await;
    }
}

/// A column of a row, with an error that names it.
pub(crate) fn get<'r, T>(row: &'r SqliteRow, column: usize) -> Result<T, StoreError>
where
    T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
{
    Ok(sqlx::Row::try_get(row, column)?)
}

/// Identities as the JSON array that `json_each` takes: one bound value for any number of rows.
pub(crate) fn json_ids(ids: impl IntoIterator<Item = i64>) -> String {
    let mut text = String::from("[");
    for id in ids {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(&id.to_string());
    }
    text.push(']');
    text
}
