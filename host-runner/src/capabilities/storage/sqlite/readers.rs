//! Connections that read, each call at one instant, beside the writer.

use super::Settings;
use super::file;
use super::fingerprint::Fingerprint;
use super::layer::Entry;
use super::lookup::{Lookup, MANY};
use super::pool::Pool;
use super::recent::{Changes, Known, Layers, Recent};
use super::rows::{Rows, Told};
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Error, Range, Row, Versioned};
use rusqlite::{Connection, OptionalExtension};
use std::path::Path;
use std::sync::Arc;

/// What is remembered of keys that were looked up in the tables.
#[derive(Clone, Copy, PartialEq)]
enum Note {
    /// All, for who reads them next.
    Values,
    /// No more than the writer asks for: what is read by the hundred isn't read again soon.
    Versions,
}

/// Reads what is in the tables together with what changed of late.
#[derive(Debug)]
pub(super) struct Readers {
    recent: Arc<Recent>,
    pool: Pool,
    lookup: Arc<Lookup>,
}

impl Readers {
    pub(super) fn new(
        path: &Path,
        settings: &Settings,
        recent: Arc<Recent>,
        lookup: Arc<Lookup>,
    ) -> Self {
        Self {
            recent,
            pool: Pool::new(path, settings),
            lookup,
        }
    }

    /// The keys as they stand at one instant.
    pub(super) fn read(
        &self,
        merchant: &Merchant,
        keys: &[String],
    ) -> Result<Vec<Versioned>, Error> {
        let prints = self.prints(merchant, keys);
        if keys.len() >= MANY {
            let all = self.all(merchant, keys, &prints, Note::Versions)?;
            return Ok(all.iter().map(versioned).collect());
        }
        let known = self.recent.known(&self.recent.look(), &prints);
        let entry = |known: &Known| match known {
            Known::Entry(entry) => Some(versioned(entry)),
            Known::Unknown(_) => None,
        };
        if let Some(all) = known.iter().map(entry).collect() {
            return Ok(all);
        }
        let all = self.all(merchant, keys, &prints, Note::Values)?;
        Ok(all.iter().map(versioned).collect())
    }

    /// Has at hand what the tables say of the keys, for who is going to read them.
    pub(super) fn fetch(&self, merchant: &Merchant, keys: &[String]) -> Result<(), Error> {
        let prints = self.prints(merchant, keys);
        self.all(merchant, keys, &prints, Note::Values).map(drop)
    }

    fn prints(&self, merchant: &Merchant, keys: &[String]) -> Vec<Fingerprint> {
        let prints = keys.iter().map(|key| self.recent.prints.of(merchant, key));
        prints.collect()
    }

    /// The keys as they stand at one instant, those that aren't known looked up in the tables.
    fn all(
        &self,
        merchant: &Merchant,
        keys: &[String],
        prints: &[Fingerprint],
        note: Note,
    ) -> Result<Vec<Entry>, Error> {
        let of_late = |layers: &Layers| (layers.turn, self.recent.known(layers, prints));
        self.snapshot(of_late, |connection, (turn, known)| {
            let unknown = |known: &Known| matches!(known, Known::Unknown(_));
            let wanted = keys.iter().zip(&known).filter(|(_, known)| unknown(known));
            let wanted: Vec<&str> = wanted.map(|(key, _)| key.as_str()).collect();
            let found = self.lookup.entries(connection, merchant, &wanted)?;
            let mut found = found.into_iter();
            let mut noted = Vec::with_capacity(wanted.len());
            let mut all = Vec::with_capacity(keys.len());
            for (print, known) in prints.iter().zip(known) {
                let entry = match known {
                    Known::Entry(entry) => entry,
                    Known::Unknown(absent) => {
                        let mut entry = found.next().ok_or(rusqlite::Error::InvalidQuery)?;
                        let value = entry.value.clone().filter(|_| note == Note::Values);
                        let version = entry.version;
                        noted.push((*print, Entry { value, version }));
                        if entry.value.is_none() {
                            entry.version = absent;
                        }
                        entry
                    }
                };
                all.push(entry);
            }
            let (seen, fetched) = (&self.recent.seen, noted.len() < keys.len());
            let noted = noted.into_iter();
            match note {
                Note::Values => seen.note(turn, noted),
                Note::Versions => {
                    seen.note_versions(turn, noted.map(|(print, entry)| (print, entry.version)));
                    if fetched {
                        seen.forget_values(prints);
                    }
                }
            }
            Ok(all)
        })
    }

    /// The rows of a range at one instant, or their keys.
    pub(super) fn scan<T: Stored>(
        &self,
        merchant: &Merchant,
        range: &Range,
    ) -> Result<Vec<T>, Error> {
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

/// What is told of a key as the tables have it.
pub(super) trait Stored: Told {
    /// The key first.
    const FORWARD: &str;
    const BACKWARD: &str;

    fn of_row(key: &str, row: &rusqlite::Row<'_>) -> rusqlite::Result<Self>;
}

impl Stored for Row {
    const FORWARD: &str = "SELECT key, value, version FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key";
    const BACKWARD: &str = "SELECT key, value, version FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key DESC";

    fn of_row(key: &str, row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            key: key.to_owned(),
            value: row.get(1)?,
            version: row.get(2)?,
        })
    }
}

/// Keys stand in an index of their own, and the rows, of which each may lie on another page, are not looked for.
impl Stored for String {
    const FORWARD: &str = "SELECT key FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key";
    const BACKWARD: &str = "SELECT key FROM record
         WHERE merchant = ?1 AND key >= ?2 AND key < ?3 ORDER BY key DESC";

    fn of_row(key: &str, _: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(key.to_owned())
    }
}

/// The rows of a range, if as much as was told of its changes is enough for them.
fn scan<T: Stored>(
    connection: &Connection,
    merchant: &Merchant,
    range: &Range,
    changes: Changes,
) -> rusqlite::Result<Option<Vec<T>>> {
    let sql = if range.backward {
        T::BACKWARD
    } else {
        T::FORWARD
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
            rows.add(T::of_row(key, row)?);
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
