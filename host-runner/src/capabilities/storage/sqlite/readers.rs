//! Connections that read, each call at one instant, beside the writer.

use super::Settings;
use super::file::{self, Role};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Range, Row, Versioned};
use rusqlite::{Connection, OptionalExtension};
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// A pool of connections, opened when they are first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    settings: Settings,
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
    pub(super) fn new(path: &Path, settings: &Settings) -> Self {
        Self {
            path: path.to_owned(),
            settings: settings.clone(),
            pool: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Has the work see the database as it stands at one instant.
    pub(super) fn snapshot<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Error> {
        let mut lease = self.lend();
        let result = lease.connection().and_then(|connection| {
            connection.prepare_cached("BEGIN")?.raw_execute()?;
            let found = work(connection)?;
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
            file::configure(&connection, Role::Reader, &self.readers.settings)?;
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

pub(super) fn read(
    connection: &Connection,
    merchant: &Merchant,
    keys: &[String],
) -> rusqlite::Result<Vec<Versioned>> {
    let sql = "SELECT value, version FROM record WHERE merchant = ?1 AND key = ?2";
    let mut live = connection.prepare_cached(sql)?;
    let sql = "SELECT version FROM removed WHERE merchant = ?1 AND key = ?2";
    let mut removed = connection.prepare_cached(sql)?;
    live.raw_bind_parameter(1, merchant.as_str())?;
    removed.raw_bind_parameter(1, merchant.as_str())?;
    let mut found = Vec::with_capacity(keys.len());
    for key in keys {
        live.raw_bind_parameter(2, &**key)?;
        if let Some(row) = live.raw_query().next()? {
            found.push(Versioned {
                value: Some(row.get(0)?),
                version: row.get(1)?,
            });
            continue;
        }
        removed.raw_bind_parameter(2, &**key)?;
        let version = match removed.raw_query().next()? {
            Some(row) => row.get(0)?,
            None => 0,
        };
        found.push(Versioned {
            value: None,
            version,
        });
    }
    Ok(found)
}

pub(super) fn scan(
    connection: &Connection,
    merchant: &Merchant,
    range: &Range,
) -> rusqlite::Result<Vec<Row>> {
    let sql = if range.backward {
        "SELECT key, value, version FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key DESC LIMIT ?4"
    } else {
        "SELECT key, value, version FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key LIMIT ?4"
    };
    let mut statement = connection.prepare_cached(sql)?;
    let bounds = (merchant.as_str(), &*range.start, &*range.end, range.limit);
    let rows = statement.query_map(bounds, |row| {
        Ok(Row {
            key: row.get(0)?,
            value: row.get(1)?,
            version: row.get(2)?,
        })
    })?;
    rows.collect()
}

pub(super) fn mark(
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
