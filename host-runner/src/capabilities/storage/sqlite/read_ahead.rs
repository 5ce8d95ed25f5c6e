//! Keys that are going to be read, fetched by a thread of its own meanwhile.
//!
//! What goes through a part of all accounts reads one page of them and works on it, and knows the next. Where those lie far apart, looking
//! them up takes as long as the work; so it is done beside it.

use super::Settings;
use super::lookup::{Lookup, MANY};
use super::readers::Readers;
use super::recent::Recent;
use crate::capabilities::Merchant;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// Keys that are looked up at one instant: whoever comes for them early finds a part of them.
const PART: usize = 64;

/// What is to be fetched.
type Task = (Merchant, Vec<String>);

/// The thread, started when it is first of use. Dropping this waits for what it does.
#[derive(Debug)]
pub(super) struct ReadAhead {
    path: PathBuf,
    recent: Arc<Recent>,
    lookup: Arc<Lookup>,
    running: Mutex<Option<Running>>,
}

#[derive(Debug)]
struct Running {
    ask: SyncSender<Task>,
    thread: JoinHandle<()>,
}

impl ReadAhead {
    pub(super) fn new(path: &Path, recent: Arc<Recent>, lookup: Arc<Lookup>) -> Self {
        Self {
            path: path.to_owned(),
            recent,
            lookup,
            running: Mutex::default(),
        }
    }

    /// Has the keys fetched, unless the thread is still busy; whether it is any use.
    pub(super) fn ask(&self, merchant: &Merchant, keys: &[String]) -> bool {
        if keys.len() < MANY || self.lookup.are_close() {
            return false;
        }
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.is_none() {
            *running = self.start().ok();
        }
        let task = || (merchant.clone(), keys.to_vec());
        let asked = running.as_ref().map(|it| it.ask.try_send(task()));
        match asked {
            Some(Ok(()) | Err(TrySendError::Full(_))) => true,
            // It came to a panic, or can't be had; the next one who asks has another one started.
            Some(Err(TrySendError::Disconnected(_))) | None => {
                *running = None;
                false
            }
        }
    }

    fn start(&self) -> std::io::Result<Running> {
        let (ask, asked) = sync_channel(1);
        let alone = Settings {
            readers: 1,
            ..Settings::default()
        };
        let (recent, lookup) = (Arc::clone(&self.recent), Arc::clone(&self.lookup));
        let readers = Readers::new(&self.path, &alone, recent, lookup);
        let thread = thread::Builder::new()
            .name("stampcard-sqlite-ahead".to_owned())
            .spawn(move || fetch(&readers, &asked))?;
        Ok(Running { ask, thread })
    }
}

/// Fetches until nobody can ask any more.
fn fetch(readers: &Readers, asked: &Receiver<Task>) {
    for (merchant, keys) in asked {
        for part in keys.chunks(PART) {
            // Whoever reads them is told what is wrong.
            if readers.fetch(&merchant, part).is_err() {
                break;
            }
        }
    }
}

impl Drop for ReadAhead {
    fn drop(&mut self) {
        let running = self.running.get_mut();
        if let Some(Running { ask, thread }) =
            running.unwrap_or_else(PoisonError::into_inner).take()
        {
            drop(ask);
            // A panic of the thread has been reported by itself.
            drop(thread.join());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::sqlite::recent::Known;
    use crate::capabilities::storage::sqlite::{Sqlite, file};
    use crate::capabilities::storage::{Storage, Write};
    use rusqlite::Connection;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    /// A database with that many keys, of which each third is missing, and what reads it.
    fn filled(folder: &Path, keys: usize) -> (Connection, Readers, Arc<Recent>) {
        let path = folder.join("a.db");
        let connection = file::connect(&path).unwrap();
        file::begin_file(&connection).unwrap();
        for sql in [file::RECORDS, file::TABLES] {
            connection.execute_batch(sql).unwrap();
        }
        for number in (0..keys).filter(|number| number % 3 < 2) {
            let row = ("shop", format!("k/{number:04}"), format!("v{number}"));
            let sql = "INSERT INTO record VALUES (?1, ?2, ?3, 7)";
            connection.execute(sql, row).unwrap();
        }
        let recent = Arc::new(Recent::default());
        let own = Arc::clone(&recent);
        let readers = Readers::new(&path, &Settings::default(), own, Arc::default());
        (connection, readers, recent)
    }

    #[test]
    fn what_was_fetched_is_what_is_read_and_takes_no_room_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let (connection, readers, recent) = filled(folder.path(), 3 * MANY);
        let shop = Merchant::new("shop").unwrap();
        let keys: Vec<String> = (0..3 * MANY).map(|n| format!("k/{n:04}")).collect();
        let before = readers.read(&shop, &keys).unwrap();
        // What was seen then is forgotten.
        drop((recent.turn(), recent.turn()));
        let path = folder.path().join("a.db");
        let ahead = |lookup| ReadAhead::new(&path, Arc::clone(&recent), lookup);
        let side_by_side = Arc::new(Lookup::of_close());
        assert!(!ahead(side_by_side).ask(&shop, &keys));
        let ahead = ahead(Arc::default());
        assert!(!ahead.ask(&shop, &keys[..MANY - 1]), "too few");
        assert!(ahead.ask(&shop, &keys));
        drop(ahead);
        // It is found where the tables say something else by now.
        connection
            .execute("UPDATE record SET value = 'x'", [])
            .unwrap();
        assert_eq!(readers.read(&shop, &keys).unwrap(), before);
        let prints: Vec<_> = keys
            .iter()
            .map(|key| recent.prints.of(&shop, key))
            .collect();
        let known = recent.known(&recent.look(), &prints);
        let kept = known.iter().filter(|it| matches!(it, Known::Entry(_)));
        assert_eq!(kept.count(), 0, "no value is kept");
        assert_eq!(recent.seen.version(prints[0]), Some(7));
    }

    /// A writer whose every commit goes into the tables at once, somebody who fetches, and somebody who reads.
    #[test]
    fn what_is_fetched_beside_a_writer_is_never_older_than_what_was_committed() {
        let folder = tempfile::tempdir().unwrap();
        let hasty = Settings {
            recent: 1,
            ..Settings::default()
        };
        let sqlite = Sqlite::open_with(&folder.path().join("a.db"), &hasty).unwrap();
        let shop = Merchant::new("shop").unwrap();
        let keys: Vec<String> = (0..MANY).map(|n| format!("k/{n}")).collect();
        let (committed, done) = (AtomicU64::new(0), AtomicBool::new(false));
        let write = || {
            for round in 1..=200 {
                let value = (round % 7 != 0).then(|| round.to_string());
                let write = |key: &String| Write {
                    key: key.clone(),
                    value: value.clone(),
                    expect: None,
                };
                sqlite
                    .commit(&shop, keys.iter().map(write).collect())
                    .unwrap();
                committed.store(round, Ordering::SeqCst);
            }
            done.store(true, Ordering::SeqCst);
        };
        let read = || {
            while !done.load(Ordering::SeqCst) {
                let least = committed.load(Ordering::SeqCst);
                let found = sqlite.read(&shop, &keys).unwrap();
                assert!(found.windows(2).all(|two| two[0] == two[1]), "{found:?}");
                let value = found[0].value.as_ref();
                let round: u64 = value.map_or(least, |value| value.parse().unwrap());
                assert!(round >= least, "{round} where {least} was committed");
            }
        };
        let fetch = || {
            while !done.load(Ordering::SeqCst) {
                sqlite.readers.fetch(&shop, &keys[..PART]).unwrap();
            }
        };
        thread::scope(|threads| {
            threads.spawn(write);
            threads.spawn(fetch);
            threads.spawn(read);
        });
    }
}
