//! The changes of a group that is under way: nobody but the writer looks at them, and only for versions.

use super::fingerprint::{ByPrint, Fingerprint};
use super::layer::Entry;
use super::recent::Layers;
use super::text::Text;
use crate::capabilities::Merchant;
use std::time::Instant;

/// In the order in which they were made.
#[derive(Debug, Default)]
pub(super) struct Staged {
    changes: Vec<(Merchant, Text, Fingerprint, Entry)>,
    marks: Vec<(Merchant, String, String)>,
    versions: ByPrint<u64>,
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

    /// Sets a key, which has the fingerprint.
    pub(super) fn set(&mut self, merchant: &Merchant, key: Text, print: Fingerprint, entry: Entry) {
        self.weight = self.weight.saturating_add(entry.weight(&key));
        self.versions.insert(print, entry.version);
        self.changes.push((merchant.clone(), key, print, entry));
    }

    pub(super) fn set_mark(&mut self, merchant: &Merchant, name: String, text: String) {
        self.marks.push((merchant.clone(), name, text));
    }

    /// The version of a key that one of them set.
    pub(super) fn version(&self, print: Fingerprint) -> Option<u64> {
        self.versions.get(&print).copied()
    }

    /// Puts all of them where readers see them, and is empty then.
    pub(super) fn move_into(&mut self, layers: &mut Layers) {
        let now = Instant::now();
        for (merchant, key, print, entry) in self.changes.drain(..) {
            if entry.value.is_none() {
                layers.remains.note(print, entry.version, now);
            }
            layers.active.set(&merchant, key, print, entry);
        }
        for (merchant, name, text) in self.marks.drain(..) {
            layers.active.set_mark(&merchant, name, text);
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
        let mut staged = Staged::default();
        let [a, b] = [(1, 1), (2, 2)];
        assert_eq!(staged.version(a), None);
        for version in [3, 4] {
            let value = Some(version.to_string().as_str().into());
            staged.set(&shop, "a".into(), a, Entry { value, version });
        }
        let value = None;
        staged.set(&shop, "b".into(), b, Entry { value, version: 5 });
        staged.set_mark(&shop, "m".to_owned(), "x".to_owned());
        assert_eq!((staged.version(a), staged.version(b)), (Some(4), Some(5)));
        let mut layers = Layers::default();
        staged.move_into(&mut layers);
        assert!(staged.is_empty());
        assert_eq!((staged.weight(), staged.version(a)), (0, None));
        assert_eq!(layers.get(a).map(|entry| entry.version), Some(4));
        assert_eq!(layers.mark(&shop, "m").map(String::as_str), Some("x"));
        assert_eq!([a, b].map(|print| layers.remains.version(print)), [0, 5]);
    }
}
