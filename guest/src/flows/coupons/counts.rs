//! The counters behind templates' limits, read once and written once.

use super::super::scope::Scope;
use super::super::submissions::survivor;
use crate::domain::config::CouponLimits;
use crate::domain::coupon::issued::{Change, Coupon, Use};
use crate::domain::coupon::usage::{MemberUsage, Totals, UsedUp, issues_left, uses_left};
use crate::domain::ids::{Id, Name};
use crate::records::keys;
use crate::reject::Reject;
use crate::sorted_map::SortedMap;

/// Counters as a command changes them.
#[derive(Default)]
pub(super) struct Counts {
    totals: SortedMap<String, Totals>,
    members: SortedMap<String, MemberUsage>,
    /// Keys, each once.
    changed: Vec<String>,
}

impl Counts {
    /// Reads what the coupons' limits need, for a member if there is one.
    pub(super) fn fetch<'c>(
        scope: &mut Scope<'_>,
        coupons: impl Iterator<Item = &'c Coupon>,
        member: Option<&Id>,
    ) -> Result<(), Reject> {
        let mut needed = Vec::new();
        for coupon in coupons {
            if coupon.terms.limits.total.is_some() {
                needed.push(keys::coupon_uses(&coupon.template));
            }
            needed.extend(member.map(|member| keys::coupon_usage(member, &coupon.template)));
        }
        scope.work.fetch(needed)
    }

    fn totals(&mut self, scope: &mut Scope<'_>, key: String) -> Result<&mut Totals, Reject> {
        if !self.totals.contains_key(&key) {
            let stored = scope.work.get(&key)?.unwrap_or_default();
            self.totals.insert(key.clone(), stored);
        }
        Ok(self.totals.or_default(key))
    }

    fn usage(&mut self, scope: &mut Scope<'_>, key: String) -> Result<&mut MemberUsage, Reject> {
        if !self.members.contains_key(&key) {
            let stored = scope.work.get(&key)?.unwrap_or_default();
            self.members.insert(key.clone(), stored);
        }
        Ok(self.members.or_default(key))
    }

    /// How many more uses the coupon's limits leave a member, or the limit that is reached. What the order has reserved
    /// for the member is counted already; what it has for somebody else is given back.
    pub(super) fn uses_left(
        &mut self,
        scope: &mut Scope<'_>,
        coupon: &Coupon,
        order: Option<&Id>,
        member: Option<&Id>,
    ) -> Result<Result<Option<u32>, UsedUp>, Reject> {
        let reserved = order.and_then(|order| coupon.reserved_for(order));
        if let Some(reserved) = &reserved
            && whose(scope, reserved)?.as_ref() == member
        {
            return Ok(Ok(None));
        }
        let limits = &coupon.terms.limits;
        let mut totals = match limits.total {
            Some(_) => *self.totals(scope, keys::coupon_uses(&coupon.template))?,
            None => Totals::default(),
        };
        if reserved.is_some() {
            totals.give_back();
        }
        let usage = match member {
            Some(member) => Some(*self.usage(scope, keys::coupon_usage(member, &coupon.template))?),
            None => None,
        };
        let today = scope.merchant.zone.date(scope.now);
        Ok(uses_left(limits, &totals, usage.as_ref(), today))
    }

    /// Counts what a change of the coupon means.
    pub(super) fn apply(
        &mut self,
        scope: &mut Scope<'_>,
        coupon: &Coupon,
        change: &Change,
    ) -> Result<(), Reject> {
        let zone = scope.merchant.zone;
        let limited = coupon.terms.limits.total.is_some();
        let both = [(&change.back, false), (&change.counts, true)];
        for (one, counts) in both {
            let Some(one) = one else { continue };
            if limited {
                let key = keys::coupon_uses(&coupon.template);
                let totals = self.totals(scope, key.clone())?;
                if counts {
                    totals.count();
                } else {
                    totals.give_back();
                }
                self.change(key);
            }
            if let Some(member) = whose(scope, one)? {
                let key = keys::coupon_usage(&member, &coupon.template);
                let usage = self.usage(scope, key.clone())?;
                if counts {
                    usage.count(one, zone);
                } else {
                    usage.give_back(one, zone);
                }
                self.change(key);
            }
        }
        Ok(())
    }

    /// Counts a coupon that is issued, and gives its serial.
    pub(super) fn issue(
        &mut self,
        scope: &mut Scope<'_>,
        template: &Name,
        limits: &CouponLimits,
        member: Option<&Id>,
    ) -> Result<Result<u64, UsedUp>, Reject> {
        let series = keys::coupon_series(template);
        let totals = *self.totals(scope, series.clone())?;
        let usage_key = member.map(|member| keys::coupon_usage(member, template));
        let usage = match &usage_key {
            Some(key) => Some(*self.usage(scope, key.clone())?),
            None => None,
        };
        if let Err(used_up) = issues_left(limits, &totals, usage.as_ref()) {
            return Ok(Err(used_up));
        }
        let totals = self.totals(scope, series.clone())?;
        totals.issued = totals.issued.saturating_add(1);
        let serial = totals.issued;
        self.change(series);
        if let Some(key) = usage_key {
            let usage = self.usage(scope, key.clone())?;
            usage.issued = usage.issued.saturating_add(1);
            self.change(key);
        }
        Ok(Ok(serial))
    }

    /// Counts so many coupons that are nobody's, or as many as the limits leave, and gives the first serial and how
    /// many there are. For none it only looks whether the limits leave any.
    pub(super) fn set_aside(
        &mut self,
        scope: &mut Scope<'_>,
        template: &Name,
        limits: &CouponLimits,
        count: u32,
    ) -> Result<Result<(u64, u32), UsedUp>, Reject> {
        let series = keys::coupon_series(template);
        let totals = self.totals(scope, series.clone())?;
        let left = match issues_left(limits, totals, None) {
            Ok(left) => left.unwrap_or(count),
            Err(used_up) => return Ok(Err(used_up)),
        };
        let (first, count) = (totals.issued.saturating_add(1), count.min(left));
        if count > 0 {
            totals.issued = totals.issued.saturating_add(u64::from(count));
            self.change(series);
        }
        Ok(Ok((first, count)))
    }

    fn change(&mut self, key: String) {
        if !self.changed.contains(&key) {
            self.changed.push(key);
        }
    }

    /// Writes the counters that changed.
    pub(super) fn save(self, scope: &mut Scope<'_>) {
        for key in self.changed {
            if let Some(totals) = self.totals.get(&key) {
                scope.work.put(key, totals);
            } else if let Some(usage) = self.members.get(&key) {
                scope.work.put(key, usage);
            }
        }
    }
}

/// To whom a use counts: the one into whom its member was merged since, if it was.
fn whose(scope: &mut Scope<'_>, one: &Use) -> Result<Option<Id>, Reject> {
    let by = one.by.as_ref();
    by.map(|by| Ok(survivor(scope, by)?.member)).transpose()
}
