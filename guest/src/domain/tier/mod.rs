//! Member tiers: the level that a member has, the sums behind it, and how both change (decision 17). Source: spec, points,
//! "Around it".
//!
//! What time will do to a level is worked out whenever the sums change, and kept: so it is true at its instant whatever the
//! configuration says by then, and nobody has to look before.

mod change;
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
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A member's level, and the sums that it goes by. It is kept as a list, because it stands in a record that every command
/// reads.
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

impl Serialize for Tier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let level = (&self.level, self.since, self.hand, &self.falls);
        let sums = (&self.basis, self.from, self.width, &self.sums);
        (level, sums, self.changes).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Tier {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let kept = <(_, (_, _, _, _), _)>::deserialize(deserializer)?;
        let ((level, since, hand, falls), (basis, from, width, sums), changes) = kept;
        Ok(Self {
            level,
            since,
            hand,
            falls,
            basis,
            from,
            width,
            sums,
            changes,
            journal: Vec::new(),
        })
    }
}

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
