//! An invoice that has passed is looked at again: it may have been voided or reduced since.

use super::ask::Heard;
use super::book::{Rules, count as tallied, get, known, participant, put, survivor};
use super::end::wait;
use super::limits::{Counted, count};
use super::verdict::Case;
use crate::domain::campaign::Actor;
use crate::domain::ids::Id;
use crate::domain::submission::{Reason, State, Submission};
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::records::keys;
use crate::reject::Reject;
use rust_decimal::Decimal;
use stampcard_invoice::amount::exact;
use stampcard_invoice::evidence::{Evidence, Outcome};
use stampcard_invoice::judging::{Decision, Folded, judge, lower};

/// Questions of one later look, at most.
const TRIES_MAX: u32 = 5;

/// Seconds between two of them.
const PAUSE: u32 = 3_600;

/// Has a submission that passed looked at again, by the ticks that follow.
///
/// # Errors
/// Those of [`access`], [`Reject::UnknownCampaign`], [`Reject::Invalid`] for one that hasn't passed, and those of the storage.
pub fn verify_again(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: &Id,
    id: &str,
) -> Result<(String, Submission), Stop> {
    access(scope, actor)?;
    let rules = known(scope, campaign)?;
    let (before, mut it) = passed(scope, &rules, id)?;
    it.again = true;
    it.tries = 0;
    it.due = Some(scope.now);
    put(scope, &rules.book, id, before.due, &it);
    Ok((id.to_owned(), it))
}

/// A submission that has passed.
pub(super) fn passed(
    scope: &mut Scope<'_>,
    rules: &Rules,
    id: &str,
) -> Result<(Submission, Submission), Reject> {
    let found = get(scope, &rules.book, id)?;
    let found = found.ok_or_else(|| Reject::invalid("/submission", id, "one of the campaign's"))?;
    if found.state != State::Passed {
        return Err(Reject::invalid("/submission", id, "one that has passed"));
    }
    Ok((found.clone(), found))
}

/// Nothing was learnt: it is asked again some times, and stays as it was.
pub(super) fn put_off(scope: &mut Scope<'_>, mut case: Case<'_>) -> Result<(), Stop> {
    let more = case.it.tries < TRIES_MAX;
    case.it.again = more;
    case.it.due = more.then(|| scope.now.plus_seconds(PAUSE));
    put(scope, &case.rules.book, case.id, case.before.due, &case.it);
    Ok(())
}

/// What a later look found.
#[inline(never)]
pub(super) fn looked(scope: &mut Scope<'_>, mut case: Case<'_>, heard: Heard) -> Result<(), Stop> {
    case.it.again = false;
    case.it.due = None;
    case.it.heard = None;
    let reason = match (heard.outcome, &heard.evidence) {
        (Outcome::Voided, _) => Some(Reason::Voided),
        (Outcome::Found, Some(evidence)) => {
            reduced(case.rules, &case.it, evidence).then_some(Reason::Reduced)
        }
        _ => None,
    };
    // A header says nothing of lines and amounts; what was found then stays.
    if let Some(evidence) = heard.evidence.filter(|it| !it.lines.is_empty()) {
        case.keep(scope, &evidence);
    }
    case.it.verified = Some(scope.now);
    if let Some(reason) = reason {
        return revoke(scope, case, reason);
    }
    // It stays passed; an allowance, or a state that nobody knows, is for a person to look at.
    case.it.reason =
        matches!(heard.outcome, Outcome::UnknownStatus).then_some(Reason::UnknownStatus);
    case.it.due = case.it.goes_on(scope.now);
    Ok(wait(scope, case.rules, case.id, case.before, case.it)?)
}

/// Whether it would not pass any more, or passes with less.
fn reduced(rules: &Rules, it: &Submission, evidence: &Evidence) -> bool {
    if evidence.lines.is_empty() && evidence.total.is_none() {
        return false;
    }
    let Some(conditions) = rules.conditions() else {
        return false;
    };
    match judge(&conditions, &Folded::new(evidence)).decision {
        Decision::NotQualified => true,
        Decision::Qualified { tier, .. } => it.tier.is_some_and(|before| tier < before),
        Decision::Adds(amount) => amount < added(it),
        Decision::Waits(_) => false,
    }
}

fn added(it: &Submission) -> Decimal {
    let adds = it.adds.as_deref().and_then(exact);
    adds.unwrap_or(Decimal::ZERO)
}

/// It is revoked: it keeps the invoice's lock and frees the member's count. What was given for it is flagged, as are rewards of a sum
/// that it takes below their tier.
#[inline(never)]
pub(super) fn revoke(
    scope: &mut Scope<'_>,
    mut case: Case<'_>,
    reason: Reason,
) -> Result<(), Stop> {
    let rules = case.rules;
    let member = survivor(scope, &case.before.member)?.member;
    let (key, mut participant) = participant(scope, &rules.book, &member)?;
    let counted = Counted {
        member: &member,
        received: case.before.received,
        // As it was when it was counted.
        shop: case.before.shop.as_deref(),
    };
    count(scope, rules, &mut participant, &counted, false)?;
    if let Some(conditions) = rules.conditions().filter(|_| case.it.adds.is_some()) {
        let lowered = lower(&conditions, participant.sum(), added(&case.it));
        participant.set_sum(lowered.sum);
        flag(scope, &case, &member, (lowered.first, lowered.last))?;
    }
    for given in &mut case.it.given {
        given.flagged = true;
    }
    scope.work.put(key, &participant);
    case.it.owed = false;
    case.it.becomes(State::Revoked, Some(reason));
    tallied(scope, &rules.book, &case.before.member, |tally| {
        tally.moves(Some(State::Passed), State::Revoked);
    })?;
    Ok(wait(scope, rules, case.id, case.before, case.it)?)
}

/// Flags the rewards of tiers that the member's sum does not reach any more; they were given with other submissions of the member.
fn flag(
    scope: &mut Scope<'_>,
    case: &Case<'_>,
    member: &Id,
    (first, last): (u32, u32),
) -> Result<(), Reject> {
    if last == 0 {
        return Ok(());
    }
    for tier in first..=last {
        let key = super::reward::tier_key(&case.rules.book, member, tier);
        let which: Option<crate::records::sent_in::Which> = scope.work.get(&key)?;
        let Some(which) = which.filter(|which| which.id != case.id) else {
            continue;
        };
        if let Some(mut it) = get(scope, &case.rules.book, &which.id)? {
            for given in it.given.iter_mut().filter(|given| given.tier == tier) {
                given.flagged = true;
            }
            let submissions = keys::SUBMISSIONS;
            scope
                .work
                .put(keys::of_book(submissions, &case.rules.book, &which.id), &it);
        }
    }
    Ok(())
}
