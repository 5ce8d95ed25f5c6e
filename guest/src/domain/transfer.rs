//! Points that go from one member to another in a programme. Source: spec, points, "Around it".

use super::account::Account;
use super::amount::Amount;
use super::entry::{About, EntryKind, Part};
use super::ids::Id;
use super::instant::Instant;
use super::lot::Lot;

impl Account {
    /// Takes points that are available out of the lots, in spending order, for another member. Gives what was taken of
    /// each.
    ///
    /// # Errors
    /// What is available, if that is less.
    pub fn send(
        &mut self,
        points: Amount,
        other: &Id,
        at: Instant,
        about: About,
    ) -> Result<Vec<Part>, Amount> {
        let available = self.available();
        if points > available {
            return Err(available);
        }
        let parts = self.draw(points, None);
        let about = about.of(other);
        self.write(EntryKind::Transfer, -points, at, parts.clone(), about);
        Ok(parts)
    }

    /// Takes in points that another member's lots gave: a lot for each, with its dates. Tells of them, and what paid debt.
    pub fn receive(
        &mut self,
        sent: &[(Lot, Amount)],
        other: &Id,
        at: Instant,
        about: About,
    ) -> (Vec<Part>, Amount) {
        let mut parts = Vec::new();
        for (of, points) in sent {
            let mut lot = self.new_lot(of.rule.clone(), *points, of.earned_at);
            lot.activates_at = of.activates_at;
            lot.active = true;
            lot.expires_at = of.expires_at;
            lot.ends_day = of.ends_day;
            parts.push(Part::of(&lot));
            self.add(lot, *points);
        }
        let total = parts.iter().map(|part| part.points).sum();
        let about = about.of(other);
        self.write(EntryKind::Transfer, total, at, parts.clone(), about);
        (parts, self.pay_debt())
    }
}
