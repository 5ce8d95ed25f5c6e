//! Amounts that add up over several invoices of a member.

use super::check::Conditions;
use rust_decimal::Decimal;

/// What a member has come to in a campaign.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// All amounts that count.
    pub amount: Decimal,
    /// Tiers that were rewarded, the lowest first. It never falls, so that no tier is rewarded twice.
    pub rewarded: u32,
}

/// A sum after an invoice was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised {
    /// It.
    pub sum: Sum,
    /// Tiers reached for the first time, each of which is rewarded now: from the first of them …
    pub first: u32,
    /// … to the last; 0 where there are none.
    pub last: u32,
}

/// A sum after an invoice was revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lowered {
    /// It.
    pub sum: Sum,
    /// Tiers that were rewarded and are no longer reached by this revocation, whose rewards are flagged: from the first of
    /// them …
    pub first: u32,
    /// … to the last; 0 where there are none.
    pub last: u32,
}

/// Adds what an invoice contributes (`Decision::Adds`). The caller sees to it that an invoice counts once.
#[must_use]
pub fn raise(conditions: &Conditions, before: Sum, amount: Decimal) -> Raised {
    let amount = before.amount.saturating_add(amount);
    let reached = reached(conditions, amount);
    let (first, last) = between(before.rewarded, reached);
    Raised {
        sum: Sum {
            amount,
            rewarded: before.rewarded.max(reached),
        },
        first,
        last,
    }
}

/// Takes off what an invoice contributed.
#[must_use]
pub fn lower(conditions: &Conditions, before: Sum, amount: Decimal) -> Lowered {
    let held = reached(conditions, before.amount).min(before.rewarded);
    let amount = before.amount.saturating_sub(amount);
    let (first, last) = between(reached(conditions, amount), held);
    Lowered {
        sum: Sum { amount, ..before },
        first,
        last,
    }
}

/// How many tiers an amount reaches.
fn reached(conditions: &Conditions, amount: Decimal) -> u32 {
    let tiers = conditions.tiers().iter();
    let reached = tiers.take_while(|least| amount >= **least).count();
    u32::try_from(reached).unwrap_or(u32::MAX)
}

/// The tiers above `low` up to `high`, both counted from 1.
fn between(low: u32, high: u32) -> (u32, u32) {
    if high > low {
        (low.saturating_add(1), high)
    } else {
        (0, 0)
    }
}
