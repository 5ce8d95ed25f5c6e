//! Requests that a key may make: so many a second, and some at once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Seconds' worth of requests that may come at once.
const BURST: u64 = 2;

/// Keys that are remembered; a key that is at rest needs no memory.
const REMEMBERED: usize = 10_000;

/// How much of its rate each key has used: the instant at which it has used nothing any more.
#[derive(Debug)]
pub(in super::super) struct Rates {
    /// Between two requests at the full rate.
    step: Duration,
    free: Mutex<HashMap<String, Instant>>,
}

impl Rates {
    /// So many requests a second for each key, at least one.
    pub(in super::super) fn new(per_second: u32) -> Self {
        Self {
            step: Duration::from_secs(1) / per_second.max(1),
            free: Mutex::default(),
        }
    }

    /// Takes one request of a key; otherwise tells after how many seconds there is one.
    pub(super) fn take(&self, key: &str) -> Result<(), u32> {
        self.take_at(key, Instant::now())
    }

    fn take_at(&self, key: &str, now: Instant) -> Result<(), u32> {
        // It is whole after every statement, so a thread that panicked left it usable.
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() >= REMEMBERED {
            free.retain(|_, at| *at > now);
        }
        let used = free.get(key).copied().unwrap_or(now).max(now);
        let bound = Duration::from_secs(BURST);
        let next = used + self.step;
        if next.saturating_duration_since(now) > bound {
            let wait = next.saturating_duration_since(now).saturating_sub(bound);
            let seconds = wait.as_secs().saturating_add(1);
            return Err(u32::try_from(seconds).unwrap_or(u32::MAX));
        }
        free.insert(key.to_owned(), next);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_asks_too_often_waits_and_others_do_not() {
        let rates = Rates::new(10);
        let now = Instant::now();
        for _ in 0..20 {
            assert_eq!(rates.take_at("a", now), Ok(()));
        }
        assert_eq!(rates.take_at("a", now), Err(1));
        assert_eq!(rates.take_at("b", now), Ok(()));
        let later = now + Duration::from_millis(100);
        assert_eq!(rates.take_at("a", later), Ok(()));
        assert_eq!(rates.take_at("a", later), Err(1));
    }
}
