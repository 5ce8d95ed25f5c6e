//! What the platform tells of its members.

use super::accounts::merge::over;
use super::notices;
use super::scope::{Scope, Stop};
use super::submissions;
use crate::domain::coupon::usage::MemberUsage;
use crate::domain::ids::Id;
use crate::domain::member::Member;
use crate::reading::Read;
use crate::records::state::{Mark, Once, Used};
use crate::records::{codec, keys};
use crate::reject::Reject;
use serde::Serialize;

/// Counters of one kind that a merged member may have, at most.
const COUNTERS_MAX: u32 = 100;

/// Members of one LINE user that are told, at most.
const LINE_MEMBERS_MAX: u32 = 100;

/// Sets a member's record whole, and the indexes of birthdays and of LINE users with it.
///
/// # Errors
/// [`Reject::Invalid`] for a tier where the configuration has levels, and those of the storage.
pub fn put(scope: &mut Scope<'_>, member: &Member) -> Result<(), Stop> {
    if let (Some(tier), Some(_)) = (&member.tier, &scope.merchant.tiers) {
        let why = "none, since the configuration has levels; tiers.set gives one by hand";
        return Err(Reject::invalid("/tier", tier, why).into());
    }
    let key = keys::member(&member.member);
    let before: Option<Member> = scope.work.get(&key)?;
    let before = before.map(live).transpose()?;
    let since = before
        .as_ref()
        .map_or(Some(scope.now), |before| before.since);
    let (was, is) = (before.as_ref().and_then(line_user), line_user(member));
    if let Some(user) = was.filter(|was| is.as_ref() != Some(was)) {
        scope.work.delete(keys::line_user(&user, &member.member));
    }
    if let Some(user) = is {
        scope
            .work
            .put(keys::line_user(&user, &member.member), &Mark {});
    }
    let before = before.and_then(|before| before.birthday_of_year());
    let after = member.birthday_of_year();
    if before != after {
        if let Some(day) = before {
            scope.work.delete(keys::birthday(day, &member.member));
        }
        if let Some(day) = after {
            scope
                .work
                .put(keys::birthday(day, &member.member), &Mark {});
        }
    }
    scope.work.put(
        key,
        &Member {
            since,
            ..member.clone()
        },
    );
    Ok(())
}

/// A member's record.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn get(scope: &mut Scope<'_>, member: &Id) -> Result<Member, Stop> {
    let record = scope.work.get(&keys::member(member))?;
    let record = record.ok_or_else(|| Reject::UnknownMember(member.to_string()))?;
    let mut record = live(record)?;
    if scope.merchant.tiers.is_some() {
        record.tier = None;
    }
    Ok(record)
}

/// The LINE user at whom LINE push to a member goes.
fn line_user(member: &Member) -> Option<Id> {
    let (_, user) = member.line_users.first()?;
    Id::parse(user)
}

/// The members to whom LINE push goes at a LINE user.
///
/// # Errors
/// Those of the storage.
pub fn of_line_user(scope: &mut Scope<'_>, user: &Id) -> Result<Vec<Id>, Reject> {
    let range = keys::under(&keys::line_user_of(user), None, LINE_MEMBERS_MAX);
    let rows = scope.work.scan(&range)?;
    let members = rows.iter().map(|row| {
        let member = keys::step(&row.key, 2);
        member.ok_or_else(|| Reject::Unreadable(row.key.clone()))
    });
    members.collect()
}

/// The record of a member that was not merged.
///
/// # Errors
/// [`Reject::Merged`].
pub fn live(record: Member) -> Result<Member, Reject> {
    match &record.merged_into {
        Some(into) => Err(Reject::merged(&record.member, into)),
        None => Ok(record),
    }
}

/// Marks a member as merged, makes sure that it stands in no index any more, and counts what limits count of it for the
/// surviving one.
///
/// # Errors
/// [`Reject::OverLimit`], and those of the storage.
pub fn merge(scope: &mut Scope<'_>, member: &Id, into: &Id) -> Result<(), Reject> {
    let key = keys::member(member);
    let record: Option<Member> = scope.work.get(&key)?;
    let mut record = record.unwrap_or_else(|| Member::new(member.clone()));
    if let Some(day) = record.birthday_of_year() {
        scope.work.delete(keys::birthday(day, member));
    }
    if let Some(user) = line_user(&record) {
        scope.work.delete(keys::line_user(&user, member));
    }
    record.merged_into = Some(into.clone());
    scope.work.put(key, &record);
    add(scope, (keys::ONCE, member, into), |a: Once, b: Once| Once {
        date: a.date.max(b.date),
    })?;
    add(scope, (keys::USED, member, into), |a: Used, b: Used| Used {
        usage: a.usage.with(&b.usage),
    })?;
    let of_coupons = (keys::COUPON_USAGES, member, into);
    add(scope, of_coupons, |a: MemberUsage, b| a.with(b))
}

/// Adds a member's counters of a kind to another's.
fn add<T: Serialize + Read>(
    scope: &mut Scope<'_>,
    (kind, member, into): (&str, &Id, &Id),
    join: impl Fn(T, T) -> T,
) -> Result<(), Reject> {
    let (old, new) = (keys::of_kind(kind, member), keys::of_kind(kind, into));
    let range = keys::under(&old, None, COUNTERS_MAX.saturating_add(1));
    let rows = scope.work.scan(&range)?;
    if u32::try_from(rows.len()).is_ok_and(|rows| rows > COUNTERS_MAX) {
        return Err(over("more than 100 counters of limits", "at most 100"));
    }
    for row in rows {
        let Some(tail) = row.key.strip_prefix(&old) else {
            continue;
        };
        let key = [&new, tail].concat();
        let known: Option<T> = scope.work.get(&key)?;
        let mut joined: T = codec::decode(&row.key, &row.value)?;
        if let Some(known) = known {
            joined = join(joined, known);
        }
        scope.work.put(key, &joined);
    }
    Ok(())
}

/// Erases what the platform told of a member; see [`Member`]. What was granted and promised stays.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage; [`Stop::Again`] after a portion of the invoices or notices was committed.
pub fn forget(scope: &mut Scope<'_>, member: &Id) -> Result<(), Stop> {
    let key = keys::member(member);
    let record: Option<Member> = scope.work.get(&key)?;
    match record {
        // Its name is answered by that of the survivor, as before.
        Some(record) if record.merged_into.is_some() => {
            let erased = Member {
                since: record.since,
                merged_into: record.merged_into,
                ..Member::new(member.clone())
            };
            scope.work.put(key, &erased);
        }
        // A record stays, so that the member is known by as much as before.
        Some(_) => put(scope, &Member::new(member.clone()))?,
        None if scope.work.has(&keys::account(member))? => {}
        None => return Err(Reject::UnknownMember(member.to_string()).into()),
    }
    submissions::forget(scope, member)?;
    notices::forget(scope, member)
}
