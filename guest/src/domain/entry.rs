//! Entries: the immutable lines of the ledger.

use super::amount::Amount;
use super::award::Awarded;
use super::ids::{Id, Name};
use super::instant::Instant;
use super::lot::Lot;
use crate::reading::Read;
use crate::shared::Shared;
use serde::Serialize;

/// A kind of entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// Granted.
    Earn,
    /// Spent.
    Redeem,
    /// Lapsed.
    Expire,
    /// Clawed back after a refund.
    Reverse,
    /// Given back after a refund.
    Restore,
    /// By hand.
    Adjust,
    /// Another end, by hand; of 0 points.
    Extend,
    /// From another member, or to one.
    Transfer,
}

/// Points of one lot in an entry or a hold.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct Part {
    /// The lot.
    pub lot: u64,
    /// How many, above 0.
    pub points: Amount,
    /// The rule that awarded the lot.
    pub rule: Name,
}

impl Part {
    /// All that is left of a lot.
    #[must_use]
    pub fn of(lot: &Lot) -> Self {
        Self {
            lot: lot.id,
            points: lot.left,
            rule: lot.rule.clone(),
        }
    }
}

/// One line of the ledger.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// Counts the account's entries from 1.
    pub sequence: u64,
    /// What happened.
    pub kind: EntryKind,
    /// What the balance changed by, with its sign.
    pub points: Amount,
    /// The balance after it.
    pub balance: Amount,
    /// When it became true.
    pub at: Instant,
    /// When it was written; none in answers that show what is due as posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted_at: Option<Instant>,
    /// The order that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Id>,
    /// Why, or what about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who did it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The other member of a transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<Id>,
    /// Which lots it touched.
    pub parts: Vec<Part>,
    /// How an earn entry's points were found.
    #[serde(default = "none", skip_serializing_if = "is_none")]
    pub awards: Shared<[Awarded]>,
}

fn none() -> Shared<[Awarded]> {
    Shared::default()
}

fn is_none(awards: &Shared<[Awarded]>) -> bool {
    awards.is_empty()
}

/// What an entry tells beside its points.
#[derive(Clone, Debug, Default)]
pub struct About {
    /// The order that it belongs to.
    pub order: Option<Id>,
    /// Why, or what about.
    pub note: Option<String>,
    /// Who did it by hand.
    pub actor: Option<String>,
    /// The other member of a transfer.
    pub other: Option<Id>,
    /// How its points were found.
    pub awards: Shared<[Awarded]>,
}

impl About {
    /// An order and nothing else.
    #[must_use]
    pub fn order(order: &Id) -> Self {
        Self {
            order: Some(order.clone()),
            ..Self::default()
        }
    }

    /// This, with the other member of a transfer.
    #[must_use]
    pub fn of(self, other: &Id) -> Self {
        Self {
            other: Some(other.clone()),
            ..self
        }
    }
}
