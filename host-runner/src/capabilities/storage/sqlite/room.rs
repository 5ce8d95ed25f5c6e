//! How much room a database's files take, and how much the disk has left.

use super::journal;
use crate::capabilities::storage::Room;
use std::path::Path;

/// What the database, its journal and the logs of both take, as the system says.
pub(super) fn look(database: &Path) -> Option<Room> {
    let files = [database.to_owned(), journal::path_of(database)];
    let sizes = files.iter().flat_map(|file| {
        let mut log = file.as_os_str().to_owned();
        log.push("-wal");
        [file.metadata(), Path::new(&log).metadata()]
    });
    // A log that was removed takes none.
    let used = sizes.flatten().map(|file| file.len()).sum();
    free(database.parent()?).map(|free| Room { used, free })
}

/// Bytes that are left on the disk of a folder; none where the system doesn't say.
pub(super) fn free(folder: &Path) -> Option<u64> {
    #[cfg(unix)]
    {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let disk = rustix::fs::statvfs(folder).ok()?;
        Some(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
    #[cfg(not(unix))]
    None
}

#[cfg(test)]
mod tests {
    use super::super::Sqlite;
    use crate::capabilities::Merchant;
    use crate::capabilities::storage::{Storage, Write};

    #[test]
    fn files_are_counted_with_what_lies_beside_them() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Sqlite::open(&folder.path().join("shop.db")).unwrap();
        let before = storage.room().unwrap();
        let write = Write {
            key: "k".to_owned(),
            value: Some("v".repeat(200_000)),
            expect: None,
        };
        storage
            .commit(&Merchant::new("shop").unwrap(), vec![write])
            .unwrap();
        let after = storage.room().unwrap();
        assert!(after.used >= before.used + 200_000, "{before:?} {after:?}");
        assert!(after.free > 0);
    }
}
