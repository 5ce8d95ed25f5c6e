//! The database's tables: how a layer of changes goes into them, and what a key's version is in them.

use super::layer::Layer;
use crate::capabilities::Merchant;
use rusqlite::{Connection, Statement};

/// The version of a key; 0 if the tables don't have it.
pub(super) fn version(
    connection: &Connection,
    merchant: &Merchant,
    key: &str,
) -> rusqlite::Result<u64> {
    let sql = "SELECT version FROM record WHERE merchant = ?1 AND key = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement.raw_bind_parameter(1, merchant.as_str())?;
    statement.raw_bind_parameter(2, key)?;
    let mut rows = statement.raw_query();
    rows.next()?.map_or(Ok(0), |row| row.get(0))
}

/// Bytes of changes after which the disk is to confirm what was written so far, about: all of it at the end would hold up the syncs of
/// commits.
const SYNC: u64 = 2 * 1024 * 1024;

/// Puts a layer into the tables, and notes the version behind all of it: everything before that is in them then. Durable
/// when it returns. `sync` has the disk take what has come to the log until then.
pub(super) fn fold(
    connection: &mut Connection,
    layer: &Layer,
    next: u64,
    sync: impl Fn() -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statements = Statements::new(&transaction)?;
        let mut bytes = 0;
        for (merchant, key, entry) in layer.keys() {
            statements.put(merchant, key, entry.value.as_deref(), entry.version)?;
            bytes += entry.weight(key);
            if bytes >= SYNC {
                bytes = 0;
                sync()?;
            }
        }
        let sql = "REPLACE INTO mark (merchant, name, text) VALUES (?1, ?2, ?3)";
        for (merchant, name, text) in layer.marks() {
            transaction
                .prepare_cached(sql)?
                .execute((merchant.as_str(), name, text))?;
        }
        transaction.execute("UPDATE sequence SET bound = max(bound, ?1)", [next])?;
    }
    transaction.commit()
}

struct Statements<'c> {
    put: Statement<'c>,
    delete: Statement<'c>,
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
            self.delete.raw_bind_parameter(1, merchant.as_str())?;
            self.delete.raw_bind_parameter(2, key)?;
            self.delete.raw_execute().map(drop)
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

    #[test]
    fn folding_again_changes_nothing() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(RECORDS).unwrap();
        connection.execute_batch(TABLES).unwrap();
        let shop = Merchant::new("shop").unwrap();
        let mut layer = Layer::default();
        for number in 0..4 {
            let (key, version) = (format!("key/{number}"), number + 1);
            let value = (number % 2 == 0).then(|| "x".into());
            layer.set(&shop, (*key).into(), (number, 0), Entry { value, version });
        }
        for next in [5, 4] {
            fold(&mut connection, &layer, next, || Ok(())).unwrap();
            let version = |key| version(&connection, &shop, key).unwrap();
            assert_eq!(["key/0", "key/1", "key/2"].map(version), [1, 0, 3]);
            let bound = connection.query_row("SELECT bound FROM sequence", [], |row| row.get(0));
            assert_eq!(bound, Ok(5_u64));
        }
        let mut later = Layer::default();
        for (print, value) in [(0, None), (1, Some("y".into()))] {
            let (key, version) = (format!("key/{print}"), 6);
            later.set(&shop, (*key).into(), (print, 0), Entry { value, version });
        }
        fold(&mut connection, &later, 7, || Ok(())).unwrap();
        let version = |key| version(&connection, &shop, key).unwrap();
        assert_eq!(["key/0", "key/1", "key/2"].map(version), [0, 6, 3]);
    }
}
