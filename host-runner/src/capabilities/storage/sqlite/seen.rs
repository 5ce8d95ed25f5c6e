//! Versions that readers found in the tables, so that the writer need not look for them again.

use crate::capabilities::Merchant;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Versions remembered of one turn: what is read on beyond that is simply looked for again.
const MOST: usize = 50_000;

/// What the tables say of keys that were in no layer when they were read; 0: no such key.
///
/// The tables change only by a layer that goes into them, and a layer is there for two turns: while it is the active one,
/// and as the one before. So what was read in a turn holds until the end of the next one, for whoever looks into the
/// layers first.
#[derive(Debug, Default)]
pub(super) struct Seen(Mutex<Turns>);

#[derive(Debug, Default)]
struct Turns {
    turn: u64,
    count: usize,
    current: Versions,
    last: Versions,
}

type Versions = HashMap<Merchant, HashMap<String, u64>>;

impl Seen {
    /// Begins a turn.
    pub(super) fn begin(&self, turn: u64) {
        let mut turns = self.lock();
        turns.turn = turn;
        turns.count = 0;
        turns.last = std::mem::take(&mut turns.current);
    }

    /// Remembers what was read of the tables in a turn; nothing if that is over.
    pub(super) fn note<'k>(
        &self,
        turn: u64,
        merchant: &Merchant,
        found: impl Iterator<Item = (&'k str, u64)>,
    ) {
        let mut turns = self.lock();
        if turns.turn != turn || turns.count >= MOST {
            return;
        }
        if !turns.current.contains_key(merchant) {
            turns.current.insert(merchant.clone(), HashMap::new());
        }
        let mut count = turns.count;
        if let Some(versions) = turns.current.get_mut(merchant) {
            let before = versions.len();
            for (key, version) in found {
                // The latest reader is right: what was deleted long ago is forgotten by and by.
                match versions.get_mut(key) {
                    Some(known) => *known = version,
                    None => drop(versions.insert(key.to_owned(), version)),
                }
            }
            count += versions.len() - before;
        }
        turns.count = count;
    }

    /// The version of a key that is in no layer, if it was seen.
    pub(super) fn version(&self, merchant: &Merchant, key: &str) -> Option<u64> {
        let turns = self.lock();
        let mut both = [&turns.current, &turns.last].into_iter();
        both.find_map(|versions| versions.get(merchant)?.get(key).copied())
    }

    fn lock(&self) -> MutexGuard<'_, Turns> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_in_a_turn_holds_until_the_end_of_the_next() {
        let seen = Seen::default();
        let shop = Merchant::new("shop").unwrap();
        seen.note(0, &shop, [("a", 7), ("b", 0)].into_iter());
        assert_eq!(seen.version(&shop, "b"), Some(0));
        seen.begin(1);
        assert_eq!(seen.version(&shop, "a"), Some(7));
        seen.note(0, &shop, [("c", 1)].into_iter());
        assert_eq!(seen.version(&shop, "c"), None, "read before the turn began");
        seen.begin(2);
        assert_eq!(seen.version(&shop, "a"), None);
        let other = Merchant::new("other").unwrap();
        seen.note(2, &shop, [("a", 9)].into_iter());
        assert_eq!(seen.version(&other, "a"), None);
    }
}
