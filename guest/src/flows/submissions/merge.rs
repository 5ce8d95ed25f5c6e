//! What a merged member has come to in campaigns goes to the surviving one: counts of limits, sums, and what waits.

use super::again::flag;
use super::book::{count, get, put, rules};
use super::reward::TIERS;
use crate::domain::ids::Id;
use crate::domain::submission::{Participant, State, Submission};
use crate::flows::accounts::merge::over;
use crate::flows::scope::Scope;
use crate::ports::Row;
use crate::records::codec;
use crate::records::keys::{self, Book};
use crate::records::sent_in::{Count, Which};
use crate::records::state::Mark;
use crate::reject::Reject;
use rust_decimal::Decimal;
use stampcard_invoice::judging::{Sum, raise};

/// Campaigns that a merged member took part in, at most.
const BOOKS_MAX: u32 = 50;

/// Counters of limits and submissions that wait, at most, each.
const ROWS_MAX: u32 = 100;

/// Hands over what a member has come to. Submissions stay with who sent them in.
///
/// # Errors
/// [`Reject::OverLimit`], and those of the storage.
pub(in crate::flows) fn merge(scope: &mut Scope<'_>, member: &Id, into: &Id) -> Result<(), Reject> {
    let of = keys::took_part_of(member);
    let mut passes: usize = 0;
    for row in rows(scope, &of, "campaigns", BOOKS_MAX)? {
        let book = row.key.strip_prefix(&of).and_then(Book::of);
        let book = book.ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        participant(scope, &book, (member, into))?;
        passes = passes.saturating_add(counters(scope, &book, (member, into))?);
        if passes > usize::try_from(ROWS_MAX).unwrap_or(usize::MAX) {
            return Err(over("more than 100 counters of campaigns", "at most 100"));
        }
        tiers(scope, &book, (member, into))?;
        waiting(scope, &book, (member, into))?;
        scope.work.put(keys::took_part(into, &book), &Mark {});
        scope.work.delete(row.key);
    }
    Ok(())
}

/// The two are one participant from now on.
fn participant(
    scope: &mut Scope<'_>,
    book: &Book,
    (member, into): (&Id, &Id),
) -> Result<(), Reject> {
    let key = |of| keys::of_book(keys::PARTICIPANTS, book, &keys::escaped(of));
    let (old, new) = (key(member), key(into));
    scope.work.fetch([old.clone(), new.clone()])?;
    let Some(mut joined) = scope.work.get::<Participant>(&old)? else {
        return Ok(());
    };
    let known: Option<Participant> = scope.work.get(&new)?;
    count(scope, book, member, |tally| {
        tally.participants = tally.participants.saturating_sub(1);
    })?;
    match known {
        Some(known) => joined = joined.with(known),
        None => count(scope, book, into, |tally| {
            tally.participants = tally.participants.saturating_add(1);
        })?,
    }
    scope.work.put(new, &joined);
    scope.work.delete(old);
    Ok(())
}

/// Rows of a member, of which there may be so many.
fn rows(scope: &mut Scope<'_>, prefix: &str, what: &str, most: u32) -> Result<Vec<Row>, Reject> {
    let range = keys::under(prefix, None, most.saturating_add(1));
    let rows = scope.work.scan(&range)?;
    if u32::try_from(rows.len()).is_ok_and(|rows| rows > most) {
        let most = most.to_string();
        let found = ["more than ", &most, " ", what].concat();
        return Err(over(&found, &["at most ", &most].concat()));
    }
    Ok(rows)
}

/// Passed invoices of a day or a shop, and which submissions the tiers of a sum were rewarded for. Tells how many rows these were.
fn counters(
    scope: &mut Scope<'_>,
    book: &Book,
    (member, into): (&Id, &Id),
) -> Result<usize, Reject> {
    let prefix = |of| keys::passes(book, of, "");
    let old = prefix(member);
    let rows = rows(scope, &old, "counters of campaigns", ROWS_MAX)?;
    let many = rows.len();
    for row in rows {
        let tail = row.key.strip_prefix(&old).unwrap_or_default();
        let new = keys::passes(book, into, tail);
        if tail.starts_with(TIERS) {
            if !scope.work.has(&new)? {
                let which: Which = codec::decode(&row.key, &row.value)?;
                scope.work.put(new, &which);
            }
        } else {
            let mut both: Count = codec::decode(&row.key, &row.value)?;
            if let Some(known) = scope.work.get::<Count>(&new)? {
                both.count = both.count.saturating_add(known.count);
            }
            scope.work.put(new, &both);
        }
        scope.work.delete(row.key);
    }
    Ok(many)
}

/// Tiers that the two reach together and neither did: the tick that follows rewards them, with a submission that adds to the sum. What was
/// flagged and is reached again is flagged no more.
fn tiers(scope: &mut Scope<'_>, book: &Book, (member, into): (&Id, &Id)) -> Result<(), Reject> {
    let key = keys::of_book(keys::PARTICIPANTS, book, &keys::escaped(into));
    let both: Option<Participant> = scope.work.get(&key)?;
    let rules = rules(scope, &book.campaign)?.filter(|rules| rules.book == *book);
    let conditions = rules.and_then(|rules| rules.conditions());
    let sum = both
        .filter(|both| both.sum.is_some())
        .map(|both| both.sum());
    let (Some(conditions), Some(sum)) = (conditions, sum) else {
        return Ok(());
    };
    let whole = Sum { rewarded: 0, ..sum };
    let reached = raise(&conditions, whole, Decimal::ZERO).last;
    flag(scope, book, into, (1, reached.min(sum.rewarded)), false)?;
    if reached <= sum.rewarded {
        return Ok(());
    }
    for of in [member, into] {
        let of = keys::submitted(of, book);
        for key in scope.work.index(&keys::under(&of, None, ROWS_MAX))? {
            let id = key.strip_prefix(&of).unwrap_or_default();
            let found = get(scope, book, id)?;
            let adds = |it: &Submission| it.state == State::Passed && it.adds.is_some();
            if let Some(mut it) = found.filter(adds) {
                it.owed = true;
                let due = it.due.replace(scope.now);
                put(scope, book, id, due, &it);
                return Ok(());
            }
        }
    }
    Ok(())
}

/// What waits is known as the survivor's, so that it isn't sent in again.
fn waiting(scope: &mut Scope<'_>, book: &Book, (member, into): (&Id, &Id)) -> Result<(), Reject> {
    let old = keys::waiting_of(book, member);
    for row in rows(scope, &old, "invoices that wait", ROWS_MAX)? {
        let tail = row.key.strip_prefix(&old).unwrap_or_default();
        let new = [&keys::waiting_of(book, into), tail].concat();
        if !scope.work.has(&new)? {
            let which: Which = codec::decode(&row.key, &row.value)?;
            scope.work.put(new, &which);
        }
        scope.work.delete(row.key);
    }
    Ok(())
}
