//! Questions about notices.

use super::super::scope::{Scope, Stop};
use super::send;
use crate::domain::ids::Id;
use crate::domain::notice::{Channel, Notice, NoticeId};
use crate::ports::Row;
use crate::records::keys;
use crate::reject::Reject;

/// Notices, and the place behind which the next page begins.
pub type Page = (Vec<(NoticeId, Notice)>, Option<String>);

/// A page of a member's notices, by day.
///
/// # Errors
/// Those of the storage.
pub fn of_member(
    scope: &mut Scope<'_>,
    member: &Id,
    after: Option<&str>,
    limit: u32,
) -> Result<Page, Stop> {
    let prefix = keys::notices_of(member);
    let rows = page(scope, &prefix, after, limit)?;
    let id = |row: &Row| {
        row.key.strip_prefix(&prefix).map(|tail| NoticeId {
            member: member.clone(),
            tail: tail.to_owned(),
        })
    };
    told(scope, &prefix, &rows, limit, id)
}

/// A page of what a channel is to send, the next first.
///
/// # Errors
/// Those of the storage.
pub fn outbox(
    scope: &mut Scope<'_>,
    channel: Channel,
    after: Option<&str>,
    limit: u32,
) -> Result<Page, Stop> {
    let prefix = keys::outbox_of(channel);
    let rows = page(scope, &prefix, after, limit)?;
    let ids = rows.iter().filter_map(|row| send::id(&row.key));
    let needed: Vec<String> = ids.map(|id| keys::notice(&id)).collect();
    scope.work.fetch(needed)?;
    told(scope, &prefix, &rows, limit, |row| send::id(&row.key))
}

fn page(
    scope: &mut Scope<'_>,
    prefix: &str,
    after: Option<&str>,
    limit: u32,
) -> Result<Vec<Row>, Reject> {
    let after = after.map(|after| format!("{prefix}{after}"));
    scope
        .work
        .scan(&keys::under(prefix, after.as_deref(), limit))
}

fn told(
    scope: &mut Scope<'_>,
    prefix: &str,
    rows: &[Row],
    limit: u32,
    id: impl Fn(&Row) -> Option<NoticeId>,
) -> Result<Page, Stop> {
    let mut notices = Vec::new();
    for row in rows {
        let id = id(row).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        let notice: Option<Notice> = scope.work.get(&keys::notice(&id))?;
        notices.extend(notice.map(|notice| (id, notice)));
    }
    let full = u32::try_from(rows.len()).is_ok_and(|count| count == limit);
    let last = rows.last().filter(|_| full);
    let next = last
        .and_then(|row| row.key.strip_prefix(prefix))
        .map(str::to_owned);
    Ok((notices, next))
}
