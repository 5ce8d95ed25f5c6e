//! A campaign's conditions, and an invoice held against them.

mod check;
mod find;
mod folded;
mod judge;
mod sums;
mod terms;
mod verdict;

pub use check::Conditions;
pub use folded::Folded;
pub use judge::judge;
pub use sums::{Lowered, Raised, Sum, lower, raise};
pub use terms::{Block, Goal, Issued, Join, Match, Measure, Reward, Scope, Shop, Terms};
pub use verdict::{Decision, Doubt, Finding, Found, Met, Needed, Verdict, Which};
