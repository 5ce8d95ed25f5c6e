//! Times of day in documents: `HH:MM`.

use super::{digits, text};
use crate::reading::{Reader, Wrong};
use chrono::{NaiveTime, Timelike};
use serde::Serializer;

const FORM: &str = "a time of day HH:MM such as 03:00";

/// Reads `HH:MM`; none for anything else.
#[must_use]
pub fn parse(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    NaiveTime::from_hms_opt(two_digits(hour)?, two_digits(minute)?, 0)
}

/// A number of exactly two digits.
pub(super) fn two_digits(text: &str) -> Option<u32> {
    digits::number_of(text.as_bytes().try_into().ok()?)
}

/// Writes `HH:MM`.
///
/// # Errors
/// Those of the serializer.
pub fn serialize<S: Serializer>(time: &NaiveTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{:02}:{:02}", time.hour(), time.minute()))
}

/// Reads `HH:MM`.
///
/// # Errors
/// For anything else.
pub fn read(place: &mut NaiveTime, from: &mut Reader<'_>) -> Result<(), Wrong> {
    text::read(place, from, FORM, parse)
}

/// The same, where there may be none.
pub mod option {
    use super::{FORM, NaiveTime, Reader, Serializer, Wrong, parse, text};

    /// Writes `HH:MM` or nothing.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(time: &Option<NaiveTime>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    /// Reads `HH:MM` or nothing.
    ///
    /// # Errors
    /// For anything else.
    pub fn read(place: &mut Option<NaiveTime>, from: &mut Reader<'_>) -> Result<(), Wrong> {
        text::read_option(place, from, FORM, parse)
    }
}
