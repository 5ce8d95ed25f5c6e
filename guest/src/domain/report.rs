//! Sums of a programme: what moved, by rule and local month, and what is outstanding, by month of expiry.
//! Source: spec, points, "Around it"; README, rule 6.

mod progress;

use super::amount::Amount;
use super::entry::{Entry, EntryKind};
use super::ids::Name;
use super::instant::Instant;
use super::lot::Lot;
use super::zone::Zone;
use chrono::{Datelike, NaiveDate};
use std::fmt;

pub use progress::Progress;

/// A local month of the years 0 to 9999: the year times 100 and the month, 1 to 12.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(u32);

impl Month {
    /// The month in which clocks of the zone show an instant.
    #[must_use]
    pub fn of(at: Instant, zone: Zone) -> Self {
        Self::with(zone.date(at))
    }

    /// Its first date.
    #[must_use]
    pub fn first(self) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(i32::try_from(self.0 / 100).ok()?, self.0 % 100, 1)
    }

    /// The one after it.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let next = self.first()?.checked_add_months(chrono::Months::new(1));
        next.map(Self::with)
    }

    /// The month that a date is in.
    #[must_use]
    pub fn with(date: NaiveDate) -> Self {
        let year = u32::try_from(date.year()).unwrap_or(0);
        Self(year.saturating_mul(100).saturating_add(date.month()))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 100, self.0 % 100)
    }
}

/// One sum of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The month; of what is outstanding none: never, or nobody knows yet.
    pub month: Option<Month>,
    /// The rule of the lots concerned; none: no lot was concerned, or it is not asked for.
    pub rule: Option<Name>,
    /// What happened; none: nothing has yet, the points are outstanding.
    pub kind: Option<EntryKind>,
    /// With the sign of the entries.
    pub points: Amount,
}

/// Sums by month, rule and kind, in that order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tally {
    rows: Vec<Row>,
}

impl Tally {
    /// The sums.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// Adds an entry: to each of its lots' rules what it did to the lot, and to no rule what it did to none of them.
    pub fn enter(&mut self, entry: &Entry, zone: Zone) {
        // Its parts tell which lots got another end; no point moved.
        if entry.kind == EntryKind::Extend {
            return;
        }
        let month = Some(Month::of(entry.at, zone));
        let gives = entry.points.is_positive();
        let mut rest = entry.points;
        for part in &entry.parts {
            let points = if gives { part.points } else { -part.points };
            rest -= points;
            self.add(month, Some(&part.rule), Some(entry.kind), points);
        }
        self.add(month, None, Some(entry.kind), rest);
    }

    /// Adds what is left of a lot, to the month in which it lapses.
    pub fn hold(&mut self, lot: &Lot, zone: Zone) {
        let month = lot.expires_at.map(|at| Month::of(at, zone));
        self.add(month, None, None, lot.left);
    }

    /// The sum of all of a kind; with none of what is outstanding.
    #[must_use]
    pub fn sum(&self, kind: Option<EntryKind>) -> Amount {
        let rows = self.rows.iter().filter(|row| row.kind == kind);
        rows.map(|row| row.points).sum()
    }

    /// Of the points that have ended the share that lapsed, cut to 4 digits: lapsed ÷ (lapsed + redeemed − restored);
    /// none where no points have ended. More restored than redeemed, as in a month of refunds, counts as none redeemed.
    #[must_use]
    pub fn breakage(&self) -> Option<Amount> {
        let lapsed = self.sum(Some(EntryKind::Expire)).abs();
        let spent = self.sum(Some(EntryKind::Redeem)) + self.sum(Some(EntryKind::Restore));
        let ended = lapsed + (-spent).or_zero();
        let share = |ended| lapsed.scale_floor(Amount::ONE, ended, Amount::unit(4));
        ended.is_positive().then(|| share(ended))
    }

    fn add(
        &mut self,
        month: Option<Month>,
        rule: Option<&Name>,
        kind: Option<EntryKind>,
        points: Amount,
    ) {
        if points.is_zero() {
            return;
        }
        let wanted = (month, rule, kind);
        let order = |row: &Row| (row.month, row.rule.as_ref(), row.kind).cmp(&wanted);
        match self.rows.binary_search_by(order) {
            Ok(place) => {
                if let Some(row) = self.rows.get_mut(place) {
                    row.points += points;
                }
            }
            Err(place) => {
                let rule = rule.cloned();
                let row = Row {
                    month,
                    rule,
                    kind,
                    points,
                };
                self.rows.insert(place, row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::entry::Part;

    fn amount(text: &str) -> Amount {
        Amount::parse(text).unwrap()
    }

    fn entry(kind: EntryKind, points: &str, at: &str, parts: &[(&str, &str)]) -> Entry {
        let part = |(rule, points): &(&str, &str)| Part {
            lot: 1,
            points: amount(points),
            rule: Name::parse(rule).unwrap(),
        };
        Entry {
            sequence: 1,
            kind,
            points: amount(points),
            balance: Amount::ZERO,
            at: Instant::parse(at).unwrap(),
            posted_at: None,
            order: None,
            note: None,
            actor: None,
            other: None,
            parts: parts.iter().map(part).collect(),
            awards: Default::default(),
        }
    }

    fn told(tally: &Tally) -> Vec<String> {
        let name = |row: &Row| row.rule.as_ref().map_or_else(|| "-".to_owned(), Name::text);
        let month = |row: &Row| {
            row.month
                .map_or_else(|| "-".to_owned(), |it| it.to_string())
        };
        let told =
            |row: &Row| format!("{} {} {:?} {}", month(row), name(row), row.kind, row.points);
        tally.rows().iter().map(told).collect()
    }

    #[test]
    fn entries_go_to_the_months_of_their_instants_and_the_rules_of_their_lots() {
        let zone = Zone::parse("America/New_York").unwrap();
        let mut tally = Tally::default();
        // In New York it is still October.
        let earn = entry(
            EntryKind::Earn,
            "7",
            "2026-11-01T03:59:59Z",
            &[("base", "5"), ("tea", "2")],
        );
        tally.enter(&earn, zone);
        tally.enter(&earn, zone);
        let owed = entry(
            EntryKind::Reverse,
            "-9",
            "2026-11-01T04:00:00Z",
            &[("base", "4")],
        );
        tally.enter(&owed, zone);
        let later = entry(
            EntryKind::Extend,
            "0",
            "2026-12-01T05:00:00Z",
            &[("tea", "2")],
        );
        tally.enter(&later, zone);
        assert_eq!(
            told(&tally),
            [
                "2026-10 base Some(Earn) 10",
                "2026-10 tea Some(Earn) 4",
                "2026-11 - Some(Reverse) -5",
                "2026-11 base Some(Reverse) -4",
            ]
        );
    }

    #[test]
    fn breakage_is_the_share_of_what_ended() {
        let zone = Zone::parse("UTC").unwrap();
        let mut tally = Tally::default();
        assert_eq!(tally.breakage(), None);
        let at = "2026-11-01T00:00:00Z";
        for (kind, points) in [
            (EntryKind::Earn, "100"),
            (EntryKind::Expire, "-1"),
            (EntryKind::Redeem, "-5"),
            (EntryKind::Restore, "3"),
        ] {
            tally.enter(&entry(kind, points, at, &[]), zone);
        }
        assert_eq!(tally.breakage(), Some(amount("0.3333")));
        tally.enter(&entry(EntryKind::Restore, "9", at, &[]), zone);
        assert_eq!(tally.breakage(), Some(Amount::ONE));
    }
}
