//! Conditions as a merchant writes them, not checked yet.

use chrono::NaiveDate;
use rust_decimal::Decimal;

/// All conditions of a campaign.
#[derive(Clone, Debug)]
pub struct Terms {
    /// When it was issued.
    pub issued: Issued,
    /// By whom.
    pub shop: Shop,
    /// What was bought.
    pub scope: Scope,
    /// What each tier gives, in the order of the thresholds; one entry where there is one threshold or several blocks.
    pub rewards: Vec<Reward>,
    /// Whether amounts add up over a member's invoices (then an invoice passes without reaching a threshold).
    pub adding_up: bool,
}

/// Days of issue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issued {
    /// Any.
    Any,
    /// Both days included.
    Between {
        /// The first.
        from: NaiveDate,
        /// The last, later than the first.
        to: NaiveDate,
    },
}

/// Sellers. Without names and numbers any is good that is not excluded; an exclusion goes before everything.
#[derive(Clone, Debug, Default)]
pub struct Shop {
    /// Parts of registered names, one of which suffices.
    pub names: Vec<String>,
    /// Business numbers, one of which suffices.
    pub numbers: Vec<String>,
    /// Parts of names that are not taken.
    pub except_names: Vec<String>,
    /// Business numbers that are not taken.
    pub except_numbers: Vec<String>,
}

/// What is looked at.
#[derive(Clone, Debug)]
pub enum Scope {
    /// The invoice as a whole.
    Whole(Goal),
    /// Some of its lines. With one block its thresholds may be tiers.
    Items(Vec<Block>),
}

/// Lines with certain names, and how much of them.
#[derive(Clone, Debug)]
pub struct Block {
    /// How the block stands to the one before; without meaning for the first. "And" binds before "or".
    pub join: Join,
    /// Whether one of the words suffices.
    pub wanted: Match,
    /// Parts of a line's name.
    pub words: Vec<String>,
    /// Parts of names of lines that don't count.
    pub except: Vec<String>,
    /// How much.
    pub goal: Goal,
}

/// How much.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Of what.
    pub measure: Measure,
    /// Thresholds, each higher than the one before. More than one, tiers, only for amounts.
    pub at_least: Vec<Decimal>,
}

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// New Taiwan dollars, discounts taken off.
    Amount,
    /// Number of items, discounts not counted.
    Quantity,
}

/// Which words a line's name needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// One of them.
    AnyOf,
    /// All of them in the same line.
    AllOf,
}

/// How two blocks stand to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Join {
    /// Both are needed.
    And,
    /// Either is.
    Or,
}

/// What a tier gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reward {
    /// Nothing at once: the member takes part in a later draw.
    CollectOnly,
    /// The reward at this place of the campaign's own list.
    Given(u32),
}
