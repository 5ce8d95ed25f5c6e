//! The database's format, and what every connection to it is set to.

use super::Settings;
use crate::capabilities::storage::Error;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// Marks the file as ours in SQLite's header: the letters STMP.
pub(super) const APPLICATION_ID: i32 = 0x5354_4d50;

/// The format of the tables below. It is raised with every change that an older program can't read.
pub(super) const FORMAT: i32 = 1;

/// The tables. `record` holds what the merchants stored. `removed` holds the versions of deleted keys
/// for a while, apart, so that scans never step over them; its index finds the old ones. `sequence`
/// holds a bound that no version handed out so far has reached.
pub(super) const TABLES: &str = "
    CREATE TABLE record (
        merchant TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (merchant, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE removed (
        merchant TEXT NOT NULL,
        key TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (merchant, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX removed_by_version ON removed (version);
    CREATE TABLE mark (
        merchant TEXT NOT NULL,
        name TEXT NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (merchant, name)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE sequence (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        bound INTEGER NOT NULL
    ) STRICT;
    INSERT INTO sequence VALUES (1, 1);
";

/// Bytes of a page in a new file. Each changed page goes to the log whole, so larger ones cost more for scattered
/// small records; in smaller ones a record of a kilobyte no longer lies with its key. By the bench of durable earns
/// this is the best of 4, 8 and 16 KiB.
pub(super) const PAGE_BYTES: u64 = 8192;

/// Bytes to which the log is cut back after a burst let it grow; up to there it is written over and
/// over in place, which the disk confirms more quickly than growth.
const LOG_KEPT_BYTES: u64 = 128 * 1024 * 1024;

/// How long a connection waits for a lock. Inside one process this happens only while SQLite
/// recovers its log or a checkpoint waits for readers to finish.
const BUSY: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The only one that changes something.
    Writer,
    /// Copies the log into the database.
    Helper,
    Reader,
}

/// Opens a connection without touching the file's format.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // A connection is used by one thread at a time, so SQLite's own locking would be for nothing.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Sets a connection for its role.
pub(super) fn configure(
    connection: &Connection,
    role: Role,
    settings: &Settings,
) -> rusqlite::Result<()> {
    // Durable means that the disk confirmed it: FULL syncs the log with every transaction.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // The writer decides when the log goes into the database.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    let cache = match role {
        Role::Writer => {
            connection.pragma_update(None, "journal_size_limit", LOG_KEPT_BYTES)?;
            if let Some(bytes) = settings.largest {
                // An older file has pages of another size.
                let size = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
                let pages = bytes.checked_div(size).unwrap_or(0).max(1);
                connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
            }
            settings.cache
        }
        Role::Helper => 0,
        Role::Reader => {
            connection.pragma_update(None, "query_only", true)?;
            settings.cache / 8
        }
    };
    // Given in pages, the size would be positive.
    let kibibytes = i64::try_from(cache / 1024).unwrap_or(i64::MAX).max(256);
    connection.pragma_update(None, "cache_size", -kibibytes)
}

/// What the port says of an error of SQLite's.
pub(super) fn error(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::Full(error.to_string()),
        _ => Error::Unavailable(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The bound is in bytes, whatever the pages of the file were when it was made.
    #[test]
    fn the_largest_size_counts_the_pages_that_the_file_has() {
        for (page, pages) in [(4_096, 64), (8_192, 32)] {
            let folder = tempfile::tempdir().unwrap();
            let connection = connect(&folder.path().join("old.db")).unwrap();
            connection.pragma_update(None, "page_size", page).unwrap();
            connection.execute_batch(TABLES).unwrap();
            let settings = Settings {
                largest: Some(256 * 1024),
                ..Settings::default()
            };
            configure(&connection, Role::Writer, &settings).unwrap();
            let most = connection.pragma_query_value(None, "max_page_count", |row| row.get(0));
            assert_eq!(most, Ok(pages), "pages of {page} bytes");
        }
    }
}
