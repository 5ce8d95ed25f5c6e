//! The interface `points`.

mod earning;
mod questions;
mod refunding;
mod spending;

pub use earning::{grant, report_event, report_order, report_registration};
pub use questions::{accounts, balance, bulk_grant, history, ledger, lots, order_standing};
pub use refunding::refund;
pub use spending::{capture, hold, quote, redeem, release};

use super::check::Check;
use crate::bindings::stampcard::plugin::types::Error;
use crate::domain::ids::Id;
use crate::reject::Reject;

type Answer<T> = Result<T, Error>;

fn member(text: &str) -> Result<Id, Reject> {
    let mut check = Check::default();
    let member = check.id(&"/member", text);
    whole(check, member)
}

/// What was read, if nothing was wrong.
fn whole<T>(check: Check, read: Option<T>) -> Result<T, Reject> {
    check.done()?;
    read.ok_or_else(|| Reject::Invalid(Vec::new()))
}
