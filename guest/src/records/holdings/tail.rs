//! What happened of late to a member's accounts: it stands behind their record, in the same text, until there is enough of it
//! for rows of its own. So a command writes one row instead of three. Nobody reads it but who asks for the past.
//!
//! Each line is `e points 17 {…}`, an entry of a programme by its number, or `l points 3 {…}`, a batch of lots that is used
//! up by its first lot. Lines of a programme come in the order of their writing; entries so in that of their numbers.

use super::super::work::Work;
use super::super::{codec, keys};
use super::batch::{BATCH_MAX, Batch};
use crate::domain::entry::Entry;
use crate::domain::ids::{Id, Name};
use crate::pieces;
use crate::reject::Reject;
use serde::Serialize;

/// Bytes beyond which it goes into rows of its own: an earn entry under many rules is half of it, one of a lapse a tenth.
const LONG: usize = 2_048;

/// Bytes for which there is room behind what was stored: what a lapse writes.
const MORE: usize = 512;

/// An entry.
const ENTRY: &str = "e";

/// A batch of lots.
const LOTS: &str = "l";

/// Lines, each with its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Tail(String);

/// A line in its parts.
struct Line<'t> {
    kind: &'t str,
    programme: &'t str,
    number: u64,
    record: &'t str,
}

impl Tail {
    /// As it was stored.
    pub(super) fn stored(text: &str) -> Self {
        let mut lines = String::with_capacity(text.len().saturating_add(MORE));
        lines.push_str(text);
        Self(lines)
    }

    /// As it is to be stored.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether it should go into rows of its own.
    pub(super) fn is_long(&self) -> bool {
        self.0.len() > LONG
    }

    /// Adds an entry, the account's newest.
    pub(super) fn add_entry(&mut self, programme: &Name, entry: &Entry) {
        self.add(ENTRY, programme, entry.sequence, entry);
    }

    /// Adds a batch that is used up.
    pub(super) fn add_lots(&mut self, programme: &Name, batch: &Batch) {
        self.add(LOTS, programme, batch.id(), batch);
    }

    fn add(&mut self, kind: &str, programme: &Name, number: u64, record: &impl Serialize) {
        for part in [kind, " ", programme.as_str(), " "] {
            pieces::push(&mut self.0, part);
        }
        pieces::push_number(&mut self.0, number);
        self.0.push(' ');
        codec::append(&mut self.0, record);
        self.0.push('\n');
    }

    /// A programme's entries, oldest first.
    ///
    /// # Errors
    /// [`Reject::Unreadable`].
    pub(super) fn entries(&self, member: &Id, programme: &Name) -> Result<Vec<Entry>, Reject> {
        let key = keys::account(member);
        let mut found = Vec::new();
        for text in self.0.lines() {
            let line = Line::parse(text).ok_or_else(|| Reject::Unreadable(key.clone()))?;
            if line.kind == ENTRY && line.programme == programme.as_str() {
                found.push(codec::decode(&key, line.record)?);
            }
        }
        Ok(found)
    }

    /// Takes a lot's batch out.
    ///
    /// # Errors
    /// [`Reject::Unreadable`].
    pub(super) fn take_lot(
        &mut self,
        member: &Id,
        programme: &Name,
        id: u64,
    ) -> Result<Option<Batch>, Reject> {
        let key = keys::account(member);
        let mut begin = 0_usize;
        for text in self.0.split_inclusive('\n') {
            let end = begin.saturating_add(text.len());
            let line = Line::parse(text.trim_end());
            let line = line.ok_or_else(|| Reject::Unreadable(key.clone()))?;
            if line.kind == LOTS
                && line.programme == programme.as_str()
                && (line.number..line.number.saturating_add(BATCH_MAX)).contains(&id)
            {
                let batch: Batch = codec::decode(&key, line.record)?;
                if batch.lots().iter().any(|lot| lot.id == id) {
                    self.0.replace_range(begin..end, "");
                    return Ok(Some(batch));
                }
            }
            begin = end;
        }
        Ok(None)
    }

    /// Puts everything into rows of its own: a programme's entries in one, under the number of the first, a line each. A line
    /// that can't be read stays, so that nothing is lost of it; who asks for the past is told.
    pub(super) fn spill(&mut self, work: &mut Work<'_>, member: &Id) {
        let mut runs: Vec<(Name, u64, String)> = Vec::new();
        let mut unread = String::new();
        for text in self.0.lines() {
            let named = Line::parse(text).and_then(|it| Some((Name::parse(it.programme)?, it)));
            let Some((programme, line)) = named else {
                unread.push_str(text);
                unread.push('\n');
                continue;
            };
            if line.kind == LOTS {
                let key = keys::lots(member, &programme, line.number);
                work.put_text(key, line.record.to_owned());
                continue;
            }
            match runs.iter_mut().find(|run| run.0 == programme) {
                Some((_, _, text)) => {
                    text.push('\n');
                    text.push_str(line.record);
                }
                None => runs.push((programme, line.number, line.record.to_owned())),
            }
        }
        for (programme, first, text) in runs {
            work.put_text(keys::entry(member, &programme, first), text);
        }
        self.0 = unread;
    }
}

impl<'t> Line<'t> {
    fn parse(text: &'t str) -> Option<Self> {
        let mut parts = text.splitn(4, ' ');
        Some(Self {
            kind: parts.next().filter(|kind| [ENTRY, LOTS].contains(kind))?,
            programme: parts.next()?,
            number: parts.next()?.parse().ok()?,
            record: parts.next()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::amount::Amount;
    use crate::domain::entry::EntryKind;
    use crate::domain::instant::Instant;

    fn entry(sequence: u64) -> Entry {
        Entry {
            sequence,
            kind: EntryKind::Adjust,
            points: Amount::ONE,
            balance: Amount::ONE,
            at: Instant::new(5, 0).unwrap(),
            posted_at: None,
            order: None,
            note: Some("a\nb c".to_owned()),
            actor: None,
            other: None,
            parts: Vec::new(),
            awards: crate::shared::Shared::default(),
        }
    }

    fn batch(first: u64, lots: u64) -> Batch {
        let lot = |id: u64| format!(r#"{{"id":{id},"rule":"base","granted":"1","left":"0"}}"#);
        let lots: Vec<String> = (first..first + lots).map(lot).collect();
        let text = format!(
            r#"{{"earned-at":"1970-01-01T00:00:05Z","lots":[{}]}}"#,
            lots.join(",")
        );
        crate::json::read(&text).unwrap()
    }

    #[test]
    fn entries_are_found_by_programme_in_their_order() {
        let mei = Id::parse("mei").unwrap();
        let name = |text| Name::parse(text).unwrap();
        let mut tail = Tail::default();
        tail.add_entry(&name("stars"), &entry(7));
        tail.add_lots(&name("stars"), &batch(1, 1));
        tail.add_entry(&name("gifts"), &entry(1));
        tail.add_entry(&name("stars"), &entry(8));
        let tail = Tail::stored(tail.text());
        let stars = tail.entries(&mei, &name("stars"));
        assert_eq!(stars, Ok(vec![entry(7), entry(8)]));
        assert_eq!(tail.entries(&mei, &name("gifts")), Ok(vec![entry(1)]));
    }

    #[test]
    fn a_lot_is_taken_out_with_its_batch_and_nothing_else() {
        let (mei, stars) = (Id::parse("mei").unwrap(), Name::parse("stars").unwrap());
        let mut tail = Tail::default();
        tail.add_lots(&stars, &batch(1, 1));
        tail.add_lots(&stars, &batch(2, 3));
        tail.add_lots(&stars, &batch(5, 1));
        tail.add_entry(&stars, &entry(4));
        assert_eq!(tail.take_lot(&mei, &stars, 6), Ok(None));
        assert_eq!(tail.take_lot(&mei, &stars, 4), Ok(Some(batch(2, 3))));
        assert_eq!(tail.take_lot(&mei, &stars, 4), Ok(None));
        assert_eq!(tail.text().lines().count(), 3);
        assert_eq!(tail.take_lot(&mei, &stars, 5), Ok(Some(batch(5, 1))));
        assert_eq!(tail.take_lot(&mei, &stars, 1), Ok(Some(batch(1, 1))));
        assert_eq!(tail.entries(&mei, &stars), Ok(vec![entry(4)]));
    }

    #[test]
    fn a_damaged_line_is_told_of() {
        let (mei, stars) = (Id::parse("mei").unwrap(), Name::parse("stars").unwrap());
        for damaged in ["e stars", "x stars 1 {}", "e stars one {}", ""] {
            let mut tail = Tail::stored(&format!("{damaged}\n"));
            let unreadable = || Reject::Unreadable("account/mei".to_owned());
            assert_eq!(tail.entries(&mei, &stars), Err(unreadable()), "{damaged}");
            let lot = tail.take_lot(&mei, &stars, 1);
            assert_eq!(lot, Err(unreadable()), "{damaged}");
        }
    }
}
