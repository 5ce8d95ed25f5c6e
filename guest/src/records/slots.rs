//! The keys of one unit of work, found by a hash of their text.
//!
//! A page of the daily check has some hundred keys that begin alike, and looks for each of them several times: a search in order would compare
//! most of two texts at every step. Keys that were chosen to meet each other make it slower and change nothing; there are at most some thousand.

use crate::ports::Versioned;

/// What a unit of work knows of a key.
pub(super) struct Slot {
    pub(super) key: String,
    hash: u64,
    /// What was read; none: nothing was.
    pub(super) seen: Option<Versioned>,
    /// What it will be; none: it stays as it is.
    pub(super) written: Option<Option<String>>,
    /// The last fetch that asked for it, from 1.
    pub(super) fetch: u32,
}

/// Slots in the order in which their keys came.
#[derive(Default)]
pub(super) struct Slots {
    all: Vec<Slot>,
    /// By hash, with the next free place behind those whose hash is the same: the number of a slot, of which the first is 1; 0: free. There are
    /// at least twice as many places as slots, and as many as some power of two.
    places: Vec<u32>,
}

impl Slots {
    pub(super) fn get(&self, key: &str) -> Option<&Slot> {
        self.all.get(self.number(key)?)
    }

    /// The number of the key's slot.
    pub(super) fn number(&self, key: &str) -> Option<usize> {
        self.find(key, hash(key)).ok()
    }

    /// The slot of a number.
    pub(super) fn slot(&self, number: usize) -> Option<&Slot> {
        self.all.get(number)
    }

    /// The same, to be changed.
    pub(super) fn slot_mut(&mut self, number: usize) -> Option<&mut Slot> {
        self.all.get_mut(number)
    }

    /// The key's slot, made if there is none.
    pub(super) fn of(&mut self, key: String) -> &mut Slot {
        let number = self.number_of(key);
        #[expect(clippy::indexing_slicing, reason = "found or made just now")]
        &mut self.all[number]
    }

    /// The number of the key's slot, made if there is none.
    pub(super) fn number_of(&mut self, key: String) -> usize {
        if self.places.len() <= 2 * self.all.len() {
            self.grow();
        }
        let hash = hash(&key);
        match self.find(&key, hash) {
            Ok(number) => number,
            Err(place) => {
                let number = self.all.len();
                self.all.push(Slot {
                    key,
                    hash,
                    seen: None,
                    written: None,
                    fetch: 0,
                });
                self.mark(place, number);
                number
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Slot> {
        self.all.iter()
    }

    pub(super) fn into_slots(self) -> Vec<Slot> {
        self.all
    }

    /// The number of the key's slot, or the place where it would stand.
    fn find(&self, key: &str, hash: u64) -> Result<usize, usize> {
        let mut place = self.first(hash);
        while let Some(at) = self.at(place) {
            if let Some(slot) = self.all.get(at)
                && slot.hash == hash
                && slot.key == key
            {
                return Ok(at);
            }
            place = self.next(place);
        }
        Err(place)
    }

    fn grow(&mut self) {
        let places = (4 * self.all.len()).next_power_of_two().max(32);
        self.places.clear();
        self.places.resize(places, 0);
        for at in 0..self.all.len() {
            let mut place = self.first(self.all.get(at).map_or(0, |slot| slot.hash));
            while self.at(place).is_some() {
                place = self.next(place);
            }
            self.mark(place, at);
        }
    }

    /// The number of the slot at a place.
    fn at(&self, place: usize) -> Option<usize> {
        usize::try_from(self.places.get(place)?.checked_sub(1)?).ok()
    }

    fn mark(&mut self, place: usize, at: usize) {
        if let (Some(place), Ok(at)) = (self.places.get_mut(place), u32::try_from(at)) {
            *place = at.saturating_add(1);
        }
    }

    /// Where a hash belongs: its upper bits are the better ones.
    fn first(&self, hash: u64) -> usize {
        let upper = usize::try_from(hash >> 40).unwrap_or_default();
        upper & self.places.len().wrapping_sub(1)
    }

    fn next(&self, place: usize) -> usize {
        place.wrapping_add(1) & self.places.len().wrapping_sub(1)
    }
}

/// Of a text, eight bytes at a time.
fn hash(key: &str) -> u64 {
    let (words, rest) = key.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let add = |hash: u64, word: [u8; 8]| {
        let mixed = hash.rotate_left(23) ^ u64::from_le_bytes(word);
        mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    };
    let hash = words.iter().copied().fold(0, add);
    add(hash, last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_one_slot_and_they_keep_their_order() {
        let mut slots = Slots::default();
        assert!(slots.get("").is_none());
        let keys: Vec<String> = (0..3_000).map(|at| format!("account/m{at:07}")).collect();
        for turn in 0..2 {
            for (at, key) in keys.iter().enumerate() {
                let slot = slots.of(key.clone());
                assert_eq!(slot.written.is_some(), turn == 1, "{key}");
                slot.written = Some(Some(at.to_string()));
            }
        }
        assert!(slots.get("account/m9999999").is_none());
        for (at, key) in keys.iter().enumerate() {
            let written = slots.get(key).and_then(|slot| slot.written.clone());
            assert_eq!(written, Some(Some(at.to_string())), "{key}");
        }
        assert!(slots.iter().map(|slot| &slot.key).eq(&keys));
    }

    #[test]
    fn texts_that_differ_little_are_told_apart() {
        let mut slots = Slots::default();
        let keys = [
            "",
            "a",
            "a\0",
            "\0a",
            "a\0\0",
            "aaaaaaaa",
            "aaaaaaaaa",
            "aaaaaaaa\0",
        ];
        for key in keys {
            slots.of(key.to_owned());
        }
        assert_eq!(slots.into_slots().len(), keys.len());
    }

    /// Keys as a page of the check has them are spread over the places.
    #[test]
    fn keys_that_begin_alike_are_spread() {
        let mut slots = Slots::default();
        for at in 0..400 {
            slots.of(format!("due/2027-03-01T01:30:00Z/m{at:08}"));
            slots.of(format!("account/m{at:08}"));
        }
        let steps = |slot: &Slot| {
            let mut place = slots.first(slot.hash);
            let mut steps = 1;
            while slots
                .at(place)
                .and_then(|at| slots.all.get(at))
                .map(|at| &at.key)
                != Some(&slot.key)
            {
                place = slots.next(place);
                steps += 1;
            }
            steps
        };
        let all: usize = slots.iter().map(steps).sum();
        assert!(all < 2 * 800, "{all}");
    }
}
