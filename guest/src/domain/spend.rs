//! Spending: holds, their capture and release, and redeeming at once.

use super::account::{Account, HOLDS_MAX, Hold};
use super::amount::Amount;
use super::config::Worth;
use super::entry::{About, EntryKind, Part};
use super::ids::Id;
use super::instant::Instant;

/// Why points can't be spent; nothing was changed.
#[derive(Clone, Debug, PartialEq)]
pub enum Refused {
    /// Fewer are available.
    Insufficient {
        /// What was asked for.
        requested: Amount,
        /// What is there.
        available: Amount,
    },
    /// The order has an open hold.
    HoldExists,
    /// It has none.
    NoHold,
    /// There are 20 open holds.
    TooManyHolds,
}

/// What a capture came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Captured {
    /// What was spent.
    pub parts: Vec<Part>,
    /// What was held and not spent.
    pub released: Amount,
    /// Of it, lapsed meanwhile.
    pub lapsed: Amount,
    /// The hold that there was.
    pub hold: Hold,
}

impl Account {
    /// What `order` may spend of the loaded lots: what is available, less what it earned itself.
    #[must_use]
    pub fn available_for(&self, order: Option<&Id>) -> Amount {
        let own = |lot: &&super::lot::Lot| order.is_some() && lot.order.as_ref() == order;
        let own = self.lots.iter().filter(|lot| lot.active).filter(own);
        (self.available() - own.map(super::lot::Lot::free).sum()).or_zero()
    }

    fn covers(&self, points: Amount, order: &Id) -> Result<(), Refused> {
        let available = self.available_for(Some(order));
        if points > available {
            return Err(Refused::Insufficient {
                requested: points,
                available,
            });
        }
        Ok(())
    }

    /// Spends points on an order at once. Points that the order earned never pay for it.
    ///
    /// # Errors
    /// [`Refused::Insufficient`].
    pub fn redeem(
        &mut self,
        points: Amount,
        order: &Id,
        at: Instant,
    ) -> Result<Vec<Part>, Refused> {
        self.covers(points, order)?;
        let parts = self.draw(points, Some(order));
        self.write(
            EntryKind::Redeem,
            -points,
            at,
            parts.clone(),
            About::order(order),
        );
        Ok(parts)
    }

    /// Sets points aside for an order until an instant, at their worth of now, to pay shipping or not.
    ///
    /// # Errors
    /// [`Refused`], but not [`Refused::NoHold`].
    pub fn hold(
        &mut self,
        points: Amount,
        order: &Id,
        until: Instant,
        (worth, shipping): (Worth, bool),
    ) -> Result<Vec<Part>, Refused> {
        if self.holds.iter().any(|hold| hold.order == *order) {
            return Err(Refused::HoldExists);
        }
        if self.holds.len() >= HOLDS_MAX {
            return Err(Refused::TooManyHolds);
        }
        self.covers(points, order)?;
        let mut left = points;
        let mut parts = Vec::new();
        for id in self.spendable() {
            let Some(lot) = self.lot_mut(id) else {
                continue;
            };
            if !left.is_positive() || lot.order.as_ref() == Some(order) {
                continue;
            }
            let some = lot.free().min(left);
            lot.held += some;
            left -= some;
            parts.push(Part {
                lot: id,
                points: some,
                rule: lot.rule.clone(),
            });
        }
        self.held += points;
        self.holds.push(Hold {
            order: order.clone(),
            until,
            parts: parts.clone(),
            worth: Some(worth),
            shipping,
        });
        Ok(parts)
    }

    /// Spends what is held for an order, all or part; the rest is released. Lots that lapsed while
    /// they were held are spent like others.
    ///
    /// # Errors
    /// [`Refused::NoHold`], and [`Refused::Insufficient`] for more than is held.
    pub fn capture(
        &mut self,
        points: Option<Amount>,
        order: &Id,
        at: Instant,
    ) -> Result<Captured, Refused> {
        let place = self.holds.iter().position(|hold| hold.order == *order);
        let place = place.ok_or(Refused::NoHold)?;
        let held = self.holds.get(place).map(Hold::points).unwrap_or_default();
        let points = points.unwrap_or(held);
        if points > held {
            return Err(Refused::Insufficient {
                requested: points,
                available: held,
            });
        }
        let hold = self.holds.remove(place);
        let mut left = points;
        let (mut spent, mut rest) = (Vec::new(), Vec::new());
        for part in &hold.parts {
            let some = part.points.min(left);
            left -= some;
            if some < part.points {
                rest.push(Part {
                    points: part.points - some,
                    ..part.clone()
                });
            }
            if some.is_positive() {
                self.held -= some;
                if let Some(lot) = self.lot_mut(part.lot) {
                    lot.held -= some;
                }
                spent.extend(self.take(part.lot, some));
            }
        }
        self.write(
            EntryKind::Redeem,
            -points,
            at,
            spent.clone(),
            About::order(order),
        );
        let lapsed = self.unhold(rest, at, order);
        Ok(Captured {
            parts: spent,
            released: held - points,
            lapsed,
            hold,
        })
    }

    /// Gives a hold back; tells (given back, of it lapsed meanwhile).
    ///
    /// # Errors
    /// [`Refused::NoHold`].
    pub fn release_hold(&mut self, order: &Id, at: Instant) -> Result<(Amount, Amount), Refused> {
        self.release(order, at).ok_or(Refused::NoHold)
    }
}
