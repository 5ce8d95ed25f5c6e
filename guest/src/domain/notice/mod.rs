//! What members are told: kinds of notices, the ways they go, and the days they go on.

mod channel;
mod facts;
mod kind;
mod language;

pub use channel::Channel;
pub use facts::{CouponFact, Facts, Reason};
pub use kind::Kind;
pub use language::Language;
