//! What would go out: text, price and verdict, without sending or storing anything.

use super::super::scope::{Scope, Stop};
use super::judge::count;
use super::look::{Ready, ready};
use super::made::as_text;
use super::submit::{Submission, sound};
use super::{pick, send};
use crate::domain::amount::Amount;
use crate::domain::instant::Instant;
use crate::domain::notice::{About, Channel, Notice, NoticeId, State};
use crate::domain::policy::Decision;
use crate::flows::tick::check_at;
use crate::ports::Range;
use crate::records::keys;
use crate::records::state::{NoticesPlace, Traffic, Upkeep};
use crate::reject::Reject;
use chrono::NaiveDate;

/// Notices of a page, about.
const PAGE: usize = 50;

/// A notice as it would go out then.
pub struct Foreseen {
    /// Which.
    pub id: NoticeId,
    /// The notice.
    pub notice: Notice,
    /// When it would go.
    pub at: Instant,
    /// Whether the member's record has an address for the channel.
    pub address: bool,
    /// In words, with the verdict; none: nothing is left to tell, or nobody to tell it to.
    pub ready: Option<Ready>,
    /// Whether it goes: of a day on that date, though it may be put off to a later hour; else at any time.
    pub goes: bool,
}

/// How one of a member's notices would go out now, by each channel in the order in which they are tried.
///
/// # Errors
/// [`Reject::UnknownNotice`], and those of the storage.
pub fn one(scope: &mut Scope<'_>, id: &NoticeId) -> Result<Vec<Foreseen>, Stop> {
    let notice: Option<Notice> = scope.work.get(&keys::notice(id))?;
    let notice = notice.ok_or_else(|| Reject::UnknownNotice(id.tail.clone()))?;
    let ways = scope.merchant.every_route_of(notice.kind, notice.as_text);
    by_each(scope, id, &notice, &ways)
}

/// How a message of the platform's would go out, by each channel in the order in which they are tried.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::Invalid`], and those of the storage.
pub fn submission(scope: &mut Scope<'_>, it: &Submission) -> Result<Vec<Foreseen>, Stop> {
    if !scope.is_member(&it.member)? {
        return Err(Reject::UnknownMember(it.member.to_string()).into());
    }
    let span = sound(scope, it)?;
    let about = About::Told(it.told.clone());
    // By which channel the first of them is told is set below.
    let notice = Notice::new(
        it.kind,
        Channel::Email,
        about,
        scope.number,
        scope.now,
        span,
    );
    let id = NoticeId {
        member: it.member.clone(),
        tail: String::new(),
    };
    let as_text = as_text(scope, &id, &notice)?;
    let ways = scope.merchant.every_route_of(it.kind, as_text);
    by_each(scope, &id, &notice, &ways)
}

fn by_each(
    scope: &mut Scope<'_>,
    id: &NoticeId,
    notice: &Notice,
    ways: &[Channel],
) -> Result<Vec<Foreseen>, Stop> {
    let mut foreseen = Vec::new();
    for channel in ways {
        let way = Notice {
            channel: *channel,
            state: State::Queued,
            ..notice.clone()
        };
        foreseen.push(foresee(scope, id.clone(), way)?);
    }
    Ok(foreseen)
}

/// A page of what would go out on a local date: what waits in the outbox, then what the date's check will find, as things stand
/// now. What goes counts for the budget, the quota, a member's caps and an event's reminders as if it had been sent; what it
/// spent goes on to the next page with its place, and caps and reminders are those of the page. Gives the place behind which
/// the next page begins.
///
/// # Errors
/// Those of the storage.
pub fn of_day(
    scope: &mut Scope<'_>,
    date: NaiveDate,
    after: Option<&str>,
) -> Result<(Vec<Foreseen>, Option<String>), Stop> {
    let (mut before, after) = Before::split(after);
    let (found, next) = match after.map(|after| after.split_once(':')) {
        None => waiting(scope, date, 0, None)?,
        Some(Some(("check", place))) => to_be_found(scope, date, place)?,
        Some(Some((channel, key))) => {
            let place = Channel::ALL.iter().position(|it| it.name() == channel);
            let place = place.ok_or_else(|| unknown_place(after))?;
            waiting(scope, date, place, Some(key).filter(|key| !key.is_empty()))?
        }
        Some(None) => return Err(unknown_place(after).into()),
    };
    let (now, zone) = (scope.now, scope.merchant.zone);
    scope.now = zone.start_of(date).unwrap_or(now).max(now);
    before.count(scope)?;
    scope.now = now;
    let mut foreseen = Vec::new();
    for (id, notice) in found {
        let mut it = foresee(scope, id, notice)?;
        let verdict = it.ready.as_ref().map(|ready| &ready.verdict);
        let at = match verdict.map(|verdict| verdict.decision) {
            Some(Decision::Allow) => Some(it.at),
            Some(Decision::Defer(until)) => Some(until).filter(|until| zone.date(*until) <= date),
            _ => None,
        };
        let cost = verdict.and_then(|verdict| verdict.cost);
        it.goes = it.address && at.is_some();
        if let Some(at) = at.filter(|_| it.goes) {
            scope.now = at;
            count(scope, &it.id, &it.notice, cost)?;
            scope.now = now;
            before.add(it.notice.channel, cost);
        }
        foreseen.push(it);
    }
    Ok((foreseen, next.map(|next| before.joined(&next))))
}

/// What the pages before came to.
#[derive(Default)]
struct Before {
    /// What they cost.
    cost: Amount,
    /// LINE pushes, of which there is a quota.
    pushes: u32,
}

impl Before {
    /// What stands before a page's place, and the place: `12.5,3|sms:…`.
    fn split(after: Option<&str>) -> (Self, Option<&str>) {
        let parsed = after.and_then(|after| {
            let (before, place) = after.split_once('|')?;
            let (cost, pushes) = before.split_once(',')?;
            let before = Self {
                cost: Amount::parse_sum(cost)?,
                pushes: pushes.parse().ok()?,
            };
            Some((before, Some(place)))
        });
        parsed.unwrap_or((Self::default(), after))
    }

    fn joined(&self, place: &str) -> String {
        if self.cost.is_zero() && self.pushes == 0 {
            return place.to_owned();
        }
        format!("{},{}|{place}", self.cost.text(), self.pushes)
    }

    fn add(&mut self, channel: Channel, cost: Option<Amount>) {
        self.cost += cost.unwrap_or(Amount::ZERO);
        let push = u32::from(channel == Channel::LinePush);
        self.pushes = self.pushes.saturating_add(push);
    }

    /// Counts it in the month of the instant, as sent before.
    fn count(&self, scope: &mut Scope<'_>) -> Result<(), Reject> {
        if self.cost.is_zero() && self.pushes == 0 {
            return Ok(());
        }
        let key = keys::traffic(scope.merchant.zone.date(scope.now));
        let mut month: Traffic = scope.work.get(&key)?.unwrap_or_default();
        month.add_all(Channel::LinePush, self.pushes, self.cost);
        scope.work.put(key, &month);
        Ok(())
    }
}

fn unknown_place(after: Option<&str>) -> Reject {
    Reject::invalid("/after", after.unwrap_or_default(), "the last page's next")
}

/// Notices with their ids, and where to go on.
type Found = (Vec<(NoticeId, Notice)>, Option<String>);

/// What waits in the outbox of a channel, behind a key; behind the last of it come the other channels, and then the check.
fn waiting(
    scope: &mut Scope<'_>,
    date: NaiveDate,
    place: usize,
    after: Option<&str>,
) -> Result<Found, Reject> {
    let zone = scope.merchant.zone;
    let Some(channel) = Channel::ALL.get(place) else {
        return Ok((Vec::new(), Some("check:2:".to_owned())));
    };
    let prefix = keys::outbox_of(*channel);
    // What should have gone before today goes today.
    let start = zone.start_of(date).filter(|_| date > zone.date(scope.now));
    let end = date.succ_opt().and_then(|next| zone.start_of(next));
    let range = Range {
        start: match (after, start) {
            (Some(after), _) => format!("{prefix}{after}\0"),
            (None, Some(start)) => format!("{prefix}{}", start.sortable()),
            (None, None) => prefix.clone(),
        },
        end: end.map_or(format!("{prefix}~"), |end| {
            format!("{prefix}{}", end.sortable())
        }),
        limit: u32::try_from(PAGE).unwrap_or(1),
        backward: false,
    };
    let rows = scope.work.scan(&range)?;
    let mut found = Vec::new();
    for row in &rows {
        let id = send::id(&row.key).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        let notice: Option<Notice> = scope.work.get(&keys::notice(&id))?;
        let waits = |it: &Notice| matches!(it.state, State::Queued | State::Deferred(_));
        found.extend(notice.filter(waits).map(|notice| (id, notice)));
    }
    let last = rows.last().filter(|_| rows.len() >= PAGE);
    let key = last.and_then(|row| row.key.strip_prefix(&prefix));
    let next = match (key, Channel::ALL.get(place.saturating_add(1))) {
        (Some(key), _) => format!("{}:{key}", channel.name()),
        (None, Some(next)) => format!("{}:", next.name()),
        (None, None) => "check:2:".to_owned(),
    };
    Ok((found, Some(next)))
}

/// What the check of a date will find, from a place on: the list's number and a key.
fn to_be_found(scope: &mut Scope<'_>, date: NaiveDate, place: &str) -> Result<Found, Reject> {
    let upkeep: Option<Upkeep> = scope.work.get(keys::UPKEEP)?;
    let at = check_at(&scope.merchant, date);
    let (Some(at), true) = (at, upkeep.is_some_and(|upkeep| upkeep.checked < date)) else {
        return Ok((Vec::new(), None));
    };
    let (list, key) = place.split_once(':').unwrap_or((place, ""));
    let mut place = NoticesPlace {
        list: list.parse().map_err(|_| unknown_place(Some(place)))?,
        after: Some(key.to_owned()).filter(|key| !key.is_empty()),
    };
    let now = scope.now;
    scope.now = at.max(now);
    let mut found = Vec::new();
    let next = loop {
        let (made, next) = pick::one(scope, date, at, &place)?;
        found.extend(made.each());
        match next {
            Some(next) if found.len() < PAGE => place = next,
            next => break next,
        }
    };
    scope.now = now;
    let next = next.map(|it| format!("check:{}:{}", it.list, it.after.unwrap_or_default()));
    Ok((found, next))
}

/// How a notice would go out when its time comes.
fn foresee(scope: &mut Scope<'_>, id: NoticeId, mut notice: Notice) -> Result<Foreseen, Stop> {
    let now = scope.now;
    let at = notice.from.max(now);
    scope.now = at;
    let ready = ready(scope, &id, &mut notice);
    scope.now = now;
    let ready = ready?.ok();
    let address = ready.as_ref().is_some_and(|ready| ready.address.is_some());
    let denied = |ready: &Ready| ready.verdict.decision == Decision::Deny;
    Ok(Foreseen {
        address,
        goes: address && !ready.as_ref().is_some_and(denied),
        id,
        notice,
        at,
        ready,
    })
}
