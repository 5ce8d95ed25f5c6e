//! Whether there is a text, and how long it may be. Source: spec, notification; Kakao's limit of 1,000 characters and LINE's of
//! 5,000 UTF-16 units.

use super::verdict::Finding;
use super::{Channel, Code, Policy, Question, sms};

/// Characters of an AlimTalk, at most.
const CHARACTERS_MAX: usize = 1_000;

/// UTF-16 units of a text by LINE, at most.
const UNITS_MAX: usize = 5_000;

impl Policy<'_> {
    /// None of what may be asked for without a text: LINE push and mail.
    pub(super) fn length(asked: &Question<'_>, size: Option<sms::Size>) -> Option<Finding> {
        let free = matches!(
            asked.channel,
            Channel::LinePush | Channel::LineReply | Channel::Email
        );
        let Some(text) = asked.text else {
            return (!free).then_some(Finding::Denied(Code::NoText));
        };
        if text.trim().is_empty() {
            return Some(Finding::Denied(Code::NoText));
        }
        if let Some(size) = size {
            return Some(size.finding());
        }
        // No character takes fewer bytes than units.
        let fits = match asked.channel {
            Channel::Alimtalk => {
                text.len() <= CHARACTERS_MAX || text.chars().nth(CHARACTERS_MAX).is_none()
            }
            Channel::LinePush | Channel::LineReply => {
                text.len() <= UNITS_MAX || text.encode_utf16().nth(UNITS_MAX).is_none()
            }
            Channel::Email | Channel::Sms | Channel::LineNotification => true,
        };
        Some(Finding::unless(fits, Code::TooLong))
    }
}
