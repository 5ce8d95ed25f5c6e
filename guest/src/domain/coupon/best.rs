//! The set of coupons that takes off the most.
//!
//! Of all sets that may stand together it is the one with the largest discount, shipping included; among those the one
//! with the fewest coupons; then the one that expires first (the sorted instants are compared one by one); then the
//! one with the smaller codes (likewise). Source: spec, expiry, "What a coupon takes off".
//!
//! A gift is worth no money here, so that the best set has none: a gift is given to whoever asks for it.

mod bound;
mod search;
#[cfg(test)]
mod tests;

use super::discount::{Discounts, discounts, off, scope, turn};
use super::fit::{Unfit, misfit};
use super::issued::Coupon;
use super::usage::UsedUp;
use crate::domain::amount::Amount;
use crate::domain::config::Benefit;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::order::Cart;
use crate::sorted::sort_by;

/// Coupons among which the best set is looked for, at most: more are for the caller to leave out.
pub const CHOICES_MAX: usize = 200;

/// A coupon to choose from.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// The coupon.
    pub coupon: &'a Coupon,
    /// How many more uses the limits of its template leave: what [`super::usage::uses_left`] tells.
    pub uses: Result<Option<u32>, UsedUp>,
}

/// What the coupons are for.
#[derive(Clone, Copy, Debug)]
pub struct Setting<'a> {
    /// What is bought.
    pub cart: &'a Cart,
    /// The order, if there is one yet.
    pub order: Option<&'a Id>,
    /// Who buys; none for a guest.
    pub member: Option<&'a Id>,
    /// When.
    pub now: Instant,
    /// The unit of money.
    pub unit: Amount,
    /// The merchant's coupons-per-order.
    pub most: u32,
}

/// The best set.
#[derive(Clone, Debug, PartialEq)]
pub struct Best {
    /// Places in the list, in the order in which they are taken off.
    pub chosen: Vec<usize>,
    /// What they take off.
    pub discounts: Discounts,
    /// Why each of the others isn't used, by place in the list.
    pub others: Vec<(usize, Unfit)>,
    /// Whether all sets were looked at or shown to be no better. False only if the search was given up after
    /// [`STEPS_MAX`] steps; the set is then the best that was found by then, and the same each time.
    pub proven: bool,
}

/// Steps of one search, at most; each weighs all coupons on what is left of the cart.
pub const STEPS_MAX: u32 = 5_000;

/// The best set of the coupons for the cart.
#[must_use]
pub fn best(choices: &[Choice<'_>], setting: &Setting<'_>) -> Best {
    let mut others = Vec::new();
    let mut usable: Vec<(usize, &Choice<'_>)> = Vec::new();
    for (place, choice) in choices.iter().enumerate() {
        match unfit(choice, setting) {
            Some(reason) => others.push((place, reason)),
            None => usable.push((place, choice)),
        }
    }
    sort_by(&mut usable, |a, b| turn(a.1.coupon, b.1.coupon));
    let list: Vec<Choice<'_>> = usable.iter().map(|(_, choice)| **choice).collect();
    let (picks, steps) = search::search(&list, setting);
    let mut chosen = Vec::new();
    for (pick, (place, _)) in usable.iter().enumerate() {
        if picks.contains(&pick) {
            chosen.push(*place);
        } else {
            others.push((*place, Unfit::NotBest));
        }
    }
    sort_by(&mut others, |a, b| a.0.cmp(&b.0));
    let used = chosen.iter().filter_map(|place| choices.get(*place));
    let used: Vec<&Coupon> = used.map(|choice| choice.coupon).collect();
    Best {
        discounts: discounts(&used, setting.cart, setting.unit),
        chosen,
        others,
        proven: steps < STEPS_MAX,
    }
}

/// Why a coupon is in no set.
fn unfit(choice: &Choice<'_>, setting: &Setting<'_>) -> Option<Unfit> {
    let coupon = choice.coupon;
    if let Some(refusal) = coupon.refusal(setting.order, setting.member, setting.now) {
        return Some(Unfit::Refused(refusal));
    }
    if let Err(used_up) = choice.uses {
        return Some(Unfit::UsedUp(used_up));
    }
    if let Some(misfit) = misfit(coupon, setting.cart) {
        return Some(misfit);
    }
    let benefit = &coupon.terms.benefit;
    if matches!(benefit, Benefit::Gift(_)) {
        return Some(Unfit::Gift);
    }
    let left = super::discount::Left::of(setting.cart, setting.unit);
    let base = left.sum(&scope(coupon, setting.cart));
    off(benefit, base, setting.unit)
        .is_zero()
        .then_some(Unfit::TakesNothing)
}
