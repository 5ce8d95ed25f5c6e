//! What an invoice must meet, as it stands in a campaign's settings; `stampcard_invoice::judging` judges by it.

use super::settings::Rewarding;
use crate::domain::amount::Amount;
use crate::domain::calendar_date;
use crate::domain::config::is_default;
use crate::reading::Read;
use chrono::NaiveDate;
use serde::Serialize;
use stampcard_invoice::judging::{self as judge, Terms};

/// What an invoice must meet.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Conditions {
    /// When it was issued. Default: any day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issued: Option<IssueDays>,
    /// By whom. Default: anyone.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shop: Shop,
    /// What was bought.
    pub scope: Scope,
    /// Amounts add up over a member's invoices, so that none need reach a threshold by itself. Default: false.
    #[serde(default, skip_serializing_if = "is_default")]
    pub adding_up: bool,
}

/// Days of issue, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct IssueDays {
    /// The first, not before the earliest month that is open when the campaign is published: YYYY-MM-DD.
    #[serde(with = "calendar_date")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub from: NaiveDate,
    /// The last, later than the first: YYYY-MM-DD.
    #[serde(with = "calendar_date")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub to: NaiveDate,
}

/// Sellers. Without names and numbers any is good that is not excluded; an exclusion goes before everything. At most 1,000 each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Shop {
    /// Parts of registered names, one of which suffices; 1 to 200 characters.
    #[serde(default, skip_serializing_if = "is_default")]
    pub names: Vec<String>,
    /// Business numbers, one of which suffices.
    #[serde(default, skip_serializing_if = "is_default")]
    pub numbers: Vec<String>,
    /// Parts of names that are not taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub except_names: Vec<String>,
    /// Business numbers that are not taken.
    #[serde(default, skip_serializing_if = "is_default")]
    pub except_numbers: Vec<String>,
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Scope {
    /// The invoice as a whole.
    Whole(Goal),
    /// Some of its lines, by one block or several. At most 1,000.
    Items(Vec<Block>),
}

/// Lines with certain names, and how much of them.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Block {
    /// How it stands to the block before; without meaning for the first. And binds before or. Default: both.
    #[serde(default, skip_serializing_if = "is_default")]
    pub join: Join,
    /// Which of the words a line's name needs. Default: any-of.
    #[serde(default, skip_serializing_if = "is_default")]
    pub wanted: Match,
    /// Parts of a line's name, 1 to 1,000; 1 to 200 characters each.
    pub words: Vec<String>,
    /// Parts of names of lines that don't count. At most 1,000.
    #[serde(default, skip_serializing_if = "is_default")]
    pub except: Vec<String>,
    /// How much.
    pub goal: Goal,
}

/// How much.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Goal {
    /// Of what.
    pub measure: Measure,
    /// Thresholds above 0, each higher than the one before. Several, tiers, only for amounts, and on the whole invoice or on
    /// the only block. At most 1,000.
    pub at_least: Vec<Amount>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// New Taiwan dollars, discounts taken off.
    Amount,
    /// Number of items, discounts not counted.
    Quantity,
}

/// Which words a line's name needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Match {
    /// One of them.
    #[default]
    AnyOf,
    /// All of them in the same line.
    AllOf,
}

/// How two blocks stand to each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Join {
    /// Both are needed.
    #[default]
    Both,
    /// Either is.
    Either,
}

impl Conditions {
    /// The conditions in the words of judging. The reward of a tier is its place in the list of [`Rewarding::AtOnce`].
    #[must_use]
    pub fn terms(&self, reward: Option<&Rewarding>) -> Terms {
        let scope = match &self.scope {
            Scope::Whole(goal) => judge::Scope::Whole(goal.terms()),
            Scope::Items(blocks) => judge::Scope::Items(blocks.iter().map(Block::terms).collect()),
        };
        let rewards = match reward {
            Some(Rewarding::AtOnce(list)) => {
                let places = (0_u32..).zip(list);
                places
                    .map(|(place, _)| judge::Reward::Given(place))
                    .collect()
            }
            _ => vec![judge::Reward::CollectOnly; self.tiers()],
        };
        let issued = match self.issued {
            None => judge::Issued::Any,
            Some(IssueDays { from, to }) => judge::Issued::Between { from, to },
        };
        Terms {
            issued,
            shop: judge::Shop {
                names: self.shop.names.clone(),
                numbers: self.shop.numbers.clone(),
                except_names: self.shop.except_names.clone(),
                except_numbers: self.shop.except_numbers.clone(),
            },
            scope,
            rewards,
            adding_up: self.adding_up,
        }
    }

    /// How many rewards there are to be: one for each threshold, one where several blocks have one each.
    #[must_use]
    pub fn tiers(&self) -> usize {
        match &self.scope {
            Scope::Whole(goal) => goal.at_least.len(),
            Scope::Items(blocks) => match blocks.as_slice() {
                [block] => block.goal.at_least.len(),
                _ => 1,
            },
        }
    }
}

impl Block {
    fn terms(&self) -> judge::Block {
        judge::Block {
            join: match self.join {
                Join::Both => judge::Join::And,
                Join::Either => judge::Join::Or,
            },
            wanted: match self.wanted {
                Match::AnyOf => judge::Match::AnyOf,
                Match::AllOf => judge::Match::AllOf,
            },
            words: self.words.clone(),
            except: self.except.clone(),
            goal: self.goal.terms(),
        }
    }
}

impl Goal {
    fn terms(&self) -> judge::Goal {
        judge::Goal {
            measure: match self.measure {
                Measure::Amount => judge::Measure::Amount,
                Measure::Quantity => judge::Measure::Quantity,
            },
            at_least: self
                .at_least
                .iter()
                .map(|amount| amount.decimal())
                .collect(),
        }
    }
}
