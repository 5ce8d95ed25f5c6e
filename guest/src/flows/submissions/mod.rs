//! Invoices that members send in to campaigns: taken in by commands, verified by ticks, judged and rewarded in one commit.

mod again;
mod ask;
mod book;
mod discard;
mod end;
mod limits;
mod open;
mod outcome;
mod reply;
mod reward;
mod say;
mod signals;
mod submit;
mod verdict;
mod verify;

pub use again::verify_again;
pub use discard::{discard, discarded};
pub use open::{Open, Opened, open};
pub use reply::reply;
pub use say::Answer;
pub use submit::{Sent, Upload, submit};
pub use verify::{Round, verify};
