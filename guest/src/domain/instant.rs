//! Moments in UTC.

use super::{digits, text};
use crate::reading::{Read, Reader, Wrong};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use serde::{Serialize, Serializer};
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

    /// Takes a moment of chrono's; none outside 1970–9999. One within a leap second is one of the second behind it, as clocks that know
    /// of none have it.
    #[must_use]
    pub fn from_utc(moment: DateTime<Utc>) -> Option<Self> {
        let nanoseconds = moment.timestamp_subsec_nanos();
        let leap = nanoseconds / 1_000_000_000;
        let seconds = moment.timestamp().checked_add(i64::from(leap))?;
        Self::new(u64::try_from(seconds).ok()?, nanoseconds % 1_000_000_000)
    }

    /// Reads RFC 3339 text with any offset.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::parse_own(text).or_else(|| {
            let moment = DateTime::parse_from_rfc3339(text).ok()?;
            Self::from_utc(moment.to_utc())
        })
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

    /// The end of 9999: what lasts until then lasts for good.
    #[must_use]
    pub fn last() -> Self {
        DateTime::from_timestamp(Self::LAST, 0).map_or(Self(DateTime::<Utc>::MAX_UTC), Self)
    }

    /// So many hours earlier; 1970 where that is earlier still.
    #[must_use]
    pub fn minus_hours(self, hours: u32) -> Self {
        let before = u64::from(hours).saturating_mul(3_600);
        Self::new(self.seconds().saturating_sub(before), self.nanoseconds()).unwrap_or(self)
    }

    /// Text of a fixed width that sorts as the moments do, for keys of records.
    #[must_use]
    pub fn sortable(self) -> String {
        self.text(9).as_str().to_owned()
    }

    /// Date and time with so many digits behind the seconds: 0, 3, 6 or 9. Every record holds a few of them.
    fn text(self, digits: usize) -> Text {
        let t: NaiveDateTime = self.0.naive_utc();
        let year = u32::try_from(t.year()).unwrap_or(0);
        let ([y3, y2], [y1, y0]) = (digits::two(year / 100), digits::two(year));
        let [m1, m0] = digits::two(t.month());
        let [d1, d0] = digits::two(t.day());
        let [h1, h0] = digits::two(t.hour());
        let [i1, i0] = digits::two(t.minute());
        let [s1, s0] = digits::two(t.second());
        // Few moments have a fraction of a second, and nine divisions are most of the work.
        let [a, b, c, d, e, f, g, h, i] = if digits == 0 {
            [b'0'; 9]
        } else {
            digits::of(self.nanoseconds())
        };
        let mut bytes = [
            y3, y2, y1, y0, b'-', m1, m0, b'-', d1, d0, b'T', h1, h0, b':', i1, i0, b':', s1, s0,
            b'.', a, b, c, d, e, f, g, h, i, b'Z',
        ];
        // The point goes with the digits.
        let end = if digits == 0 {
            19
        } else {
            20_usize.saturating_add(digits)
        };
        if let Some(end) = bytes.get_mut(end) {
            *end = b'Z';
        }
        Text {
            bytes,
            length: end.saturating_add(1),
        }
    }

    /// The shortest text that says all.
    fn shortest(self) -> Text {
        self.text(match self.nanoseconds() {
            0 => 0,
            n if n % 1_000_000 == 0 => 3,
            n if n % 1_000 == 0 => 6,
            _ => 9,
        })
    }

    /// Reads the form that [`Self::shortest`] writes; none for any other, which may still be right.
    fn parse_own(text: &str) -> Option<Self> {
        let (month, rest) = text.as_bytes().split_first_chunk()?;
        let (minute, rest) = rest.split_first_chunk()?;
        let (second, rest) = rest.split_first_chunk()?;
        let [y3, y2, y1, y0, _, m1, m0, _] =
            digits::beyond(*b"0000-00-", *month, [9, 9, 9, 9, 0, 9, 9, 0])?;
        let [d1, d0, _, h1, h0, _, i1, i0] =
            digits::beyond(*b"00T00:00", *minute, [9, 9, 0, 9, 9, 0, 9, 9])?;
        let [_, s1, s0] = *second;
        let nanos = match rest.strip_suffix(b"Z")? {
            [] => 0,
            [b'.', digits @ ..] if (1..=9).contains(&digits.len()) => {
                let missing = u32::try_from(9_usize.saturating_sub(digits.len())).ok()?;
                number(digits)?.checked_mul(10_u32.checked_pow(missing)?)?
            }
            _ => return None,
        };
        let second = digits::number_of([s1, s0]).filter(|_| second.starts_with(b":"))?;
        let year = i32::try_from(digits::pair(y3, y2).checked_mul(100)?).ok()?;
        let year = year.checked_add(i32::try_from(digits::pair(y1, y0)).ok()?)?;
        let date = NaiveDate::from_ymd_opt(year, digits::pair(m1, m0), digits::pair(d1, d0))?;
        let (hour, minute) = (digits::pair(h1, h0), digits::pair(i1, i0));
        let time = date.and_hms_nano_opt(hour, minute, second, nanos)?;
        Self::from_utc(time.and_utc())
    }
}

/// A moment as text.
struct Text {
    bytes: [u8; 30],
    length: usize,
}

impl Text {
    fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        digits::text(bytes)
    }
}

/// The number that at most 9 digits say.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |number, digit| {
        let digit = digit.wrapping_sub(b'0');
        let number = number.wrapping_mul(10).wrapping_add(u32::from(digit));
        (digit < 10).then_some(number)
    })
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shortest().as_str())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.shortest().as_str())
    }
}

impl Read for Instant {
    fn blank() -> Self {
        Self(DateTime::UNIX_EPOCH)
    }

    #[inline(never)]
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let form = "a moment such as 2026-11-22T04:00:00Z";
        text::read(self, from, form, Self::parse)
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
    use chrono::DateTime;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn is_written_and_read_as_a_calendar_has_it(seconds in 0..253_402_300_800_u64, nanoseconds in 0..1_000_000_000_u32) {
            let at = Instant::new(seconds, nanoseconds).unwrap();
            let theirs = DateTime::from_timestamp(seconds.try_into().unwrap(), nanoseconds).unwrap();
            prop_assert_eq!(at.sortable(), theirs.format("%Y-%m-%dT%H:%M:%S%.9fZ").to_string());
            prop_assert_eq!(Instant::parse(&at.to_string()), Some(at));
        }

        #[test]
        fn reads_what_a_calendar_reads(at in 0..20_usize, byte in "[0-9:TZ./ -]") {
            let mut text = "2026-11-22T04:59:30Z".to_owned();
            text.replace_range(at..=at, &byte);
            let theirs = DateTime::parse_from_rfc3339(&text).ok().map(|it| it.to_utc());
            prop_assert_eq!(Instant::parse(&text), theirs.and_then(Instant::from_utc), "{}", text);
        }
    }

    #[test]
    fn shows_only_the_digits_that_it_needs() {
        for text in [
            "2026-11-22T04:00:00Z",
            "2026-11-22T04:00:00.250Z",
            "2026-11-22T04:00:00.000001Z",
            "2026-11-22T04:00:00.000000001Z",
            "2028-02-29T23:59:59.999999999Z",
        ] {
            assert_eq!(Instant::parse(text).unwrap().to_string(), text);
        }
        let offset = Instant::parse("2026-11-22T12:00:00+08:00").unwrap();
        assert_eq!(offset.sortable(), "2026-11-22T04:00:00.000000000Z");
    }

    #[test]
    fn reads_what_it_writes_and_every_other_form() {
        let at = |text| Instant::parse(text);
        assert_eq!(
            at("2026-11-22T04:00:00.5Z"),
            at("2026-11-22T12:00:00.50+08:00")
        );
        assert_eq!(at("2026-11-22t04:00:00z"), at("2026-11-22T04:00:00Z"));
        let leap = at("2026-12-31T23:59:60.5Z").unwrap();
        assert_eq!(leap.to_string(), "2027-01-01T00:00:00.500Z");
        assert_eq!(Some(leap), at("2027-01-01T00:00:00.5Z"));
        assert_eq!(at("9999-12-31T23:59:60Z"), None);
        for text in [
            "2026-02-29T04:00:00Z",
            "2026-11-22T24:00:00Z",
            "2026-11-22T04:60:00Z",
            "2026-11-22T04:00:00",
            "2026-11-22T04:00:00.Z",
            "2026-11-22T04:00:0:Z",
            "2026-11-22T04:00:00.1/Z",
            "",
        ] {
            assert_eq!(at(text), None, "{text}");
        }
    }

    #[test]
    fn stays_within_1970_and_9999() {
        assert_eq!(Instant::new(253_402_300_800, 0), None);
        assert_eq!(Instant::new(0, 1_000_000_000), None);
        assert_eq!(Instant::parse("1969-12-31T23:59:59Z"), None);
    }
}
