//! Member tiers: levels, and what they are reached by.

use super::expiry::Span;
use super::is_default;
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::domain::order::OrderState;
use crate::reading::Read;
use serde::Serialize;

/// Levels that members reach by themselves.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tiers {
    /// What is summed up.
    pub by: By,
    /// The time whose sum counts.
    pub window: TierWindow,
    /// From the lowest to the highest, 1 to 20.
    pub levels: Vec<Level>,
    /// How long a level outlasts its period, at most 366 days, 12 months or 1 year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace: Option<Span>,
    /// The state in which an order counts. Default: paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<OrderState>,
}

/// What is summed up.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum By {
    /// Money spent on items, less refunds.
    Spend,
    /// What rules granted in this programme, less refunds.
    Points(Name),
}

/// The time whose sum counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TierWindow {
    /// All.
    Lifetime,
    /// A local calendar year.
    CalendarYear,
    /// So many local months with the present one, 1 to 36.
    Months(u32),
}

/// A level.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Level {
    /// At most 59 characters.
    pub name: Name,
    /// The sum that it takes. Of the lowest it may be 0.
    pub from: Amount,
    /// Multiplies what orders earn. Above 0, at most 1,000.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplier: Option<Amount>,
    /// Where it multiplies. Default: everywhere.
    #[serde(default, skip_serializing_if = "is_default")]
    pub programmes: Vec<Name>,
}

impl Tiers {
    /// The state in which an order counts.
    #[must_use]
    pub fn state(&self) -> OrderState {
        self.state.unwrap_or(OrderState::Paid)
    }

    /// The place of a level.
    #[must_use]
    pub fn rank(&self, name: &Name) -> Option<usize> {
        self.levels.iter().position(|level| level.name == *name)
    }

    /// The level that everybody has.
    #[must_use]
    pub fn base_level(&self) -> Option<&Name> {
        let lowest = self.levels.first();
        let lowest = lowest.filter(|level| !level.from.is_positive());
        lowest.map(|level| &level.name)
    }
}

impl Level {
    /// What it multiplies awards of a programme by, and how that is named beside them.
    #[must_use]
    pub fn factor_in(&self, programme: &Name) -> Option<(Name, Amount)> {
        let meant = self.programmes.is_empty() || self.programmes.contains(programme);
        let factor = self.multiplier.filter(|_| meant)?;
        Some((self.factor_name()?, factor))
    }

    /// How its multiplier is named.
    #[must_use]
    pub fn factor_name(&self) -> Option<Name> {
        Name::parse(&["tier-", self.name.as_str()].concat())
    }
}
