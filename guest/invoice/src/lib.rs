//! Taiwanese e-invoices as campaigns need them, in pure functions: codes and typed input are read
//! ([`reading`]), a verifier's answers are told apart ([`evidence`]), and what it found is held against a
//! campaign's conditions ([`judging`]).
//!
//! Nothing here asks a clock, a network or a store; today's date and every answer come in as arguments. Amounts are
//! exact decimals, dates are those of Taiwan's calendar day.

pub mod amount;
pub mod calendar;
pub mod draw;
pub mod evidence;
pub mod fault;
pub mod fold;
pub mod identifier;
pub mod judging;
pub mod reading;
