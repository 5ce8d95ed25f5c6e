//! The operating system's clock.

use super::{Clock, Instant};
use std::time::{SystemTime, UNIX_EPOCH};

/// The operating system's wall clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct System;

impl Clock for System {
    /// The time now. A system set to before 1970 reads as its first instant.
    #[expect(clippy::disallowed_methods, reason = "this is the capability")]
    fn now(&self) -> Instant {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Instant {
            seconds: since.as_secs(),
            nanoseconds: since.subsec_nanos(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_later_than_when_this_was_written() {
        assert!(System.now() > Instant::at(1_750_000_000));
    }
}
