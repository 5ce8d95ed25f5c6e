//! PostgreSQL: the suite, several hosts on one database, servers that stop and come back, and what is refused. Each test starts
//! a server of its own; where its programs are missing, it says so and does nothing.

use crate::{merchant, put};
use stampcard::capabilities::messaging::SecretPlace;
use stampcard::capabilities::storage::conformance::{self, Backend};
use stampcard::capabilities::storage::postgres::{OpenError, Settings};
use stampcard::capabilities::storage::{Error, Marks, Outcome, Place, Postgres, Storage, Write};
use stampcard_tests::measure::postgres::{Postgres as Server, programs};
use std::cell::{Cell, RefCell};
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// A server in a folder of its own; none: there are no programs for it.
pub(crate) fn server() -> Option<(tempfile::TempDir, Server)> {
    if programs().is_none() {
        drop(std::io::stderr().write_all(b"skipped: PostgreSQL's programs are not here\n"));
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path()).unwrap();
    Some((folder, server))
}

pub(crate) fn open(server: &Server) -> Postgres {
    Postgres::open(&Settings::new(&server.url())).unwrap()
}

/// Each storage has a schema of its own; the last one made is the one that is opened again.
struct InPostgres {
    server: Server,
    made: Cell<u32>,
    schema: RefCell<String>,
}

impl InPostgres {
    fn open(&self) -> Box<dyn Storage> {
        let schema = self.schema.borrow();
        let url = format!("{}&options=-c%20search_path%3D{schema}", self.server.url());
        Box::new(Postgres::open(&Settings::new(&url)).unwrap())
    }
}

impl Backend for InPostgres {
    fn fresh(&self) -> Box<dyn Storage> {
        self.made.set(self.made.get() + 1);
        let schema = format!("s{}", self.made.get());
        self.server.say(&format!("CREATE SCHEMA {schema}")).unwrap();
        self.schema.replace(schema);
        self.open()
    }

    fn reopen(&self, storage: Box<dyn Storage>) -> Option<Box<dyn Storage>> {
        drop(storage);
        Some(self.open())
    }
}

#[test]
fn postgres_conforms() {
    let Some((_folder, server)) = server() else {
        return;
    };
    let backend = InPostgres {
        server,
        made: Cell::new(0),
        schema: RefCell::default(),
    };
    assert_eq!(conformance::run(&backend), []);
}

/// Adds one to a counter until it has come through; how often it had to try.
pub(crate) fn count(storage: &dyn Storage, key: &str) -> Result<(u64, u64), Error> {
    let shop = merchant("shop");
    for tries in 1.. {
        let found = storage.read(&shop, &[key.to_owned()])?.swap_remove(0);
        let number = found.value.as_deref().map_or(Ok(0), str::parse::<u64>);
        let number = number.unwrap();
        let write = Write {
            expect: Some(found.version),
            ..put(key, &(number + 1).to_string())
        };
        // An entry beside it, as a ledger has; nobody else may have made the same one.
        let entry = Write {
            expect: Some(0),
            ..put(&format!("{key}/{:06}", number + 1), "x")
        };
        if storage.commit(&shop, vec![write, entry])? == Outcome::Committed {
            return Ok((number + 1, tries));
        }
    }
    unreachable!()
}

#[test]
fn hosts_on_one_database_lose_nothing_to_each_other() {
    let Some((_folder, server)) = server() else {
        return;
    };
    // They make the tables at the same time, too.
    let hosts: Vec<Postgres> = std::thread::scope(|threads| {
        let opening: Vec<_> = (0..3).map(|_| threads.spawn(|| open(&server))).collect();
        opening.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let most = AtomicU64::new(0);
    std::thread::scope(|threads| {
        for host in &hosts {
            for _ in 0..4 {
                threads.spawn(|| {
                    for _ in 0..50 {
                        let (_, tries) = count(host, "count").unwrap();
                        most.fetch_max(tries, Ordering::Relaxed);
                    }
                });
            }
        }
    });
    let found = hosts[0]
        .read(&merchant("shop"), &["count".to_owned()])
        .unwrap();
    assert_eq!(found[0].value.as_deref(), Some("600"));
    assert!(most.load(Ordering::Relaxed) > 1, "they never met");
}

/// Commits of the same keys in another order each time, and of keys that are made and deleted: none waits for another for good.
#[test]
fn keys_in_any_order_never_lock_each_other_out() {
    let Some((_folder, server)) = server() else {
        return;
    };
    let hosts = [open(&server), open(&server)];
    let keys: Vec<String> = (0..12).map(|number| format!("key/{number:02}")).collect();
    std::thread::scope(|threads| {
        for (place, host) in hosts.iter().cycle().take(6).enumerate() {
            let keys = &keys;
            threads.spawn(move || {
                for round in 0..60 {
                    let mut chosen: Vec<&String> = keys.iter().skip(round % 5).collect();
                    chosen.rotate_left((round * 5 + place) % 7);
                    let write = |key: &&String| match (round + place) % 3 {
                        0 => Write {
                            value: None,
                            ..put(key, "")
                        },
                        _ => put(key, &format!("{place} {round}")),
                    };
                    let writes: Vec<Write> = chosen.iter().map(write).collect();
                    let outcome = host.commit(&merchant("shop"), writes).unwrap();
                    assert_eq!(outcome, Outcome::Committed);
                }
            });
        }
    });
    let found = hosts[0].read(&merchant("shop"), &keys).unwrap();
    // Each was written by every commit that chose it.
    assert_eq!(found[11].version, 360);
}

/// Where every transaction is serializable, a read may be what the server refuses: it began before somebody wrote what it reads,
/// who read before another one wrote that.
#[test]
fn a_read_that_others_came_across_is_made_again() {
    let Some((_folder, server)) = server() else {
        return;
    };
    let strict = "&options=-c%20default_transaction_isolation%3Dserializable";
    let storage = Postgres::open(&Settings {
        connections: 1,
        ..Settings::new(&format!("{}{strict}", server.url()))
    });
    let (storage, shop) = (storage.unwrap(), merchant("shop"));
    storage.commit(&shop, vec![put("key", "old")]).unwrap();
    let read = || storage.read(&shop, &["key".to_owned()]).unwrap()[0].clone();
    assert_eq!(read().value.as_deref(), Some("old"));
    server
        .say("CREATE TABLE other (n int); INSERT INTO other VALUES (0); CREATE SEQUENCE step")
        .unwrap();
    let until = |what: &str| {
        format!("DO $$ BEGIN WHILE NOT ({what}) LOOP PERFORM pg_sleep(0.01); END LOOP; END $$;")
    };
    let step = |number: u32| until(&format!("(SELECT last_value >= {number} FROM step)"));
    let lock = |granted: bool| {
        until(&format!(
            "EXISTS (SELECT FROM pg_locks WHERE relation = 'stampcard_rows'::regclass AND granted = {granted}
                 AND (NOT granted OR mode = 'AccessExclusiveLock'))"
        ))
    };
    let between = format!(
        "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT n FROM other; SELECT setval('step', 2); {} \
         LOCK TABLE stampcard_rows IN ACCESS EXCLUSIVE MODE; UPDATE stampcard_rows SET value = 'new'; {} COMMIT;",
        step(3),
        lock(false)
    );
    std::thread::scope(|threads| {
        let between = threads.spawn(|| server.say(&between).unwrap());
        server.say(&step(2)).unwrap();
        let first = "BEGIN ISOLATION LEVEL SERIALIZABLE; UPDATE other SET n = 1; COMMIT;";
        server.say(first).unwrap();
        server.say("SELECT setval('step', 3)").unwrap();
        server.say(&lock(true)).unwrap();
        assert_eq!(read().value.as_deref(), Some("new"));
        between.join().unwrap();
    });
}

#[test]
fn a_server_that_goes_away_and_comes_back() {
    let Some((_folder, mut server)) = server() else {
        return;
    };
    let storage = open(&server);
    count(&storage, "count").unwrap();
    server.stop().unwrap();
    for _ in 0..3 {
        let error = count(&storage, "count").unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error}");
    }
    server.again().unwrap();
    assert_eq!(count(&storage, "count").unwrap().0, 2);
}

#[test]
fn a_killed_server_loses_nothing_that_was_told() {
    let Some((_folder, mut server)) = server() else {
        return;
    };
    let storage = Arc::new(open(&server));
    let mut told = [0_u64; 4];
    for round in 0..5 {
        let (stop, made) = (AtomicBool::new(false), AtomicU64::new(0));
        let counted: Vec<u64> = std::thread::scope(|threads| {
            let count = |thread: usize| {
                let (storage, stop, mut last) = (storage.clone(), &stop, told[thread]);
                let made = &made;
                threads.spawn(move || {
                    while !stop.load(Ordering::Relaxed) {
                        match count(&*storage, &format!("count-{thread}")) {
                            Ok((number, _)) => {
                                last = number;
                                made.fetch_add(1, Ordering::Relaxed);
                            }
                            Err(_) => return last,
                        }
                    }
                    last
                })
            };
            let counting: Vec<_> = (0..4).map(count).collect();
            // After some commits at least, however slow the disk is.
            while made.load(Ordering::Relaxed) < 20 + 17 * round {
                std::thread::sleep(Duration::from_millis(5));
            }
            server.kill().unwrap();
            stop.store(true, Ordering::Relaxed);
            counting
                .into_iter()
                .map(|one| one.join().unwrap())
                .collect()
        });
        server.again().unwrap();
        for (thread, last) in counted.into_iter().enumerate() {
            let key = format!("count-{thread}");
            let found = storage.read(&merchant("shop"), &[key]).unwrap();
            let stored: u64 = found[0]
                .value
                .as_deref()
                .map_or(0, |text| text.parse().unwrap());
            // The commit under way may have been made without that anybody was told.
            assert!(stored == last || stored == last + 1, "{stored} of {last}");
            told[thread] = stored;
        }
    }
    assert!(told.iter().sum::<u64>() > 200, "{told:?}");
}

#[test]
fn what_was_deleted_long_ago_is_forgotten() {
    let Some((_folder, server)) = server() else {
        return;
    };
    let storage = open(&server);
    let shop = merchant("shop");
    let gone = |key: &str| Write {
        value: None,
        ..put(key, "")
    };
    storage
        .commit(
            &shop,
            vec![put("old", "1"), put("new", "1"), put("kept", "1")],
        )
        .unwrap();
    storage
        .commit(&shop, vec![gone("old"), gone("new")])
        .unwrap();
    let late =
        "UPDATE stampcard_rows SET deleted_at = now() - interval '61 minutes' WHERE key = 'old'";
    server.say(late).unwrap();
    // It looks when it is opened, and every ten minutes.
    let again = open(&server);
    let keys = ["old", "new", "kept"].map(str::to_owned);
    for _ in 0..100 {
        if again.read(&shop, &keys).unwrap()[0].version == 0 {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let versions: Vec<u64> = again
        .read(&shop, &keys)
        .unwrap()
        .iter()
        .map(|one| one.version)
        .collect();
    assert_eq!(versions, [0, 2, 1]);
}

#[test]
fn marks_are_kept() {
    let Some((_folder, server)) = server() else {
        return;
    };
    let storage = open(&server);
    assert_eq!(storage.mark(&merchant("a"), "replay").unwrap(), None);
    for text in ["line 1", "line 2"] {
        storage.set_mark(&merchant("a"), "replay", text).unwrap();
    }
    drop(storage);
    let storage = open(&server);
    assert_eq!(
        storage.mark(&merchant("a"), "replay").unwrap().as_deref(),
        Some("line 2")
    );
    assert_eq!(storage.mark(&merchant("b"), "replay").unwrap(), None);
}

#[test]
fn what_cannot_be_opened_says_why() {
    let unreadable = Postgres::open(&Settings::new("mysql://nobody@127.0.0.1/x"));
    assert!(matches!(unreadable, Err(OpenError::Address(_))));
    let secret =
        Postgres::open(&Settings::new("postgres://nobody:hush@127.0.0.1:1/x")).unwrap_err();
    assert!(matches!(secret, OpenError::Address(_)) && !secret.to_string().contains("hush"));
    // Nor where it is told which database that was.
    for told in [
        "postgres://nobody:hush@127.0.0.1:1/x",
        "postgres://nobody@127.0.0.1:1/x?password=hush",
        "postgres://nobody:hush",
    ] {
        let shown = Place::named(Path::new(told)).to_string();
        assert!(!shown.contains("hush"), "{shown}");
    }
    let shown = Place::named(Path::new("postgres://nobody@127.0.0.1:1/x")).to_string();
    assert_eq!(shown, "x on 127.0.0.1");
    let nowhere = Postgres::open(&Settings::new("postgres://nobody@127.0.0.1:1/x"));
    assert!(matches!(nowhere, Err(OpenError::Unreachable(_))));
    let missing = Settings {
        password: Some(SecretPlace::Env("STAMPCARD_TEST_NO_SUCH".to_owned())),
        ..Settings::new("postgres://nobody@127.0.0.1:1/x")
    };
    assert!(matches!(
        Postgres::open(&missing),
        Err(OpenError::Password(_))
    ));
    let Some((_folder, server)) = server() else {
        return;
    };
    drop(open(&server));
    server
        .say("UPDATE stampcard_format SET format = 7")
        .unwrap();
    let later = Postgres::open(&Settings::new(&server.url()));
    assert!(matches!(later, Err(OpenError::Format(7))));
}
