//! Lots: the points of one award, with their dates and what is left of them.

use super::acts::Acts;
use super::amount::Amount;
use super::config::{ActivationEvent, After, Expiry, Life};
use super::dates;
use super::digits;
use super::ids::{Id, Name};
use super::instant::Instant;
use super::until::End;
use super::zone::Zone;
use crate::reading::Read;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// The points of one award. Its dates are copied from the programme when it is granted, so that no
/// later configuration changes them.
#[derive(Clone, Debug, PartialEq)]
pub struct Lot {
    /// Counts the lots of the account from 1.
    pub id: u64,
    /// The rule that awarded it, or `grant` by hand.
    pub rule: Name,
    /// The order that earned it.
    pub order: Option<Id>,
    /// What was granted.
    pub granted: Amount,
    /// What is left of it, 0 to `granted`.
    pub left: Amount,
    /// Of `left`, reserved by holds.
    pub held: Amount,
    /// What lapsed of it unspent.
    pub lapsed: Amount,
    /// When it was granted.
    pub earned_at: Instant,
    /// When it becomes usable; none while that waits for the order.
    pub activates_at: Option<Instant>,
    /// Whether its activation has been posted.
    pub active: bool,
    /// When it lapses; none: never, or not known yet.
    pub expires_at: Option<Instant>,
    /// Whether it lapses as a local day ends, so that the day before is its last.
    pub ends_day: bool,
    /// What the dates need of the programme, as long as they can change.
    pub terms: Option<Box<Terms>>,
}

/// What of a programme's settings a lot's dates still depend on.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Terms {
    /// How long it lives.
    pub expiry: Expiry,
    /// What its life is counted from.
    pub life_from: Life,
    /// What its activation waits for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activation: Option<After>,
    /// Where clocks are read.
    pub zone: Zone,
}

/// Lots that are used up or fall due in one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    /// Not active yet, by activation.
    Pending,
    /// Active with a date of its own, by that date; those without one last.
    Fixed,
    /// Active and lapsing so many months after the member's last act, by grant.
    Idle(u32),
}

impl Lot {
    /// What no hold reserves.
    #[must_use]
    pub fn free(&self) -> Amount {
        self.left - self.held
    }

    /// Whether it has lapsed by `now`.
    #[must_use]
    pub fn is_lapsed(&self, now: Instant) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// Whether nothing is left to be done with it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.left.is_zero()
    }

    /// Where it stands in spending order: by expiry (never comes last), grant and id.
    /// Source: spec, points, Spending.
    #[must_use]
    pub fn spending_order(&self) -> (bool, Option<Instant>, Instant, u64) {
        (
            self.expires_at.is_none(),
            self.expires_at,
            self.earned_at,
            self.id,
        )
    }

    /// The local date that its notices are counted back from; none: it doesn't lapse, or nobody knows yet when.
    /// Source: spec, expiry, "Which day a notice belongs to".
    #[must_use]
    pub fn last_day(&self, zone: Zone) -> Option<NaiveDate> {
        let at = self.expires_at?;
        // Noon of the day that ends is of the same date in nearly every zone that the merchant may have moved to meanwhile.
        let last = zone.date(if self.ends_day {
            at.minus_hours(12)
        } else {
            at
        });
        // In the east the last moment there is falls into the year 10000, whose dates are none here: nothing that lasts as long has a notice.
        Some(last).filter(|day| day.year() <= 9999)
    }

    /// The queue that it stands in.
    #[must_use]
    pub fn queue(&self) -> Queue {
        match self.terms.as_deref() {
            _ if !self.active => Queue::Pending,
            Some(Terms {
                expiry: Expiry::Inactivity(idle),
                ..
            }) => Queue::Idle(idle.months),
            _ => Queue::Fixed,
        }
    }

    /// Its place in its queue as text that sorts so. The first 30 characters are the instant at which
    /// it is due, or `~` for none; an idle lot's is that of its grant.
    #[must_use]
    pub fn place(&self) -> String {
        let due = match self.queue() {
            Queue::Pending => self.activates_at,
            Queue::Fixed => self.expires_at,
            Queue::Idle(_) => Some(self.earned_at),
        };
        let due = due.map_or_else(|| "~".to_owned(), Instant::sortable);
        let (earned, id) = (self.earned_at.sortable(), self.id);
        let mut place = [&*due, "/", &earned, "/"].concat();
        digits::push(&mut place, id);
        place
    }

    /// When something becomes due on it: its activation, or the lapse of what is free.
    #[must_use]
    pub fn due(&self) -> Option<Instant> {
        if !self.active {
            self.activates_at
        } else if self.free().is_positive() {
            self.expires_at
        } else {
            None
        }
    }

    /// No lot behind this one in its queue is due before; none: no lot behind it is ever due, as far as it tells.
    #[must_use]
    pub fn not_due_before(&self) -> Option<Instant> {
        match (self.queue(), &self.terms) {
            // Idle lots stand by grant, and their lives are counted from then or later. The zone of a later one
            // may differ, and so may the month's end: two days are more than both.
            (Queue::Idle(_), Some(terms)) => {
                let early = self.earned_at.minus_hours(48);
                dates::expires_at(&terms.expiry, early, terms.zone)
            }
            _ => self.due(),
        }
    }

    /// Whether its activation waits for this event of its order.
    #[must_use]
    pub fn waits_for(&self, event: ActivationEvent) -> bool {
        let waits = self
            .terms
            .as_ref()
            .and_then(|terms| terms.activation.as_ref());
        self.activates_at.is_none() && waits.is_some_and(|after| after.event <= event)
    }

    /// Fixes the dates of a lot whose activation counts from `event`.
    pub fn schedule(&mut self, event: Instant, acts: &Acts) {
        let Some(terms) = self.terms.take() else {
            return;
        };
        let at = terms.activation.map_or(event, |after| {
            dates::activates_at(&after, event, terms.zone)
        });
        // An event of before the grant starts no life in the past.
        let at = at.max(self.earned_at);
        self.activates_at = Some(at);
        let start = match terms.life_from {
            Life::Activation => at,
            Life::Earning => self.earned_at,
        };
        self.expires_at = dates::expires_at(&terms.expiry, start, terms.zone);
        self.ends_day = terms.expiry.ends_day();
        if matches!(terms.expiry, Expiry::Inactivity(_)) {
            self.terms = Some(terms);
            self.keep_alive(acts);
        }
    }

    /// Gives it an end for good: no act moves it any more.
    pub fn end_at(&mut self, end: End) {
        self.expires_at = Some(end.at);
        self.ends_day = end.ends_day;
        self.terms = None;
    }

    /// Its terms, if it lapses with the member's inactivity.
    #[must_use]
    pub fn idle(&self) -> Option<&Terms> {
        let terms = self.terms.as_deref();
        terms.filter(|terms| matches!(terms.expiry, Expiry::Inactivity(_)))
    }

    /// Moves an idle lot's lapse to what the member's last act of those that its terms count makes it, once its dates are
    /// known; never earlier. Acts bring nothing back that had lapsed before they began.
    pub fn keep_alive(&mut self, acts: &Acts) {
        let Some(Terms {
            expiry: expiry @ Expiry::Inactivity(idle),
            zone,
            ..
        }) = self.terms.as_deref()
        else {
            return;
        };
        let Some(act) = acts.of(&idle.acts) else {
            return;
        };
        let first = acts.since.map_or(act, |since| since.min(act));
        if self.activates_at.is_none() || self.is_lapsed(first) {
            return;
        }
        let moved = dates::expires_at(expiry, act, *zone);
        self.expires_at = match (self.expires_at, moved) {
            (Some(now), Some(moved)) => Some(now.max(moved)),
            (now, moved) => moved.or(now),
        };
    }
}
