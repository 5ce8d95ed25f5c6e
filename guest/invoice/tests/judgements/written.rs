//! Conditions and invoices as the cases write them.

use crate::table::day;
use serde::Deserialize;
use stampcard_invoice::amount::{exact, lenient};
use stampcard_invoice::evidence::{Evidence, Line};
use stampcard_invoice::identifier::{Number, TaxId};
use stampcard_invoice::judging::{
    Block, Goal, Issued, Join, Match, Measure, Reward, Scope, Shop, Terms,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Written {
    issued: Option<Days>,
    #[serde(default)]
    shop: Shops,
    whole: Option<Figures>,
    blocks: Option<Vec<Items>>,
    rewards: Option<Vec<String>>,
    #[serde(default)]
    adding_up: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    from: String,
    to: String,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct Shops {
    names: Vec<String>,
    numbers: Vec<String>,
    except_names: Vec<String>,
    except_numbers: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figures {
    amount: Option<Vec<String>>,
    quantity: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Items {
    join: Option<String>,
    any_of: Option<Vec<String>>,
    all_of: Option<Vec<String>>,
    #[serde(default)]
    except: Vec<String>,
    amount: Option<Vec<String>>,
    quantity: Option<Vec<String>>,
}

fn goal(amount: &Option<Vec<String>>, quantity: &Option<Vec<String>>) -> Goal {
    let (measure, texts) = match (amount, quantity) {
        (Some(amounts), None) => (Measure::Amount, amounts),
        (None, Some(quantities)) => (Measure::Quantity, quantities),
        _ => panic!("a goal is an amount or a quantity"),
    };
    Goal {
        measure,
        at_least: texts.iter().map(|text| exact(text).unwrap()).collect(),
    }
}

impl Written {
    pub(crate) fn terms(&self) -> Terms {
        let scope = match (&self.whole, &self.blocks) {
            (Some(whole), None) => Scope::Whole(goal(&whole.amount, &whole.quantity)),
            (None, Some(blocks)) => Scope::Items(blocks.iter().map(Items::block).collect()),
            _ => panic!("conditions are on the whole invoice or on blocks"),
        };
        let tiers = match &scope {
            Scope::Whole(goal) => goal.at_least.len(),
            Scope::Items(blocks) if blocks.len() == 1 => blocks[0].goal.at_least.len(),
            Scope::Items(_) => 1,
        };
        let each = (0..tiers).map(|tier| tier.to_string()).collect();
        let rewards = self.rewards.clone().unwrap_or(each);
        Terms {
            issued: self
                .issued
                .as_ref()
                .map_or(Issued::Any, |days| Issued::Between {
                    from: day(&days.from),
                    to: day(&days.to),
                }),
            shop: Shop {
                names: self.shop.names.clone(),
                numbers: self.shop.numbers.clone(),
                except_names: self.shop.except_names.clone(),
                except_numbers: self.shop.except_numbers.clone(),
            },
            scope,
            rewards: rewards
                .iter()
                .map(|reward| match reward.as_str() {
                    "collect" => Reward::CollectOnly,
                    place => Reward::Given(place.parse().unwrap()),
                })
                .collect(),
            adding_up: self.adding_up,
        }
    }
}

impl Items {
    fn block(&self) -> Block {
        let (wanted, words) = match (&self.any_of, &self.all_of) {
            (Some(words), None) => (Match::AnyOf, words),
            (None, Some(words)) => (Match::AllOf, words),
            _ => panic!("a block wants any of its words or all of them"),
        };
        Block {
            join: match self.join.as_deref() {
                None | Some("and") => Join::And,
                Some("or") => Join::Or,
                Some(other) => panic!("{other} joins nothing"),
            },
            wanted,
            words: words.clone(),
            except: self.except.clone(),
            goal: goal(&self.amount, &self.quantity),
        }
    }
}

/// An invoice, and the verdict on it.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Invoice {
    date: Option<String>,
    seller: Option<String>,
    seller_number: Option<String>,
    currency: Option<String>,
    total: Option<String>,
    #[serde(default)]
    lines: Vec<String>,
    pub(crate) verdict: String,
    pub(crate) findings: Option<Vec<String>>,
}

impl Invoice {
    pub(crate) fn evidence(&self) -> Evidence {
        let date = self.date.as_deref().unwrap_or("2026-11-20");
        Evidence {
            number: Number::parse("AB12345678").unwrap(),
            period: None,
            date: (date != "none").then(|| day(date)),
            time: String::new(),
            status: "開立已確認".to_owned(),
            seller_name: self.seller.clone().unwrap_or_default(),
            seller: self.seller_number.as_deref().and_then(TaxId::parse),
            seller_address: String::new(),
            currency: self.currency.clone().unwrap_or_default(),
            total: self.total.as_deref().and_then(lenient),
            lines: self.lines.iter().map(|line| self::line(line)).collect(),
        }
    }
}

fn line(text: &str) -> Line {
    let fields: Vec<&str> = text.split('|').map(str::trim).collect();
    let [name, quantity, amount] = fields[..] else {
        panic!("{text} is no line");
    };
    Line::read(name, quantity, "", amount)
}
