//! The database's format, and what every connection to it is set to.

use super::part;
use crate::capabilities::storage::Error;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Marks the file as ours in SQLite's header: the letters STMP.
pub(super) const APPLICATION_ID: i32 = 0x5354_4d50;

/// The format of the tables below. It is raised with every change that an older program can't read.
pub(super) const FORMAT: i32 = 4;

/// The format before, with a table of the deleted keys' versions.
pub(super) const FORMAT_REMEMBERING: i32 = 3;

/// The first format: without a journal beside it, and without the name that ties the two together.
pub(super) const FORMAT_UNNAMED: i32 = 1;

/// What the merchants stored. The rows lie in the order in which they came, and the index beside them: with the values
/// in the tree of the keys a page of it holds a handful of keys, and a search goes through twice as many pages.
pub(super) const RECORDS: &str = "
    CREATE TABLE record (
        merchant TEXT NOT NULL,
        key TEXT NOT NULL,
        value TEXT NOT NULL,
        version INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX record_by_key ON record (merchant, key);
";

/// Around the tables' making: takes over the records of the formats before, which had them in the tree of the keys.
pub(super) const RECORDS_BEFORE: [&str; 2] = [
    "ALTER TABLE record RENAME TO record_before;",
    "INSERT INTO record SELECT merchant, key, value, version FROM record_before ORDER BY merchant, key;
     DROP TABLE record_before;",
];

/// Drops what the format before remembered of deleted keys.
pub(super) const REMEMBERED: &str = "DROP TABLE removed;";

/// A key's version in the format before, if it has one.
pub(super) const VERSION_BEFORE: &str = "
    SELECT version FROM record WHERE merchant = ?1 AND key = ?2
    UNION ALL SELECT version FROM removed WHERE merchant = ?1 AND key = ?2";

/// The other tables. `sequence` holds a bound: every write with a version before it is in the tables, and none from it on.
pub(super) const TABLES: &str = "
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

/// The database's name, by which its journal is known.
pub(super) const NAMED: &str = "
    CREATE TABLE identity (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        name TEXT NOT NULL
    ) STRICT;
    INSERT INTO identity VALUES (1, lower(hex(randomblob(16))));
";

/// Bytes of a page in a new file. Each changed page goes to the log whole, so larger ones cost more for scattered
/// small records; in smaller ones a record of a kilobyte no longer lies with its key.
const PAGE_BYTES: u64 = 8192;

/// Bytes of pages that the journal's writer keeps in memory: rows are only added at one end.
pub(super) const JOURNAL_CACHE: u64 = 1024 * 1024;

/// Bytes of pages that a reader keeps in memory: what many keys have in common, and what was just read. With more of them, each page that
/// it copies from the system's cache displaces one that the processor hasn't at hand either, and takes longer.
pub(super) const READER_CACHE: u64 = 1024 * 1024;

/// Bytes to which the log is cut back after a burst let it grow; up to there it is written over and
/// over in place, which the disk confirms more quickly than growth.
const LOG_KEPT_BYTES: u64 = 512 * 1024 * 1024;

/// How long a connection waits for a lock. Inside one process this happens only while SQLite
/// recovers its log or a checkpoint waits for readers to finish.
const BUSY: Duration = Duration::from_secs(5);

/// What a connection is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// The only one that changes something in its file.
    Writer,
    /// Copies the log into its file.
    Helper,
    Reader,
}

/// Where SQLite's log of a file is.
pub(super) fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// Opens a connection without touching the file's format. A file that isn't there is made, for its owner alone.
pub(super) fn connect(path: &Path) -> rusqlite::Result<Connection> {
    // A connection is used by one thread at a time, so SQLite's own locking would be for nothing.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    // Members' data are in it. What can't be made here SQLite can't open either, and says why.
    drop(part::own_file(path));
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    Ok(connection)
}

/// Sets a file, which may be new, to be written through a log.
pub(super) fn begin_file(connection: &Connection) -> rusqlite::Result<()> {
    // A file that is not empty keeps the pages it has.
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| {
        row.get::<_, String>(0).map(drop)
    })
}

/// Sets a connection for its role, with so many bytes of pages in memory.
pub(super) fn configure(connection: &Connection, role: Role, cache: u64) -> rusqlite::Result<()> {
    // Durable means that the disk confirmed it: FULL syncs the log with every transaction.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // It is decided here when the log goes into the file.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    match role {
        Role::Writer => connection.pragma_update(None, "journal_size_limit", LOG_KEPT_BYTES)?,
        Role::Helper => {}
        Role::Reader => connection.pragma_update(None, "query_only", true)?,
    }
    // Given in pages, the size would be positive.
    let kibibytes = i64::try_from(cache / 1024).unwrap_or(i64::MAX).max(256);
    connection.pragma_update(None, "cache_size", -kibibytes)
}

/// Begins to read the tables as they are at this instant: SQLite takes its snapshot with the first look.
pub(super) fn begin_snapshot(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN")?.raw_execute()?;
    let mut look = connection.prepare_cached("SELECT 1 FROM sequence")?;
    look.raw_query().next().map(drop)
}

/// What the port says of an error of SQLite's.
pub(super) fn error(error: &rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => Error::Full(error.to_string()),
        _ => Error::Unavailable(error.to_string()),
    }
}
