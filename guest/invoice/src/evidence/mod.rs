//! What a verifier is asked, what it answered, and what follows from the answer.

mod answer;
mod invoice;
mod request;
mod retry;
mod settle;

pub use answer::{Answer, Call, Outcome, Trouble, is_confirmed};
pub use invoice::{Evidence, Line, is_foreign};
pub use request::{
    Access, BASE, Listing, Printed, Request, carrier_detail, carrier_list, detail, header, months,
};
pub use retry::{GIVEN_UP_AFTER, Retry, TRIES_MAX, next_day, next_try};
pub use settle::{Step, settle};
