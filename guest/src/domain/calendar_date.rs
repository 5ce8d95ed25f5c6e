//! Dates in records and requests: `YYYY-MM-DD`, of the years 0001 to 9999.

use super::clock_time::two_digits;
use super::{digits, text};
use crate::reading::{Reader, Wrong};
use chrono::{Datelike, NaiveDate};
use serde::Serializer;

const FORM: &str = "a date YYYY-MM-DD such as 2028-02-29";

/// Reads `YYYY-MM-DD`; none for any other form, and for a day that the year doesn't have.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveDate> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.strip_prefix('-')?.split_once('-')?;
    let (century, year) = year.split_at_checked(2)?;
    let year = two_digits(century)? * 100 + two_digits(year)?;
    let year = i32::try_from(year).ok().filter(|year| *year > 0)?;
    NaiveDate::from_ymd_opt(year, two_digits(month)?, two_digits(day)?)
}

/// `YYYY-MM-DD`, in ASCII.
#[must_use]
pub fn text_of(date: NaiveDate) -> [u8; 10] {
    let year = u32::try_from(date.year()).unwrap_or(0);
    let ([y3, y2], [y1, y0]) = (digits::two(year / 100), digits::two(year));
    let [m1, m0] = digits::two(date.month());
    let [d1, d0] = digits::two(date.day());
    [y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0]
}

/// Writes `YYYY-MM-DD`.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(date: &NaiveDate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(digits::text(&text_of(*date)))
}

/// Reads `YYYY-MM-DD`.
///
/// # Errors
/// For anything else.
pub fn read(place: &mut NaiveDate, from: &mut Reader<'_>) -> Result<(), Wrong> {
    text::read(place, from, FORM, parse)
}

/// The same, where there may be none.
pub mod option {
    use super::{FORM, NaiveDate, Reader, Serializer, Wrong, parse, text};

    /// Writes `YYYY-MM-DD` or nothing.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(date: &Option<NaiveDate>, to: S) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => super::serialize(date, to),
            None => to.serialize_none(),
        }
    }

    /// Reads `YYYY-MM-DD` or nothing.
    ///
    /// # Errors
    /// For anything else.
    pub fn read(place: &mut Option<NaiveDate>, from: &mut Reader<'_>) -> Result<(), Wrong> {
        text::read_option(place, from, FORM, parse)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn takes_days_that_there_are_in_this_form_only() {
        for text in ["2028-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        for text in [
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-10",
            "2026-01-1",
            "2026-01-010",
            "26-01-01",
            "0000-01-01",
            "+2026-01-01",
            "-2026-01-01",
            "2026/01/01",
            "2026-01-01 ",
            "2026-01-01T00:00:00Z",
            "２０２６-01-01",
            "",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
