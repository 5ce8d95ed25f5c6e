//! What a replay needs around it.

use crate::call::Subject;
use chrono::{DateTime, Utc};

/// A merchant's place to be replayed in: something that answers its calls, its clock, and a place
/// for the mark that says how far a replay has come.
pub trait Stage: Sync {
    /// Makes what answers the calls of one thread. All of a stage share their state.
    fn subject(&self) -> Box<dyn Subject + '_>;

    /// Sets the clock that all subjects see.
    fn set_clock(&self, now: DateTime<Utc>);

    /// The mark as it was last set; none before the first time.
    ///
    /// # Errors
    /// Whatever kept the storage from answering.
    fn mark(&self) -> Result<Option<String>, Failure>;

    /// Keeps a mark. It is durable when this returns.
    ///
    /// # Errors
    /// Whatever kept the storage from writing; the mark is then the old one or the new one.
    fn set_mark(&self, mark: &str) -> Result<(), Failure>;
}

/// Why a stage could not read or write its mark.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
