//! An invoice that has passed is looked at again: it may have been voided or reduced since.

use super::ask::Heard;
use super::book::{Rules, count as tallied, get, known, participant, put, survivor};
use super::end::wait;
use super::limits::{Counted, count};
use super::outcome::why;
use super::verdict::Case;
use crate::domain::campaign::Actor;
use crate::domain::ids::Id;
use crate::domain::submission::{Kept, Reason, State, Submission};
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::records::keys::{self, Book};
use crate::reject::Reject;
use rust_decimal::Decimal;
use stampcard_invoice::amount::exact;
use stampcard_invoice::evidence::{Evidence, Outcome};
use stampcard_invoice::judging::{Decision, Finding, Folded, Found, Met, Which, judge, lower};

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

/// Nothing was learnt: it is asked again some times. Then it stays as it was, and is for a person.
pub(super) fn put_off(scope: &mut Scope<'_>, mut case: Case<'_>) -> Result<(), Stop> {
    if case.it.tries < TRIES_MAX {
        case.it.due = Some(scope.now.plus_seconds(PAUSE));
        put(scope, &case.rules.book, case.id, case.before.due, &case.it);
        return Ok(());
    }
    stays(scope, case, Some(Reason::NotKnown))
}

/// It stays passed; with a reason it is for a person to look at.
#[inline(never)]
fn stays(scope: &mut Scope<'_>, mut case: Case<'_>, reason: Option<Reason>) -> Result<(), Stop> {
    case.it.again = false;
    case.it.heard = None;
    case.it.reason = reason;
    seen(scope, &mut case)?;
    case.it.due = case.later(scope.now);
    Ok(wait(scope, case.rules, case.id, case.before, case.it)?)
}

/// The draw need not wait for it any more, once it was looked at after the end, or is revoked.
fn seen(scope: &mut Scope<'_>, case: &mut Case<'_>) -> Result<(), Reject> {
    let end = case.rules.campaign.life.to;
    let over = case.it.state != State::Passed || end.is_none_or(|end| end <= scope.now);
    if !(case.it.look && over) {
        return Ok(());
    }
    case.it.look = false;
    tallied(scope, &case.rules.book, &case.before.member, |tally| {
        tally.looks = tally.looks.saturating_sub(1);
    })
}

/// What a later look found.
#[inline(never)]
pub(super) fn looked(scope: &mut Scope<'_>, mut case: Case<'_>, heard: Heard) -> Result<(), Stop> {
    case.it.again = false;
    case.it.heard = None;
    let key = keys::of_book(keys::EVIDENCE, &case.rules.book, case.id);
    let kept: Option<Kept> = scope.work.get(&key)?;
    let before = kept.zip(case.it.invoice());
    let before = before.map(|(kept, (number, period))| kept.evidence(number, period));
    // A header says nothing of lines and amounts; what was found then stays.
    let tells_lines = |it: &Evidence| !it.lines.is_empty();
    let tells_lines = heard.evidence.as_ref().is_some_and(tells_lines);
    let evidence = heard.evidence.map(|now| completed(now, before.as_ref()));
    let reason = match (heard.outcome, &evidence) {
        (Outcome::Voided, _) => Some(Reason::Voided),
        (Outcome::Found, Some(evidence)) => {
            let reduced = reduced(case.rules, &case.it, before.as_ref(), evidence);
            reduced.then_some(Reason::Reduced)
        }
        _ => None,
    };
    if let Some(evidence) = evidence {
        case.it.verified = Some(scope.now);
        if tells_lines {
            case.keep(scope, &evidence);
        }
    }
    if let Some(reason) = reason {
        return revoke(scope, case, reason);
    }
    // An allowance, a state that nobody knows, or an invoice that can't be found as it was.
    let reason = (heard.outcome != Outcome::Found).then(|| why(heard.outcome));
    stays(scope, case, reason)
}

/// What was found now, with the lines that were found before where none are told now, and with the total of before where none is told
/// and the lines are the same: an answer says nothing of what it leaves out.
fn completed(mut now: Evidence, before: Option<&Evidence>) -> Evidence {
    let Some(before) = before else {
        return now;
    };
    if now.lines.is_empty() {
        now.lines.clone_from(&before.lines);
    }
    if now.lines == before.lines {
        now.total = now.total.or(before.total);
    }
    now
}

/// Whether it would not pass any more, or passes with less. What a person passed is held against what was known then: the conditions
/// were not what it passed by.
fn reduced(rules: &Rules, it: &Submission, before: Option<&Evidence>, now: &Evidence) -> bool {
    if now.lines.is_empty() && now.total.is_none() {
        return false;
    }
    let Some(conditions) = rules.conditions() else {
        return false;
    };
    let now = judge(&conditions, &Folded::new(now));
    let less = match now.decision {
        Decision::NotQualified => true,
        Decision::Qualified { tier, .. } => it.tier.is_some_and(|before| tier < before),
        Decision::Adds(amount) => amount < added(it),
        Decision::Waits(_) => false,
    };
    less && (it.decided.is_none()
        || before.is_some_and(|before| {
            let before = judge(&conditions, &Folded::new(before));
            let mut both = before.findings.iter().zip(&now.findings);
            both.any(|(before, now)| fell(before, now))
        }))
}

/// Whether less was found than before of what counts: of the amount where nothing counts but that it is above zero, only zero is less.
fn fell(before: &Finding, now: &Finding) -> bool {
    let counts = now.which != Which::Amount || now.met == Met::No;
    match (before.found, now.found) {
        (Found::Sum { value: before, .. }, Found::Sum { value: now, .. }) => counts && now < before,
        _ => false,
    }
}

fn added(it: &Submission) -> Decimal {
    let adds = it.adds.as_deref().and_then(exact);
    adds.unwrap_or(Decimal::ZERO)
}

/// It is revoked: it keeps the invoice's lock and frees the member's count. What was given for it is flagged; where amounts add up, the
/// rewards of tiers that the sum does not reach any more.
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
        let lost = (lowered.first, lowered.last);
        flag(scope, &rules.book, &member, lost, true)?;
        mark(&mut case.it, lost, true);
    } else {
        mark(&mut case.it, (0, u32::MAX), true);
    }
    scope.work.put(key, &participant);
    case.it.owed = false;
    case.it.becomes(State::Revoked, Some(reason));
    seen(scope, &mut case)?;
    tallied(scope, &rules.book, &case.before.member, |tally| {
        tally.moves(Some(State::Passed), State::Revoked);
    })?;
    Ok(wait(scope, rules, case.id, case.before, case.it)?)
}

/// Flags the rewards of these tiers, which the member's sum does not reach any more, or takes the flags off, since it reaches them again.
/// They were given with whichever submissions of the member.
pub(super) fn flag(
    scope: &mut Scope<'_>,
    book: &Book,
    member: &Id,
    (first, last): (u32, u32),
    flagged: bool,
) -> Result<(), Reject> {
    if last == 0 {
        return Ok(());
    }
    for tier in first..=last {
        let key = super::reward::tier_key(book, member, tier);
        let which: Option<crate::records::sent_in::Which> = scope.work.get(&key)?;
        let Some(which) = which else {
            continue;
        };
        if let Some(mut it) = get(scope, book, &which.id)? {
            mark(&mut it, (tier, tier), flagged);
            let key = keys::of_book(keys::SUBMISSIONS, book, &which.id);
            scope.work.put(key, &it);
        }
    }
    Ok(())
}

/// Flags what a submission's tiers gave, or takes the flags off.
fn mark(it: &mut Submission, (first, last): (u32, u32), flagged: bool) {
    for given in &mut it.given {
        if (first..=last).contains(&given.tier) {
            given.flagged = flagged;
        }
    }
}
