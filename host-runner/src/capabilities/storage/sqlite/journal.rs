//! The journal: every commit in the order of its making, durable before it is answered, until it is in the tables.
//!
//! It is an SQLite database beside the main one, to which rows are only added. They lie one behind the other, so that a
//! group of commits takes a few pages, where in the tables each of its rows lies on a page of its own. Two tables take
//! turns: while what stands in one goes into the main database, the other is written to.

use super::file::{self, Role};
use super::fingerprint::Fingerprints;
use super::layer::{Entry, Layer};
use super::text::Text;
use crate::capabilities::Merchant;
use rusqlite::types::Type;
use rusqlite::{Connection, Statement};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// The tables that take turns.
const NAMES: [&str; 2] = ["groups_0", "groups_1"];

/// Those of the format before, in which a row was a change.
const OLDER_NAMES: [&str; 2] = ["recent_0", "recent_1"];

/// Bytes of changes in a row, about: a group that has more takes several.
const ROW: usize = 16 * 1024 * 1024;

/// Rows of a table that is done with which a group deletes, at least: all of them at once would hold up those who wait.
const AT_ONCE: u64 = 4;

/// A group deletes so many-th part of the rows that are left, if that is more.
const PARTS: u64 = 128;

/// A statement that makes one of them. A row is a group of commits: its changes, one behind the other.
fn table(name: &str) -> String {
    format!(
        "CREATE TABLE IF NOT EXISTS {name} (
            sequence INTEGER PRIMARY KEY,
            changes BLOB NOT NULL
        ) STRICT;"
    )
}

/// A write, or a mark if it has no version; no value: deleted. In a row it stands as postcard writes it.
#[derive(Serialize, Deserialize)]
struct Change<'t> {
    merchant: &'t str,
    key: &'t str,
    value: Option<&'t str>,
    version: Option<u64>,
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

/// What a file beside a database turns out to be.
pub(super) enum Found {
    /// Its journal, which may just have been made.
    Own(Connection),
    /// Another database's.
    Another,
    /// Its journal, of an older format, with changes in it.
    Older,
}

/// Opens the journal of the database of this name, or makes it.
pub(super) fn open(database: &Path, name: &str) -> rusqlite::Result<Found> {
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
    if of != name {
        return Ok(Found::Another);
    }
    for older in OLDER_NAMES {
        if transaction.table_exists(None, older)? {
            let any = format!("SELECT EXISTS (SELECT 1 FROM {older})");
            if transaction.query_row(&any, [], |row| row.get(0))? {
                return Ok(Found::Older);
            }
            transaction.execute_batch(&format!("DROP TABLE {older}"))?;
        }
    }
    transaction.commit()?;
    Ok(Found::Own(connection))
}

/// What an earlier run left: its changes, and the version behind the last one.
pub(super) fn left(connection: &Connection) -> rusqlite::Result<(Layer, u64)> {
    let (mut layer, prints) = (Layer::default(), Fingerprints::default());
    let mut next = 0;
    let mut all = connection.prepare(
        "SELECT changes FROM
         (SELECT * FROM groups_0 UNION ALL SELECT * FROM groups_1) ORDER BY sequence",
    )?;
    let mut rows = all.query([])?;
    while let Some(row) = rows.next()? {
        let mut changes = row.get_ref(0)?.as_blob()?;
        while !changes.is_empty() {
            let (change, rest) = postcard::take_from_bytes(changes).map_err(unreadable)?;
            next = next.max(take(&mut layer, &prints, change)?);
            changes = rest;
        }
    }
    Ok((layer, next))
}

/// Adds a change to the layer; the version behind it.
fn take(layer: &mut Layer, prints: &Fingerprints, change: Change<'_>) -> rusqlite::Result<u64> {
    let merchant = Merchant::stored(change.merchant).map_err(unreadable)?;
    let key = change.key;
    Ok(if let Some(version) = change.version {
        let print = prints.of(&merchant, key);
        let value = change.value.map(Text::from);
        layer.set(&merchant, key.into(), print, Entry { value, version });
        version + 1
    } else {
        let text = change.value.unwrap_or_default();
        layer.set_mark(&merchant, key.to_owned(), text.to_owned());
        0
    })
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Blob, error.into())
}

/// Empties both tables.
pub(super) fn clear(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN; DELETE FROM groups_0; DELETE FROM groups_1; COMMIT")
}

/// The journal as the writer adds to it, its statements compiled once.
pub(super) struct Journal<'c> {
    tables: [Table<'c>; 2],
    /// Which of them is written to.
    second: bool,
    /// The number of the next row, in the order of both tables.
    sequence: u64,
    /// The number of the first row in the table that is written to.
    first: u64,
    /// The rows of the other table.
    other: Range<u64>,
    /// Whether those are to go.
    clears: bool,
    /// The changes of the group that is under way.
    changes: Vec<u8>,
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
                add: connection.prepare(&format!("INSERT INTO {name} VALUES (?1, ?2)"))?,
                clear: connection.prepare(&format!("DELETE FROM {name} WHERE sequence < ?1"))?,
            })
        };
        Ok(Self {
            tables: [table(first)?, table(second)?],
            second: false,
            sequence: 1,
            first: 1,
            other: 1..1,
            clears: false,
            changes: Vec::new(),
            connection,
        })
    }

    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    /// Bytes of the group's changes that have no row yet.
    pub(super) fn bytes(&self) -> usize {
        self.changes.len()
    }

    /// Adds to the group: a write with its version, or a mark without.
    pub(super) fn add(
        &mut self,
        merchant: &Merchant,
        key: &str,
        value: Option<&str>,
        version: Option<u64>,
    ) -> rusqlite::Result<()> {
        let change = Change {
            merchant: merchant.as_str(),
            key,
            value,
            version,
        };
        let failed = |error: postcard::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
        self.changes =
            postcard::to_extend(&change, std::mem::take(&mut self.changes)).map_err(failed)?;
        if self.changes.len() >= ROW {
            if self.connection.is_autocommit() {
                self.connection.execute_batch("BEGIN IMMEDIATE")?;
            }
            self.add_row()?;
        }
        Ok(())
    }

    fn add_row(&mut self) -> rusqlite::Result<()> {
        let [first, second] = &mut self.tables;
        let add = if self.second {
            &mut second.add
        } else {
            &mut first.add
        };
        add.raw_bind_parameter(1, self.sequence)?;
        add.raw_bind_parameter(2, self.changes.as_slice())?;
        add.raw_execute()?;
        self.sequence += 1;
        self.changes.clear();
        Ok(())
    }

    /// Ends the group; what was added is durable when this returns without an error. One row is a transaction by itself, unless
    /// others are deleted with it.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        let cleared = self.clear_some()?;
        if !self.changes.is_empty() {
            self.add_row()?;
        }
        if !self.connection.is_autocommit() {
            self.connection.execute_batch("COMMIT")?;
        }
        self.other.start = cleared;
        Ok(())
    }

    /// Deletes some of what is to go, if anything is; the first row that is left of it.
    fn clear_some(&mut self) -> rusqlite::Result<u64> {
        let left = self.other.end - self.other.start;
        if !self.clears || left == 0 || self.changes.is_empty() {
            return Ok(self.other.start);
        }
        let end = self.other.start + left.min(AT_ONCE.max(left / PARTS));
        if self.connection.is_autocommit() {
            self.connection.execute_batch("BEGIN IMMEDIATE")?;
        }
        self.clear_before(end)?;
        Ok(end)
    }

    /// Deletes the rows of the other table before this one.
    fn clear_before(&mut self, end: u64) -> rusqlite::Result<()> {
        let [first, second] = &mut self.tables;
        let other = if self.second { first } else { second };
        other.clear.raw_bind_parameter(1, end)?;
        other.clear.raw_execute().map(drop)
    }

    /// Leaves nothing of the group, if SQLite has not done that already.
    pub(super) fn roll_back(&mut self) -> rusqlite::Result<()> {
        self.changes.clear();
        if self.connection.is_autocommit() {
            Ok(())
        } else {
            self.connection.execute_batch("ROLLBACK")
        }
    }

    /// Goes on in the other table, which must be empty.
    pub(super) fn turn(&mut self) {
        self.second = !self.second;
        self.other = self.first..self.sequence;
        self.first = self.sequence;
        self.clears = false;
    }

    /// The table that is not written to may be emptied: each group takes some of it along.
    pub(super) fn clear_other(&mut self) {
        self.clears = true;
    }

    /// Whether that is done.
    pub(super) fn is_cleared(&self) -> bool {
        self.other.is_empty()
    }

    /// Empties what is left of it, in a transaction of its own.
    pub(super) fn clear_rest(&mut self) -> rusqlite::Result<()> {
        self.clear_before(self.other.end)?;
        self.other.start = self.other.end;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many rows each table has.
    fn rows(connection: &Connection) -> [u64; 2] {
        NAMES.map(|name| {
            let count = format!("SELECT count(*) FROM {name}");
            connection.query_row(&count, [], |row| row.get(0)).unwrap()
        })
    }

    #[test]
    fn each_group_takes_along_some_of_what_is_done_with() {
        let folder = tempfile::tempdir().unwrap();
        let Found::Own(connection) = open(&folder.path().join("a.db"), "a").unwrap() else {
            panic!("a journal of its own");
        };
        let mut journal = Journal::new(&connection).unwrap();
        let shop = Merchant::new("shop").unwrap();
        let mut version = 0;
        let mut group = |journal: &mut Journal<'_>| {
            version += 1;
            journal.add(&shop, "a", Some("1"), Some(version)).unwrap();
        };
        for _ in 0..10 {
            group(&mut journal);
            journal.commit().unwrap();
        }
        journal.turn();
        group(&mut journal);
        journal.commit().unwrap();
        assert_eq!(
            rows(&connection),
            [10, 1],
            "what is not in the tables stays"
        );
        journal.clear_other();
        // Nothing of a group that fails has happened, its clearing neither.
        group(&mut journal);
        journal.clear_some().unwrap();
        journal.roll_back().unwrap();
        assert_eq!(rows(&connection), [10, 1]);
        for left in [6, 2, 0, 0] {
            assert!(left == 0 || !journal.is_cleared());
            group(&mut journal);
            journal.commit().unwrap();
            assert_eq!(rows(&connection)[0], left);
        }
        assert!(journal.is_cleared());
        journal.turn();
        group(&mut journal);
        journal.commit().unwrap();
        journal.clear_other();
        journal.clear_rest().unwrap();
        assert!(journal.is_cleared());
        assert_eq!(rows(&connection), [1, 0]);
    }
}
