//! When a lot activates and when it lapses. Source: spec, expiry, "When points lapse"; points, Earning.

use super::config::{After, EndOf, Expiry, Period};
use super::instant::Instant;
use super::sweep::sweeps_at;
use super::zone::Zone;
use chrono::{Datelike, NaiveDate};

/// When a lot lapses that lives from `start`, which under inactivity the member's acts move; none: never (or not before
/// 10000).
#[must_use]
pub fn expires_at(policy: &Expiry, start: Instant, zone: Zone) -> Option<Instant> {
    match policy {
        Expiry::Never => None,
        Expiry::Exact(span) => {
            let local = zone.local(start);
            zone.instant(span.after(local.date())?.and_time(local.time()))
        }
        Expiry::EndOf(EndOf { period, after }) => {
            let date = zone.date(start);
            let date = after.map_or(Some(date), |span| span.after(date))?;
            zone.start_of(period_end(*period, date)?.succ_opt()?)
        }
        Expiry::FixedDates(dates) => {
            let date = zone.date(start);
            let years = [date.year(), date.year().checked_add(1)?];
            let listed = years
                .iter()
                .flat_map(|year| dates.iter().filter_map(|d| d.in_year(*year)));
            zone.start_of(listed.filter(|listed| *listed > date).min()?.succ_opt()?)
        }
        Expiry::Sweep(sweep) => sweeps_at(sweep, start, zone),
        Expiry::Inactivity(idle) => {
            let local = zone.local(start);
            let date = local
                .date()
                .checked_add_months(chrono::Months::new(idle.months))?;
            zone.instant(date.and_time(local.time()))
        }
    }
}

/// When a lot activates whose activation counts from `event`.
#[must_use]
pub fn activates_at(after: &After, event: Instant, zone: Zone) -> Instant {
    let local = zone.local(event);
    let date = local
        .date()
        .checked_add_days(chrono::Days::new(u64::from(after.days)));
    let time = after.at.unwrap_or_else(|| local.time());
    let moment = date
        .and_then(|date| zone.instant(date.and_time(time)))
        .unwrap_or(event);
    // Day 0 at 05:00 of an event at 09:00 is at once, not in the past.
    moment.max(event)
}

/// The last day of the period that `date` lies in.
fn period_end(period: Period, date: NaiveDate) -> Option<NaiveDate> {
    let (year, month) = (date.year(), date.month());
    let last = match period {
        Period::Day => return Some(date),
        Period::Month => month,
        Period::Quarter => month.div_ceil(3).checked_mul(3)?,
        Period::Year => 12,
    };
    let first_of_last = NaiveDate::from_ymd_opt(year, last, 1)?;
    first_of_last
        .checked_add_months(chrono::Months::new(1))?
        .pred_opt()
}

#[cfg(test)]
mod tests {
    use super::super::config::{MonthDay, Span};
    use super::*;

    fn check(policy: &Expiry, start: &str, expected: &str) {
        let zone = Zone::parse("Asia/Taipei").unwrap();
        let at = expires_at(policy, Instant::parse(start).unwrap(), zone).unwrap();
        assert_eq!(at.to_string(), expected, "{policy:?} from {start}");
    }

    #[test]
    fn month_ends_keep_the_anchor_day() {
        let start = "2026-01-31T01:30:00.5Z";
        check(
            &Expiry::Exact(Span::Months(1)),
            start,
            "2026-02-28T01:30:00.500Z",
        );
        check(
            &Expiry::Exact(Span::Months(2)),
            start,
            "2026-03-31T01:30:00.500Z",
        );
        check(
            &Expiry::Exact(Span::Days(365)),
            "2027-03-01T01:30:00Z",
            "2028-02-29T01:30:00Z",
        );
        check(
            &Expiry::Exact(Span::Years(1)),
            "2028-02-29T01:30:00Z",
            "2029-02-28T01:30:00Z",
        );
    }

    #[test]
    fn ends_of_periods_come_after_the_added_span() {
        let end = |period, after| Expiry::EndOf(EndOf { period, after });
        let start = "2026-01-31T15:59:59Z"; // 23:59:59 local
        check(&end(Period::Day, None), start, "2026-01-31T16:00:00Z");
        check(
            &end(Period::Month, Some(Span::Months(1))),
            start,
            "2026-02-28T16:00:00Z",
        );
        check(&end(Period::Quarter, None), start, "2026-03-31T16:00:00Z");
        check(
            &end(Period::Year, Some(Span::Years(1))),
            start,
            "2027-12-31T16:00:00Z",
        );
        // One second later is 1 February local.
        check(
            &end(Period::Month, None),
            "2026-01-31T16:00:00Z",
            "2026-02-28T16:00:00Z",
        );
    }

    #[test]
    fn fixed_dates_are_strictly_after() {
        let dates = |list: &[&str]| {
            Expiry::FixedDates(
                list.iter()
                    .map(|text| MonthDay::parse(text).unwrap())
                    .collect(),
            )
        };
        check(
            &dates(&["06-30"]),
            "2026-06-29T16:00:00Z",
            "2027-06-30T16:00:00Z",
        );
        check(
            &dates(&["06-30"]),
            "2026-06-29T15:59:59Z",
            "2026-06-30T16:00:00Z",
        );
        check(
            &dates(&["02-29", "12-31"]),
            "2027-01-01T00:00:00Z",
            "2027-02-28T16:00:00Z",
        );
    }
}
