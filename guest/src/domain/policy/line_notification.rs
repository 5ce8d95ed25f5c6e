//! What holds for LINE notification messages alone. Source: spec, notification, the table of the nine kinds.

use super::verdict::Finding;
use super::{
    Buyer, Code, Facts, Grant, LinkedGuest, Membership, MovedEvent, Policy, PriorAct, Question,
    RegistrationWay, RemindersCounted, SignUp,
};

/// Reminders of one event to one member, at most.
const REMINDERS_MAX: u32 = 2;

impl Policy<'_> {
    pub(super) fn kind(&self, asked: &Question<'_>) -> Finding {
        let known = self.edition.kind(asked.purpose).is_some();
        Finding::unless(known, Code::NotPermitted)
    }

    pub(super) fn member_at_event(&self, asked: &Question<'_>) -> Option<Finding> {
        let asks = self.settings.readings.membership == Membership::EventAndSending;
        asks.then(|| {
            let member = asked.facts.has(Facts::MEMBER_AT_EVENT);
            Finding::unless(member, Code::NotMemberAtEvent)
        })
    }

    pub(super) fn buyer(&self, asked: &Question<'_>) -> Finding {
        match asked.buyer {
            None => Finding::Denied(Code::BuyerUnknown),
            Some(Buyer::Member) => Finding::Passed,
            Some(Buyer::Guest) => Finding::Denied(Code::GuestOrder),
            Some(Buyer::GuestLinkedLater) => {
                let member = self.settings.readings.linked_guest == LinkedGuest::Member;
                Finding::unless(member, Code::GuestOrder)
            }
        }
    }

    pub(super) fn condition(&self, asked: &Question<'_>) -> Finding {
        match asked.grant {
            None => Finding::Denied(Code::ConditionUnknown),
            Some(grant) => Finding::unless(self.is_acting(grant), Code::UnconditionalGrant),
        }
    }

    fn is_acting(&self, grant: Grant) -> bool {
        match grant {
            Grant::Acting => true,
            Grant::SignUp => self.settings.readings.sign_up == SignUp::Acting,
            Grant::Uniform | Grant::Birthday | Grant::ByHand => false,
        }
    }

    pub(super) fn registration(asked: &Question<'_>) -> Finding {
        match asked.registration {
            None => Finding::Denied(Code::RegistrationUnknown),
            Some(RegistrationWay::OffLineUpload) => Finding::Denied(Code::ManualUpload),
            Some(RegistrationWay::OnLine | RegistrationWay::OffLineApi) => Finding::Passed,
        }
    }

    pub(super) fn reminders(&self, asked: &Question<'_>) -> Finding {
        let Some(sent) = asked.reminders else {
            return Finding::Denied(Code::RemindersUnknown);
        };
        let readings = &self.settings.readings;
        let unknown = match readings.reminders {
            RemindersCounted::AcceptedAndUnknown => sent.unknown,
            RemindersCounted::Accepted => 0,
        };
        let forgotten = match readings.moved_event {
            MovedEvent::KeepsCount => 0,
            MovedEvent::CountsAnew => sent.before_move,
        };
        match sent
            .accepted
            .saturating_add(unknown)
            .saturating_sub(forgotten)
        {
            0 => Finding::Passed,
            before if before < REMINDERS_MAX => Finding::Warned(Code::SecondReminder),
            _ => Finding::Denied(Code::ReminderCap),
        }
    }

    pub(super) fn contact(asked: &Question<'_>) -> Finding {
        let reachable = !asked.buttons.is_empty() || asked.facts.has(Facts::SERVICE_CONTACT);
        Finding::unless(reachable, Code::NoContact)
    }

    pub(super) fn prior_act(&self, asked: &Question<'_>) -> Finding {
        let by_act = self
            .edition
            .kind(asked.purpose)
            .is_some_and(|kind| kind.by_act);
        // Points may come without any act, and then there was none.
        let by_act = by_act && asked.grant.is_none_or(|grant| self.is_acting(grant));
        let counts = self.settings.readings.prior_act == PriorAct::TriggerCounts;
        let acted = asked.facts.has(Facts::ACTED_BEFORE) || (by_act && counts);
        Finding::unless(acted, Code::NoPriorAct)
    }
}
