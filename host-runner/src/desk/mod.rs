//! What a merchant's desk does with the plugin beside its shop: bring balances in from a file, take the ledger out, and
//! read reports with their charts, try new rules on what was recorded, and go back to earlier ones.

mod ask;
pub mod chart;
pub mod columns;
mod decimal;
pub mod export;
pub mod import;
pub mod notices;
pub mod report;
pub mod rows;
pub mod rules;
pub mod submissions;
pub mod trial;

pub use ask::{Error, programmes};
pub(crate) use ask::{ask, call, pages, try_call};
