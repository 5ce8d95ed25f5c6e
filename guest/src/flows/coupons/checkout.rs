//! Coupons of an order: set aside, used, given back.

use super::super::scope::{Scope, Stop};
use super::issue::save;
use super::{Counts, coupons, known, refused};
use crate::domain::coupon::code::Code;
use crate::domain::coupon::discount::{Discounts, discounts};
use crate::domain::coupon::fit::{Unfit, misfit};
use crate::domain::coupon::issued::Coupon;
use crate::domain::coupon::stack::{Clash, clash};
use crate::domain::ids::Id;
use crate::domain::order::Cart;
use crate::records::keys;
use crate::records::state::OrderCoupons;
use crate::reject::{CouponRefusal, Reject, Why};
use serde::Serialize;

/// Coupons for an order.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// The order.
    pub order: Id,
    /// Who buys; none: a guest.
    pub member: Option<Id>,
    /// Which coupons.
    pub codes: Vec<Code>,
    /// What is bought.
    pub cart: Cart,
}

/// Sets coupons aside in the place of those that the order had before; what they take off.
///
/// # Errors
/// [`Reject::UnknownCoupon`], [`Reject::UnknownMember`], [`Reject::CouponsRefused`], those of the storage.
pub fn reserve(scope: &mut Scope<'_>, wish: &Wish) -> Result<Discounts, Stop> {
    let now = scope.now;
    let key = keys::coupon_order(&wish.order);
    let before: Option<OrderCoupons> = scope.work.get(&key)?;
    if let Some(member) = &wish.member {
        known(scope, member)?;
    }
    let had = before.map_or_else(Vec::new, |before| before.codes);
    let mut counts = Counts::default();
    let gone: Vec<Code> = had
        .into_iter()
        .filter(|code| !wish.codes.contains(code))
        .collect();
    for mut coupon in coupons(scope, &gone)? {
        let code = coupon.code;
        let change = coupon
            .release(&wish.order)
            .map_err(|why| refused(code, why))?;
        counts.apply(scope, &coupon, &change)?;
        save(scope, &coupon);
    }
    let mut all = coupons(scope, &wish.codes)?;
    Counts::fetch(scope, all.iter(), wish.member.as_ref())?;
    let mut refusals = Vec::new();
    for coupon in &mut all {
        let code = Some(coupon.code);
        if let Some(why) = unfit(scope, &mut counts, coupon, wish)? {
            refusals.push(CouponRefusal {
                code,
                why: Why::Unfit(why),
            });
        } else {
            let reserved = coupon.reserve(&wish.order, wish.member.as_ref(), now);
            let change = reserved.map_err(|why| Reject::coupon(code, Unfit::Refused(why)))?;
            counts.apply(scope, coupon, &change)?;
            save(scope, coupon);
        }
    }
    let list: Vec<&Coupon> = all.iter().collect();
    if let Some(clash) = clash(&list, scope.merchant.coupons_per_order) {
        let place = match clash {
            Clash::TooMany { .. } => None,
            Clash::Twice(place) | Clash::Alone(place) | Clash::Group { place, .. } => Some(place),
        };
        let code = place.and_then(|place| wish.codes.get(place)).copied();
        refusals.push(CouponRefusal {
            code,
            why: Why::Clash(clash),
        });
    }
    if !refusals.is_empty() {
        return Err(Reject::CouponsRefused(refusals).into());
    }
    let order = OrderCoupons {
        member: wish.member.clone(),
        codes: wish.codes.clone(),
        used: false,
    };
    scope.work.put(key, &order);
    counts.save(scope);
    Ok(discounts(&list, &wish.cart, scope.money_unit()))
}

/// Why a coupon can't be set aside for the order; none: it can.
fn unfit(
    scope: &mut Scope<'_>,
    counts: &mut Counts,
    coupon: &Coupon,
    wish: &Wish,
) -> Result<Option<Unfit>, Reject> {
    let member = wish.member.as_ref();
    if let Some(why) = coupon.refusal(Some(&wish.order), member, scope.now) {
        return Ok(Some(Unfit::Refused(why)));
    }
    if let Some(why) = misfit(coupon, &wish.cart) {
        return Ok(Some(why));
    }
    let left = counts.uses_left(scope, coupon, Some(&wish.order), member)?;
    Ok(left.err().map(Unfit::UsedUp))
}

/// Uses the coupons that are set aside for the order.
///
/// # Errors
/// [`Reject::UnknownOrder`], those of the storage.
pub fn redeem(scope: &mut Scope<'_>, order: &Id) -> Result<Vec<Coupon>, Stop> {
    let (mut known, mut all) = load(scope, order)?;
    if known.used {
        return Ok(all);
    }
    let now = scope.now;
    let mut counts = Counts::default();
    for coupon in &mut all {
        let code = coupon.code;
        let used = coupon.use_(order, known.member.as_ref(), now);
        let change = used.map_err(|why| refused(code, why))?;
        counts.apply(scope, coupon, &change)?;
        save(scope, coupon);
    }
    counts.save(scope);
    known.used = true;
    scope.work.put(keys::coupon_order(order), &known);
    Ok(all)
}

/// Gives back what is set aside for the order.
///
/// # Errors
/// [`Reject::UnknownOrder`], [`Reject::CouponsRefused`] if it is used, those of the storage.
pub fn release(scope: &mut Scope<'_>, order: &Id) -> Result<Vec<Coupon>, Stop> {
    let (known, mut all) = load(scope, order)?;
    let mut counts = Counts::default();
    for coupon in &mut all {
        let code = coupon.code;
        let change = coupon.release(order).map_err(|why| refused(code, why))?;
        counts.apply(scope, coupon, &change)?;
        save(scope, coupon);
    }
    counts.save(scope);
    let none = OrderCoupons {
        codes: Vec::new(),
        ..known
    };
    scope.work.put(keys::coupon_order(order), &none);
    Ok(all)
}

fn load(scope: &mut Scope<'_>, order: &Id) -> Result<(OrderCoupons, Vec<Coupon>), Reject> {
    let found: Option<OrderCoupons> = scope.work.get(&keys::coupon_order(order))?;
    let known = found.ok_or_else(|| Reject::UnknownOrder(order.to_string()))?;
    let all = coupons(scope, &known.codes)?;
    Ok((known, all))
}
