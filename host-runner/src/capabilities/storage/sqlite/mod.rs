//! Storage in SQLite: the default, and enough for a single host.
//!
//! One thread writes. It takes all commits that wait, of all merchants, adds them to a journal in one transaction, and has
//! the disk confirm once for all of them. What has gathered in the journal is held in memory, too, and goes into the
//! tables from time to time, in the tables' order, by a thread of its own. Readers have connections of their own and see
//! the state of one instant, of the tables and what changed of late together.

mod backup;
mod contents;
mod exchange;
mod file;
mod fingerprint;
mod flush;
mod folder;
mod journal;
mod layer;
mod log;
mod lookup;
mod open;
mod part;
mod pool;
mod queue;
mod read_ahead;
mod readers;
mod recent;
mod remains;
mod restore;
mod room;
mod rows;
mod scribe;
mod seen;
mod staged;
mod tables;
mod text;
mod ticket;
mod writer;

pub use open::OpenError;
pub use restore::{RestoreError, Restored, restore};

use super::{
    Backup, BackupError, Error, Marks, Outcome, Promise, Range, Room, Row, Storage, Versioned,
    Write, check_commit, check_mark, check_read, check_scan,
};
use crate::capabilities::Merchant;
use lookup::Lookup;
use queue::Work;
use read_ahead::ReadAhead;
use readers::Readers;
use recent::Recent;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use writer::Writer;

/// How a database is opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Connections that read at the same time, 1 or more; further readers wait. Default: 8, since
    /// reads are short and more than a few per core gain nothing.
    pub readers: usize,
    /// Bytes of pages that the threads which fill and check the tables keep in memory, each. Default: 16 MiB. More gains nothing, since
    /// the system's own file cache stands behind it.
    pub cache: u64,
    /// Bytes of changes that gather in the journal, and in memory, before they go into the tables in one transaction; as
    /// much again may gather while they do, and as much stays in memory after it. The more there are, the more of
    /// them lie on one page. Default: 128 MiB. Changes of five seconds ago go into the tables however few they are,
    /// or of ten where the journal is still being cleared of those before.
    pub recent: u64,
    /// Bytes of data in the tables at which commits are answered as full. What was taken before may bring the file a
    /// little above it, since pages are never quite filled; the journal and its log come to some 800 MiB beside it, and to a gigabyte more where the disk is slow.
    /// None, the default: the disk is the limit.
    pub largest: Option<u64>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            readers: 8,
            cache: 16 * 1024 * 1024,
            recent: 128 * 1024 * 1024,
            largest: None,
        }
    }
}

/// One SQLite database file, owned by this process while it is open.
///
/// Beside the file lie, while it is open or after a crash, its `.journal`, SQLite's `-wal` and `-shm` of both, and a
/// `.lock`, which the operating system releases when the process ends, however it ends. The file alone is whole after it
/// was closed.
#[derive(Debug)]
pub struct Sqlite {
    // The order of the fields is the order in which they are dropped: the lock is given back last.
    writer: Writer,
    readers: Readers,
    ahead: ReadAhead,
    path: PathBuf,
    recent: Arc<Recent>,
    /// Held by the backup that is being made.
    copying: Mutex<()>,
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
        let recent = Arc::new(Recent::default());
        let lookup = Arc::new(Lookup::default());
        let ahead = ReadAhead::new(path, Arc::clone(&recent), Arc::clone(&lookup));
        let readers = Readers::new(path, settings, Arc::clone(&recent), lookup);
        let started = Writer::start(opened, Arc::clone(&recent), settings.clone());
        let writer = started.map_err(|source| OpenError::File {
            path: path.to_owned(),
            source,
        })?;
        Ok(Self {
            writer,
            readers,
            ahead,
            path: path.to_owned(),
            recent,
            copying: Mutex::default(),
            _lock: lock,
        })
    }

    /// A commit for the writer, made ready on the caller's thread: there are many of those, and one that writes.
    fn work(&self, merchant: &Merchant, writes: Vec<Write>) -> Work {
        let changes = text::changes(&self.recent.prints, merchant, &writes);
        drop(writes);
        let merchant = merchant.clone();
        Work::Commit { merchant, changes }
    }
}

impl Storage for Sqlite {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        check_read(keys)?;
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        self.readers.read(merchant, keys)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        check_scan(range)?;
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        self.readers.scan(merchant, range)
    }

    fn scan_keys(&self, merchant: &Merchant, range: &Range) -> Result<Vec<String>, Error> {
        check_scan(range)?;
        if range.start >= range.end {
            return Ok(Vec::new());
        }
        self.readers.scan(merchant, range)
    }

    fn read_ahead(&self, merchant: &Merchant, keys: &[String]) -> bool {
        check_read(keys).is_ok() && self.ahead.ask(merchant, keys)
    }

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
        check_commit(&writes)?;
        if writes.is_empty() {
            return Ok(Outcome::Committed);
        }
        self.writer.run(self.work(merchant, writes))
    }

    fn commit_ahead(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Promise, Error> {
        check_commit(&writes)?;
        if writes.is_empty() {
            return Ok(Promise::known(Ok(Outcome::Committed)));
        }
        self.writer.begin(self.work(merchant, writes))
    }

    fn room(&self) -> Option<Room> {
        room::look(&self.path)
    }

    fn backup(&self, to: &Path, stop: &Arc<AtomicBool>) -> Result<Backup, BackupError> {
        backup::make(self, to, stop)
    }
}

impl Marks for Sqlite {
    fn mark(&self, merchant: &Merchant, name: &str) -> Result<Option<String>, Error> {
        check_mark(name, "")?;
        self.readers.mark(merchant, name)
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
