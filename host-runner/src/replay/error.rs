//! Why a replay could not go on.

use super::stage::Failure;
use crate::call::CallError;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

/// Why a replay could not be done, or was stopped. What was played until then stays played, and a
/// later run goes on there.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The merchant has replayed another file.
    #[error(
        "this merchant has replayed another file (SHA-256 {known}, this one {given}); \
         take another merchant or another database for this file"
    )]
    OtherFile {
        /// Fingerprint of the file that was replayed.
        known: String,
        /// Fingerprint of the file that was given.
        given: String,
    },
    /// The merchant has begun to replay the file under other rules.
    #[error(
        "this merchant has replayed this file under another configuration; \
         take that one, or another merchant or database"
    )]
    OtherRules,
    /// The end that was asked for lies before what is played already.
    #[error("the replay has reached {reached} already and can't end on {until}")]
    UntilPassed {
        /// The last day that is played, at least in part.
        reached: NaiveDate,
        /// The last day that was asked for.
        until: NaiveDate,
    },
    /// The end that was asked for lies before the first purchase.
    #[error("the first purchase was on {first}, after {until}: there is nothing to play")]
    NothingToPlay {
        /// The day of the first purchase.
        first: NaiveDate,
        /// The last day that was asked for.
        until: NaiveDate,
    },
    /// The mark of an earlier run is not one that this version writes.
    #[error("the mark that an earlier run left can't be read ({problem}): {mark}")]
    Mark {
        /// What is wrong with it.
        problem: String,
        /// The mark.
        mark: String,
    },
    /// The mark could not be read or written.
    #[error("the mark of the progress could not be kept")]
    Storage(#[source] Failure),
    /// There was no answer to a call.
    #[error("{what}")]
    Call {
        /// What the call was for, with the line of the file where there is one.
        what: String,
        /// Why there is no answer.
        #[source]
        source: CallError,
    },
    /// The component refused.
    #[error("{what}: {}", super::refusal::text(error))]
    Refused {
        /// What the call was for, with the line of the file where there is one.
        what: String,
        /// The error as JSON, by its case.
        error: Value,
    },
    /// An answer has not the shape that this version knows.
    #[error("the answer of {function} can't be read: {problem}")]
    Answer {
        /// The function.
        function: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// The component asks for tick after tick and time doesn't go on.
    #[error("after {ticks} ticks at {at} the component still asks for more")]
    TickWithoutEnd {
        /// How many there were.
        ticks: u32,
        /// The clock.
        at: DateTime<Utc>,
    },
    /// A date that a clock can't show.
    #[error("the day {0} lies beyond what clocks can show")]
    Calendar(NaiveDate),
    /// The ledger contradicts itself: a defect of the component or damage to the database.
    #[error("the ledger of {programme} does not add up: {problem}")]
    LedgerDiffers {
        /// The programme.
        programme: String,
        /// What was found where.
        problem: String,
    },
    /// A thread that played orders ended before its work did: a defect of this program.
    #[error("a thread of the replay ended early")]
    ThreadLost,
}
