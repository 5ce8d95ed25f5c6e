//! Questions about coupons.

use super::super::scope::{Scope, Stop};
use super::{Counts, code_key, coupons, known};
use crate::domain::coupon::best::{Best, CHOICES_MAX, Choice, Setting, best};
use crate::domain::coupon::code::Code;
use crate::domain::coupon::issued::{Coupon, Refusal};
use crate::domain::coupon::usage::Totals;
use crate::domain::ids::{Id, Name};
use crate::domain::order::Cart;
use crate::ports::{Range, Row};
use crate::records::keys;
use crate::records::state::OrderCoupons;
use crate::reject::Reject;
use crate::sorted::set;
use std::collections::BTreeSet;

/// Rows of the index that are read at once.
const PAGE: u32 = 200;

/// The coupon of a code.
///
/// # Errors
/// [`Reject::UnknownCoupon`], those of the storage.
pub fn get(scope: &mut Scope<'_>, code: Code) -> Result<Coupon, Stop> {
    Ok(super::coupon(scope, code)?)
}

/// A page of a member's coupons by the end of their lives, and where the next one begins.
///
/// # Errors
/// [`Reject::UnknownMember`], those of the storage.
pub fn of_member(
    scope: &mut Scope<'_>,
    member: &Id,
    after: Option<&str>,
    limit: u32,
) -> Result<(Vec<Coupon>, Option<String>), Stop> {
    // What a merged member has used stays with it, to be looked at.
    match known(scope, member) {
        Ok(()) | Err(Reject::Merged(_)) => {}
        Err(other) => return Err(other.into()),
    }
    let prefix = keys::coupons_of(member);
    let after = after.map(|after| format!("{prefix}{after}"));
    let rows = scope
        .work
        .scan(&keys::under(&prefix, after.as_deref(), limit))?;
    let codes = codes(&rows)?;
    let full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
    let last = rows.last().filter(|_| full);
    let next = last
        .and_then(|row| row.key.strip_prefix(&prefix))
        .map(str::to_owned);
    Ok((coupons(scope, &codes)?, next))
}

/// Codes of a template's coupons from a serial on, so many or as far as they are counted, and the last one's serial if
/// there are more. No coupon is read for it.
///
/// # Errors
/// [`Reject::UnknownTemplate`], [`Reject::CodeKeyNeeded`], those of the storage.
pub fn of_serials(
    scope: &mut Scope<'_>,
    template: &str,
    first: u64,
    limit: u32,
) -> Result<(Vec<Code>, Option<u64>), Stop> {
    let unknown = || Reject::UnknownTemplate(template.to_owned());
    let name = Name::parse(template).ok_or_else(unknown)?;
    let series: Option<Totals> = scope.work.get(&keys::coupon_series(&name))?;
    if series.is_none() && !scope.merchant.coupons.contains_key(template) {
        return Err(unknown().into());
    }
    let key = code_key(scope)?;
    let issued = series.map_or(0, |series| series.issued);
    let end = first.saturating_add(u64::from(limit)).saturating_sub(1);
    let end = end.min(issued);
    let codes = (first..=end).map(|serial| Code::make(&key, &name, serial));
    Ok((codes.collect(), (end < issued).then_some(end)))
}

/// A page of a template's coupons by serial, and the serial behind which the next one begins.
///
/// # Errors
/// [`Reject::UnknownTemplate`], [`Reject::CodeKeyNeeded`], those of the storage.
pub fn of_template(
    scope: &mut Scope<'_>,
    template: &str,
    after: u64,
    limit: u32,
) -> Result<(Vec<Coupon>, Option<u64>), Stop> {
    let (codes, next) = of_serials(scope, template, after.saturating_add(1), limit)?;
    scope
        .work
        .fetch(codes.iter().map(|code| keys::coupon(*code)))?;
    let mut there = Vec::new();
    for code in codes {
        // One that a bulk issue has still to make is counted, and not there.
        there.extend(scope.work.get::<Coupon>(&keys::coupon(code))?);
    }
    Ok((there, next))
}

/// What the best set is looked for.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Who buys; none: a guest.
    pub member: Option<Id>,
    /// The order, if there is one yet.
    pub order: Option<Id>,
    /// What is bought.
    pub cart: Cart,
    /// Codes beside those of the member.
    pub codes: Vec<Code>,
}

/// The best set of coupons for a cart, and those that were looked at.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::UnknownCoupon`], those of the storage.
pub fn best_set(scope: &mut Scope<'_>, wish: &Wish) -> Result<(Vec<Coupon>, Best), Stop> {
    let member = wish.member.as_ref();
    let mut codes = wish.codes.clone();
    if let Some(order) = &wish.order {
        // What was set aside for it may have expired since, and is usable for it all the same.
        let had: Option<OrderCoupons> = scope.work.get(&keys::coupon_order(order))?;
        let had = had.into_iter().flat_map(|had| had.codes);
        codes.extend(had.filter(|code| !wish.codes.contains(code)));
    }
    let mut all = coupons(scope, &codes)?;
    if let Some(member) = member {
        known(scope, member)?;
        let named = set(codes);
        all.extend(open(scope, member, wish.order.as_ref(), &named)?);
    }
    all.truncate(CHOICES_MAX);
    Counts::fetch(scope, all.iter(), member)?;
    let mut counts = Counts::default();
    let mut choices = Vec::new();
    for coupon in &all {
        let uses = counts.uses_left(scope, coupon, wish.order.as_ref(), member)?;
        choices.push(Choice { coupon, uses });
    }
    let setting = Setting {
        cart: &wish.cart,
        order: wish.order.as_ref(),
        member,
        now: scope.now,
        unit: scope.money_unit(),
        most: scope.merchant.coupons_per_order,
    };
    let best = best(&choices, &setting);
    drop(choices);
    Ok((all, best))
}

/// The member's coupons that are not over, those that expire first first; used and withdrawn ones are left out.
fn open(
    scope: &mut Scope<'_>,
    member: &Id,
    order: Option<&Id>,
    named: &BTreeSet<Code>,
) -> Result<Vec<Coupon>, Reject> {
    let prefix = keys::coupons_of(member);
    let mut range = Range {
        start: format!("{prefix}{}", scope.now.sortable()),
        ..keys::under(&prefix, None, PAGE)
    };
    let mut open = Vec::new();
    loop {
        let rows = scope.work.scan(&range)?;
        let codes = codes(&rows)?;
        for coupon in coupons(scope, &codes)? {
            let over = matches!(
                coupon.refusal(order, Some(member), scope.now),
                Some(Refusal::Used(..) | Refusal::Void(_) | Refusal::Expired(_))
            );
            if !over && !named.contains(&coupon.code) {
                open.push(coupon);
            }
        }
        let full = u32::try_from(rows.len()).is_ok_and(|count| count == PAGE);
        match rows.last() {
            Some(last) if full && open.len() < CHOICES_MAX => {
                range = keys::under(&prefix, Some(&last.key), PAGE);
            }
            _ => return Ok(open),
        }
    }
}

/// The codes in rows of a member's index.
pub(super) fn codes(rows: &[Row]) -> Result<Vec<Code>, Reject> {
    let code = |row: &Row| {
        let code = row.key.rsplit('/').next().and_then(Code::parse);
        code.ok_or_else(|| Reject::Unreadable(row.key.clone()))
    };
    rows.iter().map(code).collect()
}
