//! How much coupons can take off at most, without trying their sets.
//!
//! Three bounds are taken, each of which no set passes, and the least of them holds:
//!
//! - *By lines of the same coupons.* Of the coupons of one scope (the same lines) c in a row leave no less of these
//!   lines than they would if no other coupon took anything: what one takes never falls, and what it leaves never
//!   falls, when it finds more. So the least that c of them leave, found coupon by coupon, bounds their part; parts
//!   of different scopes are added, with c spread over them in the best way.
//! - *By the whole cart.* In the order of their turns, a coupon takes no more than it would of the lesser of
//!   what its lines hold now and what is left of the whole cart. By the same reason the least rest after c coupons
//!   follows from the least after c − 1. Where all coupons are for all lines this is no bound but the answer.
//! - *By limits.* The sum of the c largest discounts that each would give alone now, with no more of a group or a
//!   template than may stand together.
//!
//! "What it leaves never falls" is true of whole units of money, also when a percent is rounded: the rounded part of
//! one unit more is at most one unit more. Where lines are counted in less than the unit, half a unit and one are
//! added to each percent in place of rounding.

use crate::domain::amount::Amount;
use crate::domain::config::{Benefit, COUPONS_PER_ORDER_MAX};

/// Sets hold at most so many coupons.
pub(super) const MOST: usize = 5;
const _: () = assert!(COUPONS_PER_ORDER_MAX == 5, "the tables are of that size");

/// Gains by how many more coupons are used.
pub(super) type Gains = [u128; MOST + 1];

/// How money is counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    decimals: u32,
    slack: u128,
}

impl Scale {
    /// A scale on which all amounts are whole.
    pub(super) fn of(amounts: impl Iterator<Item = Amount>, unit: Amount) -> Self {
        let finest = amounts.map(Amount::decimals).max().unwrap_or(0);
        let finer = finest.saturating_sub(unit.decimals());
        let half = 10_u128.saturating_pow(finer) / 2;
        Self {
            decimals: finest.max(unit.decimals()),
            slack: if finer == 0 { 0 } else { half + 1 },
        }
    }

    /// An amount, 0 or more, on this scale.
    pub(super) fn count(self, amount: Amount) -> u128 {
        let mut value = amount.decimal();
        if value.scale() > self.decimals {
            value.rescale(self.decimals);
        }
        let shift = self.decimals.saturating_sub(value.scale());
        let whole = u128::try_from(value.mantissa()).unwrap_or(0);
        whole.saturating_mul(10_u128.saturating_pow(shift))
    }
}

/// What a coupon pulls off its scope.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pull {
    /// Its scope's place.
    pub(super) scope: usize,
    /// Coupons of one bucket limit each other.
    pub(super) bucket: usize,
    /// How many of the bucket stand together at most.
    pub(super) room: usize,
    /// Hundredths of a percent; none: all.
    percent: Option<u64>,
    slack: u128,
    most: u128,
}

impl Pull {
    pub(super) fn new(benefit: &Benefit, scale: Scale, scope: usize) -> Self {
        let (percent, most) = match benefit {
            Benefit::Amount(amount) => (None, Some(*amount)),
            Benefit::Percent { percent, cap } => {
                let hundredths = percent.scale_ceil(Amount::whole(100), Amount::ONE, Amount::ONE);
                (hundredths.to_count(), *cap)
            }
            Benefit::FreeShipping { cap } => (None, *cap),
            Benefit::Gift(_) => (None, Some(Amount::ZERO)),
        };
        Self {
            scope,
            bucket: 0,
            room: usize::MAX,
            percent,
            slack: scale.slack,
            most: most.map_or(u128::MAX, |most| scale.count(most)),
        }
    }

    /// What it takes of so much, at most; exactly that, where lines are whole units of money.
    pub(super) fn of(&self, base: u128) -> u128 {
        let part = match self.percent {
            None => base,
            Some(percent) => {
                // Half of the whole is added, and what is left over is dropped: that is rounding half-up.
                let part = match u64::try_from(base) {
                    Ok(base) if base < 1 << 48 && percent <= 10_000 => {
                        u128::from((base * percent + 5_000) / 10_000)
                    }
                    _ => {
                        base.saturating_mul(u128::from(percent))
                            .saturating_add(5_000)
                            / 10_000
                    }
                };
                part.saturating_add(self.slack)
            }
        };
        part.min(self.most).min(base)
    }
}

/// What each pull would take alone, with what its scope holds.
pub(super) fn alone(pulls: &[Pull], scopes: &[u128]) -> Vec<u128> {
    let one = |pull: &Pull| pull.of(scopes.get(pull.scope).copied().unwrap_or(0));
    pulls.iter().map(one).collect()
}

/// What at most c of the pulls that take something `alone` gain, c from 0 to 5: never less than any set of them does
/// that may stand together. `pulls` are in the order of their turns; `limited` is the third bound, which is quick.
pub(super) fn gains(
    pulls: &[Pull],
    alone: &[u128],
    scopes: &[u128],
    whole: u128,
    limited: &Gains,
) -> Gains {
    let mut rest = [whole; MOST + 1];
    let mut rests: Vec<Gains> = scopes.iter().map(|left| [*left; MOST + 1]).collect();
    for (pull, alone) in pulls.iter().zip(alone).filter(|(_, alone)| **alone > 0) {
        let most = scopes.get(pull.scope).copied().unwrap_or(0);
        let held = rests.get_mut(pull.scope);
        lessen(&mut rest, pull, most, *alone);
        if let Some(held) = held {
            lessen(held, pull, most, *alone);
        }
    }
    let mut spread = [0; MOST + 1];
    for (rests, left) in rests.iter().zip(scopes) {
        let gains = rests.map(|rest| left.saturating_sub(rest));
        if gains.iter().any(|gain| *gain > 0) {
            spread = joined(&spread, &gains);
        }
    }
    let mut found = [0; MOST + 1];
    let bounds = rest.iter().zip(&spread).zip(limited);
    for (found, ((rest, spread), limited)) in found.iter_mut().zip(bounds) {
        *found = whole.saturating_sub(*rest).min(*spread).min(*limited);
    }
    found
}

/// The least rests, when this pull may be one of c.
fn lessen(rests: &mut Gains, pull: &Pull, most: u128, alone: u128) {
    for count in (1..=MOST).rev() {
        let (Some(before), Some(rest)) = (rests.get(count - 1).copied(), rests.get_mut(count))
        else {
            continue;
        };
        let takes = if before >= most {
            alone
        } else {
            pull.of(before)
        };
        *rest = (*rest).min(before.saturating_sub(takes));
    }
}

/// The best of both with c spread over them.
fn joined(a: &Gains, b: &Gains) -> Gains {
    let mut both = *a;
    for (count, both) in both.iter_mut().enumerate() {
        for (others, gain) in b.iter().enumerate().take(count + 1) {
            let rest = a.get(count - others).copied().unwrap_or(0);
            *both = (*both).max(rest.saturating_add(*gain));
        }
    }
    both
}

/// The bound by limits: sums of the largest, with no more of a bucket than its room.
pub(super) fn limited(pulls: &[Pull], alone: &[u128]) -> Gains {
    let mut taken: Vec<usize> = Vec::with_capacity(MOST);
    let mut sums = [0; MOST + 1];
    let mut sum = 0_u128;
    for sums in sums.iter_mut().skip(1) {
        let mut largest: Option<(usize, u128)> = None;
        for (place, (pull, alone)) in pulls.iter().zip(alone).enumerate() {
            if *alone <= largest.map_or(0, |(_, alone)| alone) || taken.contains(&place) {
                continue;
            }
            let same = |other: &&usize| {
                pulls
                    .get(**other)
                    .is_some_and(|other| other.bucket == pull.bucket)
            };
            if taken.iter().filter(same).count() < pull.room {
                largest = Some((place, *alone));
            }
        }
        if let Some((place, alone)) = largest {
            taken.push(place);
            sum = sum.saturating_add(alone);
        }
        *sums = sum;
    }
    sums
}

/// For each place the sums of the largest behind it.
pub(super) fn later(takes: &[u128]) -> Vec<Gains> {
    let mut largest = [0; MOST];
    let sums = takes.iter().rev().map(|takes| {
        let mut sums = Gains::default();
        let mut sum = 0_u128;
        for (sums, one) in sums.iter_mut().skip(1).zip(largest) {
            sum = sum.saturating_add(one);
            *sums = sum;
        }
        let mut moved = *takes;
        for one in &mut largest {
            if moved > *one {
                std::mem::swap(one, &mut moved);
            }
        }
        sums
    });
    let mut sums: Vec<Gains> = sums.collect();
    sums.reverse();
    sums
}

/// The `count` least.
pub(super) fn least<T: Ord>(items: impl Iterator<Item = T>, count: usize) -> Vec<T> {
    let mut kept: Vec<T> = Vec::with_capacity(count + 1);
    for item in items.filter(|_| count > 0) {
        let place = kept.partition_point(|other| *other <= item);
        if place < count {
            kept.insert(place, item);
            kept.truncate(count);
        }
    }
    kept
}
