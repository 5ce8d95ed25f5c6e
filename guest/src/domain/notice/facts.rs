//! What a notice tells, before it is put into words.

use super::Told;
use crate::domain::amount::Amount;
use crate::domain::policy::Origin;
use crate::reading::Read;
use crate::shared::Shared;
use chrono::NaiveDateTime;
use serde::Serialize;

/// What the words of a notice are made of. Each kind has its own; the rest is none or empty.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// How to address the member, where that is known.
    pub member_name: Option<String>,
    /// What the programme's points are called (kinds about points).
    pub programme: Option<String>,
    /// How many points are about to lapse, were granted, were deducted or have lapsed; above 0 (kinds about points).
    pub points: Option<Amount>,
    /// The balance (kinds about points).
    pub balance: Option<Amount>,
    /// In how many local days the last one is; 0: today (kinds of what expires).
    pub days: Option<u32>,
    /// The last local date and time, to the second, at which they can be used (kinds of what expires); when they lapsed
    /// (kind points-lapsed).
    pub last: Option<NaiveDateTime>,
    /// Why (kinds points-granted and points-deducted).
    pub reason: Option<Reason>,
    /// By what the points or coupons came about (kinds about points or coupons).
    pub origin: Option<Origin>,
    /// Which coupons, at least one (kind coupons-expiring).
    pub coupons: Vec<CouponFact>,
    /// What the platform tells of (its own kinds). [`Self::last`] is then the local time of its event.
    pub told: Option<Shared<Told>>,
}

/// Why points came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// An order.
    Order,
    /// A named act, such as a review.
    Event,
    /// A registration.
    SignUp,
    /// A birthday.
    Birthday,
    /// A gift by hand.
    Gift,
    /// Points given back after a refund.
    Restored,
    /// They were spent.
    Spent,
    /// They were taken back after a refund.
    Reversed,
    /// A correction by hand.
    Adjusted,
    /// They went to another member or came from one.
    Transferred,
    /// Several of these, told together.
    Several,
}

/// A coupon that will lapse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CouponFact {
    /// What the offer is called.
    pub name: String,
    /// Its code.
    pub code: String,
}
