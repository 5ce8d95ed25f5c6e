//! What changed of late, as readers and the writer share it.

use super::fingerprint::{Fingerprint, Fingerprints};
use super::layer::{Entry, Layer};
use super::remains::Remains;
use super::seen::Seen;
use super::text::Text;
use crate::capabilities::Merchant;
use crate::capabilities::storage::Range;
use std::cmp::Ordering;
use std::iter;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// The layers above the database's tables. Whoever begins to read the tables while holding this sees, of both together,
/// the state of one instant.
#[derive(Debug, Default)]
pub(super) struct Recent {
    layers: RwLock<Layers>,
    pub(super) seen: Seen,
    /// Whether somebody reads the tables for long, so that their log can't begin anew.
    pub(super) held: AtomicBool,
    /// Those by which everything in memory is found.
    pub(super) prints: Fingerprints,
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
    /// The versions of keys that are nowhere.
    pub(super) remains: Remains,
}

impl Recent {
    pub(super) fn look(&self) -> RwLockReadGuard<'_, Layers> {
        self.layers.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn change(&self) -> RwLockWriteGuard<'_, Layers> {
        self.layers.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the active layer the one before; gives that, and the one that it takes the place of.
    pub(super) fn turn(&self) -> (Arc<Layer>, Option<Arc<Layer>>) {
        let mut layers = self.change();
        let next = Layer::like(&layers.active);
        let layer = Arc::new(std::mem::replace(&mut layers.active, next));
        let old = layers.before.replace(Arc::clone(&layer));
        layers.turn += 1;
        self.seen.begin(layers.turn);
        (layer, old)
    }
}

/// A key as it stands above the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// As it was set of late, or seen in the tables.
    Entry(Entry),
    /// The tables have to be asked; its version if it isn't there.
    Unknown(u64),
}

/// A key of a range that changed of late.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) key: Text,
    pub(super) entry: Entry,
}

/// What changed in a range.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Changes {
    pub(super) first: Vec<Found>,
    /// There are no more that the range's rows can reach.
    pub(super) whole: bool,
}

impl Recent {
    /// The keys of these fingerprints at the instant of the layers.
    pub(super) fn known(&self, layers: &Layers, prints: &[Fingerprint]) -> Vec<Known> {
        let entries = prints.iter().map(|print| layers.get(*print).cloned());
        let mut entries: Vec<Option<Entry>> = entries.collect();
        self.seen.entries(prints, &mut entries);
        let known = prints
            .iter()
            .zip(entries)
            .map(|(print, entry)| match entry {
                // Seen as absent, where nothing is known of a delete.
                Some(mut entry) if entry.version == 0 => {
                    entry.version = layers.remains.version(*print);
                    Known::Entry(entry)
                }
                Some(entry) => Known::Entry(entry),
                None => Known::Unknown(layers.remains.version(*print)),
            });
        known.collect()
    }
}

impl Layers {
    /// The key as it was set of late, if it was.
    pub(super) fn get(&self, print: Fingerprint) -> Option<&Entry> {
        let before = || self.before.as_ref()?.get(print);
        self.active.get(print).or_else(before)
    }

    pub(super) fn mark(&self, merchant: &Merchant, name: &str) -> Option<&String> {
        let before = || self.before.as_ref()?.mark(merchant, name);
        self.active.mark(merchant, name).or_else(before)
    }

    /// The first changes in a range, in its direction, as far as its rows can reach, and no more than so many.
    pub(super) fn changes(&self, merchant: &Merchant, range: &Range, most: usize) -> Changes {
        let before = self.before.iter();
        let before = before.flat_map(|layer| changes(layer, merchant, range));
        let active = changes(&self.active, merchant, range);
        let mut left = range.limit;
        // Deleted keys are no rows, and come along.
        let mut all = merged(active, before, range.backward)
            .take_while(|(_, entry)| {
                let more = left > 0;
                left = left.saturating_sub(u32::from(entry.value.is_some()));
                more
            })
            .map(|(key, entry)| Found {
                key: key.clone(),
                entry: entry.clone(),
            });
        let first = all.by_ref().take(most).collect();
        Changes {
            first,
            whole: all.next().is_none(),
        }
    }
}

type Change<'l> = (&'l Text, &'l Entry);

/// All changes of a layer in a range, in its direction.
fn changes<'l>(
    layer: &'l Layer,
    merchant: &Merchant,
    range: &Range,
) -> impl Iterator<Item = Change<'l>> + use<'l> {
    let mut keys = layer.range(merchant, &range.start, &range.end);
    let backward = range.backward;
    iter::from_fn(move || {
        if backward {
            keys.next_back()
        } else {
            keys.next()
        }
    })
}

/// Both in their common order; where both have a key, the upper one's.
fn merged<'l>(
    upper: impl Iterator<Item = Change<'l>>,
    lower: impl Iterator<Item = Change<'l>>,
    backward: bool,
) -> impl Iterator<Item = Change<'l>> {
    let (mut upper, mut lower) = (upper.peekable(), lower.peekable());
    iter::from_fn(move || {
        let order = match (upper.peek(), lower.peek()) {
            (Some((above, _)), Some((below, _))) => ordered(above, below, backward),
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

pub(super) fn ordered(first: &str, second: &str, backward: bool) -> Ordering {
    if backward {
        second.cmp(first)
    } else {
        first.cmp(second)
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::Rows;
    use super::*;
    use crate::capabilities::storage::Row;

    fn entry(value: &str, version: u64) -> Entry {
        Entry {
            value: (value != "-").then(|| value.into()),
            version,
        }
    }

    fn fill(layer: &mut Layer, entries: &[(&str, &str)], version: u64) {
        let shop = Merchant::new("shop").unwrap();
        for (key, value) in entries {
            let print = (u64::from(key.as_bytes()[0]), 0);
            layer.set(&shop, (*key).into(), print, entry(value, version));
        }
    }

    fn layer(entries: &[(&str, &str)], version: u64) -> Layer {
        let mut layer = Layer::default();
        fill(&mut layer, entries, version);
        layer
    }

    fn row((key, entry): Change<'_>) -> Option<Row> {
        let (key, value, version) = (
            key.to_string(),
            entry.value.as_ref()?.to_string(),
            entry.version,
        );
        Some(Row {
            key,
            value,
            version,
        })
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
            ..Layers::default()
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
                    let read = |most| {
                        let changes_first = layers.changes(&shop, &range, most);
                        let whole = changes_first.whole;
                        let mut rows = Rows::new(changes_first, &range);
                        for row in changes(&kept, &shop, &range).filter_map(row) {
                            if rows.reach(&row.key) {
                                rows.add(row);
                            }
                        }
                        (rows.end(), whole)
                    };
                    let expected = changes(&all, &shop, &range).filter_map(row);
                    let limit = usize::try_from(limit).unwrap();
                    let expected: Vec<Row> = expected.take(limit).collect();
                    assert_eq!(
                        read(usize::MAX),
                        (Some(expected.clone()), true),
                        "{range:?}"
                    );
                    for most in 0..8 {
                        // With fewer of the changes it is the same or nothing.
                        let (rows, whole) = read(most);
                        assert!(rows.is_some() || !whole, "{range:?} of {most}");
                        assert!(
                            rows.is_none_or(|rows| rows == expected),
                            "{range:?} of {most}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn absent_keys_have_the_version_of_their_delete() {
        let mut recent = Recent::default();
        let layers = recent.layers.get_mut().unwrap();
        fill(&mut layers.active, &[("a", "-"), ("b", "2")], 7);
        let prints = [b'a', b'b', b'c', b'd', b'e'].map(|key| (u64::from(key), 0));
        let now = std::time::Instant::now();
        for (print, version) in prints.iter().zip([7, 3, 4, 5, 6]) {
            layers.remains.note(*print, version, now);
        }
        let [_, _, seen_absent, seen, unknown] = prints;
        let noted = [(seen_absent, entry("-", 0)), (seen, entry("1", 1))];
        recent.seen.note(0, noted.into_iter());
        let known = recent.known(&recent.look(), &prints);
        let [a, b, c, d] = [("-", 7), ("2", 7), ("-", 4), ("1", 1)]
            .map(|(value, version)| Known::Entry(entry(value, version)));
        assert_eq!(known, [a, b, c, d, Known::Unknown(6)]);
        let never = recent.known(&recent.look(), &[(0, unknown.0)]);
        assert_eq!(never, [Known::Unknown(0)]);
    }
}
