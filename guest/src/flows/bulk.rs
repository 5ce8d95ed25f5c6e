//! Points by hand for a tier or everyone, page by page.

use super::command::TRIES_MAX;
use super::give::to_member;
use super::scope::{ROOM, Scope, Stop};
use super::tiers;
use crate::domain::ids::Id;
use crate::domain::member::Member;
use crate::domain::sorted::sort_by;
use crate::ports::{Outcome, Ports};
use crate::records::holdings::Holdings;
use crate::records::state::Bulk;
use crate::records::{WRITES_MAX, keys};
use crate::reject::Reject;

/// Members that are looked at in one commit.
const PAGE: u32 = 50;

/// Does one page of the first bulk grant that is not finished; none: there is none. Tells how many members were granted
/// something.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn page(ports: &dyn Ports) -> Result<Option<u32>, Reject> {
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, ports.now(), true, &[])?;
        let granted = match grants(&mut scope) {
            Ok(None) => return Ok(None),
            Ok(Some(granted)) => granted,
            Err(Stop::Again) => continue,
            Err(Stop::Reject(reject)) => return Err(reject),
        };
        if scope.work.commit()? == Outcome::Committed {
            return Ok(Some(granted));
        }
    }
    Err(Reject::Busy)
}

fn grants(scope: &mut Scope<'_>) -> Result<Option<u32>, Stop> {
    let Some(row) = scope
        .work
        .scan(&keys::under(keys::BULKS_OPEN, None, 1))?
        .into_iter()
        .next()
    else {
        return Ok(None);
    };
    let id = keys::step(&row.key, 1).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
    let key = keys::bulk(&id);
    let stored: Option<Bulk> = scope.work.get(&key)?;
    let mut bulk = stored.ok_or_else(|| Reject::Unreadable(key.clone()))?;
    let programme = scope.merchant.programmes.get(&bulk.programme).cloned();
    // Members are those with accounts and those with a record; both lists are walked as one.
    let members = next_members(scope, bulk.after.as_ref())?;
    let mut granted: u32 = 0;
    let finished = members.is_empty() || programme.is_none();
    if let (false, Some(programme)) = (finished, programme) {
        for member in members {
            if scope.work.size().saturating_add(ROOM) > WRITES_MAX {
                break;
            }
            bulk.after = Some(member.clone());
            if !is_meant(scope, &bulk, &member)? {
                continue;
            }
            let about = (bulk.reason.as_str(), bulk.actor.as_str());
            let points = to_member(
                scope,
                &member,
                &bulk.programme,
                &programme,
                bulk.rule.as_ref(),
                bulk.points,
                about,
            )?;
            if points.is_positive() {
                granted = granted.saturating_add(1);
                bulk.members = bulk.members.saturating_add(1);
                bulk.granted += points;
            }
        }
    } else {
        bulk.finished = true;
        scope.work.delete(row.key);
    }
    scope.work.put(key, &bulk);
    Ok(Some(granted))
}

/// The next members in the order of their keys.
fn next_members(scope: &mut Scope<'_>, after: Option<&Id>) -> Result<Vec<Id>, Reject> {
    let mut found = Vec::new();
    for (prefix, key) in [
        (keys::ACCOUNTS, after.map(keys::account)),
        ("member/", after.map(keys::member)),
    ] {
        for row in scope
            .work
            .scan(&keys::under(prefix, key.as_deref(), PAGE))?
        {
            let id = keys::step(&row.key, 1).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
            found.push((row.key.split_once('/').map(|(_, id)| id.to_owned()), id));
        }
    }
    sort_by(&mut found, |a, b| a.cmp(b));
    found.dedup();
    found.truncate(usize::try_from(PAGE).unwrap_or(usize::MAX));
    Ok(found.into_iter().map(|(_, id)| id).collect())
}

/// Whether the grant is for a member: of the tier, and known when it was ordered.
fn is_meant(scope: &mut Scope<'_>, bulk: &Bulk, member: &Id) -> Result<bool, Reject> {
    let record: Option<Member> = scope.work.get(&keys::member(member))?;
    let mut holdings = Holdings::load(&mut scope.work, member, scope.now)?;
    if let Some(tier) = &mut holdings.tier {
        tier.settle(holdings.at);
    }
    // Who has points is as old as the first of them, who has none as old as its record.
    let told = record.as_ref().and_then(|record| record.since);
    let account = holdings.known.then_some(holdings.since);
    let since = [told, account].into_iter().flatten().min();
    let early = since.is_none_or(|since| since <= bulk.at);
    let tier = match &scope.merchant.tiers {
        Some(_) => tiers::level(&scope.merchant, &holdings).map(|level| level.text()),
        None => record.and_then(|record| record.tier),
    };
    Ok(early
        && holdings.merged.is_none()
        && bulk
            .tier
            .as_ref()
            .is_none_or(|wanted| tier.as_ref() == Some(wanted)))
}
