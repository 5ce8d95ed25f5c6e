//! Giving back points spent on a refunded order. Source: spec, points, Refunds.

use super::account::Account;
use super::amount::Amount;
use super::entry::{About, EntryKind, Part};
use super::ids::Id;
use super::instant::Instant;
use super::order_file::Spend;

/// What came back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Restoration {
    /// Spent on the order.
    pub spent: Amount,
    /// Given back by earlier refunds.
    pub before: Amount,
    /// Given back now.
    pub restored: Amount,
    /// Of it, lapsed at once.
    pub lapsed: Amount,
    /// The lots that it went to.
    pub parts: Vec<Part>,
}

impl Spend {
    /// How many points a refund gives back: floor(spent × refunded ÷ value) less what came back before; all of
    /// them once everything is refunded.
    #[must_use]
    pub fn due_back(&self, refunded: Amount, value: Amount) -> Amount {
        let target = if refunded >= value {
            self.points
        } else {
            self.points.scale_floor(refunded, value, self.unit)
        };
        (target - self.restored).or_zero()
    }

    /// Notes that so many points come back, and tells which lots they go to: those spent last first, so that what
    /// lives longest comes back first, and however a refund is split it ends the same.
    #[must_use]
    pub fn give_back(&mut self, points: Amount) -> Vec<Part> {
        self.restored += points;
        let mut left = points;
        let mut parts: Vec<Part> = Vec::new();
        for draw in self.draws.iter_mut().rev() {
            let points = draw.points.min(left);
            left -= points;
            draw.points -= points;
            if points.is_positive() {
                match parts.iter_mut().find(|part| part.lot == draw.lot) {
                    Some(part) => part.points += points,
                    None => parts.push(Part {
                        points,
                        ..draw.clone()
                    }),
                }
            }
        }
        self.draws.retain(|draw| draw.points.is_positive());
        parts
    }
}

impl Account {
    /// Puts points back into the lots they came from, which must be loaded. What goes to a lapsed lot lapses at
    /// once, or lives on in a new lot until `grace`.
    pub fn restore(
        &mut self,
        parts: Vec<Part>,
        order: &Id,
        grace: Option<Instant>,
        at: Instant,
    ) -> (Vec<Part>, Amount) {
        let restored: Amount = parts.iter().map(|part| part.points).sum();
        if !restored.is_positive() {
            return (Vec::new(), Amount::ZERO);
        }
        let mut placed = Vec::new();
        let mut late = Vec::new();
        for part in parts {
            // A lot that was used up lapses as if something had been left of it.
            if let Some(lot) = self.lots.iter_mut().find(|lot| lot.id == part.lot) {
                lot.keep_alive(&self.acts);
            }
            let from = self.lot(part.lot);
            let lapsed = from.is_some_and(|lot| lot.is_lapsed(at));
            let earner = from.and_then(|lot| lot.order.clone());
            match grace.filter(|_| lapsed) {
                Some(until) => {
                    let mut lot = self.new_lot(part.rule.clone(), part.points, at);
                    // The order that earned them never gets them as payment.
                    lot.order = earner;
                    lot.active = true;
                    lot.activates_at = Some(at);
                    lot.expires_at = Some(until);
                    placed.push(Part {
                        lot: lot.id,
                        ..part.clone()
                    });
                    self.add(lot, part.points);
                }
                None => {
                    self.put(part.lot, part.points);
                    if lapsed {
                        late.push(part.clone());
                    }
                    placed.push(part);
                }
            }
        }
        self.write(
            EntryKind::Restore,
            restored,
            at,
            placed.clone(),
            About::order(order),
        );
        let lapsed = self.expire(late, at, Some(order));
        self.pay_debt();
        (placed, lapsed)
    }
}
