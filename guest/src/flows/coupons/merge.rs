//! A merged member's coupons go to the surviving one.

use super::super::accounts::merge::over;
use super::super::scope::Scope;
use super::ask::codes;
use super::coupons;
use super::issue::{index, save};
use crate::domain::coupon::issued::State;
use crate::domain::ids::Id;
use crate::records::keys;
use crate::records::state::OrderCoupons;
use crate::reject::Reject;

/// Coupons that a merged member ever had, at most.
const ROWS_MAX: u32 = 500;

/// Of them, coupons that are still open, at most.
const OPEN_MAX: usize = 50;

/// Moves those that are still to be used; the others stay as they are. Tells how many.
///
/// # Errors
/// [`Reject::OverLimit`], and those of the storage.
pub fn merge(scope: &mut Scope<'_>, member: &Id, into: &Id) -> Result<usize, Reject> {
    let prefix = keys::coupons_of(member);
    let range = keys::under(&prefix, None, ROWS_MAX.saturating_add(1));
    let rows = scope.work.scan(&range)?;
    if u32::try_from(rows.len()).is_ok_and(|rows| rows > ROWS_MAX) {
        return Err(over("more than 500 coupons", "at most 500"));
    }
    let codes = codes(&rows)?;
    let mut moved: usize = 0;
    for mut coupon in coupons(scope, &codes)? {
        if !coupon.hand_over(into, scope.now) {
            continue;
        }
        moved = moved.saturating_add(1);
        let (code, ends) = (coupon.code, coupon.expires_at);
        scope.work.delete(keys::coupon_of(member, ends, code));
        let day = coupon.expires_on;
        scope.work.delete(keys::coupon_ahead(day, member, code));
        if let State::Reserved { order, .. } = &coupon.state {
            let key = keys::coupon_order(order);
            let known: Option<OrderCoupons> = scope.work.get(&key)?;
            if let Some(mut known) = known {
                known.member = Some(into.clone());
                scope.work.put(key, &known);
            }
        }
        save(scope, &coupon);
        index(scope, &coupon);
    }
    if moved > OPEN_MAX {
        return Err(over("more than 50 coupons to be used", "at most 50"));
    }
    Ok(moved)
}
