//! What follows from a verifier's answer.

use super::ask::Heard;
use super::end::wait;
use super::signals::Sight;
use super::verdict::Case;
use super::verify::Asked;
use crate::domain::instant::Instant;
use crate::domain::submission::{self, Reason, State, Verifier};
use crate::flows::scope::{Scope, Stop};
use crate::ports::Level;
use crate::records::keys;
use crate::reject::Reject;
use stampcard_invoice::evidence::{Outcome, Step, next_day, settle};

/// Keeps an answer about a submission.
#[inline(never)]
pub(super) fn keep(
    scope: &mut Scope<'_>,
    asked: &Asked,
    mut case: Case<'_>,
    heard: Heard,
) -> Result<(), Stop> {
    let now = scope.now;
    case.it.asking = false;
    let before = case.it.heard.map(submission::Heard::outcome);
    if let Some(kept) = submission::Heard::of(heard.outcome) {
        case.it.heard = Some(kept);
    }
    match settle(before, heard.outcome) {
        Step::Final if case.it.again => super::again::looked(scope, case, heard),
        Step::Final => end(scope, case, heard),
        Step::PauseFor(seconds) => {
            let until = now.plus_seconds(seconds);
            rest(scope, asked, case, Some(until))
        }
        Step::PauseUntilNextDay => {
            let until = Instant::new(next_day(now.seconds()), 0);
            rest(scope, asked, case, until)
        }
        Step::PauseUntilOperator => rest(scope, asked, case, None),
        Step::Person if case.it.again => super::again::looked(scope, case, heard),
        Step::Person => {
            if let Some(evidence) = &heard.evidence {
                case.keep(scope, evidence);
            }
            case.person(scope, Reason::UnknownStatus)
        }
        Step::Again | Step::NextPage => {
            let rests: Option<Verifier> = scope.work.get(&keys::verifier(&asked.verifier))?;
            let rested = rests.unwrap_or_default().rested_at(now);
            unanswered(scope, case, rested)
        }
    }
}

/// A try came to nothing; `rested` is how long the key has rested in all.
#[inline(never)]
pub(super) fn unanswered(
    scope: &mut Scope<'_>,
    mut case: Case<'_>,
    rested: u64,
) -> Result<(), Stop> {
    if case.it.again {
        return super::again::put_off(scope, case);
    }
    case.it.due = Some(case.it.next(scope.now, rested));
    Ok(wait(scope, case.rules, case.id, case.before, case.it)?)
}

/// What an outcome is called that is not in order.
pub(super) fn why(outcome: Outcome) -> Reason {
    match outcome {
        Outcome::WrongRandomCode => Reason::WrongRandomCode,
        Outcome::Forged => Reason::Forged,
        Outcome::Voided => Reason::Voided,
        Outcome::BusinessBuyer { .. } => Reason::BusinessBuyer,
        Outcome::WrongVerificationCode => Reason::WrongVerification,
        Outcome::BadParameters => Reason::BadParameters,
        Outcome::PeriodError => Reason::NoSuchPeriod,
        Outcome::UnknownStatus => Reason::UnknownStatus,
        _ => Reason::NotKnown,
    }
}

/// The answer stands.
#[inline(never)]
fn end(scope: &mut Scope<'_>, case: Case<'_>, heard: Heard) -> Result<(), Stop> {
    if heard.outcome == Outcome::Found {
        let evidence = heard.evidence.ok_or(Reject::Busy)?;
        return case.judge(scope, &evidence);
    }
    let reason = why(heard.outcome);
    if matches!(reason, Reason::WrongRandomCode | Reason::Forged) {
        let member = &case.before.member;
        Sight {
            kind: "failures",
            about: &keys::escaped(member),
            member,
            id: Some(case.id),
        }
        .note(scope, &case.rules.book)?;
    }
    let mut case = case;
    if let Some(evidence) = &heard.evidence {
        case.keep(scope, evidence);
    }
    case.it.verified = Some(scope.now);
    case.end(scope, State::NotQualified, Some(reason))
}

/// All questions of the key rest; this try doesn't count.
#[inline(never)]
fn rest(
    scope: &mut Scope<'_>,
    asked: &Asked,
    mut case: Case<'_>,
    until: Option<Instant>,
) -> Result<(), Stop> {
    let key = keys::verifier(&asked.verifier);
    let rests: Option<Verifier> = scope.work.get(&key)?;
    let mut rests = rests.unwrap_or_default();
    let now = scope.now;
    if rests.rest(now, until) {
        let told = match until {
            Some(until) => format!("verifier {} rests until {until}", asked.verifier),
            None => format!(
                "verifier {} rests until an operator resumes it",
                asked.verifier
            ),
        };
        scope.log(Level::Error, "campaigns", &told);
    }
    scope.work.put(key, &rests);
    case.it.tries = case.it.tries.saturating_sub(1);
    case.it.due = Some(now.max(until.unwrap_or(now)));
    case.it.paused = true;
    Ok(wait(scope, case.rules, case.id, case.before, case.it)?)
}
