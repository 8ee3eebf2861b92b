//! Opening the database: where it is made, set up, brought up to date and checked.

use super::{Inner, Store, StoreError};
use crate::domain::code::LinkKey;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The oldest `SQLite` that is safe with several writers on one write-ahead log.
pub const MINIMUM_SQLITE: &str = "3.51.3";

static MIGRATIONS: Migrator = sqlx::migrate!("assets/migrations/sqlite");

/// How long a writer waits for another process's transaction: none of ours takes a tenth of that.
const BUSY: Duration = Duration::from_mins(1);

/// How to open a database.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// The file.
    pub path: PathBuf,
    /// The key of the links.
    pub key_file: PathBuf,
    /// Make it where it is missing.
    pub create: bool,
    /// Only look.
    pub read_only: bool,
}

impl Store {
    /// Opens the database, makes it where that is asked, and brings its schema up to date.
    pub async fn open(options: &OpenOptions) -> Result<Self, StoreError> {
        let path = &options.path;
        let exists = fs::metadata(path).is_ok_and(|meta| meta.len() > 0);
        if !exists && (!options.create || options.read_only) {
            return Err(StoreError::Missing(path.clone()));
        }
        let lock = if options.read_only { None } else { Some(migration_lock(path)?) };
        // Whoever waited for the lock may find the database made meanwhile.
        let created = lock.is_some() && fs::metadata(path).map_or(true, |meta| meta.len() == 0);
        if created && !path.exists() {
            create_private(path, b"")?;
        }
        let (writer, readers, watcher) = pools(path, options.read_only);
        check_version(&readers).await?;
        check_schema(&writer, path, options.read_only).await?;
        if lock.is_some() {
            MIGRATIONS.run(&writer).await?;
        }
        let key = super::settings::link_key(&writer, &options.key_file, options.read_only).await?;
        drop(lock);
        let read_only = options.read_only;
        Ok(Self(Arc::new(Inner {
            writer,
            readers,
            watcher,
            path: path.clone(),
            key,
            created,
            read_only,
        })))
    }
}

fn pools(path: &Path, read_only: bool) -> (SqlitePool, SqlitePool, SqlitePool) {
    let base = SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(BUSY)
        .pragma("temp_store", "memory");
    let looking = base.clone().read_only(true).pragma("query_only", "on");
    let writing = if read_only {
        looking.clone()
    } else {
        base.journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("cache_size", "-16384")
    };
    let pool = |connections: u32, options: SqliteConnectOptions| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .idle_timeout(None)
            .max_lifetime(None)
            .acquire_timeout(Duration::from_mins(10))
            .test_before_acquire(false)
            .connect_lazy_with(options)
    };
    (pool(1, writing), pool(4, looking.clone()), pool(1, looking))
}

async fn check_version(pool: &SqlitePool) -> Result<(), StoreError> {
    let found: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    let number = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0)).collect::<Vec<u32>>();
    if number(&found) < number(MINIMUM_SQLITE) {
        Err(StoreError::TooOld { found })
    } else {
        Ok(())
    }
}

/// A newer schema is refused before anything is touched.
async fn check_schema(pool: &SqlitePool, path: &Path, read_only: bool) -> Result<(), StoreError> {
    let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or(0);
    let table: Option<i64> = sqlx::query_scalar("SELECT 1 FROM sqlite_schema WHERE name = '_sqlx_migrations'")
        .fetch_optional(pool)
        .await?;
    let found: i64 = match table {
        Some(_) => {
            sqlx::query_scalar("SELECT ifnull(max(version), 0) FROM _sqlx_migrations")
                .fetch_one(pool)
                .await?
        }
        None => 0,
    };
    if found > known {
        return Err(StoreError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    if read_only && found < known {
        return Err(StoreError::Refused(format!(
            "{} has an older schema and this console only looks: open it once without read_only, so that it is brought up to date",
            path.display()
        )));
    }
    Ok(())
}

/// Migrations take no lock of their own on `SQLite`: two consoles that start together would run them twice.
fn migration_lock(path: &Path) -> Result<File, StoreError> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(|error| StoreError::File {
            path: folder.to_owned(),
            error,
        })?;
    }
    let lock_path = beside(path, "lock");
    let file = private_options()
        .create(true)
        .truncate(false)
        .open(&lock_path)
        .map_err(|error| StoreError::File {
            path: lock_path.clone(),
            error,
        })?;
    file.lock().map_err(|error| StoreError::File { path: lock_path, error })?;
    Ok(file)
}

/// The file beside the database with another ending: `guestlist.db` and `lock` give `guestlist.db.lock`.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn private_options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a file that only its owner can read, and waits until it is on disk. A file that is there already is an error.
pub(super) fn create_private(path: &Path, content: &[u8]) -> Result<(), StoreError> {
    let wrong = |error| StoreError::File {
        path: path.to_owned(),
        error,
    };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    let mut file = private_options().create_new(true).open(path).map_err(wrong)?;
    file.write_all(content).map_err(wrong)?;
    file.sync_all().map_err(wrong)
}

/// Opens the file that proves a dispatcher alive while it is locked.
pub(super) fn open_lock(path: &Path) -> Result<File, StoreError> {
    private_options()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|error| StoreError::File {
            path: path.to_owned(),
            error,
        })
}

/// A new key from the operating system's randomness.
pub(super) fn new_key() -> Result<LinkKey, StoreError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes)
        .map_err(|error| StoreError::Key(format!("the operating system gave no randomness for the key of the links: {error}")))?;
    Ok(LinkKey::from_bytes(bytes))
}
