//! How a member's level stands.

use super::{Ladder, Tier};
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;

/// A level as it stands, and what is missing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Status {
    /// The level; none: below the lowest.
    pub level: Option<String>,
    /// Since when; none: from the beginning.
    pub since: Option<Instant>,
    /// When it changes if nothing more is counted; none: never.
    pub until: Option<Instant>,
    /// The level from then on.
    pub then: Option<Name>,
    /// Whether it was set by hand.
    pub by_hand: bool,
    /// The sum of the window that lasts.
    pub sum: Amount,
    /// What is missing to keep the level beyond `until`.
    pub to_keep: Option<Amount>,
    /// The next level, and what is missing to it.
    pub next: Option<(Name, Amount)>,
}

impl Ladder<'_> {
    /// How a member's level stands at `now`, up to which it is settled.
    #[must_use]
    pub fn status(&self, tier: Option<&Tier>, now: Instant) -> Status {
        let mut tier = tier.cloned().unwrap_or_else(|| Tier::new(self, now));
        tier.align(self, now);
        let level = self.level_of(Some(&tier)).cloned();
        let rank = level.as_ref().and_then(|name| self.tiers.rank(name));
        let period = self.period(now);
        let sum = tier.sum(period);
        let by_hand = tier.by_hand(now);
        let fall = tier.falls.first();
        let own = rank.and_then(|rank| self.tiers.levels.get(rank));
        let to_keep = fall.zip(own).filter(|_| !by_hand).map(|(fall, own)| {
            // In its grace, it is the sum of now that could still keep it.
            let judged = tier.sum(fall.2.max(period));
            (own.from - judged).or_zero()
        });
        let above = rank.map_or(0, |rank| rank.saturating_add(1));
        let next = self.tiers.levels.get(above);
        Status {
            since: tier.since,
            until: fall.map(|fall| fall.0),
            then: fall.and_then(|fall| fall.1.clone()),
            by_hand,
            sum,
            to_keep,
            next: next.map(|next| (next.name.clone(), (next.from - sum).or_zero())),
            level: level.map(|level| level.text()),
        }
    }
}
