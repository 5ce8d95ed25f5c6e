//! Kinds of notices.

use crate::reading::Read;
use serde::Serialize;

/// What a notice tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Points will lapse.
    PointsExpiring,
    /// Coupons will lapse.
    CouponsExpiring,
    /// Points were granted.
    PointsGranted,
    /// Points were spent, or clawed back.
    PointsDeducted,
    /// Points have lapsed.
    PointsLapsed,
    /// The platform tells: an order was paid.
    PaymentCompleted,
    /// The platform tells: a reservation or the registration for an event is done.
    ReservationMade,
    /// The platform tells: a reservation or an event is near.
    ReservationReminder,
    /// The platform tells: somebody became a member.
    MemberRegistered,
    /// The platform tells: the goods are on their way.
    Shipped,
    /// The platform tells: the goods are there.
    Arrived,
    /// The platform tells: a payment, a late payment or a renewal is due.
    PaymentReminder,
    /// The platform tells: an order is complete.
    OrderCompleted,
    /// The platform wants to sell something.
    Advertisement,
    /// The platform tells of anything else.
    Other,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::PointsExpiring,
        Self::CouponsExpiring,
        Self::PointsGranted,
        Self::PointsDeducted,
        Self::PointsLapsed,
        Self::PaymentCompleted,
        Self::ReservationMade,
        Self::ReservationReminder,
        Self::MemberRegistered,
        Self::Shipped,
        Self::Arrived,
        Self::PaymentReminder,
        Self::OrderCompleted,
        Self::Advertisement,
        Self::Other,
    ];

    /// Its name in documents and keys.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PointsExpiring => "points-expiring",
            Self::CouponsExpiring => "coupons-expiring",
            Self::PointsGranted => "points-granted",
            Self::PointsDeducted => "points-deducted",
            Self::PointsLapsed => "points-lapsed",
            Self::PaymentCompleted => "payment-completed",
            Self::ReservationMade => "reservation-made",
            Self::ReservationReminder => "reservation-reminder",
            Self::MemberRegistered => "member-registered",
            Self::Shipped => "shipped",
            Self::Arrived => "arrived",
            Self::PaymentReminder => "payment-reminder",
            Self::OrderCompleted => "order-completed",
            Self::Advertisement => "advertisement",
            Self::Other => "other",
        }
    }

    /// Whether the platform tells of it; else the ledger or the clock does.
    #[must_use]
    pub fn is_told(self) -> bool {
        self >= Self::PaymentCompleted
    }

    /// Whether there are words for it that come with the component. What is not known beforehand has none.
    #[must_use]
    pub fn has_words(self) -> bool {
        !matches!(self, Self::Advertisement | Self::Other)
    }

    /// Whether it is of something to come, at an instant that may be moved.
    #[must_use]
    pub fn reminds(self) -> bool {
        matches!(self, Self::ReservationReminder | Self::PaymentReminder)
    }
}
