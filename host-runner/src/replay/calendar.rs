//! The local days that a replay goes through.

use chrono::{DateTime, Days, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono::{Datelike, MappedLocalTime, NaiveDateTime};
use chrono_tz::Tz;

/// No zone has changed its clocks by more than a day at once, so that a change that concerns a
/// local time lies within so many hours of it in UTC, whatever the zone's offset.
const CHANGE_WITHIN: TimeDelta = TimeDelta::hours(40);

/// When the clocks of a zone show a local time: the first time if they do so twice, the first
/// instant after the gap if they never do. None at the ends of the calendar.
#[must_use]
pub fn instant(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(moment) => Some(moment.to_utc()),
        MappedLocalTime::Ambiguous(one, other) => Some(one.min(other).to_utc()),
        MappedLocalTime::None => after_gap(zone, local),
    }
}

/// Noon of a local day.
#[must_use]
pub fn noon(zone: Tz, date: NaiveDate) -> Option<DateTime<Utc>> {
    instant(zone, date.and_time(NaiveTime::from_hms_opt(12, 0, 0)?))
}

/// The first instant of a local day.
#[must_use]
pub fn start(zone: Tz, date: NaiveDate) -> Option<DateTime<Utc>> {
    instant(zone, date.and_time(NaiveTime::MIN))
}

/// The last instant of a local day: a nanosecond before the next one starts. What happens at the
/// start of the next day is not part of this one.
#[must_use]
pub fn end(zone: Tz, date: NaiveDate) -> Option<DateTime<Utc>> {
    let next = start(zone, date.checked_add_days(Days::new(1))?)?;
    next.checked_sub_signed(TimeDelta::nanoseconds(1))
}

/// The last day of a date's month.
#[must_use]
pub fn last_of_month(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)?
        .checked_add_months(Months::new(1))?
        .pred_opt()
}

/// Halves the time around a gap until the first second past it is found.
fn after_gap(zone: Tz, local: NaiveDateTime) -> Option<DateTime<Utc>> {
    let middle = local.and_utc();
    let mut before = middle.checked_sub_signed(CHANGE_WITHIN)?.timestamp();
    let mut after = middle.checked_add_signed(CHANGE_WITHIN)?.timestamp();
    while after - before > 1 {
        let half = before + (after - before) / 2;
        let shown = DateTime::from_timestamp(half, 0)?
            .with_timezone(&zone)
            .naive_local();
        if shown > local {
            after = half;
        } else {
            before = half;
        }
    }
    DateTime::from_timestamp(after, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_a_zone() {
        let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
        let cases = [
            // Winter and summer time.
            (
                noon(Tz::America__New_York, day(1998, 1, 1)),
                "1998-01-01T17:00:00Z",
            ),
            (
                noon(Tz::America__New_York, day(1998, 4, 5)),
                "1998-04-05T16:00:00Z",
            ),
            (
                end(Tz::America__New_York, day(1998, 6, 30)),
                "1998-07-01T03:59:59.999999999Z",
            ),
            // Midnight is skipped, and so is a whole day.
            (
                start(Tz::Africa__Cairo, day(2024, 4, 26)),
                "2024-04-25T22:00:00Z",
            ),
            (
                noon(Tz::Pacific__Apia, day(2011, 12, 30)),
                "2011-12-30T10:00:00Z",
            ),
            // Midnight comes twice.
            (
                start(Tz::America__Havana, day(2024, 11, 3)),
                "2024-11-03T04:00:00Z",
            ),
        ];
        for (found, expected) in cases {
            let expected: DateTime<Utc> = expected.parse().unwrap();
            assert_eq!(found, Some(expected));
        }
        assert_eq!(last_of_month(day(2024, 2, 1)), Some(day(2024, 2, 29)));
        assert_eq!(last_of_month(day(1997, 12, 31)), Some(day(1997, 12, 31)));
    }
}
