//! One member is merged into another.

use super::super::balance::standing;
use super::super::scope::{Scope, Stop};
use super::super::{coupons, members, notices, submissions, tiers};
use super::{ByHand, Change};
use crate::domain::account::HOLDS_MAX;
use crate::domain::ids::{Id, Name};
use crate::domain::merge::Merged;
use crate::reject::Reject;
use crate::sorted_map::SortedMap;
use serde::Serialize;

/// Open lots of the merged member, at most, those granted beside them included: each writes a handful of records of one
/// commit.
const LOTS_MAX: usize = 100;

/// Who is merged into whom.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// The member that ends.
    pub member: Id,
    /// The one that goes on; another.
    pub into: Id,
    /// Why, and who.
    pub by: ByHand,
}

/// What a merger did.
#[derive(Clone, Debug)]
pub struct Merger {
    /// To the surviving member's accounts, by programme.
    pub changes: Vec<Change>,
    /// Coupons that went along.
    pub coupons: usize,
}

/// Merges a member into another: accounts, holds, debt, open coupons, and what limits count.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::Merged`], [`Reject::OverLimit`], and those of the storage.
pub fn merge(scope: &mut Scope<'_>, wish: &Wish) -> Result<Merger, Stop> {
    let (member, into) = (&wish.member, &wish.into);
    let (mut from, mut to) = scope.open_two(member, into)?;
    let at = to.at;
    let names: Vec<Name> = from.accounts.keys().cloned().collect();
    let mut count: usize = 0;
    for name in &names {
        from.load_some(&mut scope.work, name, LOTS_MAX)?;
        count = count.saturating_add(from.account(name).lots.len());
    }
    if count > LOTS_MAX {
        return Err(over("more than 100 lots that are not used up", "at most 100").into());
    }
    let about = wish.by.about();
    let mut lots = SortedMap::new();
    let mut changes = Vec::new();
    for name in names {
        let estate = from.account(&name).hand_over(into, at, &about);
        let (debt, made) = (estate.debt, estate.made);
        to.load_for(&mut scope.work, &name, debt, None)?;
        let account = to.account(&name);
        if account.holds.len().saturating_add(estate.holds.len()) > HOLDS_MAX {
            let most = "at most 20 open holds of both in a programme";
            return Err(over("more open holds", most).into());
        }
        let taken = account.take_over(estate, member, at, &about);
        let lot = |part: &crate::domain::entry::Part| account.lot(part.lot).cloned();
        let came = taken.parts.iter().filter_map(lot).collect();
        to.inherit(&mut scope.work, &name, member, (taken.raised, made));
        let standing = standing(scope, &mut to, &name)?;
        changes.push(Change {
            points: taken.points,
            debt,
            debt_paid: taken.debt_paid,
            parts: taken.parts,
            lots: came,
            standing,
            other: None,
        });
        lots.insert(name, taken.raised);
    }
    tiers::merge(scope, &mut from, &mut to);
    let into = into.clone();
    from.merged = Some(Merged { into, lots });
    to.since = to.since.min(from.since);
    let coupons = coupons::merge::merge(scope, member, &wish.into)?;
    submissions::merge(scope, member, &wish.into)?;
    members::merge(scope, member, &wish.into)?;
    notices::topic::merge(scope, member, &wish.into)?;
    notices::reach::merge(scope, member, &wish.into)?;
    scope.save(from)?;
    scope.save(to)?;
    Ok(Merger { changes, coupons })
}

/// More than one commit can move.
pub(in crate::flows) fn over(found: &str, most: &str) -> Reject {
    Reject::over_limit("/member", found, most)
}
