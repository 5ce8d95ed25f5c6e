//! The dates on which a programme's points are swept, and the one that takes a lot. Source: spec, expiry, "When points
//! lapse".

use super::config::{Cycle, Sweep};
use super::instant::Instant;
use super::zone::Zone;
use chrono::{Datelike, Months, NaiveDate};

/// The start of the first sweep that takes a lot which lives from `start`: it must then be as old as the validity says
/// or, where there is none, have begun before. None: not before 10000.
#[must_use]
pub fn sweeps_at(sweep: &Sweep, start: Instant, zone: Zone) -> Option<Instant> {
    let ripe = match sweep.validity {
        None => start,
        Some(validity) => {
            let local = zone.local(start);
            zone.instant(validity.after(local.date())?.and_time(local.time()))?
        }
    };
    let takes = |swept: Instant| match sweep.validity {
        None => start < swept,
        Some(_) => ripe <= swept,
    };
    let date = on_or_after(sweep, zone.date(ripe))?;
    let swept = zone.start_of(date)?;
    if takes(swept) {
        return Some(swept);
    }
    // It ripened in the course of that day.
    zone.start_of(on_or_after(sweep, date.succ_opt()?)?)
}

/// The first date of a sweep that isn't before this one.
fn on_or_after(sweep: &Sweep, date: NaiveDate) -> Option<NaiveDate> {
    let first = sweep.first;
    if date <= first {
        return Some(first);
    }
    match sweep.cycle {
        Cycle::Days(days) => {
            let gone = date.signed_duration_since(first).num_days();
            let short = gone.checked_rem(i64::from(days))?;
            let wait = if short == 0 {
                0
            } else {
                i64::from(days) - short
            };
            date.checked_add_days(chrono::Days::new(wait.unsigned_abs()))
        }
        Cycle::Weekly(weekday) => {
            let today = date.weekday().num_days_from_monday();
            let wait = (u32::try_from(weekday.number()).ok()? + 7 - today) % 7;
            date.checked_add_days(chrono::Days::new(u64::from(wait)))
        }
        Cycle::Monthly(day) => {
            let this = clamped(date.year(), date.month(), day)?;
            if this >= date {
                return Some(this);
            }
            let next = this.with_day(1)?.checked_add_months(Months::new(1))?;
            clamped(next.year(), next.month(), day)
        }
        Cycle::Yearly => {
            let in_year = |year| clamped(year, first.month(), first.day());
            let this = in_year(date.year())?;
            if this >= date {
                return Some(this);
            }
            in_year(date.year().checked_add(1)?)
        }
    }
}

/// That day of the month, or the month's last.
fn clamped(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    let end = NaiveDate::from_ymd_opt(year, month, 1)?
        .checked_add_months(Months::new(1))?
        .pred_opt()?;
    end.with_day(day.min(end.day()))
}

#[cfg(test)]
mod tests {
    use super::super::config::{Span, Weekday};
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The first sweeps from the beginning of 2026 on.
    fn dates(first: &str, cycle: Cycle, count: usize) -> Vec<String> {
        let sweep = Sweep {
            first: date(first),
            cycle,
            validity: None,
        };
        let mut next = date("2026-01-01");
        let mut found = Vec::new();
        for _ in 0..count {
            let swept = on_or_after(&sweep, next).unwrap();
            found.push(swept.to_string());
            next = swept.succ_opt().unwrap();
        }
        found
    }

    #[test]
    fn a_cycle_goes_on_from_its_first_date() {
        let monthly = dates("2026-01-31", Cycle::Monthly(31), 4);
        assert_eq!(
            monthly,
            ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]
        );
        // The first date is a sweep, whatever day it is.
        let between = dates("2026-01-10", Cycle::Monthly(5), 3);
        assert_eq!(between, ["2026-01-10", "2026-02-05", "2026-03-05"]);
        let weekly = dates("2026-01-01", Cycle::Weekly(Weekday::Monday), 3);
        assert_eq!(weekly, ["2026-01-01", "2026-01-05", "2026-01-12"]);
        let yearly = dates("2024-02-29", Cycle::Yearly, 3);
        assert_eq!(yearly, ["2026-02-28", "2027-02-28", "2028-02-29"]);
        let days = dates("2025-12-25", Cycle::Days(10), 3);
        assert_eq!(days, ["2026-01-04", "2026-01-14", "2026-01-24"]);
        let daily = dates("2025-12-25", Cycle::Days(1), 2);
        assert_eq!(daily, ["2026-01-01", "2026-01-02"]);
    }

    /// Of any lot in any zone, what comes out is a sweep that takes it, and no sweep before would have.
    #[test]
    fn a_lot_goes_with_the_first_sweep_that_takes_it() {
        let cycles = [
            Cycle::Monthly(1),
            Cycle::Monthly(29),
            Cycle::Monthly(31),
            Cycle::Weekly(Weekday::Friday),
            Cycle::Yearly,
            Cycle::Days(1),
            Cycle::Days(9),
        ];
        let validities = [
            None,
            Some(Span::Days(1)),
            Some(Span::Days(30)),
            Some(Span::Months(1)),
        ];
        for zone in [
            "Asia/Taipei",
            "Africa/Cairo",
            "America/Sao_Paulo",
            "Asia/Beirut",
        ] {
            let zone = Zone::parse(zone).unwrap();
            for (cycle, validity) in cycles
                .iter()
                .flat_map(|cycle| validities.iter().map(move |validity| (cycle, validity)))
            {
                let sweep = Sweep {
                    first: date("2018-10-30"),
                    cycle: *cycle,
                    validity: *validity,
                };
                // Around starts of days, with midnights that Sao Paulo and Cairo skip among them.
                for day in (0..400).step_by(3) {
                    let begin = date("2018-10-20") + chrono::Days::new(day);
                    let begin = zone.start_of(begin).unwrap();
                    for start in [begin, Instant::new(begin.seconds() - 1, 0).unwrap()] {
                        one(&sweep, start, zone);
                    }
                }
            }
        }
    }

    fn one(sweep: &Sweep, start: Instant, zone: Zone) {
        let found = sweeps_at(sweep, start, zone).unwrap();
        let takes = |swept: Instant| match sweep.validity {
            None => start < swept,
            Some(validity) => {
                let local = zone.local(start);
                let ripe = validity.after(local.date()).unwrap().and_time(local.time());
                zone.instant(ripe).unwrap() <= swept
            }
        };
        let mut day = sweep.first;
        loop {
            if on_or_after(sweep, day) == Some(day) && takes(zone.start_of(day).unwrap()) {
                assert_eq!(found, zone.start_of(day).unwrap(), "{sweep:?} {start}");
                return;
            }
            day = day.succ_opt().unwrap();
        }
    }
}
