//! Points and coupons for a tier or everyone, and many coupons of nobody's, page by page.

use super::command::TRIES_MAX;
use super::coupons;
use super::give::to_member;
use super::notices::in_force_at;
use super::scope::{ROOM, Scope, Stop};
use super::tiers;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::ports::{Outcome, Ports};
use crate::records::holdings::Holdings;
use crate::records::state::Bulk;
use crate::records::{WRITES_MAX, keys};
use crate::reject::Reject;
use crate::sorted::sort_by;

/// Members that are looked at in one commit.
const PAGE: u32 = 50;

/// What one page came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Members looked at.
    pub looked: u32,
    /// Members who were granted points.
    pub granted: u32,
    /// Coupons issued.
    pub coupons: u32,
    /// All is done.
    pub finished: bool,
}

/// Does one page of the first bulk that is not finished; none: there is none.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn page(ports: &dyn Ports) -> Result<Option<Page>, Reject> {
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, ports.now(), true, &[])?;
        let rows = scope.work.scan(&keys::under(keys::BULKS_OPEN, None, 1))?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(None);
        };
        let of_coupons = row.key.starts_with(keys::COUPON_BULKS_OPEN);
        let id = keys::step(&row.key, if of_coupons { 2 } else { 1 });
        let id = id.ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        let done = if of_coupons {
            coupons::bulk::page(&mut scope, &id)
        } else {
            grants(&mut scope, &id)
        };
        let page = match done {
            Ok(page) => page,
            Err(Stop::Again) => continue,
            Err(Stop::Reject(reject)) => return Err(reject),
        };
        if page.finished {
            scope.work.delete(row.key);
        }
        if scope.work.commit()? == Outcome::Committed {
            return Ok(Some(page));
        }
    }
    Err(Reject::Busy)
}

fn grants(scope: &mut Scope<'_>, id: &Id) -> Result<Page, Stop> {
    let key = keys::bulk(id);
    let stored: Option<Bulk> = scope.work.get(&key)?;
    let mut bulk = stored.ok_or_else(|| Reject::Unreadable(key.clone()))?;
    // It was promised by the rules of then.
    let then = in_force_at(scope, bulk.at)?;
    let programme = then.and_then(|(_, then)| then.programmes.get(&bulk.programme).cloned());
    let mut page = Page::default();
    if let Some(programme) = programme {
        let (name, rule, points) = (&bulk.programme, bulk.rule.as_ref(), bulk.points);
        let about = (bulk.reason.as_str(), bulk.actor.as_str(), bulk.at);
        let mut give = |scope: &mut Scope<'_>, member: &Id| {
            let points = to_member(scope, member, name, &programme, rule, points, about)?;
            if points.is_positive() {
                page.granted = page.granted.saturating_add(1);
                bulk.members = bulk.members.saturating_add(1);
                bulk.granted += points;
            }
            Ok(())
        };
        let meant = (bulk.tier.as_deref(), bulk.at);
        page.looked = walk(scope, meant, &mut bulk.after, &|_| None, &mut give)?;
    }
    bulk.finished = page.looked == 0;
    page.finished = bulk.finished;
    scope.work.put(key, &bulk);
    Ok(page)
}

/// Gives something to those of the next members who are of the tier, or all, and were known at an instant. `also` is a
/// key that giving will need. Tells how many were looked at; 0: there are no more.
///
/// # Errors
/// Those of `give`, and those of the storage.
pub(super) fn walk(
    scope: &mut Scope<'_>,
    (tier, at): (Option<&str>, Instant),
    after: &mut Option<Id>,
    also: &dyn Fn(&Id) -> Option<String>,
    give: &mut dyn FnMut(&mut Scope<'_>, &Id) -> Result<(), Stop>,
) -> Result<u32, Stop> {
    // Members are those with accounts and those with a record; both lists are walked as one.
    let members = next_members(scope, after.as_ref())?;
    let needed = members.iter().flat_map(|member| {
        [
            Some(keys::account(member)),
            Some(keys::member(member)),
            also(member),
        ]
    });
    scope.work.fetch(needed.flatten())?;
    let mut looked: u32 = 0;
    for member in members {
        if scope.work.size().saturating_add(ROOM) > WRITES_MAX {
            break;
        }
        looked = looked.saturating_add(1);
        if is_meant(scope, (tier, at), &member)? {
            give(scope, &member)?;
        }
        *after = Some(member);
    }
    Ok(looked)
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

/// Whether a bulk is for a member: of the tier, and known when it was ordered.
fn is_meant(
    scope: &mut Scope<'_>,
    (wanted, at): (Option<&str>, Instant),
    member: &Id,
) -> Result<bool, Reject> {
    let record: Option<Member> = scope.work.get(&keys::member(member))?;
    let mut holdings = Holdings::load(&mut scope.work, member, scope.now)?;
    if let Some(tier) = &mut holdings.tier {
        tier.settle(holdings.at);
    }
    // Who has points is as old as the first of them, who has none as old as its record.
    let told = record.as_ref().and_then(|record| record.since);
    let account = holdings.known.then_some(holdings.since);
    let since = [told, account].into_iter().flatten().min();
    let early = since.is_none_or(|since| since <= at);
    let tier = match &scope.merchant.tiers {
        Some(_) => tiers::level(&scope.merchant, &holdings).map(|level| level.text()),
        None => record.and_then(|record| record.tier),
    };
    Ok(early
        && holdings.merged.is_none()
        && wanted.is_none_or(|wanted| tier.as_deref() == Some(wanted)))
}
