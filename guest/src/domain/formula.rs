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
    /// Multiplies what it gives, before rounding, by one more factor.
    pub(super) fn multiply(&mut self, factor: Amount) {
        self.factor = Amount::from_decimal(self.factor.decimal() * factor.decimal());
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
        if let Award::Fixed { per_unit, .. } = self.award {
            let units = if per_unit {
                picked.iter().map(|(_, units)| *units).sum()
            } else {
                Amount::ONE
            };
            let worked = self.work_fixed(units);
            return Worked {
                base: if per_unit { units } else { money },
                ..worked
            };
        }
        match self.rounding.per {
            Scope::Order => self.work_money(money),
            Scope::Line => {
                let lines = picked.iter().map(|(money, _)| self.work_money(*money));
                lines.fold(Worked::default(), |sum, line| Worked {
                    base: sum.base + line.base,
                    raw: sum.raw + line.raw,
                    rounded: sum.rounded + line.rounded,
                })
            }
        }
    }

    /// A fixed award for so many units.
    pub(super) fn work_fixed(&self, units: Amount) -> Worked {
        let Award::Fixed { points, .. } = self.award else {
            return Worked::default();
        };
        let raw = points.decimal() * units.decimal();
        Worked {
            base: units,
            raw,
            rounded: self.round(raw, Decimal::ONE),
        }
    }

    fn work_money(&self, money: Amount) -> Worked {
        let (raw, rounded) = match self.award {
            Award::Rate { points, per } => {
                let points = money.decimal() * points.decimal();
                (points / per.decimal(), self.round(points, per.decimal()))
            }
            Award::Step { points, per } => {
                let steps = money.scale_floor(Amount::ONE, per, Amount::ONE);
                let raw = steps.decimal() * points.decimal();
                (raw, self.round(raw, Decimal::ONE))
            }
            Award::Fixed { .. } | Award::Multiplier { .. } => (Decimal::ZERO, Amount::ZERO),
        };
        Worked {
            base: money,
            raw,
            rounded,
        }
    }

    fn round(&self, numerator: Decimal, denominator: Decimal) -> Amount {
        let to = self.rounding.to.unwrap_or(Amount::ONE);
        quotient(
            numerator * self.factor.decimal(),
            denominator,
            to,
            self.rounding.mode,
        )
    }
}

/// The units of each line.
#[must_use]
pub fn units(lines: &[Line]) -> Vec<Amount> {
    lines.iter().map(|line| line.quantity).collect()
}
