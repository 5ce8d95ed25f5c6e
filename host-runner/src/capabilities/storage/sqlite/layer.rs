//! Changes that are durable in the journal and not yet in the database's tables, in memory.

use crate::capabilities::Merchant;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Bound;
use std::sync::Arc;

/// What a change weighs beside the bytes of its key and value: about what the maps hold for it.
const EACH: u64 = 150;

/// What a deleted key weighs beside that: scans step over each of them, so there must not be too many.
const DELETED: u64 = 4 * 1024;

/// What a key was set to; none: deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) value: Option<String>,
    pub(super) version: u64,
}

impl Entry {
    /// Bytes that it takes in a layer, about.
    pub(super) fn weight(&self, key: &str) -> u64 {
        let bytes = key
            .len()
            .saturating_add(self.value.as_ref().map_or(0, String::len));
        let deleted = if self.value.is_none() { DELETED } else { 0 };
        u64::try_from(bytes)
            .unwrap_or(u64::MAX)
            .saturating_add(EACH + deleted)
    }
}

/// The latest state of each key that changed in a time.
#[derive(Debug, Default)]
pub(super) struct Layer {
    spaces: HashMap<Merchant, Space>,
    weight: u64,
}

/// Of one merchant. Nearly every look at it is for one key, and most of those are not there: a hash tells that at once,
/// where a search in order would compare a dozen keys that begin alike.
#[derive(Debug, Default)]
struct Space {
    entries: HashMap<Arc<str>, Entry>,
    order: BTreeSet<Arc<str>>,
    marks: BTreeMap<String, String>,
}

impl Layer {
    /// About how many bytes it holds in memory.
    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spaces.is_empty()
    }

    pub(super) fn set(&mut self, merchant: &Merchant, key: String, entry: Entry) {
        let text = key.as_str();
        self.weight = self.weight.saturating_add(entry.weight(text));
        let space = self.space(merchant);
        let before = match space.entries.get_mut(text) {
            Some(old) => Some(std::mem::replace(old, entry).weight(text)),
            None => {
                let key: Arc<str> = key.into();
                space.order.insert(Arc::clone(&key));
                space.entries.insert(key, entry);
                None
            }
        };
        self.weight = self.weight.saturating_sub(before.unwrap_or(0));
    }

    pub(super) fn set_mark(&mut self, merchant: &Merchant, name: String, text: String) {
        self.space(merchant).marks.insert(name, text);
    }

    pub(super) fn get(&self, merchant: &Merchant, key: &str) -> Option<&Entry> {
        self.spaces.get(merchant)?.entries.get(key)
    }

    pub(super) fn mark(&self, merchant: &Merchant, name: &str) -> Option<&String> {
        self.spaces.get(merchant)?.marks.get(name)
    }

    /// The changed keys from `start` on and before `end`, in order.
    pub(super) fn range<'l>(
        &'l self,
        merchant: &Merchant,
        start: &str,
        end: &str,
    ) -> impl DoubleEndedIterator<Item = (&'l str, &'l Entry)> + use<'l> {
        // `BTreeSet::range` doesn't take a range whose start lies behind its end.
        let space = self.spaces.get(merchant).filter(|_| start < end);
        let bounds = (Bound::Included(start), Bound::Excluded(end));
        let rows = space.map(|space| {
            let keys = space.order.range::<str, _>(bounds);
            keys.filter_map(|key| space.row(key))
        });
        rows.into_iter().flatten()
    }

    /// All changed keys, each merchant's side by side and in order, as the database's table has them.
    pub(super) fn keys(&self) -> impl Iterator<Item = (&Merchant, &str, &Entry)> {
        self.in_order().into_iter().flat_map(|(merchant, space)| {
            let rows = space.order.iter().filter_map(|key| space.row(key));
            rows.map(move |(key, entry)| (merchant, key, entry))
        })
    }

    /// All marks that were set.
    pub(super) fn marks(&self) -> impl Iterator<Item = (&Merchant, &str, &str)> {
        self.in_order().into_iter().flat_map(|(merchant, space)| {
            let marks = space.marks.iter();
            marks.map(move |(name, text)| (merchant, name.as_str(), text.as_str()))
        })
    }

    fn in_order(&self) -> BTreeMap<&Merchant, &Space> {
        self.spaces.iter().collect()
    }

    fn space(&mut self, merchant: &Merchant) -> &mut Space {
        // A look first: the id need not be copied where the space is there.
        if !self.spaces.contains_key(merchant) {
            self.spaces.insert(merchant.clone(), Space::default());
        }
        self.spaces.entry(merchant.clone()).or_default()
    }
}

impl Space {
    fn row(&self, key: &str) -> Option<(&str, &Entry)> {
        let (key, entry) = self.entries.get_key_value(key)?;
        Some((key, entry))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: Option<&str>, version: u64) -> Entry {
        Entry {
            value: value.map(str::to_owned),
            version,
        }
    }

    #[test]
    fn the_latest_state_of_a_key_is_what_is_held_and_weighed() {
        let shop = Merchant::new("shop").unwrap();
        let mut layer = Layer::default();
        assert!(layer.is_empty());
        layer.set(&shop, "a".to_owned(), entry(Some("1234"), 1));
        let once = layer.weight();
        layer.set(&shop, "a".to_owned(), entry(Some("123456"), 2));
        assert_eq!(layer.weight(), once + 2);
        layer.set(&shop, "a".to_owned(), entry(None, 3));
        layer.set_mark(&shop, "m".to_owned(), "x".to_owned());
        assert_eq!(layer.get(&shop, "a"), Some(&entry(None, 3)));
        assert_eq!(layer.weight(), once - 4 + DELETED);
        assert_eq!(layer.mark(&shop, "m").map(String::as_str), Some("x"));
    }

    #[test]
    fn keys_come_by_merchant_and_in_order() {
        let mut layer = Layer::default();
        for (merchant, key) in [("b", "2"), ("a", "9"), ("b", "1"), ("a", "10")] {
            let merchant = Merchant::new(merchant).unwrap();
            layer.set(&merchant, key.to_owned(), entry(Some(""), 1));
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
