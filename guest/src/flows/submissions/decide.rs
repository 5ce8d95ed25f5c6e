//! People decide: on what waits for them, on rewards that were given wrongly, and on a key that rests.

use super::again::{passed, revoke};
use super::book::{get, known};
use super::end::wait;
use super::recall::LONGEST;
use super::verdict::Case;
use crate::domain::campaign::Actor;
use crate::domain::ids::{Id, Name};
use crate::domain::submission::{Decided, Kept, Reason, State, Submission, Verifier};
use crate::flows::campaigns::access;
use crate::flows::scope::{Scope, Stop};
use crate::records::keys;
use crate::records::sent_in::Recall;
use crate::reject::Reject;
use rust_decimal::Decimal;
use serde::Serialize;
use stampcard_invoice::judging::{Conditions, Folded, Found, judge};

/// What a person says of a submission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Word {
    /// It passes, with this tier of the campaign's. Where amounts add up, its amount or that of the block's lines is added instead; one in
    /// another currency adds nothing.
    Pass(u32),
    /// It does not qualify.
    Refuse,
    /// It had passed, and does not any more.
    Revoke,
}

/// A decision.
#[derive(Clone, Debug, Serialize)]
pub struct Decision {
    /// Who.
    pub actor: Actor,
    /// The campaign.
    pub campaign: Id,
    /// The submission's id.
    pub submission: String,
    /// What.
    pub word: Word,
    /// Why.
    pub reason: String,
}

/// Takes a decision on a submission that waits, or has passed. A lock or a limit stands against a pass as ever, and what has lost a race is
/// a duplicate whatever is decided.
///
/// # Errors
/// Those of [`access`]; [`Reject::UnknownCampaign`]; [`Reject::Invalid`] for a submission of which nothing is to be decided; those of
/// the storage.
pub fn decide(scope: &mut Scope<'_>, it: &Decision) -> Result<(String, Submission), Stop> {
    access(scope, &it.actor)?;
    let rules = known(scope, &it.campaign)?;
    let passes = matches!(it.word, Word::Pass(_));
    let before = match it.word {
        Word::Revoke => passed(scope, &rules, &it.submission)?.0,
        Word::Pass(_) | Word::Refuse => {
            let found = get(scope, &rules.book, &it.submission)?;
            let found = found.filter(|found| match found.state {
                State::Waiting => true,
                State::Passed => passes && found.reason.is_some(),
                _ => false,
            });
            let permitted = "one of the campaign's that waits";
            found.ok_or_else(|| Reject::invalid("/submission", &it.submission, permitted))?
        }
    };
    let mut case = Case {
        rules: &rules,
        id: &it.submission,
        before: &before,
        it: before.clone(),
    };
    case.it.decided = Some(Decided {
        actor: it.actor.name.text(),
        reason: it.reason.clone(),
        at: scope.now,
    });
    case.it.verified = case.it.verified.or(Some(scope.now));
    match it.word {
        Word::Revoke => revoke(scope, case, Reason::ByPerson)?,
        Word::Pass(_) if before.state == State::Passed => {
            // A later look had found what nobody knows; it stays as it passed.
            case.it.reason = None;
            wait(scope, &rules, &it.submission, &before, case.it)?;
        }
        Word::Pass(_) | Word::Refuse if case.is_duplicate(scope)? => {
            case.end(scope, State::Duplicate, Some(Reason::Duplicate))?;
        }
        Word::Refuse => case.end(scope, State::NotQualified, Some(Reason::ByPerson))?,
        Word::Pass(tier) => {
            let settings = &rules.campaign.settings;
            let adds = settings.conditions.as_ref();
            let adds = adds.is_some_and(|it| it.adding_up);
            let conditions = rules.conditions();
            if let Some(conditions) = conditions.as_ref().filter(|_| adds) {
                let amount = amount(scope, &case, conditions)?;
                case.pass(scope, 0, Some((conditions, amount)))?;
            } else {
                let tiers = conditions.map_or(1, |it| it.tiers().len().max(1));
                if usize::try_from(tier).is_ok_and(|tier| tier > tiers) {
                    let permitted = "one of the campaign's tiers";
                    return Err(Reject::invalid("/word/pass", tier, permitted).into());
                }
                case.pass(scope, tier, None)?;
            }
        }
    }
    let after = get(scope, &rules.book, &it.submission)?;
    Ok((it.submission.clone(), after.unwrap_or(before)))
}

/// What a submission adds to a sum that a person passes: its amount, or that of the block's lines; nothing where that isn't known, or is
/// in another currency, which is never converted.
fn amount(
    scope: &mut Scope<'_>,
    case: &Case<'_>,
    conditions: &Conditions,
) -> Result<Decimal, Reject> {
    let key = keys::of_book(keys::EVIDENCE, &case.rules.book, case.id);
    let kept: Option<Kept> = scope.work.get(&key)?;
    let told = kept.zip(case.it.invoice());
    let found = told.and_then(|(kept, (number, period))| {
        let evidence = kept.evidence(number, period);
        // What it is judged by stands last.
        let last = judge(conditions, &Folded::new(&evidence)).findings.pop()?;
        match last.found {
            Found::Sum { value, .. } => Some(value),
            _ => None,
        }
    });
    Ok(found.unwrap_or_default().max(Decimal::ZERO))
}

/// Lets a verifier's key ask again. Tells whether it rested.
///
/// # Errors
/// Those of [`access`]; [`Reject::Invalid`] for a verifier that the configuration doesn't name; those of the storage.
pub fn resume(scope: &mut Scope<'_>, actor: &Actor, verifier: &Name) -> Result<bool, Stop> {
    let section = access(scope, actor)?;
    let known = section.verifiers.get(verifier.as_str());
    let Some(verifier) = known.and_then(|known| section.first_name(known)).cloned() else {
        let permitted = "a verifier of the configuration";
        return Err(Reject::invalid("/verifier", verifier, permitted).into());
    };
    let key = keys::verifier(verifier.as_str());
    let rests: Option<Verifier> = scope.work.get(&key)?;
    let mut rests = rests.unwrap_or_default();
    let pause = rests.resume(scope.now);
    scope.work.put(key, &rests);
    if pause.is_some() {
        let recall = Recall {
            last: scope.now.plus_seconds(LONGEST),
            after: None,
        };
        let row = keys::recall(scope.now, verifier.as_str());
        scope.work.put(row, &recall);
    }
    Ok(pause.is_some())
}
