//! From money to points: the way a rule was at its grant, which refunds go again later.

use super::amount::{self, Amount};
use super::config::{Award, Rounding, Scope};
use super::order::{Base, Line};
use super::rounding::quotient;
use crate::reading::Read;
use rust_decimal::Decimal;
use serde::Serialize;

/// A rule's way from money to points as it was at the grant: what a refund counts with later.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Formula {
    /// Rate, step or fixed.
    pub award: Award,
    /// The product of the multipliers.
    #[serde(
        default = "Amount::one",
        deserialize_with = "amount::factor",
        skip_serializing_if = "Amount::is_one"
    )]
    pub factor: Amount,
    /// Multipliers that want an order of a size of their own; not in the product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub larger: Vec<Larger>,
    /// How it is rounded, `to` filled in.
    #[serde(default = "whole", skip_serializing_if = "is_whole")]
    pub rounding: Rounding,
    /// What the order's base must be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_order: Option<Amount>,
    /// The lines that count; none: all, and shipping.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lines: Option<Vec<usize>>,
}

/// A multiplier for orders from a size on.
#[derive(Clone, Copy, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Larger {
    /// What the order's base must be.
    pub minimum_order: Amount,
    /// The factor.
    pub factor: Amount,
}

/// The usual rounding: down to whole points.
fn whole() -> Rounding {
    Rounding {
        to: Some(Amount::ONE),
        ..Rounding::default()
    }
}

fn is_whole(rounding: &Rounding) -> bool {
    *rounding == whole()
}

/// What a formula makes of a base.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worked {
    /// The money, or the units, that were looked at.
    pub base: Amount,
    /// Before factor and rounding.
    pub raw: Decimal,
    /// After them.
    pub rounded: Amount,
}

impl Formula {
    /// Multiplies what it gives, before rounding, by one more factor; if said, for orders from a size on.
    pub(super) fn multiply(&mut self, factor: Amount, minimum_order: Option<Amount>) {
        match minimum_order {
            None => self.factor = product(self.factor, factor),
            Some(minimum_order) => self.larger.push(Larger {
                minimum_order,
                factor,
            }),
        }
    }

    /// The product of all multipliers for an order whose base comes to so much.
    #[must_use]
    pub(super) fn factor_of(&self, order: Amount) -> Amount {
        let larger = self.larger.iter();
        let met = larger.filter(|larger| order >= larger.minimum_order);
        met.fold(self.factor, |all, larger| product(all, larger.factor))
    }

    /// What the award is for that base. `units` are the units left of each line. 0 for a base of 0,
    /// whatever the form, and for an order below the minimum. Source: spec, points, Refunds (f).
    #[must_use]
    pub fn work(&self, base: &Base, units: &[Amount]) -> Worked {
        let order: Amount = base.total();
        let short = self.minimum_order.is_some_and(|minimum| order < minimum);
        let picked: Vec<(Amount, Amount)> = match &self.lines {
            None => {
                let lines = base.lines.iter().copied().zip(units.iter().copied());
                lines.chain([(base.shipping, Amount::ZERO)]).collect()
            }
            Some(places) => {
                let pick = |place: &usize| Some((*base.lines.get(*place)?, *units.get(*place)?));
                places.iter().filter_map(pick).collect()
            }
        };
        let money: Amount = picked.iter().map(|(money, _)| *money).sum();
        if short || !money.is_positive() {
            return Worked {
                base: money,
                ..Worked::default()
            };
        }
        let factor = self.factor_of(order);
        if let Award::Fixed { per_unit, .. } = self.award {
            if !per_unit {
                let worked = self.work_fixed(Amount::ONE, factor);
                return Worked {
                    base: money,
                    ..worked
                };
            }
            let units = picked.iter().map(|(_, units)| *units);
            return self.by_scope(units, |units| self.work_fixed(units, factor));
        }
        let money = picked.iter().map(|(money, _)| *money);
        self.by_scope(money, |money| self.work_money(money, factor))
    }

    /// What comes of all parts together, or of each by itself.
    fn by_scope(
        &self,
        parts: impl Iterator<Item = Amount>,
        work: impl Fn(Amount) -> Worked,
    ) -> Worked {
        match self.rounding.per {
            Scope::Order => work(parts.sum()),
            Scope::Line => parts.fold(Worked::default(), |sum, part| {
                let part = work(part);
                Worked {
                    base: sum.base + part.base,
                    raw: (sum.raw + part.raw).min(GREATEST),
                    rounded: (sum.rounded + part.rounded).min(Amount::most()),
                }
            }),
        }
    }

    /// A fixed award for so many units.
    pub(super) fn work_fixed(&self, units: Amount, factor: Amount) -> Worked {
        let Award::Fixed { points, .. } = self.award else {
            return Worked::default();
        };
        let raw = points.decimal() * units.decimal();
        Worked {
            base: units,
            raw,
            rounded: self.round(raw, Decimal::ONE, factor),
        }
    }

    fn work_money(&self, money: Amount, factor: Amount) -> Worked {
        let (raw, rounded) = match self.award {
            Award::Rate { points, per } => {
                let points = money.decimal() * points.decimal();
                (
                    points / per.decimal(),
                    self.round(points, per.decimal(), factor),
                )
            }
            Award::Step { points, per } => {
                let steps = money.scale_floor(Amount::ONE, per, Amount::ONE);
                let raw = steps.decimal() * points.decimal();
                (raw, self.round(raw, Decimal::ONE, factor))
            }
            Award::Fixed { .. } | Award::Multiplier { .. } => (Decimal::ZERO, Amount::ZERO),
        };
        Worked {
            base: money,
            raw,
            rounded,
        }
    }

    /// In points, at most what an amount may be.
    fn round(&self, numerator: Decimal, denominator: Decimal, factor: Amount) -> Amount {
        let to = self.rounding.to.unwrap_or(Amount::ONE);
        let (scaled, most) = (times(numerator, factor.decimal()), Amount::most());
        if scaled >= most.decimal() * denominator {
            return most;
        }
        quotient(scaled, denominator, to, self.rounding.mode)
    }
}

fn product(one: Amount, other: Amount) -> Amount {
    Amount::from_decimal(times(one.decimal(), other.decimal()))
}

/// As great as a product of two amounts may be: 10 to the power of 24.
const GREATEST: Decimal = Decimal::from_parts(0xa100_0000, 0x1bce_cced, 0xd3c2, false, 0);

/// The product; what is greater than [`GREATEST`] is that, so that as many factors as one likes give a number.
fn times(one: Decimal, other: Decimal) -> Decimal {
    if other > Decimal::ONE && one > GREATEST / other {
        GREATEST
    } else {
        one * other
    }
}

/// The units of each line.
#[must_use]
pub fn units(lines: &[Line]) -> Vec<Amount> {
    lines.iter().map(|line| line.quantity).collect()
}
