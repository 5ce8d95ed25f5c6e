//! Instants as a scenario writes them.

use chrono::{
    DateTime, Duration, FixedOffset, MappedLocalTime, Months, NaiveDate, NaiveDateTime, NaiveTime,
    TimeZone, Utc,
};
use chrono_tz::Tz;

/// What may stand where an instant is expected, for messages.
pub(super) const PERMITTED: &str = "local time such as \"2026-03-01 09:30\", \"2026-03-01 09:30:15.250\" or \
     \"2026-11-01 01:30 later\" (the second of two), an instant with its offset such as \
     \"2026-03-01T01:30:00Z\", or the time since the step before such as \"+3 days\"";

/// A step of the calendar or of the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Span {
    Months(u32),
    Days(u64),
    Clock(Duration),
}

/// An instant of a step: absolute, or relative to the step before.
pub(super) fn parse(
    text: &str,
    zone: Tz,
    before: Option<DateTime<Utc>>,
) -> Result<DateTime<Utc>, String> {
    let Some(relative) = text.strip_prefix('+') else {
        return absolute(text, zone)
            .ok_or_else(|| format!("{text:?} is no instant; there may stand {PERMITTED}"));
    };
    let span = span(relative).ok_or_else(|| {
        format!("{text:?} is no span of time; there may stand \"+\", a whole number, and years, months, weeks, days, hours, minutes or seconds")
    })?;
    let before =
        before.ok_or_else(|| format!("{text:?} counts from the step before, and there is none"))?;
    later(before, span, zone).ok_or_else(|| format!("{text:?} leads out of the calendar"))
}

/// An instant on its own: local text, or text with an offset.
pub(super) fn absolute(text: &str, zone: Tz) -> Option<DateTime<Utc>> {
    with_offset(text).or_else(|| {
        let (text, second) = match text.strip_suffix(" later") {
            Some(rest) => (rest.trim_end(), true),
            None => (text, false),
        };
        let local = naive(text)?;
        Some(resolve(local, zone, second))
    })
}

/// RFC 3339, as requests and answers carry instants.
pub(crate) fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}

/// The instant in local time with its offset, for messages.
pub(super) fn local(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone)
        .format("%Y-%m-%d %H:%M:%S%.f %:z")
        .to_string()
}

/// The instant of a local time. In a gap it is the first instant after the gap; of two it is the first,
/// or the second if that is asked for.
pub(crate) fn resolve(local: NaiveDateTime, zone: Tz, second: bool) -> DateTime<Utc> {
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) => at.to_utc(),
        MappedLocalTime::Ambiguous(one, other) => {
            let (one, other) = (one.to_utc(), other.to_utc());
            if second {
                one.max(other)
            } else {
                one.min(other)
            }
        }
        MappedLocalTime::None => after_gap(local, zone),
    }
}

/// The first instant whose local time is past one that doesn't exist. Clocks change at whole seconds.
fn after_gap(local: NaiveDateTime, zone: Tz) -> DateTime<Utc> {
    // No zone is further from UTC than 26 hours, the skipped days at the date line included.
    let middle = local.and_utc().timestamp();
    let (mut low, mut high) = (middle - 48 * 3600, middle + 48 * 3600);
    while low < high {
        let probe = low + (high - low) / 2;
        let past = DateTime::from_timestamp(probe, 0)
            .is_some_and(|at| at.with_timezone(&zone).naive_local() > local);
        if past {
            high = probe;
        } else {
            low = probe + 1;
        }
    }
    DateTime::from_timestamp(low, 0).unwrap_or_else(|| local.and_utc())
}

fn with_offset(text: &str) -> Option<DateTime<Utc>> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(at.to_utc());
    }
    let (rest, offset) = text.rsplit_once(' ')?;
    let local = naive(rest)?;
    let offset: FixedOffset = offset.parse().ok()?;
    Some(offset.from_local_datetime(&local).single()?.to_utc())
}

fn naive(text: &str) -> Option<NaiveDateTime> {
    let (date, clock) = text.split_once([' ', 'T'])?;
    let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
    let clock = NaiveTime::parse_from_str(clock, "%H:%M:%S%.f")
        .or_else(|_| NaiveTime::parse_from_str(clock, "%H:%M"))
        .ok()?;
    Some(date.and_time(clock))
}

fn span(text: &str) -> Option<Span> {
    let (count, unit) = text.trim().split_once(' ')?;
    let count: u32 = count.parse().ok()?;
    let clock = |seconds: i64| {
        Duration::try_seconds(i64::from(count).checked_mul(seconds)?).map(Span::Clock)
    };
    match unit.trim() {
        "year" | "years" => count.checked_mul(12).map(Span::Months),
        "month" | "months" => Some(Span::Months(count)),
        "week" | "weeks" => u64::from(count).checked_mul(7).map(Span::Days),
        "day" | "days" => Some(Span::Days(count.into())),
        "hour" | "hours" => clock(3600),
        "minute" | "minutes" => clock(60),
        "second" | "seconds" => clock(1),
        _ => None,
    }
}

/// Calendar units keep the local time of day and clamp to the month's end; clock units are exact.
fn later(at: DateTime<Utc>, span: Span, zone: Tz) -> Option<DateTime<Utc>> {
    let local = at.with_timezone(&zone).naive_local();
    let moved = match span {
        Span::Clock(duration) => return at.checked_add_signed(duration),
        Span::Months(months) => local.checked_add_months(Months::new(months))?,
        Span::Days(days) => local.checked_add_days(chrono::Days::new(days))?,
    };
    Some(resolve(moved, zone, false))
}

#[cfg(test)]
mod tests {
    use super::{absolute, parse, rfc3339};
    use chrono_tz::Tz;

    fn utc(text: &str, zone: Tz) -> String {
        rfc3339(absolute(text, zone).unwrap())
    }

    fn after(before: &str, span: &str, zone: Tz) -> String {
        rfc3339(parse(span, zone, absolute(before, zone)).unwrap())
    }

    #[test]
    fn local_text_is_in_the_merchants_zone() {
        assert_eq!(
            utc("2026-03-01 09:30", Tz::Asia__Taipei),
            "2026-03-01T01:30:00Z"
        );
        assert_eq!(
            utc("2026-03-01 09:30:15.25", Tz::Asia__Taipei),
            "2026-03-01T01:30:15.250Z"
        );
    }

    #[test]
    fn an_offset_wins_over_the_zone() {
        assert_eq!(
            utc("2026-03-01T01:30:00Z", Tz::America__New_York),
            "2026-03-01T01:30:00Z"
        );
        assert_eq!(
            utc("2026-03-01 09:30:00 +08:00", Tz::America__New_York),
            "2026-03-01T01:30:00Z"
        );
    }

    #[test]
    fn a_time_in_a_gap_is_the_first_instant_after_it() {
        assert_eq!(
            utc("2026-03-08 02:30", Tz::America__New_York),
            "2026-03-08T07:00:00Z"
        );
        assert_eq!(
            utc("2024-04-26 00:00", Tz::Africa__Cairo),
            "2024-04-25T22:00:00Z"
        );
        assert_eq!(
            utc("2011-12-30 12:00", Tz::Pacific__Apia),
            "2011-12-30T10:00:00Z"
        );
    }

    #[test]
    fn of_two_it_is_the_first_unless_the_later_is_asked_for() {
        assert_eq!(
            utc("2026-11-01 01:30", Tz::America__New_York),
            "2026-11-01T05:30:00Z"
        );
        assert_eq!(
            utc("2026-11-01 01:30 later", Tz::America__New_York),
            "2026-11-01T06:30:00Z"
        );
    }

    #[test]
    fn calendar_units_keep_the_local_time_and_clock_units_do_not() {
        let eve = "2026-03-07 12:00";
        assert_eq!(
            after(eve, "+1 day", Tz::America__New_York),
            utc("2026-03-08 12:00", Tz::America__New_York)
        );
        assert_eq!(
            after(eve, "+24 hours", Tz::America__New_York),
            utc("2026-03-08 13:00", Tz::America__New_York)
        );
        assert_eq!(
            after("2026-01-31 08:00", "+1 month", Tz::UTC),
            "2026-02-28T08:00:00Z"
        );
    }

    #[test]
    fn nonsense_is_refused_with_what_may_stand_there() {
        for text in ["tomorrow", "2026-02-30 10:00", "2026-03-01", "10:00"] {
            assert!(
                parse(text, Tz::UTC, None)
                    .unwrap_err()
                    .contains("there may stand"),
                "{text}"
            );
        }
        assert!(
            parse(
                "+3 fortnights",
                Tz::UTC,
                absolute("2026-03-01 10:00", Tz::UTC)
            )
            .unwrap_err()
            .contains("weeks")
        );
        assert!(
            parse("+3 days", Tz::UTC, None)
                .unwrap_err()
                .contains("step before")
        );
    }
}
