//! One kind of request a file: load, decide, commit. Only here is anything read or written.

pub mod accounts;
pub mod balance;
pub mod birthdays;
pub mod bulk;
pub mod campaigns;
pub mod command;
pub mod configure;
pub mod coupons;
pub mod earn;
pub mod give;
pub mod history;
pub mod imports;
pub mod members;
pub mod notices;
pub mod policy;
mod portion;
pub mod quote;
pub mod recorded;
pub mod refund;
pub mod reports;
pub mod scope;
pub mod spend;
pub mod submissions;
pub mod terms;
pub mod tick;
pub mod tiers;
pub mod trial;
