//! Accounts: one member's points in one programme, and the few changes that can be made to them.

use super::acts::Acts;
use super::amount::Amount;
use super::config::{Act, Expiry, Programme, Worth};
use super::dates;
use super::entry::{About, Entry, EntryKind, Part};
use super::ids::Id;
use super::instant::Instant;
use super::lot::Lot;
use super::zone::Zone;
use crate::reading::Read;
use crate::sorted::sort_by;
use serde::Serialize;

/// Open holds of one account, at most: they stand in the account's record.
pub const HOLDS_MAX: usize = 20;

/// Points set aside for an order.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct Hold {
    /// The order; it has one hold in a programme at a time.
    pub order: Id,
    /// Released at this instant.
    pub until: Instant,
    /// The lots, in spending order.
    pub parts: Vec<Part>,
    /// What its points are worth, as it was promised; none: as the programme says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub worth: Option<Worth>,
    /// Whether they may pay shipping, where it tells their worth.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shipping: bool,
}

impl Hold {
    /// What its points are worth, and whether they may pay shipping: as was promised, or as the programme says.
    #[must_use]
    pub fn promise(&self, programme: &Programme) -> (Worth, bool) {
        let now = (programme.worth, programme.spending.shipping);
        self.worth.map_or(now, |worth| (worth, self.shipping))
    }

    /// How many points it reserves.
    #[must_use]
    pub fn points(&self) -> Amount {
        self.parts.iter().map(|part| part.points).sum()
    }
}

/// One member's points in one programme.
///
/// `lots` holds those that were loaded; the totals count all open lots. What a command does goes through the
/// methods here, which keep the totals and write the journal, so that the balance stays Σ entries = Σ left − debt.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    /// Entries so far.
    pub entries: u64,
    /// Lots so far.
    pub lots_made: u64,
    /// Owed after refunds. Above 0 only while no free active point is there.
    pub debt: Amount,
    /// Left in active lots, what is held included.
    pub active: Amount,
    /// Left in pending lots.
    pub pending: Amount,
    /// Reserved by holds.
    pub held: Amount,
    /// The member's last acts that keep idle lots alive.
    pub acts: Acts,
    /// Open holds.
    pub holds: Vec<Hold>,
    /// The loaded lots; those that this command closed stay here until it is stored.
    pub lots: Vec<Lot>,
    /// The entries that this command wrote.
    pub journal: Vec<Entry>,
}

/// What is on an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Totals {
    /// See [`Account::balance`].
    pub balance: Amount,
    /// See [`Account::available`].
    pub available: Amount,
    /// See [`Account::pending`].
    pub pending: Amount,
    /// See [`Account::active`].
    pub active: Amount,
    /// See [`Account::held`].
    pub held: Amount,
    /// See [`Account::debt`].
    pub debt: Amount,
}

impl Account {
    /// What is on it.
    #[must_use]
    pub fn totals(&self) -> Totals {
        Totals {
            balance: self.balance(),
            available: self.available(),
            pending: self.pending,
            active: self.active,
            held: self.held,
            debt: self.debt,
        }
    }

    /// pending + active − debt: the sum of the entries.
    #[must_use]
    pub fn balance(&self) -> Amount {
        self.pending + self.active - self.debt
    }

    /// active − held, and 0 while debt is owed.
    #[must_use]
    pub fn available(&self) -> Amount {
        if self.debt.is_positive() {
            Amount::ZERO
        } else {
            self.active - self.held
        }
    }

    /// A loaded lot.
    #[must_use]
    pub fn lot(&self, id: u64) -> Option<&Lot> {
        self.lots.iter().find(|lot| lot.id == id)
    }

    /// A loaded lot, to be changed.
    pub(super) fn lot_mut(&mut self, id: u64) -> Option<&mut Lot> {
        self.lots.iter_mut().find(|lot| lot.id == id)
    }

    /// The ids of loaded lots with free points that are active, in spending order.
    #[must_use]
    pub fn spendable(&self) -> Vec<u64> {
        let mut lots: Vec<&Lot> = self
            .lots
            .iter()
            .filter(|lot| lot.active && lot.free().is_positive())
            .collect();
        sort_by(&mut lots, |a, b| {
            a.spending_order().cmp(&b.spending_order())
        });
        lots.iter().map(|lot| lot.id).collect()
    }

    /// Takes up to `most` free points out of a lot, and tells how many it took.
    pub(super) fn take(&mut self, id: u64, most: Amount) -> Option<Part> {
        let lot = self.lot_mut(id)?;
        let points = lot.free().min(most);
        if !points.is_positive() {
            return None;
        }
        lot.left -= points;
        let (active, rule) = (lot.active, lot.rule.clone());
        if active {
            self.active -= points;
        } else {
            self.pending -= points;
        }
        Some(Part {
            lot: id,
            points,
            rule,
        })
    }

    /// Puts points back into a lot.
    pub(super) fn put(&mut self, id: u64, points: Amount) {
        let Some(lot) = self.lot_mut(id) else { return };
        lot.left += points;
        assert!(lot.left <= lot.granted, "more put back than was granted");
        if lot.active {
            self.active += points;
        } else {
            self.pending += points;
        }
    }

    /// Takes `amount` out of the free lots in spending order, passing over the lots of `own`;
    /// less if they hold less.
    pub(super) fn draw(&mut self, amount: Amount, own: Option<&Id>) -> Vec<Part> {
        let mut left = amount;
        let mut parts = Vec::new();
        for id in self.spendable() {
            if !left.is_positive() {
                break;
            }
            if own.is_some() && self.lot(id).is_some_and(|lot| lot.order.as_ref() == own) {
                continue;
            }
            if let Some(part) = self.take(id, left) {
                left -= part.points;
                parts.push(part);
            }
        }
        parts
    }

    /// Pays debt from free points, so that nobody owes and has points at once. It changes no balance, so
    /// it is no entry. Gives what was paid.
    pub(super) fn pay_debt(&mut self) -> Amount {
        if !self.debt.is_positive() {
            return Amount::ZERO;
        }
        let paid = self
            .draw(self.debt, None)
            .iter()
            .map(|part| part.points)
            .sum();
        self.debt -= paid;
        paid
    }

    /// Writes an entry of `points` (with sign) about `parts`; the account was changed before.
    pub(super) fn write(
        &mut self,
        kind: EntryKind,
        points: Amount,
        at: Instant,
        parts: Vec<Part>,
        about: About,
    ) {
        self.entries = self.entries.saturating_add(1);
        let balance = self.balance();
        self.journal.push(Entry {
            sequence: self.entries,
            kind,
            points,
            balance,
            at,
            posted_at: None,
            order: about.order,
            note: about.note,
            actor: about.actor,
            other: about.other,
            parts,
            awards: about.awards,
        });
    }

    /// Notes an act, if there is something that it may keep alive: by the programme's `policy` as it is now, or idle lots,
    /// which go by their own terms; with `more`, some of them are not loaded.
    pub fn act(&mut self, act: Act, at: Instant, (policy, zone): (&Expiry, Zone), more: bool) {
        let idle = self.lots.iter().filter_map(Lot::idle);
        let mut all = std::iter::once(policy).chain(idle.map(|terms| &terms.expiry));
        let counted = all.find(|policy| policy.counts(act));
        let nothing = !more && self.acts == Acts::default();
        if counted.is_none() && nothing && !self.lots.iter().any(|lot| lot.idle().is_some()) {
            return;
        }
        // Kinds are told apart by what was the last until now.
        self.acts.note(act, at);
        if let Some(policy) = counted {
            let acts = &mut self.acts;
            let late = |last| dates::expires_at(policy, last, zone).is_some_and(|end| end <= at);
            let unbroken = acts.last.filter(|last| !late(*last));
            acts.since = unbroken.map(|last| acts.since.unwrap_or(last));
            acts.last = acts.last.max(Some(at));
        }
        self.keep_alive(at);
    }

    /// Moves the open idle lots that haven't lapsed by `at` to where the last acts bring them.
    pub(super) fn keep_alive(&mut self, at: Instant) {
        let open = self.lots.iter_mut().filter(|lot| !lot.is_closed());
        open.filter(|lot| !lot.is_lapsed(at))
            .for_each(|lot| lot.keep_alive(&self.acts));
    }

    /// When something becomes due on what is loaded: an activation, a lapse, the end of a hold.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        let lots = self.lots.iter().filter_map(Lot::due);
        lots.chain(self.holds.iter().map(|hold| hold.until)).min()
    }
}
