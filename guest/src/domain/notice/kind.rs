//! Kinds of notices.

use serde::{Deserialize, Serialize};

/// What a notice tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
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
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::PointsExpiring,
        Self::CouponsExpiring,
        Self::PointsGranted,
        Self::PointsDeducted,
        Self::PointsLapsed,
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
        }
    }
}
