//! Local time of a merchant: an IANA zone with its daylight saving.

use super::instant::Instant;
use chrono::{DateTime, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An IANA zone. A local time that does not exist moves to the first instant after the gap; one
/// that occurs twice means the first (spec: rules that hold everywhere, 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zone(Tz);

/// No zone changes its clocks by more than a day at once (Samoa skipped one), so that every
/// change that concerns a local time lies within so many hours of it in UTC.
const SEARCH_HOURS: i64 = 40;

impl Zone {
    /// By its IANA name, such as `Asia/Taipei`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        name.parse::<Tz>().ok().map(Self)
    }

    /// Its IANA name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// What the clocks there show.
    #[must_use]
    pub fn local(self, instant: Instant) -> NaiveDateTime {
        instant.utc().with_timezone(&self.0).naive_local()
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
        match self.0.from_local_datetime(&local) {
            MappedLocalTime::Single(moment) => Instant::from_utc(moment.to_utc()),
            MappedLocalTime::Ambiguous(one, other) => Instant::from_utc(one.min(other).to_utc()),
            MappedLocalTime::None => self.after_gap(local),
        }
    }

    /// The first instant of a local day: 00:00, or later where the clocks skip it.
    #[must_use]
    pub fn start_of(self, date: NaiveDate) -> Option<Instant> {
        self.instant(date.and_time(NaiveTime::MIN))
    }

    /// Finds the first second whose local time is past `local`, which lies in a gap.
    fn after_gap(self, local: NaiveDateTime) -> Option<Instant> {
        let middle = local.and_utc().timestamp();
        let reach = TimeDelta::hours(SEARCH_HOURS).num_seconds();
        let past = |second: i64| {
            DateTime::from_timestamp(second, 0)
                .is_some_and(|moment| moment.with_timezone(&self.0).naive_local() > local)
        };
        let (mut before, mut after) = (middle.checked_sub(reach)?, middle.checked_add(reach)?);
        while after - before > 1 {
            let half = before + (after - before) / 2;
            if past(half) {
                after = half;
            } else {
                before = half;
            }
        }
        DateTime::from_timestamp(after, 0).and_then(Instant::from_utc)
    }
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse(&name).ok_or_else(|| {
            de::Error::invalid_value(
                de::Unexpected::Str(&name),
                &"an IANA zone such as Asia/Taipei",
            )
        })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, local: &str, expected: &str) {
        let zone = Zone::parse(zone).unwrap();
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M:%S").unwrap();
        assert_eq!(
            zone.instant(local).unwrap().to_string(),
            expected,
            "{local} in {}",
            zone.name()
        );
    }

    #[test]
    fn gaps_and_overlaps() {
        // An hour is skipped at 02:00, and one repeated at 02:00.
        check(
            "America/New_York",
            "1998-04-05 02:30:00",
            "1998-04-05T07:00:00Z",
        );
        check(
            "America/New_York",
            "1998-10-25 01:30:00",
            "1998-10-25T05:30:00Z",
        );
        // The gap is at midnight: the day begins at 01:00.
        check(
            "Africa/Cairo",
            "2024-04-26 00:00:00",
            "2024-04-25T22:00:00Z",
        );
        check(
            "America/Sao_Paulo",
            "2018-11-04 00:00:00",
            "2018-11-04T03:00:00Z",
        );
        // The overlap is at midnight: 00:00 to 00:59 comes once in summer and once in winter time.
        check("Asia/Beirut", "2024-10-26 23:30:00", "2024-10-26T20:30:00Z");
        // A whole day is skipped.
        check(
            "Pacific/Apia",
            "2011-12-30 12:00:00",
            "2011-12-30T10:00:00Z",
        );
        check("Asia/Taipei", "2026-03-01 09:30:00", "2026-03-01T01:30:00Z");
    }
}
