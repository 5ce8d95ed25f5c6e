//! Coupons come to be, find their members, and are withdrawn.

use super::super::scope::{Scope, Stop};
use super::bulk::{Many, order};
use super::{Counts, code_key, coupon, known, refused, used_up};
use crate::domain::coupon::code::Code;
use crate::domain::coupon::fit::Unfit;
use crate::domain::coupon::issued::{Coupon, Refusal, State, Terms, lifetime};
use crate::domain::ids::Id;
use crate::records::keys;
use crate::records::state::Mark;
use crate::reject::Reject;
use crate::shared::Shared;
use serde::Serialize;

/// Coupons to issue.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// The template's name.
    pub template: String,
    /// One for each of them; none: nobody's.
    pub holders: Vec<Option<Id>>,
    /// Those that the ticks that follow make.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub many: Option<Many>,
}

/// Issues coupons, in the order of their holders. `bulk` names what ticks make.
///
/// # Errors
/// [`Reject::UnknownTemplate`], [`Reject::UnknownMember`], [`Reject::CodeKeyNeeded`], [`Reject::CouponsRefused`],
/// those of the storage.
pub fn issue(scope: &mut Scope<'_>, wish: &Wish, bulk: &Id) -> Result<Vec<Coupon>, Stop> {
    let found = scope.merchant.coupons.get_key_value(wish.template.as_str());
    let (name, template) = found
        .map(|(name, template)| (name.clone(), template.clone()))
        .ok_or_else(|| Reject::UnknownTemplate(wish.template.clone()))?;
    let members = wish.holders.iter().flatten();
    let needed = members.flat_map(|member| {
        let usage = keys::coupon_usage(member, &name);
        [keys::member(member), keys::account(member), usage]
    });
    scope
        .work
        .fetch(needed.chain([keys::coupon_series(&name)]))?;
    for member in wish.holders.iter().flatten() {
        known(scope, member)?;
    }
    let key = code_key(scope)?;
    let now = scope.now;
    let life = lifetime(&template.validity, now, scope.merchant.zone).ok_or_else(|| {
        // Its last day is over: from then on nothing of it is usable.
        Reject::coupon(None, Unfit::Refused(Refusal::Expired(now)))
    })?;
    // None of them has this serial.
    let like = Coupon {
        code: Code::make(&key, &name, 0),
        template: name.clone(),
        terms: Shared::new(Terms::from(&*template)),
        serial: 0,
        member: None,
        issued: now,
        usable_from: life.usable_from,
        expires_at: life.expires_at,
        expires_on: life.expires_on,
        state: State::Issued,
    };
    if let Some(many) = &wish.many {
        order(scope, like, many, bulk)?;
        return Ok(Vec::new());
    }
    let mut counts = Counts::default();
    let mut issued = Vec::new();
    for holder in &wish.holders {
        let serial = counts
            .issue(scope, &name, &like.terms.limits, holder.as_ref())?
            .map_err(used_up)?;
        let coupon = like.another(&key, serial, holder.as_ref());
        save(scope, &coupon);
        index(scope, &coupon);
        issued.push(coupon);
    }
    counts.save(scope);
    Ok(issued)
}

/// Makes a coupon that is nobody's a member's.
///
/// # Errors
/// [`Reject::UnknownCoupon`], [`Reject::UnknownMember`], [`Reject::CouponsRefused`], those of the storage.
pub fn claim(scope: &mut Scope<'_>, code: Code, member: &Id) -> Result<Coupon, Stop> {
    let mut coupon = coupon(scope, code)?;
    known(scope, member)?;
    let now = scope.now;
    let change = coupon
        .claim(member, now)
        .map_err(|why| refused(code, why))?;
    if change.changed {
        save(scope, &coupon);
        index(scope, &coupon);
    }
    Ok(coupon)
}

/// Withdraws a coupon.
///
/// # Errors
/// [`Reject::UnknownCoupon`], [`Reject::CouponsRefused`], those of the storage.
pub fn void(scope: &mut Scope<'_>, code: Code, reason: &str) -> Result<Coupon, Stop> {
    let mut coupon = coupon(scope, code)?;
    let now = scope.now;
    let change = coupon.void(reason, now).map_err(|why| refused(code, why))?;
    if change.changed {
        save(scope, &coupon);
    }
    Ok(coupon)
}

/// Writes a coupon.
pub(super) fn save(scope: &mut Scope<'_>, coupon: &Coupon) {
    scope.work.put(keys::coupon(coupon.code), coupon);
}

pub(super) fn index(scope: &mut Scope<'_>, coupon: &Coupon) {
    if let Some(member) = &coupon.member {
        let key = keys::coupon_of(member, coupon.expires_at, coupon.code);
        scope.work.put(key, &Mark {});
        let key = keys::coupon_ahead(coupon.expires_on, member, coupon.code);
        scope.work.put(key, &Mark {});
    }
}
