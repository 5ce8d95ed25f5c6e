//! What the writer does to the database, statement by statement, inside its transaction.

use super::queue::Work;
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Outcome, Write};
use rusqlite::{Connection, Statement};

/// Versions reserved at a time: the bound in the database is raised once in so many commits, and a
/// restart skips at most so many of the 2⁶³ there are.
const RESERVED: u64 = 1 << 20;

/// Remains of deleted keys that are purged in one transaction, so that none of them becomes long.
const PURGED: u32 = 2_000;

/// The writer's statements, compiled once, and the count of versions.
pub(super) struct Apply<'c> {
    begin: Statement<'c>,
    commit: Statement<'c>,
    live: Statement<'c>,
    removed: Statement<'c>,
    put: Statement<'c>,
    delete: Statement<'c>,
    remember: Statement<'c>,
    mark: Statement<'c>,
    reserve: Statement<'c>,
    purge: Statement<'c>,
    connection: &'c Connection,
    sequence: Sequence,
}

/// Versions: one is given to each commit, and none twice, whatever becomes of the transaction.
struct Sequence {
    /// The next to give.
    next: u64,
    /// The bound that is durably in the database.
    bound: u64,
    /// The bound that the open transaction writes.
    pending: u64,
}

impl<'c> Apply<'c> {
    pub(super) fn new(connection: &'c Connection, next: u64) -> rusqlite::Result<Self> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            begin: prepare("BEGIN IMMEDIATE")?,
            commit: prepare("COMMIT")?,
            live: prepare("SELECT version FROM record WHERE merchant = ?1 AND key = ?2")?,
            removed: prepare("SELECT version FROM removed WHERE merchant = ?1 AND key = ?2")?,
            // Replacing is the quickest way there is: one descent, and in place if the size fits.
            put: prepare(
                "REPLACE INTO record (merchant, key, value, version) VALUES (?1, ?2, ?3, ?4)",
            )?,
            delete: prepare("DELETE FROM record WHERE merchant = ?1 AND key = ?2")?,
            remember: prepare("REPLACE INTO removed (merchant, key, version) VALUES (?1, ?2, ?3)")?,
            mark: prepare("REPLACE INTO mark (merchant, name, text) VALUES (?1, ?2, ?3)")?,
            reserve: prepare("UPDATE sequence SET bound = ?1")?,
            purge: prepare(
                "DELETE FROM removed WHERE (merchant, key) IN
                 (SELECT merchant, key FROM removed WHERE version < ?1 ORDER BY version LIMIT ?2)",
            )?,
            connection,
            sequence: Sequence {
                next,
                bound: next,
                pending: next,
            },
        })
    }

    /// The version that the next commit gets.
    pub(super) fn next_version(&self) -> u64 {
        self.sequence.next
    }

    pub(super) fn begin(&mut self) -> rusqlite::Result<()> {
        self.sequence.pending = self.sequence.bound;
        self.begin.raw_execute().map(drop)
    }

    /// Ends the transaction; what it did is durable when this returns without an error.
    pub(super) fn commit(&mut self) -> rusqlite::Result<()> {
        self.commit.raw_execute()?;
        self.sequence.bound = self.sequence.pending;
        Ok(())
    }

    /// Leaves nothing of the transaction, if SQLite has not done that already.
    pub(super) fn roll_back(&self) -> rusqlite::Result<()> {
        if self.connection.is_autocommit() {
            Ok(())
        } else {
            self.connection.execute_batch("ROLLBACK")
        }
    }

    /// Does one piece of work, whole or, on a conflict, not at all. After an error the transaction
    /// must be rolled back.
    pub(super) fn work(&mut self, work: &Work) -> rusqlite::Result<Outcome> {
        match work {
            Work::Commit { merchant, writes } => self.writes(merchant, writes),
            Work::Mark {
                merchant,
                name,
                text,
            } => {
                self.mark.execute((merchant.as_str(), name, text))?;
                Ok(Outcome::Committed)
            }
        }
    }

    /// Forgets some of the keys deleted before this version. True: there may be more.
    pub(super) fn purge(&mut self, before: u64) -> rusqlite::Result<bool> {
        let purged = self.purge.execute((before, PURGED))?;
        Ok(u32::try_from(purged) == Ok(PURGED))
    }

    fn writes(&mut self, merchant: &Merchant, writes: &[Write]) -> rusqlite::Result<Outcome> {
        // All checks come first: so nothing has to be taken back when the last one fails.
        for write in writes {
            if let Some(expected) = write.expect
                && self.version(merchant, &write.key)? != expected
            {
                return Ok(Outcome::Conflict);
            }
        }
        let version = self.take_version()?;
        self.put.raw_bind_parameter(1, merchant.as_str())?;
        self.put.raw_bind_parameter(4, version)?;
        for write in writes {
            if let Some(value) = &write.value {
                self.put.raw_bind_parameter(2, &*write.key)?;
                self.put.raw_bind_parameter(3, &**value)?;
                self.put.raw_execute()?;
            } else {
                self.delete.execute((merchant.as_str(), &*write.key))?;
                self.remember
                    .execute((merchant.as_str(), &*write.key, version))?;
            }
        }
        Ok(Outcome::Committed)
    }

    fn version(&mut self, merchant: &Merchant, key: &str) -> rusqlite::Result<u64> {
        for statement in [&mut self.live, &mut self.removed] {
            statement.raw_bind_parameter(1, merchant.as_str())?;
            statement.raw_bind_parameter(2, key)?;
            if let Some(row) = statement.raw_query().next()? {
                return row.get(0);
            }
        }
        Ok(0)
    }

    fn take_version(&mut self) -> rusqlite::Result<u64> {
        let version = self.sequence.next;
        if version >= self.sequence.pending {
            let pending = version + RESERVED;
            self.reserve.execute([pending])?;
            self.sequence.pending = pending;
        }
        self.sequence.next = version + 1;
        Ok(version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::sqlite::file::TABLES;

    fn write(key: &str, value: Option<&str>, expect: Option<u64>) -> Write {
        Write {
            key: key.to_owned(),
            value: value.map(str::to_owned),
            expect,
        }
    }

    fn number(connection: &Connection, sql: &str) -> u64 {
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn old_remains_are_purged_in_portions() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let shop = Merchant::new("shop").unwrap();
        let mut apply = Apply::new(&connection, 1).unwrap();
        apply.begin().unwrap();
        for number in 0..2_500 {
            apply
                .writes(&shop, &[write(&format!("key/{number}"), None, None)])
                .unwrap();
        }
        let before = apply.next_version();
        apply.writes(&shop, &[write("late", None, None)]).unwrap();
        assert!(
            apply.purge(before).unwrap(),
            "the first portion leaves some"
        );
        assert!(!apply.purge(before).unwrap(), "the second leaves none");
        apply.commit().unwrap();
        assert_eq!(number(&connection, "SELECT count(*) FROM removed"), 1);
        let outcome = apply
            .writes(&shop, &[write("late", Some("x"), Some(before))])
            .unwrap();
        assert_eq!(
            outcome,
            Outcome::Committed,
            "what is younger is still known"
        );
    }

    #[test]
    fn no_version_is_given_twice_even_after_a_rollback_and_a_restart() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(TABLES).unwrap();
        let shop = Merchant::new("shop").unwrap();
        let mut apply = Apply::new(&connection, 1).unwrap();
        apply.begin().unwrap();
        apply.writes(&shop, &[write("a", Some("1"), None)]).unwrap();
        apply.roll_back().unwrap();
        apply.begin().unwrap();
        apply.writes(&shop, &[write("a", Some("2"), None)]).unwrap();
        apply.commit().unwrap();
        assert_eq!(number(&connection, "SELECT version FROM record"), 2);
        let bound = number(&connection, "SELECT bound FROM sequence");
        assert!(bound > 2, "the next run begins at {bound}");
    }
}
