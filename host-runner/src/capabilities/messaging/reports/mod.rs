//! What providers report afterwards: pure functions from a request of theirs to what became of messages. Whoever listens for
//! such requests hands them over as they came.

mod custom;
mod hook;
mod line;
mod mitake;
mod nhn;
mod solapi;

pub use custom::{Custom, CustomFormat};
pub use hook::{Hook, Incoming, Proof};
pub use line::line;
pub use mitake::mitake;
pub use nhn::nhn;
pub use solapi::solapi;

use crate::capabilities::clock::Instant;
use sha2::{Digest, Sha256};

/// What a request of a provider tells that is of use here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// What became of messages.
    pub reports: Vec<Report>,
    /// People who blocked the account, or let it write to them (again).
    pub friendships: Vec<Friendship>,
}

/// That somebody blocked an official account, or added or unblocked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Friendship {
    /// LINE's id of the person.
    pub user: String,
    /// Blocked; else the account may write.
    pub blocked: bool,
    /// What tells the event apart from others; the same when LINE sends it again. None in old webhooks.
    pub event: Option<String>,
    /// When, by LINE's clock.
    pub at: Instant,
}

/// What became of a message that a provider had accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which message it is about.
    pub about: About,
    /// What became of it.
    pub fate: Fate,
    /// When that was, by the provider's clock, if it says so.
    pub at: Option<Instant>,
}

/// Which message a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The one with this delivery tag. Without a tag of its own LINE names the hash of the number here.
    Tag(String),
    /// The one that the provider accepted under this id.
    Id(String),
    /// The one that the provider accepted under one of these ids, or that bore one of them as its key; the first that is known counts.
    OneOf(Vec<String>),
}

impl About {
    /// The one with this id, or else with the key that it was sent with, if the report has that.
    fn of(id: String, key: Option<String>) -> Self {
        match key {
            Some(key) => Self::OneOf(vec![id, key]),
            None => Self::Id(id),
        }
    }
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is on the member's device.
    Delivered,
    /// It will never be; why, in a few words of the host's own.
    Undelivered(String),
    /// It is still on its way.
    UnderWay,
}

/// Why a report is not believed or not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReportError {
    /// Somebody else sent it, or it was changed on its way. To be answered with 401 and otherwise ignored.
    #[error("the signature doesn't fit the body")]
    Signature,
    /// It isn't what the provider documents.
    #[error("the report can't be read")]
    Unreadable,
}

/// Whether two secrets are the same, in a time that doesn't tell where they differ.
fn same(told: &str, own: &str) -> bool {
    Sha256::digest(told.as_bytes()) == Sha256::digest(own.as_bytes())
}
