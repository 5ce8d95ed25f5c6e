//! The journal: every commit in the order of its making, durable before it is answered, until it is in the tables.
//!
//! It is an SQLite database beside the main one, to which rows are only added. They lie one behind the other, so that a
//! group of commits takes a few pages, where in the tables each of its rows lies on a page of its own. Two tables take
//! turns: while what stands in one goes into the main database, the other is written to.

use super::file::{self, Role};
use super::layer::{Entry, Layer};
use crate::capabilities::Merchant;
use rusqlite::{Connection, Statement};
use std::path::{Path, PathBuf};

/// The tables that take turns.
const NAMES: [&str; 2] = ["recent_0", "recent_1"];

/// A statement that makes one of them. A row is a write, or a mark if it has no version; no value: deleted.
fn table(name: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {name} (
            sequence INTEGER PRIMARY KEY,
            merchant TEXT NOT NULL,
            key TEXT NOT NULL,
            value TEXT,
            version INTEGER
        ) STRICT;"
    )
}

/// Where a database's journal is.
pub(super) fn path_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".journal");
    PathBuf::from(name)
}

/// Removes a journal of which everything is in the tables. What can't be removed is passed over the next time. The file
/// goes first: SQLite takes no log for a file that isn't there, and without its log the file would be of an earlier time.
pub(super) fn remove(database: &Path) {
    let path = path_of(database);
    for suffix in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        drop(std::fs::remove_file(name));
    }
}

/// Opens the journal of the database of this name, or makes it. None: it is another database's.
pub(super) fn open(database: &Path, name: &str) -> rusqlite::Result<Option<Connection>> {
    let mut connection = file::connect(&path_of(database))?;
    file::begin_file(&connection)?;
    file::configure(&connection, Role::Writer, file::JOURNAL_CACHE)?;
    let transaction = connection.transaction()?;
    let owner = "CREATE TABLE IF NOT EXISTS journal_of (name TEXT NOT NULL) STRICT;";
    transaction.execute_batch(owner)?;
    for name in NAMES {
        transaction.execute_batch(&table(name))?;
    }
    transaction.execute(
        "INSERT INTO journal_of SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM journal_of)",
        [name],
    )?;
    let of: String = transaction.query_row("SELECT name FROM journal_of", [], |row| row.get(0))?;
    transaction.commit()?;
    Ok((of == name).then_some(connection))
}

/// What an earlier run left: its changes, and the version behind the last one.
pub(super) fn left(connection: &Connection) -> rusqlite::Result<(Layer, u64)> {
    let mut layer = Layer::default();
    let mut next = 0;
    let mut all = connection.prepare(
        "SELECT merchant, key, value, version FROM
         (SELECT * FROM recent_0 UNION ALL SELECT * FROM recent_1) ORDER BY sequence",
    )?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let merchant: String = row.get(0)?;
        let merchant = Merchant::new(&merchant)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let (key, value) = (row.get(1)?, row.get(2)?);
        match row.get(3)? {
            Some(version) => {
                next = next.max(version + 1);
                layer.set(&merchant, key, Entry { value, version });
            }
            None => layer.set_mark(&merchant, key, value.unwrap_or_default()),
        }
    }
    Ok((layer, next))
}

/// Empties both tables.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN; DELETE FROM recent_0; DELETE FROM recent_1; COMMIT")
}

/// The writer's statements, compiled once.
pub(super) struct Journal<'c> {
    begin: Statement<'c>,
    commit: Statement<'c>,
    tables: [Table<'c>; 2],
    /// Which of them is written to.
    second: bool,
    /// The number of the next row, in the order of both tables.
    sequence: u64,
    connection: &'c Connection,
}

struct Table<'c> {
    add: Statement<'c>,
    clear: Statement<'c>,
}

impl<'c> Journal<'c> {
    /// On a journal in which nothing is left.
    pub(super) fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        let [first, second] = NAMES;
        let table = |name: &str| -> rusqlite::Result<Table<'c>> {
            Ok(Table {
                add: connection
                    .prepare(&format!("INSERT INTO {name} VALUES (?1, ?2, ?3, ?4, ?5)"))?,
                clear: connection.prepare(&format!("DELETE FROM {name}"))?,
            })
        };
        Ok(Self {
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            commit: connection.prepare("COMMIT")?,
            tables: [table(first)?, table(second)?],
            second: false,
            sequence: 1,
            connection,
        })
    }

    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    pub(super) fn begin(&mut self) -> rusqlite::Result<()> {
        self.begin.raw_execute().map(drop)
    }

    /// Adds a row: a write with its version, or a mark without.
    pub(super) fn add(
        &mut self,
        merchant: &Merchant,
        key: &str,
        value: Option<&str>,
        version: Option<u64>,
    ) -> rusqlite::Result<()> {
        let [first, second] = &mut self.tables;
        let add = if self.second {
            &mut second.add
        } else {
            &mut first.add
        };
        add.raw_bind_parameter(1, self.sequence)?;
        add.raw_bind_parameter(2, merchant.as_str())?;
        add.raw_bind_parameter(3, key)?;
        add.raw_bind_parameter(4, value)?;
        add.raw_bind_parameter(5, version)?;
        add.raw_execute()?;
        self.sequence += 1;
        Ok(())
    }

    /// Ends the transaction; what it added is durable when this returns without an error.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        self.commit.raw_execute().map(drop)
    }

    /// Leaves nothing of the transaction, if SQLite has not done that already.
    pub(super) fn roll_back(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            Ok(())
        } else {
            self.connection.execute_batch("ROLLBACK")
        }
    }

    /// Goes on in the other table, which must be empty.
    pub(super) fn turn(&mut self) {
        self.second = !self.second;
    }

    /// Empties the table that is not written to.
    pub(super) fn clear_other(&mut self) -> rusqlite::Result<()> {
        let [first, second] = &mut self.tables;
        let other = if self.second { first } else { second };
        other.clear.raw_execute().map(drop)
    }
}
