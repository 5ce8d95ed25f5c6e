//! The storage backends against the conformance suite, and what is SQLite's own: files that are not
//! ours, owners, a full disk, and processes that are killed.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests, helpers outside of test functions included"
)]

use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::conformance::{self, Backend};
use stampcard::capabilities::storage::{
    Error, Marks, Memory, OpenError, Outcome, Range, Row, Settings, Sqlite, Storage, Versioned,
    Write,
};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct InMemory;

impl Backend for InMemory {
    fn fresh(&self) -> Box<dyn Storage> {
        Box::new(Memory::new())
    }

    fn reopen(&self, _: Box<dyn Storage>) -> Option<Box<dyn Storage>> {
        None
    }
}

/// Each storage is a file of its own; the last one made is the one that is opened again.
struct InSqlite {
    folder: tempfile::TempDir,
    made: Cell<u32>,
    path: RefCell<PathBuf>,
}

impl Backend for InSqlite {
    fn fresh(&self) -> Box<dyn Storage> {
        self.made.set(self.made.get() + 1);
        let path = self.folder.path().join(format!("{}.db", self.made.get()));
        self.path.replace(path.clone());
        Box::new(Sqlite::open(&path).unwrap())
    }

    fn reopen(&self, storage: Box<dyn Storage>) -> Option<Box<dyn Storage>> {
        drop(storage);
        Some(Box::new(Sqlite::open(&self.path.borrow()).unwrap()))
    }
}

#[test]
fn memory_conforms() {
    assert_eq!(conformance::run(&InMemory), []);
}

#[test]
fn sqlite_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let backend = InSqlite {
        folder,
        made: Cell::new(0),
        path: RefCell::default(),
    };
    assert_eq!(conformance::run(&backend), []);
}

/// A backend with a fault: it forgets the versions of deleted keys at once.
struct Forgetful(Memory);

impl Storage for Forgetful {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, Error> {
        let mut found = self.0.read(merchant, keys)?;
        for one in found.iter_mut().filter(|one| one.value.is_none()) {
            one.version = 0;
        }
        Ok(found)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        self.0.scan(merchant, range)
    }

    fn commit(&self, merchant: &Merchant, writes: &[Write]) -> Result<Outcome, Error> {
        self.0.commit(merchant, writes)
    }
}

#[test]
fn the_suite_finds_a_fault() {
    struct Faulty;
    impl Backend for Faulty {
        fn fresh(&self) -> Box<dyn Storage> {
            Box::new(Forgetful(Memory::new()))
        }
        fn reopen(&self, _: Box<dyn Storage>) -> Option<Box<dyn Storage>> {
            None
        }
    }
    let findings: Vec<_> = conformance::run(&Faulty)
        .iter()
        .map(|one| one.check)
        .collect();
    let expected = [
        "version: 0 until the first write",
        "version: every write raises it, a delete too",
        "version: none comes back after opening again",
    ];
    assert_eq!(findings, expected);
    assert!(
        expected
            .iter()
            .all(|name| conformance::names().any(|known| known == *name))
    );
}

fn merchant(id: &str) -> Merchant {
    Merchant::new(id).unwrap()
}

fn put(key: &str, value: &str) -> Write {
    Write {
        key: key.to_owned(),
        value: Some(value.to_owned()),
        expect: None,
    }
}

#[test]
fn marks_are_apart_from_keys_and_merchants() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("marks.db");
    let check = |marks: &dyn Marks| {
        assert_eq!(marks.mark(&merchant("a"), "replay").unwrap(), None);
        marks.set_mark(&merchant("a"), "replay", "line 1").unwrap();
        marks.set_mark(&merchant("a"), "replay", "line 2").unwrap();
        assert_eq!(
            marks.mark(&merchant("a"), "replay").unwrap().as_deref(),
            Some("line 2")
        );
        assert_eq!(marks.mark(&merchant("b"), "replay").unwrap(), None);
        assert!(matches!(
            marks.set_mark(&merchant("a"), "", "x"),
            Err(Error::TooLarge(_))
        ));
    };
    check(&Memory::new());
    let sqlite = Sqlite::open(&path).unwrap();
    check(&sqlite);
    let all = Range {
        start: String::new(),
        end: "~".to_owned(),
        limit: 9,
        backward: false,
    };
    assert_eq!(sqlite.scan(&merchant("a"), &all).unwrap(), []);
    drop(sqlite);
    let again = Sqlite::open(&path).unwrap();
    assert_eq!(
        again.mark(&merchant("a"), "replay").unwrap().as_deref(),
        Some("line 2")
    );
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
                known: 1,
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
        match sqlite.commit(&shop, &[put(&format!("key/{written:05}"), &text)]) {
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
    let room = Write {
        key: names[0].clone(),
        value: None,
        expect: Some(found[0].version),
    };
    assert_eq!(sqlite.commit(&shop, &[room]).unwrap(), Outcome::Committed);
    assert_eq!(
        sqlite.commit(&shop, &[put("key/new", &text)]).unwrap(),
        Outcome::Committed
    );
}

/// Set for the process that is killed: the database that it writes to.
const VICTIM: &str = "STAMPCARD_TEST_VICTIM";
const THREADS: u32 = 8;
const KILLS: u32 = 10;

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    if let Some(path) = std::env::var_os(VICTIM) {
        write_until_killed(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.db");
    for round in 0..KILLS {
        let acknowledged = kill_after(&path, 100 + 37 * round);
        // The lock of the killed process is gone with it, so this opens.
        let sqlite = Sqlite::open(&path).unwrap();
        for (thread, last) in acknowledged {
            let shop = merchant(&format!("shop-{thread}"));
            let count = sqlite.read(&shop, &["count".to_owned()]).unwrap();
            let stored: u64 = count[0].value.as_deref().unwrap().parse().unwrap();
            // The commit under way may have been made without that anybody was told.
            assert!(
                stored == last || stored == last + 1,
                "{thread}: {stored} of {last}"
            );
            let keys: Vec<String> = (1..=stored)
                .map(|number| format!("entry/{number}"))
                .collect();
            for some in keys.chunks(1000) {
                let found = sqlite.read(&shop, some).unwrap();
                assert!(
                    found.iter().all(|entry| entry.value.is_some()),
                    "{thread} of {round}"
                );
            }
        }
    }
}

/// Has a process write, kills it after so many commits, and gives what it last acknowledged.
fn kill_after(path: &Path, commits: u32) -> BTreeMap<u32, u64> {
    let name = "a_killed_process_loses_nothing_that_it_acknowledged";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(VICTIM, path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut acknowledged = BTreeMap::new();
    let mut seen = 0;
    while let Some(Ok(line)) = lines.next() {
        // What the test harness prints stands between them; a last line may have been cut off.
        let words: Vec<&str> = line.split(' ').collect();
        if let ["acknowledged", thread, number, "."] = words[..] {
            acknowledged.insert(thread.parse().unwrap(), number.parse().unwrap());
            seen += 1;
            if seen == commits {
                child.kill().unwrap();
            }
        }
    }
    child.wait().unwrap();
    assert!(
        seen >= commits,
        "the process ended by itself after {seen} commits"
    );
    acknowledged
}

/// Each thread counts for a merchant of its own, with an entry for each number.
fn write_until_killed(path: &Path) -> ! {
    let sqlite = Sqlite::open(path).unwrap();
    let count = |thread: u32| {
        let shop = merchant(&format!("shop-{thread}"));
        loop {
            let now = sqlite.read(&shop, &["count".to_owned()]).unwrap().remove(0);
            let next = now
                .value
                .map_or(1, |count| count.parse::<u64>().unwrap() + 1);
            let mut writes = [
                put("count", &next.to_string()),
                put(&format!("entry/{next}"), "x"),
            ];
            writes[0].expect = Some(now.version);
            assert_eq!(sqlite.commit(&shop, &writes).unwrap(), Outcome::Committed);
            let line = format!("acknowledged {thread} {next} .\n");
            std::io::stdout().write_all(line.as_bytes()).unwrap();
        }
    };
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || count(thread));
        }
    });
    unreachable!("the threads count until they are killed")
}
