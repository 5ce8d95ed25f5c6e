//! What a member has come to in a campaign.

use crate::domain::instant::Instant;
use crate::reading::Read;
use rust_decimal::Decimal;
use serde::Serialize;
use stampcard_invoice::amount::exact;
use stampcard_invoice::judging::Sum;

/// A member of a campaign: who has sent something in, whatever became of it.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct Participant {
    /// Since when.
    pub since: Instant,
    /// Invoices that passed and were not revoked.
    #[serde(default)]
    pub passed: u32,
    /// What the amounts add up to, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sum: Option<String>,
    /// Tiers of the sum that were rewarded, the lowest first.
    #[serde(default)]
    pub rewarded: u32,
}

impl Participant {
    /// One who has just come.
    #[must_use]
    pub fn new(since: Instant) -> Self {
        Self {
            since,
            passed: 0,
            sum: None,
            rewarded: 0,
        }
    }

    /// The sum, for judging.
    #[must_use]
    pub fn sum(&self) -> Sum {
        Sum {
            amount: self.sum.as_deref().and_then(exact).unwrap_or(Decimal::ZERO),
            rewarded: self.rewarded,
        }
    }

    /// What two members have come to who are one from now on.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let sum = match (&self.sum, &other.sum) {
            (Some(_), Some(_)) => {
                let both = self.sum().amount.saturating_add(other.sum().amount);
                Some(both.normalize().to_string())
            }
            _ => self.sum.or(other.sum),
        };
        Self {
            since: self.since.min(other.since),
            passed: self.passed.saturating_add(other.passed),
            sum,
            rewarded: self.rewarded.max(other.rewarded),
        }
    }

    /// Keeps another sum.
    pub fn set_sum(&mut self, sum: Sum) {
        self.sum = Some(sum.amount.normalize().to_string());
        self.rewarded = sum.rewarded;
    }
}
