//! How far a report has come, as text that its reader gives back.

use super::{Month, Row, Tally};
use crate::domain::amount::Amount;
use crate::domain::entry::EntryKind;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use std::fmt::Write;

/// A report that is not finished, or that is.
#[derive(Clone, Debug, PartialEq)]
pub struct Progress {
    /// When its first portion was read.
    pub as_of: Instant,
    /// The last key that was read; none: nothing yet.
    pub after: Option<String>,
    /// What members owe.
    pub debt: Amount,
    /// The sums so far.
    pub tally: Tally,
}

impl Progress {
    /// Nothing was read yet.
    #[must_use]
    pub fn new(as_of: Instant) -> Self {
        Self {
            as_of,
            after: None,
            debt: Amount::ZERO,
            tally: Tally::default(),
        }
    }

    /// As one line: `2026-11-22T04:00:00Z 0 202611:base:1:12.5|entry/mei/points/000000000007`.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{} {}", self.as_of, self.debt);
        for row in &self.tally.rows {
            let month = row.month.map_or(0, |month| month.0);
            let rule = row.rule.as_ref().map_or("", Name::as_str);
            let kind = row.kind.map_or(0, number);
            // Writing to a String can't fail.
            let _ = write!(text, " {month}:{rule}:{kind}:{}", row.points);
        }
        if let Some(after) = &self.after {
            text.push('|');
            text.push_str(after);
        }
        text
    }

    /// Reads what [`Self::text`] wrote; none for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (text, after) = match text.split_once('|') {
            Some((text, after)) => (text, Some(after.to_owned())),
            None => (text, None),
        };
        let mut words = text.split(' ');
        let as_of = Instant::parse(words.next()?)?;
        let debt = Amount::parse_sum(words.next()?)?;
        let rows = words.map(row).collect::<Option<Vec<Row>>>()?;
        let order = |row: &Row| (row.month, row.rule.clone(), row.kind);
        let sorted = rows.is_sorted_by(|a, b| order(a) < order(b));
        sorted.then_some(Self {
            as_of,
            after,
            debt,
            tally: Tally { rows },
        })
    }
}

fn row(word: &str) -> Option<Row> {
    let mut fields = word.split(':');
    let mut next = || fields.next();
    let month: u32 = next()?.parse().ok()?;
    let rule = next()?;
    let kind: u8 = next()?.parse().ok()?;
    let points = Amount::parse_sum(next()?)?;
    Some(Row {
        month: (month > 0).then_some(Month(month)),
        rule: match rule {
            "" => None,
            rule => Some(Name::parse(rule)?),
        },
        kind: match kind {
            0 => None,
            kind => Some(KINDS.into_iter().find(|known| number(*known) == kind)?),
        },
        points,
    })
}

const KINDS: [EntryKind; 8] = [
    EntryKind::Earn,
    EntryKind::Redeem,
    EntryKind::Expire,
    EntryKind::Reverse,
    EntryKind::Restore,
    EntryKind::Adjust,
    EntryKind::Extend,
    EntryKind::Transfer,
];

fn number(kind: EntryKind) -> u8 {
    match kind {
        EntryKind::Earn => 1,
        EntryKind::Redeem => 2,
        EntryKind::Expire => 3,
        EntryKind::Reverse => 4,
        EntryKind::Restore => 5,
        EntryKind::Adjust => 6,
        EntryKind::Extend => 7,
        EntryKind::Transfer => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let row = |month: u32, rule: &str, kind, points: &str| Row {
            month: (month > 0).then_some(Month(month)),
            rule: Name::parse(rule),
            kind,
            points: Amount::parse_sum(points).unwrap(),
        };
        let mut rows = vec![
            row(0, "", None, "1.5"),
            row(202_611, "", Some(EntryKind::Reverse), "-3"),
            row(202_611, "-", Some(EntryKind::Earn), "899999999999999.9999"),
        ];
        rows.extend(KINDS.map(|kind| row(202_612, "base", Some(kind), "1")));
        let mut progress = Progress {
            as_of: Instant::parse("2026-11-22T04:00:00.5Z").unwrap(),
            after: None,
            debt: Amount::parse_sum("12").unwrap(),
            tally: Tally { rows },
        };
        for after in [None, Some("entry/a b|c/points/000000000007".to_owned())] {
            progress.after = after;
            assert_eq!(Progress::parse(&progress.text()), Some(progress.clone()));
        }
    }

    #[test]
    fn takes_nothing_else() {
        for text in [
            "",
            "|",
            "2026-11-22T04:00:00Z",
            "2026-11-22 0",
            "2026-11-22T04:00:00Z x",
            "2026-11-22T04:00:00Z 0 202611:base:1",
            "2026-11-22T04:00:00Z 0 202611:base:9:1",
            "2026-11-22T04:00:00Z 0 202611:Base:1:1",
            "2026-11-22T04:00:00Z 0 202611::1:1 202610::1:1",
            "2026-11-22T04:00:00Z 0 202611::1:1 202611::1:1",
        ] {
            assert_eq!(Progress::parse(text), None, "{text}");
        }
    }
}
