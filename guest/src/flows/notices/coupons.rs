//! Warnings of coupons that will lapse.

use super::super::scope::Scope;
use super::super::tick::check_at;
use super::made::Made;
use super::pick::Check;
use crate::domain::config::Merchant;
use crate::domain::coupon::code::Code;
use crate::domain::coupon::issued::{Coupon, State};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::{About, Kind, Lead};
use crate::records::keys;
use crate::reject::Reject;
use chrono::NaiveDate;

/// Index rows of one commit: each may be a notice by all five channels, of three records each.
const PAGE: u32 = 60;

/// Coupons that one notice tells of, at most.
const TOLD: usize = 50;

/// Index rows among which those are looked for at once, and how often, at most.
const LOOKED: (u32, u32) = (50, 20);

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
    let mut rows = scope.work.index(&keys::under(&prefix, after, PAGE))?;
    let member = |key: &str| keys::step(key, 2).ok_or_else(|| Reject::Unreadable(key.to_owned()));
    let mut members: Vec<Id> = Vec::new();
    for key in &rows {
        let holder = member(key)?;
        if members.last() != Some(&holder) {
            members.push(holder);
        }
    }
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    if more && members.len() > 1 {
        // The last one's coupons may go on behind the page: they are told together, with the next.
        let cut = members.pop();
        rows.retain(|key| keys::step(key, 2) != cut);
    }
    let codes = rows.iter().filter_map(|key| code(key));
    scope.work.fetch(codes.map(keys::coupon))?;
    let mut made = Made::default();
    // Where a month's lead puts several last days on one date, each has a notice of its own.
    let (date, name) = (check.date, lead.key());
    let cause = match lead.days_after(date).first() {
        Some(first) if *first != day => format!("{date}/coupons-expiring/{name}/{day}"),
        _ => format!("{date}/coupons-expiring/{name}"),
    };
    for holder in &members {
        let mine = rows.iter().filter(|key| member(key).as_ref() == Ok(holder));
        let codes: Vec<Code> = mine.filter_map(|key| code(key)).collect();
        let found = open(scope, holder, &codes, Some(check.at))?;
        let Some(lapses_at) = found.iter().map(|coupon| coupon.expires_at).min() else {
            continue;
        };
        for channel in check.merchant.routes_of(Kind::CouponsExpiring) {
            let about = About::Coupons { lead, day };
            let notice = check.notice(Kind::CouponsExpiring, channel, about, lapses_at);
            made.add(holder, format!("{cause}/{}", channel.name()), notice);
        }
    }
    let last = rows.last().cloned();
    Ok((made, last.filter(|_| more)))
}

/// The coupons of a member that a notice of this lead and last day tells of, up to 50: those that are still to be used.
pub(super) fn left(
    scope: &mut Scope<'_>,
    member: &Id,
    merchant: &Merchant,
    (lead, day): (Lead, NaiveDate),
) -> Result<Vec<Coupon>, Reject> {
    let checked = lead.before(day).and_then(|date| check_at(merchant, date));
    let prefix = keys::coupons_ahead_of(day, member);
    let (limit, times) = LOOKED;
    let (mut left, mut after) = (Vec::new(), None);
    for _ in 0..times {
        let range = keys::under(&prefix, after.as_deref(), limit);
        let rows = scope.work.scan(&range)?;
        let codes: Vec<Code> = rows.iter().filter_map(|row| code(&row.key)).collect();
        scope
            .work
            .fetch(codes.iter().map(|code| keys::coupon(*code)))?;
        let found = open(scope, member, &codes, checked)?.into_iter();
        left.extend(found.filter(|it| it.state == State::Issued && !it.is_expired(scope.now)));
        after = rows.last().map(|row| row.key.clone());
        if left.len() >= TOLD || !u32::try_from(rows.len()).is_ok_and(|rows| rows == limit) {
            break;
        }
    }
    left.truncate(TOLD);
    Ok(left)
}

/// What a check at that instant finds: the member's that were issued by then, neither used nor withdrawn. One that is set
/// aside may be free again when its notice goes out.
fn open(
    scope: &mut Scope<'_>,
    member: &Id,
    codes: &[Code],
    checked: Option<Instant>,
) -> Result<Vec<Coupon>, Reject> {
    let mut open = Vec::new();
    for code in codes {
        let coupon: Option<Coupon> = scope.work.get(&keys::coupon(*code))?;
        open.extend(coupon.filter(|coupon| {
            matches!(coupon.state, State::Issued | State::Reserved { .. })
                && coupon.member.as_ref() == Some(member)
                && checked.is_none_or(|at| coupon.issued <= at)
        }));
    }
    Ok(open)
}

fn code(key: &str) -> Option<Code> {
    Code::parse(key.rsplit('/').next()?)
}
