//! A scenario as it was read: every instant found, every default filled in.

use crate::capabilities::http::Exchange;
use crate::capabilities::messaging::{Channel, Outcome};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::Value;

/// A whole file, ready to be played any number of times.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// The name given for its text, usually its path.
    pub file: String,
    /// The merchant's document, applied before the first step; none if the file says `merchant: null`.
    pub merchant: Option<Value>,
    /// When the document is applied.
    pub starts: DateTime<Utc>,
    /// The merchant's zone before any step changed it.
    pub zone: Tz,
    /// In the order of the file, rows of tables each on its own.
    pub steps: Vec<Step>,
    /// Looked at after the last step.
    pub balances: Vec<BalanceCheck>,
}

/// One thing done and what is expected of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// From 1, as the steps stand in the file.
    pub number: usize,
    /// For a step with `each` or `repeat`: which row, from 1.
    pub row: Option<usize>,
    /// Where it begins in the file, from 1.
    pub line: u64,
    /// What the file says of it for its reader.
    pub note: Option<String>,
    /// What the clock shows.
    pub at: DateTime<Utc>,
    /// In which local times of the step's answer are compared.
    pub zone: Tz,
    /// What is done.
    pub action: Action,
    /// What comes of it.
    pub expectation: Expectation,
    /// The stored records must be the same afterwards.
    pub storage_unchanged: bool,
    /// Looked at afterwards.
    pub balances: Vec<BalanceCheck>,
    /// What channels answer from here on.
    pub channels: Vec<(Channel, Outcome)>,
    /// The messages that must go out; none: whatever goes out.
    pub messages: Option<Value>,
    /// What requests over HTTP are answered in the step.
    pub http: Vec<Exchange>,
    /// The requests that must be asked; none: whatever is asked.
    pub requests: Option<Value>,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Calls a function.
    Call {
        /// Such as `points.redeem`.
        function: String,
        /// The request as the file has it.
        request: Option<Value>,
        /// The file's own idempotency key; none: the step's number makes one.
        key: Option<String>,
        /// Ask only what would happen.
        dry_run: bool,
    },
    /// Ticks until nothing is due at the step's instant.
    Tick,
    /// Ticks whenever the plugin asks for it, from the step before to the step's instant.
    TickUntil,
    /// Applies a document: the one before with the step's changes in it.
    Configure {
        /// The whole of it.
        document: Value,
        /// As for a call.
        key: Option<String>,
        /// As for a call.
        dry_run: bool,
    },
    /// Only lets time pass and looks.
    Look,
}

/// What must come of a step.
#[derive(Clone, Debug, PartialEq)]
pub enum Expectation {
    /// Any answer that is not a refusal.
    Success,
    /// An answer that has these fields.
    Partly(Value),
    /// An answer that has these fields and no others.
    Exactly(Value),
    /// A refusal by this case of `types.error`.
    Refusal {
        /// Such as `insufficient-points`.
        case: String,
        /// What the case's payload must have; none: whatever it is.
        payload: Option<Value>,
    },
}

/// An account as it must stand.
#[derive(Clone, Debug, PartialEq)]
pub struct BalanceCheck {
    /// Whose account.
    pub member: String,
    /// In which programme.
    pub programme: String,
    /// Fields of `points.account-balance`.
    pub expected: Value,
    /// Where the file says so, from 1.
    pub line: u64,
}
