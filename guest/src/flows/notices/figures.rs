//! What a merchant's notices came to, read in portions (decision 15).

use super::super::scope::{Scope, Stop};
use super::send;
use crate::domain::notice::{Figure, Notice, NoticeId, add};
use crate::domain::report::Month;
use crate::ports::Row;
use crate::records::{codec, keys};
use crate::reject::Reject;

/// Notices of a portion.
const PAGE: u32 = 1_000;

/// The figures of the next portion of the notices that were made in the months asked for, or of all, and the place behind
/// which the next portion begins. Notices of other months are not read.
///
/// # Errors
/// Those of the storage.
pub fn figures(
    scope: &mut Scope<'_>,
    (first, last): (Option<Month>, Option<Month>),
    after: Option<&str>,
) -> Result<(Vec<Figure>, Option<String>), Stop> {
    let zone = scope.merchant.zone;
    let whole = first.is_none() && last.is_none();
    let prefix = if whole { keys::NOTICES } else { keys::MADE };
    let behind = after.map(|after| format!("{prefix}{after}"));
    let mut range = keys::under(prefix, behind.as_deref(), PAGE);
    let start = |month: Month| zone.start_of(month.first()?);
    if let (Some(start), None) = (first.and_then(start), after) {
        range.start = format!("{prefix}{}", start.sortable());
    }
    if let Some(end) = last.and_then(Month::next).and_then(start) {
        range.end = format!("{prefix}{}", end.sortable());
    }
    let rows = scope.work.scan(&range)?;
    let full = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    let next = rows.last().filter(|_| full);
    let next = next.and_then(|row| row.key.strip_prefix(prefix));
    let next = next.map(str::to_owned);
    let mut figures = Vec::new();
    for notice in notices(scope, &rows, whole)? {
        add(&mut figures, &notice, zone);
    }
    Ok((figures, next))
}

/// The notices of these rows, which are the notices themselves or name them.
fn notices(scope: &mut Scope<'_>, rows: &[Row], themselves: bool) -> Result<Vec<Notice>, Reject> {
    if themselves {
        let notices = rows.iter().map(|row| codec::decode(&row.key, &row.value));
        return notices.collect();
    }
    let mut ids: Vec<NoticeId> = Vec::new();
    for row in rows {
        ids.push(send::id_behind(&row.key, 2).ok_or_else(|| Reject::Unreadable(row.key.clone()))?);
    }
    scope.work.fetch(ids.iter().map(keys::notice))?;
    let mut notices = Vec::new();
    for id in &ids {
        notices.extend(scope.work.get::<Notice>(&keys::notice(id))?);
    }
    Ok(notices)
}
