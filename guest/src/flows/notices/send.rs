//! Sends what is in the outbox and whose time has come.
//!
//! A notice is looked at again, committed as being sent, handed over, and then its outcome is committed. If the host
//! ends in between, the notice is found as being sent: where the channel takes a key it is handed over again under the
//! same one, else nobody knows whether it went, and it is not repeated.

use super::super::command::TRIES_MAX;
use super::super::scope::Scope;
use super::judge::{count, take_back};
use super::look::{Look, key_holds, look};
use super::made::{put, put_in};
use super::onward::onward;
use super::{reach, topic};
use crate::domain::amount::Amount;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::{Channel, Drop, Notice, NoticeId, State};
use crate::domain::policy::Silence;
use crate::json;
use crate::ports::{Message, Outcome, Ports, Range, Row, Sent};
use crate::records::state::{Answered, Pace};
use crate::records::{Work, keys};
use crate::reject::Reject;
use chrono::NaiveDate;

/// What a provider's answer begins with where the address will never take anything.
const NO_ADDRESS: &str = "no-address:";

/// Notices that are sent at once, at most.
const PAGE: u32 = 150;

/// What was sent, and when to come back.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Round {
    /// Notices that were handed to their channels.
    pub sent: u32,
    /// Notices that came to an end without, at the second look.
    pub dropped: u32,
    /// Notices that the policy put off.
    pub put_off: u32,
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
        let second = pace.of(channel, now);
        let rate = rate(&scope, channel);
        let room = rate.saturating_sub(second.sent);
        if room == 0 {
            return Ok(Some(at.max(second.since.plus_seconds(1))));
        }
        let rows = due(&mut scope, channel, most.min(room))?;
        let notices = rows
            .iter()
            .filter_map(|row| id(&row.key).map(|id| keys::notice(&id)));
        let notices: Vec<String> = notices.collect();
        scope.work.fetch(notices)?;
        let mut sending: Vec<Sending> = Vec::new();
        let (mut dropped, mut put_off) = (0_u32, 0_u32);
        for row in rows {
            let id = id(&row.key).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
            scope.work.delete(row.key);
            let Some(mut notice) = scope.work.get::<Notice>(&keys::notice(&id))? else {
                continue;
            };
            let next = scope.merchant.after(&notice);
            match look(ports, &mut scope, &id, &mut notice)? {
                Look::Send(message, cost) => {
                    // Under the same key it goes once, and counts so.
                    if notice.handed.is_none() {
                        notice.cost += cost.unwrap_or(Amount::ZERO);
                        count(&mut scope, &id, &notice, cost)?;
                    }
                    sending.push(Sending {
                        id,
                        notice,
                        message,
                        next,
                    });
                }
                Look::Defer(until, code) => {
                    notice.defer(until, code, now);
                    put_off = put_off.saturating_add(1);
                    let passed = next.filter(|_| moves_on(&notice.state));
                    onward(&mut scope.work, &id, &mut notice, passed, now)?;
                    put(&mut scope, &id, &notice);
                }
                Look::End(state) => {
                    let silent = matches!(notice.state, State::Accepted(_));
                    if let Some(handed) = notice.handed.filter(|_| silent) {
                        let date = scope.merchant.zone.date(handed);
                        take_back(&mut scope.work, &id.member, &mut notice, date, false)?;
                    }
                    let goes_on = goes_on_after_silence(&scope, &notice, &state);
                    notice.fails(state, now);
                    dropped = dropped.saturating_add(1);
                    // What LINE took by phone number and told nothing of goes on only where the merchant reads it so.
                    let goes_on = goes_on || (!silent && moves_on(&notice.state));
                    let passed = next.filter(|_| goes_on);
                    onward(&mut scope.work, &id, &mut notice, passed, now)?;
                    put(&mut scope, &id, &notice);
                }
            }
        }
        for it in &mut sending {
            it.notice.begin(now);
            put(&mut scope, &it.id, &it.notice);
            if names_key(channel) {
                // What is heard of it later may name the key that it was sent with.
                answered(&mut scope.work, &it.id, channel, &it.message.key);
            }
        }
        let date = scope.merchant.zone.date(now);
        let sent = u32::try_from(sending.len()).unwrap_or(u32::MAX);
        pace.add(second, sent);
        scope.work.put(keys::PACE.to_owned(), &pace);
        if scope.work.commit()? == Outcome::Conflict {
            continue;
        }
        round.dropped = round.dropped.saturating_add(dropped);
        round.put_off = round.put_off.saturating_add(put_off);
        round.sent = round.sent.saturating_add(sent);
        hand_over(ports, &sending, date)?;
        // Where the second is full, the next round finds it so.
        return Ok(Some(now));
    }
    Err(Reject::Busy)
}

/// A notice that is handed over.
struct Sending {
    id: NoticeId,
    notice: Notice,
    message: Message,
    /// The channel that takes over.
    next: Option<Channel>,
}

/// Hands messages to their channel and keeps the outcomes; `date` is the local one by which they were counted.
fn hand_over(ports: &dyn Ports, sending: &[Sending], date: NaiveDate) -> Result<(), Reject> {
    if sending.is_empty() {
        return Ok(());
    }
    let messages = sending.iter().map(|it| it.message.clone()).collect();
    let outcomes = ports.send(messages);
    let now = ports.now();
    for _ in 0..TRIES_MAX {
        let mut work = Work::new(ports);
        let mut needed = vec![keys::traffic(date)];
        for (it, outcome) in sending.iter().zip(&outcomes) {
            needed.push(keys::notice(&it.id));
            if matches!(outcome, Sent::Undeliverable(_) | Sent::RetryAfter(_)) {
                needed.push(keys::reach(&it.id.member));
            }
        }
        work.fetch(needed)?;
        for (place, it) in sending.iter().enumerate() {
            // Another host may have taken it over meanwhile, if this one was very slow: then the outcome is that one's.
            let stored: Option<Notice> = work.get(&keys::notice(&it.id))?;
            let Some(mut notice) = stored.filter(|stored| *stored == it.notice) else {
                continue;
            };
            let row = keys::outbox(notice.channel, notice.from, notice.until, &it.id);
            work.delete(row);
            let outcome = outcomes.get(place).cloned().unwrap_or(Sent::Unknown);
            kept((ports, &mut work), it, &mut notice, outcome, (now, date))?;
            put_in(&mut work, &it.id, &notice);
        }
        if work.commit()? == Outcome::Committed {
            return Ok(());
        }
    }
    // The notices stay as being sent, and are found so.
    Ok(())
}

/// What has become of a notice that was handed over.
fn kept(
    (ports, work): (&dyn Ports, &mut Work<'_>),
    it: &Sending,
    notice: &mut Notice,
    outcome: Sent,
    (now, date): (Instant, NaiveDate),
) -> Result<(), Reject> {
    let not_taken = matches!(outcome, Sent::Undeliverable(_) | Sent::RetryAfter(_));
    if not_taken && notice.not_taken() {
        take_back(work, &it.id.member, notice, date, false)?;
    }
    match outcome {
        Sent::Accepted(answer) => {
            if let Some(answer) = &answer {
                if notice.channel != Channel::LineNotification
                    && names_key(notice.channel)
                    && let Some(key) = Id::parse(&it.message.key)
                {
                    // The provider's own id is enough.
                    work.delete(keys::answer(notice.channel, &key));
                }
                answered(work, &it.id, notice.channel, answer);
            }
            notice.note(
                now,
                match &answer {
                    Some(answer) => ["accepted as ", answer].concat(),
                    None => "accepted".to_owned(),
                },
            );
            notice.accepted(answer, now);
            topic::settle(work, &it.id.member, notice, true)?;
        }
        Sent::Undeliverable(why) => {
            if why.starts_with(NO_ADDRESS) {
                let place = (notice.channel, &it.message.address);
                reach::bounced(work, &it.id.member, place, now)?;
            }
            notice.note(now, format!("undeliverable: {why}"));
            notice.fails(State::Undelivered(why), now);
            topic::settle(work, &it.id.member, notice, false)?;
        }
        Sent::Unknown => {
            notice.note(now, "unknown");
            notice.put_off(0, salt(&it.id, notice.tries), now);
            // As long as the key holds it can be handed over again under it.
            if !key_holds(ports, notice, notice.from) {
                notice.becomes(State::Unknown, now);
            }
        }
        Sent::RetryAfter(seconds) => {
            notice.note(now, format!("not taken, again after {seconds} s"));
            notice.put_off(seconds, salt(&it.id, notice.tries), now);
            topic::settle(work, &it.id.member, notice, false)?;
        }
    }
    let next = it.next.filter(|_| moves_on(&notice.state));
    onward(work, &it.id, notice, next, now)
}

/// Whether a notice that comes to this end goes on by the next channel: it has certainly not arrived, and there is
/// something to tell.
fn moves_on(end: &State) -> bool {
    matches!(
        end,
        State::Undelivered(_) | State::Denied(_) | State::Dropped(Drop::NoAddress)
    )
}

/// Whether providers of a channel may report by the key of a message: as a delivery tag of LINE's, or as a reference that they give
/// back.
fn names_key(channel: Channel) -> bool {
    match channel {
        Channel::LineNotification | Channel::Sms | Channel::Alimtalk => true,
        Channel::Email | Channel::LinePush => false,
    }
}

/// Whether what LINE took by phone number and told nothing of goes on after all, as the merchant reads the rules.
fn goes_on_after_silence(scope: &Scope<'_>, before: &Notice, end: &State) -> bool {
    let policy = scope.merchant.policy.as_ref();
    let moves = policy.is_some_and(|policy| policy.readings.silence == Silence::MovesOn);
    moves
        && matches!(
            (&before.state, end),
            (State::Accepted(_), State::Undelivered(_))
        )
}

/// Notes which notice a provider means by an id. An id of another form than ours can't be asked for.
fn answered(work: &mut Work<'_>, id: &NoticeId, channel: Channel, answer: &str) {
    if let Some(answer) = Id::parse(answer) {
        let which = Answered {
            member: id.member.clone(),
            tail: id.tail.clone(),
        };
        work.put(keys::answer(channel, &answer), &which);
    }
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
    id_behind(key, 4)
}

/// The notice that a row stands for whose key names it behind so many steps.
pub(super) fn id_behind(key: &str, steps: usize) -> Option<NoticeId> {
    let tail = key
        .splitn(steps.saturating_add(2), '/')
        .nth(steps.saturating_add(1))?;
    Some(NoticeId {
        member: keys::step(key, steps)?,
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
