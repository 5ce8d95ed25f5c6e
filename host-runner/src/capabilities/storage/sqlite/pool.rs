//! Connections that read, opened when they are first needed and lent to one thread at a time.

use super::Settings;
use super::file::{self, Role};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

#[derive(Debug)]
pub(super) struct Pool {
    path: PathBuf,
    /// Connections at most.
    most: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Connection>,
    /// Connections in use.
    lent: usize,
    /// Threads that wait for one.
    waiting: usize,
}

impl Pool {
    pub(super) fn new(path: &Path, settings: &Settings) -> Self {
        Self {
            path: path.to_owned(),
            most: settings.readers.max(1),
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// A right to read; whoever comes when all are lent waits.
    pub(super) fn lend(&self) -> Lease<'_> {
        let mut state = self.lock();
        while state.idle.is_empty() && state.lent >= self.most {
            state.waiting += 1;
            state = self
                .freed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
            state.waiting -= 1;
        }
        self.lease(state)
    }

    fn lease(&self, mut state: MutexGuard<'_, State>) -> Lease<'_> {
        state.lent += 1;
        Lease {
            connection: state.idle.pop(),
            pool: self,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A right to read, with a connection once one is open; given back when dropped.
pub(super) struct Lease<'p> {
    connection: Option<Connection>,
    pool: &'p Pool,
}

impl Lease<'_> {
    /// Has the work read within one snapshot, which `begin` began before, and ends it. After an error the connection, in whatever state
    /// it is, is closed.
    pub(super) fn read<S, T>(
        &mut self,
        begin: impl FnOnce(&Connection) -> rusqlite::Result<S>,
        work: impl FnOnce(&Connection, S) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let read = self.connection().and_then(|connection| {
            let begun = begin(connection)?;
            let found = work(connection, begun)?;
            connection.prepare_cached("COMMIT")?.raw_execute()?;
            Ok(found)
        });
        if read.is_err() {
            self.connection = None;
        }
        read
    }

    fn connection(&mut self) -> rusqlite::Result<&Connection> {
        if self.connection.is_none() {
            let connection = file::connect(&self.pool.path)?;
            file::configure(&connection, Role::Reader, file::READER_CACHE)?;
            self.connection = Some(connection);
        }
        self.connection
            .as_ref()
            .ok_or(rusqlite::Error::InvalidQuery)
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let mut state = self.pool.lock();
        state.lent -= 1;
        // One that was left inside a transaction by a panic would go on seeing its old instant.
        state
            .idle
            .extend(self.connection.take().filter(Connection::is_autocommit));
        if state.waiting > 0 {
            self.pool.freed.notify_one();
        }
    }
}
