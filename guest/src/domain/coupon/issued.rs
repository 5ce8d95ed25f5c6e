//! One issued coupon, and what may happen to it.

#[cfg(test)]
mod tests;

use super::super::amount::Amount;
use super::super::calendar_date;
use super::super::config::{Benefit, CouponLimits, CouponTemplate, Products, Stacking, Validity};
use super::super::ids::{Id, Name};
use super::super::instant::Instant;
use super::super::zone::Zone;
use super::code::Code;
use crate::reading::Read;
use crate::shared::Shared;
use chrono::{Days, NaiveDate};
use serde::Serialize;

/// What a coupon keeps of its template, as it was at the issue (spec: rules that hold everywhere, 9).
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Terms {
    /// What it gives.
    pub benefit: Benefit,
    /// What the lines of the products must at least come to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_spend: Option<Amount>,
    /// Which lines it counts and is taken off.
    #[serde(default, skip_serializing_if = "is_default")]
    pub products: Products,
    /// How often its template may be used.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: CouponLimits,
    /// Which others may stand beside it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stacking: Stacking,
}

impl From<&CouponTemplate> for Terms {
    fn from(template: &CouponTemplate) -> Self {
        Self {
            benefit: template.benefit.clone(),
            minimum_spend: template.minimum_spend,
            products: template.products.clone(),
            limits: template.limits,
            stacking: template.stacking.clone(),
        }
    }
}

/// A coupon.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coupon {
    /// Unique among the merchant's.
    pub code: Code,
    /// The template's name.
    pub template: Name,
    /// What it was issued under. Coupons of one issue share it.
    pub terms: Shared<Terms>,
    /// Counts the template's coupons.
    pub serial: u64,
    /// Whose; none: of whoever claims or uses it first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<Id>,
    /// When it was issued.
    pub issued: Instant,
    /// The first instant at which it is usable.
    pub usable_from: Instant,
    /// The first instant at which it is usable no more: the start of the day after `expires_on`.
    pub expires_at: Instant,
    /// The last local date on which it is usable.
    #[serde(with = "calendar_date")]
    pub expires_on: NaiveDate,
    /// What has become of it. That it expired is not written: see [`Coupon::is_expired`].
    pub state: State,
}

/// What has become of a coupon.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Nothing yet.
    Issued,
    /// It is set aside for an order.
    Reserved {
        /// The order.
        order: Id,
        /// By whom; none for a guest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Id>,
        /// Since when; its use is counted at this instant.
        at: Instant,
    },
    /// An order has used it.
    Used {
        /// The order.
        order: Id,
        /// By whom; none for a guest.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Id>,
        /// When.
        at: Instant,
    },
    /// The merchant withdrew it.
    Void {
        /// When.
        at: Instant,
        /// Why, in the merchant's words.
        reason: String,
    },
}

/// Why a coupon can't be used, or not be changed as asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is usable from then on.
    NotYet(Instant),
    /// It was usable until then.
    Expired(Instant),
    /// This order has used it, then.
    Used(Id, Instant),
    /// It was withdrawn then.
    Void(Instant),
    /// It is set aside for this order.
    Reserved(Id),
    /// It is another member's, or a guest can't use it.
    OfAnotherMember,
}

/// What a step did. Uses are counted for the template, and for a member where one is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// Whether the coupon is another than before and has to be stored.
    pub changed: bool,
    /// A use that no longer counts.
    pub back: Option<Use>,
    /// A use that counts from now on.
    pub counts: Option<Use>,
}

/// A use, for counters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// By whom; none for a guest.
    pub by: Option<Id>,
    /// The instant by which it is counted.
    pub at: Instant,
}

/// When a coupon is usable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// From then on.
    pub usable_from: Instant,
    /// Until then, excluded.
    pub expires_at: Instant,
    /// The last local date.
    pub expires_on: NaiveDate,
}

/// When a coupon issued at `issued` is usable. None: its last day is over by then, or beyond 9998.
/// Source: spec, expiry, "When points lapse" (coupons), worked examples 1 and 5.
#[must_use]
pub fn lifetime(validity: &Validity, issued: Instant, zone: Zone) -> Option<Lifetime> {
    let (from, expires_on) = match validity {
        Validity::Dates { from, until } => {
            let from = from.and_then(|from| zone.start_of(from));
            (from.map_or(issued, |from| from.max(issued)), *until)
        }
        Validity::Days { days } => {
            let days = Days::new(u64::from(*days));
            (issued, zone.date(issued).checked_add_days(days)?)
        }
    };
    let expires_at = zone.start_of(expires_on.succ_opt()?)?;
    let lifetime = Lifetime {
        usable_from: from,
        expires_at,
        expires_on,
    };
    (from < expires_at).then_some(lifetime)
}

impl Coupon {
    /// Another of the same issue.
    #[must_use]
    pub fn another(&self, key: &[u8; 32], serial: u64, member: Option<&Id>) -> Self {
        Self {
            code: Code::make(key, &self.template, serial),
            serial,
            member: member.cloned(),
            ..self.clone()
        }
    }

    /// Whether its time ran out unused. A reservation keeps it usable, for its order, as long as that lasts.
    #[must_use]
    pub fn is_expired(&self, now: Instant) -> bool {
        self.state == State::Issued && self.expires_at <= now
    }

    /// The use that it is set aside for, if it is for this order.
    #[must_use]
    pub fn reserved_for(&self, order: &Id) -> Option<Use> {
        match &self.state {
            State::Reserved { order: of, by, at } if of == order => Some(Use {
                by: by.clone(),
                at: *at,
            }),
            _ => None,
        }
    }

    /// Why `member` can't use it for `order` at `now`; none: it can. `order` may be none while there is
    /// no order yet.
    #[must_use]
    pub fn refusal(
        &self,
        order: Option<&Id>,
        member: Option<&Id>,
        now: Instant,
    ) -> Option<Refusal> {
        if self.member.is_some() && self.member.as_ref() != member {
            return Some(Refusal::OfAnotherMember);
        }
        match &self.state {
            State::Used { order, at, .. } => Some(Refusal::Used(order.clone(), *at)),
            State::Void { at, .. } => Some(Refusal::Void(*at)),
            State::Reserved { order: other, .. } => {
                (Some(other) != order).then(|| Refusal::Reserved(other.clone()))
            }
            _ if now < self.usable_from => Some(Refusal::NotYet(self.usable_from)),
            _ if self.expires_at <= now => Some(Refusal::Expired(self.expires_at)),
            _ => None,
        }
    }

    /// Makes a coupon that is nobody's a member's. A repeat changes nothing.
    ///
    /// # Errors
    /// If it is another's, reserved, or can't be used any more. One that isn't usable yet may be claimed.
    pub fn claim(&mut self, member: &Id, now: Instant) -> Result<Change, Refusal> {
        match self.refusal(None, Some(member), now) {
            None | Some(Refusal::NotYet(_)) => {}
            Some(refusal) => return Err(refusal),
        }
        let mut change = Change::default();
        if self.member.is_none() {
            self.member = Some(member.clone());
            change.changed = true;
        }
        Ok(change)
    }

    /// Makes it another member's, with whom its holder was merged, if it is still to be used; tells whether it is.
    pub fn hand_over(&mut self, into: &Id, now: Instant) -> bool {
        match &mut self.state {
            State::Issued if self.expires_at > now => {}
            State::Reserved { by, .. } => *by = Some(into.clone()),
            _ => return false,
        }
        self.member = Some(into.clone());
        true
    }

    /// Sets it aside for an order, until it is released. A repeat changes nothing; asked for by somebody else than
    /// before, the use is that one's from now on.
    ///
    /// # Errors
    /// If the member can't use it for the order now.
    pub fn reserve(
        &mut self,
        order: &Id,
        member: Option<&Id>,
        now: Instant,
    ) -> Result<Change, Refusal> {
        if let Some(refusal) = self.refusal(Some(order), member, now) {
            return Err(refusal);
        }
        if matches!(&self.state, State::Reserved { by, .. } if by.as_ref() == member) {
            return Ok(Change::default());
        }
        let mut change = self.unreserve();
        self.state = State::Reserved {
            order: order.clone(),
            by: member.cloned(),
            at: now,
        };
        change.count(member, now);
        Ok(change)
    }

    /// Uses it for an order, reserved for it before or not. A repeat for the same order changes nothing.
    ///
    /// # Errors
    /// If the member can't use it for the order now. One that was reserved before it expired can be used for that
    /// order until it is released.
    pub fn use_(
        &mut self,
        order: &Id,
        member: Option<&Id>,
        now: Instant,
    ) -> Result<Change, Refusal> {
        match self.refusal(Some(order), member, now) {
            Some(Refusal::Used(by, _)) if by == *order => return Ok(Change::default()),
            Some(refusal) => return Err(refusal),
            None => {}
        }
        let mut change = Change::default();
        let by = match &self.state {
            // It counts as the use that the reservation was.
            State::Reserved { by, .. } => by.clone(),
            _ => {
                change.count(member, now);
                member.cloned()
            }
        };
        self.state = State::Used {
            order: order.clone(),
            by,
            at: now,
        };
        change.changed = true;
        Ok(change)
    }

    /// Gives back what was set aside for the order. A repeat changes nothing: neither does the release of a coupon
    /// that nobody has reserved.
    ///
    /// # Errors
    /// If it is used, void, or reserved for another order.
    pub fn release(&mut self, order: &Id) -> Result<Change, Refusal> {
        match &self.state {
            State::Issued => Ok(Change::default()),
            State::Reserved { order: other, .. } if other == order => Ok(self.unreserve()),
            State::Reserved { order: other, .. } => Err(Refusal::Reserved(other.clone())),
            State::Used { order, at, .. } => Err(Refusal::Used(order.clone(), *at)),
            State::Void { at, .. } => Err(Refusal::Void(*at)),
        }
    }

    /// Withdraws it for good. A repeat changes nothing, and the first reason stays.
    ///
    /// # Errors
    /// If it is used, reserved for an order, or expired.
    pub fn void(&mut self, reason: &str, now: Instant) -> Result<Change, Refusal> {
        if self.is_expired(now) {
            return Err(Refusal::Expired(self.expires_at));
        }
        let mut change = Change::default();
        match &self.state {
            State::Issued => {
                let reason = reason.to_owned();
                self.state = State::Void { at: now, reason };
                change.changed = true;
                Ok(change)
            }
            State::Void { .. } => Ok(change),
            State::Reserved { order, .. } => Err(Refusal::Reserved(order.clone())),
            State::Used { order, at, .. } => Err(Refusal::Used(order.clone(), *at)),
        }
    }

    fn unreserve(&mut self) -> Change {
        let State::Reserved { by, at, .. } = &self.state else {
            return Change::default();
        };
        let back = Some(Use {
            by: by.clone(),
            at: *at,
        });
        self.state = State::Issued;
        Change {
            changed: true,
            back,
            counts: None,
        }
    }
}

impl Change {
    fn count(&mut self, member: Option<&Id>, at: Instant) {
        self.changed = true;
        self.counts = Some(Use {
            by: member.cloned(),
            at,
        });
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
