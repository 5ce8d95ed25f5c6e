//! What changed of late, as readers and the writer share it.

use super::layer::{Entry, Layer};
use super::seen::Seen;
use crate::capabilities::Merchant;
use crate::capabilities::storage::{Range, Row};
use std::cmp::Ordering;
use std::iter;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The layers above the database's tables. Whoever begins to read the tables while holding this sees, of both together,
/// the state of one instant.
#[derive(Debug, Default)]
pub(super) struct Recent {
    layers: RwLock<Layers>,
    pub(super) seen: Seen,
}

#[derive(Debug, Default)]
pub(super) struct Layers {
    /// What is written now goes here.
    pub(super) active: Layer,
    /// The layer before it, while it goes into the tables, and then until the next one takes its place: what was written
    /// of late is what is read next.
    pub(super) before: Option<Arc<Layer>>,
    /// How many layers there were before the active one.
    pub(super) turn: u64,
}

impl Recent {
    pub(super) fn look(&self) -> RwLockReadGuard<'_, Layers> {
        self.layers.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self) -> RwLockWriteGuard<'_, Layers> {
        self.layers.write().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A key of a range as one of the layers or the tables has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) key: String,
    pub(super) entry: Entry,
}

impl Layers {
    /// The key as it was set of late, if it was.
    pub(super) fn get(&self, merchant: &Merchant, key: &str) -> Option<&Entry> {
        let before = || self.before.as_ref()?.get(merchant, key);
        self.active.get(merchant, key).or_else(before)
    }

    pub(super) fn mark(&self, merchant: &Merchant, name: &str) -> Option<&String> {
        let before = || self.before.as_ref()?.mark(merchant, name);
        self.active.mark(merchant, name).or_else(before)
    }

    /// The changes in a range, in its direction, as far as its rows can reach.
    pub(super) fn changes(&self, merchant: &Merchant, range: &Range) -> Vec<Found> {
        let before = self.before.iter();
        let before = before.flat_map(|layer| changes(layer, merchant, range));
        let active = changes(&self.active, merchant, range);
        within(merged(active, before, range.backward), range.limit).collect()
    }
}

/// All changes of a layer in a range, in its direction.
fn changes<'l>(
    layer: &'l Layer,
    merchant: &Merchant,
    range: &Range,
) -> Box<dyn Iterator<Item = Found> + 'l> {
    let found = |(key, entry): (&str, &Entry)| Found {
        key: key.to_owned(),
        entry: entry.clone(),
    };
    let keys = layer.range(merchant, &range.start, &range.end);
    if range.backward {
        Box::new(keys.rev().map(found))
    } else {
        Box::new(keys.map(found))
    }
}

/// Up to as many keys with a value as there may be rows; deleted ones, which are no rows, come along.
fn within(keys: impl Iterator<Item = Found>, limit: u32) -> impl Iterator<Item = Found> {
    let mut left = limit;
    keys.take_while(move |found| {
        let more = left > 0;
        left = left.saturating_sub(u32::from(found.entry.value.is_some()));
        more
    })
}

/// The rows of a range: what changed in it over what the tables hold of it, both in its direction.
pub(super) fn rows(
    changes: Vec<Found>,
    stored: impl Iterator<Item = Found>,
    range: &Range,
) -> Vec<Row> {
    let row = |found: Found| {
        Some(Row {
            key: found.key,
            value: found.entry.value?,
            version: found.entry.version,
        })
    };
    let limit = usize::try_from(range.limit).unwrap_or(usize::MAX);
    merged(changes, stored, range.backward)
        .filter_map(row)
        .take(limit)
        .collect()
}

/// Both in their common order; where both have a key, the upper one's.
fn merged(
    upper: impl IntoIterator<Item = Found>,
    lower: impl IntoIterator<Item = Found>,
    backward: bool,
) -> impl Iterator<Item = Found> {
    let (mut upper, mut lower) = (upper.into_iter().peekable(), lower.into_iter().peekable());
    iter::from_fn(move || {
        let order = match (upper.peek(), lower.peek()) {
            (Some(above), Some(below)) if backward => below.key.cmp(&above.key),
            (Some(above), Some(below)) => above.key.cmp(&below.key),
            (None, _) => Ordering::Greater,
            (_, None) => Ordering::Less,
        };
        match order {
            Ordering::Greater => lower.next(),
            Ordering::Less => upper.next(),
            Ordering::Equal => {
                lower.next();
                upper.next()
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: &str, version: u64) -> Entry {
        Entry {
            value: (value != "-").then(|| value.to_owned()),
            version,
        }
    }

    fn fill(layer: &mut Layer, entries: &[(&str, &str)], version: u64) {
        let shop = Merchant::new("shop").unwrap();
        for (key, value) in entries {
            layer.set(&shop, (*key).to_owned(), entry(value, version));
        }
    }

    fn layer(entries: &[(&str, &str)], version: u64) -> Layer {
        let mut layer = Layer::default();
        fill(&mut layer, entries, version);
        layer
    }

    /// Against one map into which all three were written in turn.
    #[test]
    fn ranges_see_the_latest_of_three_layers() {
        let stored = [("a", "1"), ("b", "1"), ("c", "1"), ("d", "1"), ("f", "1")];
        let folding = [("b", "-"), ("c", "2"), ("e", "2"), ("g", "-")];
        let active = [("a", "-"), ("c", "-"), ("e", "-"), ("f", "3"), ("h", "3")];
        let shop = Merchant::new("shop").unwrap();
        let layers = Layers {
            active: layer(&active, 3),
            before: Some(Arc::new(layer(&folding, 2))),
            turn: 1,
        };
        let mut all = layer(&stored, 1);
        fill(&mut all, &folding, 2);
        fill(&mut all, &active, 3);
        for (start, end) in [("", "~"), ("b", "f"), ("c", "c"), ("e", "h"), ("x", "a")] {
            for limit in 1..6 {
                for backward in [false, true] {
                    let range = Range {
                        start: start.to_owned(),
                        end: end.to_owned(),
                        limit,
                        backward,
                    };
                    let kept = layer(&stored, 1);
                    let kept = changes(&kept, &shop, &range);
                    let found = rows(layers.changes(&shop, &range), kept, &range);
                    let expected = changes(&all, &shop, &range).collect();
                    let expected = rows(expected, iter::empty(), &range);
                    assert_eq!(found, expected, "{range:?}");
                }
            }
        }
    }
}
