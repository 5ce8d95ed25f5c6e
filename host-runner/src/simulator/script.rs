//! What the platform knows: invoices, carriers, and faults, as a YAML file tells it.

use super::deed::Tries;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Deserialize;
use stampcard_invoice::amount;
use stampcard_invoice::identifier::carrier::MobileCode;
use stampcard_invoice::identifier::{Number, Period, Random};
use std::collections::HashSet;
use std::path::Path;

/// Everything that the platform knows and does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Script {
    /// Keys that may ask; others get code 998. None: every key may.
    #[serde(default)]
    pub app_ids: Vec<String>,
    /// What becomes of the first questions, whatever they ask.
    #[serde(default)]
    pub tries: Tries,
    /// How numbers are written.
    #[serde(default)]
    pub figures: Figures,
    /// Milliseconds before each answer, 60,000 at most.
    #[serde(default)]
    pub delay_ms: u32,
    /// The invoices.
    #[serde(default)]
    pub invoices: Vec<Invoice>,
    /// Mobile bar codes with what is on them.
    #[serde(default)]
    pub carriers: Vec<Carrier>,
}

/// How row numbers, marks and parts of dates are written; the platform does it in each of these ways.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Figures {
    /// As text.
    #[default]
    Text,
    /// As numbers.
    Number,
    /// In odd rows as text, in even ones as numbers.
    Mixed,
}

/// An invoice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Invoice {
    /// Two capitals and eight digits.
    pub number: String,
    /// Day of issue.
    pub date: NaiveDate,
    /// Time of issue, `HH:mm:ss`.
    #[serde(default = "noon")]
    pub time: String,
    /// Four digits.
    pub random: String,
    /// The platform's word for its state.
    #[serde(default = "confirmed")]
    pub status: String,
    /// Who sold.
    pub seller: Seller,
    /// The buyer's business number; blank: a consumer.
    #[serde(default)]
    pub buyer: String,
    /// Blank: New Taiwan dollars.
    #[serde(default)]
    pub currency: String,
    /// The total; unless told, the sum of the lines.
    #[serde(default)]
    pub total: Option<String>,
    /// Its lines, discounts among them.
    #[serde(default)]
    pub lines: Vec<Line>,
    /// The 24 characters of its QR code; unless told, any are right.
    #[serde(default)]
    pub check: Option<String>,
    /// Whether it was donated.
    #[serde(default)]
    pub donated: bool,
    /// What becomes of the first questions about it.
    #[serde(default)]
    pub tries: Tries,
}

/// A seller.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seller {
    /// The business number.
    pub number: String,
    /// The registered name.
    pub name: String,
    /// The address; may be blank.
    #[serde(default)]
    pub address: String,
}

/// A line of an invoice; its figures are texts, as the platform writes them.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What was sold.
    pub name: String,
    /// How many.
    #[serde(default = "one")]
    pub quantity: String,
    /// The price of one; unless told, the amount.
    #[serde(default)]
    pub price: Option<String>,
    /// What it adds to the total.
    pub amount: String,
}

/// A mobile bar code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Carrier {
    /// A slash and seven characters.
    pub code: String,
    /// Its verification code.
    pub verification: String,
    /// Numbers of the script's invoices that are on it.
    pub invoices: Vec<String>,
    /// Rows of a page of its list.
    #[serde(default = "hundred")]
    pub page: usize,
    /// What becomes of the first questions for its list.
    #[serde(default)]
    pub tries: Tries,
}

/// Why a text is no script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ScriptError(String);

fn noon() -> String {
    "12:00:00".to_owned()
}

fn confirmed() -> String {
    "開立已確認".to_owned()
}

fn one() -> String {
    "1".to_owned()
}

fn hundred() -> usize {
    100
}

impl Script {
    /// Reads a script's file.
    ///
    /// # Errors
    /// With its name, why it can't be read or is no script.
    pub fn load(file: &Path) -> Result<Self, ScriptError> {
        let told = |why: &dyn std::fmt::Display| ScriptError(format!("{}: {why}", file.display()));
        let text = std::fs::read_to_string(file).map_err(|error| told(&error))?;
        Self::parse(&text).map_err(|error| told(&error))
    }

    /// Reads a script.
    ///
    /// # Errors
    /// What is wrong with it, with line and column where it is the YAML.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let options = serde_saphyr::options! {
            strict_booleans: true,
            leading_zero_numbers_as_strings: true,
            underscored_numbers_as_strings: true,
            with_snippet: false,
        };
        let read: Result<Self, _> = serde_saphyr::from_str_with_options(text, options);
        let script = read.map_err(|error| {
            let at = error.location();
            let at = at.map(|at| format!("line {}, column {}: ", at.line(), at.column()));
            let told = error.without_snippet();
            ScriptError(format!("{}{told}", at.unwrap_or_default()))
        })?;
        script.check().map_err(ScriptError)?;
        Ok(script)
    }

    /// Holds ids to their forms, so that a misprint doesn't pass for an invoice that nobody knows.
    fn check(&self) -> Result<(), String> {
        if self.delay_ms > 60_000 {
            return Err("delay-ms: there may stand 60000 at most".to_owned());
        }
        let mut known = HashSet::new();
        for invoice in &self.invoices {
            let wrong = |field: &str, form: &str| {
                Err(format!(
                    "invoice {}: {field}: there may stand {form}",
                    invoice.number
                ))
            };
            let Some(number) = Number::parse(&invoice.number) else {
                return wrong("number", "two capitals and eight digits");
            };
            let Some(period) = Period::of(invoice.date) else {
                return wrong("date", "a day from 2006 to 2110");
            };
            if Random::parse(&invoice.random).is_none() {
                return wrong("random", "four digits, in quotes");
            }
            let total = invoice.total.iter().map(|total| ("total", total));
            let amounts = invoice.lines.iter().map(|line| ("amount", &line.amount));
            for (field, text) in total.chain(amounts) {
                if amount::exact(text).is_none() {
                    return wrong(field, "a decimal such as \"-35\"");
                }
            }
            if !known.insert((number, period)) {
                return wrong("number", "each number once in a period");
            }
        }
        for carrier in &self.carriers {
            if MobileCode::parse(&carrier.code).is_none() {
                let told = "a slash, then seven of digits, capitals, full stop, plus and minus";
                return Err(format!(
                    "carrier {}: code: there may stand {told}",
                    carrier.code
                ));
            }
            if carrier.page == 0 {
                return Err(format!(
                    "carrier {}: page: there may stand 1 or more",
                    carrier.code
                ));
            }
            let missing = |number: &&String| !self.invoices.iter().any(|it| it.number == **number);
            if let Some(number) = carrier.invoices.iter().find(missing) {
                let told = format!("{number} is none of the script's invoices");
                return Err(format!("carrier {}: invoices: {told}", carrier.code));
            }
        }
        Ok(())
    }
}

impl Invoice {
    /// The period that its number is of, as five digits.
    pub(super) fn period(&self) -> String {
        Period::of(self.date).map_or(String::new(), |period| period.text())
    }

    /// The total that is told.
    pub(super) fn amount(&self) -> String {
        self.total.clone().unwrap_or_else(|| {
            let amounts = self.lines.iter();
            let amounts = amounts.filter_map(|line| amount::exact(&line.amount));
            amounts.sum::<Decimal>().normalize().to_string()
        })
    }
}
