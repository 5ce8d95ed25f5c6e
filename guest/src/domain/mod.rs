//! What points are and what may happen to them: pure functions of state, command and time. Nothing here
//! reads a clock, knows a store, or speaks the interface's types.

pub mod account;
pub mod amount;
pub mod award;
pub mod birthday;
pub mod calendar_date;
pub mod clock_time;
pub mod config;
pub mod coupon;
pub mod currency;
pub mod dates;
pub mod earn;
pub mod entry;
pub mod formula;
pub mod ids;
pub mod instant;
pub mod limit;
pub mod lot;
pub mod matching;
pub mod member;
pub mod notice;
pub mod order;
pub mod order_file;
pub mod quote;
pub mod refund;
pub mod restore;
pub mod reverse;
pub mod rounding;
pub mod settle;
pub mod share;
pub mod sorted;
pub mod spend;
pub mod sweep;
pub mod terms;
mod text;
pub mod zone;
