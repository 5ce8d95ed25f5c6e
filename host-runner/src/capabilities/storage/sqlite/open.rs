//! Opening a database file: who owns it, whether it is one of ours, and of which format.

use super::Settings;
use super::file::{APPLICATION_ID, FORMAT, PAGE_BYTES, Role, TABLES, configure, connect};
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

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

/// A database that is open.
pub(super) struct Opened {
    /// For the writer.
    pub(super) connection: Connection,
    /// For what is done beside the writer.
    pub(super) other: Connection,
    /// The first version that may be handed out.
    pub(super) sequence: u64,
}

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
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
            path: path.to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(failed(source)),
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
    let mut connection = connect(path).map_err(failed)?;
    // Looked at before anything is set, so that a file that isn't ours stays as it is.
    let (application, format, tables) = identity(&connection).map_err(failed)?;
    let fresh = application == 0 && format == 0 && tables == 0;
    if !fresh && application != APPLICATION_ID {
        return Err(OpenError::Foreign {
            path: path.to_owned(),
        });
    }
    if !fresh && format != FORMAT {
        let path = path.to_owned();
        return Err(OpenError::Format {
            path,
            found: format,
            known: FORMAT,
        });
    }
    let sequence = prepare(&mut connection, fresh, settings).map_err(failed)?;
    let other = connect(path)
        .and_then(|other| configure(&other, Role::Helper, settings).map(|()| other))
        .map_err(failed)?;
    Ok(Opened {
        connection,
        other,
        sequence,
    })
}

/// Application id, format, and how many tables and indexes there are.
fn identity(connection: &Connection) -> rusqlite::Result<(i32, i32, i64)> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get(0));
    let tables =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok((number("application_id")?, number("user_version")?, tables))
}

fn prepare(connection: &mut Connection, fresh: bool, settings: &Settings) -> rusqlite::Result<u64> {
    if fresh {
        connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    }
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| {
        row.get::<_, String>(0).map(drop)
    })?;
    configure(connection, Role::Writer, settings)?;
    if fresh {
        // In one transaction, so that a file is either still empty or complete.
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(TABLES)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", FORMAT)?;
        transaction.commit()?;
    }
    connection.query_row("SELECT bound FROM sequence", [], |row| row.get(0))
}
