//! A backup while commits go on.
//!
//! The tables have, at any instant, all commits before some one and none after it, since a layer goes into them as one
//! transaction. So the writer is asked to put there what it has, and then the tables are copied as one reader sees them:
//! the journal is not needed.

use super::file::{self, Role};
use super::part::Part;
use super::queue::Work;
use super::recent::Recent;
use super::{Sqlite, room, tables};
use crate::capabilities::storage::{Backup, BackupError, Error};
use rusqlite::{Connection, ErrorCode};
use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, TryLockError};
use std::time::Instant;

/// Bytes of pages in memory while the tables are copied.
const CACHE: u64 = 8 * 1024 * 1024;

/// Steps of SQLite's between two looks at whether to go on: some thousand rows.
const STEPS: i32 = 10_000;

/// Bytes after which the disk confirms what was written: all of it at the end would hold up the syncs of commits.
const SYNC: u64 = 4 * 1024 * 1024;

/// Bytes that are to be free beside the backup, for the database's own growth meanwhile.
const SPARE: u64 = 64 * 1024 * 1024;

/// Makes one.
pub(super) fn make(of: &Sqlite, to: &Path, stop: &Arc<AtomicBool>) -> Result<Backup, BackupError> {
    let began = Instant::now();
    let _alone = match of.copying.try_lock() {
        Ok(alone) => alone,
        Err(TryLockError::Poisoned(alone)) => alone.into_inner(),
        Err(TryLockError::WouldBlock) => return Err(BackupError::Running),
    };
    let to = std::path::absolute(to).map_err(|error| BackupError::of(to, error))?;
    let part = Part::begin(&to, false)?;
    flush(of)?;
    copy(of, &part, &to, stop)?;
    let bytes = part.place()?;
    Ok(Backup {
        file: to,
        bytes,
        time: began.elapsed(),
    })
}

/// Has everything that was committed put into the tables.
fn flush(of: &Sqlite) -> Result<(), Error> {
    let (tell, told) = channel();
    of.writer.run(Work::Flush(tell))?;
    told.recv().unwrap_or_else(|_| {
        let gone = "the database's writer has stopped; restart the host";
        Err(Error::Unavailable(gone.to_owned()))
    })
}

/// Copies the tables as they are at one instant.
fn copy(of: &Sqlite, part: &Part, to: &Path, stop: &Arc<AtomicBool>) -> Result<(), BackupError> {
    let failed = |error: rusqlite::Error| told(&error, part.file(), to);
    let name = part.path().to_str().ok_or_else(|| {
        let text = "its name is not UTF-8";
        BackupError::of(to, io::Error::new(io::ErrorKind::InvalidInput, text))
    })?;
    let mut connection = file::connect(&of.path).map_err(failed)?;
    file::configure(&connection, Role::Helper, CACHE).map_err(failed)?;
    has_room(to, tables::used(&connection).map_err(failed)?)?;
    let written = part.file().try_clone();
    let written = written.map_err(|error| BackupError::of(to, error))?;
    let go_on = watch(written, Arc::clone(stop));
    connection
        .progress_handler(STEPS, Some(go_on))
        .map_err(failed)?;
    {
        let _held = Held::begin(&of.recent);
        let copied = connection.execute("VACUUM INTO ?1", [name]);
        copied.map_err(failed)?;
    }
    rename_database(part.path()).map_err(failed)
}

/// Tells SQLite whether to end early, and has the disk confirm what was written so far.
fn watch(written: File, stop: Arc<AtomicBool>) -> impl FnMut() -> bool + Send + 'static {
    let mut synced = 0;
    move || {
        let bytes = written.metadata().map_or(synced, |data| data.len());
        if bytes.saturating_sub(synced) >= SYNC {
            synced = bytes;
            // What can't be written is found again by the sync at the end.
            drop(written.sync_data());
        }
        stop.load(Ordering::Relaxed)
    }
}

/// Gives the copy a name of its own, so that the journal of the database that it was copied from is none of its own.
pub(super) fn rename_database(path: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = MEMORY; UPDATE identity SET name = lower(hex(randomblob(16)));",
    )
}

/// Whether the disk has room for so many bytes; where the system doesn't say it has.
fn has_room(to: &Path, bytes: u64) -> Result<(), BackupError> {
    let folder = to.parent().unwrap_or(Path::new("/"));
    match room::free(folder) {
        Some(free) if free < bytes.saturating_add(SPARE) => Err(BackupError::Full {
            path: to.to_owned(),
            cause: format!("{free} bytes are free, and {bytes} are needed with {SPARE} to spare"),
        }),
        _ => Ok(()),
    }
}

/// What the port says of an error of SQLite's, which may be one of the database or of the copy.
fn told(error: &rusqlite::Error, mut written: &File, to: &Path) -> BackupError {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted) => BackupError::Stopped,
        Some(ErrorCode::DiskFull) => BackupError::Full {
            path: to.to_owned(),
            cause: error.to_string(),
        },
        // SQLite doesn't say which file failed and why; the system does, when something is written there once more.
        Some(ErrorCode::SystemIoFailure) => {
            let again = written.seek(SeekFrom::End(0));
            let again = again.and_then(|_| written.write_all(&[0]));
            match again.and_then(|()| written.sync_data()) {
                Err(own) => BackupError::of(to, own),
                Ok(()) => BackupError::Storage(file::error(error)),
            }
        }
        _ => BackupError::Storage(file::error(error)),
    }
}

/// Says that the tables are read for long, as long as it is there.
struct Held<'r>(&'r Recent);

impl<'r> Held<'r> {
    fn begin(recent: &'r Recent) -> Self {
        recent.held.store(true, Ordering::Release);
        Self(recent)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.held.store(false, Ordering::Release);
    }
}
