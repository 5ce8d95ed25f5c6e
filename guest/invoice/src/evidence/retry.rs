//! When a verifier is asked again.
//!
//! Tries are due at receipt, after 5 and 30 minutes, after 2 hours, and then every 3 hours; 30 at most, until 72 hours
//! after receipt (spec, Verifying). All times are seconds since 1970.

/// Tries of a submission, at most.
pub const TRIES_MAX: u32 = 30;

/// Seconds after receipt from which nothing is asked any more.
pub const GIVEN_UP_AFTER: u64 = 72 * HOUR;

const HOUR: u64 = 3_600;

/// Seconds after receipt at which the first tries are due.
const FIRST: [u64; 4] = [0, 300, 1_800, 2 * HOUR];

/// Seconds between all others.
const INTERVAL: u64 = 3 * HOUR;

/// Seconds between two tries, at least, whenever the earlier one was made.
const APART: u64 = 60;

/// Taiwan's clocks are 8 hours ahead of UTC, without daylight saving.
const OFFSET: u64 = 8 * HOUR;

const DAY: u64 = 24 * HOUR;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// A try at this instant.
    At(u64),
    /// No further try: what is not known at this instant is invalid from then on.
    GiveUpAt(u64),
}

/// The next try of what was received at `received`, after `made` tries, the last of them at `now`.
///
/// `paused` are the seconds in which the key rested meanwhile; they are added to the 72 hours.
#[must_use]
pub fn next_try(received: u64, now: u64, made: u32, paused: u64) -> Retry {
    let end = received
        .saturating_add(GIVEN_UP_AFTER)
        .saturating_add(paused);
    if made == 0 && now < end {
        return Retry::At(received.max(now));
    }
    let since = now.saturating_sub(received).saturating_add(APART);
    let due = FIRST
        .into_iter()
        .find(|due| *due >= since)
        .unwrap_or_else(|| {
            let intervals = since.saturating_sub(2 * HOUR).div_ceil(INTERVAL);
            intervals.saturating_mul(INTERVAL).saturating_add(2 * HOUR)
        });
    let at = received.saturating_add(due);
    if made < TRIES_MAX && at < end {
        Retry::At(at)
    } else {
        Retry::GiveUpAt(end)
    }
}

/// The beginning of Taiwan's next day, when a key that asked too often may ask again.
#[must_use]
pub fn next_day(now: u64) -> u64 {
    let today = now.saturating_add(OFFSET) / DAY;
    today
        .saturating_add(1)
        .saturating_mul(DAY)
        .saturating_sub(OFFSET)
}
