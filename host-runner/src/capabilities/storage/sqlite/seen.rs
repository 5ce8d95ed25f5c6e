//! What readers found in the tables of late, so that nobody need look for it there again: the writer for versions, other
//! readers for what every command reads.

use super::fingerprint::{ByPrint, Fingerprint};
use super::layer::Entry;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Bytes remembered of one turn, about, as much as is read while a layer fills; what is read beyond that is looked for in the tables each time.
const MOST: usize = 24 * 1024 * 1024;

/// What a key weighs beside its value: about what the map holds for it.
const EACH: usize = 100;

/// What was seen of a key.
#[derive(Debug)]
enum Sight {
    /// All of it.
    Entry(Entry),
    /// Its version: what is read by the hundred is not what every command reads, and only the writer asks again.
    Version(u64),
}

impl Sight {
    fn entry(&self) -> Option<&Entry> {
        match self {
            Self::Entry(entry) => Some(entry),
            Self::Version(_) => None,
        }
    }

    fn version(&self) -> u64 {
        match self {
            Self::Entry(entry) => entry.version,
            Self::Version(version) => *version,
        }
    }

    fn weight(&self) -> usize {
        let value = self.entry().and_then(|entry| entry.value.as_ref());
        EACH + value.map_or(0, |value| value.len())
    }
}

/// What the tables say of keys that were in no layer when they were read; version 0: no such key, and
/// when it was deleted is known elsewhere.
///
/// The tables change only by a layer that goes into them, and a layer is there for two turns: while it is the active one,
/// and as the one before. So what was read in a turn holds until the end of the next one, for whoever looks into the
/// layers first, at the same time.
#[derive(Debug, Default)]
pub(super) struct Seen {
    turns: Mutex<Turns>,
}

#[derive(Debug, Default)]
struct Turns {
    turn: u64,
    weight: usize,
    current: Entries,
    last: Entries,
}

type Entries = ByPrint<Sight>;

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
    pub(super) fn note(&self, turn: u64, found: impl Iterator<Item = (Fingerprint, Entry)>) {
        self.note_all(
            turn,
            found.map(|(print, entry)| (print, Sight::Entry(entry))),
        );
    }

    /// Remembers no more than the versions.
    pub(super) fn note_versions(&self, turn: u64, found: impl Iterator<Item = (Fingerprint, u64)>) {
        self.note_all(
            turn,
            found.map(|(print, version)| (print, Sight::Version(version))),
        );
    }

    /// Keeps no more than the versions of these: they were read by who goes through many.
    pub(super) fn forget_values(&self, prints: &[Fingerprint]) {
        let mut turns = self.lock();
        let turns = &mut *turns;
        for print in prints {
            if let Some(sight @ Sight::Entry(_)) = turns.current.get_mut(print) {
                turns.weight = turns.weight.saturating_sub(sight.weight() - EACH);
                *sight = Sight::Version(sight.version());
            } else if let Some(sight @ Sight::Entry(_)) = turns.last.get_mut(print) {
                *sight = Sight::Version(sight.version());
            }
        }
    }

    fn note_all(&self, turn: u64, found: impl Iterator<Item = (Fingerprint, Sight)>) {
        let mut turns = self.lock();
        let turns = &mut *turns;
        if turns.turn != turn {
            return;
        }
        for (print, sight) in found {
            let room = turns.weight < MOST;
            if let Some(known) = turns.current.get_mut(&print) {
                let sight = if room {
                    sight
                } else {
                    Sight::Version(sight.version())
                };
                turns.weight = turns.weight.saturating_sub(known.weight()) + sight.weight();
                *known = sight;
            } else if room {
                turns.weight += sight.weight();
                turns.current.insert(print, sight);
            }
        }
    }

    /// What was seen of those of the keys that are in no layer; `known` says which are.
    pub(super) fn entries(&self, prints: &[Fingerprint], known: &mut [Option<Entry>]) {
        let mut turns = None;
        for (print, known) in prints.iter().zip(known) {
            if known.is_none() {
                let turns = turns.get_or_insert_with(|| self.lock());
                *known = turns.get(*print).and_then(Sight::entry).cloned();
            }
        }
    }

    /// The version of a key that is in no layer, if it was seen.
    pub(super) fn version(&self, print: Fingerprint) -> Option<u64> {
        self.lock().get(print).map(Sight::version)
    }

    fn lock(&self) -> MutexGuard<'_, Turns> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Turns {
    fn get(&self, print: Fingerprint) -> Option<&Sight> {
        let mut both = [&self.current, &self.last].into_iter();
        both.find_map(|entries| entries.get(&print))
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
        let [a, b, c] = [(1, 1), (2, 2), (3, 3)];
        seen.note(0, [(a, entry(7)), (b, entry(0))].into_iter());
        assert_eq!(seen.version(b), Some(0));
        seen.begin(1);
        assert_eq!(seen.version(a), Some(7));
        seen.note(0, [(c, entry(1))].into_iter());
        assert_eq!(seen.version(c), None, "read before the turn began");
        let mut known = [None, Some(entry(9)), None];
        seen.entries(&[a, b, c], &mut known);
        assert_eq!(
            known,
            [Some(entry(7)), Some(entry(9)), None],
            "a layer's goes first"
        );
        seen.begin(2);
        assert_eq!(seen.version(a), None);
    }

    #[test]
    fn no_more_is_remembered_than_there_is_room_for() {
        let seen = Seen::default();
        let [a, b] = [(1, 1), (2, 2)];
        let large = Entry {
            value: Some("x".repeat(MOST).as_str().into()),
            version: 1,
        };
        seen.note(0, [(a, large), (b, entry(2))].into_iter());
        assert_eq!(seen.version(a), Some(1));
        assert_eq!(seen.version(b), None);
        seen.note(0, [(a, entry(3))].into_iter());
        assert_eq!(seen.version(a), Some(3), "the latest");
    }

    /// Versions that become values count as such, and values of which versions are left give their room back.
    #[test]
    fn what_is_remembered_is_weighed_as_it_is() {
        let seen = Seen::default();
        let keys: Vec<Fingerprint> = (1..=4).map(|key| (key, key)).collect();
        let large = || Entry {
            value: Some("x".repeat(MOST / 2).as_str().into()),
            version: 1,
        };
        seen.note_versions(0, keys.iter().map(|key| (*key, 1)));
        let weight = || seen.lock().weight;
        assert_eq!(weight(), 4 * EACH);
        seen.note(0, keys.iter().map(|key| (*key, large())));
        let mut known = vec![None; keys.len()];
        seen.entries(&keys, &mut known);
        assert_eq!(known.iter().flatten().count(), 2, "there is room for two");
        assert_eq!(weight(), 4 * EACH + 2 * (MOST / 2));
        seen.forget_values(&keys);
        assert_eq!(weight(), 4 * EACH);
        assert_eq!(
            keys.iter()
                .filter_map(|key| seen.version(*key))
                .sum::<u64>(),
            4
        );
    }
}
