//! What providers tell of a notice after they took it.

use super::super::scope::{Scope, Stop};
use super::judge::take_back;
use super::made::put;
use super::onward::onward;
use super::{reach, topic};
use crate::domain::ids::Id;
use crate::domain::notice::{Channel, Notice, NoticeId, State, Why};
use crate::records::keys;
use crate::records::state::Answered;
use crate::reject::Reject;
use serde::Serialize;

/// What was heard of a notice.
#[derive(Clone, Debug, Serialize)]
pub struct Heard {
    /// By which channel it went.
    pub channel: Channel,
    /// The provider's id of it, or the tag that it was sent with.
    pub id: Id,
    /// Why it will never arrive; none: it has arrived.
    pub failed: Option<String>,
    /// The channel is closed to the member from now on, for this.
    pub closes: Option<Why>,
}

/// Notes it. What was told before stands: a notice that has arrived stays so, whatever comes later.
///
/// # Errors
/// [`Reject::UnknownNotice`], and those of the storage.
pub fn report(scope: &mut Scope<'_>, heard: &Heard) -> Result<(NoticeId, Notice), Stop> {
    let unknown = || Reject::UnknownNotice(heard.id.to_string());
    let which: Option<Answered> = scope.work.get(&keys::answer(heard.channel, &heard.id))?;
    let which = which.ok_or_else(unknown)?;
    let id = NoticeId {
        member: which.member,
        tail: which.tail,
    };
    let notice: Option<Notice> = scope.work.get(&keys::notice(&id))?;
    let mut notice = notice.ok_or_else(unknown)?;
    // Of a member who was forgotten nothing is noted.
    if heard.closes.is_some() && scope.is_member(&id.member)? {
        reach::close(scope, &id.member, heard.channel, heard.closes)?;
    }
    let open = match notice.state {
        State::Accepted(_) | State::Sending | State::Unknown => true,
        // It may have gone, and waits to be handed over again.
        State::Queued | State::Deferred(_) => notice.handed.is_some(),
        _ => false,
    };
    if !open {
        return Ok((id, notice));
    }
    if notice.is_open() {
        let place = keys::outbox(notice.channel, notice.from, notice.until, &id);
        scope.work.delete(place);
    }
    let now = scope.now;
    if matches!(notice.state, State::Sending | State::Unknown) {
        let accepted = heard.failed.is_none();
        topic::settle(&mut scope.work, &id.member, &notice, accepted)?;
    }
    match &heard.failed {
        None => {
            let answer = match &notice.state {
                State::Accepted(answer) => answer.clone(),
                _ => Some(heard.id.text()),
            };
            notice.note(now, "delivered");
            notice.becomes(State::Delivered(answer), now);
        }
        Some(why) => {
            notice.note(now, format!("reported as undeliverable: {why}"));
            if let Some(handed) = notice.handed {
                // LINE is paid for what arrives, others for what they took.
                let paid = notice.channel != Channel::LineNotification;
                let date = scope.merchant.zone.date(handed);
                take_back(&mut scope.work, &id.member, &mut notice, date, paid)?;
            }
            notice.becomes(State::Undelivered(why.clone()), now);
            let next = scope.merchant.after(&notice);
            onward(&mut scope.work, &id, &mut notice, next, now)?;
        }
    }
    put(scope, &id, &notice);
    Ok((id, notice))
}
