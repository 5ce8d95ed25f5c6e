//! Limits of participation, counted in passed invoices.

use super::book::Rules;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::submission::Participant;
use crate::flows::scope::Scope;
use crate::records::keys;
use crate::records::sent_in::Count;
use crate::reject::Reject;

/// An invoice as limits see it.
pub(super) struct Counted<'a> {
    pub(super) member: &'a Id,
    pub(super) received: Instant,
    /// The seller's business number; none: not known yet.
    pub(super) shop: Option<&'a str>,
}

/// The counters of further limits that an invoice falls under, each with its limit.
fn counters(scope: &Scope<'_>, rules: &Rules, it: &Counted<'_>) -> Vec<(String, u32)> {
    let limits = rules.campaign.settings.limits;
    let day = scope.merchant.zone.date(it.received);
    let day = limits.day.map(|most| (format!("day-{day}"), most));
    let shop = limits.shop.zip(it.shop);
    let shop = shop.map(|(most, shop)| (format!("shop-{shop}"), most));
    let key = |tail: &str| keys::passes(&rules.book, it.member, tail);
    let all = day.into_iter().chain(shop);
    all.map(|(tail, most)| (key(&tail), most)).collect()
}

/// Whether a member may have no further invoice like this pass.
#[inline(never)]
pub(super) fn is_over(
    scope: &mut Scope<'_>,
    rules: &Rules,
    participant: &Participant,
    it: &Counted<'_>,
) -> Result<bool, Reject> {
    let most = rules.campaign.settings.limits.member;
    if most.is_some_and(|most| participant.passed >= most) {
        return Ok(true);
    }
    for (key, most) in counters(scope, rules, it) {
        let count: Count = scope.work.get(&key)?.unwrap_or_default();
        if count.count >= most {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Counts an invoice that has passed, or one that doesn't count any more.
#[inline(never)]
pub(super) fn count(
    scope: &mut Scope<'_>,
    rules: &Rules,
    participant: &mut Participant,
    it: &Counted<'_>,
    passes: bool,
) -> Result<(), Reject> {
    let moved = |count: u32| {
        if passes {
            count.saturating_add(1)
        } else {
            count.saturating_sub(1)
        }
    };
    participant.passed = moved(participant.passed);
    for (key, _) in counters(scope, rules, it) {
        let count: Count = scope.work.get(&key)?.unwrap_or_default();
        let count = Count {
            count: moved(count.count),
        };
        scope.work.put(key, &count);
    }
    Ok(())
}
