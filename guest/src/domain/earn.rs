//! Granting: from awards to lots and an entry.

use super::account::Account;
use super::amount::Amount;
use super::config::{Activation, Programme};
use super::entry::{About, EntryKind, Part};
use super::ids::{Id, Name};
use super::instant::Instant;
use super::lot::{Lot, Terms};
use super::zone::Zone;

/// What all points of one grant share.
#[derive(Clone, Copy, Debug)]
pub struct Grant<'a> {
    /// The programme as it is now; its dates are copied into the lots.
    pub programme: &'a Programme,
    /// Where clocks are read.
    pub zone: Zone,
    /// When the points are granted.
    pub at: Instant,
    /// When the event was that activation counts from; none: not yet.
    pub event: Option<Instant>,
    /// The order that earned them.
    pub order: Option<&'a Id>,
}

/// What a grant came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Granted {
    /// All of it.
    pub points: Amount,
    /// Of it, what paid debt at once.
    pub debt_paid: Amount,
    /// The lots, one for each rule, in their order.
    pub lots: Vec<u64>,
    /// The entry that tells of it.
    pub entry: u64,
}

impl Account {
    /// Grants `points` by rules: a lot each, one earn entry for all. Each is above 0.
    pub fn grant(&mut self, points: &[(Name, Amount)], grant: Grant<'_>, about: About) -> Granted {
        let parts: Vec<Part> = points
            .iter()
            .map(|(rule, points)| self.open(rule.clone(), *points, grant))
            .collect();
        let total = parts.iter().map(|part| part.points).sum();
        let lots = parts.iter().map(|part| part.lot).collect();
        self.write(EntryKind::Earn, total, grant.at, parts, about);
        let debt_paid = self.pay_debt();
        Granted {
            points: total,
            debt_paid,
            lots,
            entry: self.entries,
        }
    }

    fn open(&mut self, rule: Name, points: Amount, grant: Grant<'_>) -> Part {
        let programme = grant.programme;
        let activation = match &programme.activation {
            Activation::AtOnce => None,
            Activation::After(after) => Some(*after),
        };
        let terms = Terms {
            expiry: programme.expiry.clone(),
            life_from: programme.life_from,
            activation,
            zone: grant.zone,
        };
        let mut lot = self.new_lot(rule.clone(), points, grant.at);
        lot.order = grant.order.cloned();
        lot.terms = Some(Box::new(terms));
        if let Some(event) = grant.event {
            lot.schedule(event, &self.acts);
        }
        lot.active = lot.activates_at.is_some_and(|at| at <= grant.at);
        self.add(lot, points);
        Part {
            lot: self.lots_made,
            points,
            rule,
        }
    }

    /// A lot with the account's next number; not in the account yet, and without dates.
    pub(super) fn new_lot(&mut self, rule: Name, points: Amount, at: Instant) -> Lot {
        self.lots_made = self.lots_made.saturating_add(1);
        Lot {
            id: self.lots_made,
            rule,
            order: None,
            granted: points,
            left: points,
            held: Amount::ZERO,
            lapsed: Amount::ZERO,
            earned_at: at,
            activates_at: None,
            active: false,
            expires_at: None,
            ends_day: false,
            terms: None,
        }
    }

    /// Puts a new lot into the account.
    pub(super) fn add(&mut self, lot: Lot, points: Amount) {
        if lot.active {
            self.active += points;
        } else {
            self.pending += points;
        }
        self.lots.push(lot);
    }

    /// Fixes the dates of this order's lots that waited for its event.
    pub fn reach(&mut self, order: &Id, event: super::config::ActivationEvent, at: Instant) {
        let waiting = self.lots.iter_mut();
        for lot in waiting.filter(|lot| lot.order.as_ref() == Some(order) && lot.waits_for(event)) {
            lot.schedule(at, &self.acts);
        }
    }
}
