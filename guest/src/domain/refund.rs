//! What of an order is refunded: the money, before any points.

use super::amount::Amount;
use super::config::Fault;
use super::ids::Id;
use super::order::{Base, Order};
use super::share::by_largest_remainder;
use crate::reading::Read;
use serde::Serialize;

/// What of one line was refunded so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
pub struct RefundedLine {
    /// Of what it cost after discounts.
    pub value: Amount,
    /// Of its units.
    pub quantity: Amount,
}

/// What of an order was refunded so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
pub struct Refunded {
    /// In the order's lines' order; empty: nothing.
    pub lines: Vec<RefundedLine>,
    /// Of shipping.
    pub shipping: Amount,
}

/// How much of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// So many units.
    Quantity(Amount),
    /// So much money.
    Amount(Amount),
}

/// What is refunded.
#[derive(Clone, Debug, PartialEq)]
pub enum Scope {
    /// All that is left.
    All,
    /// Of these lines.
    Lines(Vec<(Id, Measure)>),
    /// An amount, shared by what is left of each line.
    Amount(Amount),
}

/// Why a refund can't be.
#[derive(Clone, Debug, PartialEq)]
pub enum Refusal {
    /// The order has no such line.
    UnknownLine(Id),
    /// More than is left.
    Exceeds(Fault),
}

impl Refunded {
    /// Whether nothing was refunded so far.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.shipping.is_zero() && self.lines.is_empty()
    }

    /// What is refunded in all: lines, and shipping if it counts.
    #[must_use]
    pub fn value(&self, shipping: bool) -> Amount {
        let lines: Amount = self.lines.iter().map(|line| line.value).sum();
        if shipping {
            lines + self.shipping
        } else {
            lines
        }
    }

    /// This with one more refund. A line's quantities are worth their part of its value, cumulatively,
    /// so that the order of refunds does not matter; with its last unit all of it is refunded.
    ///
    /// # Errors
    /// [`Refusal`]; paths are those of the request.
    pub fn with(
        &self,
        order: &Order,
        scope: &Scope,
        shipping: Amount,
        unit: Amount,
    ) -> Result<Self, Refusal> {
        let values = order.cart.values(unit);
        let mut next = self.clone();
        next.lines.resize(values.len(), RefundedLine::default());
        match scope {
            Scope::All => {
                let all = order.cart.lines.iter().zip(&values);
                next.lines = all
                    .map(|(line, value)| RefundedLine {
                        value: *value,
                        quantity: line.quantity,
                    })
                    .collect();
                next.shipping = order.cart.shipping;
                return Ok(next);
            }
            Scope::Amount(amount) => {
                let rest: Vec<Amount> = values
                    .iter()
                    .zip(&next.lines)
                    .map(|(value, line)| *value - line.value)
                    .collect();
                bound("/what/amount", *amount, rest.iter().copied().sum())?;
                let shares = by_largest_remainder(*amount, &rest, unit);
                for (line, share) in next.lines.iter_mut().zip(shares) {
                    line.value += share;
                }
            }
            Scope::Lines(lines) => {
                for (place, (id, measure)) in lines.iter().enumerate() {
                    let at = order.cart.lines.iter().position(|line| line.id == *id);
                    let found = at.and_then(|at| {
                        Some((
                            order.cart.lines.get(at)?,
                            *values.get(at)?,
                            next.lines.get_mut(at)?,
                        ))
                    });
                    let (line, value, refunded) =
                        found.ok_or_else(|| Refusal::UnknownLine(id.clone()))?;
                    refunded.add(line.quantity, value, *measure, place, unit)?;
                }
            }
        }
        bound("/shipping", shipping, order.cart.shipping - next.shipping)?;
        next.shipping += shipping;
        Ok(next)
    }

    /// What is left of a base: each part less the same share of it, floored to the money unit.
    #[must_use]
    pub fn left_of(&self, base: &Base, order: &Order, unit: Amount) -> (Base, Vec<Amount>) {
        if self.lines.is_empty() {
            return (base.clone(), super::formula::units(&order.cart.lines));
        }
        let values = order.cart.values(unit);
        let gone = |part: Amount, refunded: Amount, value: Amount, ended: bool| match value {
            _ if ended => part,
            value if value.is_positive() => part.scale_floor(refunded, value, unit),
            _ => Amount::ZERO,
        };
        let rows = order.cart.lines.iter().zip(values).zip(&self.lines);
        let (mut lines, mut units) = (Vec::new(), Vec::new());
        for (part, ((line, value), refunded)) in base.lines.iter().zip(rows) {
            // A line's money is gone with its last unit, and its units with the last of its money.
            let paid_back = value.is_positive() && refunded.value >= value;
            let ended = paid_back || refunded.quantity >= line.quantity;
            lines.push(*part - gone(*part, refunded.value, value, ended));
            let left = line.quantity - refunded.quantity;
            units.push(if ended { Amount::ZERO } else { left });
        }
        let cost = order.cart.shipping;
        let shipping = base.shipping - gone(base.shipping, self.shipping, cost, false);
        (Base { lines, shipping }, units)
    }
}

impl RefundedLine {
    fn add(
        &mut self,
        units: Amount,
        value: Amount,
        measure: Measure,
        place: usize,
        unit: Amount,
    ) -> Result<(), Refusal> {
        match measure {
            Measure::Quantity(quantity) => {
                bound(
                    &format!("/what/lines/{place}/what/quantity"),
                    quantity,
                    units - self.quantity,
                )?;
                let worth = |quantity: Amount| value.scale_floor(quantity, units, unit);
                let more = worth(self.quantity + quantity) - worth(self.quantity);
                self.quantity += quantity;
                let whole = self.quantity == units;
                self.value = if whole {
                    value
                } else {
                    (self.value + more).min(value)
                };
            }
            Measure::Amount(amount) => {
                bound(
                    &format!("/what/lines/{place}/what/amount"),
                    amount,
                    value - self.value,
                )?;
                self.value += amount;
            }
        }
        Ok(())
    }
}

fn bound(path: &str, wanted: Amount, left: Amount) -> Result<(), Refusal> {
    if wanted > left {
        return Err(Refusal::Exceeds(Fault::new(
            path,
            wanted,
            format!("at most {left}"),
        )));
    }
    Ok(())
}
