//! What is known of the messages about one event to one member. Reminders by LINE notification message are counted there.

use super::super::accounts::merge::over;
use super::question;
use crate::domain::ids::Id;
use crate::domain::notice::{Channel, Kind, Notice, Told, Topic};
use crate::domain::policy::Reminders;
use crate::flows::scope::Scope;
use crate::records::{Work, codec, keys};
use crate::reject::Reject;

/// Events of a merged member that it was to be reminded of, at most, those over included.
const EVENTS_MAX: u32 = 500;

/// The key of a notice's topic, where its reminders are counted.
fn counted(notice: &Notice) -> Option<&Told> {
    let counts =
        notice.channel == Channel::LineNotification && notice.kind == Kind::ReservationReminder;
    question::told(notice).filter(|_| counts)
}

/// Reminders of its event that were sent before; none where they aren't counted.
///
/// # Errors
/// Those of the storage.
pub(super) fn reminders(
    scope: &mut Scope<'_>,
    member: &Id,
    notice: &Notice,
) -> Result<Option<Reminders>, Reject> {
    let Some(told) = counted(notice) else {
        return Ok(None);
    };
    let key = keys::topic(member, notice.kind, &told.subject);
    let topic: Option<Topic> = scope.work.get(&key)?;
    Ok(Some(topic.map_or(Reminders::default(), |topic| {
        Reminders {
            accepted: topic.accepted,
            unknown: topic.unknown,
            before_move: topic.before_move,
        }
    })))
}

/// A reminder is about to be handed over.
///
/// # Errors
/// Those of the storage.
pub(super) fn begin(work: &mut Work<'_>, member: &Id, notice: &Notice) -> Result<(), Reject> {
    change(work, member, notice, Topic::begin)
}

/// Whether a reminder was taken of which nobody knew.
///
/// # Errors
/// Those of the storage.
pub(super) fn settle(
    work: &mut Work<'_>,
    member: &Id,
    notice: &Notice,
    accepted: bool,
) -> Result<(), Reject> {
    change(work, member, notice, |topic| topic.settle(accepted))
}

/// What a merged member was reminded of counts for the surviving one, as long as the event is to come.
///
/// # Errors
/// [`Reject::OverLimit`], and those of the storage.
pub(in crate::flows) fn merge(scope: &mut Scope<'_>, member: &Id, into: &Id) -> Result<(), Reject> {
    let of = |member: &Id| keys::topics_of_kind(member, Kind::ReservationReminder);
    let (old, new) = (of(member), of(into));
    let most = EVENTS_MAX.saturating_add(1);
    let rows = scope.work.scan(&keys::under(&old, None, most))?;
    if u32::try_from(rows.len()).is_ok_and(|rows| rows > EVENTS_MAX) {
        return Err(over("reminders of more than 500 events", "at most 500"));
    }
    for row in rows {
        let topic: Topic = codec::decode(&row.key, &row.value)?;
        let Some(tail) = row.key.strip_prefix(&old) else {
            continue;
        };
        if topic.event <= scope.now {
            continue;
        }
        let key = [&new, tail].concat();
        let known: Option<Topic> = scope.work.get(&key)?;
        let joined = match known {
            Some(known) => known.with(&topic),
            None => Topic {
                causes: Vec::new(),
                ..topic
            },
        };
        scope.work.put(key, &joined);
    }
    Ok(())
}

fn change(
    work: &mut Work<'_>,
    member: &Id,
    notice: &Notice,
    how: impl FnOnce(&mut Topic),
) -> Result<(), Reject> {
    let Some(told) = counted(notice) else {
        return Ok(());
    };
    let key = keys::topic(member, notice.kind, &told.subject);
    if let Some(mut topic) = work.get::<Topic>(&key)? {
        how(&mut topic);
        work.put(key, &topic);
    }
    Ok(())
}
