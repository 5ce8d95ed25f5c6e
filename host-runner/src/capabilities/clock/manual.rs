//! A clock that stands until it is set, for scenarios, replays and tests.

use super::{Clock, Instant};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A clock that stands until it is set. Clones share the time, so that one who holds a clone sets it
/// for all; it may be set back as well.
#[derive(Clone, Debug, Default)]
pub struct Manual(Arc<Mutex<Instant>>);

impl Manual {
    /// A clock that stands at this time.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Sets the time, forward or back.
    pub fn set(&self, now: Instant) {
        *self.lock() = now;
    }

    /// Moves the time forward. It stays at the last representable second rather than wrap around.
    pub fn advance(&self, by: Duration) {
        let mut now = self.lock();
        let past = Duration::from_nanos(now.nanoseconds.into());
        let time = Duration::from_secs(now.seconds)
            .saturating_add(past)
            .saturating_add(by);
        *now = Instant {
            seconds: time.as_secs(),
            nanoseconds: time.subsec_nanos(),
        };
    }

    fn lock(&self) -> MutexGuard<'_, Instant> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for Manual {
    fn now(&self) -> Instant {
        *self.lock()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clones_share_the_time() {
        let clock = Manual::new(Instant {
            seconds: 10,
            nanoseconds: 900_000_000,
        });
        let other = clock.clone();
        other.advance(Duration::from_millis(200));
        assert_eq!(
            clock.now(),
            Instant {
                seconds: 11,
                nanoseconds: 100_000_000
            }
        );
        other.set(Instant::at(5));
        assert_eq!(clock.now(), Instant::at(5));
        clock.advance(Duration::MAX);
        assert_eq!(clock.now().seconds, u64::MAX);
    }
}
