//! Reads a file of purchases, strictly: nothing is guessed, and an error names its line.
//!
//! The layout is that of the public CDNOW data set: a heading, then a purchase a line with its
//! customer, date (`yyyymmdd`), number of items and price, set apart by spaces. Lines end as the
//! heading does, in CR LF or LF, the last one included, so that a file cut short is noticed.

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The names that the heading must carry, in this order.
pub const COLUMNS: [&str; 4] = ["customer_id", "date", "number_of_cds", "dollar_value"];

/// The longest customer id in bytes, since it becomes the member's id.
const CUSTOMER_MAX: usize = 128;
/// The most items of one purchase, since they become one line of an order.
const QUANTITY_MAX: u64 = 1_000_000;
/// The highest price in whole units of the currency, since it becomes an amount.
const AMOUNT_MAX: u64 = 1_000_000_000_000;

/// One line of the file. Numbers keep the text they were written in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// Where it stands; the heading is line 1. It names the order and is its idempotency key.
    pub line: u64,
    /// The customer's id, which is the member's.
    pub member: String,
    /// The local day of the purchase.
    pub date: NaiveDate,
    /// Items, 1 to 1,000,000.
    pub quantity: String,
    /// The price, 0 or more, with no more decimals than the currency has.
    pub amount: String,
}

impl Purchase {
    /// Whether nothing was paid.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.amount.bytes().all(|byte| matches!(byte, b'0' | b'.'))
    }
}

/// All purchases of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orders {
    /// In the file's order; at least one.
    pub purchases: Vec<Purchase>,
    /// SHA-256 of the file in lower-case hexadecimal, by which a later run knows it again.
    pub fingerprint: String,
}

/// What is wrong with a file of purchases.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    /// The first line is not the heading.
    #[error("line 1: the heading is {found:?}; it must name the columns {}", COLUMNS.join(" "))]
    Heading {
        /// What stands there.
        found: String,
    },
    /// A line has too many or too few columns.
    #[error("line {line}: {found} columns; there must be 4: {}", COLUMNS.join(" "))]
    Columns {
        /// The line's number.
        line: u64,
        /// How many there are.
        found: usize,
    },
    /// A field can't stand as it is.
    #[error("line {line}: {column} is {found:?}; permitted: {permitted}")]
    Field {
        /// The line's number.
        line: u64,
        /// The column's name.
        column: &'static str,
        /// What stands there.
        found: String,
        /// What may stand there.
        permitted: String,
    },
    /// The last line is not whole.
    #[error("line {line}: the file ends before this line does; it was cut short, fetch it again")]
    Truncated {
        /// The line's number.
        line: u64,
    },
    /// A line ends otherwise than the heading.
    #[error("line {line}: this line ends otherwise than the heading does ({permitted})")]
    LineEnd {
        /// The line's number.
        line: u64,
        /// How the heading ends.
        permitted: &'static str,
    },
    /// A line isn't text.
    #[error("line {line}: this is not UTF-8 text")]
    NotText {
        /// The line's number.
        line: u64,
    },
    /// There is a heading and nothing else.
    #[error("line 2: the file holds no purchase")]
    Empty,
}

/// Reads a whole file, for a currency with so many decimals.
///
/// # Errors
/// [`Error`], for the first line that is wrong.
pub fn read(file: &[u8], decimals: u8) -> Result<Orders, Error> {
    let mut lines = Lines {
        rest: file,
        line: 0,
        end: None,
    };
    let heading = lines.next().transpose()?.map_or("", |(_, text)| text);
    if !heading.split_ascii_whitespace().eq(COLUMNS) {
        return Err(Error::Heading {
            found: excerpt(heading),
        });
    }
    let purchases = lines
        .map(|line| line.and_then(|(line, text)| purchase(line, text, decimals)))
        .collect::<Result<Vec<_>, _>>()?;
    if purchases.is_empty() {
        return Err(Error::Empty);
    }
    Ok(Orders {
        purchases,
        fingerprint: fingerprint(file),
    })
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The lines of a file with their numbers, without their ends.
struct Lines<'a> {
    rest: &'a [u8],
    line: u64,
    /// How the heading ends; none before it was read.
    end: Option<&'static str>,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Result<(u64, &'a str), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        self.line += 1;
        let line = self.line;
        let Some((bytes, rest)) = self
            .rest
            .iter()
            .position(|byte| *byte == b'\n')
            .and_then(|at| self.rest.split_at_checked(at))
        else {
            self.rest = &[];
            return Some(Err(Error::Truncated { line }));
        };
        self.rest = rest.get(1..).unwrap_or_default();
        let (bytes, end) = match bytes.strip_suffix(b"\r") {
            Some(bytes) => (bytes, "CR LF"),
            None => (bytes, "LF"),
        };
        let permitted = *self.end.get_or_insert(end);
        if permitted != end {
            return Some(Err(Error::LineEnd { line, permitted }));
        }
        Some(
            str::from_utf8(bytes)
                .map(|text| (line, text))
                .map_err(|_| Error::NotText { line }),
        )
    }
}

fn purchase(line: u64, text: &str, decimals: u8) -> Result<Purchase, Error> {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    let [customer, date, quantity, amount] = fields.as_slice() else {
        return Err(Error::Columns {
            line,
            found: fields.len(),
        });
    };
    let [customer_column, date_column, quantity_column, amount_column] = COLUMNS;
    let wrong = |column, found: &str, permitted: String| Error::Field {
        line,
        column,
        found: excerpt(found),
        permitted,
    };
    if customer.len() > CUSTOMER_MAX || customer.chars().any(char::is_control) {
        let permitted = format!("1 to {CUSTOMER_MAX} bytes without control characters");
        return Err(wrong(customer_column, customer, permitted));
    }
    let Some(day) = self::date(date) else {
        let permitted = "a date that exists, as yyyymmdd, from 19700102 on".to_owned();
        return Err(wrong(date_column, date, permitted));
    };
    if whole(quantity, QUANTITY_MAX).is_none_or(|items| items == 0) {
        let permitted = format!("a whole number from 1 to {QUANTITY_MAX}");
        return Err(wrong(quantity_column, quantity, permitted));
    }
    if !is_amount(amount, decimals) {
        let permitted = match decimals {
            0 => format!("a whole number from 0 to {AMOUNT_MAX}"),
            _ => format!("0 to {AMOUNT_MAX} with at most {decimals} decimals"),
        };
        return Err(wrong(amount_column, amount, permitted));
    }
    Ok(Purchase {
        line,
        member: (*customer).to_owned(),
        date: day,
        quantity: (*quantity).to_owned(),
        amount: (*amount).to_owned(),
    })
}

/// A date of eight digits. Before 2 January 1970 noon may lie before the first instant there is.
fn date(text: &str) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(1970, 1, 2)?;
    whole(text, u64::MAX)?;
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..8)?);
    let date = NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)?;
    (text.len() == 8 && date >= first).then_some(date)
}

/// A number of nothing but digits, up to a maximum.
fn whole(text: &str, max: u64) -> Option<u64> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|number| *number <= max)
}

fn is_amount(text: &str, decimals: u8) -> bool {
    let (units, fraction) = text.split_once('.').unzip();
    let Some(units) = whole(units.unwrap_or(text), AMOUNT_MAX) else {
        return false;
    };
    fraction.is_none_or(|fraction| {
        fraction.len() <= usize::from(decimals)
            && whole(fraction, u64::MAX).is_some_and(|part| units < AMOUNT_MAX || part == 0)
    })
}

/// As much of a faulty text as helps to find it.
fn excerpt(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests;
