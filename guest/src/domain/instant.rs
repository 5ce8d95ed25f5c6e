//! Moments in UTC.

use chrono::{DateTime, Datelike, NaiveDateTime, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

/// A moment in UTC, to the nanosecond, from 1970 to the end of 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(DateTime<Utc>);

impl Instant {
    /// The end of the year 9999 in UTC, in seconds: the last moment with a date of four digits.
    const LAST: i64 = 253_402_300_799;

    /// From seconds since 1970 and nanoseconds below 1,000,000,000; none outside 1970–9999.
    #[must_use]
    pub fn new(seconds: u64, nanoseconds: u32) -> Option<Self> {
        let seconds = i64::try_from(seconds)
            .ok()
            .filter(|seconds| *seconds <= Self::LAST)?;
        (nanoseconds < 1_000_000_000)
            .then(|| DateTime::from_timestamp(seconds, nanoseconds).map(Self))
            .flatten()
    }

    /// Takes a moment of chrono's; none outside 1970–9999.
    #[must_use]
    pub fn from_utc(moment: DateTime<Utc>) -> Option<Self> {
        (0..=Self::LAST)
            .contains(&moment.timestamp())
            .then_some(Self(moment))
    }

    /// Reads RFC 3339 text with any offset.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text)
            .ok()
            .and_then(|moment| Self::from_utc(moment.to_utc()))
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn seconds(self) -> u64 {
        u64::try_from(self.0.timestamp()).unwrap_or(0)
    }

    /// The rest, below 1,000,000,000.
    #[must_use]
    pub fn nanoseconds(self) -> u32 {
        self.0.timestamp_subsec_nanos()
    }

    /// The same moment for chrono.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.0
    }

    /// So many seconds later; the end of 9999 where that is later still.
    #[must_use]
    pub fn plus_seconds(self, seconds: u32) -> Self {
        let later = self.seconds().saturating_add(u64::from(seconds));
        let last = u64::try_from(Self::LAST).unwrap_or(0);
        Self::new(later.min(last), self.nanoseconds()).unwrap_or(self)
    }

    /// So many days of 24 hours earlier; 1970 where that is earlier still.
    #[must_use]
    pub fn minus_days(self, days: u32) -> Self {
        let before = u64::from(days).saturating_mul(86_400);
        Self::new(self.seconds().saturating_sub(before), self.nanoseconds()).unwrap_or(self)
    }

    /// Text of a fixed width that sorts as the moments do, for keys of records.
    #[must_use]
    pub fn sortable(self) -> String {
        self.text(9)
    }

    /// Date and time with so many digits behind the seconds, 0 to 9. Written digit by digit, because every record
    /// holds a few of them.
    fn text(self, digits: u32) -> String {
        let t: NaiveDateTime = self.0.naive_utc();
        let mut text = String::with_capacity(30);
        push(&mut text, u32::try_from(t.year()).unwrap_or(0), 4, '-');
        push(&mut text, t.month(), 2, '-');
        push(&mut text, t.day(), 2, 'T');
        push(&mut text, t.hour(), 2, ':');
        push(&mut text, t.minute(), 2, ':');
        if digits == 0 {
            push(&mut text, t.second(), 2, 'Z');
        } else {
            push(&mut text, t.second(), 2, '.');
            let cut = 10_u32.pow(9_u32.saturating_sub(digits));
            push(&mut text, self.nanoseconds() / cut, digits, 'Z');
        }
        text
    }
}

/// Appends a number of so many digits and what stands behind it.
fn push(text: &mut String, number: u32, digits: u32, behind: char) {
    for place in (0..digits).rev() {
        let digit = number / 10_u32.pow(place) % 10;
        text.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
    text.push(behind);
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.nanoseconds();
        let digits = match nanos {
            0 => 0,
            n if n % 1_000_000 == 0 => 3,
            n if n % 1_000 == 0 => 6,
            _ => 9,
        };
        f.write_str(&self.text(digits))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            de::Error::invalid_value(
                de::Unexpected::Str(&text),
                &"a moment such as 2026-11-22T04:00:00Z",
            )
        })
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Instant {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

#[cfg(test)]
mod tests {
    use super::Instant;

    #[test]
    fn shows_only_the_digits_that_it_needs() {
        for text in [
            "2026-11-22T04:00:00Z",
            "2026-11-22T04:00:00.250Z",
            "2026-11-22T04:00:00.000000001Z",
        ] {
            assert_eq!(Instant::parse(text).unwrap().to_string(), text);
        }
        let offset = Instant::parse("2026-11-22T12:00:00+08:00").unwrap();
        assert_eq!(offset.sortable(), "2026-11-22T04:00:00.000000000Z");
    }

    #[test]
    fn stays_within_1970_and_9999() {
        assert_eq!(Instant::new(253_402_300_800, 0), None);
        assert_eq!(Instant::new(0, 1_000_000_000), None);
        assert_eq!(Instant::parse("1969-12-31T23:59:59Z"), None);
    }
}
