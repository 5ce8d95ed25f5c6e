//! A file that is written under another name, and gets its own once it is whole and on the disk.

use crate::capabilities::storage::BackupError;
use crate::private;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// What stands behind a file's name while it is being written.
pub(super) const ENDING: &str = ".part";

/// What SQLite may put beside it meanwhile.
const BESIDE: [&str; 3] = ["-journal", "-wal", "-shm"];

/// A file that is being written. Dropped before it is whole, it is removed.
#[derive(Debug)]
pub(super) struct Part {
    file: File,
    path: PathBuf,
    to: PathBuf,
    whole: bool,
}

impl Part {
    /// Begins it, anew where another one was cut off. Nobody else writes it at the same time.
    pub(super) fn begin(to: &Path, replace: bool) -> Result<Self, BackupError> {
        let failed = |error| BackupError::of(to, error);
        let path = beside(to, ENDING);
        let file = own_file(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(BackupError::Running),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        // Looked at under the lock: what was here before may have got its name just now.
        let there = to.try_exists().map_err(failed)?;
        if there && !replace {
            drop(fs::remove_file(&path));
            let path = to.to_owned();
            return Err(BackupError::Exists { path });
        }
        file.set_len(0).map_err(failed)?;
        Ok(Self {
            file,
            path,
            to: to.to_owned(),
            whole: false,
        })
    }

    /// Where it is for now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Gives it its name; its bytes. The disk has it when this returns.
    pub(super) fn place(mut self) -> Result<u64, BackupError> {
        let mut placed = || -> io::Result<u64> {
            self.file.sync_all()?;
            let bytes = self.file.metadata()?.len();
            fs::rename(&self.path, &self.to)?;
            self.whole = true;
            private::sync_folder_of(&self.to)?;
            Ok(bytes)
        };
        placed().map_err(|error| BackupError::of(&self.to, error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.whole {
            // What can't be removed is overwritten by the next one.
            drop(fs::remove_file(&self.path));
            for ending in BESIDE {
                drop(fs::remove_file(beside(&self.path, ending)));
            }
        }
    }
}

/// The path with something behind its name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A file to write that only its owner reads, where the system has that.
pub(super) fn own_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
