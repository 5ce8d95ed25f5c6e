//! What an invoice is worth to a campaign, and why.

use super::terms::{Measure, Reward};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// A verdict with its reasons.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What follows.
    pub decision: Decision,
    /// Every condition that was looked at, in order: day of issue, shop, currency, amount above 0, then the whole invoice
    /// or the blocks.
    pub findings: Vec<Finding>,
}

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// All conditions are met.
    Qualified {
        /// The highest tier that was reached, from 1.
        tier: u32,
        /// What it gives.
        reward: Reward,
    },
    /// All conditions but the amount are met, and amounts add up: this is added to the member's sum.
    Adds(Decimal),
    /// A condition is missed.
    NotQualified,
    /// No condition is known to be missed, but one can't be decided: it waits for a person.
    Waits(Doubt),
}

/// Why a person has to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The invoice is in another currency, which is never converted.
    ForeignCurrency,
    /// The verifier told no day of issue.
    NoDate,
    /// The verifier told no lines, no amount or quantity that can be read, or not whose shop it was, where that is needed.
    NoFigure,
}

/// One condition, what it needed and what was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// Which.
    pub which: Which,
    /// What was needed.
    pub needed: Needed,
    /// What was found.
    pub found: Found,
    /// Whether that is enough.
    pub met: Met,
}

/// Which condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Day of issue.
    Issued,
    /// Shop.
    Shop,
    /// Currency.
    Currency,
    /// The invoice's amount.
    Amount,
    /// The whole invoice's goal.
    Whole,
    /// A block of items, from 0.
    Block(usize),
}

/// What a condition needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Needed {
    /// Nothing.
    Anything,
    /// A day of these, both included.
    Days {
        /// The first.
        from: NaiveDate,
        /// The last.
        to: NaiveDate,
    },
    /// One of the conditions' names and numbers, and none of the exclusions.
    OneOfTheShops,
    /// New Taiwan dollars.
    Twd,
    /// More than nothing.
    MoreThanZero,
    /// The lowest threshold.
    AtLeast(Measure, Decimal),
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Found {
    /// Nothing that says anything.
    Nothing,
    /// A day.
    Day(NaiveDate),
    /// The name at this place of the conditions is in the seller's.
    ShopByName(usize),
    /// The number at this place of the conditions is the seller's.
    ShopByNumber(usize),
    /// A shop that is none of them, where any is good or none was found.
    OtherShop,
    /// A shop that is excluded.
    ExcludedShop,
    /// New Taiwan dollars.
    Twd,
    /// Another currency.
    ForeignCurrency,
    /// A sum.
    Sum {
        /// Dollars or items.
        value: Decimal,
        /// Lines that count.
        lines: usize,
    },
}

/// Whether a condition is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Met {
    /// It is.
    Yes,
    /// It is not.
    No,
    /// It can't be told.
    Unknown,
}

impl Met {
    pub(super) fn of(met: bool) -> Self {
        if met { Self::Yes } else { Self::No }
    }

    /// Both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Yes,
        }
    }

    /// Either.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::No,
        }
    }
}
