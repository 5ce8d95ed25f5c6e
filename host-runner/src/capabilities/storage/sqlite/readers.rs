//! Connections that read, each call at one instant, beside the writer.

use super::Settings;
use super::file;
use super::layer::Entry;
use super::lookup::Lookup;
use super::pool::{Lease, Pool};
use super::recent::{Changes, Known, Layers, Recent, Rows};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Range, Row, Versioned};
use rusqlite::{Connection, OptionalExtension};
use std::path::Path;
use std::sync::Arc;

/// Reads what is in the tables together with what changed of late.
#[derive(Debug)]
pub(super) struct Readers {
    recent: Arc<Recent>,
    pool: Pool,
    lookup: Lookup,
}

impl Readers {
    pub(super) fn new(path: &Path, settings: &Settings, recent: Arc<Recent>) -> Self {
        Self {
            recent,
            pool: Pool::new(path, settings),
            lookup: Lookup::default(),
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
        let unknown = |known: &&Known| matches!(known, Known::Unknown(_));
        let wanted = known.iter().filter(unknown).count();
        let second = self.lookup.wants_two(wanted).then(|| self.pool.spare());
        let of_late = |layers: &Layers| {
            // A fold may end between the two beginnings: what it changes is in a layer, and so known. Of all else both see one instant.
            let second = second.flatten().and_then(Lease::begun);
            (layers.turn, self.recent.known(layers, &prints), second)
        };
        self.snapshot(of_late, |connection, (turn, known, second)| {
            let wanted = keys.iter().zip(&known).filter(|(_, known)| unknown(known));
            let wanted: Vec<&str> = wanted.map(|(key, _)| key.as_str()).collect();
            let found = self.lookup.entries(connection, second, merchant, &wanted)?;
            let mut found = found.into_iter();
            let mut noted = Vec::with_capacity(wanted.len());
            let mut all = Vec::with_capacity(keys.len());
            for (print, known) in prints.iter().zip(known) {
                let entry = match known {
                    Known::Entry(entry) => entry,
                    Known::Unknown(absent) => {
                        let mut entry = found.next().ok_or(rusqlite::Error::InvalidQuery)?;
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
        let begin = |connection: &Connection| {
            let layers = self.recent.look();
            file::begin_snapshot(connection)?;
            Ok(of_late(&layers))
        };
        let found = self.pool.lend().read(begin, work);
        found.map_err(|error| file::error(&error))
    }
}

fn versioned(entry: &Entry) -> Versioned {
    Versioned {
        value: entry.value.as_deref().map(str::to_owned),
        version: entry.version,
    }
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
