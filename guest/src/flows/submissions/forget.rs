//! What a member sent in who is forgotten.

use super::book::{count, get, put, waits_no_more};
use super::end::seen_to;
use crate::domain::ids::Id;
use crate::domain::submission::{Reason, State};
use crate::flows::scope::{Scope, Stop};
use crate::records::keys::{self, Book};
use crate::reject::Reject;

/// Submissions that are read at once.
const PAGE: u32 = 100;

/// Records that a command may write beside one of them.
const ROOM: usize = 30;

/// Erases pictures, codes and what was bought. What waits comes to its end untold; numbers stay locked, and counts stay as they are.
///
/// # Errors
/// Those of the storage; [`Stop::Again`] after a portion was committed.
pub(in crate::flows) fn forget(scope: &mut Scope<'_>, member: &Id) -> Result<(), Stop> {
    let prefix = keys::submitted_of(member);
    let mut after: Option<String> = None;
    loop {
        let range = keys::under(&prefix, after.as_deref(), PAGE);
        let rows = scope.work.scan(&range)?;
        let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
        for row in rows {
            let tail = row.key.strip_prefix(&prefix).unwrap_or_default();
            let which = tail.split_once('/');
            let which = which.and_then(|(book, id)| Some((Book::of(book)?, id.to_owned())));
            let (book, id) = which.ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
            one(scope, &book, &id)?;
            scope.work.delete(row.key.clone());
            if scope.is_full(ROOM) {
                return Err(scope.portion()?);
            }
            after = Some(row.key);
        }
        if !more {
            return Ok(());
        }
    }
}

fn one(scope: &mut Scope<'_>, book: &Book, id: &str) -> Result<(), Reject> {
    let Some(before) = get(scope, book, id)? else {
        return Ok(());
    };
    let mut it = before.clone();
    it.picture = None;
    it.random = None;
    it.printed = None;
    it.reply = None;
    it.shop = None;
    scope.work.delete(keys::of_book(keys::EVIDENCE, book, id));
    if before.is_for_person() {
        seen_to(scope, book, id, &before);
        it.reason = None;
    }
    if before.state == State::Waiting {
        waits_no_more(scope, book, id, &it)?;
        it.becomes(State::Invalid, Some(Reason::NoData));
        count(scope, book, &it.member, |tally| {
            tally.moves(Some(State::Waiting), State::Invalid);
        })?;
    }
    put(scope, book, id, before.due, &it);
    Ok(())
}
