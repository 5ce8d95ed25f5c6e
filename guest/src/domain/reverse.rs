//! Taking back what a refunded order earned. Source: spec, points, Refunds (reversal).

use super::account::Account;
use super::amount::Amount;
use super::config::Uncovered;
use super::entry::{About, EntryKind, Part};
use super::ids::{Id, Name};
use super::instant::Instant;
use super::lot::Lot;
use super::order_file::OrderFile;
use crate::sorted::sort_by;

/// The terms by which one award is taken back.
#[derive(Clone, Debug, PartialEq)]
pub struct Reversal {
    /// The programme.
    pub programme: Name,
    /// The rule.
    pub rule: Name,
    /// The award's lot.
    pub lot: u64,
    /// Granted.
    pub earned: Amount,
    /// f(b): what the base that is left is worth by the rule as it was, at most what was granted.
    pub keeps: Amount,
    /// Taken back before.
    pub reversed_before: Amount,
    /// Lapsed unspent of the lot, and of those in which its points lived on. Where a refund took for one award what was another's, what
    /// lapsed of the one counts for the other.
    pub lapsed: Amount,
    /// max(0, earned − keeps − reversed before − lapsed).
    pub due: Amount,
}

/// Where the points due came from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Clawback {
    /// All of them.
    pub due: Amount,
    /// Taken from lots.
    pub parts: Vec<Part>,
    /// Not there, and owed now.
    pub debt: Amount,
    /// Not there, and forgiven.
    pub forgiven: Amount,
}

/// Works out what is due after a refund, award by award, and notes it in the order as taken back. `account`
/// gives what lapsed of each award's lots, which must be loaded.
pub fn due(
    file: &mut OrderFile,
    account: &Account,
    programme: &Name,
    unit: Amount,
) -> Vec<Reversal> {
    let Some(order) = file.order.clone() else {
        return Vec::new();
    };
    let refunded = file.refunded.clone();
    let mut reversals = Vec::new();
    for grant in file
        .grants
        .iter_mut()
        .filter(|grant| grant.programme == *programme)
    {
        let (base, units) = refunded.left_of(&grant.base, &order, unit);
        for award in &mut grant.awards {
            let earned = award.points;
            let keeps = award.formula.work(&base, &units).rounded.min(earned);
            let lots = award.lots().filter_map(|lot| account.lot(lot));
            let lapsed = lots.map(|lot| lot.lapsed).sum();
            let due = (earned - keeps - award.reversed - lapsed).or_zero();
            reversals.push(Reversal {
                programme: programme.clone(),
                rule: award.rule.clone(),
                lot: award.lot,
                earned,
                keeps,
                reversed_before: award.reversed,
                lapsed,
                due,
            });
        }
    }
    share_lapsed(&mut reversals);
    let grants = file.grants.iter_mut();
    let own = grants.filter(|grant| grant.programme == *programme);
    let awards = own.flat_map(|grant| &mut grant.awards);
    for (award, reversal) in awards.zip(&reversals) {
        award.reversed += reversal.due;
    }
    reversals
}

/// What was taken back for one award may have come from another's lot, and then lapsed of its own: that is not taken again for
/// the other.
fn share_lapsed(reversals: &mut [Reversal]) {
    for from in 0..reversals.len() {
        let mut spare = reversals.get(from).map_or(Amount::ZERO, Reversal::spare);
        for to in 0..reversals.len() {
            let due = reversals.get(to).map_or(Amount::ZERO, |it| it.due);
            let moved = due.min(spare);
            if let Some(to) = reversals.get_mut(to) {
                to.due -= moved;
                to.lapsed += moved;
            }
            if let Some(from) = reversals.get_mut(from) {
                from.lapsed -= moved;
            }
            spare -= moved;
        }
    }
}

impl Reversal {
    /// What lapsed beyond the award's own part, of as much as was taken back for it.
    fn spare(&self) -> Amount {
        let beyond = self.lapsed + self.keeps + self.reversed_before - self.earned;
        beyond.or_zero().min(self.reversed_before).min(self.lapsed)
    }
}

impl Account {
    /// Takes `due` points back: from the order's own lots, pending ones first, then from others in
    /// spending order; what is not there is owed, forgiven, or refuses the refund.
    ///
    /// # Errors
    /// With [`Uncovered::Refuse`], what is there (of the points due).
    pub fn claw_back(
        &mut self,
        due: Amount,
        order: &Id,
        policy: Uncovered,
        at: Instant,
    ) -> Result<Clawback, Amount> {
        let mut clawback = Clawback {
            due,
            ..Clawback::default()
        };
        let mut left = due;
        let mut own: Vec<_> = self
            .lots
            .iter()
            .filter(|lot| lot.order.as_ref() == Some(order))
            .collect();
        let rank = |lot: &Lot| (lot.active, lot.spending_order());
        sort_by(&mut own, |a, b| rank(a).cmp(&rank(b)));
        let own: Vec<u64> = own.iter().map(|lot| lot.id).collect();
        for id in own {
            if let Some(part) = self.take(id, left) {
                left -= part.points;
                clawback.parts.push(part);
            }
        }
        for part in self.draw(left, None) {
            left -= part.points;
            clawback.parts.push(part);
        }
        match policy {
            Uncovered::Refuse if left.is_positive() => return Err(due - left),
            Uncovered::Clamp => clawback.forgiven = left,
            Uncovered::Debt | Uncovered::Refuse => clawback.debt = left,
        }
        self.debt += clawback.debt;
        let taken = due - clawback.forgiven;
        if taken.is_positive() {
            let parts = clawback.parts.clone();
            self.write(EntryKind::Reverse, -taken, at, parts, About::order(order));
        }
        Ok(clawback)
    }
}
