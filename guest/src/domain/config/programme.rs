//! One kind of points: its worth, its rules, and what becomes of its points.

use super::expiry::{Activation, Expiry, Life};
use super::is_default;
use super::rule::{Limits, Rule};
use super::spending::Spending;
use crate::domain::amount::Amount;
use crate::reading::Read;
use serde::Serialize;

/// One kind of points of a merchant.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Programme {
    /// What members call these points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Fraction digits of the points, 0 to 4. Default 0.
    #[serde(default, skip_serializing_if = "is_default")]
    pub decimals: u32,
    /// What the points are worth when spent.
    pub worth: Worth,
    /// What orders' awards are counted on. Default: items, less discounts, less what points and gift
    /// cards paid; prices as charged.
    #[serde(default = "usual_base")]
    pub base: Vec<Component>,
    /// How awards are rounded, where a rule does not say it itself.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rounding: Rounding,
    // Boxed, since they are large, and a list that grows moves what it holds.
    /// The earn rules, at most 200.
    pub earn: Vec<Box<Rule>>,
    /// Limits on what all rules together grant.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// When points become usable. Default: at once.
    #[serde(default, skip_serializing_if = "is_default")]
    pub activation: Activation,
    /// When points lapse.
    pub expiry: Expiry,
    /// What a lot's life is counted from. Default: its activation.
    #[serde(default, skip_serializing_if = "is_default")]
    pub life_from: Life,
    /// Limits of spending.
    #[serde(default, skip_serializing_if = "is_default")]
    pub spending: Spending,
    /// What refunds do.
    #[serde(default, skip_serializing_if = "is_default")]
    pub refunds: Refunds,
}

impl Programme {
    /// One unit of the programme's points.
    #[must_use]
    pub fn unit(&self) -> Amount {
        Amount::unit(self.decimals)
    }

    /// The rule of that name.
    #[must_use]
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.earn
            .iter()
            .map(Box::as_ref)
            .find(|rule| rule.id.as_str() == id)
    }
}

/// What points are worth when spent: `points` of them are `money`.
#[derive(Clone, Copy, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Worth {
    /// Above 0.
    pub points: Amount,
    /// Above 0.
    pub money: Amount,
}

impl Worth {
    /// Money = points × worth, floored to `unit` of money.
    #[must_use]
    pub fn of(&self, points: Amount, unit: Amount) -> Amount {
        points.scale_floor(self.money, self.points, unit)
    }

    /// The fewest points that are worth `money`.
    #[must_use]
    pub fn points_for(&self, money: Amount, unit: Amount) -> Amount {
        money.scale_ceil(self.points, self.money, unit)
    }

    /// The fewest points that are worth `money`; where a point is worth more than is left of it, the most that are not worth more.
    #[must_use]
    pub fn points_within(&self, money: Amount, unit: Amount, of_money: Amount) -> Amount {
        let fewest = self.points_for(money, unit);
        if self.of(fewest, of_money) > money {
            return money.scale_floor(self.points, self.money, unit);
        }
        fewest
    }
}

/// A component of the money that an order's awards are counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Component {
    /// What the lines cost.
    Items,
    /// Less the discounts of lines and order.
    Discounts,
    /// Shipping too. It belongs to no product.
    Shipping,
    /// Less the tax that the lines name.
    Tax,
    /// Less what points paid.
    Points,
    /// Less what gift cards paid.
    GiftCard,
}

/// What of an order counts unless a programme says otherwise. Source: spec, points, Earning (base).
#[must_use]
pub fn usual_base() -> Vec<Component> {
    vec![
        Component::Items,
        Component::Discounts,
        Component::Points,
        Component::GiftCard,
    ]
}

/// How an award is rounded, once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rounding {
    /// Default: floor.
    #[serde(default)]
    pub mode: RoundingMode,
    /// To whole multiples of 1, 10 or 100 points. Default: one unit of the programme's decimals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Amount>,
    /// Default: the order's award at once.
    #[serde(default)]
    pub per: Scope,
}

/// Which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RoundingMode {
    /// Down.
    #[default]
    Floor,
    /// To the nearest; a half goes up.
    HalfUp,
    /// To the nearest; a half goes to the even one.
    HalfEven,
    /// Up.
    Ceiling,
}

/// What is rounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// A rule's award for the order.
    #[default]
    Order,
    /// A rule's award for each line.
    Line,
}

/// What refunds do with points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Refunds {
    /// What happens when points that are to be taken back aren't there any more. Default: debt.
    #[serde(default)]
    pub uncovered: Uncovered,
    /// Days, 1 to 3,650, that points live which come back after their lot has lapsed. Default: they are lost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_days: Option<u32>,
}

/// What happens to points that a refund should take back and that are spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Uncovered {
    /// The member owes them; the next points pay them first.
    #[default]
    Debt,
    /// They are forgiven.
    Clamp,
    /// The refund is refused.
    Refuse,
}
