//! Warnings of coupons that will lapse.

use super::super::scope::Scope;
use super::made::Made;
use super::pick::Check;
use crate::domain::coupon::code::Code;
use crate::domain::coupon::issued::{Coupon, State};
use crate::domain::ids::Id;
use crate::domain::notice::{About, Kind, Lead};
use crate::records::keys;
use crate::reject::Reject;
use chrono::NaiveDate;

/// Index rows of one commit: each may be a notice by all five channels, of three records each.
const PAGE: u32 = 60;

/// Coupons that one notice tells of, at most.
const TOLD: u32 = 50;

/// The last days that notices of these leads on a date are about; of two leads with one day the first.
pub(super) fn days(leads: &[Lead], date: NaiveDate) -> Vec<(Lead, NaiveDate)> {
    let mut days: Vec<(Lead, NaiveDate)> = Vec::new();
    for lead in leads {
        for day in lead.days_after(date) {
            if !days.iter().any(|(_, known)| *known == day) {
                days.push((*lead, day));
            }
        }
    }
    days
}

/// Warns the holders of a page of the coupons with a last day; gives the key to go on behind.
pub(super) fn pick(
    scope: &mut Scope<'_>,
    check: &Check<'_>,
    lead: Lead,
    day: NaiveDate,
    after: Option<&str>,
) -> Result<(Made, Option<String>), Reject> {
    let prefix = keys::coupons_ahead_on(day);
    let mut rows = scope.work.scan(&keys::under(&prefix, after, PAGE))?;
    let member = |key: &str| keys::step(key, 2).ok_or_else(|| Reject::Unreadable(key.to_owned()));
    let mut members: Vec<Id> = Vec::new();
    for row in &rows {
        let holder = member(&row.key)?;
        if members.last() != Some(&holder) {
            members.push(holder);
        }
    }
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    if more && members.len() > 1 {
        // The last one's coupons may go on behind the page: they are told together, with the next.
        let cut = members.pop();
        rows.retain(|row| keys::step(&row.key, 2) != cut);
    }
    let codes = rows.iter().filter_map(|row| code(&row.key));
    scope.work.fetch(codes.map(keys::coupon))?;
    let mut made = Made::default();
    for holder in &members {
        let mine = rows
            .iter()
            .filter(|row| member(&row.key).as_ref() == Ok(holder));
        let codes: Vec<Code> = mine.filter_map(|row| code(&row.key)).collect();
        let left = usable(scope, holder, &codes)?;
        let Some(lapses_at) = left.iter().map(|coupon| coupon.expires_at).min() else {
            continue;
        };
        for channel in check.merchant.routes_of(Kind::CouponsExpiring) {
            let about = About::Coupons { lead, day };
            let notice = check.notice(Kind::CouponsExpiring, channel, about, lapses_at);
            let (date, lead, way) = (check.date, lead.key(), channel.name());
            made.add(
                holder,
                format!("{date}/coupons-expiring/{lead}/{way}"),
                notice,
            );
        }
    }
    let last = rows.last().map(|row| row.key.clone());
    Ok((made, last.filter(|_| more)))
}

/// The coupons of a member with a last day that are still to be used, up to 50.
pub(super) fn left(
    scope: &mut Scope<'_>,
    member: &Id,
    day: NaiveDate,
) -> Result<Vec<Coupon>, Reject> {
    let prefix = keys::coupons_ahead_of(day, member);
    let rows = scope.work.scan(&keys::under(&prefix, None, TOLD))?;
    let codes: Vec<Code> = rows.iter().filter_map(|row| code(&row.key)).collect();
    scope
        .work
        .fetch(codes.iter().map(|code| keys::coupon(*code)))?;
    usable(scope, member, &codes)
}

fn usable(scope: &mut Scope<'_>, member: &Id, codes: &[Code]) -> Result<Vec<Coupon>, Reject> {
    let mut left = Vec::new();
    for code in codes {
        let coupon: Option<Coupon> = scope.work.get(&keys::coupon(*code))?;
        left.extend(coupon.filter(|coupon| {
            coupon.state == State::Issued
                && coupon.member.as_ref() == Some(member)
                && !coupon.is_expired(scope.now)
        }));
    }
    Ok(left)
}

fn code(key: &str) -> Option<Code> {
    Code::parse(key.rsplit('/').next()?)
}
