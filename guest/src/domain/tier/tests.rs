use super::ladder::{Term, best};
use super::{Ladder, Tier};
use crate::domain::amount::Amount;
use crate::domain::config::{By, Level, Span, TierWindow, Tiers};
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::zone::Zone;

fn tiers(window: TierWindow, grace: Option<Span>, from: &[i64]) -> Tiers {
    let level = |(place, from): (usize, &i64)| Level {
        name: Name::parse(&format!("level-{place}")).unwrap(),
        from: Amount::whole(*from),
        multiplier: None,
        programmes: Vec::new(),
    };
    Tiers {
        by: By::Spend,
        window,
        levels: from.iter().enumerate().map(level).collect(),
        grace,
        state: None,
    }
}

fn ladder(tiers: &Tiers) -> Ladder<'_> {
    let zone = Zone::parse("Asia/Taipei").unwrap();
    Ladder { tiers, zone }
}

fn at(text: &str) -> Instant {
    Instant::parse(&format!("{text}T12:00:00+08:00")).unwrap()
}

/// The terms, each found by trying all windows.
fn tried(ladder: &Ladder<'_>, tier: &Tier, now: Instant) -> Vec<Option<Term>> {
    let first = tier.sums.first().map_or(0, |(period, _)| *period);
    let last = tier.sums.last().map_or(0, |(period, _)| *period);
    let windows = (first..=last.saturating_add(40)).rev();
    let term = |level: &Level| {
        if !level.from.is_positive() {
            return Some(Term::ever());
        }
        let mut windows = windows.clone();
        let ends = windows.find(|period| tier.sum(*period) >= level.from)?;
        // The middle of the next period, whose end is meant.
        let next = ends.saturating_add(1);
        let within = match ladder.tiers.window {
            TierWindow::Months(_) => format!("{:04}-{:02}-15", next / 12, next % 12 + 1),
            _ => format!("{next:04}-06-30"),
        };
        Some(ladder.term_of(at(&within)))
    };
    let terms = ladder.tiers.levels.iter().map(term);
    terms
        .map(|term| term.filter(|term| term.until > now))
        .collect()
}

#[test]
fn terms_are_those_of_all_windows() {
    let mut seed = 7_u64;
    let mut draw = |below: u64| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(99);
        (seed >> 33) % below
    };
    for round in 0..3_000 {
        let window = match round % 4 {
            0 => TierWindow::CalendarYear,
            1 => TierWindow::Months(1),
            2 => TierWindow::Months(3),
            _ => TierWindow::Months(12),
        };
        let grace = [None, Some(Span::Days(40)), Some(Span::Months(2))];
        let grace = grace
            .get(usize::try_from(draw(3)).unwrap())
            .copied()
            .flatten();
        let tiers = tiers(window, grace, &[0, 5, 12, 30]);
        let ladder = ladder(&tiers);
        let now = at("2026-07-31");
        let mut tier = Tier::new(&ladder, at("2020-01-01"));
        let current = ladder.period(now);
        for _ in 0..draw(9) {
            let back = u32::try_from(draw(20)).unwrap();
            let period = current.saturating_sub(back);
            let points = i64::try_from(draw(14)).unwrap() + 1;
            tier.sums.retain(|(known, _)| *known != period);
            tier.sums.push((period, Amount::whole(points)));
            tier.sums.sort_by_key(|(period, _)| *period);
        }
        let mut found = ladder.terms(&tier.sums, now);
        // What is over is of no use, and need not be found.
        for term in &mut found {
            *term = term.filter(|term| term.until > now);
        }
        let expected = tried(&ladder, &tier, now);
        assert_eq!(found, expected, "{window:?} {grace:?} {:?}", tier.sums);
        assert_eq!(best(&found, now), best(&expected, now));
    }
}

#[test]
fn sums_stay_between_nothing_and_what_an_amount_may_be() {
    let tiers = tiers(TierWindow::Lifetime, None, &[10]);
    let ladder = ladder(&tiers);
    let now = at("2026-07-31");
    let mut tier = Tier::new(&ladder, now);
    let most = Amount::whole(1_000_000_000_000);
    tier.add(&ladder, most, now, now);
    tier.add(&ladder, most, now, now);
    assert_eq!(tier.sum(0), most);
    tier.take(&ladder, most, now, now);
    tier.take(&ladder, most, now, now);
    assert_eq!(tier.sum(0), Amount::ZERO);
}

#[test]
fn what_nothing_depends_on_is_left_out() {
    let tiers = tiers(TierWindow::Months(36), Some(Span::Months(12)), &[10]);
    let ladder = ladder(&tiers);
    let mut tier = Tier::new(&ladder, at("2020-01-01"));
    for year in 2020..2060 {
        for month in 1..=12 {
            let now = at(&format!("{year}-{month:02}-15"));
            tier.settle(now);
            tier.add(&ladder, Amount::ONE, now, now);
        }
    }
    assert!(tier.sums.len() <= 52, "{}", tier.sums.len());
    assert_eq!(tier.changes, 1);
}

#[test]
fn a_late_sum_counts_in_its_own_period() {
    let tiers = tiers(TierWindow::CalendarYear, None, &[10]);
    let ladder = ladder(&tiers);
    let (then, now) = (at("2026-12-31"), at("2027-01-02"));
    let mut tier = Tier::new(&ladder, then);
    // A birthday's points that a late check grants: the year that ended gives the level for the one that lasts.
    let reached = tier.add(&ladder, Amount::whole(10), then, now);
    assert_eq!(reached.unwrap().as_str(), "level-0");
    assert_eq!(tier.due(), Instant::parse("2028-01-01T00:00:00+08:00"));
    assert_eq!(tier.journal[0].cause, "reached");
    tier.settle(at("2028-01-01"));
    assert_eq!((tier.level, tier.changes), (None, 2));
}
