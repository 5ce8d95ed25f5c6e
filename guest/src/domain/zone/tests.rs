//! The table against the crate it was made from, which knows every change of every zone.

use super::*;
use chrono::{MappedLocalTime, Offset, TimeDelta, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};

const DAY: i64 = 86_400;

/// The end of 2099: the crate knows no change from then on.
const END: i64 = 4_102_444_800;

/// What the crate says the clocks show.
fn local(zone: Tz, second: i64) -> NaiveDateTime {
    let utc = DateTime::from_timestamp(second, 0).unwrap();
    utc.with_timezone(&zone).naive_local()
}

/// What the crate says of a local time, with the rules for gaps and overlaps; a gap's end is searched for.
fn instant(zone: Tz, shown: NaiveDateTime) -> Option<Instant> {
    match zone.from_local_datetime(&shown) {
        MappedLocalTime::Single(moment) => Instant::from_utc(moment.to_utc()),
        MappedLocalTime::Ambiguous(one, other) => Instant::from_utc(one.min(other).to_utc()),
        MappedLocalTime::None => {
            let middle = shown.and_utc().timestamp();
            let (mut before, mut after) = (middle - 2 * DAY, middle + 2 * DAY);
            while after - before > 1 {
                let half = before + (after - before) / 2;
                if local(zone, half) > shown {
                    after = half;
                } else {
                    before = half;
                }
            }
            DateTime::from_timestamp(after, 0).and_then(Instant::from_utc)
        }
    }
}

/// Compares both ways at a second in UTC and at the local time that its digits spell.
fn compare(zone: Zone, crates: Tz, second: i64) {
    let text = DateTime::from_timestamp(second, 0).unwrap();
    if let Some(moment) = Instant::from_utc(text) {
        assert_eq!(zone.local(moment), local(crates, second), "{crates} {text}");
    }
    let shown = text.naive_utc();
    assert_eq!(
        zone.instant(shown),
        instant(crates, shown),
        "{crates}: local {shown}"
    );
}

fn pairs() -> impl Iterator<Item = (Zone, Tz)> {
    let pair = |crates: Tz| (Zone::parse(crates.name()).unwrap(), crates);
    TZ_VARIANTS.into_iter().map(pair)
}

/// When the crate changes a zone's offset, found by looking every `step` seconds.
fn changes(zone: Tz, step: i64) -> Vec<i64> {
    let offset = |second: i64| {
        let utc = DateTime::from_timestamp(second, 0).unwrap();
        zone.offset_from_utc_datetime(&utc.naive_utc()).fix()
    };
    let mut found = Vec::new();
    let mut second = -2 * DAY;
    let mut current = offset(second);
    while second < END {
        let after = offset(second + step);
        if after != current {
            let (mut low, mut high) = (second, second + step);
            while high - low > 1 {
                let half = low + (high - low) / 2;
                if offset(half) == current {
                    low = half;
                } else {
                    high = half;
                }
            }
            found.push(high);
            current = after;
        }
        second += step;
    }
    found
}

#[test]
fn names_are_those_of_the_crate() {
    let mut names: Vec<&str> = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
    names.sort_unstable();
    assert_eq!(table::names().collect::<Vec<_>>(), names);
    for name in names {
        assert_eq!(Zone::parse(name).unwrap().name(), name);
    }
    for name in ["", "asia/taipei", "Asia/Taipei ", "Asia/Atlantis", "UTC+8"] {
        assert_eq!(Zone::parse(name), None, "{name}");
    }
}

/// All zones: each change of clocks, and the local times around it, in it and at its ends.
#[test]
fn every_change_is_the_crates() {
    for (zone, crates) in pairs() {
        let changes = changes(crates, 3 * 3_600);
        let ends = std::iter::successors(zone.0.span(-2 * DAY).end, |at| zone.0.span(*at).end);
        let seen: Vec<i64> = ends.take_while(|end| *end < END).collect();
        assert_eq!(seen, changes, "{crates}");
        for change in changes {
            let mut steps = vec![change];
            for second in [change - 1, change] {
                // The local times on both sides, spelt as UTC.
                steps.push(local(crates, second).and_utc().timestamp());
            }
            let (Some(low), Some(high)) = (steps.iter().min(), steps.iter().max()) else {
                continue;
            };
            let inside = (1..8).map(|eighth| low + (high - low) * eighth / 8);
            steps.extend(inside.collect::<Vec<_>>());
            for second in steps {
                for near in [-1_800, -1, 0, 1, 1_800] {
                    compare(zone, crates, second + near);
                }
            }
        }
    }
}

/// All zones, 2,000 instants each from the first day of 1970 to the end of 2099.
#[test]
fn any_instant_is_the_crates() {
    let mut state: u64 = 0x5eed;
    for (zone, crates) in pairs() {
        for _ in 0..2_000 {
            // Knuth's multiplier for 64 bits; the upper bits are the random ones.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let second = i64::try_from(state >> 16).unwrap() % END - DAY;
            compare(zone, crates, second);
        }
        for second in [-DAY, -1, 0, 1, DAY, END - DAY - 1] {
            compare(zone, crates, second);
        }
    }
}

/// The crate's knowledge ends with 2099, the rules' doesn't: clocks that are changed in that year go on as in 2094, which has the
/// days of 2100, and the others stay as they are.
#[test]
fn rules_go_on() {
    let offset = |zone: Tz, second: i64| local(zone, second).and_utc().timestamp() - second;
    for (zone, crates) in pairs() {
        let last = offset(crates, END - 1);
        let steady = (0..365).all(|day| offset(crates, END - 1 - day * DAY) == last);
        for second in (0..365 * 24).map(|hour| 4_102_444_800 + hour * 3_600) {
            let expected = if steady {
                last
            } else {
                offset(crates, second - 2_191 * DAY)
            };
            assert_eq!(zone.steady(second).offset, expected, "{crates} at {second}");
        }
    }
    // The last second of the calendar has an answer everywhere, or none.
    let calendar = DateTime::from_timestamp(253_402_300_799, 0).unwrap();
    for (zone, _) in pairs() {
        let day = zone.instant(calendar.naive_utc() - TimeDelta::days(2));
        assert!(day.is_some(), "{}", zone.name());
    }
}

#[test]
fn fractions_of_seconds_stay_except_in_gaps() {
    let zone = Zone::parse("Europe/Berlin").unwrap();
    let half = TimeDelta::milliseconds(500);
    for (shown, expected) in [
        ("2026-03-29 01:59:59", "2026-03-29T00:59:59.500Z"),
        ("2026-03-29 02:00:00", "2026-03-29T01:00:00Z"),
        ("2026-03-29 02:59:59", "2026-03-29T01:00:00Z"),
        ("2026-03-29 03:00:00", "2026-03-29T01:00:00.500Z"),
        ("2026-10-25 02:59:59", "2026-10-25T00:59:59.500Z"),
    ] {
        let shown = NaiveDateTime::parse_from_str(shown, "%Y-%m-%d %H:%M:%S").unwrap() + half;
        assert_eq!(
            zone.instant(shown).unwrap().to_string(),
            expected,
            "{shown}"
        );
    }
}

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
