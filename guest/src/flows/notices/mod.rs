//! Notices: made with what causes them or by the daily check, looked at again and sent when their time has come.

mod ask;
mod bubble;
mod coupons;
mod detail;
mod figures;
mod foresee;
mod forget;
mod judge;
mod look;
mod made;
mod onward;
pub(super) mod origins;
mod own_words;
mod pick;
mod question;
pub(in crate::flows) mod reach;
mod report;
mod send;
mod settings;
mod submit;
mod tell;
pub(in crate::flows) mod topic;

pub use ask::{Page, of_member, outbox};
pub(super) use detail::with_buttons;
pub use figures::figures;
pub use foresee::{Foreseen, of_day, one, submission};
pub(super) use forget::forget;
pub(super) use judge::answers;
pub use look::Ready;
pub(super) use own_words::own_words;
pub use pick::page;
pub use reach::{close, get, prefer};
pub use report::{Heard, report};
pub use send::send;
pub use submit::{Submission, submit, withdraw};
pub(super) use tell::tell;
