//! The interface's words for the policy's, and back: the same names on both sides.

use crate::bindings::exports::stampcard::plugin::policy as wit;
use crate::domain::policy as own;
use crate::reading::{Read, Reader, Wrong};
use serde::{Serialize, Serializer};

/// Turns one side's cases into the other's.
macro_rules! same {
    ($from:path, $to:path: $($case:ident),* $(,)?) => {
        impl From<$from> for $to {
            fn from(it: $from) -> Self {
                type From = $from;
                match it {
                    $(From::$case => Self::$case,)*
                }
            }
        }
    };
}

same! { wit::Purpose, own::Purpose:
    PaymentCompleted, PointsAcquired, ReservationMade, ReservationReminder, MemberRegistered,
    Shipped, Arrived, PaymentReminder, OrderCompleted, PointsExpiring, CouponsExpiring,
    PointsDeducted, PointsLapsed, Advertisement, Other
}
same! { wit::Channel, own::Channel:
    LineNotification, LinePush, Alimtalk, Sms, Email
}
same! { wit::Buyer, own::Buyer:
    Member, Guest, GuestLinkedLater
}
same! { wit::Grant, own::Grant:
    Acting, SignUp, Uniform, Birthday, ByHand
}
same! { wit::RegistrationWay, own::RegistrationWay:
    OnLine, OffLineApi, OffLineUpload
}
same! { wit::Origin, own::Origin:
    None, Paid, Event, Contract, Promo, Free
}
same! { own::Purpose, wit::Purpose:
    PaymentCompleted, PointsAcquired, ReservationMade, ReservationReminder, MemberRegistered,
    Shipped, Arrived, PaymentReminder, OrderCompleted, PointsExpiring, CouponsExpiring,
    PointsDeducted, PointsLapsed, Advertisement, Other
}
same! { own::Rule, wit::Rule:
    Suspension, Preference, Kind, Window, MemberAtEvent, MemberAtSending, Mobile, Buyer,
    Condition, Registration, Reminders, Contact, PriorAct, Marketing, Friend, Quota, Template,
    Length, Buttons, BenefitOrigin, Consent, AdLabel, AdSender, AdOptOut, AdHours, Address,
    Unsubscribe, QuietHours, DayCap, WeekCap, Budget, Deferral
}
same! { own::Outcome, wit::Outcome:
    Passed, Warned, Deferred, Denied
}
same! { own::Code, wit::Code:
    Suspended, OptedOut, NotPermitted, EventUnknown, NotYet, TooEarly, WindowPassed,
    NotMemberAtEvent, NotMemberAtSending, NoMobile, NotMobile, OutsideCountries,
    MobileUnchecked, BuyerUnknown, GuestOrder, ConditionUnknown, UnconditionalGrant,
    RegistrationUnknown, ManualUpload, RemindersUnknown, SecondReminder, ReminderCap, NoContact,
    NoPriorAct, NoText, Marketing, NoLineId, Blocked, QuotaUnknown, QuotaUsedUp,
    TemplateNotApproved, VariablesMissing, TooLong, OutsideCharset, TooManyButtons,
    NoBenefitOrigin, NoBasisLine, NoConsent, NoAdLabel, NoAdSender, NoOptOut, AdHours, NoEmail,
    Bounced, Complained, NoUnsubscribe, NeedlessUnsubscribe, QuietHours, CountsUnknown, DayCap,
    WeekCap, SpentUnknown, OverBudget, NeverOpen
}

impl From<wit::Facts> for own::Facts {
    fn from(facts: wit::Facts) -> Self {
        Self::of_bits(facts.bits())
    }
}

/// Their names, as JSON has them.
const FACTS: [(wit::Facts, own::Facts, &str); 19] = [
    (
        wit::Facts::MEMBER_AT_EVENT,
        own::Facts::MEMBER_AT_EVENT,
        "member-at-event",
    ),
    (
        wit::Facts::MEMBER_AT_SENDING,
        own::Facts::MEMBER_AT_SENDING,
        "member-at-sending",
    ),
    (
        wit::Facts::ACTED_BEFORE,
        own::Facts::ACTED_BEFORE,
        "acted-before",
    ),
    (wit::Facts::MARKETING, own::Facts::MARKETING, "marketing"),
    (
        wit::Facts::SERVICE_CONTACT,
        own::Facts::SERVICE_CONTACT,
        "service-contact",
    ),
    (wit::Facts::LINE_ID, own::Facts::LINE_ID, "line-id"),
    (wit::Facts::BLOCKED, own::Facts::BLOCKED, "blocked"),
    (
        wit::Facts::TEMPLATE_APPROVED,
        own::Facts::TEMPLATE_APPROVED,
        "template-approved",
    ),
    (
        wit::Facts::VARIABLES_COMPLETE,
        own::Facts::VARIABLES_COMPLETE,
        "variables-complete",
    ),
    (wit::Facts::BASIS_LINE, own::Facts::BASIS_LINE, "basis-line"),
    (wit::Facts::AD_CONSENT, own::Facts::AD_CONSENT, "ad-consent"),
    (
        wit::Facts::NIGHT_CONSENT,
        own::Facts::NIGHT_CONSENT,
        "night-consent",
    ),
    (
        wit::Facts::SENDER_NAMED,
        own::Facts::SENDER_NAMED,
        "sender-named",
    ),
    (
        wit::Facts::FREE_OPT_OUT,
        own::Facts::FREE_OPT_OUT,
        "free-opt-out",
    ),
    (wit::Facts::EMAIL, own::Facts::EMAIL, "email"),
    (wit::Facts::BOUNCED, own::Facts::BOUNCED, "bounced"),
    (wit::Facts::COMPLAINED, own::Facts::COMPLAINED, "complained"),
    (
        wit::Facts::ONE_CLICK_UNSUBSCRIBE,
        own::Facts::ONE_CLICK_UNSUBSCRIBE,
        "one-click-unsubscribe",
    ),
    (wit::Facts::OPTED_OUT, own::Facts::OPTED_OUT, "opted-out"),
];

/// JSON names the flags that hold, as the host does.
impl Serialize for wit::Facts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let held = FACTS.iter().filter(|(fact, ..)| *self & *fact == *fact);
        serializer.collect_seq(held.map(|(.., name)| name))
    }
}

impl Read for wit::Facts {
    fn blank() -> Self {
        Self::empty()
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        *self = Self::empty();
        let mut list = from.list()?;
        while from.another(&mut list)? {
            let name = from.text("a string")?;
            let fact = FACTS.iter().find(|(.., known)| *known == name);
            let (fact, ..) = fact.ok_or_else(|| Wrong::text(&name, "a fact"))?;
            *self = *self | *fact;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;

    #[test]
    fn facts_are_the_same_on_both_sides() {
        for (theirs, ours, name) in FACTS {
            assert_eq!(own::Facts::from(theirs), ours, "{name}");
        }
    }

    #[test]
    fn facts_go_through_json() {
        let facts = wit::Facts::MEMBER_AT_EVENT | wit::Facts::OPTED_OUT;
        let text = json::write(&facts);
        assert_eq!(text, r#"["member-at-event","opted-out"]"#);
        assert_eq!(json::read::<wit::Facts>(&text).unwrap(), facts);
        assert!(json::read::<wit::Facts>(r#"["member"]"#).is_err());
    }
}
