//! Invoices that members send in to campaigns, from their receipt to their end. Source: spec, invoice.

pub mod csv;
mod kept;
mod message;
mod participant;
mod record;
mod tally;
mod verifier;
pub mod wording;

pub use kept::{Kept, KeptLine};
pub use message::{Charge, Message};
pub use participant::Participant;
pub use record::{Decided, Given, Heard, Reason, State, Submission, Way};
pub use tally::{Figures, Group, Share, Tally};
pub use verifier::{Pause, Verifier};

/// Seconds after the card's message within which photos are taken, the last instant included.
pub const PHOTO_SECONDS: u32 = 30 * 60;

/// Seconds for which a question is left alone: whoever asks it may still be at it.
pub const LEASE: u32 = 180;

/// Seconds after receipt in which a reply token is used. The provider lets it lapse a minute after the member's act.
pub const REPLY_SECONDS: u32 = 50;
