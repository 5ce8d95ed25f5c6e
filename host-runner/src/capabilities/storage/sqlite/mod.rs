//! Storage in one SQLite file: the default, and enough for a single host.
//!
//! One thread writes. It takes all commits that wait, of all merchants, into one transaction and has
//! the disk confirm once for all of them. Readers have connections of their own and see the state of
//! one instant, beside the writer.

mod apply;
mod file;
mod log;
mod open;
mod queue;
mod readers;
mod writer;

pub use open::OpenError;

use super::{
    Error, Marks, Outcome, Range, Row, Storage, Versioned, Write, check_commit, check_mark,
    check_read, check_scan,
};
use crate::capabilities::Merchant;
use queue::Work;
use readers::Readers;
use std::path::Path;
use writer::Writer;

/// How a database is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Connections that read at the same time, 1 or more; further readers wait. Default: 8, since
    /// reads are short and more than a few per core gain nothing.
    pub readers: usize,
    /// Bytes of pages that the writer keeps in memory; each reader has an eighth of it. Default: 16
    /// MiB. More gains nothing, since the system's own file cache stands behind it.
    pub cache: u64,
    /// The file's size in bytes at which commits are answered as full; it is rounded down to pages.
    /// None, the default: the disk is the limit.
    pub largest: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            readers: 8,
            cache: 16 * 1024 * 1024,
            largest: None,
        }
    }
}

/// One SQLite database file, owned by this process while it is open.
///
/// Beside the file lie SQLite's `-wal` and `-shm` and a `.lock`, which the operating system releases
/// when the process ends, however it ends.
#[derive(Debug)]
pub struct Sqlite {
    // The order of the fields is the order in which they are dropped: the lock is given back last.
    writer: Writer,
    readers: Readers,
    _lock: std::fs::File,
}

impl Sqlite {
    /// Opens the database with the default settings, or makes it if the file is missing or empty.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        Self::open_with(path, &Settings::default())
    }

    /// Opens the database, or makes it if the file is missing or empty.
    ///
    /// # Errors
    /// [`OpenError`], which says what to do.
    pub fn open_with(path: &Path, settings: &Settings) -> Result<Self, OpenError> {
        let lock = open::lock(path)?;
        let opened = open::database(path, settings)?;
        let readers = Readers::new(path, settings);
        let writer =
            Writer::start(opened.connection, opened.other, opened.sequence).map_err(|source| {
                OpenError::File {
                    path: path.to_owned(),
                    source,
                }
            })?;
        Ok(Self {
            writer,
            readers,
            _lock: lock,
        })
    }
}

impl Storage for Sqlite {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        check_read(keys)?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        self.readers
            .snapshot(|connection| readers::read(connection, merchant, keys))
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        check_scan(range)?;
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        self.readers
            .snapshot(|connection| readers::scan(connection, merchant, range))
    }

    fn commit(&self, merchant: &Merchant, writes: &[Write]) -> Result<Outcome, Error> {
        check_commit(writes)?;
        if writes.is_empty() {
            return Ok(Outcome::Committed);
        }
        let (merchant, writes) = (merchant.clone(), writes.to_vec());
        self.writer.run(Work::Commit { merchant, writes })
    }
}

impl Marks for Sqlite {
    fn mark(&self, merchant: &Merchant, name: &str) -> Result<Option<String>, Error> {
        check_mark(name, "")?;
        self.readers
            .snapshot(|connection| readers::mark(connection, merchant, name))
    }

    fn set_mark(&self, merchant: &Merchant, name: &str, text: &str) -> Result<(), Error> {
        check_mark(name, text)?;
        let (merchant, name, text) = (merchant.clone(), name.to_owned(), text.to_owned());
        self.writer
            .run(Work::Mark {
                merchant,
                name,
                text,
            })
            .map(|_| ())
    }
}
