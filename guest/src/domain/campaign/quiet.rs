//! The hours in which results of verification are not sent.

use crate::domain::instant::Instant;
use crate::domain::zone::Zone;
use chrono::{NaiveTime, Timelike};

/// The minute of the local day up to which results wait: [00:00, 08:01).
const QUIET_UNTIL: u32 = 8 * 60 + 1;

/// When a result of verification that comes up now goes out: none outside the quiet hours, else 08:01 of the local day.
/// What answers the member's own act at once goes at any time.
#[must_use]
pub fn quiet_until(zone: Zone, now: Instant) -> Option<Instant> {
    let local = zone.local(now);
    if local.hour() * 60 + local.minute() >= QUIET_UNTIL {
        return None;
    }
    let end = NaiveTime::from_hms_opt(QUIET_UNTIL / 60, QUIET_UNTIL % 60, 0)?;
    zone.instant(local.date().and_time(end))
}

#[cfg(test)]
mod tests {
    use super::quiet_until;
    use crate::domain::instant::Instant;
    use crate::domain::zone::Zone;

    #[test]
    fn results_wait_from_midnight_to_a_minute_past_eight() {
        let zone = Zone::parse("Asia/Taipei").unwrap();
        let at = |text| Instant::parse(text).unwrap();
        for (now, expected) in [
            ("2026-12-01T23:59:59+08:00", None),
            (
                "2026-12-02T00:00:00+08:00",
                Some("2026-12-02T08:01:00+08:00"),
            ),
            (
                "2026-12-02T07:59:59+08:00",
                Some("2026-12-02T08:01:00+08:00"),
            ),
            (
                "2026-12-02T08:00:59+08:00",
                Some("2026-12-02T08:01:00+08:00"),
            ),
            ("2026-12-02T08:01:00+08:00", None),
        ] {
            assert_eq!(quiet_until(zone, at(now)), expected.map(at), "{now}");
        }
    }
}
