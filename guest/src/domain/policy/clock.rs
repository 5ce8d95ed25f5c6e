//! Local time for thousands of questions that lie close together.

use super::Quiet;
use crate::domain::instant::Instant;
use crate::domain::zone::{Steady, Zone};
use chrono::Timelike;
use std::cell::Cell;

/// Seconds of a day without a change of clocks.
const DAY: i64 = 86_400;

/// A zone, and what its clocks did when it was asked last.
#[derive(Debug)]
pub(super) struct Clock {
    pub(super) zone: Zone,
    last: Cell<Steady>,
}

impl Clock {
    pub(super) fn new(zone: Zone) -> Self {
        Self {
            zone,
            last: Cell::new(zone.steady(0)),
        }
    }

    /// Seconds since 1970 as the clocks show them, if they don't change within two days of it.
    fn shown(&self, at: Instant) -> Option<i64> {
        let second = i64::try_from(at.seconds()).ok()?;
        let mut steady = self.last.get();
        if !(steady.begin..steady.end).contains(&second) {
            steady = self.zone.steady(second);
            self.last.set(steady);
        }
        let far = steady.begin.saturating_add(2 * DAY) <= second
            && second < steady.end.saturating_sub(2 * DAY);
        far.then(|| second + steady.offset)
    }

    /// Whether both are of one local date.
    pub(super) fn same_date(&self, one: Instant, other: Instant) -> bool {
        match (self.shown(one), self.shown(other)) {
            (Some(one), Some(other)) => one.div_euclid(DAY) == other.div_euclid(DAY),
            _ => self.zone.date(one) == self.zone.date(other),
        }
    }

    /// As [`Quiet::until`].
    pub(super) fn quiet(&self, quiet: Quiet, at: Instant) -> Option<Instant> {
        let Some(shown) = self.shown(at) else {
            return quiet.until(self.zone, at);
        };
        let second = |time: chrono::NaiveTime| i64::from(time.num_seconds_from_midnight());
        let (from, to) = (second(quiet.from), second(quiet.to));
        let now = shown.rem_euclid(DAY);
        let holds = if from < to {
            from <= now && now < to
        } else {
            from <= now || now < to
        };
        if !holds {
            return None;
        }
        let left = u64::try_from((to - now).rem_euclid(DAY)).ok()?;
        Instant::new(at.seconds().saturating_add(left), 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Near changes of clocks and far from them, it says what the zone says.
    #[test]
    fn it_is_the_zone_only_faster() {
        for zone in [
            "Asia/Taipei",
            "America/New_York",
            "Pacific/Apia",
            "Africa/Casablanca",
            "Asia/Seoul",
        ] {
            let zone = Zone::parse(zone).unwrap();
            let clock = Clock::new(zone);
            let times = [
                ("22:00:00", "08:00:00"),
                ("12:00:00", "13:30:00"),
                ("01:00:00", "00:30:00"),
            ];
            let quiet = times.map(|(from, to)| Quiet {
                from: from.parse().unwrap(),
                to: to.parse().unwrap(),
            });
            let mut before = Instant::new(1_300_000_000, 0).unwrap();
            for step in 0..20_000_u64 {
                let at = Instant::new(1_300_000_000 + step * 24_007, 5).unwrap();
                for quiet in quiet {
                    assert_eq!(
                        clock.quiet(quiet, at),
                        quiet.until(zone, at),
                        "{zone:?} {quiet:?} {at}"
                    );
                }
                let same = zone.date(before) == zone.date(at);
                assert_eq!(clock.same_date(before, at), same, "{zone:?} {at}");
                before = at;
            }
        }
    }
}
