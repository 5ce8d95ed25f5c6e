//! Coupon templates: what an offer gives, to which carts, for how long and how often.

use super::is_default;
use super::rule::Products;
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::reading::Read;
use chrono::NaiveDate;
use serde::Serialize;

/// An offer of which coupons are issued. A coupon keeps what it needs of it, so that a change here
/// holds for coupons issued later.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CouponTemplate {
    /// What a coupon gives.
    pub benefit: Benefit,
    /// What the lines of the products must at least come to, after line discounts and before any coupon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_spend: Option<Amount>,
    /// Which lines it counts and is taken off. Default: all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub products: Products,
    /// When its coupons are usable.
    pub validity: Validity,
    /// How often they are used and issued. Default: without limit, each coupon once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: CouponLimits,
    /// Which others one order may use with it. Default: none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub stacking: Stacking,
}

/// What a coupon gives. Money is in whole units of the currency.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Benefit {
    /// So much money off; above 0.
    Amount(Amount),
    /// A part of what the lines come to, rounded half-up to the currency's unit.
    Percent {
        /// Above 0, at most 100, with at most 2 fraction digits.
        percent: Amount,
        /// The most money that it takes off; above 0. Default: no bound.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Amount>,
    },
    /// Shipping.
    FreeShipping {
        /// The most money that it takes off; above 0. Default: all of it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cap: Option<Amount>,
    },
    /// Articles on top, which the platform adds.
    Gift(Gift),
}

/// Articles that come with an order.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gift {
    /// The article's number, 1 to 128 bytes.
    pub sku: String,
    /// How many, 1 to 100. Default: 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub quantity: u32,
}

/// When coupons are usable, in whole local days.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Validity {
    /// Between two dates, both included.
    Dates {
        /// `YYYY-MM-DD`. Default: from the issue on.
        #[serde(
            default,
            skip_serializing_if = "Option::is_none",
            with = "crate::domain::calendar_date::option"
        )]
        #[cfg_attr(test, schemars(with = "Option<String>"))]
        from: Option<NaiveDate>,
        /// `YYYY-MM-DD`, the last day.
        #[serde(with = "crate::domain::calendar_date")]
        #[cfg_attr(test, schemars(with = "String"))]
        until: NaiveDate,
    },
    /// From the issue to the end of the day so many local days later.
    Days {
        /// 1 to 3,660.
        days: u32,
    },
}

/// How often coupons of a template are used and issued at most. A reservation counts as a use until
/// it is released.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CouponLimits {
    /// Uses by all members together; 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<u32>,
    /// Uses per member; 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<u32>,
    /// Uses per member and local period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<PeriodUses>,
    /// Coupons issued in all; 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_total: Option<u32>,
    /// Coupons issued per member; 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued_per_member: Option<u32>,
}

/// Uses in each local day, week, month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PeriodUses {
    /// The period.
    pub every: Every,
    /// 1 or more.
    pub uses: u32,
}

/// A local period by which uses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Every {
    /// A day.
    Day,
    /// A week from Monday.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
}

/// Which other coupons one order may use with this one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Stacking {
    /// None.
    #[default]
    Alone,
    /// Any that isn't alone.
    WithOthers,
    /// The same, but at most one coupon of the group.
    Group {
        /// The group's name.
        group: Name,
    },
}

pub(super) fn one() -> u32 {
    1
}

pub(super) fn is_one(quantity: &u32) -> bool {
    *quantity == 1
}
