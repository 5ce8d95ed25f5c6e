//! Times of day in documents: `HH:MM`.

use chrono::{NaiveTime, Timelike};
use serde::{Deserialize, Deserializer, Serializer, de};

const FORM: &str = "a time of day HH:MM such as 03:00";

fn parse(text: &str) -> Option<NaiveTime> {
    let (hour, minute) = text.split_once(':')?;
    NaiveTime::from_hms_opt(two_digits(hour)?, two_digits(minute)?, 0)
}

/// A number of exactly two digits.
pub(super) fn two_digits(text: &str) -> Option<u32> {
    let shaped = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    shaped.then(|| text.parse().ok()).flatten()
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
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveTime, D::Error> {
    let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &FORM))
}

/// The same, where there may be none.
pub mod option {
    use super::{Deserialize, Deserializer, FORM, NaiveTime, Serializer, de, parse};

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
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<NaiveTime>, D::Error> {
        let Some(text) = <Option<std::borrow::Cow<'de, str>>>::deserialize(from)? else {
            return Ok(None);
        };
        let time = parse(&text);
        time.map(Some)
            .ok_or_else(|| de::Error::invalid_value(de::Unexpected::Str(&text), &FORM))
    }
}
