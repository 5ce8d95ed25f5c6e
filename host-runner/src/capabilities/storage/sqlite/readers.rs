//! Connections that read, each call at one instant, beside the writer.

use super::Settings;
use super::file::{self, Role};
use super::layer::Entry;
use super::recent::{Changes, Known, Layers, Recent, Rows};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Range, Row, Versioned};
use rusqlite::{Connection, OptionalExtension, Statement};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// A pool of connections, opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    settings: Settings,
    recent: Arc<Recent>,
    pool: Mutex<Pool>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct Pool {
    idle: Vec<Connection>,
    /// Connections in use.
    lent: usize,
    /// Threads that wait for one.
    waiting: usize,
}

impl Readers {
    pub(super) fn new(path: &Path, settings: &Settings, recent: Arc<Recent>) -> Self {
        Self {
            path: path.to_owned(),
            settings: settings.clone(),
            recent,
            pool: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// The keys as they stand at one instant.
    pub(super) fn read(
        &self,
        merchant: &Merchant,
        keys: &[String],
    ) -> Result<Vec<Versioned>, Error> {
        let prints = keys.iter().map(|key| self.recent.prints.of(merchant, key));
        let prints: Vec<_> = prints.collect();
        let known = self.recent.known(&self.recent.look(), &prints);
        if known.iter().all(|one| matches!(one, Known::Entry(_))) {
            let entry = |known: &Known| match known {
                Known::Entry(entry) => Some(versioned(entry)),
                Known::Unknown(_) => None,
            };
            return Ok(known.iter().filter_map(entry).collect());
        }
        let of_late = |layers: &Layers| (layers.turn, self.recent.known(layers, &prints));
        self.snapshot(of_late, |connection, (turn, known)| {
            let mut read = connection.prepare_cached(READ)?;
            read.raw_bind_parameter(1, merchant.as_str())?;
            let mut noted = Vec::new();
            let mut all = Vec::with_capacity(keys.len());
            for ((key, print), known) in keys.iter().zip(&prints).zip(known) {
                let entry = match known {
                    Known::Entry(entry) => entry,
                    Known::Unknown(absent) => {
                        let mut entry = stored(&mut read, key)?;
                        noted.push((*print, entry.clone()));
                        if entry.value.is_none() {
                            entry.version = absent;
                        }
                        entry
                    }
                };
                all.push(versioned(&entry));
            }
            self.recent.seen.note(turn, noted.into_iter());
            Ok(all)
        })
    }

    /// The rows of a range at one instant.
    pub(super) fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, Error> {
        // A range may have far more changes than rows are wanted, such as what others deleted at its other end.
        let wanted = usize::try_from(range.limit).unwrap_or(usize::MAX);
        let read = |most| {
            let of_late = |layers: &Layers| layers.changes(merchant, range, most);
            self.snapshot(of_late, |connection, changes| {
                scan(connection, merchant, range, changes)
            })
        };
        match read(wanted)? {
            Some(rows) => Ok(rows),
            None => read(usize::MAX)?.ok_or_else(|| {
                Error::Unavailable("a scan did not come to its end with all changes".to_owned())
            }),
        }
    }

    /// The mark's text.
    pub(super) fn mark(&self, merchant: &Merchant, name: &str) -> Result<Option<String>, Error> {
        let of_late = |layers: &Layers| layers.mark(merchant, name).cloned();
        self.snapshot(of_late, |connection, recent| match recent {
            Some(text) => Ok(Some(text)),
            None => mark(connection, merchant, name),
        })
    }

    /// Has the work see the tables, and what changed of late, as they stand at one instant.
    pub(super) fn snapshot<L, T>(
        &self,
        of_late: impl FnOnce(&Layers) -> L,
        work: impl FnOnce(&Connection, L) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let mut lease = self.lend();
        let result = lease.connection().and_then(|connection| {
            let recent = {
                let layers = self.recent.look();
                file::begin_snapshot(connection)?;
                of_late(&layers)
            };
            let found = work(connection, recent)?;
            connection.prepare_cached("COMMIT")?.raw_execute()?;
            Ok(found)
        });
        if result.is_err() {
            // Whatever state it is in: the next reader opens a new one.
            lease.connection = None;
        }
        result.map_err(|error| file::error(&error))
    }

    fn lend(&self) -> Lease<'_> {
        let mut pool = self.lock();
        while pool.idle.is_empty() && pool.lent >= self.settings.readers.max(1) {
            pool.waiting += 1;
            pool = self
                .freed
                .wait(pool)
                .unwrap_or_else(PoisonError::into_inner);
            pool.waiting -= 1;
        }
        pool.lent += 1;
        Lease {
            connection: pool.idle.pop(),
            readers: self,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Pool> {
        self.pool.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A right to read, with a connection once one is open; given back when dropped.
struct Lease<'r> {
    connection: Option<Connection>,
    readers: &'r Readers,
}

impl Lease<'_> {
    fn connection(&mut self) -> rusqlite::Result<&Connection> {
        if self.connection.is_none() {
            let connection = file::connect(&self.readers.path)?;
            file::configure(&connection, Role::Reader, self.readers.settings.cache / 2)?;
            self.connection = Some(connection);
        }
        self.connection
            .as_ref()
            .ok_or(rusqlite::Error::InvalidQuery)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut pool = self.readers.lock();
        pool.lent -= 1;
        // One that was left inside a transaction by a panic would go on seeing its old instant.
        pool.idle
            .extend(self.connection.take().filter(Connection::is_autocommit));
        if pool.waiting > 0 {
            self.readers.freed.notify_one();
        }
    }
}

fn versioned(entry: &Entry) -> Versioned {
    Versioned {
        value: entry.value.as_deref().map(str::to_owned),
        version: entry.version,
    }
}

const READ: &str = "SELECT value, version FROM record WHERE merchant = ?1 AND key = ?2";

/// What the tables say of a key; version 0 if they don't have it.
fn stored(read: &mut Statement<'_>, key: &str) -> rusqlite::Result<Entry> {
    read.raw_bind_parameter(2, key)?;
    let mut rows = read.raw_query();
    let row = rows.next()?;
    Ok(Entry {
        value: match row {
            Some(row) => Some(row.get_ref(0)?.as_str()?.into()),
            None => None,
        },
        version: row.map_or(Ok(0), |row| row.get(1))?,
    })
}

/// The rows of a range, if as much as was told of its changes is enough for them.
fn scan(
    connection: &Connection,
    merchant: &Merchant,
    range: &Range,
    changes: Changes,
) -> rusqlite::Result<Option<Vec<Row>>> {
    let sql = if range.backward {
        "SELECT key, value, version FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key DESC"
    } else {
        "SELECT key, value, version FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key"
    };
    let mut statement = connection.prepare_cached(sql)?;
    let bounds = (merchant.as_str(), &*range.start, &*range.end);
    let mut stored = statement.query(bounds)?;
    let mut rows = Rows::new(changes, range);
    // Rows are read as far as they are wanted.
    while !rows.are_enough()
        && let Some(row) = stored.next()?
    {
        let key = row.get_ref(0)?.as_str()?;
        if rows.reach(key) {
            rows.add(Row {
                key: key.to_owned(),
                value: row.get(1)?,
                version: row.get(2)?,
            });
        }
    }
    Ok(rows.end())
}

fn mark(
    connection: &Connection,
    merchant: &Merchant,
    name: &str,
) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT text FROM mark WHERE merchant = ?1 AND name = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row((merchant.as_str(), name), |row| row.get(0))
        .optional()
}
