//! Events that failed and wait to come again. Each keeps one of the places of all events that are under way, so a merchant may have a
//! part of them alone: with all of them, nobody else's events would be taken.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Of so many places one is a merchant's.
const SHARE: usize = 10;

/// As many a merchant has however few places there are: one that comes a little early still counts as waiting.
const LEAST: usize = 2;

/// Those of each merchant, by when they come again.
#[derive(Debug)]
pub(super) struct Failing {
    most: usize,
    waiting: Mutex<HashMap<String, Vec<Instant>>>,
}

impl Failing {
    /// With so many places for all events.
    pub(super) fn new(places: u32) -> Self {
        let share = usize::try_from(places).unwrap_or(usize::MAX) / SHARE;
        Self {
            most: share.max(LEAST),
            waiting: Mutex::default(),
        }
    }

    /// Whether one more of the merchant's may wait so long. It counts until then.
    pub(super) fn may_wait(&self, merchant: &str, now: Instant, long: Duration) -> bool {
        // The map is consistent after every statement, so a thread that panicked left it usable.
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.retain(|_, all| {
            all.retain(|again| *again > now);
            !all.is_empty()
        });
        let own = waiting.entry(merchant.to_owned()).or_default();
        if own.len() >= self.most {
            return false;
        }
        own.push(now + long);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merchant_has_a_tenth_and_at_least_two() {
        let now = Instant::now();
        for (places, most) in [(1, 2), (20, 2), (29, 2), (30, 3), (1_000, 100)] {
            let failing = Failing::new(places);
            let second = Duration::from_secs(1);
            let waits = |merchant: &str| failing.may_wait(merchant, now, second);
            let own = (0..most + 5).filter(|_| waits("tea")).count();
            assert_eq!((own, waits("coffee")), (most, true), "{places}");
        }
    }

    #[test]
    fn whoever_has_come_again_makes_room() {
        let (failing, now) = (Failing::new(20), Instant::now());
        let waits = |after: u64, long: u64| {
            failing.may_wait(
                "tea",
                now + Duration::from_secs(after),
                Duration::from_secs(long),
            )
        };
        assert!(waits(0, 1) && waits(0, 8) && !waits(0, 1));
        assert!(waits(1, 2) && !waits(2, 1));
        assert!(waits(3, 60) && !waits(7, 1) && waits(8, 1));
    }
}
