//! An invoice as the verifier knows it.

use crate::amount::lenient;
use crate::fold;
use crate::identifier::{Number, Period, TaxId};
use chrono::NaiveDate;
use rust_decimal::Decimal;

/// Milliseconds that Taiwan's clocks are ahead of UTC.
const AHEAD: i64 = 8 * 3_600_000;

const DAY: i64 = 24 * 3_600_000;

/// What a verifier said of an invoice. Campaigns are judged by it, never by what a receipt's codes say.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Its number.
    pub number: Number,
    /// Its period.
    pub period: Option<Period>,
    /// Day of issue.
    pub date: Option<NaiveDate>,
    /// Time of issue, as the platform writes it; may be blank.
    pub time: String,
    /// The platform's word for its state.
    pub status: String,
    /// The seller's registered name, with its branch.
    pub seller_name: String,
    /// The issuing branch's business number.
    pub seller: Option<TaxId>,
    /// The seller's address; may be blank.
    pub seller_address: String,
    /// Blank: New Taiwan dollars.
    pub currency: String,
    /// The total; none from platforms that don't tell it.
    pub total: Option<Decimal>,
    /// Its lines, discounts among them.
    pub lines: Vec<Line>,
}

/// A line. What could not be read of it is missing, and makes a verdict wait that needs it.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// How many.
    pub quantity: Option<Decimal>,
    /// The price of one. It is for exports only, since quantity times price is not the amount everywhere.
    pub price: Option<Decimal>,
    /// What it adds to the total; below zero for a discount.
    pub amount: Option<Decimal>,
}

impl Line {
    /// From the platform's texts.
    #[must_use]
    pub fn read(name: &str, quantity: &str, price: &str, amount: &str) -> Self {
        Self {
            name: name.to_owned(),
            quantity: lenient(quantity),
            price: lenient(price),
            amount: lenient(amount),
        }
    }

    /// What it counts as items: 0 for a discount. Of a line without an amount nobody knows whether it is one.
    #[must_use]
    pub fn items(&self) -> Option<Decimal> {
        if self.is_discount() {
            Some(Decimal::ZERO)
        } else {
            self.quantity.filter(|_| self.amount.is_some())
        }
    }

    /// Whether it takes something off. Discounts count in amounts, but not as items.
    #[must_use]
    pub fn is_discount(&self) -> bool {
        self.amount
            .is_some_and(|amount| amount.is_sign_negative() && !amount.is_zero())
    }
}

/// Whether a currency, as a verifier names it, is another one than New Taiwan dollars.
#[must_use]
pub fn is_foreign(currency: &str) -> bool {
    !matches!(fold::typed(currency).as_str(), "" | "TWD" | "NTD")
}

impl Evidence {
    /// The verifier's total, or else the sum of the lines; none where neither is known.
    #[must_use]
    pub fn amount(&self) -> Option<Decimal> {
        self.total.or_else(|| {
            let mut sum = Decimal::ZERO;
            for line in &self.lines {
                sum = sum.checked_add(line.amount?)?;
            }
            (!self.lines.is_empty()).then_some(sum)
        })
    }

    /// The day in Taiwan of an instant in milliseconds since 1970, which is what a carrier's list has for certain: its
    /// other fields of a date mean different things in different years of the platform.
    #[must_use]
    pub fn day_of(milliseconds: i64) -> Option<NaiveDate> {
        let there = milliseconds.checked_add(AHEAD)?;
        let days = i32::try_from(there.div_euclid(DAY)).ok()?;
        let date = NaiveDate::from_epoch_days(days)?;
        Period::of(date).map(|_| date)
    }

    /// Whether amounts are in another currency than New Taiwan dollars.
    #[must_use]
    pub fn is_foreign(&self) -> bool {
        is_foreign(&self.currency)
    }

    /// Whether it is about the invoice that was asked for. An answer that is not is no evidence.
    #[must_use]
    pub fn is_of(&self, number: Number, period: Period) -> bool {
        let date = self.date.is_none_or(|date| period.holds(date));
        self.number == number && date && self.period.is_none_or(|own| own == period)
    }
}
