//! One invoice that one member sent in to one campaign.

use crate::domain::calendar_date;
use crate::domain::config::is_default;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::reading::Read;
use chrono::NaiveDate;
use serde::Serialize;
use stampcard_invoice::evidence::{Outcome, Retry, next_try};
use stampcard_invoice::identifier::{Number, Period};

/// How it was sent in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// The codes of a picture.
    Photo,
    /// Number, date and random code.
    Typed,
    /// From the list of a mobile bar code.
    Carrier,
}

/// What has become of it. Source: spec, invoice, Verifying.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It is not known yet.
    Waiting,
    /// It met the conditions.
    Passed,
    /// It missed them, or is none that can be taken.
    NotQualified,
    /// Nothing was known of it in time, or the member was at a limit.
    Invalid,
    /// It had passed, and was found voided or reduced afterwards.
    Revoked,
    /// Another one of the same invoice passed first.
    Duplicate,
}

/// Why it is where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The verifier does not know it yet, or can't be reached.
    NotKnown,
    /// Waits for a person: another currency.
    ForeignCurrency,
    /// Waits for a person: no day of issue is known.
    NoDate,
    /// Waits for a person: a figure is missing, or whose shop it was.
    NoFigure,
    /// Waits for a person: a state that nobody knows.
    UnknownStatus,
    /// Conditions are missed.
    Conditions,
    /// Its random code is another one.
    WrongRandomCode,
    /// Its QR code is not the seller's.
    Forged,
    /// It was voided or cancelled.
    Voided,
    /// It was made out to a business.
    BusinessBuyer,
    /// The verifier did not understand the question.
    BadParameters,
    /// The verifier has no such period, or can't be asked for it.
    NoSuchPeriod,
    /// The carrier's verification code is another one.
    WrongVerification,
    /// One of the three before, in records from when they were not told apart.
    Refused,
    /// Nothing was known of it 72 hours after receipt.
    NoData,
    /// The member had reached a limit.
    OverLimit,
    /// Found reduced after it had passed.
    Reduced,
    /// The same invoice passed elsewhere.
    Duplicate,
    /// A person decided so.
    ByPerson,
}

impl Reason {
    /// Whether what waits with it waits for a person.
    #[must_use]
    fn is_for_person(self) -> bool {
        matches!(
            self,
            Self::ForeignCurrency | Self::NoDate | Self::NoFigure | Self::UnknownStatus
        )
    }
}

/// A refusal of a question that stands when it came twice, and what lies between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Heard {
    /// Not known, yet.
    NotKnown,
    /// Its random code is another one.
    WrongRandomCode,
    /// The question was not understood.
    BadParameters,
    /// There is no such period.
    PeriodError,
    /// Nothing but number and date came.
    NumberOnly,
}

impl Heard {
    /// What counts of an outcome for the next one; none: nothing does.
    #[must_use]
    pub fn of(outcome: Outcome) -> Option<Self> {
        Some(match outcome {
            Outcome::NotYetKnown => Self::NotKnown,
            Outcome::WrongRandomCode => Self::WrongRandomCode,
            Outcome::BadParameters => Self::BadParameters,
            Outcome::PeriodError => Self::PeriodError,
            Outcome::BusinessBuyer { named: false } => Self::NumberOnly,
            _ => return None,
        })
    }

    /// The outcome that it was.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        match self {
            Self::NotKnown => Outcome::NotYetKnown,
            Self::WrongRandomCode => Outcome::WrongRandomCode,
            Self::BadParameters => Outcome::BadParameters,
            Self::PeriodError => Outcome::PeriodError,
            Self::NumberOnly => Outcome::BusinessBuyer { named: false },
        }
    }
}

/// What a member was given for it.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Given {
    /// The tier, from 1.
    pub tier: u32,
    /// The coupon's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// Points, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<String>,
    /// Why something that was promised could not be given: an operator has to see to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
    /// A revocation took the sum below this tier; what becomes of the reward is the merchant's to say.
    #[serde(default)]
    pub flagged: bool,
}

/// A person's word on it.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct Decided {
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Instant,
}

/// A submission. Its campaign and id stand in its key.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Submission {
    /// Whose.
    pub member: Id,
    /// How it was sent in.
    pub way: Way,
    /// Five digits; with the number, the invoice's identity.
    pub period: String,
    /// Two letters and eight digits.
    pub number: String,
    /// Day of issue; none of a bar code until the verifier told it.
    #[serde(
        default,
        with = "calendar_date::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub date: Option<NaiveDate>,
    /// Four digits; none from a carrier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub random: Option<String>,
    /// The QR code's check field and seller, which the verifier is asked with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printed: Option<(String, String)>,
    /// The https address of the picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// When it was sent in.
    pub received: Instant,
    /// What has become of it.
    pub state: State,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// The conditions that it missed: `issued`, `shop`, `block 1` …
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missed: Vec<String>,
    /// How often the verifier was asked for it.
    pub tries: u32,
    /// When it is looked at next; none: not by the clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Instant>,
    /// The verifier is being asked, and no answer was kept yet.
    #[serde(default)]
    pub asking: bool,
    /// It had passed, and is looked at again.
    #[serde(default)]
    pub again: bool,
    /// It is to be looked at at the campaign's end, for the draw.
    #[serde(default, skip_serializing_if = "is_default")]
    pub look: bool,
    /// The last answer that may have to be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<Heard>,
    /// Seconds for which the verifier's key had rested before it was received.
    #[serde(default)]
    pub rested: u64,
    /// When the verifier's answer was judged last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<Instant>,
    /// The tier that it reached, or its sum did, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<u32>,
    /// What the verifier says it comes to, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// What it added to the member's sum, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub adds: Option<String>,
    /// The business number of the shop at which it is counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<String>,
    /// What was given for it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given: Vec<Given>,
    /// Its sum reached more tiers than one commit rewards: more of them are given by the ticks that follow.
    #[serde(default)]
    pub owed: bool,
    /// It was put off because the verifier's key rests.
    #[serde(default)]
    pub paused: bool,
    /// A person's word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decided: Option<Decided>,
    /// Whether it was donated: its number is shown masked.
    #[serde(default)]
    pub donated: bool,
    /// The member was told that it waits.
    #[serde(default)]
    pub told: bool,
    /// The reply token that is still to be used; forgotten with the first answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<String>,
}

impl Submission {
    /// Its invoice.
    #[must_use]
    pub fn invoice(&self) -> Option<(Number, Period)> {
        Some((Number::parse(&self.number)?, Period::parse(&self.period)?))
    }

    /// Its number as it is shown to the merchant.
    #[must_use]
    pub fn shown(&self) -> String {
        match Number::parse(&self.number).filter(|_| self.donated) {
            Some(number) => number.masked(),
            None => self.number.clone(),
        }
    }

    /// When it is asked for next, after a try at `now`; `rested` is how long the key has rested in all.
    #[must_use]
    pub fn next(&self, now: Instant, rested: u64) -> Instant {
        let paused = rested.saturating_sub(self.rested);
        let next = next_try(self.received.seconds(), now.seconds(), self.tries, paused);
        let (Retry::At(at) | Retry::GiveUpAt(at)) = next;
        Instant::new(at, 0).unwrap_or(now)
    }

    /// Whether nothing can be known of it in time any more.
    #[must_use]
    pub fn is_over(&self, now: Instant, rested: u64) -> bool {
        let made = stampcard_invoice::evidence::TRIES_MAX;
        let paused = rested.saturating_sub(self.rested);
        match next_try(self.received.seconds(), now.seconds(), made, paused) {
            Retry::GiveUpAt(end) => end <= now.seconds(),
            Retry::At(_) => false,
        }
    }

    /// Whether a person is to look at it: it waits for one, or a later look did not find in order what had passed.
    #[must_use]
    pub fn is_for_person(&self) -> bool {
        let waits = |reason: Reason| reason.is_for_person() || self.state == State::Passed;
        self.reason.is_some_and(waits)
    }

    /// Where it is for good, or how it stands.
    pub fn becomes(&mut self, state: State, reason: Option<Reason>) {
        self.state = state;
        self.reason = reason;
        self.asking = false;
        self.heard = None;
        self.due = None;
    }
}
