//! Backups put back, and what is not.

use crate::backup::{at, backup, count, counted};
use stampcard::capabilities::storage::{BackupError, OpenError, RestoreError, Sqlite, restore};
use std::path::{Path, PathBuf};

/// A backup of a shop that counted to three, beside its open database.
fn made(folder: &Path) -> (Sqlite, PathBuf) {
    let sqlite = at(&folder.join("shop.db"));
    for number in 1..=3 {
        count(&sqlite, "shop", number, "x");
    }
    let file = folder.join("backup.db");
    backup(&sqlite, &file).unwrap();
    (sqlite, file)
}

#[test]
fn what_was_there_is_replaced_only_when_told_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let (sqlite, file) = made(folder.path());
    let path = folder.path().join("shop.db");
    count(&sqlite, "shop", 4, "x");
    let error = restore(&file, &path, true).unwrap_err();
    assert!(
        matches!(error, RestoreError::Open(OpenError::InUse { .. })),
        "{error:?}"
    );
    drop(sqlite);
    let error = restore(&file, &path, false).unwrap_err();
    assert!(matches!(error, RestoreError::Exists { .. }), "{error:?}");
    assert_eq!(counted(&at(&path), "shop"), 4);
    let restored = restore(&file, &path, true).unwrap();
    let former = restored.former.unwrap();
    assert_eq!(restored.records, 4);
    assert_eq!(counted(&at(&path), "shop"), 3);
    assert_eq!(counted(&at(&former), "shop"), 4);
    let error = restore(&file, &path, true).unwrap_err();
    assert!(matches!(error, RestoreError::Former { .. }), "{error:?}");
}

#[test]
fn the_journal_of_the_database_that_is_replaced_is_not_taken_for_the_backups() {
    let folder = tempfile::tempdir().unwrap();
    let (sqlite, file) = made(folder.path());
    let crashed = folder.path().join("crashed.db");
    count(&sqlite, "shop", 4, "x");
    for suffix in ["", "-wal", ".journal", ".journal-wal"] {
        let of = |path: &Path| format!("{}{suffix}", path.display());
        std::fs::copy(of(&folder.path().join("shop.db")), of(&crashed)).unwrap();
    }
    let former = restore(&file, &crashed, true).unwrap().former.unwrap();
    assert_eq!(counted(&at(&crashed), "shop"), 3);
    // Nothing of it is lost, either.
    assert_eq!(counted(&at(&former), "shop"), 4);
    // Put in place by hand beside that journal, it is refused.
    let by_hand = folder.path().join("hand.db");
    std::fs::copy(&file, &by_hand).unwrap();
    for suffix in [".journal", ".journal-wal"] {
        let of = |path: &Path| format!("{}{suffix}", path.display());
        std::fs::copy(of(&folder.path().join("shop.db")), of(&by_hand)).unwrap();
    }
    let error = Sqlite::open(&by_hand).unwrap_err();
    assert!(matches!(error, OpenError::Journal { .. }), "{error:?}");
}

#[test]
fn damaged_foreign_and_living_files_are_not_restored() {
    let folder = tempfile::tempdir().unwrap();
    let (sqlite, file) = made(folder.path());
    for number in 4..200 {
        count(&sqlite, "shop", number, &"x".repeat(500));
    }
    let large = folder.path().join("large.db");
    backup(&sqlite, &large).unwrap();
    let target = folder.path().join("target.db");
    let refused = |from: &Path| {
        let error = restore(from, &target, false).unwrap_err();
        assert!(!target.exists() && !from.with_extension("db.part").exists());
        error
    };
    let error = refused(&folder.path().join("shop.db"));
    assert!(
        matches!(error, RestoreError::Unfinished { .. }),
        "{error:?}"
    );
    let error = refused(&folder.path().join("none.db"));
    assert!(
        matches!(error, RestoreError::File(BackupError::File { .. })),
        "{error:?}"
    );

    let whole = std::fs::read(&large).unwrap();
    let broken = folder.path().join("broken.db");
    // Overwritten in the middle of its tables, cut off, and without the schema's tables.
    let mut bytes = whole.clone();
    bytes[4 * 8192..6 * 8192].fill(0x5a);
    std::fs::write(&broken, &bytes).unwrap();
    let error = refused(&broken);
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error:?}");
    std::fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    let error = refused(&broken);
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error:?}");
    std::fs::copy(&file, &broken).unwrap();
    let connection = rusqlite::Connection::open(&broken).unwrap();
    connection.execute_batch("DROP TABLE mark").unwrap();
    drop(connection);
    let error = refused(&broken);
    assert!(matches!(error, RestoreError::Damaged { .. }), "{error:?}");

    std::fs::write(
        &broken,
        "no database, but long enough to be read as one\n".repeat(99),
    )
    .unwrap();
    let error = refused(&broken);
    assert!(
        matches!(error, RestoreError::Open(OpenError::Foreign { .. })),
        "{error:?}"
    );
    std::fs::write(&broken, "").unwrap();
    let error = refused(&broken);
    assert!(
        matches!(error, RestoreError::Open(OpenError::Foreign { .. })),
        "{error:?}"
    );
    std::fs::copy(&file, &broken).unwrap();
    let connection = rusqlite::Connection::open(&broken).unwrap();
    connection.pragma_update(None, "user_version", 9).unwrap();
    drop(connection);
    let error = refused(&broken);
    assert!(
        matches!(error, RestoreError::Open(OpenError::Format { .. })),
        "{error:?}"
    );
    restore(&large, &target, false).unwrap();
    assert_eq!(counted(&at(&target), "shop"), 199);
}
