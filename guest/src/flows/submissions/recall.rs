//! A verifier's key goes on after a rest: what was put off meanwhile is looked at at once, in pages.

use super::book::{get, put, rules};
use super::verify::{due, which};
use crate::domain::instant::Instant;
use crate::flows::scope::Scope;
use crate::ports::Range;
use crate::records::keys;
use crate::records::sent_in::Recall;
use crate::reject::Reject;

/// Seconds after which something that waits for an operator is looked at again.
pub(super) const LOOK_AGAIN: u32 = 900;

/// The longest that anything is put off for, in seconds: a key may rest until the next day.
pub(super) const LONGEST: u32 = 86_400;

/// Submissions of one page; each writes three records.
const PAGE: u32 = 12;

/// The part of the index that is still to be looked at.
fn range(recall: &Recall, now: Instant) -> Range {
    let at = |at: Instant| [keys::VERIFY_DUES, &at.sortable()].concat();
    let whole = keys::under(keys::VERIFY_DUES, recall.after.as_deref(), PAGE);
    Range {
        start: whole.start.max(at(now)),
        end: [&at(recall.last), "0"].concat(),
        ..whole
    }
}

/// Has a page of what was put off looked at now; the row goes with the last of them.
pub(super) fn page(scope: &mut Scope<'_>, row: &str, verifier: &str) -> Result<(), Reject> {
    let stored: Option<Recall> = scope.work.get(row)?;
    let Some(mut recall) = stored else {
        return Ok(());
    };
    let range = range(&recall, scope.now);
    let rows = if range.start < range.end {
        scope.work.scan(&range)?
    } else {
        Vec::new()
    };
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    for found in rows {
        if keys::recalled(&found.key).is_none() {
            one(scope, &found.key, verifier)?;
        }
        recall.after = Some(found.key);
    }
    if more {
        scope.work.put(row.to_owned(), &recall);
    } else {
        scope.work.delete(row.to_owned());
    }
    Ok(())
}

/// A submission that was put off because this verifier's key rested is due now.
fn one(scope: &mut Scope<'_>, row: &str, verifier: &str) -> Result<(), Reject> {
    let (book, id) = which(row).ok_or_else(|| Reject::Unreadable(row.to_owned()))?;
    let rules = rules(scope, &book.campaign)?.filter(|rules| rules.book == book);
    let own = rules.and_then(|rules| rules.verifier(scope));
    if own.is_none_or(|(name, _)| name.as_str() != verifier) {
        return Ok(());
    }
    let before = get(scope, &book, &id)?;
    let put_off = before.filter(|it| it.paused && !it.asking && it.due == due(row));
    if let Some(before) = put_off {
        let mut it = before.clone();
        it.due = Some(scope.now);
        put(scope, &book, &id, before.due, &it);
    }
    Ok(())
}
