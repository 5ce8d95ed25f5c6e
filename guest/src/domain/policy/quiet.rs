//! Hours of a local day in which nothing goes out.

use crate::domain::instant::Instant;
use crate::domain::zone::Zone;
use chrono::NaiveTime;

/// From a local time to another, which is not quiet any more; over midnight where the second is earlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The first quiet time.
    pub from: NaiveTime,
    /// The first time that is not; another one than `from`.
    pub to: NaiveTime,
}

impl Quiet {
    /// When the hours end that hold at `at`; none: they don't hold then.
    ///
    /// Both ends are instants, found by the rule of all local times: skipped by the clocks, they are the first instant
    /// after the gap; shown twice, the first (spec, rules that hold everywhere, 1).
    #[must_use]
    pub fn until(self, zone: Zone, at: Instant) -> Option<Instant> {
        let local = zone.local(at);
        let today = local.date();
        let over_midnight = self.to <= self.from;
        // The night before reaches into today; and where clocks were set back over midnight, a day's hours into the next.
        [today.pred_opt(), Some(today)]
            .into_iter()
            .flatten()
            .find_map(|day| {
                let start = zone.instant(day.and_time(self.from))?;
                let last = if over_midnight { day.succ_opt()? } else { day };
                let end = zone.instant(last.and_time(self.to))?;
                (start <= at && at < end).then_some(end)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(zone: &str, from: &str, to: &str, at: &str) -> Option<String> {
        let quiet = Quiet {
            from: from.parse().unwrap(),
            to: to.parse().unwrap(),
        };
        let at = Instant::parse(at).unwrap();
        let end = quiet.until(Zone::parse(zone).unwrap(), at);
        end.map(|end| end.to_string())
    }

    #[test]
    fn over_midnight_and_within_a_day() {
        let night = |at| until("Asia/Taipei", "22:00:00", "08:00:00", at);
        assert_eq!(night("2026-11-20T13:59:59.999999999Z"), None);
        assert_eq!(
            night("2026-11-20T14:00:00Z").unwrap(),
            "2026-11-21T00:00:00Z"
        );
        assert_eq!(
            night("2026-11-20T23:59:59.999999999Z").unwrap(),
            "2026-11-21T00:00:00Z"
        );
        assert_eq!(night("2026-11-21T00:00:00Z"), None);
        let noon = |at| until("Asia/Taipei", "12:00:00", "13:30:00", at);
        assert_eq!(noon("2026-11-20T03:59:59Z"), None);
        assert_eq!(
            noon("2026-11-20T04:00:00Z").unwrap(),
            "2026-11-20T05:30:00Z"
        );
        assert_eq!(noon("2026-11-20T05:30:00Z"), None);
    }

    #[test]
    fn ends_that_clocks_skip_or_show_twice() {
        // New York, 8 March 2026: 02:00 to 03:00 is skipped, so quiet until 02:30 ends at 03:00.
        let spring = |at| until("America/New_York", "23:00:00", "02:30:00", at);
        assert_eq!(
            spring("2026-03-08T06:59:59Z").unwrap(),
            "2026-03-08T07:00:00Z"
        );
        assert_eq!(spring("2026-03-08T07:00:00Z"), None);
        // A beginning that is skipped is the first instant after it.
        let begins = |at| until("America/New_York", "02:30:00", "05:00:00", at);
        assert_eq!(begins("2026-03-08T06:59:59Z"), None);
        assert_eq!(
            begins("2026-03-08T07:00:00Z").unwrap(),
            "2026-03-08T09:00:00Z"
        );
        // 1 November 2026: 01:30 comes twice; the first ends them, and they don't begin again.
        let autumn = |at| until("America/New_York", "23:00:00", "01:30:00", at);
        assert_eq!(
            autumn("2026-11-01T05:29:59Z").unwrap(),
            "2026-11-01T05:30:00Z"
        );
        assert_eq!(autumn("2026-11-01T05:30:00Z"), None);
        assert_eq!(autumn("2026-11-01T06:10:00Z"), None);
    }
}
