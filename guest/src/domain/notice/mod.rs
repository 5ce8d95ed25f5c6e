//! What members are told: kinds of notices, the ways they go, the days they go on, and their words.

mod channel;
mod expiring;
mod facts;
mod figures;
mod kind;
mod language;
mod lead;
mod outbox;
mod reach;
pub mod say;
mod told;
pub mod wording;

pub use channel::Channel;
pub use expiring::{Clock, Expiring};
pub use facts::{CouponFact, Facts, Reason};
pub use figures::{End, Figure, add};
pub use kind::Kind;
pub use language::Language;
pub use lead::Lead;
pub use outbox::{About, Drop, LEASE, Notice, NoticeId, Span, State, Step};
pub use reach::{Preference, Reach, Suppressed, Tally, Why};
pub use told::{Button, Told, Topic};
