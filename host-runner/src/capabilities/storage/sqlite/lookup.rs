//! Looking up many keys in the tables.

use super::layer::Entry;
use crate::capabilities::Merchant;
use rusqlite::Connection;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// So many keys are read at once by what goes through a part of all, one after the other.
pub(super) const MANY: usize = 128;

/// Keys of which the time that they take says something.
const ENOUGH: usize = 32;

/// What a key takes, at least, that lies apart.
const LONG: Duration = Duration::from_nanos(3_500);

/// Looks up keys, and knows whether those of late lay close together. A key whose page no connection has in memory takes several times as long as
/// one whose page was just read: the system finds the page and copies it, and the processor has seen none of it.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    /// At first nothing is in memory.
    close: AtomicBool,
}

impl Lookup {
    /// One that found keys side by side.
    #[cfg(test)]
    pub(super) fn of_close() -> Self {
        Self {
            close: AtomicBool::new(true),
        }
    }

    /// Whether keys of which many were read lay side by side.
    pub(super) fn are_close(&self) -> bool {
        self.close.load(Ordering::Relaxed)
    }

    /// What the tables say of the keys, in their order; version 0 if they don't have one.
    pub(super) fn entries(
        &self,
        connection: &Connection,
        merchant: &Merchant,
        keys: &[&str],
    ) -> rusqlite::Result<Vec<Entry>> {
        let since = Instant::now();
        let found = stored(connection, merchant, keys)?;
        if keys.len() >= ENOUGH {
            let each = since.elapsed() / u32::try_from(keys.len()).unwrap_or(u32::MAX);
            self.close.store(each < LONG, Ordering::Relaxed);
        }
        Ok(found)
    }
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
