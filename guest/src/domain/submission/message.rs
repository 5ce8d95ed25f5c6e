//! Messages to members about what they sent in. Source: spec, invoice, Messages.

use super::Reason;
use crate::reading::Read;
use serde::Serialize;

/// A kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Message {
    /// What was read, shown on the page.
    Received,
    /// It is being verified.
    Waiting,
    /// The invoice passed before.
    Duplicate,
    /// The member is at a limit.
    LimitReached,
    /// The campaign begins later.
    NotStarted,
    /// There is no such campaign, or not here, or it is paused.
    NotThere,
    /// Something else went wrong.
    Unexpected,
    /// It met the conditions.
    Qualified,
    /// It missed them, or nothing was known of it.
    NotQualified,
    /// It could not be read, or is of a kind that isn't taken.
    Unreadable,
    /// The campaign is over.
    Ended,
}

/// What a message costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charge {
    /// Nothing, if it goes as a reply; as much as any other if it has to be pushed.
    Free,
    /// As much as so many messages.
    Messages(u32),
}

impl Message {
    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Received,
        Self::Waiting,
        Self::Duplicate,
        Self::LimitReached,
        Self::NotStarted,
        Self::NotThere,
        Self::Unexpected,
        Self::Qualified,
        Self::NotQualified,
        Self::Unreadable,
        Self::Ended,
    ];

    /// Whether the buttons for sending in stand below it.
    #[must_use]
    pub fn has_buttons(self) -> bool {
        matches!(
            self,
            Self::Duplicate | Self::Unexpected | Self::NotQualified | Self::Unreadable
        )
    }

    /// What it costs, with that many coupons beside it.
    #[must_use]
    pub fn charge(self, coupons: u32) -> Charge {
        match self {
            Self::Qualified => Charge::Messages(coupons.min(1).saturating_add(1)),
            Self::NotQualified => Charge::Messages(1),
            _ => Charge::Free,
        }
    }

    /// The message for an invoice that does not qualify for a reason.
    #[must_use]
    pub fn of(reason: Reason) -> Self {
        match reason {
            Reason::WrongRandomCode | Reason::Forged | Reason::BusinessBuyer => Self::Unreadable,
            Reason::OverLimit => Self::LimitReached,
            Reason::Duplicate => Self::Duplicate,
            _ => Self::NotQualified,
        }
    }
}
