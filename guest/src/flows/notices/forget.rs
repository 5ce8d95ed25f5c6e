//! The notices of a member who is forgotten.

use super::super::scope::{Scope, Stop};
use super::made::put;
use crate::domain::ids::Id;
use crate::domain::notice::{Notice, NoticeId};
use crate::records::{codec, keys};

/// Notices that are read at once.
const PAGE: u32 = 200;

/// Records that a command may write beside the notices.
const ROOM: usize = 20;

/// Takes a member's notices out of the outbox, and erases what providers said of them and what the member wished.
///
/// # Errors
/// Those of the storage; [`Stop::Again`] after a portion was committed.
pub(in crate::flows) fn forget(scope: &mut Scope<'_>, member: &Id) -> Result<(), Stop> {
    scope.work.delete(keys::reach(member));
    let topics = keys::under(&keys::topics_of(member), None, PAGE);
    let topics = scope.work.scan(&topics)?;
    let more = u32::try_from(topics.len()).is_ok_and(|rows| rows == PAGE);
    for topic in topics {
        scope.work.delete(topic.key);
    }
    if more {
        return Err(scope.portion()?);
    }
    let prefix = keys::notices_of(member);
    let mut after: Option<String> = None;
    loop {
        let range = keys::under(&prefix, after.as_deref(), PAGE);
        let rows = scope.work.scan(&range)?;
        let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
        for row in rows {
            let mut notice: Notice = codec::decode(&row.key, &row.value)?;
            let tail = row.key.strip_prefix(&prefix).unwrap_or_default().to_owned();
            let id = NoticeId {
                member: member.clone(),
                tail,
            };
            let place = notice.is_open();
            let place = place.then(|| keys::outbox(notice.channel, notice.from, notice.until, &id));
            if notice.forget(scope.now) {
                place.into_iter().for_each(|place| scope.work.delete(place));
                put(scope, &id, &notice);
            }
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
