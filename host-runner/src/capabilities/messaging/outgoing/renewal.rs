//! When a quota begins anew.

use super::provider::Renewal;
use crate::capabilities::clock::Instant;
use chrono::{DateTime, Datelike, Days, FixedOffset, Months, NaiveDate, TimeZone};

/// A quota that waits for a payment is asked for again after so many seconds.
const PAID: u64 = 600;

const HOUR: u32 = 3600;

impl Renewal {
    /// The UTC second from which it is to be had again.
    pub(super) fn after(self, now: Instant) -> u64 {
        let (hours, next): (u32, fn(NaiveDate) -> Option<NaiveDate>) = match self {
            Self::Paid => return now.seconds.saturating_add(PAID),
            Self::Day(hours) => (hours, |date| date.checked_add_days(Days::new(1))),
            Self::Month(hours) => (hours, |date| {
                date.with_day(1)?.checked_add_months(Months::new(1))
            }),
        };
        let begin = || {
            let zone = FixedOffset::east_opt(i32::try_from(hours * HOUR).ok()?)?;
            let seconds = i64::try_from(now.seconds).ok()?;
            let local = DateTime::from_timestamp(seconds, 0)?.with_timezone(&zone);
            let midnight = next(local.date_naive())?.and_hms_opt(0, 0, 0)?;
            let begin = zone.from_local_datetime(&midnight).single()?;
            u64::try_from(begin.timestamp()).ok()
        };
        // Beyond the calendar there is no next month, nor anybody to send to.
        begin().unwrap_or(u64::MAX)
    }
}

/// Seconds until the next time that it is this hour at so many hours ahead of UTC.
pub(in super::super) fn until_hour(now: Instant, hours: u32, hour: u32) -> u32 {
    let day = u64::from(24 * HOUR);
    let local = now.seconds.saturating_add(u64::from(hours * HOUR)) % day;
    let left = (day + u64::from(hour * HOUR) - local) % day;
    u32::try_from(if left == 0 { day } else { left }).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        let time = DateTime::parse_from_rfc3339(text).unwrap().timestamp();
        Instant::at(u64::try_from(time).unwrap())
    }

    #[test]
    fn months_and_days_begin_where_the_provider_is() {
        let table = [
            (
                Renewal::Month(9),
                "2026-11-25T00:00:00Z",
                "2026-11-30T15:00:00Z",
            ),
            (
                Renewal::Month(9),
                "2026-11-30T14:59:59Z",
                "2026-11-30T15:00:00Z",
            ),
            (
                Renewal::Month(9),
                "2026-11-30T15:00:00Z",
                "2026-12-31T15:00:00Z",
            ),
            (
                Renewal::Month(9),
                "2026-12-31T14:00:00Z",
                "2026-12-31T15:00:00Z",
            ),
            (
                Renewal::Day(9),
                "2026-11-25T14:59:59Z",
                "2026-11-25T15:00:00Z",
            ),
            (
                Renewal::Day(9),
                "2026-11-25T15:00:00Z",
                "2026-11-26T15:00:00Z",
            ),
            (
                Renewal::Paid,
                "2026-11-25T15:00:00Z",
                "2026-11-25T15:10:00Z",
            ),
        ];
        for (renewal, now, expected) in table {
            assert_eq!(renewal.after(at(now)), at(expected).seconds, "{now}");
        }
        assert_eq!(Renewal::Month(9).after(Instant::at(u64::MAX)), u64::MAX);
    }

    #[test]
    fn the_next_morning_is_never_now() {
        for (now, seconds) in [
            ("2026-11-25T12:00:00Z", 11 * 3600),
            ("2026-11-25T22:59:59Z", 1),
            ("2026-11-25T23:00:00Z", 24 * 3600),
        ] {
            assert_eq!(until_hour(at(now), 9, 8), seconds, "{now}");
        }
    }
}
