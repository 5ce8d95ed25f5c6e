//! Time that passes within a call: pauses and deadlines, which have nothing to do with the clock on the wall.

use std::time::{Duration, Instant};

/// A source of time since some moment, and a way to wait.
pub(super) trait Pulse: Send + Sync {
    /// The time since the beginning. It never goes back.
    fn now(&self) -> Duration;

    /// Waits for so long.
    fn sleep(&self, time: Duration);
}

/// The process's own.
pub(super) struct Real(Instant);

impl Real {
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Pulse for Real {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }
}

/// Time that passes by sleeping alone, for tests. Threads share it.
#[cfg(test)]
#[derive(Default)]
pub(super) struct Manual(std::sync::Mutex<Duration>);

#[cfg(test)]
impl Pulse for Manual {
    fn now(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    fn sleep(&self, time: Duration) {
        *self.0.lock().unwrap() += time;
    }
}
