//! Why a command was refused. The interface's `types.error`, before it is put into its words.

use crate::domain::amount::Amount;
use crate::domain::config::Fault;
use crate::domain::quote::Broken;

/// A refusal; nothing was stored. The interface documents each case.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    missing_docs,
    reason = "the cases are those of wit/types.wit, documented there"
)]
pub enum Reject {
    NotConfigured,
    KeyReused,
    Invalid(Vec<Fault>),
    UnknownMember(String),
    UnknownProgramme(String),
    UnknownRule(String),
    UnknownOrder(String),
    UnknownLine(String),
    UnknownHold(String),
    HoldExists(String),
    OrderDiffers(Fault),
    RefundExceeds(Fault),
    Insufficient {
        requested: Amount,
        available: Amount,
    },
    SpendingRefused(Vec<Broken>),
    PointsSpent {
        requested: Amount,
        available: Amount,
    },
    InvalidConfiguration(Vec<Fault>),
    OverLimit(Fault),
    Busy,
    StorageUnavailable,
    StorageFull,
    Unreadable(String),
}

impl Reject {
    /// One fault of a request.
    #[must_use]
    pub fn invalid(path: &str, found: impl std::fmt::Display, permitted: &str) -> Self {
        Self::Invalid(vec![Fault::new(path, found, permitted)])
    }
}
