//! Mail. Source: spec, notification; RFC 8058.

use super::verdict::Finding;
use super::{Code, Facts, Policy, Purpose, Question};

impl Policy<'_> {
    pub(super) fn address(asked: &Question<'_>) -> Finding {
        let facts = asked.facts;
        if !facts.has(Facts::EMAIL) {
            Finding::Denied(Code::NoEmail)
        } else if facts.has(Facts::BOUNCED) {
            Finding::Denied(Code::Bounced)
        } else {
            Finding::unless(!facts.has(Facts::COMPLAINED), Code::Complained)
        }
    }

    /// None for what is neither a reminder nor a receipt.
    pub(super) fn unsubscribe(asked: &Question<'_>) -> Option<Finding> {
        let there = asked.facts.has(Facts::ONE_CLICK_UNSUBSCRIBE);
        Some(match asked.purpose {
            Purpose::PointsExpiring
            | Purpose::CouponsExpiring
            | Purpose::ReservationReminder
            | Purpose::PaymentReminder
            | Purpose::Advertisement => Finding::unless(there, Code::NoUnsubscribe),
            Purpose::PaymentCompleted
            | Purpose::Shipped
            | Purpose::Arrived
            | Purpose::OrderCompleted => {
                if there {
                    Finding::Warned(Code::NeedlessUnsubscribe)
                } else {
                    Finding::Passed
                }
            }
            _ => return None,
        })
    }
}
