//! Advertisements in Korea, by whatever channel takes them. Source: spec, notification; Korea's law on them, article 50.

use super::verdict::Finding;
use super::{Channel, Code, Facts, Origin, Policy, Purpose, Question};
use crate::domain::instant::Instant;

/// What an advertisement begins with.
const LABEL: &str = "(광고)";

impl Policy<'_> {
    /// Whether it goes to somebody in Korea: to a number there, or by a merchant who is there.
    pub(super) fn is_in_korea(&self, asked: &Question<'_>) -> bool {
        self.in_korea || asked.mobile.is_some_and(|number| number.starts_with("+82"))
    }

    /// Whether its number is one of Korea, whose carriers measure text messages in a way of their own; without a number as
    /// the merchant's country has it.
    pub(super) fn goes_to_korea(&self, asked: &Question<'_>) -> bool {
        asked
            .mobile
            .map_or(self.in_korea, |number| number.starts_with("+82"))
    }

    /// Whether it is an advertisement in Korea: by its declared purpose, by a word that sells, or because it tells of a
    /// benefit that came about by no purchase, event or contract. AlimTalk denies all of those by itself.
    pub(super) fn is_advertisement(&self, asked: &Question<'_>) -> bool {
        matches!(
            asked.channel,
            Channel::LinePush | Channel::LineReply | Channel::Sms | Channel::Email
        ) && self.is_in_korea(asked)
            && (asked.purpose == Purpose::Advertisement
                || asked.facts.has(Facts::MARKETING)
                || (asked.purpose.is_about_benefits()
                    && !asked.origin.is_some_and(Origin::is_earned))
                || self.sells(asked))
    }

    pub(super) fn consent(asked: &Question<'_>) -> Finding {
        Finding::unless(asked.facts.has(Facts::AD_CONSENT), Code::NoConsent)
    }

    pub(super) fn ad_label(asked: &Question<'_>) -> Finding {
        let labelled = asked.text.is_some_and(|text| text.starts_with(LABEL));
        Finding::unless(labelled, Code::NoAdLabel)
    }

    pub(super) fn ad_sender(asked: &Question<'_>) -> Finding {
        Finding::unless(asked.facts.has(Facts::SENDER_NAMED), Code::NoAdSender)
    }

    pub(super) fn ad_opt_out(asked: &Question<'_>) -> Finding {
        Finding::unless(asked.facts.has(Facts::FREE_OPT_OUT), Code::NoOptOut)
    }

    /// By the clocks of Korea. Mail needs no consent for the night.
    pub(super) fn ad_hours(&self, asked: &Question<'_>, at: Instant) -> Option<Finding> {
        if asked.channel == Channel::Email || asked.facts.has(Facts::NIGHT_CONSENT) {
            return None;
        }
        let night = self.settings.advertising_night.quiet();
        Some(match self.seoul.quiet(night, at) {
            Some(end) => Finding::Deferred(Code::AdHours, end),
            None => Finding::Passed,
        })
    }
}
