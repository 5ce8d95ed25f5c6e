//! What is SQLite's own: files that are not ours, owners, formats, journals, and a full disk.

use super::backup::Small;
use super::{merchant, put};
use stampcard::capabilities::storage::{
    Error, Marks, OpenError, Outcome, Range, Settings, Sqlite, Storage, Write,
};
use std::path::Path;

/// Names of the files in a folder.
fn files(folder: &Path) -> Vec<String> {
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name();
    let names = std::fs::read_dir(folder).unwrap().map(name);
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_closed_file_is_whole_without_its_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sqlite = Sqlite::open(&path).unwrap();
    sqlite
        .commit(&merchant("shop"), vec![put("a", "1")])
        .unwrap();
    sqlite.set_mark(&merchant("shop"), "replay", "x").unwrap();
    assert!(files(folder.path()).contains(&"shop.db.journal".to_owned()));
    drop(sqlite);
    assert_eq!(files(folder.path()), ["shop.db", "shop.db.lock"]);
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sql = "SELECT value FROM record UNION ALL SELECT text FROM mark";
    let mut all = connection.prepare(sql).unwrap();
    let all: Vec<String> = all
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(all, ["1", "x"]);
}

#[test]
fn the_journal_of_another_database_is_refused_and_stays() {
    let folder = tempfile::tempdir().unwrap();
    let [mine, other] = ["mine.db", "other.db"].map(|name| folder.path().join(name));
    drop(Sqlite::open(&mine).unwrap());
    let open = Sqlite::open(&other).unwrap();
    open.commit(&merchant("shop"), vec![put("a", "1")]).unwrap();
    let journal = folder.path().join("mine.db.journal");
    for suffix in ["", "-wal"] {
        let from = folder.path().join(format!("other.db.journal{suffix}"));
        let to = folder.path().join(format!("mine.db.journal{suffix}"));
        std::fs::copy(from, to).unwrap();
    }
    let error = Sqlite::open(&mine).unwrap_err();
    assert!(matches!(error, OpenError::Journal { .. }), "{error:?}");
    assert!(journal.exists());
    std::fs::remove_file(journal).unwrap();
    std::fs::remove_file(folder.path().join("mine.db.journal-wal")).unwrap_or_default();
    assert_eq!(found(&Sqlite::open(&mine).unwrap(), "a"), (None, 0));
}

/// A running database's files, copied as a crash would leave them.
fn as_after_a_crash(database: &Path, copy: &Path) {
    for suffix in ["", "-wal", ".journal", ".journal-wal"] {
        let of = |path: &Path| format!("{}{suffix}", path.display());
        std::fs::copy(of(database), of(copy)).unwrap();
    }
}

#[test]
fn a_commit_of_many_rows_is_whole_after_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    let [path, copy] = ["shop.db", "copy.db"].map(|name| folder.path().join(name));
    let sqlite = Sqlite::open(&path).unwrap();
    let large = "x".repeat(1024 * 1024);
    let many: Vec<Write> = (0..40).map(|n| put(&format!("k{n}"), &large)).collect();
    sqlite.set_mark(&merchant("shop"), "replay", "x").unwrap();
    sqlite.commit(&merchant("shop"), many).unwrap();
    as_after_a_crash(&path, &copy);
    let again = Sqlite::open(&copy).unwrap();
    assert_eq!(found(&again, "k39"), (Some(large), found(&sqlite, "k0").1));
    let mark = again.mark(&merchant("shop"), "replay").unwrap();
    assert_eq!(mark.as_deref(), Some("x"));
}

#[test]
fn a_journal_of_an_older_format_is_refused_only_if_it_holds_something() {
    let folder = tempfile::tempdir().unwrap();
    let [path, copy] = ["shop.db", "copy.db"].map(|name| folder.path().join(name));
    let sqlite = Sqlite::open(&path).unwrap();
    sqlite
        .commit(&merchant("shop"), vec![put("a", "1")])
        .unwrap();
    as_after_a_crash(&path, &copy);
    let journal = rusqlite::Connection::open(folder.path().join("copy.db.journal")).unwrap();
    let older = "CREATE TABLE recent_0 (sequence INTEGER PRIMARY KEY, merchant TEXT);
        CREATE TABLE recent_1 (sequence INTEGER PRIMARY KEY, merchant TEXT);
        INSERT INTO recent_1 VALUES (1, 'shop')";
    journal.execute_batch(older).unwrap();
    let error = Sqlite::open(&copy).unwrap_err();
    assert!(matches!(error, OpenError::OlderJournal { .. }), "{error:?}");
    journal.execute_batch("DELETE FROM recent_1").unwrap();
    assert_eq!(
        found(&Sqlite::open(&copy).unwrap(), "a"),
        found(&sqlite, "a")
    );
}

#[test]
fn a_journal_that_should_be_gone_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    let sqlite = Sqlite::open(&path).unwrap();
    let shop = merchant("shop");
    let first = ["a", "b", "c"].map(|key| put(key, "1"));
    sqlite.commit(&shop, first.into()).unwrap();
    let names = ["shop.db.journal", "shop.db.journal-wal"].map(|name| folder.path().join(name));
    let copies = names.each_ref().map(|name| std::fs::read(name).unwrap());
    drop(sqlite);
    let sqlite = Sqlite::open(&path).unwrap();
    let remove = Write {
        key: "b".to_owned(),
        value: None,
        expect: None,
    };
    sqlite.commit(&shop, vec![put("a", "2"), remove]).unwrap();
    let later = ["a", "b", "c"].map(|key| found(&sqlite, key));
    assert!(later[1].1 > 0, "a delete is remembered");
    drop(sqlite);
    for (name, copy) in names.iter().zip(copies) {
        std::fs::write(name, copy).unwrap();
    }
    let sqlite = Sqlite::open(&path).unwrap();
    let [a, _, c] = later;
    let expected = [a, (None, 0), c];
    assert_eq!(["a", "b", "c"].map(|key| found(&sqlite, key)), expected);
}

/// Makes a file one of the formats before: with a table of deleted keys, d among them; at first with records in the tree
/// of their keys, and without a name.
fn of_format(path: &Path, format: i32) {
    let connection = rusqlite::Connection::open(path).unwrap();
    let removed = "
        CREATE TABLE removed (
            merchant TEXT NOT NULL,
            key TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (merchant, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX removed_by_version ON removed (version);
        INSERT INTO removed SELECT 'shop', 'd', bound - 1 FROM sequence;";
    connection.execute_batch(removed).unwrap();
    let before = "
        ALTER TABLE record RENAME TO later;
        DROP INDEX record_by_key;
        CREATE TABLE record (
            merchant TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT NOT NULL,
            version INTEGER NOT NULL,
            PRIMARY KEY (merchant, key)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO record SELECT merchant, key, value, version FROM later;
        DROP TABLE later;";
    if format < 3 {
        connection.execute_batch(before).unwrap();
    }
    if format == 1 {
        connection.execute_batch("DROP TABLE identity").unwrap();
    }
    connection
        .pragma_update(None, "user_version", format)
        .unwrap();
}

#[test]
fn a_file_of_a_format_before_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    for format in [1, 2, 3] {
        let path = folder.path().join(format!("{format}.db"));
        let sqlite = Sqlite::open(&path).unwrap();
        let shop = merchant("shop");
        let keys = ["b", "a", "d", "c"];
        sqlite
            .commit(&shop, keys.map(|key| put(key, key)).into())
            .unwrap();
        let remove = Write {
            key: "d".to_owned(),
            value: None,
            expect: None,
        };
        sqlite.commit(&shop, vec![remove]).unwrap();
        let removed = found(&sqlite, "d").1;
        let mut before = keys.map(|key| found(&sqlite, key));
        before[2].1 = 0;
        drop(sqlite);
        of_format(&path, format);
        for _ in 0..2 {
            let sqlite = Sqlite::open(&path).unwrap();
            assert_eq!(keys.map(|key| found(&sqlite, key)), before, "{format}");
        }
        let sqlite = Sqlite::open(&path).unwrap();
        let version = |key| found(&sqlite, key).1;
        let versions = keys.map(version);
        sqlite
            .commit(&shop, vec![put("a", "2"), put("d", "2")])
            .unwrap();
        assert!(version("a") > versions[1]);
        assert!(version("d") > removed);
        let all = Range {
            start: String::new(),
            end: "~".to_owned(),
            limit: 10,
            backward: true,
        };
        let rows = sqlite.scan(&shop, &all).unwrap();
        let rows: Vec<_> = rows.iter().map(|row| (&*row.key, &*row.value)).collect();
        assert_eq!(rows, [("d", "2"), ("c", "c"), ("b", "b"), ("a", "2")]);
    }
}

#[test]
fn a_journal_beside_a_file_of_the_format_before_is_taken_over_key_by_key() {
    let folder = tempfile::tempdir().unwrap();
    let [path, copy] = ["shop.db", "copy.db"].map(|name| folder.path().join(name));
    let sqlite = Sqlite::open(&path).unwrap();
    let keys = ["a", "b", "d"];
    let shop = merchant("shop");
    let all = keys.map(|key| put(key, "1"));
    sqlite.commit(&shop, all.into()).unwrap();
    let b = found(&sqlite, "b");
    as_after_a_crash(&path, &copy);
    // The bound is past all of them; d was deleted later, and a is there already.
    let connection = rusqlite::Connection::open(&copy).unwrap();
    let later = "
        UPDATE sequence SET bound = 100;
        INSERT INTO record VALUES ('shop', 'a', '0', 50);";
    connection.execute_batch(later).unwrap();
    drop(connection);
    of_format(&copy, 3);
    let again = Sqlite::open(&copy).unwrap();
    let later = (Some("0".to_owned()), 50);
    assert_eq!(keys.map(|key| found(&again, key)), [later, b, (None, 0)]);
    let connection = rusqlite::Connection::open(&copy).unwrap();
    assert!(!connection.table_exists(None, "removed").unwrap());
}

/// A key's value and version.
fn found(sqlite: &Sqlite, key: &str) -> (Option<String>, u64) {
    let mut found = sqlite.read(&merchant("shop"), &[key.to_owned()]).unwrap();
    let found = found.remove(0);
    (found.value, found.version)
}

#[test]
fn a_file_that_is_not_ours_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(
        &text,
        "Not a database at all, but long enough to be read as one.\n".repeat(99),
    )
    .unwrap();
    let other = folder.path().join("other.db");
    rusqlite::Connection::open(&other)
        .unwrap()
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    for path in [text, other] {
        let before = std::fs::read(&path).unwrap();
        let error = Sqlite::open(&path).unwrap_err();
        assert!(matches!(error, OpenError::Foreign { .. }), "{error:?}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }
    let error = Sqlite::open(&folder.path().join("no/such/folder.db")).unwrap_err();
    assert!(matches!(error, OpenError::File { .. }), "{error:?}");
}

#[test]
fn another_format_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newer.db");
    drop(Sqlite::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 7).unwrap();
    drop(connection);
    let error = Sqlite::open(&path).unwrap_err();
    assert!(
        matches!(
            error,
            OpenError::Format {
                found: 7,
                known: 4,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn one_host_owns_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("owned.db");
    let owner = Sqlite::open(&path).unwrap();
    let error = Sqlite::open(&path).unwrap_err();
    assert!(matches!(error, OpenError::InUse { .. }), "{error:?}");
    drop(owner);
    Sqlite::open(&path).unwrap();
}

#[test]
fn a_full_disk_says_so_and_goes_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    let Some(_small) = Small::mount(&small, 12) else {
        return;
    };
    let sqlite = Sqlite::open(&small.join("shop.db")).unwrap();
    let others = small.join("others");
    std::fs::write(&others, vec![0; 6 * 1024 * 1024]).unwrap();
    let text = "x".repeat(100_000);
    let commit = |number: u32| {
        let write = put(&format!("key/{number}"), &text);
        sqlite.commit(&merchant("shop"), vec![write])
    };
    let refused = (0..200).find_map(|number| Some((number, commit(number).err()?)));
    let (full, error) = refused.unwrap();
    assert!(matches!(error, Error::Full(_)), "{error:?}");
    assert_eq!(found(&sqlite, "key/0").0.as_deref(), Some(text.as_str()));
    std::fs::remove_file(others).unwrap();
    assert_eq!(commit(full), Ok(Outcome::Committed));
    assert_eq!(found(&sqlite, &format!("key/{full}")).0, Some(text.clone()));
}

#[test]
fn a_full_database_says_so_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.db");
    let settings = Settings {
        largest: Some(1024 * 1024),
        ..Settings::default()
    };
    let sqlite = Sqlite::open_with(&path, &settings).unwrap();
    let shop = merchant("shop");
    let text = "x".repeat(10_000);
    let mut written = 0;
    let full = loop {
        match sqlite.commit(&shop, vec![put(&format!("key/{written:05}"), &text)]) {
            Ok(Outcome::Committed) => written += 1,
            other => break other,
        }
    };
    assert!(matches!(full, Err(Error::Full(_))), "{full:?}");
    assert!(
        (50..110).contains(&written),
        "{written} values of 10 kB went into 1 MiB"
    );
    let names = ["key/00000".to_owned(), format!("key/{written:05}")];
    let found = sqlite.read(&shop, &names).unwrap();
    assert_eq!(found[0].value.as_deref(), Some(text.as_str()));
    assert_eq!((found[1].value.as_deref(), found[1].version), (None, 0));
    // The last one may have gone a page over the bound, so that room is made for more than one.
    let room = ["key/00000", "key/00001", "key/00002"].map(|key| Write {
        key: key.to_owned(),
        value: None,
        expect: None,
    });
    assert_eq!(
        sqlite.commit(&shop, room.into()).unwrap(),
        Outcome::Committed
    );
    assert_eq!(
        sqlite.commit(&shop, vec![put("key/new", &text)]).unwrap(),
        Outcome::Committed
    );
}
