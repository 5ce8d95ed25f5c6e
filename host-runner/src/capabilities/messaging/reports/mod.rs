//! What providers report afterwards: pure functions from a request of theirs to what became of messages. Whoever listens for
//! such requests hands them over as they came.

mod line;
mod mitake;

pub use line::line;
pub use mitake::mitake;

use crate::capabilities::clock::Instant;

/// What became of a message that a provider had accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Which message it is about.
    pub about: About,
    /// What became of it.
    pub fate: Fate,
    /// When that was, by the provider's clock.
    pub at: Instant,
}

/// Which message a report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// The one with this delivery tag. Without a tag of its own LINE names the hash of the number here.
    Tag(String),
    /// The one that the provider accepted under this id.
    Id(String),
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
