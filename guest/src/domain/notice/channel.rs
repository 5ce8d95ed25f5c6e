//! Ways to a member.

use serde::{Deserialize, Serialize};

/// A way on which these notices may go. LINE notification messages are none: neither expiry nor deductions are among the
/// cases that LINE permits there (spec, notification).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Mail.
    Email,
    /// Text messages.
    Sms,
    /// LINE push to a friend of the merchant's official account.
    LinePush,
    /// Kakao AlimTalk.
    Alimtalk,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Email, Self::Sms, Self::LinePush, Self::Alimtalk];

    /// Its name in documents and keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Sms => "sms",
            Self::LinePush => "line-push",
            Self::Alimtalk => "alimtalk",
        }
    }
}
