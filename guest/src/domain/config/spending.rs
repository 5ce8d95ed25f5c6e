//! Limits of spending.

use super::is_default;
use super::rule::Selector;
use crate::domain::amount::Amount;
use crate::reading::Read;
use serde::Serialize;

/// How many points may pay an order.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Spending {
    /// What the order must at least come to, in money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_order: Option<Amount>,
    /// The fewest points that may be used at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_points: Option<Amount>,
    /// Points are used in whole multiples of this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<Amount>,
    /// The most points that may be used on one order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_points: Option<Amount>,
    /// The most of the payable amount that points may pay, in percent, above 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum_share_percent: Option<Amount>,
    /// By the order's amount, each `from` greater than the one before. Below the first: no points.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bands: Vec<Band>,
    /// Products that points can't pay.
    #[serde(default, skip_serializing_if = "is_default")]
    pub exclude: Selector,
    /// Points may pay shipping too. Default: no.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shipping: bool,
    /// Seconds that a hold lasts if its request does not say it, 1 to 2,592,000. Default 1,800.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold_seconds: Option<u32>,
}

impl Spending {
    /// Whether any limit looks at the order.
    #[must_use]
    pub fn needs_order(&self) -> bool {
        self.minimum_order.is_some()
            || self.maximum_share_percent.is_some()
            || !self.bands.is_empty()
            || self.exclude != Selector::default()
    }
}

/// Orders from some amount on.
#[derive(Clone, Copy, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Band {
    /// The least payable amount, in money.
    pub from: Amount,
    /// The most that points may pay of such an order.
    pub most: Most,
}

/// A bound on what points pay.
#[derive(Clone, Copy, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Most {
    /// So much money.
    Money(Amount),
    /// So many percent of the payable amount, 0 to 100.
    Percent(Amount),
}
