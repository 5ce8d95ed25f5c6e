//! What the platform does with a question instead of answering it as the script's invoices say, and for how many of them.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::str::FromStr;

/// What becomes of one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// `found`: the answer that the invoices give.
    Found,
    /// `not-known`: the platform doesn't know the invoice, yet.
    NotKnown,
    /// `wrong-random`: the answer of another random code.
    WrongRandom,
    /// `voided`, `cancelled`, `allowance`, `unknown-status`: this word for the invoice's state.
    Status(&'static str),
    /// `number-only`: number and date alone, as for businesses.
    NumberOnly,
    /// `code-NNN`, and the names of some codes: JSON with this code and nothing else.
    Code(u16),
    /// `html-NNN`: a page of HTML with this status, as gateways send it.
    Html(u16),
    /// `stall`: no answer, and the connection stays.
    Stall,
    /// `hang-up`: the connection ends.
    HangUp,
    /// `cut`: the answer breaks off in its middle.
    Cut,
    /// `garbage`: something that is no HTTP.
    Garbage,
}

/// Codes that have names.
const CODES: [(&str, u16); 8] = [
    ("no-detail", 915),
    ("wrong-verification", 919),
    ("rate-limit", 950),
    ("busy", 951),
    ("expired", 952),
    ("forged", 953),
    ("blocked-device", 997),
    ("blocked-key", 998),
];

/// States that have names.
const STATES: [(&str, &str); 4] = [
    ("voided", "作廢已確認"),
    ("cancelled", "已註銷"),
    ("allowance", "折讓已確認"),
    ("unknown-status", "處理中"),
];

/// All that may stand for a deed.
const NAMES: &str = "found, not-known, wrong-random, voided, cancelled, allowance, unknown-status, number-only, no-detail, \
                     wrong-verification, rate-limit, busy, expired, forged, blocked-device, blocked-key, code-NNN, \
                     html-NNN, stall, hang-up, cut and garbage";

impl FromStr for Deed {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let number = |text: &str| {
            let number = text.parse::<u16>().ok();
            number.filter(|number| (100..1000).contains(number))
        };
        let named = |(own, _): &&(&str, _)| *own == name;
        let state = STATES.iter().find(|(own, _)| *own == name);
        let code = CODES.iter().find(named).map(|(_, code)| *code);
        let code = code.or_else(|| number(name.strip_prefix("code-")?));
        let html = name.strip_prefix("html-").and_then(number);
        Ok(match (name, state, code, html) {
            ("found", ..) => Self::Found,
            ("not-known", ..) => Self::NotKnown,
            ("wrong-random", ..) => Self::WrongRandom,
            ("number-only", ..) => Self::NumberOnly,
            ("stall", ..) => Self::Stall,
            ("hang-up", ..) => Self::HangUp,
            ("cut", ..) => Self::Cut,
            ("garbage", ..) => Self::Garbage,
            (_, Some(&(_, status)), ..) => Self::Status(status),
            (_, _, Some(code), _) => Self::Code(code),
            (_, _, _, Some(status)) if status >= 200 => Self::Html(status),
            _ => return Err(format!("{name:?} is no deed; there may stand {NAMES}")),
        })
    }
}

/// Deeds for the first questions, each for so many of them. Behind the last one everything is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Vec<Written>")]
pub struct Tries(Vec<(Deed, Option<u32>)>);

/// `voided`, `{ not-known: 2 }`, or `{ voided: always }`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Once(String),
    Often(BTreeMap<String, Times>),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Times {
    Count(u32),
    Word(String),
}

impl TryFrom<Vec<Written>> for Tries {
    type Error = String;

    fn try_from(written: Vec<Written>) -> Result<Self, String> {
        let mut tries = Vec::new();
        for one in written {
            match one {
                Written::Once(name) => tries.push((name.parse()?, Some(1))),
                Written::Often(named) => {
                    for (name, times) in named {
                        let times = match times {
                            Times::Count(count) => Some(count),
                            Times::Word(word) if word == "always" => None,
                            Times::Word(word) => {
                                let told = "there may stand a whole number or always";
                                return Err(format!("{name}: {told}, not {word:?}"));
                            }
                        };
                        tries.push((name.parse()?, times));
                    }
                }
            }
        }
        Ok(Self(tries))
    }
}

/// A deed with no number stands for all questions behind.
impl FromIterator<(Deed, Option<u32>)> for Tries {
    fn from_iter<I: IntoIterator<Item = (Deed, Option<u32>)>>(deeds: I) -> Self {
        Self(deeds.into_iter().collect())
    }
}

impl Tries {
    /// What becomes of a question that so many came before.
    #[must_use]
    pub fn of(&self, before: u32) -> Deed {
        let mut left = before;
        for (deed, times) in &self.0 {
            match times {
                Some(times) if *times <= left => left -= times,
                _ => return *deed,
            }
        }
        Deed::Found
    }
}
