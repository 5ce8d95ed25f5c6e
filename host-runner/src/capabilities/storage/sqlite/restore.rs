//! A backup is looked at and put where a host looks for its database.

use super::backup;
use super::exchange::{Exchange, FILES};
use super::file::{APPLICATION_ID, FORMAT, FORMAT_UNNAMED};
use super::open::{self, OpenError};
use super::part::{self, Part};
use crate::capabilities::storage::BackupError;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// What was put in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Bytes of the file.
    pub bytes: u64,
    /// Records of all merchants.
    pub records: u64,
    /// Where the database is that was there before, if one was.
    pub former: Option<PathBuf>,
}

/// Why nothing was put in place. What was there before still is, or has `.replaced` behind its name.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// A host has the database, or the file is no database of this program's formats.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// What is to be restored lies beside a journal.
    #[error(
        "{} has {} beside it, so it is no backup but the database of a host that runs or was killed: start and stop \
         that host, or have it make a backup", .path.display(), .beside.display()
    )]
    Unfinished {
        /// The file.
        path: PathBuf,
        /// What lies beside it.
        beside: PathBuf,
    },
    /// The file is one of ours, and not whole.
    #[error("{} is damaged, and nothing was restored: {found}", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite finds.
        found: String,
    },
    /// Something is there, and nobody said that it may be replaced.
    #[error("{} is there already, and is only replaced where that is asked for", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The database that was replaced before is still there.
    #[error(
        "{} is there from an earlier time: the database that is to be replaced now would get that name; move it away",
        .path.display()
    )]
    Former {
        /// The file.
        path: PathBuf,
    },
    /// A file can't be read or written.
    #[error(transparent)]
    File(#[from] BackupError),
}

/// Looks at all of a backup, and puts a copy of it in place of the database. What was there before is kept beside it, under its
/// name with `.replaced`.
///
/// # Errors
/// [`RestoreError`]; the database is as it was then. Where only the disk failed while the files changed places, or all was cut off, it
/// may be one that no host begins with ([`OpenError::Restoring`]) until a restore comes to its end.
pub fn restore(from: &Path, to: &Path, replace: bool) -> Result<Restored, RestoreError> {
    let source = File::open(from).map_err(|error| BackupError::of(from, error))?;
    for ending in FILES.iter().skip(1) {
        let beside = part::beside(from, ending);
        if beside.exists() {
            let path = from.to_owned();
            return Err(RestoreError::Unfinished { path, beside });
        }
    }
    let to = std::path::absolute(to).map_err(|error| BackupError::of(to, error))?;
    let _lock = open::lock(&to)?;
    let there = FILES.iter().map(|ending| part::beside(&to, ending));
    let there = there.filter(|file| file.exists()).collect::<Vec<_>>();
    if let Some(path) = there.first().filter(|_| !replace) {
        return Err(RestoreError::Exists { path: path.clone() });
    }
    let part = Part::begin(&to, replace)?;
    let failed = |error| BackupError::of(&to, error);
    io::copy(&mut &source, &mut part.file()).map_err(failed)?;
    let records = check(part.path(), from)?;
    let (bytes, former) = Exchange::new(&to, part).run()?;
    Ok(Restored {
        bytes,
        records,
        former,
    })
}

/// Whether a copy of the file is whole and one of ours; how many records it has. Its name becomes another one than the
/// original's, so that no journal is taken for its own.
fn check(copy: &Path, from: &Path) -> Result<u64, RestoreError> {
    let damaged = |found: String| RestoreError::Damaged {
        path: from.to_owned(),
        found,
    };
    let failed = |error: rusqlite::Error| match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => foreign(from),
        _ => damaged(error.to_string()),
    };
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(copy, flags).map_err(failed)?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    if number("application_id").map_err(failed)? != APPLICATION_ID {
        return Err(foreign(from));
    }
    let found = number("user_version").map_err(failed)?;
    if found <= FORMAT_UNNAMED || found > FORMAT {
        let (path, known) = (from.to_owned(), FORMAT);
        return Err(OpenError::Format { path, found, known }.into());
    }
    let sound = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    let sound: String = sound.map_err(failed)?;
    if sound != "ok" {
        return Err(damaged(sound));
    }
    let sql = "SELECT count(*), (SELECT bound FROM sequence), (SELECT name FROM identity), \
               (SELECT count(*) FROM mark) FROM record";
    let read = connection.query_row(sql, [], |row| {
        let _: (u64, String) = (row.get(1)?, row.get(2)?);
        row.get(0)
    });
    let records = read.map_err(failed)?;
    drop(connection);
    backup::rename_database(copy).map_err(failed)?;
    Ok(records)
}

fn foreign(path: &Path) -> RestoreError {
    let path = path.to_owned();
    OpenError::Foreign { path }.into()
}
