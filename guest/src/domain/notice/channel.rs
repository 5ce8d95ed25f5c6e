//! Ways to a member.

use crate::reading::Read;
use serde::Serialize;

/// A way on which notices may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Mail.
    Email,
    /// Text messages.
    Sms,
    /// LINE push to a friend of the merchant's official account.
    LinePush,
    /// LINE notification message, by phone number: nine cases only (spec, notification).
    LineNotification,
    /// Kakao AlimTalk.
    Alimtalk,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Email,
        Self::Sms,
        Self::LinePush,
        Self::LineNotification,
        Self::Alimtalk,
    ];

    /// Its name in documents and keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::LinePush => "line-push",
            Self::LineNotification => "line-notification",
            Self::Alimtalk => "alimtalk",
        }
    }
}
