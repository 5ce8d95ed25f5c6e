//! A notice that can't go by its channel goes on by the next.

use super::made::put_new;
use crate::domain::amount::Amount;
use crate::domain::instant::Instant;
use crate::domain::notice::{Channel, Notice, NoticeId, State};
use crate::records::{Work, keys};
use crate::reject::Reject;

/// Makes the same notice for the channel that takes over, unless it was made before or its time has passed.
///
/// # Errors
/// Those of the storage.
pub(super) fn onward(
    work: &mut Work<'_>,
    id: &NoticeId,
    notice: &mut Notice,
    channel: Option<Channel>,
    now: Instant,
) -> Result<(), Reject> {
    let Some(channel) = channel.filter(|_| now < notice.until) else {
        return Ok(());
    };
    let next = id.by(channel);
    if work.get::<Notice>(&keys::notice(&next))?.is_some() {
        return Ok(());
    }
    notice.note(now, format!("moved to {}", channel.name()));
    // What was never handed over still waits for its own time.
    let from = if notice.tries == 0 {
        notice.from.max(now)
    } else {
        now
    };
    let made = Notice {
        channel,
        from,
        tries: 0,
        cost: Amount::ZERO,
        judged: false,
        state: State::Queued,
        at: now,
        handed: None,
        trail: Vec::new(),
        ..notice.clone()
    };
    put_new(work, &next, &made);
    Ok(())
}
