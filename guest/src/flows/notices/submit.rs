//! What the platform wants a member to be told, and takes back.

use super::super::scope::{Scope, Stop};
use super::made::{begin, put};
use crate::domain::config::Fault;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::wording::fits;
use crate::domain::notice::{
    About, Channel, Drop, Kind, Notice, NoticeId, Span, State, Told, Topic,
};
use crate::records::keys;
use crate::reject::Reject;
use crate::shared::Shared;
use serde::Serialize;

/// Seconds after what happened in which it may be told, unless the platform says otherwise.
const STALE: u32 = 86_400;

/// A message of the platform's.
#[derive(Clone, Debug, Serialize)]
pub struct Submission {
    /// To whom.
    pub member: Id,
    /// What for.
    pub kind: Kind,
    /// What it tells.
    pub told: Shared<Told>,
    /// Not before then.
    pub from: Option<Instant>,
    /// Not at or after then; none: before the event, or within a day after it.
    pub until: Option<Instant>,
}

/// Takes a message in: a notice for each channel that the kind is switched on for, or for the first. A reminder of an event that
/// was moved takes the place of those that wait.
///
/// # Errors
/// [`Reject::UnknownMember`]; [`Reject::Invalid`] for times that leave nothing and words that don't fit a channel; those of the
/// storage.
pub fn submit(scope: &mut Scope<'_>, it: &Submission) -> Result<Vec<(NoticeId, Notice)>, Stop> {
    if !scope.is_member(&it.member)? {
        return Err(Reject::UnknownMember(it.member.to_string()).into());
    }
    let span = sound(scope, it)?;
    let key = keys::topic(&it.member, it.kind, &it.told.subject);
    let known: Option<Topic> = scope.work.get(&key)?;
    let mut topic = known.unwrap_or_else(|| Topic::new(it.told.event));
    let before = topic.causes.clone();
    let (date, kind) = (scope.merchant.zone.date(scope.now), it.kind.name());
    let (number, nth) = (
        keys::escaped(&it.told.subject),
        topic.times.saturating_add(1),
    );
    let cause = format!("{date}/{kind}/{number}/{nth:06}");
    let moved = topic.tell(it.told.event, cause.clone());
    scope.work.put(key, &topic);
    if moved && it.kind.reminds() {
        drop_all(scope, &it.member, &before)?;
    }
    let mut made = Vec::new();
    for channel in scope.merchant.routes_of(it.kind) {
        let about = About::Told(it.told.clone());
        let notice = Notice::new(it.kind, channel, about, scope.number, scope.now, span);
        begin(scope, &id(&it.member, &cause, channel), notice)?;
    }
    for channel in Channel::ALL {
        let id = id(&it.member, &cause, channel);
        let notice: Option<Notice> = scope.work.get(&keys::notice(&id))?;
        made.extend(notice.map(|notice| (id, notice)));
    }
    Ok(made)
}

/// Takes back what waits of the messages about a subject; gives the notices that go no more. Of one subject the last eight
/// messages are known.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn withdraw(
    scope: &mut Scope<'_>,
    member: &Id,
    kind: Kind,
    subject: &Id,
) -> Result<Vec<(NoticeId, Notice)>, Stop> {
    if !scope.is_member(member)? {
        return Err(Reject::UnknownMember(member.to_string()).into());
    }
    let topic: Option<Topic> = scope.work.get(&keys::topic(member, kind, subject))?;
    let causes = topic.map(|topic| topic.causes).unwrap_or_default();
    Ok(drop_all(scope, member, &causes)?)
}

/// The notices that wait of these causes are dropped.
fn drop_all(
    scope: &mut Scope<'_>,
    member: &Id,
    causes: &[String],
) -> Result<Vec<(NoticeId, Notice)>, Reject> {
    let ids = causes
        .iter()
        .flat_map(|cause| Channel::ALL.map(|channel| id(member, cause, channel)));
    let ids: Vec<NoticeId> = ids.collect();
    scope.work.fetch(ids.iter().map(keys::notice))?;
    let mut dropped = Vec::new();
    for id in ids {
        let Some(mut notice) = scope.work.get::<Notice>(&keys::notice(&id))? else {
            continue;
        };
        if !matches!(notice.state, State::Queued | State::Deferred(_)) {
            continue;
        }
        let place = keys::outbox(notice.channel, notice.from, notice.until, &id);
        scope.work.delete(place);
        notice.note(scope.now, "withdrawn");
        notice.fails(State::Dropped(Drop::Withdrawn), scope.now);
        put(scope, &id, &notice);
        dropped.push((id, notice));
    }
    Ok(dropped)
}

fn id(member: &Id, cause: &str, channel: Channel) -> NoticeId {
    NoticeId {
        member: member.clone(),
        tail: format!("{cause}/{}", channel.name()),
    }
}

/// When it may go.
fn span(it: &Submission, now: Instant) -> Result<Span, Reject> {
    let event = it.told.extended.unwrap_or(it.told.event);
    let usual = if it.kind.reminds() {
        event
    } else {
        event.plus_seconds(STALE)
    };
    let span = Span {
        from: it.from.unwrap_or(now).max(now),
        until: it.until.unwrap_or(usual),
    };
    if span.from >= span.until {
        let (path, permitted) = match (it.until, it.from) {
            (Some(_), _) => ("/until", "after now and after /from"),
            (None, Some(_)) => ("/from", "before the event, or within a day after it"),
            (None, None) => (
                "/event",
                "to come, for a reminder; else less than a day ago, or with /until",
            ),
        };
        return Err(Reject::invalid(path, span.until, permitted));
    }
    Ok(span)
}

/// Between which instants it may go, if its time and its words are right.
///
/// # Errors
/// [`Reject::Invalid`].
pub(super) fn sound(scope: &Scope<'_>, it: &Submission) -> Result<Span, Reject> {
    let span = span(it, scope.now)?;
    let faults = words(scope, it);
    if faults.is_empty() {
        Ok(span)
    } else {
        Err(Reject::Invalid(faults))
    }
}

/// What is wrong with the words that came with it, for the channels that it may go by.
fn words(scope: &Scope<'_>, it: &Submission) -> Vec<Fault> {
    let mut faults = Vec::new();
    let Some(words) = &it.told.words else {
        let own = scope.merchant.notices.as_ref().map(|own| &own.texts);
        let has = it.kind.has_words() || own.is_some_and(|own| own.has(it.kind));
        if !has {
            let permitted = "words, since the kind has none of its own";
            faults.push(Fault::new("/words", "nothing", permitted));
        }
        return faults;
    };
    for channel in scope.merchant.every_route_of(it.kind, None) {
        for fault in fits(it.kind, channel, words) {
            let path = format!("/words/{}", fault.path);
            if !faults.iter().any(|known: &Fault| known.path == path) {
                faults.push(Fault { path, ..fault });
            }
        }
    }
    faults
}
