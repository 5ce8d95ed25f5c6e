//! The port `clock`: what the plugin reads as WASI's wall clock.

mod manual;
mod system;

pub use manual::Manual;
pub use system::System;

/// A point in time, UTC, as WASI's clocks give it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    pub seconds: u64,
    /// Nanoseconds into the second, below 1,000,000,000.
    pub nanoseconds: u32,
}

impl Instant {
    /// The whole second.
    #[must_use]
    pub fn at(seconds: u64) -> Self {
        Self {
            seconds,
            nanoseconds: 0,
        }
    }
}

/// A source of time. It may step back; the plugin copes with that.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Instant;
}
