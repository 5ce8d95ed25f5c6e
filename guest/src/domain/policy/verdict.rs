//! What a policy answers.

use super::sms;
use crate::domain::amount::Amount;
use crate::domain::instant::Instant;
use crate::reading::Read;
use serde::Serialize;

/// Rules, in no order; the editions say in which they are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// The service is not suspended.
    Suspension,
    /// The person has not refused this purpose by this channel.
    Preference,
    /// The channel may be used for this purpose.
    Kind,
    /// The time is right.
    Window,
    /// A member when it happened.
    MemberAtEvent,
    /// A member when it is sent.
    MemberAtSending,
    /// A mobile number that the channel reaches.
    Mobile,
    /// An order of a member, not of a guest.
    Buyer,
    /// Points for a condition that the member fulfilled by acting.
    Condition,
    /// Off-line registrations by API only.
    Registration,
    /// One reminder, two at most.
    Reminders,
    /// A button, or the service's contact in the text.
    Contact,
    /// An act of the person is on record.
    PriorAct,
    /// Nothing that is to sell.
    Marketing,
    /// The person can be reached by LINE.
    Friend,
    /// Something is left of the channel's quota.
    Quota,
    /// The template is approved and its variables are complete.
    Template,
    /// There is a text, it is not too long, and the channel has all its characters.
    Length,
    /// Not too many buttons.
    Buttons,
    /// The benefit came about by a purchase, an event or a contract, and the text says so.
    BenefitOrigin,
    /// Consent to advertisements.
    Consent,
    /// The text begins with the mark of advertisements.
    AdLabel,
    /// The text names the sender.
    AdSender,
    /// The text says how to refuse further ones.
    AdOptOut,
    /// Not at night without a consent for it.
    AdHours,
    /// A mailbox that takes mail.
    Address,
    /// A way to unsubscribe, on reminders.
    Unsubscribe,
    /// Not in quiet hours.
    QuietHours,
    /// Not too many in a day.
    DayCap,
    /// Not too many in a week.
    WeekCap,
    /// The merchant's budget pays for it.
    Budget,
    /// The instant to which it is deferred still lies within its time.
    Deferral,
}

impl Rule {
    /// Whether it looks at the words and at nothing else.
    pub(super) fn is_of_words(self) -> bool {
        matches!(
            self,
            Self::Length
                | Self::Marketing
                | Self::Contact
                | Self::AdLabel
                | Self::AdSender
                | Self::AdOptOut
        )
    }
}

/// What came of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It is kept.
    Passed,
    /// It is kept, but better not so.
    Warned,
    /// It will be kept later.
    Deferred,
    /// It is broken.
    Denied,
}

/// Why a rule denies, defers or warns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "each case has its sentence in sentences.rs")]
pub enum Code {
    Suspended,
    OptedOut,
    NotPermitted,
    EventUnknown,
    NotYet,
    TooEarly,
    WindowPassed,
    NotMemberAtEvent,
    NotMemberAtSending,
    NoMobile,
    NotMobile,
    OutsideCountries,
    MobileUnchecked,
    BuyerUnknown,
    GuestOrder,
    ConditionUnknown,
    UnconditionalGrant,
    RegistrationUnknown,
    ManualUpload,
    RemindersUnknown,
    SecondReminder,
    ReminderCap,
    NoContact,
    NoPriorAct,
    NoText,
    Marketing,
    NoLineId,
    Blocked,
    QuotaUnknown,
    QuotaUsedUp,
    TemplateNotApproved,
    VariablesMissing,
    TooLong,
    OutsideCharset,
    TooManyButtons,
    NoBenefitOrigin,
    NoBasisLine,
    NoConsent,
    NoAdLabel,
    NoAdSender,
    NoOptOut,
    AdHours,
    NoEmail,
    Bounced,
    Complained,
    NoUnsubscribe,
    NeedlessUnsubscribe,
    QuietHours,
    CountsUnknown,
    DayCap,
    WeekCap,
    SpentUnknown,
    OverBudget,
    NeverOpen,
}

/// What came of looking at one rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Finding {
    Passed,
    Warned(Code),
    Deferred(Code, Instant),
    Denied(Code),
}

impl Finding {
    /// Passed if it holds, denied otherwise.
    pub(super) fn unless(holds: bool, code: Code) -> Self {
        if holds {
            Self::Passed
        } else {
            Self::Denied(code)
        }
    }
}

/// A rule that was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Step {
    /// Which.
    pub rule: Rule,
    /// What came of it.
    pub outcome: Outcome,
    /// Why, unless it passed.
    pub code: Option<Code>,
}

/// Rules that one question may lead to, at most.
const STEPS_MAX: usize = 24;

/// The rules that were looked at, in the policy's order.
#[derive(Clone, Copy, Debug)]
pub struct Steps {
    list: [Step; STEPS_MAX],
    count: usize,
}

impl Steps {
    pub(super) fn new() -> Self {
        let none = Step {
            rule: Rule::Kind,
            outcome: Outcome::Passed,
            code: None,
        };
        Self {
            list: [none; STEPS_MAX],
            count: 0,
        }
    }

    pub(super) fn push(&mut self, step: Step) {
        if let Some(place) = self.list.get_mut(self.count) {
            *place = step;
            self.count += 1;
        }
    }

    /// All of them.
    #[must_use]
    pub fn as_slice(&self) -> &[Step] {
        self.list.get(..self.count).unwrap_or_default()
    }
}

/// What is to be done with the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Send it now.
    Allow,
    /// Ask again at this instant, which lies within its time.
    Defer(Instant),
    /// Don't send it by this channel.
    Deny,
}

/// The answer to one question.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// What is to be done.
    pub decision: Decision,
    /// Why: the code of the first rule that denied, or else of the first that deferred.
    pub code: Option<Code>,
    /// Of a text message with a text: how it goes out.
    pub sms: Option<sms::Size>,
    /// What it costs the merchant, where its channel has a price.
    pub cost: Option<Amount>,
    /// Every rule that was looked at.
    pub steps: Steps,
}

impl Verdict {
    /// What it was denied to wait for: the code of the first rule that would have put it off, where it can't wait so long.
    #[must_use]
    pub fn waited_in_vain(&self) -> Option<Code> {
        let steps = self.steps.as_slice();
        let last = steps.last()?;
        let too_long = last.rule == Rule::Deferral && last.outcome == Outcome::Denied;
        let mut put_off = steps
            .iter()
            .filter(|step| step.outcome == Outcome::Deferred);
        put_off.next().filter(|_| too_long)?.code
    }
}
