//! The merchant's configuration: the shape of its document, and the checks that a shape can't express.

mod campaigns;
mod check;
mod coupon;
mod expiry;
mod line_template;
mod notices;
mod policy;
mod programme;
mod rule;
mod spending;
mod terms;
mod tiers;

pub use campaigns::{CampaignChannel, CampaignPreset, Campaigns, IssueMonths, Verifier};
pub(in crate::domain) use check::Found;
pub use check::{Fault, faults, policy_faults};
pub use coupon::{
    Benefit, CouponLimits, CouponTemplate, Every, Gift, PeriodUses, Stacking, Validity,
};
pub use expiry::{
    Act, Activation, ActivationEvent, After, Cycle, EndOf, Expiry, Inactivity, Life, MonthDay,
    Period, Span, Sweep,
};
pub use line_template::{LineItem, LineTemplate};
pub use notices::{
    Advertising, ApprovedTemplate, ChannelNotices, CouponNotices, Merge, Notices, PointNotices,
    Route, Threshold,
};
pub use policy::{
    AdvertisingNight, Caps, Costs, MarketingWords, PolicySettings, QuietHours, SmsPlus,
};
pub use programme::{
    Component, Programme, Refunds, Rounding, RoundingMode, Scope, Uncovered, Worth, usual_base,
};
pub use rule::{Award, BirthdayDay, Kind, Limits, Products, Rule, Selector, Weekday, Window};
pub use spending::{Band, Most, Spending};
pub use terms::Terms;
pub use tiers::{By, Level, TierWindow, Tiers};

use super::amount::Amount;
use super::ids::Name;
use super::zone::Zone;
use crate::reading::Read;
use crate::shared::Shared;
use crate::sorted_map::SortedMap;
use chrono::NaiveTime;
use serde::Serialize;

/// Programmes of one merchant, at most. A member's accounts are kept in one record.
pub const PROGRAMMES_MAX: usize = 10;

/// Earn rules of one programme, at most: each is looked at for every order.
pub const RULES_MAX: usize = 200;

/// Coupon templates of one merchant, at most: they stand in its document.
pub const COUPON_TEMPLATES_MAX: usize = 200;

/// Coupons that one order uses, at most: the best set of them is looked for among all that a member has.
pub const COUPONS_PER_ORDER_MAX: u32 = 5;

/// A merchant's rules: the document that the platform stores for it.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Merchant {
    /// The IANA zone of all local dates and times, such as Asia/Taipei.
    pub zone: Zone,
    /// ISO 4217, such as TWD.
    pub currency: String,
    /// Fraction digits of money, 0 to 4. Default: those in use for the currency (TWD, KRW, JPY: 0).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub money_decimals: Option<u32>,
    /// The local time of the daily check, HH:MM. Default 03:00.
    #[serde(default = "three", with = "super::clock_time")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub daily_check: NaiveTime,
    /// Kinds of points, by name. 1 to 10.
    pub programmes: SortedMap<Name, Shared<Programme>>,
    /// Offers that coupons are issued of, by name. At most 200.
    #[serde(default, skip_serializing_if = "SortedMap::is_empty")]
    pub coupons: SortedMap<Name, Shared<CouponTemplate>>,
    /// How many coupons one order may use, 1 to 5, where their templates let them stand together. Default: 1.
    #[serde(default = "coupon::one", skip_serializing_if = "coupon::is_one")]
    pub coupons_per_order: u32,
    /// Levels that members reach by what they spend or earn. Default: none; the platform tells each member's tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tiers: Option<Shared<Tiers>>,
    /// What members are told of. Default: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notices: Option<Notices>,
    /// Which messages may go. Default: the rules in their strict reading, and no bounds of the merchant's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Shared<PolicySettings>>,
    /// Invoice-registration campaigns. Default: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaigns: Option<Shared<Campaigns>>,
    /// The merchant's word for the statement of `merchant.terms`. Without it no programme's points may lapse by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
}

impl Merchant {
    /// One unit of money: 1 for TWD, 0.01 for USD.
    #[must_use]
    pub fn money_unit(&self) -> Amount {
        let digits = self
            .money_decimals
            .or_else(|| super::currency::decimals(&self.currency));
        Amount::unit(digits.unwrap_or(2))
    }
}

fn three() -> NaiveTime {
    NaiveTime::from_hms_opt(3, 0, 0).unwrap_or(NaiveTime::MIN)
}

pub(in crate::domain) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
