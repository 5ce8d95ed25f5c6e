//! Looking up many keys in the tables.
//!
//! A key whose page no connection has in memory takes several times as long as one whose page was just read: the system finds the
//! page and copies it, and the processor has seen none of it. Where keys lie so far apart, half of them are looked up beside the
//! other half, by a second connection in a thread of its own.

use super::layer::Entry;
use super::pool::Lease;
use crate::capabilities::Merchant;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Keys below which a second thread costs more than it saves.
const MANY: usize = 128;

/// What a key takes, at least, that lies apart.
const LONG: Duration = Duration::from_nanos(3_500);

/// Looks up keys, in two threads where that is quicker.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// Whether the keys that were looked up last, of a read of many, lay close together. At first nothing is in memory.
    close: AtomicBool,
    helper: Mutex<Option<Sender<Task>>>,
}

/// Half of the keys, for the other thread.
#[derive(Debug)]
struct Task {
    connection: Connection,
    merchant: Merchant,
    keys: Vec<String>,
    tell: Sender<(Connection, rusqlite::Result<Vec<Entry>>)>,
}

/// What the other thread found, or will find.
struct Beside<'p> {
    lease: Lease<'p>,
    told: Receiver<(Connection, rusqlite::Result<Vec<Entry>>)>,
}

impl Lookup {
    /// Whether so many keys are better looked up by two.
    pub(super) fn wants_two(&self, keys: usize) -> bool {
        keys >= MANY && !self.close.load(Ordering::Relaxed)
    }

    /// What the tables say of the keys, in their order; version 0 if they don't have one. A second connection has a snapshot
    /// in which they are as in the first one's.
    pub(super) fn entries(
        &self,
        connection: &Connection,
        second: Option<Lease<'_>>,
        merchant: &Merchant,
        keys: &[&str],
    ) -> rusqlite::Result<Vec<Entry>> {
        let (near, far) = keys.split_at(second.as_ref().map_or(keys.len(), |_| keys.len() / 2));
        let beside = second.and_then(|lease| self.ask(lease, merchant, far));
        let since = Instant::now();
        let mut found = stored(connection, merchant, near)?;
        if near.len() >= MANY / 2 {
            let each = since.elapsed() / u32::try_from(near.len()).unwrap_or(u32::MAX);
            self.close.store(each < LONG, Ordering::Relaxed);
        }
        found.extend(match beside.and_then(Beside::wait) {
            Some(rest) => rest?,
            // There was no second connection, or no thread for it.
            None => stored(connection, merchant, far)?,
        });
        Ok(found)
    }

    /// Has the other thread look up keys; none where there is none.
    fn ask<'p>(
        &self,
        mut lease: Lease<'p>,
        merchant: &Merchant,
        keys: &[&str],
    ) -> Option<Beside<'p>> {
        let (tell, told) = channel();
        let task = Task {
            connection: lease.part_with()?,
            merchant: merchant.clone(),
            keys: keys.iter().map(|key| (*key).to_owned()).collect(),
            tell,
        };
        let mut helper = self.helper.lock().unwrap_or_else(PoisonError::into_inner);
        if helper.is_none() {
            *helper = helping().ok();
        }
        if helper.as_ref()?.send(task).is_err() {
            // It came to a panic; the next one who asks has another one started.
            *helper = None;
            return None;
        }
        Some(Beside { lease, told })
    }
}

impl Beside<'_> {
    /// What was found; none if the thread has ended.
    fn wait(mut self) -> Option<rusqlite::Result<Vec<Entry>>> {
        let (connection, found) = self.told.recv().ok()?;
        self.lease.take_back(connection);
        Some(self.lease.read(|_| Ok(()), |_, ()| found))
    }
}

/// Starts the other thread, which ends when nobody can ask it any more.
fn helping() -> std::io::Result<Sender<Task>> {
    let (ask, asked) = channel::<Task>();
    thread::Builder::new()
        .name("stampcard-sqlite-reader".to_owned())
        .spawn(move || {
            for task in asked {
                let keys: Vec<&str> = task.keys.iter().map(String::as_str).collect();
                let found = stored(&task.connection, &task.merchant, &keys);
                // Who asked has gone, and the connection with it.
                drop(task.tell.send((task.connection, found)));
            }
        })?;
    Ok(ask)
}

fn stored(
    connection: &Connection,
    merchant: &Merchant,
    keys: &[&str],
) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT value, version FROM record WHERE merchant = ?1 AND key = ?2";
    let mut read = connection.prepare_cached(sql)?;
    read.raw_bind_parameter(1, merchant.as_str())?;
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        read.raw_bind_parameter(2, key)?;
        let mut rows = read.raw_query();
        let row = rows.next()?;
        found.push(Entry {
            value: match row {
                Some(row) => Some(row.get_ref(0)?.as_str()?.into()),
                None => None,
            },
            version: row.map_or(Ok(0), |row| row.get(1))?,
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::sqlite::pool::Pool;
    use crate::capabilities::storage::sqlite::{Settings, file};

    #[test]
    fn two_find_what_one_finds() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let connection = file::connect(&path).unwrap();
        file::begin_file(&connection).unwrap();
        for sql in [file::RECORDS, file::TABLES] {
            connection.execute_batch(sql).unwrap();
        }
        let (shop, other) = (Merchant::new("shop").unwrap(), Merchant::new("b").unwrap());
        for number in 0..MANY {
            let row = (shop.as_str(), format!("k/{number}"), format!("v{number}"));
            let sql = "INSERT INTO record VALUES (?1, ?2, ?3, 7)";
            connection.execute(sql, row).unwrap();
        }
        // Every third is not there.
        let keys: Vec<String> = (0..MANY).map(|n| format!("k/{}", n * 3 / 2)).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let pool = Pool::new(&path, &Settings::default());
        let lookup = Lookup::default();
        for merchant in [&shop, &other] {
            let alone = lookup.entries(&connection, None, merchant, &keys).unwrap();
            let found = alone.iter().filter(|entry| entry.version == 7).count();
            assert_eq!(
                found,
                if *merchant == shop {
                    MANY * 2 / 3 + 1
                } else {
                    0
                }
            );
            for _ in 0..3 {
                let second = pool.spare().and_then(Lease::begun);
                assert!(second.is_some());
                let both = lookup.entries(&connection, second, merchant, &keys);
                assert_eq!(both.unwrap(), alone);
            }
        }
        // A helper that has ended is done without.
        let (ask, asked) = channel();
        drop(asked);
        *lookup.helper.lock().unwrap() = Some(ask);
        let second = pool.spare().and_then(Lease::begun);
        let alone = lookup.entries(&connection, second, &shop, &keys).unwrap();
        assert_eq!(alone.len(), keys.len());
    }
}
