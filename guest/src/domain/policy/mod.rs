//! Which message may go: pure verdicts on what somebody wants to send, when, to whom and by which way. Deny by default.
//! Source: spec, notification.

mod advertisement;
mod alimtalk;
mod basis;
mod clock;
mod common;
mod email;
mod judge;
mod length;
mod line_notification;
mod line_push;
mod marketing;
mod mobile;
mod question;
mod quiet;
mod readings;
mod rules;
mod sentences;
pub mod sms;
#[cfg(test)]
mod tests;
mod verdict;
mod window;

pub use judge::Policy;
pub use mobile::{Country, Mobile};
pub use question::{
    Buyer, Channel, Facts, Grant, Origin, Purpose, Question, RegistrationWay, Reminders, Sent,
};
pub use quiet::Quiet;
pub use readings::{
    Acquired, DaysWindow, Due, LinkedGuest, Membership, MovedEvent, PriorAct, Readings,
    RemindersCounted, SameDay, SignUp, Silence,
};
pub use rules::{EDITIONS, Edition, KindRule, Window, edition};
pub use verdict::{Code, Decision, Outcome, Rule, Step, Steps, Verdict};
