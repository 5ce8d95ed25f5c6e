//! Notices: made with what causes them or by the daily check, looked at again and sent when their time has come.

mod ask;
mod coupons;
mod detail;
mod figures;
mod forget;
mod judge;
mod look;
mod made;
mod onward;
mod pick;
mod reach;
mod report;
mod send;
mod settings;
mod tell;

pub use ask::{Page, of_member, outbox};
pub use figures::figures;
pub(super) use forget::forget;
pub use pick::page;
pub use reach::{close, get, prefer};
pub use report::{Heard, report};
pub use send::send;
pub(super) use tell::tell;
