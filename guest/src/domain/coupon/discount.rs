//! What chosen coupons take off a cart. Source: spec, expiry, "What a coupon takes off".
//!
//! Amounts come before percents, then free shipping, then gifts; among each the one that expires first, then the one
//! with the smaller code. Each is counted on what those before left of the lines of its own products.

use super::super::amount::Amount;
use super::super::config::{Benefit, Gift, RoundingMode};
use super::super::order::Cart;
use super::super::rounding::quotient;
use super::super::share::by_largest_remainder;
use super::code::Code;
use super::fit::{net, places};
use super::issued::Coupon;
use crate::sorted::sort_by;
use rust_decimal::Decimal;
use std::cmp::Ordering;

/// What one coupon takes off.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Which coupon.
    pub code: Code,
    /// What its lines came to when its turn was.
    pub base: Amount,
    /// What it takes off lines in all.
    pub discount: Amount,
    /// Of each line of the cart, in their order.
    pub lines: Vec<Amount>,
    /// What it takes off shipping.
    pub shipping: Amount,
    /// What comes with the order.
    pub gift: Option<Gift>,
}

/// What coupons take off a cart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Discounts {
    /// Of each coupon, in the order in which they are taken off.
    pub coupons: Vec<Taken>,
    /// Of each line of the cart, in their order.
    pub lines: Vec<Amount>,
    /// Off shipping.
    pub shipping: Amount,
    /// Lines and shipping.
    pub total: Amount,
}

/// What the coupons take off the cart; `unit` is the unit of money. Whether each fits the cart and they may stand
/// together is told by [`super::fit::misfit`] and [`super::stack::clash`]. The cart's own discount isn't looked at:
/// the platform takes it off what is left, or hands over carts without.
#[must_use]
pub fn discounts(coupons: &[&Coupon], cart: &Cart, unit: Amount) -> Discounts {
    let mut coupons = coupons.to_vec();
    sort_by(&mut coupons, |a, b| turn(a, b));
    let mut left = Left::of(cart, unit);
    let zeros = vec![Amount::ZERO; cart.lines.len()];
    let mut all = Discounts {
        lines: zeros.clone(),
        ..Discounts::default()
    };
    for coupon in coupons {
        let scope = scope(coupon, cart);
        let base = left.sum(&scope);
        let shares = left.take(&coupon.terms.benefit, &scope);
        let mut taken = Taken {
            code: coupon.code,
            base,
            discount: Amount::ZERO,
            lines: zeros.clone(),
            shipping: Amount::ZERO,
            gift: match &coupon.terms.benefit {
                Benefit::Gift(gift) => Some(gift.clone()),
                _ => None,
            },
        };
        for (place, share) in scope.iter().zip(shares) {
            all.total += share;
            match (taken.lines.get_mut(*place), all.lines.get_mut(*place)) {
                (Some(line), Some(sum)) => {
                    *line += share;
                    *sum += share;
                    taken.discount += share;
                }
                _ => {
                    taken.shipping += share;
                    all.shipping += share;
                }
            }
        }
        all.coupons.push(taken);
    }
    all
}

/// Whose turn comes first.
pub(super) fn turn(a: &Coupon, b: &Coupon) -> Ordering {
    let key = |coupon: &Coupon| {
        let kind = match coupon.terms.benefit {
            Benefit::Amount(_) => 0_u8,
            Benefit::Percent { .. } => 1,
            Benefit::FreeShipping { .. } => 2,
            Benefit::Gift(_) => 3,
        };
        (kind, coupon.expires_at, coupon.code)
    };
    key(a).cmp(&key(b))
}

/// What a coupon is taken off: places of lines, or the one behind the last, which is shipping.
pub(super) fn scope(coupon: &Coupon, cart: &Cart) -> Vec<usize> {
    match coupon.terms.benefit {
        Benefit::FreeShipping { .. } => vec![cart.lines.len()],
        _ => places(&coupon.terms, cart),
    }
}

/// What is left of a cart's lines, and of its shipping behind them.
#[derive(Clone, Debug)]
pub(super) struct Left {
    pub(super) parts: Vec<Amount>,
    /// The unit of money, to which percents are rounded.
    unit: Amount,
}

impl Left {
    /// The cart before any coupon.
    pub(super) fn of(cart: &Cart, unit: Amount) -> Self {
        let mut parts: Vec<Amount> = cart.lines.iter().map(net).collect();
        parts.push(cart.shipping.or_zero());
        Self { parts, unit }
    }

    pub(super) fn sum(&self, scope: &[usize]) -> Amount {
        let part = |place: &usize| self.parts.get(*place).copied();
        scope.iter().filter_map(part).sum()
    }

    /// What shares are whole multiples of: the unit of money, or what lines are counted in if that is finer. A share
    /// could otherwise be more than its line.
    fn grain(&self, parts: &[Amount]) -> Amount {
        let odd = |part: &&Amount| part.floor_to(self.unit) != **part;
        let finest = parts.iter().filter(odd).map(|part| part.decimals()).max();
        finest.map_or(self.unit, Amount::unit)
    }

    /// Takes a coupon off, and tells its share of each part of its scope.
    pub(super) fn take(&mut self, benefit: &Benefit, scope: &[usize]) -> Vec<Amount> {
        let part = |place: &usize| self.parts.get(*place).copied().unwrap_or_default();
        let weights: Vec<Amount> = scope.iter().map(part).collect();
        let base: Amount = weights.iter().copied().sum();
        let discount = off(benefit, base, self.unit);
        let shares = by_largest_remainder(discount, &weights, self.grain(&weights));
        for (place, share) in scope.iter().zip(&shares) {
            if let Some(part) = self.parts.get_mut(*place) {
                *part -= *share;
            }
        }
        shares
    }
}

/// What a benefit takes off `base`: a percent is rounded half-up to the unit of money, then capped; never more than
/// the base.
pub(super) fn off(benefit: &Benefit, base: Amount, unit: Amount) -> Amount {
    let most = match benefit {
        Benefit::Amount(amount) => *amount,
        Benefit::Percent { percent, cap } => {
            let part = base.decimal() * percent.decimal();
            let part = quotient(part, Decimal::ONE_HUNDRED, unit, RoundingMode::HalfUp);
            cap.map_or(part, |cap| part.min(cap))
        }
        Benefit::FreeShipping { cap } => cap.unwrap_or(base),
        Benefit::Gift(_) => Amount::ZERO,
    };
    most.min(base)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{amount, cart, coupon, percent};
    use super::*;

    fn shown(amounts: &[Amount]) -> Vec<String> {
        amounts.iter().map(ToString::to_string).collect()
    }

    fn check(coupons: &[&Coupon], cart: &Cart, unit: &str, lines: &[&str], shipping: &str) {
        let found = discounts(coupons, cart, amount(unit));
        assert_eq!(shown(&found.lines), lines);
        assert_eq!(found.shipping, amount(shipping));
        let sum: Amount = found.lines.iter().copied().sum();
        assert_eq!(found.total, sum + found.shipping);
        for (place, line) in cart.lines.iter().enumerate() {
            let own = found.coupons.iter().map(|taken| taken.lines[place]);
            assert_eq!(own.sum::<Amount>(), found.lines[place]);
            assert!(found.lines[place] <= line.net());
        }
    }

    #[test]
    fn one_coupon_is_shared_by_what_its_lines_cost() {
        let off = |text| Benefit::Amount(amount(text));
        let three = cart(&["100", "100", "100"], "60");
        // Equal remainders: the first lines take the units that are left.
        check(
            &[&coupon(off("50"), &[], 1, 1)],
            &three,
            "1",
            &["17", "17", "16"],
            "0",
        );
        check(
            &[&coupon(off("50"), &["c", "b"], 1, 1)],
            &three,
            "1",
            &["0", "25", "25"],
            "0",
        );
        // Never more than the lines come to.
        check(
            &[&coupon(off("250"), &["a", "b"], 1, 1)],
            &three,
            "1",
            &["100", "100", "0"],
            "0",
        );
        check(
            &[&coupon(off("250"), &["x"], 1, 1)],
            &three,
            "1",
            &["0", "0", "0"],
            "0",
        );
        // A percent is rounded half-up, then capped.
        let odd = cart(&["5", "10"], "60");
        check(
            &[&coupon(percent("10", None), &[], 1, 1)],
            &odd,
            "1",
            &["1", "1"],
            "0",
        );
        check(
            &[&coupon(percent("10", Some("1")), &[], 1, 1)],
            &odd,
            "1",
            &["0", "1"],
            "0",
        );
        check(
            &[&coupon(percent("10", Some("3")), &["a"], 1, 1)],
            &odd,
            "1",
            &["1", "0"],
            "0",
        );
        check(
            &[&coupon(percent("8.99", None), &["a"], 1, 1)],
            &odd,
            "1",
            &["0", "0"],
            "0",
        );
        check(
            &[&coupon(percent("12.5", None), &[], 1, 1)],
            &odd,
            "0.01",
            &["0.63", "1.25"],
            "0",
        );
        check(
            &[&coupon(percent("100", None), &[], 1, 1)],
            &odd,
            "1",
            &["5", "10"],
            "0",
        );
        // Lines in less than the unit: nothing is left below 0.
        let fine = cart(&["0.5", "0.5"], "0");
        check(
            &[&coupon(off("1"), &[], 1, 1)],
            &fine,
            "1",
            &["0.5", "0.5"],
            "0",
        );
        let nothing = cart(&["0"], "0");
        check(&[&coupon(off("1"), &[], 1, 1)], &nothing, "1", &["0"], "0");
    }

    #[test]
    fn line_discounts_come_off_first() {
        let mut cart = cart(&["100", "100"], "0");
        cart.lines[0].discount = amount("50");
        check(
            &[&coupon(percent("10", None), &[], 1, 1)],
            &cart,
            "1",
            &["5", "10"],
            "0",
        );
    }

    #[test]
    fn amounts_come_before_percents_and_each_finds_what_is_left() {
        let cart = cart(&["1000"], "60");
        let tenth = coupon(percent("10", None), &[], 1, 1);
        let fifth = coupon(percent("20", Some("150")), &[], 2, 0);
        let amount_off = coupon(Benefit::Amount(amount("200")), &[], 3, 9);
        // 200, then 20 % of 800 capped at 150 (it expires first), then 10 % of 650.
        let found = discounts(&[&tenth, &amount_off, &fifth], &cart, amount("1"));
        let taken: Vec<_> = found
            .coupons
            .iter()
            .map(|taken| (taken.code, taken.discount))
            .collect();
        let expected = [
            (amount_off.code, amount("200")),
            (fifth.code, amount("150")),
            (tenth.code, amount("65")),
        ];
        assert_eq!(taken, expected);
        assert_eq!(found.coupons[2].base, amount("650"));
    }

    #[test]
    fn shipping_and_gifts_stand_beside_the_lines() {
        let cart = cart(&["100"], "60");
        let free = |cap: Option<&str>, number| {
            let cap = cap.map(amount);
            coupon(Benefit::FreeShipping { cap }, &[], number, 1)
        };
        check(&[&free(None, 1)], &cart, "1", &["0"], "60");
        check(&[&free(Some("40"), 1)], &cart, "1", &["0"], "40");
        check(
            &[&free(Some("40"), 1), &free(Some("40"), 2)],
            &cart,
            "1",
            &["0"],
            "60",
        );
        let gift = Gift {
            sku: "mug".to_owned(),
            quantity: 2,
        };
        let one = coupon(Benefit::Gift(gift.clone()), &[], 3, 1);
        check(&[&one], &cart, "1", &["0"], "0");
        let found = discounts(&[&one], &cart, amount("1"));
        assert_eq!(found.coupons[0].gift, Some(gift));
    }
}
