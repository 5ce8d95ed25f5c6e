//! Notices: made with what causes them or by the daily check, looked at again and sent when their time has come.

mod ask;
mod coupons;
mod forget;
mod look;
mod made;
mod pick;
mod send;
mod settings;
mod tell;

pub use ask::{Page, of_member, outbox};
pub(super) use forget::forget;
pub use pick::page;
pub use send::send;
pub(super) use tell::tell;
