//! Opening a database file: who owns it, whether it is one of ours, and of which format.

use super::file::{
    APPLICATION_ID, FORMAT, FORMAT_REMEMBERING, FORMAT_UNNAMED, JOURNAL_CACHE, NAMED, RECORDS,
    RECORDS_BEFORE, REMEMBERED, Role, TABLES, VERSION_BEFORE, begin_file, configure, connect,
};
use super::fingerprint::Fingerprints;
use super::layer::Layer;
use super::{Settings, journal, part, tables};
use rusqlite::{Connection, ErrorCode, MAIN_DB, OptionalExtension, TransactionBehavior};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Why a database could not be opened, and what to do. The file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another host has it.
    #[error(
        "{path} is in use by another host: stop that one, or give this one a database of its own"
    )]
    InUse {
        /// The database file.
        path: PathBuf,
    },
    /// The file holds something else.
    #[error(
        "{path} is no database of this program: name one that is, or a file that doesn't exist yet, \
         which is then made"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// Written by a program with another format.
    #[error(
        "{path} has format {found}, and this program reads format {known}: use the program that \
         wrote it, or export there and import here"
    )]
    Format {
        /// The database file.
        path: PathBuf,
        /// The file's format.
        found: i32,
        /// The format of this program.
        known: i32,
    },
    /// The journal beside the database is another one's.
    #[error(
        "{path} is the journal of another database than {database}: put back the file that belongs to it, or \
         the journal that belongs to the database; only if its changes are not wanted, move it away"
    )]
    Journal {
        /// The journal.
        path: PathBuf,
        /// The database.
        database: PathBuf,
    },
    /// The journal holds changes in the format of an earlier program.
    #[error(
        "{path} was left by an earlier program, with changes that are not in the database yet: open and close the \
         database with that program once"
    )]
    OlderJournal {
        /// The journal.
        path: PathBuf,
    },
    /// A restore began to put another database in its place.
    #[error(
        "a restore into {path} was cut off: run it again, with the same backup or another; what was there before is \
         {path}.replaced"
    )]
    Restoring {
        /// The database file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{path} can't be opened: {source}; its folder must exist, and both must be writable")]
    File {
        /// The database file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// SQLite could not read or set up the file.
    #[error("{path} can't be opened as a database: {source}")]
    Database {
        /// The database file.
        path: PathBuf,
        /// What SQLite said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A database that is open, with nothing left in its journal.
pub(super) struct Opened {
    pub(super) path: PathBuf,
    /// Writes the tables.
    pub(super) tables: Connection,
    /// Reads versions from the tables.
    pub(super) base: Connection,
    /// Writes the journal.
    pub(super) journal: Connection,
    /// Copies the journal's log into its file.
    pub(super) journal_log: Connection,
    /// The first version that may be handed out.
    pub(super) next: u64,
    /// Bytes of the main database in use.
    pub(super) used: u64,
}

/// What a restore leaves beside a database until it comes to its end.
pub(super) fn note_of(database: &Path) -> PathBuf {
    part::beside(database, ".restoring")
}

/// How long another owner is waited for: one that is just ending, or a process that was just started by the former owner
/// and has its files until it runs.
const GRACE: Duration = Duration::from_millis(250);

/// Takes the file `<path>.lock` for as long as the returned handle lives.
pub(super) fn lock(path: &Path) -> Result<File, OpenError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let failed = |source| OpenError::File {
        path: path.to_owned(),
        source,
    };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(PathBuf::from(name))
        .map_err(failed)?;
    let since = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if since.elapsed() < GRACE => thread::sleep(GRACE / 50),
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::InUse {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
    }
}

/// Opens the database for writing, after the lock was taken.
pub(super) fn database(path: &Path, settings: &Settings) -> Result<Opened, OpenError> {
    let failed = |source: rusqlite::Error| match source.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::Foreign {
            path: path.to_owned(),
        },
        _ => OpenError::Database {
            path: path.to_owned(),
            source: source.into(),
        },
    };
    if note_of(path).exists() {
        let path = path.to_owned();
        return Err(OpenError::Restoring { path });
    }
    let mut connection = connect(path).map_err(failed)?;
    // Looked at before anything is set, so that a file that isn't ours stays as it is.
    let (application, format, tables) = identity(&connection).map_err(failed)?;
    let fresh = application == 0 && format == 0 && tables == 0;
    if !fresh && application != APPLICATION_ID {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    if !fresh && !(FORMAT_UNNAMED..=FORMAT).contains(&format) {
        let path = path.to_owned();
        return Err(OpenError::Format {
            path,
            found: format,
            known: FORMAT,
        });
    }
    // SQLite opens a file that may not be written all the same.
    if connection.is_readonly(MAIN_DB).map_err(failed)? {
        let (path, source) = (path.to_owned(), io::ErrorKind::PermissionDenied.into());
        return Err(OpenError::File { path, source });
    }
    let cache = settings.cache;
    let (name, bound) = prepare(&mut connection, fresh, format, cache).map_err(failed)?;
    let journal = match journal::open(path, &name).map_err(failed)? {
        journal::Found::Own(journal) => journal,
        journal::Found::Another => {
            return Err(OpenError::Journal {
                path: journal::path_of(path),
                database: path.to_owned(),
            });
        }
        journal::Found::Older => {
            return Err(OpenError::OlderJournal {
                path: journal::path_of(path),
            });
        }
    };
    let older = !fresh && format <= FORMAT_REMEMBERING;
    let next = recover(&mut connection, &journal, bound, older).map_err(failed)?;
    if older {
        forget(&mut connection).map_err(failed)?;
    }
    let other = |path: &Path, role, cache| {
        let other = connect(path)?;
        configure(&other, role, cache)?;
        Ok(other)
    };
    Ok(Opened {
        path: path.to_owned(),
        used: tables::used(&connection).map_err(failed)?,
        base: other(path, Role::Reader, cache).map_err(failed)?,
        journal_log: other(&journal::path_of(path), Role::Helper, JOURNAL_CACHE).map_err(failed)?,
        tables: connection,
        journal,
        next,
    })
}

/// Puts into the tables what an earlier run left in the journal; the first version that may be handed out. What is in them
/// already, or newer there, is passed over: so a journal that should be gone does no harm. In an older format the bound
/// may be too high to tell that.
fn recover(
    connection: &mut Connection,
    journal: &Connection,
    bound: u64,
    older: bool,
) -> rusqlite::Result<u64> {
    let (left, behind) = journal::left(journal)?;
    let next = bound.max(behind);
    if !left.is_empty() {
        let (mut newer, prints) = (Layer::default(), Fingerprints::default());
        for (merchant, key, entry) in left.keys() {
            let is_newer = if older {
                let known = connection.prepare_cached(VERSION_BEFORE)?;
                let known = { known }.query_row((merchant.as_str(), key), |row| row.get(0));
                known
                    .optional()?
                    .is_none_or(|known: u64| known < entry.version)
            } else {
                entry.version >= bound
            };
            if is_newer {
                let print = prints.of(merchant, key);
                newer.set(merchant, key.into(), print, entry.clone());
            }
        }
        for (merchant, name, text) in left.marks() {
            newer.set_mark(merchant, name.to_owned(), text.to_owned());
        }
        tables::fold(connection, &newer, next, || Ok(()))?;
        journal::clear(journal)?;
    }
    Ok(next)
}

/// Application id, format, and how many tables and indexes there are.
fn identity(connection: &Connection) -> rusqlite::Result<(i32, i32, i64)> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    let tables =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok((number("application_id")?, number("user_version")?, tables))
}

/// Makes the tables where they are not there yet, or those of the format before; the database's name, and the bound of
/// its versions.
fn prepare(
    connection: &mut Connection,
    fresh: bool,
    format: i32,
    cache: u64,
) -> rusqlite::Result<(String, u64)> {
    begin_file(connection)?;
    configure(connection, Role::Writer, cache)?;
    if fresh || format < FORMAT_REMEMBERING {
        // In one transaction, so that a file is either as it was or complete.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if fresh {
            transaction.execute_batch(RECORDS)?;
            transaction.execute_batch(TABLES)?;
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        } else {
            let [aside, over] = RECORDS_BEFORE;
            for sql in [aside, RECORDS, over] {
                transaction.execute_batch(sql)?;
            }
        }
        if fresh || format == FORMAT_UNNAMED {
            transaction.execute_batch(NAMED)?;
        }
        let made = if fresh { FORMAT } else { FORMAT_REMEMBERING };
        transaction.pragma_update(None, "user_version", made)?;
        transaction.commit()?;
    }
    let sql = "SELECT name, bound FROM identity, sequence";
    connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Makes a file of the format before one of this format, once its journal is in the tables.
fn forget(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.execute_batch(REMEMBERED)?;
    transaction.pragma_update(None, "user_version", FORMAT)?;
    transaction.commit()
}
