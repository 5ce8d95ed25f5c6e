//! What a scenario is played on.

use crate::call::Subject;
use crate::capabilities::http::{Exchange, Traffic};
use crate::capabilities::messaging::{Channel, Message, Outcome};
use chrono::{DateTime, Utc};
use std::collections::BTreeMap;

/// One merchant without history, and the clock that it reads.
pub trait Stage {
    /// What answers the calls.
    fn subject(&mut self) -> &mut dyn Subject;

    /// Sets the clock that the subject reads, to stand still there. It may be set back.
    fn set_clock(&mut self, now: DateTime<Utc>);

    /// What a channel answers from now on, whatever it is given. A stage without ways to members needs none.
    fn answer(&mut self, _: Channel, _: Outcome) {}

    /// The messages that went out since this was asked last.
    fn sent(&mut self) -> Vec<Message> {
        Vec::new()
    }

    /// Answers for the requests over HTTP to come. A stage without a network needs none.
    fn script(&mut self, _: Vec<Exchange>) {}

    /// What was asked over HTTP since this was asked last, and which answers were left; none without a network.
    fn traffic(&mut self) -> Option<Traffic> {
        None
    }

    /// All that is stored for the merchant; none where that can't be told. With it the player checks
    /// that dry runs and refused calls store nothing.
    ///
    /// # Errors
    /// Whatever kept the storage from answering.
    fn stored(&mut self) -> Result<Option<Records>, StoredError> {
        Ok(None)
    }
}

/// A merchant's records, value by key.
pub type Records = BTreeMap<String, String>;

/// Why a stage could not show what is stored.
pub type StoredError = Box<dyn std::error::Error + Send + Sync>;
