//! The database's tables: how a layer of changes goes into them, and what a key's version is in them.

use super::layer::Layer;
use crate::capabilities::Merchant;
use rusqlite::{Connection, Statement};

/// Remains of deleted keys that are purged in one transaction, so that none of them becomes long.
const PURGED: u32 = 2_000;

/// The version of a key; 0 if the tables know none.
pub(super) fn version(
    connection: &Connection,
    merchant: &Merchant,
    key: &str,
) -> rusqlite::Result<u64> {
    for sql in [
        "SELECT version FROM record WHERE merchant = ?1 AND key = ?2",
        "SELECT version FROM removed WHERE merchant = ?1 AND key = ?2",
    ] {
        let mut statement = connection.prepare_cached(sql)?;
        statement.raw_bind_parameter(1, merchant.as_str())?;
        statement.raw_bind_parameter(2, key)?;
        if let Some(row) = statement.raw_query().next()? {
            return row.get(0);
        }
    }
    Ok(0)
}

/// Puts a layer into the tables, and notes the version behind all of them; durable when it returns. Keys deleted before
/// the version `purge` are forgotten, some of them; true: there may be more.
pub(super) fn fold(
    connection: &mut Connection,
    layer: &Layer,
    next: u64,
    purge: u64,
) -> rusqlite::Result<bool> {
    let transaction = connection.transaction()?;
    let more = {
        let mut statements = Statements::new(&transaction)?;
        for (merchant, key, entry) in layer.keys() {
            statements.put(merchant, key, entry.value.as_deref(), entry.version)?;
        }
        let sql = "REPLACE INTO mark (merchant, name, text) VALUES (?1, ?2, ?3)";
        for (merchant, name, text) in layer.marks() {
            transaction
                .prepare_cached(sql)?
                .execute((merchant.as_str(), name, text))?;
        }
        transaction.execute("UPDATE sequence SET bound = max(bound, ?1)", [next])?;
        let sql = "DELETE FROM removed WHERE (merchant, key) IN
            (SELECT merchant, key FROM removed WHERE version < ?1 ORDER BY version LIMIT ?2)";
        let purged = transaction.prepare_cached(sql)?.execute((purge, PURGED))?;
        u32::try_from(purged) == Ok(PURGED)
    };
    transaction.commit()?;
    Ok(more)
}

struct Statements<'c> {
    put: Statement<'c>,
    delete: Statement<'c>,
    remember: Statement<'c>,
}

impl<'c> Statements<'c> {
    fn new(connection: &'c Connection) -> rusqlite::Result<Self> {
        let prepare = |sql| connection.prepare(sql);
        Ok(Self {
            // In its place, which for most is the end.
            put: prepare(
                "INSERT INTO record (merchant, key, value, version) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (merchant, key) DO UPDATE SET value = excluded.value, version = excluded.version",
            )?,
            delete: prepare("DELETE FROM record WHERE merchant = ?1 AND key = ?2")?,
            remember: prepare("REPLACE INTO removed (merchant, key, version) VALUES (?1, ?2, ?3)")?,
        })
    }

    fn put(
        &mut self,
        merchant: &Merchant,
        key: &str,
        value: Option<&str>,
        version: u64,
    ) -> rusqlite::Result<()> {
        if let Some(value) = value {
            self.put.raw_bind_parameter(1, merchant.as_str())?;
            self.put.raw_bind_parameter(2, key)?;
            self.put.raw_bind_parameter(3, value)?;
            self.put.raw_bind_parameter(4, version)?;
            self.put.raw_execute().map(drop)
        } else {
            self.delete.execute((merchant.as_str(), key))?;
            let remember = (merchant.as_str(), key, version);
            self.remember.execute(remember).map(drop)
        }
    }
}

/// Bytes of the file that are in use.
pub(super) fn used(connection: &Connection) -> rusqlite::Result<u64> {
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, u64>(0));
    let pages = number("page_count")?.saturating_sub(number("freelist_count")?);
    Ok(pages.saturating_mul(number("page_size")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::sqlite::file::{RECORDS, TABLES};
    use crate::capabilities::storage::sqlite::layer::Entry;

    fn layer(keys: impl Iterator<Item = (String, Option<String>, u64)>) -> Layer {
        let shop = Merchant::new("shop").unwrap();
        let mut layer = Layer::default();
        for (key, value, version) in keys {
            layer.set(&shop, key, Entry { value, version });
        }
        layer
    }

    #[test]
    fn old_remains_are_purged_in_portions_and_folding_again_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(RECORDS).unwrap();
        connection.execute_batch(TABLES).unwrap();
        let shop = Merchant::new("shop").unwrap();
        let gone = layer((0..2_500).map(|number| (format!("key/{number:04}"), None, 7)));
        assert!(!fold(&mut connection, &gone, 8, 0).unwrap());
        assert!(!fold(&mut connection, &gone, 8, 0).unwrap(), "again");
        let late = layer([("late".to_owned(), None, 8)].into_iter());
        assert!(
            fold(&mut connection, &late, 9, 8).unwrap(),
            "the first portion leaves some"
        );
        assert!(!fold(&mut connection, &Layer::default(), 9, 8).unwrap());
        assert_eq!(version(&connection, &shop, "key/2400").unwrap(), 0);
        assert_eq!(
            version(&connection, &shop, "late").unwrap(),
            8,
            "younger, and still known"
        );
        let put = layer([("late".to_owned(), Some("x".to_owned()), 9)].into_iter());
        fold(&mut connection, &put, 10, 0).unwrap();
        assert_eq!(version(&connection, &shop, "late").unwrap(), 9);
        let bound = connection.query_row("SELECT bound FROM sequence", [], |row| row.get(0));
        assert_eq!(bound, Ok(10_u64));
    }
}
