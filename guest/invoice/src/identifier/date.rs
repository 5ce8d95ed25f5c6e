//! Dates of issue: by the calendar of the Republic, whose year 1 is 1912, or by the common one.

use crate::amount::whole;
use crate::fold;
use chrono::{Datelike, NaiveDate};

/// Years between the two calendars.
pub(crate) const EPOCH: i32 = 1911;

/// The first year with electronic invoices. What is dated before is no e-invoice, or misread.
pub(crate) const FIRST_YEAR: i32 = 2006;

/// The last year that is taken: ROC 199. Behind it a common year with a digit lost or added would pass for a date.
pub(crate) const LAST_YEAR: i32 = 2110;

/// A date from 2006 to 2110; years below 1000 are the Republic's.
pub(crate) fn date(year: u32, month: u32, day: u32) -> Option<NaiveDate> {
    let year = i32::try_from(year).ok()?;
    let year = if year < 1000 { year + EPOCH } else { year };
    NaiveDate::from_ymd_opt(year, month, day)
        .filter(|date| (FIRST_YEAR..=LAST_YEAR).contains(&date.year()))
}

/// Digits in a row, all of them: `1150410`, or `20260410` by the common calendar. A year of the Republic has no fourth
/// digit: with one, a number that gained a digit would read as another number and the same date.
pub(crate) fn digits(text: &[u8]) -> Option<NaiveDate> {
    let (year, rest) = text.split_at_checked(text.len().checked_sub(4)?)?;
    let (month, day) = rest.split_at_checked(2)?;
    if let [b'0', _, _, _] = year {
        return None;
    }
    date(whole(year)?, whole(month)?, whole(day)?)
}

/// Takes what a person types, by either calendar: `115/4/10`, `2026-04-10`, `1150410`, `20260410`, `民國115年4月10日`.
#[must_use]
pub fn typed(text: &str) -> Option<NaiveDate> {
    let mut groups = [const { String::new() }; 3];
    let mut group = 0;
    let mut before = ' ';
    for letter in text.chars().map(fold::width) {
        if letter.is_ascii_digit() {
            // Another group begins behind anything that is no digit, but for the first.
            if !before.is_ascii_digit() && groups.first().is_some_and(|first| !first.is_empty()) {
                group += 1;
            }
            groups.get_mut(group)?.push(letter);
        } else if !is_separator(letter) {
            return None;
        }
        before = letter;
    }
    let [year, month, day] = groups.each_ref().map(|group| group.as_bytes());
    match (year.len(), month.len(), day.len()) {
        (6..=8, 0, 0) => digits(year),
        (2..=4, 1..=2, 1..=2) => date(whole(year)?, whole(month)?, whole(day)?),
        _ => None,
    }
}

fn is_separator(letter: char) -> bool {
    fold::is_blank(letter)
        || fold::is_hyphen(letter)
        || matches!(
            letter,
            '/' | '.'
                | ','
                | '年'
                | '月'
                | '日'
                | '中'
                | '華'
                | '民'
                | '國'
                | '西'
                | '元'
                | '、'
                | '。'
        )
}
