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
    /// Lapsed of the lot unspent.
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
/// gives what lapsed of each award's lot, which must be loaded.
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
            let lapsed = account
                .lot(award.lot)
                .map(|lot| lot.lapsed)
                .unwrap_or_default();
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
            award.reversed += due;
        }
    }
    reversals
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
