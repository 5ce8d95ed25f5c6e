//! Member tiers: the level that a member has, the sums behind it, and how both change (decision 17). Source: spec, points,
//! "Around it".
//!
//! What time will do to a level is worked out whenever the sums change, and kept: so it is true at its instant whatever the
//! configuration says by then, and nobody has to look before.

mod change;
mod kept;
mod ladder;
mod status;
#[cfg(test)]
mod tests;

pub use change::{Cause, Change};
pub use ladder::Ladder;
pub use status::Status;

use super::amount::Amount;
use super::ids::Name;
use super::instant::Instant;

/// A member's level, and the sums that it goes by.
#[derive(Clone, Debug, PartialEq)]
pub struct Tier {
    /// The level; none: below the lowest.
    pub level: Option<Name>,
    /// Since when; none: from the beginning.
    pub since: Option<Instant>,
    /// Until when it was set by hand.
    pub hand: Option<Instant>,
    /// What becomes of it if nothing more is counted, each at its instant.
    pub falls: Vec<Fall>,
    /// What was summed up: money or points, by which periods.
    pub basis: String,
    /// When that began; what was counted before is in no sum.
    pub from: Instant,
    /// Periods of the window.
    pub width: u32,
    /// By period, in their order.
    pub sums: Vec<(u32, Amount)>,
    /// How many changes the history has.
    pub changes: u64,
    /// Changes that are not written yet.
    pub journal: Vec<Change>,
}

/// A level that takes the place of another when its time is over: when, which, and the period whose window did not suffice.
pub type Fall = (Instant, Option<Name>, u32);

impl Tier {
    /// Posts what became of the level by `at`.
    pub fn settle(&mut self, at: Instant) {
        while self.due().is_some_and(|due| due <= at) {
            let (at, level, period) = self.falls.remove(0);
            let sum = self.sum(period);
            self.hand = None;
            self.change(level, at, Cause::Ended, sum, None);
        }
    }

    /// When the level changes next by itself.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        self.falls.first().map(|(at, ..)| *at)
    }

    /// The sum of the window that ends with a period.
    #[must_use]
    pub fn sum(&self, period: u32) -> Amount {
        let within = |of: u32| of <= period && period.saturating_sub(of) < self.width;
        let sums = self.sums.iter().filter(|(of, _)| within(*of));
        sums.map(|(_, sum)| *sum).sum()
    }
}
