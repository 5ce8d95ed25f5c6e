//! Two members become one: what one account hands over, and another takes. Source: spec, points, "Around it".

use super::account::{Account, Hold};
use super::acts::Acts;
use super::amount::Amount;
use super::entry::{About, EntryKind, Part};
use super::ids::{Id, Name};
use super::instant::Instant;
use super::lot::Lot;
use super::order_file::OrderFile;
use crate::reading::Read;
use crate::sorted_map::SortedMap;
use serde::Serialize;

/// Where a merged member's accounts went. It is kept for good, since orders tell of the member and of its lots.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct Merged {
    /// The member that has them now.
    pub into: Id,
    /// By programme, what the numbers of its lots were raised by.
    pub lots: SortedMap<Name, u64>,
}

/// All that is on an account, to be handed over.
#[derive(Clone, Debug)]
pub struct Estate {
    lots: Vec<Lot>,
    /// Its open holds.
    pub holds: Vec<Hold>,
    /// Lots it ever made.
    pub made: u64,
    /// What it owed.
    pub debt: Amount,
    acts: Acts,
}

/// What an account took over.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What the numbers of lots were raised by.
    pub raised: u64,
    /// What the balance changed by, with its sign.
    pub points: Amount,
    /// The open lots, as they came.
    pub parts: Vec<Part>,
    /// Of what is there now, what paid debt.
    pub debt_paid: Amount,
}

impl Account {
    /// Empties the account for another member. All open lots must be loaded. One entry tells of the points, another of
    /// the debt.
    pub fn hand_over(&mut self, other: &Id, at: Instant, about: &About) -> Estate {
        let estate = Estate {
            lots: std::mem::take(&mut self.lots),
            holds: std::mem::take(&mut self.holds),
            made: self.lots_made,
            debt: self.debt,
            acts: self.acts.clone(),
        };
        (self.active, self.pending, self.held) = (Amount::ZERO, Amount::ZERO, Amount::ZERO);
        let parts = open(&estate.lots);
        self.moved(-total(&parts), other, at, parts, about);
        self.debt = Amount::ZERO;
        self.moved(estate.debt, other, at, Vec::new(), about);
        estate
    }

    /// Takes over what another member's account had. Its lots get the numbers behind those of this account, and keep their
    /// dates; what lapses with inactivity goes by the later act of the two. Debt that it had is owed here, and is paid from
    /// what is free.
    pub fn take_over(&mut self, estate: Estate, other: &Id, at: Instant, about: &About) -> Taken {
        let raised = self.lots_made;
        self.lots_made = raised.saturating_add(estate.made);
        for mut lot in estate.lots {
            lot.id = lot.id.saturating_add(raised);
            self.held += lot.held;
            let left = lot.left;
            self.add(lot, left);
        }
        for mut hold in estate.holds {
            for part in &mut hold.parts {
                part.lot = part.lot.saturating_add(raised);
            }
            self.holds.push(hold);
        }
        let came = |lot: &&Lot| lot.id > raised;
        let parts = open(self.lots.iter().filter(came));
        let points = total(&parts);
        self.moved(points, other, at, parts.clone(), about);
        self.debt += estate.debt;
        self.moved(-estate.debt, other, at, Vec::new(), about);
        // The other's acts bring nothing back that has lapsed and is still held.
        for lot in self.lots.iter_mut().filter(|lot| lot.is_lapsed(at)) {
            lot.terms = None;
        }
        self.acts.join(estate.acts);
        self.keep_alive(at);
        Taken {
            raised,
            points: points - estate.debt,
            parts,
            debt_paid: self.pay_debt(),
        }
    }

    /// Writes an entry of what goes or comes, if that is something.
    fn moved(&mut self, points: Amount, other: &Id, at: Instant, parts: Vec<Part>, about: &About) {
        if !points.is_zero() {
            let about = about.clone().of(other);
            self.write(EntryKind::Transfer, points, at, parts, about);
        }
    }
}

/// What is left of lots.
fn open<'l>(lots: impl IntoIterator<Item = &'l Lot>) -> Vec<Part> {
    let lots = lots.into_iter().filter(|lot| !lot.is_closed());
    lots.map(Part::of).collect()
}

fn total(parts: &[Part]) -> Amount {
    parts.iter().map(|part| part.points).sum()
}

impl OrderFile {
    /// Goes with its member, who was merged: another's now, and its lots with other numbers. What told of its awards stays
    /// in the old member's ledger.
    pub fn follow(&mut self, merged: &Merged) {
        let old = std::mem::replace(&mut self.member, merged.into.clone());
        if let Some(order) = &mut self.order {
            order.member = merged.into.clone();
        }
        let raised = |name: &Name, lot: &mut u64| {
            let by = merged.lots.get(name).copied().unwrap_or(0);
            *lot = lot.saturating_add(by);
        };
        for grant in &mut self.grants {
            for award in &mut grant.awards {
                raised(&grant.programme, &mut award.lot);
                for lot in &mut award.also {
                    raised(&grant.programme, lot);
                }
            }
            grant.ledger.get_or_insert_with(|| old.clone());
        }
        for (name, spend) in &mut self.spends {
            for draw in &mut spend.draws {
                raised(name, &mut draw.lot);
            }
        }
    }
}
