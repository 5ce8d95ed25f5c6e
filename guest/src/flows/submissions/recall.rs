//! What was put off is looked at at once, in pages: a verifier's key goes on after a rest, or a campaign ends sooner than it was to.

use super::book::{get, put, rules};
use super::verify::{due, which};
use crate::domain::campaign::Campaign;
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

/// Where a campaign ends sooner now than before, what was to be looked at at its end is looked at when it ends. A draft has no draw.
pub(in crate::flows) fn ends_sooner(scope: &mut Scope<'_>, before: &Campaign, now: &Campaign) {
    let ends = [before, now].map(|it| it.life.to.filter(|_| it.settings.verify_again.before_draw));
    if let [Some(last), Some(end)] = ends
        && end < last
        && before.life.published.is_some()
    {
        let row = keys::recall_of(end, &now.campaign);
        scope.work.put(row, &Recall { last, after: None });
    }
}

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
pub(super) fn page(scope: &mut Scope<'_>, row: &str, whose: &str) -> Result<(), Reject> {
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
            one(scope, &found.key, whose)?;
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

/// A submission is due now that was put off because this verifier's key rested, or until this campaign's end.
fn one(scope: &mut Scope<'_>, row: &str, whose: &str) -> Result<(), Reject> {
    let (book, id) = which(row).ok_or_else(|| Reject::Unreadable(row.to_owned()))?;
    let ended = whose.strip_prefix(':');
    if ended.is_some_and(|campaign| campaign != book.campaign.as_str()) {
        return Ok(());
    }
    let rules = rules(scope, &book.campaign)?.filter(|rules| rules.book == book);
    let Some(rules) = rules else {
        return Ok(());
    };
    let concerned = if ended.is_some() {
        // It may have been put off again.
        rules.campaign.life.to.is_some_and(|end| end <= scope.now)
    } else {
        let own = rules.verifier(scope);
        own.is_some_and(|(name, _)| name.as_str() == whose)
    };
    if !concerned {
        return Ok(());
    }
    let before = get(scope, &book, &id)?;
    let put_off = before.filter(|it| {
        let waits = if ended.is_some() { it.look } else { it.paused };
        waits && !it.asking && it.due == due(row)
    });
    if let Some(before) = put_off {
        let mut it = before.clone();
        it.due = Some(scope.now);
        put(scope, &book, &id, before.due, &it);
    }
    Ok(())
}
