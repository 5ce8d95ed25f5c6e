//! Why a coupon doesn't apply to a cart.

use super::super::amount::Amount;
use super::super::order::{Cart, Line};
use super::issued::{Coupon, Refusal, Terms};
use super::usage::UsedUp;

/// Why a coupon isn't used for a cart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It can't be used at all now.
    Refused(Refusal),
    /// Its template has been used as often as it may be.
    UsedUp(UsedUp),
    /// No line is of its products.
    NoProducts,
    /// Its products' lines come to less than they must.
    BelowMinimum {
        /// What they must come to.
        needed: Amount,
        /// What they come to, after line discounts.
        found: Amount,
    },
    /// There is nothing that it could take off: lines or shipping cost nothing.
    TakesNothing,
    /// It brings a gift, which is weighed against no money: it is used when it is asked for.
    Gift,
    /// Others do better, or as well.
    NotBest,
}

/// What a line costs after its own discount; 0 or more.
pub(super) fn net(line: &Line) -> Amount {
    line.net().or_zero()
}

/// Where the lines of its products stand in the cart.
pub(super) fn places(terms: &Terms, cart: &Cart) -> Vec<usize> {
    let lines = cart.lines.iter().enumerate();
    let among = lines.filter(|(_, line)| line.is_among(&terms.products));
    among.map(|(place, _)| place).collect()
}

/// What the lines of its products come to after line discounts, before any coupon.
#[must_use]
pub fn base(coupon: &Coupon, cart: &Cart) -> Amount {
    let among = |line: &&Line| line.is_among(&coupon.terms.products);
    cart.lines.iter().filter(among).map(net).sum()
}

/// What of the cart keeps the coupon from being used; none: nothing. The cart's own discount isn't looked at.
#[must_use]
pub fn misfit(coupon: &Coupon, cart: &Cart) -> Option<Unfit> {
    let among = |line: &Line| line.is_among(&coupon.terms.products);
    if !cart.lines.iter().any(among) {
        return Some(Unfit::NoProducts);
    }
    let found = base(coupon, cart);
    let needed = coupon.terms.minimum_spend.unwrap_or_default();
    (found < needed).then_some(Unfit::BelowMinimum { needed, found })
}
