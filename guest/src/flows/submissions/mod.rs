//! Invoices that members send in to campaigns: taken in by commands, verified by ticks, judged and rewarded in one commit.

mod answers;
mod ask;
mod book;
mod end;
mod limits;
mod open;
mod reply;
mod reward;
mod say;
mod submit;
mod verdict;
mod verify;

pub use open::{Open, Opened, open};
pub use reply::reply;
pub use say::Answer;
pub use submit::{Upload, submit};
pub use verify::{Round, verify};
