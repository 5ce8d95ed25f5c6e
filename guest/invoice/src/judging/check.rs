//! Conditions that were checked: what a merchant wrote, or every fault of it.

use super::find::{Sieve, Word};
use super::terms::{Block, Goal, Issued, Join, Match, Measure, Reward, Scope, Shop, Terms};
use crate::fault::{Fault, item};
use crate::identifier::TaxId;
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Characters of a word, at most.
const WORD_MAX: usize = 200;

/// A threshold stays below this.
const AT_LEAST_END: Decimal = Decimal::from_parts(2_764_472_320, 232_830, 0, false, 0);

/// Conditions that invoices can be held against.
#[derive(Clone, Debug)]
pub struct Conditions {
    pub(super) issued: Issued,
    pub(super) names: Vec<Word>,
    pub(super) numbers: Vec<TaxId>,
    pub(super) except_names: Vec<Word>,
    pub(super) except_numbers: Vec<TaxId>,
    pub(super) scope: Checked,
    pub(super) rewards: Vec<Reward>,
    pub(super) adding_up: bool,
}

/// A scope without faults.
#[derive(Clone, Debug)]
pub(super) enum Checked {
    Whole(Goal),
    Items(Vec<Wanted>),
}

/// A block without faults.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) join: Join,
    pub(super) all: bool,
    pub(super) words: Vec<Word>,
    /// What names have to have for the words.
    pub(super) sieve: Sieve,
    pub(super) except: Vec<Word>,
    pub(super) goal: Goal,
}

impl Conditions {
    /// Checks what a merchant wrote. `earliest` is the first day of issue that may be chosen, where that is to be kept:
    /// when a campaign is published (`calendar::earliest_issue_date`).
    ///
    /// # Errors
    /// Every fault, each with the JSON pointer of its field.
    pub fn new(terms: &Terms, earliest: Option<NaiveDate>) -> Result<Self, Vec<Fault>> {
        let mut check = Check { faults: Vec::new() };
        check.issued(terms.issued, earliest);
        let shop = &terms.shop;
        let conditions = Self {
            issued: terms.issued,
            names: check.words("/shop/names", &shop.names),
            numbers: check.numbers("/shop/numbers", &shop.numbers),
            except_names: check.words("/shop/except-names", &shop.except_names),
            except_numbers: check.numbers("/shop/except-numbers", &shop.except_numbers),
            scope: check.scope(&terms.scope),
            rewards: terms.rewards.clone(),
            adding_up: terms.adding_up,
        };
        check.contradictions(shop);
        check.rewards(terms);
        if check.faults.is_empty() {
            Ok(conditions)
        } else {
            Err(check.faults)
        }
    }

    /// Thresholds of the invoice's tiers, the lowest first; those of the only block, where there is one. None where
    /// several blocks have one each.
    #[must_use]
    pub fn tiers(&self) -> &[Decimal] {
        match &self.scope {
            Checked::Whole(goal) => &goal.at_least,
            Checked::Items(blocks) => match blocks.as_slice() {
                [block] => &block.goal.at_least,
                _ => &[],
            },
        }
    }

    /// What a tier gives; tiers are counted from 1.
    #[must_use]
    pub fn reward(&self, tier: u32) -> Reward {
        let place = usize::try_from(tier)
            .ok()
            .and_then(|tier| tier.checked_sub(1));
        let reward = place.and_then(|place| self.rewards.get(place));
        reward.copied().unwrap_or(Reward::CollectOnly)
    }
}

struct Check {
    faults: Vec<Fault>,
}

impl Check {
    #[inline(never)]
    fn fault(&mut self, path: &str, found: &str, permitted: &'static str) {
        self.faults.push(Fault::new(path, found, permitted));
    }

    fn issued(&mut self, issued: Issued, earliest: Option<NaiveDate>) {
        let Issued::Between { from, to } = issued else {
            return;
        };
        if to <= from {
            self.fault("/issued/to", &to.to_string(), "a day later than the first");
        }
        if earliest.is_some_and(|earliest| from < earliest) {
            let permitted = "not before the earliest month that is still open";
            self.fault("/issued/from", &from.to_string(), permitted);
        }
    }

    fn words(&mut self, path: &str, words: &[String]) -> Vec<Word> {
        let mut checked = Vec::with_capacity(words.len());
        for (place, text) in words.iter().enumerate() {
            match Word::new(text).filter(|_| text.chars().count() <= WORD_MAX) {
                Some(word) => checked.push(word),
                None => self.fault(
                    &item(path, place),
                    text,
                    "1 to 200 characters, not all blank",
                ),
            }
        }
        checked
    }

    fn numbers(&mut self, path: &str, numbers: &[String]) -> Vec<TaxId> {
        let mut checked = Vec::with_capacity(numbers.len());
        for (place, text) in numbers.iter().enumerate() {
            match TaxId::typed(text) {
                Some(number) => checked.push(number),
                None => self.fault(&item(path, place), text, "eight digits, not all of them 0"),
            }
        }
        checked
    }

    /// A shop that is both wanted and excluded can never be met.
    fn contradictions(&mut self, shop: &Shop) {
        for (place, number) in shop.except_numbers.iter().enumerate() {
            let excluded = TaxId::typed(number);
            let wanted = |other: &String| excluded.is_some() && TaxId::typed(other) == excluded;
            if shop.numbers.iter().any(wanted) {
                let path = item("/shop/except-numbers", place);
                self.fault(&path, number, "a number that is not among the wanted ones");
            }
        }
    }

    fn scope(&mut self, scope: &Scope) -> Checked {
        let blocks = match scope {
            Scope::Whole(goal) => {
                self.goal("/scope/whole", goal, true);
                return Checked::Whole(goal.clone());
            }
            Scope::Items(blocks) => blocks,
        };
        if blocks.is_empty() {
            self.fault("/scope/blocks", "none", "one block or more");
        }
        let alone = blocks.len() == 1;
        let checked = blocks.iter().enumerate();
        Checked::Items(
            checked
                .map(|(place, block)| self.block(&item("/scope/blocks", place), block, alone))
                .collect(),
        )
    }

    fn block(&mut self, path: &str, block: &Block, alone: bool) -> Wanted {
        let words = [path, "/words"].concat();
        if block.words.is_empty() {
            self.fault(&words, "none", "one word or more");
        }
        self.goal(path, &block.goal, alone);
        let all = block.wanted == Match::AllOf;
        let words = self.words(&words, &block.words);
        Wanted {
            join: block.join,
            all,
            sieve: Sieve::of(&words, all),
            words,
            except: self.words(&[path, "/except"].concat(), &block.except),
            goal: block.goal.clone(),
        }
    }

    fn goal(&mut self, path: &str, goal: &Goal, tiers: bool) {
        let path = [path, "/at-least"].concat();
        if goal.at_least.is_empty() {
            self.fault(&path, "none", "one threshold or more");
        }
        let mut before = Decimal::ZERO;
        for (place, least) in goal.at_least.iter().enumerate() {
            let path = item(&path, place);
            if place > 0 && goal.measure == Measure::Quantity {
                self.fault(
                    &path,
                    &least.to_string(),
                    "one threshold: tiers are for amounts only",
                );
            } else if place > 0 && !tiers {
                let permitted = "one threshold: there are tiers or several blocks, not both";
                self.fault(&path, &least.to_string(), permitted);
            }
            if *least <= Decimal::ZERO || *least >= AT_LEAST_END {
                self.fault(
                    &path,
                    &least.to_string(),
                    "above 0 and below 1,000,000,000,000,000",
                );
            } else if *least <= before {
                self.fault(&path, &least.to_string(), "more than the threshold before");
            }
            before = *least;
        }
    }

    fn rewards(&mut self, terms: &Terms) {
        let goals = match &terms.scope {
            Scope::Whole(goal) => vec![goal],
            Scope::Items(blocks) => blocks.iter().map(|block| &block.goal).collect(),
        };
        let tiers = match goals.as_slice() {
            [goal] => goal.at_least.len(),
            _ => 1,
        };
        if terms.rewards.len() != tiers {
            let found = terms.rewards.len().to_string();
            self.fault("/rewards", &found, "as many as there are thresholds");
        }
        let summed = matches!(goals.as_slice(), [goal] if goal.measure == Measure::Amount);
        if terms.adding_up && !summed {
            let permitted = "false, unless it is the whole invoice's or one block's amount";
            self.fault("/adding-up", "true", permitted);
        }
    }
}
