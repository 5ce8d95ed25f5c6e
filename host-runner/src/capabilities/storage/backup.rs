//! A backend's backup of its own, while commits go on.

use super::Error;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A backup that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// The file.
    pub file: PathBuf,
    /// Its bytes.
    pub bytes: u64,
    /// From the call to the file's last sync.
    pub time: Duration,
}

/// Why there is no backup. Under the name that was asked for there is nothing that wasn't there before.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The backend has no backup of its own.
    #[error(
        "this storage makes no backups by itself: a PostgreSQL server is backed up by pg_dump or a base backup"
    )]
    Elsewhere,
    /// A file of that name is there.
    #[error("{} is there already: name a file that doesn't exist", .path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Another backup is being made.
    #[error("another backup is being made")]
    Running,
    /// It was told to stop.
    #[error("the backup was stopped before its end")]
    Stopped,
    /// No room is left for the file: on its disk, in a quota or below a limit of file sizes.
    #[error("there is no room for {}: {cause}", .path.display())]
    Full {
        /// The file.
        path: PathBuf,
        /// What the system or SQLite says.
        cause: String,
    },
    /// The file can't be written.
    #[error("{} can't be written: {error}", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The database itself failed.
    #[error(transparent)]
    Storage(#[from] Error),
}

impl BackupError {
    /// What the system says of the file, want of room told apart.
    pub(super) fn of(path: &Path, error: io::Error) -> Self {
        let path = path.to_owned();
        match error.kind() {
            io::ErrorKind::StorageFull
            | io::ErrorKind::QuotaExceeded
            | io::ErrorKind::FileTooLarge => Self::Full {
                path,
                cause: error.to_string(),
            },
            _ => Self::File { path, error },
        }
    }
}
