//! What readers found in the tables of late, so that nobody need look for it there again: the writer for versions, other
//! readers for what every command reads.

use super::fingerprint::{Fingerprint, Fingerprints};
use super::layer::Entry;
use crate::capabilities::Merchant;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes remembered of one turn, about; what is read beyond that is looked for in the tables each time.
const MOST: usize = 16 * 1024 * 1024;

/// What a key weighs beside its value: about what the map holds for it.
const EACH: usize = 100;

/// What the tables say of keys that were in no layer when they were read; version 0: no such key.
///
/// The tables change only by a layer that goes into them, and a layer is there for two turns: while it is the active one,
/// and as the one before. So what was read in a turn holds until the end of the next one, for whoever looks into the
/// layers first, at the same time.
#[derive(Debug, Default)]
pub(super) struct Seen {
    turns: Mutex<Turns>,
    prints: Fingerprints,
}

#[derive(Debug, Default)]
struct Turns {
    turn: u64,
    weight: usize,
    current: Entries,
    last: Entries,
}

type Entries = HashMap<Fingerprint, Entry>;

impl Seen {
    /// Begins a turn.
    pub(super) fn begin(&self, turn: u64) {
        let mut turns = self.lock();
        let turns = &mut *turns;
        turns.turn = turn;
        turns.weight = 0;
        // Both keep their room: growing anew each turn would cost more than all else here.
        std::mem::swap(&mut turns.last, &mut turns.current);
        turns.current.clear();
    }

    /// Remembers what was read of the tables in a turn; nothing if that is over.
    pub(super) fn note<'k>(
        &self,
        turn: u64,
        merchant: &Merchant,
        found: impl Iterator<Item = (&'k str, Entry)>,
    ) {
        let found: Vec<_> = found
            .map(|(key, entry)| (self.prints.of(merchant, key), entry))
            .collect();
        let mut turns = self.lock();
        let turns = &mut *turns;
        if turns.turn != turn {
            return;
        }
        for (print, entry) in found {
            // The latest reader is right: what was deleted long ago is forgotten by and by.
            if let Some(known) = turns.current.get_mut(&print) {
                *known = entry;
            } else if turns.weight < MOST {
                turns.weight += EACH + entry.value.as_ref().map_or(0, String::len);
                turns.current.insert(print, entry);
            }
        }
    }

    /// What was seen of those of the keys that are in no layer; `known` says which are.
    pub(super) fn entries(
        &self,
        merchant: &Merchant,
        keys: &[String],
        known: &mut [Option<Entry>],
    ) {
        let missing = keys.iter().zip(known).filter(|(_, known)| known.is_none());
        let missing: Vec<_> = missing
            .map(|(key, known)| (self.prints.of(merchant, key), known))
            .collect();
        let turns = self.lock();
        for (print, known) in missing {
            let mut both = [&turns.current, &turns.last].into_iter();
            *known = both.find_map(|entries| entries.get(&print).cloned());
        }
    }

    /// The version of a key that is in no layer, if it was seen.
    pub(super) fn version(&self, merchant: &Merchant, key: &str) -> Option<u64> {
        let print = self.prints.of(merchant, key);
        let turns = self.lock();
        let mut both = [&turns.current, &turns.last].into_iter();
        both.find_map(|entries| Some(entries.get(&print)?.version))
    }

    fn lock(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(version: u64) -> Entry {
        Entry {
            value: None,
            version,
        }
    }

    #[test]
    fn what_was_read_in_a_turn_holds_until_the_end_of_the_next() {
        let seen = Seen::default();
        let shop = Merchant::new("shop").unwrap();
        seen.note(0, &shop, [("a", entry(7)), ("b", entry(0))].into_iter());
        assert_eq!(seen.version(&shop, "b"), Some(0));
        seen.begin(1);
        assert_eq!(seen.version(&shop, "a"), Some(7));
        seen.note(0, &shop, [("c", entry(1))].into_iter());
        assert_eq!(seen.version(&shop, "c"), None, "read before the turn began");
        let keys = ["a", "b", "c"].map(str::to_owned);
        let mut known = [None, Some(entry(9)), None];
        seen.entries(&shop, &keys, &mut known);
        assert_eq!(
            known,
            [Some(entry(7)), Some(entry(9)), None],
            "a layer's goes first"
        );
        seen.begin(2);
        assert_eq!(seen.version(&shop, "a"), None);
        let other = Merchant::new("other").unwrap();
        seen.note(2, &shop, [("a", entry(9))].into_iter());
        assert_eq!(seen.version(&other, "a"), None);
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let seen = Seen::default();
        let shop = Merchant::new("shop").unwrap();
        let large = Entry {
            value: Some("x".repeat(MOST)),
            version: 1,
        };
        seen.note(0, &shop, [("a", large), ("b", entry(2))].into_iter());
        assert_eq!(seen.version(&shop, "a"), Some(1));
        assert_eq!(seen.version(&shop, "b"), None);
        seen.note(0, &shop, [("a", entry(3))].into_iter());
        assert_eq!(seen.version(&shop, "a"), Some(3), "the latest");
    }
}
