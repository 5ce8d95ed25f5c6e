//! Coupons: issued copies of a template, what they take off a cart, and which of them do best together.
//!
//! | file | what it is |
//! |---|---|
//! | `code.rs` | codes, made of the merchant's key, a template's name and a serial |
//! | `issued.rs` | one coupon, and what may happen to it |
//! | `usage.rs` | how often coupons of a template were used and issued, and the limits on it |
//! | `fit.rs` | why a coupon doesn't apply to a cart |
//! | `stack.rs` | which coupons may stand together |
//! | `discount.rs` | what chosen coupons take off a cart |
//! | `best.rs`, `best/` | the set that takes off the most |
//!
//! Source: spec, expiry, "What a coupon takes off".

pub mod best;
pub mod code;
pub mod discount;
pub mod fit;
pub mod issued;
#[cfg(test)]
mod samples;
pub mod stack;
pub mod usage;
