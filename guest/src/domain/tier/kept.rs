//! How levels and their changes are kept: each as one text. A level stands in a record that every command reads, and lists
//! of so many parts would take more code than all of the rest.

use super::{Change, Fall, Tier};
use crate::domain::amount::Amount;
use crate::domain::ids::Name;
use crate::domain::instant::Instant;
use crate::domain::text;
use crate::reading::{Read, Reader, Wrong};
use serde::{Serialize, Serializer};

/// Between the parts of a change: in what staff writes there is no control character.
const TAB: char = '\t';

/// A moment.
#[inline(never)]
fn moment(text: &str) -> Option<Instant> {
    Instant::parse(text)
}

/// A whole number.
#[inline(never)]
fn count(text: &str) -> Option<u64> {
    text.parse().ok()
}

/// A period, or how many.
fn period(text: &str) -> Option<u32> {
    u32::try_from(count(text)?).ok()
}

/// What may be none, which is an empty text.
#[inline(never)]
fn maybe<T>(text: &str, parse: fn(&str) -> Option<T>) -> Option<Option<T>> {
    if text.is_empty() {
        return Some(None);
    }
    parse(text).map(Some)
}

fn shown<T>(value: Option<&T>, text: fn(&T) -> String) -> String {
    value.map(text).unwrap_or_default()
}

fn items<T>(text: &str, parse: fn(&str) -> Option<T>) -> Option<Vec<T>> {
    let items = text.split(';').filter(|item| !item.is_empty());
    items.map(parse).collect()
}

fn fall(text: &str) -> Option<Fall> {
    let mut parts = text.split(' ');
    let at = moment(parts.next()?)?;
    let to = maybe(parts.next()?, Name::parse)?;
    Some((at, to, period(parts.next()?)?))
}

fn sum(text: &str) -> Option<(u32, Amount)> {
    let (of, sum) = text.split_once(' ')?;
    Some((period(of)?, Amount::parse(sum)?))
}

impl Tier {
    /// What stands in the place of one that is to be read.
    fn none() -> Self {
        Self {
            level: None,
            since: None,
            hand: None,
            falls: Vec::new(),
            basis: String::new(),
            from: Instant::blank(),
            width: 0,
            sums: Vec::new(),
            changes: 0,
            journal: Vec::new(),
        }
    }

    #[inline(never)]
    fn text(&self) -> String {
        let falls = self.falls.iter().map(|(at, to, period)| {
            let to = shown(to.as_ref(), Name::text);
            [at.to_string(), to, period.to_string()].join(" ")
        });
        let falls: Vec<String> = falls.collect();
        let sums = self.sums.iter();
        let sums = sums.map(|(period, sum)| [period.to_string(), sum.text()].join(" "));
        let sums: Vec<String> = sums.collect();
        [
            shown(self.level.as_ref(), Name::text),
            shown(self.since.as_ref(), Instant::to_string),
            shown(self.hand.as_ref(), Instant::to_string),
            falls.join(";"),
            self.basis.clone(),
            self.from.to_string(),
            self.width.to_string(),
            sums.join(";"),
            self.changes.to_string(),
        ]
        .join("|")
    }

    #[inline(never)]
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('|');
        Some(Self {
            level: maybe(parts.next()?, Name::parse)?,
            since: maybe(parts.next()?, moment)?,
            hand: maybe(parts.next()?, moment)?,
            falls: items(parts.next()?, fall)?,
            basis: parts.next()?.to_owned(),
            from: moment(parts.next()?)?,
            width: period(parts.next()?)?,
            sums: items(parts.next()?, sum)?,
            changes: count(parts.next()?)?,
            journal: Vec::new(),
        })
    }
}

impl Change {
    /// What stands in the place of one that is to be read.
    fn none() -> Self {
        Self {
            sequence: 0,
            previous: None,
            level: None,
            at: Instant::blank(),
            cause: String::new(),
            sum: Amount::ZERO,
            by: None,
        }
    }

    #[inline(never)]
    fn text(&self) -> String {
        let (reason, actor) = self.by.clone().unwrap_or_default();
        [
            self.sequence.to_string(),
            shown(self.previous.as_ref(), Name::text),
            shown(self.level.as_ref(), Name::text),
            self.at.to_string(),
            self.cause.clone(),
            self.sum.text(),
            reason,
            actor,
        ]
        .join("\t")
    }

    #[inline(never)]
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(TAB);
        let mut change = Self {
            sequence: count(parts.next()?)?,
            previous: maybe(parts.next()?, Name::parse)?,
            level: maybe(parts.next()?, Name::parse)?,
            at: moment(parts.next()?)?,
            cause: parts.next()?.to_owned(),
            sum: Amount::parse_sum(parts.next()?)?,
            by: None,
        };
        let (reason, actor) = (parts.next()?, parts.next()?);
        if !reason.is_empty() {
            change.by = Some((reason.to_owned(), actor.to_owned()));
        }
        Some(change)
    }
}

macro_rules! as_text {
    ($type:ident, $form:literal) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.text())
            }
        }

        impl Read for $type {
            fn blank() -> Self {
                Self::none()
            }

            fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Wrong> {
                text::read(self, from, $form, Self::parse)
            }
        }
    };
}

as_text!(Tier, "a level");
as_text!(Change, "a change of a level");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let at = Instant::parse("2026-11-22T04:00:00.5Z").unwrap();
        let gold = Name::parse("gold");
        let mut tier = Tier {
            level: gold.clone(),
            since: Some(at),
            hand: None,
            falls: vec![(at, None, 24_323), (Instant::last(), gold.clone(), 0)],
            basis: "month points".to_owned(),
            from: at,
            width: u32::MAX,
            sums: vec![
                (24_322, Amount::parse("12.5").unwrap()),
                (24_323, Amount::ONE),
            ],
            changes: 7,
            journal: Vec::new(),
        };
        assert_eq!(Tier::parse(&tier.text()).as_ref(), Some(&tier));
        (tier.level, tier.since, tier.hand) = (None, None, Some(at));
        (tier.falls, tier.sums) = (Vec::new(), Vec::new());
        assert_eq!(Tier::parse(&tier.text()).as_ref(), Some(&tier));
        assert_eq!(Tier::parse(&tier.text().replacen('|', "", 1)), None);
        let mut change = Change {
            sequence: 1,
            previous: None,
            level: gold,
            at,
            cause: "by-hand".to_owned(),
            sum: Amount::ZERO,
            by: Some(("a | b; c".to_owned(), "amy".to_owned())),
        };
        assert_eq!(Change::parse(&change.text()).as_ref(), Some(&change));
        change.by = None;
        assert_eq!(Change::parse(&change.text()).as_ref(), Some(&change));
        assert_eq!(Change::parse("1\tgold"), None);
    }
}
