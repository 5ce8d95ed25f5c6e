//! Plays a file of real purchases through the plugin, day by day, and adds up what came of them.
//!
//! Each purchase is an order at noon of its local day, whose id and idempotency key are its line
//! number; before noon come the ticks that the component asked for. A durable mark after each day
//! lets a run that was stopped go on where it was, without doing anything twice.

pub mod calendar;
mod commands;
mod costs;
pub mod currency;
mod error;
mod generate;
mod ledger;
mod mark;
mod notices;
pub mod orders;
mod plan;
mod play;
pub mod refusal;
mod report;
mod rules;
mod sandboxed;
mod stage;
mod totals;
mod workers;

pub use costs::{CostSummary, Costs};
pub use error::Error;
pub use generate::{ORDERS, generate};
pub use notices::{Told, ToldInMonth, ToldTotals};
pub use plan::{Chain, Day, Plan};
pub use play::{Played, Progress, Replay, THREADS};
pub use report::Report;
pub use rules::{Rules, ZONE};
pub use sandboxed::Sandboxed;
pub use stage::{Failure, Stage};
pub use totals::{Month, Sums, Totals};

#[cfg(test)]
mod tests;
