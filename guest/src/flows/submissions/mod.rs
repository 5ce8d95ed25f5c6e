//! Invoices that members send in to campaigns: taken in by commands, verified by ticks, judged and rewarded in one commit.

mod again;
mod ask;
mod book;
mod carrier;
mod decide;
mod discard;
mod draw;
mod end;
mod export;
mod forget;
mod limits;
mod open;
mod outcome;
mod reply;
mod reward;
mod say;
mod search;
mod signals;
mod submit;
mod taking;
mod verdict;
mod verify;

pub use again::verify_again;
pub use carrier::{Carrier, Gathered, carrier, gather};
pub use decide::{Decision, Word, decide, resume};
pub use discard::{discard, discarded};
pub use draw::{Draw, draw};
pub use export::{Export, export};
pub(super) use forget::forget;
pub use open::{Open, Opened, open};
pub use reply::reply;
pub use say::Answer;
pub use search::{Found, Wanted, figures, search};
pub use signals::signals;
pub use submit::{Sent, Upload, submit};
pub use verify::{Round, verify};
