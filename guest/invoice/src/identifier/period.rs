//! Periods of two months, which invoices are numbered and taxed by.

use super::date::{EPOCH, FIRST_YEAR, LAST_YEAR, date};
use crate::amount::whole;
use chrono::{Datelike, Months, NaiveDate};

/// A period: January and February, and so on to November and December. Identity of an invoice is its period and number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period {
    /// Year of the Republic, 95 to 199.
    year: u32,
    /// Its second month: 2, 4 … 12.
    month: u32,
}

impl Period {
    /// The one that a date lies in; none before 2006 and after 2110.
    #[must_use]
    pub fn of(date: NaiveDate) -> Option<Self> {
        let year = date.year();
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return None;
        }
        Some(Self {
            year: u32::try_from(year - EPOCH).ok()?,
            month: date.month().div_ceil(2) * 2,
        })
    }

    /// Takes exactly five digits, `11104`: the Republic's year and an even month.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::from_bytes(text.as_bytes())
    }

    /// The same from bytes.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (year, month) = bytes.split_at_checked(3)?;
        let month = whole(month).filter(|month| month % 2 == 0 && bytes.len() == 5)?;
        Self::of(date(whole(year)?, month, 1)?)
    }

    /// Five digits, as the platform writes it: `11104`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(5);
        for digit in [
            self.year / 100,
            self.year / 10,
            self.year,
            self.month / 10,
            self.month,
        ] {
            text.extend(char::from_digit(digit % 10, 10));
        }
        text
    }

    /// The first day.
    #[must_use]
    pub fn first_day(&self) -> NaiveDate {
        let year = i32::try_from(self.year).unwrap_or(0) + EPOCH;
        NaiveDate::from_ymd_opt(year, self.month - 1, 1).unwrap_or_default()
    }

    /// The first day that is not in it any more.
    #[must_use]
    pub fn end(&self) -> NaiveDate {
        let first = self.first_day();
        first.checked_add_months(Months::new(2)).unwrap_or(first)
    }

    /// Whether a date lies in it.
    #[must_use]
    pub fn holds(&self, date: NaiveDate) -> bool {
        Self::of(date) == Some(*self)
    }

    /// The year by the common calendar.
    pub(crate) fn common_year(&self) -> u32 {
        self.year + 1911
    }

    /// Its place in the year, from 0.
    pub(crate) fn place(&self) -> usize {
        usize::try_from(self.month / 2 - 1).unwrap_or(0)
    }
}
