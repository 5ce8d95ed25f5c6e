//! Points given and taken by hand. Source: spec, points, "Around it".

use super::account::Account;
use super::amount::Amount;
use super::config::Programme;
use super::entry::{About, EntryKind, Part};
use super::ids::Name;
use super::instant::Instant;
use super::lot::Terms;
use super::until::End;
use super::zone::Zone;

impl Account {
    /// Gives points by hand: one lot by `rule`, usable at once, that lives by the programme's policy or to a given end.
    /// Tells what of it paid debt.
    pub fn give(
        &mut self,
        (rule, points): (Name, Amount),
        programme: &Programme,
        zone: Zone,
        end: Option<End>,
        at: Instant,
        about: About,
    ) -> (Part, Amount) {
        let mut lot = self.new_lot(rule.clone(), points, at);
        lot.terms = Some(Box::new(Terms {
            expiry: programme.expiry.clone(),
            life_from: programme.life_from,
            activation: None,
            zone,
        }));
        lot.schedule(at, &self.acts);
        if let Some(end) = end {
            lot.end_at(end);
        }
        lot.active = true;
        let lot_id = lot.id;
        self.add(lot, points);
        let part = Part {
            lot: lot_id,
            points,
            rule,
        };
        self.write(EntryKind::Adjust, points, at, vec![part.clone()], about);
        (part, self.pay_debt())
    }

    /// Takes points by hand from what is available, in spending order; what is not there becomes debt if that may be.
    /// Tells what was taken, and the debt.
    ///
    /// # Errors
    /// What is available, if that is less and may not become debt.
    pub fn take_back(
        &mut self,
        points: Amount,
        into_debt: bool,
        at: Instant,
        about: About,
    ) -> Result<(Vec<Part>, Amount), Amount> {
        let available = self.available();
        let debt = (points - available).or_zero();
        if debt.is_positive() && !into_debt {
            return Err(available);
        }
        let parts = self.draw(points - debt, None);
        self.debt += debt;
        self.write(EntryKind::Adjust, -points, at, parts.clone(), about);
        Ok((parts, debt))
    }
}
