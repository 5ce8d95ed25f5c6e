//! What is done after an answer.

use super::answer::Outcome;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The outcome stands: it is judged, or told to the member.
    Final,
    /// It is asked again at the next try.
    Again,
    /// All questions of the key rest for so many seconds, and go on then.
    PauseFor(u32),
    /// All questions of the key rest until the next day, and go on then.
    PauseUntilNextDay,
    /// All questions of the key rest until an operator lets them go on.
    PauseUntilOperator,
    /// It waits for a person, without a limit of time.
    Person,
    /// The next page is asked for.
    NextPage,
}

/// What is done after `now`; `before` is the last outcome that was not transient, if there was one.
///
/// A platform may refuse a question and answer it afterwards, so most refusals stand only when they came twice. Those of a
/// verification code stand at once, since repeating them may lock a carrier; so do forged codes, and what an answer says
/// of the invoice itself.
#[must_use]
pub fn settle(before: Option<Outcome>, now: Outcome) -> Step {
    match now {
        Outcome::Found
        | Outcome::Forged
        | Outcome::Voided
        | Outcome::WrongVerificationCode
        | Outcome::BusinessBuyer { named: true } => Step::Final,
        Outcome::WrongRandomCode
        | Outcome::BadParameters
        | Outcome::PeriodError
        | Outcome::BusinessBuyer { named: false } => {
            if before == Some(now) {
                Step::Final
            } else {
                Step::Again
            }
        }
        Outcome::NotYetKnown | Outcome::Transient(_) => Step::Again,
        Outcome::PauseFor(seconds) => Step::PauseFor(seconds),
        Outcome::PauseUntilNextDay => Step::PauseUntilNextDay,
        Outcome::PauseUntilOperator => Step::PauseUntilOperator,
        Outcome::UnknownStatus => Step::Person,
        Outcome::NextPage => Step::NextPage,
    }
}
