//! The changes of a group that is under way: nobody but the writer looks at them, and only for versions.

use super::fingerprint::{Fingerprint, Fingerprints};
use super::layer::{Entry, Layer};
use crate::capabilities::Merchant;
use std::collections::HashMap;

/// In the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Staged {
    changes: Vec<(Merchant, String, Entry)>,
    marks: Vec<(Merchant, String, String)>,
    versions: HashMap<Fingerprint, u64>,
    prints: Fingerprints,
    weight: u64,
}

impl Staged {
    pub(super) fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.marks.is_empty()
    }

    /// About how many bytes a layer grows by with them, at most.
    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) fn set(&mut self, merchant: &Merchant, key: String, entry: Entry) {
        self.weight = self.weight.saturating_add(entry.weight(&key));
        let print = self.prints.of(merchant, &key);
        self.versions.insert(print, entry.version);
        self.changes.push((merchant.clone(), key, entry));
    }

    pub(super) fn set_mark(&mut self, merchant: &Merchant, name: String, text: String) {
        self.marks.push((merchant.clone(), name, text));
    }

    /// The version of a key that one of them set.
    pub(super) fn version(&self, merchant: &Merchant, key: &str) -> Option<u64> {
        if self.versions.is_empty() {
            return None;
        }
        let print = self.prints.of(merchant, key);
        self.versions.get(&print).copied()
    }

    /// Puts all of them into a layer and is empty then.
    pub(super) fn move_into(&mut self, layer: &mut Layer) {
        for (merchant, key, entry) in self.changes.drain(..) {
            layer.set(&merchant, key, entry);
        }
        for (merchant, name, text) in self.marks.drain(..) {
            layer.set_mark(&merchant, name, text);
        }
        self.clear();
    }

    /// Forgets them.
    pub(super) fn clear(&mut self) {
        self.changes.clear();
        self.marks.clear();
        self.versions.clear();
        self.weight = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_of_a_key_is_what_a_layer_gets() {
        let shop = Merchant::new("shop").unwrap();
        let other = Merchant::new("other").unwrap();
        let mut staged = Staged::default();
        assert_eq!(staged.version(&shop, "a"), None);
        for version in [3, 4] {
            let value = Some(version.to_string());
            staged.set(&shop, "a".to_owned(), Entry { value, version });
        }
        staged.set_mark(&shop, "m".to_owned(), "x".to_owned());
        assert_eq!(staged.version(&shop, "a"), Some(4));
        assert_eq!(staged.version(&other, "a"), None);
        let mut layer = Layer::default();
        staged.move_into(&mut layer);
        assert!(staged.is_empty());
        assert_eq!((staged.weight(), staged.version(&shop, "a")), (0, None));
        assert_eq!(layer.get(&shop, "a").map(|entry| entry.version), Some(4));
        assert_eq!(layer.mark(&shop, "m").map(String::as_str), Some("x"));
    }
}
