//! Local time of a merchant: an IANA zone with its daylight saving.

mod table;
#[cfg(test)]
mod tests;
mod yearly;

use super::instant::Instant;
use super::text;
use crate::reading::{Read, Reader, Wrong};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};
use serde::{Serialize, Serializer};
use std::fmt;
use table::Entry;

/// An IANA zone. A local time that does not exist moves to the first instant after the gap; one
/// that occurs twice means the first (spec: rules that hold everywhere, 1).
///
/// Where the clocks are changed by a rule, they are so for good; changes that are known one by one, such as those around Ramadan,
/// end with the last known one.
#[derive(Clone, Copy)]
pub struct Zone(&'static Entry);

impl Zone {
    /// By its IANA name, such as `Asia/Taipei`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Entry::find(name).map(Self)
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// What the clocks there show.
    #[must_use]
    pub fn local(self, instant: Instant) -> NaiveDateTime {
        let utc = instant.utc();
        utc.naive_utc() + self.0.span(utc.timestamp()).offset
    }

    /// The local date.
    #[must_use]
    pub fn date(self, instant: Instant) -> NaiveDate {
        self.local(instant).date()
    }

    /// When the clocks there first show `local`, or the first instant after the gap that skips it.
    /// None beyond 1970–9999.
    #[must_use]
    pub fn instant(self, local: NaiveDateTime) -> Option<Instant> {
        let shown = local.and_utc().timestamp();
        // No clocks show `local` before this second. The answer is the first one whose clocks show it or more.
        let mut begin = shown.checked_sub(table::OFFSET_MAX)?;
        loop {
            let span = self.0.span(begin);
            let wanted = shown.checked_sub(span.offset.local_minus_utc().into())?;
            if span.end.is_none_or(|end| wanted < end) {
                return if wanted < begin {
                    // The change at `begin` skipped `local`.
                    DateTime::from_timestamp(begin, 0).and_then(Instant::from_utc)
                } else {
                    let utc = local.checked_sub_offset(span.offset)?;
                    Instant::from_utc(utc.and_utc())
                };
            }
            begin = span.end?;
        }
    }

    /// How far the clocks are from UTC at that second, and since when and until when, in seconds of UTC.
    #[must_use]
    pub fn steady(self, second: i64) -> Steady {
        let span = self.0.span(second);
        Steady {
            begin: span.begin.unwrap_or(i64::MIN),
            end: span.end.unwrap_or(i64::MAX),
            offset: span.offset.local_minus_utc().into(),
        }
    }

    /// The first instant of a local day: 00:00, or later where the clocks skip it.
    #[must_use]
    pub fn start_of(self, date: NaiveDate) -> Option<Instant> {
        self.instant(date.and_time(NaiveTime::MIN))
    }
}

/// A time without a change of clocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steady {
    /// Its first second in UTC.
    pub begin: i64,
    /// The second in UTC at which the clocks change.
    pub end: i64,
    /// Seconds that they are before UTC.
    pub offset: i64,
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        // Each name has one entry.
        std::ptr::eq(self.0, other.0)
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Zone").field(&self.name()).finish()
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl Read for Zone {
    fn blank() -> Self {
        Self(Entry::first())
    }

    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
        let form = "an IANA zone such as Asia/Taipei";
        text::read(self, from, form, Self::parse)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Zone {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Zone".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "description": "an IANA zone such as Asia/Taipei" })
    }
}
