//! Numbers of mobile phones.

use super::verdict::Finding;
use super::{Channel, Code, Policy, Question};

/// Whose numbering plan a number belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Country {
    /// +886
    Taiwan,
    /// +82
    Korea,
    /// +81
    Japan,
    /// +66
    Thailand,
    /// Another one, whose plan is not known here.
    Other,
}

/// A number in the form of E.164.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mobile {
    /// Whose plan.
    pub country: Country,
    /// Whether it is a mobile phone's; none: unknown.
    pub is_mobile: Option<bool>,
}

impl Mobile {
    /// Reads `+`, a country code and a number, 8 to 15 digits in all, without blanks or hyphens.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('+')?;
        let shaped = (8..=15).contains(&digits.len())
            && digits.bytes().all(|digit| digit.is_ascii_digit())
            && !digits.starts_with('0');
        if !shaped {
            return None;
        }
        let told = |country, is_mobile| Self {
            country,
            is_mobile: Some(is_mobile),
        };
        Some(if let Some(rest) = digits.strip_prefix("886") {
            told(Country::Taiwan, rest.len() == 9 && rest.starts_with('9'))
        } else if let Some(rest) = digits.strip_prefix("82") {
            let prefix = ["10", "11", "16", "17", "18", "19"];
            let known = prefix.iter().any(|prefix| rest.starts_with(prefix));
            told(Country::Korea, known && (9..=10).contains(&rest.len()))
        } else if let Some(rest) = digits.strip_prefix("81") {
            let known = ["70", "80", "90"]
                .iter()
                .any(|prefix| rest.starts_with(prefix));
            told(Country::Japan, known && rest.len() == 10)
        } else if let Some(rest) = digits.strip_prefix("66") {
            let known = rest.starts_with(['6', '8', '9']);
            told(Country::Thailand, known && rest.len() == 9)
        } else {
            Self {
                country: Country::Other,
                is_mobile: None,
            }
        })
    }
}

impl Policy<'_> {
    /// Whether the channel reaches the number: LINE issued numbers of Taiwan, Japan and Thailand, AlimTalk those of Korea.
    pub(super) fn mobile(asked: &Question<'_>) -> Finding {
        let Some(mobile) = asked.mobile.and_then(Mobile::parse) else {
            return Finding::Denied(Code::NoMobile);
        };
        let served = match asked.channel {
            Channel::LineNotification => matches!(
                mobile.country,
                Country::Taiwan | Country::Japan | Country::Thailand
            ),
            Channel::Alimtalk => mobile.country == Country::Korea,
            Channel::Sms | Channel::LinePush | Channel::LineReply | Channel::Email => true,
        };
        match mobile.is_mobile {
            _ if !served => Finding::Denied(Code::OutsideCountries),
            Some(is_mobile) => Finding::unless(is_mobile, Code::NotMobile),
            None => Finding::Warned(Code::MobileUnchecked),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_by_their_plans() {
        for (text, country, is_mobile) in [
            ("+886912345678", Country::Taiwan, Some(true)),
            ("+886223456789", Country::Taiwan, Some(false)),
            ("+88691234567", Country::Taiwan, Some(false)),
            ("+821012345678", Country::Korea, Some(true)),
            ("+82111234567", Country::Korea, Some(true)),
            ("+8221234567", Country::Korea, Some(false)),
            ("+818000001234", Country::Japan, Some(true)),
            ("+81312345678", Country::Japan, Some(false)),
            ("+66812345678", Country::Thailand, Some(true)),
            ("+6621234567", Country::Thailand, Some(false)),
            ("+4915112345678", Country::Other, None),
        ] {
            let read = Mobile::parse(text).unwrap();
            assert_eq!(
                (read.country, read.is_mobile),
                (country, is_mobile),
                "{text}"
            );
        }
        for text in [
            "0912345678",
            "+886 912 345 678",
            "886912345678",
            "+1234",
            "+0912345678",
            "+8869123456780000",
            "",
        ] {
            assert_eq!(Mobile::parse(text), None, "{text}");
        }
    }
}
