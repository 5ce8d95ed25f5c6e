//! Reading the entries of a member's accounts, wherever they stand.

use super::super::work::Work;
use super::super::{codec, keys};
use super::Holdings;
use crate::domain::entry::Entry;
use crate::domain::ids::Name;
use crate::ports::{Range, Row};
use crate::reject::Reject;

/// Rows read at once; each has an entry or a handful.
const PAGE: u32 = 100;

impl Holdings {
    /// Entries of an account that are written and have numbers below `below`, the newest `most` of them, newest first.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn newest(
        &self,
        work: &mut Work<'_>,
        programme: &Name,
        below: u64,
        most: usize,
    ) -> Result<Vec<Entry>, Reject> {
        let mut found = self.tail.entries(&self.member, programme)?;
        found.reverse();
        // What stands in rows ends where the record begins, even if another command has moved it meanwhile.
        let mut end = found.last().map_or(u64::MAX, |entry| entry.sequence);
        found.retain(|entry| entry.sequence < below);
        end = end.min(below);
        let prefix = keys::entries_of(&self.member, programme);
        while found.len() < most {
            let range = Range {
                start: prefix.clone(),
                end: match end {
                    u64::MAX => keys::end_of(&prefix),
                    end => keys::entry(&self.member, programme, end),
                },
                limit: PAGE.min(u32::try_from(most).unwrap_or(PAGE)),
                backward: true,
            };
            let rows = work.scan(&range)?;
            let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == range.limit);
            for row in rows {
                let mut entries = entries_of(&row)?;
                entries.retain(|entry| entry.sequence < end);
                end = entries.first().map_or(end, |entry| entry.sequence);
                found.extend(entries.into_iter().rev());
            }
            if !more {
                break;
            }
        }
        found.truncate(most);
        Ok(found)
    }

    /// Entries of an account that are written and stand behind the row `after`, oldest first; one page of them, and the key
    /// of its last row if there may be more.
    ///
    /// # Errors
    /// Those of the storage.
    pub fn oldest(
        &self,
        work: &mut Work<'_>,
        programme: &Name,
        after: Option<&str>,
    ) -> Result<(Vec<Entry>, Option<String>), Reject> {
        let kept = self.tail.entries(&self.member, programme)?;
        let first = kept.first().map_or(u64::MAX, |entry| entry.sequence);
        let mut found = Vec::new();
        let mut more = false;
        let mut last = None;
        if first > 1 {
            let prefix = keys::entries_of(&self.member, programme);
            let rows = work.scan(&keys::under(&prefix, after, PAGE))?;
            more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
            for row in rows {
                let entries = entries_of(&row)?.into_iter();
                found.extend(entries.filter(|entry| entry.sequence < first));
                last = Some(row.key);
            }
        }
        if !more {
            found.extend(kept);
        }
        Ok((found, last.filter(|_| more)))
    }

    /// The entry of a number.
    ///
    /// # Errors
    /// Those of the storage, and [`Reject::Unreadable`] if it is nowhere.
    pub fn entry(
        &self,
        work: &mut Work<'_>,
        programme: &Name,
        number: u64,
    ) -> Result<Entry, Reject> {
        let newest = self.newest(work, programme, number.saturating_add(1), 1)?;
        let found = newest.into_iter().find(|entry| entry.sequence == number);
        found.ok_or_else(|| Reject::Unreadable(keys::entry(&self.member, programme, number)))
    }
}

/// The entries of a row, oldest first.
fn entries_of(row: &Row) -> Result<Vec<Entry>, Reject> {
    let lines = row.value.lines();
    lines.map(|line| codec::decode(&row.key, line)).collect()
}
