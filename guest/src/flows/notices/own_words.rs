//! Notices whose words the engine puts together for one occasion.

use super::super::scope::Scope;
use super::made::begin;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::{About, Channel, Kind, Notice, NoticeId, Span, Told};
use crate::records::keys;
use crate::reject::Reject;
use crate::shared::Shared;

/// Seconds in which it may still be told.
const STALE: u32 = 86_400;

/// Makes a notice of kind `other` for each channel that the kind is switched on for, or for the first, which goes at `from` at
/// the earliest. Tells whether there is one.
///
/// # Errors
/// Those of the storage.
pub(in crate::flows) fn own_words(
    scope: &mut Scope<'_>,
    member: &Id,
    told: Told,
    from: Instant,
) -> Result<bool, Reject> {
    let channels = scope.merchant.routes_of(Kind::Other);
    if channels.is_empty() {
        return Ok(false);
    }
    let date = scope.merchant.zone.date(scope.now);
    let subject = keys::escaped(&told.subject).into_owned();
    let id = |nth: u32, channel: Channel| NoticeId {
        member: member.clone(),
        tail: format!("{date}/other/{subject}/{nth:06}/{}", channel.name()),
    };
    let mut nth = 1;
    'free: loop {
        for channel in Channel::ALL {
            let key = keys::notice(&id(nth, channel));
            if scope.work.get::<Notice>(&key)?.is_some() {
                nth += 1;
                continue 'free;
            }
        }
        break;
    }
    let told = Shared::new(told);
    let span = Span {
        from,
        until: from.plus_seconds(STALE),
    };
    for channel in channels {
        let about = About::Told(told.clone());
        let notice = Notice::new(Kind::Other, channel, about, scope.number, scope.now, span);
        begin(scope, &id(nth, channel), notice)?;
    }
    Ok(true)
}
