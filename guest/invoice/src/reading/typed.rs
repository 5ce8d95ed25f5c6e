//! What a member types off a receipt.

use super::{Extent, Field, Reading, Reason, Refusal, Settings, Warning, Way};
use crate::identifier::carrier::MobileCode;
use crate::identifier::number::NumberFault;
use crate::identifier::track::{Track, track};
use crate::identifier::{Number, Period, Random, date};

/// The three fields, as they were typed.
#[derive(Clone, Copy, Debug)]
pub struct Typed<'a> {
    /// Number.
    pub number: &'a str,
    /// Date of issue.
    pub date: &'a str,
    /// Random code.
    pub random: &'a str,
}

/// Reads them, whatever their width, case, blanks and hyphens.
///
/// # Errors
/// One refusal for each field that is wrong.
pub fn read_typed(typed: Typed<'_>, settings: &Settings<'_>) -> Result<Reading, Vec<Refusal>> {
    let mut refusals = Vec::new();
    let number = Number::typed(typed.number);
    let known = number.ok();
    let mut refuse = |field, reason| refusals.push(Refusal::new(field, reason, known));
    match number {
        Ok(_) => {}
        Err(NumberFault::Masked) => refuse(Field::Number, Reason::MaskedDonated),
        Err(NumberFault::Form) if MobileCode::typed(typed.number).is_some() => {
            refuse(Field::Number, Reason::CarrierCode);
        }
        Err(NumberFault::Form) => refuse(Field::Number, Reason::Form),
    }
    let date = date::typed(typed.date);
    let period = date.and_then(Period::of);
    match date {
        None => refuse(Field::Date, Reason::Form),
        Some(date) if date > settings.today => refuse(Field::Date, Reason::Future),
        Some(_) => {}
    }
    let random = Random::typed(typed.random);
    if random.is_none() {
        refuse(Field::Random, Reason::Form);
    }
    let mut warnings = Vec::new();
    if let (Some(number), Some(period)) = (known, period) {
        if number.is_doubtful() {
            warnings.push(Warning::DoubtfulLetter);
        }
        match track(&number, period, settings.tracks) {
            Track::Traditional => refuse(Field::Number, Reason::Traditional),
            Track::Foreign => warnings.push(Warning::ForeignTrack),
            Track::Electronic | Track::Unknown => {}
        }
    }
    match (known, date, period, random) {
        (Some(number), Some(date), Some(period), Some(random)) if refusals.is_empty() => {
            Ok(Reading {
                number,
                period,
                date: Some(date),
                random,
                way: Way::Typed,
                printed: None,
                items: Vec::new(),
                extent: Extent::Absent,
                warnings,
            })
        }
        _ => Err(refusals),
    }
}
