//! All merchants and their marks, of the tables and what changed of late together.

use super::Sqlite;
use super::layer::Layer;
use super::recent::Layers;
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Contents, Error};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Finds the next one by the index, over all keys of the one before.
const MERCHANTS: [&str; 2] = [
    "SELECT min(merchant) FROM record WHERE merchant > ?1",
    "SELECT min(merchant) FROM mark WHERE merchant > ?1",
];

const MARKS: &str = "SELECT name, text FROM mark WHERE merchant = ?1";

impl Contents for Sqlite {
    fn merchants(&self) -> Result<Vec<Merchant>, Error> {
        let of_late = |layers: &Layers| -> BTreeSet<Merchant> {
            let before = layers.before.as_deref().into_iter();
            let layers = before.chain([&layers.active]);
            layers.flat_map(Layer::merchants).cloned().collect()
        };
        let found = self.readers.snapshot(of_late, |connection, mut found| {
            for statement in MERCHANTS {
                let mut last = String::new();
                while let Some(next) = next(connection, statement, &last)? {
                    found.extend(Merchant::stored(&next));
                    last = next;
                }
            }
            Ok(found)
        })?;
        Ok(found.into_iter().collect())
    }

    fn marks(&self, merchant: &Merchant) -> Result<BTreeMap<String, String>, Error> {
        let of_late = |layers: &Layers| -> Vec<(String, String)> {
            let before = layers.before.as_deref().into_iter();
            let layers = before.chain([&layers.active]);
            let marks = layers.flat_map(|layer| layer.marks());
            let own = marks.filter(|(whose, _, _)| *whose == merchant);
            own.map(|(_, name, text)| (name.to_owned(), text.to_owned()))
                .collect()
        };
        self.readers.snapshot(of_late, |connection, recent| {
            let mut statement = connection.prepare_cached(MARKS)?;
            let rows =
                statement.query_map([merchant.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let mut marks: BTreeMap<String, String> = rows.collect::<Result<_, _>>()?;
            marks.extend(recent);
            Ok(marks)
        })
    }
}

fn next(connection: &Connection, statement: &str, last: &str) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare_cached(statement)?;
    statement.query_row([last], |row| row.get(0))
}
