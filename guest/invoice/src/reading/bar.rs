//! The bar code: period, number, random code. It names no day.

use super::code::without_guards;
use super::{Extent, Field, Reading, Reason, Refusal, Settings, Warning, Way};
use crate::identifier::{Number, Period, Random};

/// Reads 19 characters, with or without the guards of Code 39.
///
/// # Errors
/// The first field that has not its form, and periods that have not begun.
pub(super) fn bar(code: &[u8], settings: &Settings<'_>) -> Result<Reading, Refusal> {
    let code = without_guards(code);
    let part = |from, to| code.get(from..to).unwrap_or_default();
    let number = Number::from_bytes(part(5, 15));
    let refuse = |field, reason| Refusal::new(field, reason, number);
    match code.len() {
        19 => {}
        ..19 => return Err(refuse(Field::Code, Reason::TooShort)),
        _ => return Err(refuse(Field::Code, Reason::Form)),
    }
    let form = |field| refuse(field, Reason::Form);
    let number = number.ok_or_else(|| form(Field::Number))?;
    let period = Period::from_bytes(part(0, 5)).ok_or_else(|| form(Field::Date))?;
    let random = Random::from_bytes(part(15, 19)).ok_or_else(|| form(Field::Random))?;
    if period.first_day() > settings.today {
        return Err(refuse(Field::Date, Reason::Future));
    }
    Ok(Reading {
        number,
        period,
        date: None,
        random,
        way: Way::Bar,
        printed: None,
        items: Vec::new(),
        extent: Extent::Absent,
        warnings: if number.is_doubtful() {
            vec![Warning::DoubtfulLetter]
        } else {
            Vec::new()
        },
    })
}
