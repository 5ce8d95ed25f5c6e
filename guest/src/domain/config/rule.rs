//! Earn rules.

use super::is_default;
use super::programme::Rounding;
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::order::OrderState;
use crate::domain::policy::Origin;
use crate::reading::Read;
use serde::Serialize;

/// When points are granted, to whom, and how many.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// Unique in the programme; stands in the ledger. Never give an old name to a new rule.
    pub id: Name,
    /// What triggers it.
    pub kind: Kind,
    /// The state that an order must reach (kinds order, item, payment-method). Default: paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<OrderState>,
    /// The act (kind event).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub event: Option<String>,
    /// The day (kind birthday). Default: the birthday itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthday: Option<BirthdayDay>,
    /// How many points; not for kind grant, where the command says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<Award>,
    /// When it holds. Default: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// On which local weekdays. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// What the order's base must at least be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_order: Option<Amount>,
    /// Only members of one of these tiers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<String>,
    /// Only members with one of these tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Only by one of these channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// Only orders that one of these methods paid.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub payment_methods: Vec<String>,
    /// Only these products: the award is counted on their lines.
    #[serde(default, skip_serializing_if = "is_default")]
    pub products: Products,
    /// It wins alone, by priority, over all others that match.
    #[serde(default, skip_serializing_if = "is_default")]
    pub exclusive: bool,
    /// Among exclusive ones the greatest wins; among equals the first in the list.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority: i32,
    /// How the award is rounded, if not as the programme says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rounding: Option<Rounding>,
    /// How much it grants at most.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// By what its points come about, where Korea's rules ask for it. Default: orders paid for them, events are events, a
    /// registration and a birthday are promotions, and what is given by hand is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl Rule {
    /// The order's state that triggers it.
    #[must_use]
    pub fn state(&self) -> OrderState {
        self.state.unwrap_or(OrderState::Paid)
    }

    /// By what its points come about.
    #[must_use]
    pub fn origin(&self) -> Origin {
        self.origin.unwrap_or(match self.kind {
            Kind::Order | Kind::Item | Kind::PaymentMethod => Origin::Paid,
            Kind::Event => Origin::Event,
            Kind::SignUp | Kind::Birthday => Origin::Promo,
            Kind::Grant => Origin::Free,
        })
    }

    /// Whether it only multiplies what others award.
    #[must_use]
    pub fn multiplies(&self) -> bool {
        matches!(self.award, Some(Award::Multiplier { .. }))
    }
}

/// What triggers a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// An order reaches the state.
    Order,
    /// Designated products in such an order.
    Item,
    /// Such an order was paid by a designated method.
    PaymentMethod,
    /// A member registered; once per member.
    SignUp,
    /// A member's birthday; once a calendar year.
    Birthday,
    /// A named act.
    Event,
    /// By hand.
    Grant,
}

impl Kind {
    /// Whether an order triggers it.
    #[must_use]
    pub fn is_of_order(self) -> bool {
        matches!(self, Self::Order | Self::Item | Self::PaymentMethod)
    }
}

/// How many points.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Award {
    /// In proportion: `points` for each `per` of money.
    Rate {
        /// Above 0.
        points: Amount,
        /// Above 0.
        per: Amount,
    },
    /// `points` for each full `per` of money.
    Step {
        /// Above 0.
        points: Amount,
        /// Above 0.
        per: Amount,
    },
    /// So many.
    Fixed {
        /// Above 0.
        points: Amount,
        /// For each unit bought (kind item). Default: once.
        #[serde(default, rename = "per-unit", skip_serializing_if = "is_default")]
        per_unit: bool,
    },
    /// Multiplies what other rules of the same trigger award, before they round.
    Multiplier {
        /// Above 0, at most 1,000.
        factor: Amount,
        /// Which rules. Default: all that match.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        of: Vec<Name>,
    },
}

/// The birthday, or the first of its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BirthdayDay {
    /// The local birthday; 29 February counts as the 28th in other years.
    Day,
    /// The 1st of its month.
    MonthStart,
}

/// A span of time, half-open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Window {
    /// Included. RFC 3339 with an offset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// Excluded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
}

/// A day of the week; weeks begin on Monday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// 0 for Monday to 6 for Sunday.
    #[must_use]
    pub fn number(self) -> usize {
        match self {
            Self::Monday => 0,
            Self::Tuesday => 1,
            Self::Wednesday => 2,
            Self::Thursday => 3,
            Self::Friday => 4,
            Self::Saturday => 5,
            Self::Sunday => 6,
        }
    }
}

/// Which products: those that one of `include` names (all, if it is empty), less those of `exclude`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Products {
    /// Default: all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub include: Selector,
    /// Default: none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub exclude: Selector,
}

/// Products by any of their marks. At most 1,000 in each list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Selector {
    /// Article numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skus: Vec<String>,
    /// Categories.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<String>,
    /// Brands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub brands: Vec<String>,
    /// Tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// The most points that are granted. Days, weeks, months and years are local; reversals give no room
/// back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Limits {
    /// Per order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<Amount>,
    /// Per member and day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<Amount>,
    /// Per member and week from Monday.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub week: Option<Amount>,
    /// Per member and month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub month: Option<Amount>,
    /// Per member and year.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub year: Option<Amount>,
    /// Per member, ever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ever: Option<Amount>,
    /// For all members together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Amount>,
}

impl Limits {
    /// Whether a member's grants must be counted for it.
    #[must_use]
    pub fn count_member(&self) -> bool {
        [self.day, self.week, self.month, self.year, self.ever]
            .iter()
            .any(Option::is_some)
    }
}
