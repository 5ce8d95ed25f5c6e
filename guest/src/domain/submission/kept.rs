//! What a verifier told of an invoice, as it is kept with a verdict.

use crate::domain::calendar_date;
use crate::domain::instant::Instant;
use crate::reading::Read;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;
use stampcard_invoice::amount::exact;
use stampcard_invoice::evidence::{Evidence, Line};
use stampcard_invoice::identifier::{Number, Period, TaxId};

/// Lines that are kept, at most: as many as an e-invoice may have.
const LINES_MAX: usize = 999;

/// Characters that are kept of a name, at most.
const NAME_MAX: usize = 500;

/// The evidence of a verdict.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Kept {
    /// When it was told.
    pub at: Instant,
    /// Day of issue.
    #[serde(
        default,
        with = "calendar_date::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub date: Option<NaiveDate>,
    /// The platform's word for its state.
    pub status: String,
    /// The seller's registered name.
    pub seller_name: String,
    /// The seller's business number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seller: Option<String>,
    /// Blank: New Taiwan dollars.
    pub currency: String,
    /// The total, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<String>,
    /// Its lines, at most 999.
    pub lines: Vec<KeptLine>,
}

/// A line of it.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct KeptLine {
    /// Its name.
    pub name: String,
    /// How many, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<String>,
    /// The price of one, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// What it adds to the total, as decimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
}

impl Kept {
    /// What is kept of it.
    #[must_use]
    pub fn of(evidence: &Evidence, at: Instant) -> Self {
        let lines = evidence.lines.iter().take(LINES_MAX);
        Self {
            at,
            date: evidence.date,
            status: cut(&evidence.status),
            seller_name: cut(&evidence.seller_name),
            seller: evidence.seller.map(|seller| seller.text().to_owned()),
            currency: cut(&evidence.currency),
            total: evidence.total.map(text),
            lines: lines
                .map(|line| KeptLine {
                    name: cut(&line.name),
                    quantity: line.quantity.map(text),
                    price: line.price.map(text),
                    amount: line.amount.map(text),
                })
                .collect(),
        }
    }

    /// The evidence again, of that invoice.
    #[must_use]
    pub fn evidence(&self, number: Number, period: Period) -> Evidence {
        let decimal = |text: &Option<String>| text.as_deref().and_then(exact);
        Evidence {
            number,
            period: Some(period),
            date: self.date,
            time: String::new(),
            status: self.status.clone(),
            seller_name: self.seller_name.clone(),
            seller: self.seller.as_deref().and_then(TaxId::parse),
            seller_address: String::new(),
            currency: self.currency.clone(),
            total: decimal(&self.total),
            lines: self
                .lines
                .iter()
                .map(|line| Line {
                    name: line.name.clone(),
                    quantity: decimal(&line.quantity),
                    price: decimal(&line.price),
                    amount: decimal(&line.amount),
                })
                .collect(),
        }
    }
}

fn text(amount: Decimal) -> String {
    amount.normalize().to_string()
}

fn cut(text: &str) -> String {
    text.chars().take(NAME_MAX).collect()
}
