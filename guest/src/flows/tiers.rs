//! Members' levels: what counts for them, and what is asked of them.

use super::accounts::{ByHand, end};
use super::earn::Earned;
use super::scope::{Scope, Stop};
use crate::domain::amount::Amount;
use crate::domain::award::Facts;
use crate::domain::config::{By, Merchant, Tiers, usual_base};
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::order::{self, OrderState, base};
use crate::domain::order_file::{Counted, OrderFile};
use crate::domain::refund::Refunded;
use crate::domain::reverse::Reversal;
use crate::domain::tier::{Change, Ladder, Status, Tier};
use crate::domain::until::Until;
use crate::ports::Range;
use crate::records::holdings::Holdings;
use crate::records::state::Changed;
use crate::records::{codec, keys};
use crate::reject::Reject;
use serde::Serialize;

/// The levels of a merchant that has some.
fn ladder(merchant: &Merchant) -> Option<Ladder<'_>> {
    let (tiers, zone) = (merchant.tiers.as_deref()?, merchant.zone);
    Some(Ladder { tiers, zone })
}

/// The level of a member whose accounts are settled, by the configured levels.
pub fn level<'a>(merchant: &'a Merchant, holdings: &'a Holdings) -> Option<&'a Name> {
    ladder(merchant)?.level_of(holdings.tier.as_deref())
}

/// Puts a member's level in the place of what the platform told, where the merchant has levels.
pub fn tell(merchant: &Merchant, holdings: &Holdings, facts: &mut Facts) {
    if let Some(ladder) = ladder(merchant) {
        let level = ladder.level_of(holdings.tier.as_deref());
        facts.tier = level.map(Name::text);
        facts.level = level.and_then(|name| ladder.level(name)).cloned();
    }
}

/// Counts an amount, and tells the level that it reaches.
fn add(
    scope: &Scope<'_>,
    holdings: &mut Holdings,
    amount: Amount,
    at: Instant,
    earned: &mut Earned,
) {
    let now = holdings.at;
    let Some(ladder) = ladder(&scope.merchant) else {
        return;
    };
    if amount.is_zero() && holdings.tier.is_none() {
        return;
    }
    let tier = holdings
        .tier
        .get_or_insert_with(|| Box::new(Tier::new(&ladder, now.min(at))));
    earned.reached = tier.add(&ladder, amount, at, now);
}

/// A report of an order.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// What it says.
    pub order: &'a order::Order,
    /// The state before.
    pub from: Option<OrderState>,
    /// What points paid, in money.
    pub paid: Amount,
}

/// Counts what an order spent, once, or the points that it earned.
pub fn order(
    scope: &Scope<'_>,
    holdings: &mut Holdings,
    file: &mut OrderFile,
    report: &Order<'_>,
    earned: &mut Earned,
) {
    let at = holdings.at;
    let Some(tiers) = scope.merchant.tiers.as_deref() else {
        return;
    };
    if tiers.by != By::Spend {
        return deed(scope, holdings, at, earned);
    }
    let (order, state) = (report.order, tiers.state());
    let reached = report.from.is_some_and(|from| from >= state);
    if order.state < state || reached || file.counted.is_some() {
        return;
    }
    let unit = scope.money_unit();
    let whole = base(order, &usual_base(), report.paid, unit);
    let left = file.refunded.left_of(&whole, order, unit).0.total();
    file.counted = Some(Counted { at, base: whole });
    add(scope, holdings, left, at, earned);
}

/// Counts the points that an act of `at` earned, where they count.
pub fn deed(scope: &Scope<'_>, holdings: &mut Holdings, at: Instant, earned: &mut Earned) {
    let Some(By::Points(programme)) = scope.merchant.tiers.as_deref().map(|tiers| &tiers.by) else {
        return;
    };
    let grants = earned.grants.iter();
    let grants = grants.filter(|grant| grant.programme == *programme);
    let points = grants.map(|grant| grant.granted.points).sum();
    add(scope, holdings, points, at, earned);
}

/// Takes back of what counted what a refund gives back.
pub fn refund(
    scope: &Scope<'_>,
    holdings: &mut Holdings,
    file: &OrderFile,
    before: &Refunded,
    reversals: &[Reversal],
) {
    let (at, unit) = (holdings.at, scope.money_unit());
    let Some(ladder) = ladder(&scope.merchant) else {
        return;
    };
    let Some(mut tier) = holdings.tier.take() else {
        return;
    };
    match &ladder.tiers.by {
        By::Spend => {
            if let (Some(counted), Some(order)) = (&file.counted, &file.order) {
                let left =
                    |refunded: &Refunded| refunded.left_of(&counted.base, order, unit).0.total();
                let back = left(before) - left(&file.refunded);
                tier.take(&ladder, back, counted.at, at);
            }
        }
        By::Points(programme) => {
            let account = holdings.account(programme);
            for reversal in reversals.iter().filter(|it| it.programme == *programme) {
                if let Some(lot) = account.lot(reversal.lot) {
                    tier.take(&ladder, reversal.due, lot.earned_at, at);
                }
            }
        }
    }
    holdings.tier = Some(tier);
}

/// Gives what counted of a member to the one that it is merged into.
pub fn merge(scope: &Scope<'_>, from: &mut Holdings, to: &mut Holdings) {
    let (Some(own), Some(ladder)) = (&mut from.tier, ladder(&scope.merchant)) else {
        return;
    };
    let at = to.at;
    let tier = to
        .tier
        .get_or_insert_with(|| Box::new(Tier::new(&ladder, at)));
    tier.take_over(&ladder, own, at);
}

/// A level to be set by hand.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// Whose.
    pub member: Id,
    /// The level; none: what the sums give.
    pub level: Option<String>,
    /// How long.
    pub until: Option<Until>,
    /// Why, and who.
    pub by: ByHand,
}

/// Sets a level by hand. Gives the level that the member has, and when it ends.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::Merged`], [`Reject::Invalid`], and those of the storage.
pub fn set(scope: &mut Scope<'_>, wish: &Wish) -> Result<(Option<Name>, Option<Instant>), Stop> {
    let mut holdings = scope.open_known(&wish.member)?.live()?;
    let at = holdings.at;
    let until = wish
        .until
        .map(|until| end(scope, until, at))
        .transpose()?
        .map(|until| until.at);
    let level = wish.level.as_deref();
    let Some(ladder) = ladder(&scope.merchant) else {
        let why = "a tier in members.put: the configuration has no levels";
        return Err(Reject::invalid("/level", level.unwrap_or("nothing"), why).into());
    };
    let level = named(ladder.tiers, "/level", level)?;
    let tier = holdings
        .tier
        .get_or_insert_with(|| Box::new(Tier::new(&ladder, at)));
    let by = (wish.by.reason.as_str(), wish.by.actor.as_str());
    tier.set(&ladder, level.as_ref(), until, by, at);
    let done = (tier.level.clone(), tier.due());
    scope.save(holdings)?;
    Ok(done)
}

/// What rules look at of somebody of this tier: a level, where the merchant has levels. `at` is the pointer of the tier in the request.
///
/// # Errors
/// [`Reject::Invalid`] for a tier that is no level.
pub fn facts(
    merchant: &Merchant,
    at: &str,
    tier: Option<&str>,
    tags: Vec<String>,
) -> Result<Facts, Reject> {
    let (mut tier, mut level) = (tier.map(str::to_owned), None);
    if let Some(ladder) = ladder(merchant) {
        let named = named(ladder.tiers, at, tier.as_deref())?;
        let name = named.as_ref().or_else(|| ladder.level_of(None));
        tier = name.map(Name::text);
        level = name.and_then(|name| ladder.level(name)).cloned();
    }
    Ok(Facts { tier, level, tags })
}

/// The configured level of a name; `at` is its pointer in the request.
fn named(tiers: &Tiers, at: &str, name: Option<&str>) -> Result<Option<Name>, Reject> {
    let Some(name) = name else {
        return Ok(None);
    };
    let names = || tiers.levels.iter().map(|level| &level.name);
    if let Some(level) = names().find(|level| level.as_str() == name) {
        return Ok(Some(level.clone()));
    }
    let names: Vec<&str> = names().map(Name::as_str).collect();
    let permitted = format!("none, or one of {}", names.join(", "));
    Err(Reject::invalid(at, name, &permitted))
}

/// How a member's level stands.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn status(scope: &mut Scope<'_>, member: &Id) -> Result<Status, Stop> {
    let holdings = scope.open_known(member)?;
    if let Some(ladder) = ladder(&scope.merchant) {
        return Ok(ladder.status(holdings.tier.as_deref(), holdings.at));
    }
    let record: Option<Member> = scope.work.get(&keys::member(member))?;
    Ok(Status {
        level: record.and_then(|record| record.tier),
        ..Status::default()
    })
}

/// How a member's level changed, newest first; `before` is the sequence to begin below.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn history(
    scope: &mut Scope<'_>,
    member: &Id,
    before: Option<u64>,
    limit: u32,
) -> Result<(Vec<Change>, Option<u64>), Stop> {
    let holdings = scope.open_known(member)?;
    let journal = holdings.tier.map(|tier| tier.journal).unwrap_or_default();
    let below = before.unwrap_or(u64::MAX);
    let journal = journal.into_iter().rev();
    let mut changes: Vec<Change> = journal.filter(|it| it.sequence < below).collect();
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    changes.truncate(most);
    let missing = u32::try_from(most.saturating_sub(changes.len())).unwrap_or(0);
    if missing > 0 {
        let prefix = keys::tier_changes(member);
        let end = match before {
            Some(before) => keys::tier_change(member, before),
            None => keys::end_of(&prefix),
        };
        let rows = scope.work.scan(&Range {
            start: prefix,
            end,
            limit: missing,
            backward: true,
        })?;
        for row in rows {
            let kept: Changed = codec::decode(&row.key, &row.value)?;
            changes.push(kept.change);
        }
    }
    let next = changes.last().map(|change| change.sequence);
    let next = next.filter(|first| *first > 1 && changes.len() == most);
    Ok((changes, next))
}
