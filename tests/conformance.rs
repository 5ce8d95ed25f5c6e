//! The storage backends against the conformance suite, and processes that are killed; `files` has what is SQLite's own, `backup`
//! and `restore` its backups, `postgres` all of PostgreSQL.

#![expect(
    clippy::unwrap_used,
    reason = "these are tests, helpers outside of test functions included"
)]

#[path = "conformance/backup.rs"]
mod backup;
#[path = "conformance/files.rs"]
mod files;
#[path = "conformance/migration.rs"]
mod migration;
#[path = "conformance/password.rs"]
mod password;
#[path = "conformance/postgres.rs"]
mod postgres;
#[path = "conformance/restore.rs"]
mod restore;

use stampcard::capabilities::Merchant;
use stampcard::capabilities::storage::conformance::{self, Backend};
use stampcard::capabilities::storage::{
    Error, Marks, Memory, Outcome, Range, Row, Settings, Sqlite, Storage, Versioned, Write,
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
    settings: Settings,
    made: Cell<u32>,
    path: RefCell<PathBuf>,
}

impl Backend for InSqlite {
    fn fresh(&self) -> Box<dyn Storage> {
        self.made.set(self.made.get() + 1);
        let path = self.folder.path().join(format!("{}.db", self.made.get()));
        self.path.replace(path.clone());
        Box::new(Sqlite::open_with(&path, &self.settings).unwrap())
    }

    fn reopen(&self, storage: Box<dyn Storage>) -> Option<Box<dyn Storage>> {
        drop(storage);
        let again = Sqlite::open_with(&self.path.borrow(), &self.settings);
        Some(Box::new(again.unwrap()))
    }
}

#[test]
fn memory_conforms() {
    assert_eq!(conformance::run(&InMemory), []);
}

/// The usual settings, and such that every group of commits goes into the tables at once.
fn settings() -> [Settings; 2] {
    let usual = Settings::default();
    let hasty = Settings {
        recent: 1,
        ..Settings::default()
    };
    [usual, hasty]
}

#[test]
fn sqlite_conforms() {
    for settings in settings() {
        let backend = InSqlite {
            folder: tempfile::tempdir().unwrap(),
            settings,
            made: Cell::new(0),
            path: RefCell::default(),
        };
        assert_eq!(conformance::run(&backend), []);
    }
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

    fn commit(&self, merchant: &Merchant, writes: Vec<Write>) -> Result<Outcome, Error> {
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

/// Set for the process that is killed: the database that it writes to.
const VICTIM: &str = "STAMPCARD_TEST_VICTIM";
/// Set for it, too: `1` if its journal goes into the tables all the time.
const HASTY: &str = "STAMPCARD_TEST_HASTY";
const THREADS: u32 = 8;
const KILLS: u32 = 20;

#[test]
fn a_killed_process_loses_nothing_that_it_acknowledged() {
    if let Some(path) = std::env::var_os(VICTIM) {
        write_until_killed(Path::new(&path));
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("killed.db");
    for round in 0..KILLS {
        // By turns with a journal that is long and one that is put into the tables all the time.
        let hasty = round % 2 == 1;
        let acknowledged = kill_after(&path, 100 + 37 * round, hasty);
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
fn kill_after(path: &Path, commits: u32, hasty: bool) -> BTreeMap<u32, u64> {
    let name = "a_killed_process_loses_nothing_that_it_acknowledged";
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([name, "--exact", "--nocapture"])
        .env(VICTIM, path)
        .env(HASTY, if hasty { "1" } else { "0" })
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
    let [usual, hasty] = settings();
    let is_hasty = std::env::var(HASTY).is_ok_and(|hasty| hasty == "1");
    let sqlite = Sqlite::open_with(path, if is_hasty { &hasty } else { &usual }).unwrap();
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
            assert_eq!(
                sqlite.commit(&shop, writes.into()).unwrap(),
                Outcome::Committed
            );
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
