//! Changes that are durable in the journal and not yet in the database's tables, in memory.

use super::fingerprint::{ByPrint, Fingerprint};
use super::text::Text;
use crate::capabilities::Merchant;
use std::collections::{BTreeMap, HashMap};
use std::ops::Bound;

/// What a change weighs beside the bytes of its key and value: about what the maps hold for it.
const EACH: u64 = 150;

/// What a deleted key weighs beside that: scans step over each of them, so there must not be too many.
const DELETED: u64 = 1024;

/// What a key was set to; none: deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) value: Option<Text>,
    pub(super) version: u64,
}

impl Entry {
    /// Bytes that it takes in a layer, about.
    pub(super) fn weight(&self, key: &str) -> u64 {
        let bytes = key
            .len()
            .saturating_add(self.value.as_ref().map_or(0, |value| value.len()));
        let deleted = if self.value.is_none() { DELETED } else { 0 };
        u64::try_from(bytes)
            .unwrap_or(u64::MAX)
            .saturating_add(EACH + deleted)
    }
}

/// The latest state of each key that changed in a time.
///
/// Nearly every look at it is for one key, and most of those are not there: a hash tells that at once, where a search in
/// order would compare a dozen keys that begin alike.
#[derive(Debug, Default)]
pub(super) struct Layer {
    /// In the order in which the keys came, which is nearly that of the keys: whoever goes through many of them finds them
    /// side by side.
    entries: Vec<Entry>,
    places: ByPrint<usize>,
    spaces: HashMap<Merchant, Space>,
    weight: u64,
}

/// Of one merchant.
#[derive(Debug, Default)]
struct Space {
    /// Where each key's entry is.
    order: BTreeMap<Text, usize>,
    marks: BTreeMap<String, String>,
}

impl Layer {
    /// An empty one with room for as much as there is in another: growing to it costs more than filling it.
    pub(super) fn like(other: &Self) -> Self {
        let mut layer = Self::default();
        layer.entries.reserve(other.entries.len());
        layer.places.reserve(other.places.len());
        layer
    }

    /// About how many bytes were written to it. It holds no more of them: what was written over may still lie in the block of what was written
    /// with it.
    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spaces.is_empty()
    }

    /// Sets a key, which has the fingerprint.
    pub(super) fn set(&mut self, merchant: &Merchant, key: Text, print: Fingerprint, entry: Entry) {
        self.weight = self.weight.saturating_add(entry.weight(&key));
        let place = *self.places.entry(print).or_insert(self.entries.len());
        if let Some(known) = self.entries.get_mut(place) {
            *known = entry;
        } else {
            self.entries.push(entry);
            self.space(merchant).order.insert(key, place);
        }
    }

    pub(super) fn set_mark(&mut self, merchant: &Merchant, name: String, text: String) {
        self.space(merchant).marks.insert(name, text);
    }

    pub(super) fn get(&self, print: Fingerprint) -> Option<&Entry> {
        self.entries.get(*self.places.get(&print)?)
    }

    pub(super) fn mark(&self, merchant: &Merchant, name: &str) -> Option<&String> {
        self.spaces.get(merchant)?.marks.get(name)
    }

    /// The merchants of whom something changed.
    pub(super) fn merchants(&self) -> impl Iterator<Item = &Merchant> {
        self.spaces.keys()
    }

    /// The changed keys from `start` on and before `end`, in order.
    pub(super) fn range<'l>(
        &'l self,
        merchant: &Merchant,
        start: &str,
        end: &str,
    ) -> impl DoubleEndedIterator<Item = (&'l Text, &'l Entry)> + use<'l> {
        // `BTreeMap::range` doesn't take a range whose start lies behind its end.
        let space = self.spaces.get(merchant).filter(|_| start < end);
        let bounds = (Bound::Included(start), Bound::Excluded(end));
        let rows = space.map(|space| {
            let keys = space.order.range::<str, _>(bounds);
            keys.filter_map(|row| self.row(row))
        });
        rows.into_iter().flatten()
    }

    /// All changed keys, each merchant's side by side and in order, as the database's table has them.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&Merchant, &str, &Entry)> {
        self.in_order().into_iter().flat_map(|(merchant, space)| {
            let rows = space.order.iter().filter_map(|row| self.row(row));
            rows.map(move |(key, entry)| (merchant, &**key, entry))
        })
    }

    /// All marks that were set.
    pub(super) fn marks(&self) -> impl Iterator<Item = (&Merchant, &str, &str)> {
        self.in_order().into_iter().flat_map(|(merchant, space)| {
            let marks = space.marks.iter();
            marks.map(move |(name, text)| (merchant, name.as_str(), text.as_str()))
        })
    }

    fn row<'l>(&'l self, (key, place): (&'l Text, &usize)) -> Option<(&'l Text, &'l Entry)> {
        Some((key, self.entries.get(*place)?))
    }

    fn in_order(&self) -> BTreeMap<&Merchant, &Space> {
        self.spaces.iter().collect()
    }

    fn space(&mut self, merchant: &Merchant) -> &mut Space {
        self.spaces.entry(merchant.clone()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capabilities::storage::sqlite::fingerprint::Fingerprints;

    fn entry(value: Option<&str>, version: u64) -> Entry {
        Entry {
            value: value.map(Text::from),
            version,
        }
    }

    #[test]
    fn the_latest_state_of_a_key_is_held_and_all_that_was_written_is_weighed() {
        let shop = Merchant::new("shop").unwrap();
        let mut layer = Layer::default();
        assert!(layer.is_empty());
        let a = || Text::from("a");
        layer.set(&shop, a(), (1, 1), entry(Some("1234"), 1));
        let once = layer.weight();
        layer.set(&shop, a(), (1, 1), entry(Some("123456"), 2));
        assert_eq!(layer.weight(), 2 * once + 2);
        layer.set(&shop, a(), (1, 1), entry(None, 3));
        layer.set_mark(&shop, "m".to_owned(), "x".to_owned());
        assert_eq!(layer.get((1, 1)), Some(&entry(None, 3)));
        assert_eq!(layer.weight(), 3 * once - 2 + DELETED);
        assert_eq!(layer.mark(&shop, "m").map(String::as_str), Some("x"));
    }

    #[test]
    fn keys_come_by_merchant_and_in_order() {
        let (mut layer, prints) = (Layer::default(), Fingerprints::default());
        for (merchant, key) in [("b", "2"), ("a", "9"), ("b", "1"), ("a", "10")] {
            let merchant = Merchant::new(merchant).unwrap();
            let print = prints.of(&merchant, key);
            layer.set(&merchant, key.into(), print, entry(Some(""), 1));
        }
        let keys: Vec<_> = layer
            .keys()
            .map(|(merchant, key, _)| format!("{}{key}", merchant.as_str()))
            .collect();
        assert_eq!(keys, ["a10", "a9", "b1", "b2"]);
        let b = Merchant::new("b").unwrap();
        assert_eq!(layer.range(&b, "1", "2").count(), 1);
        assert_eq!(layer.range(&b, "2", "1").count(), 0);
    }
}
