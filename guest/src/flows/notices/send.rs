//! Sends what is in the outbox and whose time has come.
//!
//! A notice is looked at again, committed as being sent, handed over, and then its outcome is committed. If the host
//! ends in between, the notice is found as being sent: where the channel takes a key it is handed over again under the
//! same one, else nobody knows whether it went, and it is not repeated.

use super::super::command::TRIES_MAX;
use super::super::scope::Scope;
use super::look::{Look, look};
use super::made::put;
use crate::domain::instant::Instant;
use crate::domain::notice::{Channel, Notice, NoticeId, State};
use crate::json;
use crate::ports::{Message, Outcome, Ports, Range, Row, Sent};
use crate::records::state::Pace;
use crate::records::{Work, keys};
use crate::reject::Reject;

/// Notices that are sent at once, at most.
const PAGE: u32 = 50;

/// What was sent, and when to come back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Round {
    /// Notices that were handed to their channels.
    pub sent: u32,
    /// Notices that came to an end without, at the second look.
    pub dropped: u32,
    /// Something is to be sent then.
    pub next: Option<Instant>,
}

/// One round of each channel, up to about `most` notices of each.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn send(ports: &dyn Ports, most: u32) -> Result<Round, Reject> {
    let mut round = Round::default();
    for channel in Channel::ALL {
        let next = by_channel(ports, channel, most.min(PAGE), &mut round)?;
        round.next = [round.next, next].into_iter().flatten().min();
    }
    Ok(round)
}

/// One round of a channel; tells when it has something to send next.
fn by_channel(
    ports: &dyn Ports,
    channel: Channel,
    most: u32,
    round: &mut Round,
) -> Result<Option<Instant>, Reject> {
    for _ in 0..TRIES_MAX {
        let now = ports.now();
        let first = first(&mut Work::new(ports), channel)?;
        let Some(at) = first.filter(|at| *at <= now) else {
            return Ok(first);
        };
        let mut scope = Scope::new(ports, now, true, &[keys::PACE.to_owned()])?;
        let mut pace: Pace = scope.work.get(keys::PACE)?.unwrap_or_default();
        let of_channel = pace.channels.iter().find(|(known, _)| *known == channel);
        if let Some(free) = of_channel.map(|it| it.1).filter(|free| *free > now) {
            return Ok(Some(at.max(free)));
        }
        let rate = rate(&scope, channel);
        let rows = due(&mut scope, channel, most.min(rate))?;
        let notices = rows
            .iter()
            .filter_map(|row| id(&row.key).map(|id| keys::notice(&id)));
        let notices: Vec<String> = notices.collect();
        scope.work.fetch(notices)?;
        let mut sending: Vec<(NoticeId, Notice, Message)> = Vec::new();
        let mut dropped: u32 = 0;
        for row in rows {
            let id = id(&row.key).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
            scope.work.delete(row.key);
            let Some(mut notice) = scope.work.get::<Notice>(&keys::notice(&id))? else {
                continue;
            };
            match look(&mut scope, &id, &mut notice)? {
                Look::Send(message) => sending.push((id, notice, message)),
                Look::End(state) => {
                    notice.becomes(state, now);
                    dropped = dropped.saturating_add(1);
                    put(&mut scope, &id, &notice);
                }
            }
        }
        for (id, notice, _) in &mut sending {
            notice.begin(now);
            put(&mut scope, id, notice);
        }
        let full = u32::try_from(sending.len()).is_ok_and(|sent| sent >= rate);
        pace.channels
            .retain(|(known, free)| *known != channel && *free > now);
        if full {
            pace.channels.push((channel, now.plus_seconds(1)));
        }
        scope.work.put(keys::PACE.to_owned(), &pace);
        if scope.work.commit()? == Outcome::Conflict {
            continue;
        }
        round.dropped = round.dropped.saturating_add(dropped);
        round.sent = round
            .sent
            .saturating_add(u32::try_from(sending.len()).unwrap_or(u32::MAX));
        hand_over(ports, sending)?;
        return Ok(Some(if full { now.plus_seconds(1) } else { now }));
    }
    Err(Reject::Busy)
}

/// Hands messages to their channel and keeps the outcomes.
fn hand_over(ports: &dyn Ports, sending: Vec<(NoticeId, Notice, Message)>) -> Result<(), Reject> {
    if sending.is_empty() {
        return Ok(());
    }
    let (mut notices, messages): (Vec<_>, Vec<_>) = sending
        .into_iter()
        .map(|(id, notice, message)| ((id, notice), message))
        .unzip();
    let outcomes = ports.send(messages);
    let now = ports.now();
    let mut work = Work::new(ports);
    work.fetch(notices.iter().map(|(id, _)| keys::notice(id)))?;
    for (place, (id, notice)) in notices.iter_mut().enumerate() {
        // Another host may have taken it over meanwhile, if this one was very slow: then the outcome is that one's.
        let stored: Option<Notice> = work.get(&keys::notice(id))?;
        if stored.as_ref() != Some(&*notice) {
            continue;
        }
        work.delete(keys::outbox(notice.channel, notice.from, notice.until, id));
        match outcomes.get(place).cloned().unwrap_or(Sent::Unknown) {
            Sent::Accepted(answer) => notice.becomes(State::Accepted(answer), now),
            Sent::Undeliverable(why) => notice.becomes(State::Undelivered(why), now),
            Sent::Unknown => notice.becomes(State::Unknown, now),
            Sent::RetryAfter(seconds) => notice.put_off(seconds, salt(id, notice.tries), now),
        }
        work.put(keys::notice(id), notice);
        if notice.is_open() {
            let place = keys::outbox(notice.channel, notice.from, notice.until, id);
            work.put(place, &crate::records::state::Mark {});
        }
    }
    // After a conflict the notices stay as being sent, and are found so.
    work.commit().map(|_| ())
}

/// When the first notice of a channel is to be sent.
fn first(work: &mut Work<'_>, channel: Channel) -> Result<Option<Instant>, Reject> {
    let rows = work.scan(&keys::under(&keys::outbox_of(channel), None, 1))?;
    Ok(rows.first().and_then(|row| from(&row.key)))
}

/// The first rows of a channel whose time has come.
fn due(scope: &mut Scope<'_>, channel: Channel, most: u32) -> Result<Vec<Row>, Reject> {
    let prefix = keys::outbox_of(channel);
    let range = Range {
        end: format!("{prefix}{}0", scope.now.sortable()),
        start: prefix,
        limit: most.max(1),
        backward: false,
    };
    scope.work.scan(&range)
}

/// Notices a second by a channel.
fn rate(scope: &Scope<'_>, channel: Channel) -> u32 {
    let channels = scope.merchant.notices.iter().flat_map(|it| &it.channels);
    let mut own = channels.filter(|it| it.channel == channel);
    own.next().map_or(10, |it| it.per_second)
}

/// The instant in an outbox row's key.
fn from(key: &str) -> Option<Instant> {
    Instant::parse(key.split('/').nth(2)?)
}

/// The notice that an outbox row stands for.
pub(super) fn id(key: &str) -> Option<NoticeId> {
    let tail = key.splitn(6, '/').nth(5)?;
    Some(NoticeId {
        member: keys::step(key, 4)?,
        tail: tail.to_owned(),
    })
}

/// A number that differs from notice to notice and from try to try, and is the same each time it is asked for.
fn salt(id: &NoticeId, tries: u32) -> u32 {
    use siphasher::sip::SipHasher24;
    use std::hash::Hasher;
    let mut hasher = SipHasher24::new();
    hasher.write(json::write(&(id.member.as_str(), &id.tail, tries)).as_bytes());
    u32::try_from(hasher.finish() >> 32).unwrap_or(0)
}
