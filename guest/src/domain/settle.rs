//! What time does to an account: activations, lapses and the ends of holds, each at its instant.

use super::account::Account;
use super::amount::Amount;
use super::entry::{About, EntryKind, Part};
use super::ids::Id;
use super::instant::Instant;

impl Account {
    /// Posts what became due by `now`, in the order of time, at most `most` lots of it; tells whether all
    /// is posted. At one instant lots activate first, then holds end, then lots lapse.
    pub fn settle(&mut self, now: Instant, most: usize) -> bool {
        let mut lots = 0;
        while let Some(at) = self.due().filter(|at| *at <= now) {
            if lots >= most {
                return false;
            }
            lots += self.activate(at);
            for order in self.ended_holds(at) {
                self.release(&order, at);
            }
            lots += self.lapse(at);
        }
        true
    }

    /// Activates the lots due by `at`. A pending lot pays debt at its activation.
    fn activate(&mut self, at: Instant) -> usize {
        let mut moved = Amount::ZERO;
        let mut count = 0;
        for lot in self.lots.iter_mut().filter(|lot| !lot.active) {
            if lot.activates_at.is_some_and(|activates| activates <= at) {
                lot.active = true;
                lot.keep_alive(&self.acts);
                moved += lot.left;
                count += 1;
            }
        }
        self.pending -= moved;
        self.active += moved;
        self.pay_debt();
        count
    }

    fn ended_holds(&self, at: Instant) -> Vec<Id> {
        let ended = self.holds.iter().filter(|hold| hold.until <= at);
        ended.map(|hold| hold.order.clone()).collect()
    }

    /// Lets lapse what is free of the lots due by `at`; one entry for them all.
    fn lapse(&mut self, at: Instant) -> usize {
        let due = self.lots.iter().filter(|lot| {
            lot.active
                && lot.free().is_positive()
                && lot.expires_at.is_some_and(|expires| expires <= at)
        });
        let parts = due.map(|lot| Part {
            lot: lot.id,
            points: lot.free(),
            rule: lot.rule.clone(),
        });
        let parts: Vec<Part> = parts.collect();
        let count = parts.len();
        self.expire(parts, at, None);
        count
    }

    /// Takes these parts out of their lots as lapsed and writes the entry.
    pub(super) fn expire(&mut self, parts: Vec<Part>, at: Instant, order: Option<&Id>) -> Amount {
        let points: Amount = parts.iter().map(|part| part.points).sum();
        if !points.is_positive() {
            return Amount::ZERO;
        }
        for part in &parts {
            self.take(part.lot, part.points);
            if let Some(lot) = self.lot_mut(part.lot) {
                lot.lapsed += part.points;
            }
        }
        let about = About {
            order: order.cloned(),
            ..About::default()
        };
        self.write(EntryKind::Expire, -points, at, parts, about);
        points
    }

    /// Gives a hold back at `at`; what lapsed meanwhile lapses then. Tells (given back, of it lapsed);
    /// none if there is no such hold.
    pub(super) fn release(&mut self, order: &Id, at: Instant) -> Option<(Amount, Amount)> {
        let place = self.holds.iter().position(|hold| hold.order == *order)?;
        let hold = self.holds.remove(place);
        let points = hold.points();
        let lapsed = self.unhold(hold.parts, at, order);
        Some((points, lapsed))
    }

    /// Frees parts of a hold; those of lapsed lots lapse now, the others pay debt first.
    pub(super) fn unhold(&mut self, parts: Vec<Part>, at: Instant, order: &Id) -> Amount {
        let mut late = Vec::new();
        for part in parts {
            self.held -= part.points;
            let Some(lot) = self.lot_mut(part.lot) else {
                continue;
            };
            lot.held -= part.points;
            if lot.is_lapsed(at) {
                late.push(part);
            }
        }
        let lapsed = self.expire(late, at, Some(order));
        self.pay_debt();
        lapsed
    }
}
