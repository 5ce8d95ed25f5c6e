//! The interface `points`.

mod earning;
mod questions;
mod recorded;
mod refunding;
mod spending;
mod trial;

pub use earning::{grant, report_event, report_order, report_registration};
pub use questions::{accounts, balance, bulk_grant, history, ledger, lots, order_standing};
pub use recorded::recorded_orders;
pub use refunding::refund;
pub use spending::{capture, hold, quote, redeem, release};
pub use trial::try_orders;

use super::Answer;
use super::check::{Check, whole};
use crate::domain::ids::Id;
use crate::reject::Reject;

fn member(text: &str) -> Result<Id, Reject> {
    let mut check = Check::default();
    let member = check.id(&"/member", text);
    whole(check, member)
}
