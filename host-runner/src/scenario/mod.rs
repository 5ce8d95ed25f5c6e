//! Scenario files: a merchant's configuration and a timeline of calls with the answers expected of
//! them, written in YAML. `docs/scenarios.md` describes the format.
//!
//! [`load`] reads a file and checks all of it, so that nothing is played of a file with a fault.
//! [`play`] goes through it on a [`Stage`], which is whatever answers calls for one merchant under a
//! clock that can be set: the sandbox on any storage, or the guest's code compiled natively.

mod balances;
mod compare;
mod error;
mod expand;
mod fields;
mod fit;
mod format;
mod judge;
mod messages;
mod network;
mod node;
mod parse;
mod patch;
mod play;
mod report;
mod sandboxed;
mod stage;
mod step;
pub(crate) mod time;
mod upkeep;

pub use compare::Difference;
pub use error::{Fault, LoadError};
pub use format::{Action, BalanceCheck, Expectation, Scenario, Step};
pub use parse::{load, parse};
pub use play::play;
pub use report::{Failure, Problem};
pub use sandboxed::Sandboxed;
pub use stage::{Records, Stage, StoredError};

#[cfg(test)]
mod tests;
