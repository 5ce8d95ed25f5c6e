//! What is known of the messages about one event to one member. Reminders by LINE notification message are counted there.

use super::question;
use crate::domain::ids::Id;
use crate::domain::notice::{Channel, Kind, Notice, Told, Topic};
use crate::domain::policy::Reminders;
use crate::flows::scope::Scope;
use crate::records::{Work, keys};
use crate::reject::Reject;

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
