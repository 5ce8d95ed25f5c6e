//! What the daily check finds to warn of.

use super::super::command::TRIES_MAX;
use super::super::scope::Scope;
use super::made::Made;
use super::origins::{self, Past};
use super::{coupons, settings};
use crate::domain::amount::Amount;
use crate::domain::config::{Merchant, Notices};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::notice::{About, Clock, Kind, Lead, Notice, Span, State};
use crate::ports::{Outcome, Ports};
use crate::records::holdings::Holdings;
use crate::records::state::{NoticesPlace, Upkeep};
use crate::records::{WRITES_MAX, keys};
use crate::reject::Reject;
use chrono::NaiveDate;

/// Members of one commit.
const PAGE: u32 = 100;

/// Rows that are removed in one commit.
const GONE: u32 = 900;

/// Records that the notices to one member may be.
const ROOM: usize = 100;

/// The check of a date: when it was to begin, by which settings, and what the time is now.
pub(super) struct Check<'c> {
    pub(super) date: NaiveDate,
    pub(super) at: Instant,
    pub(super) now: Instant,
    pub(super) number: u32,
    pub(super) merchant: &'c Merchant,
    pub(super) notices: &'c Notices,
    past: Option<Past>,
}

/// A list of index rows that the check goes through.
enum List {
    /// Dates that are over: their rows go.
    Gone(&'static str),
    /// Members whose points lapse on this last day.
    Points(NaiveDate),
    /// Coupons with this last day, for a lead.
    Coupons(Lead, NaiveDate),
}

/// Does one page of the check of `date` that was to begin at `at`, and notes how far it came in the same commit. Tells
/// how many notices were made, and whether all are.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn page(ports: &dyn Ports, (date, at): (NaiveDate, Instant)) -> Result<(u32, bool), Reject> {
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, ports.now(), true, &[keys::UPKEEP.to_owned()])?;
        let stored: Option<Upkeep> = scope.work.get(keys::UPKEEP)?;
        let mut upkeep = stored.ok_or(Reject::NotConfigured)?;
        let place = upkeep.notices.clone().unwrap_or(NoticesPlace {
            list: 0,
            after: None,
        });
        let (made, next) = lists_from(&mut scope, date, at, place)?;
        let done = next.is_none();
        // Where all of it is done, that is noted too: the check may have other things to do yet.
        upkeep.notices = Some(next.unwrap_or_else(NoticesPlace::end));
        scope.work.put(keys::UPKEEP.to_owned(), &upkeep);
        if scope.work.commit()? == Outcome::Committed {
            return Ok((made, done));
        }
    }
    Err(Reject::Busy)
}

/// Goes through lists until one commit is full; gives the place to go on at.
fn lists_from(
    scope: &mut Scope<'_>,
    date: NaiveDate,
    at: Instant,
    mut place: NoticesPlace,
) -> Result<(u32, Option<NoticesPlace>), Reject> {
    let mut made: u32 = 0;
    loop {
        let (of_list, next) = one(scope, date, at, &place)?;
        made = made.saturating_add(of_list.store(scope)?);
        match next {
            Some(next) if next.after.is_none() && scope.work.size() == 0 => place = next,
            next => return Ok((made, next)),
        }
    }
}

/// The lists of a check, in their order.
fn lists(merchant: &Merchant, date: NaiveDate) -> Vec<List> {
    let mut lists = vec![List::Gone(keys::AHEAD), List::Gone(keys::COUPONS_AHEAD)];
    if let Some(notices) = &merchant.notices {
        let clock = notices.clock(merchant);
        if notices.channels_of(Kind::PointsExpiring).next().is_some() {
            let days = clock.days(&notices.points.leads, date);
            lists.extend(days.into_iter().map(List::Points));
        }
        if notices.channels_of(Kind::CouponsExpiring).next().is_some() {
            lists.extend(
                coupons::days(&notices.coupons.leads, date)
                    .into_iter()
                    .map(|(lead, day)| List::Coupons(lead, day)),
            );
        }
    }
    lists
}

/// Does one page; gives what it found and the place to go on at.
pub(super) fn one(
    scope: &mut Scope<'_>,
    date: NaiveDate,
    at: Instant,
    place: &NoticesPlace,
) -> Result<(Made, Option<NoticesPlace>), Reject> {
    let Some((number, merchant)) = settings::in_force_at(scope, at)? else {
        return Ok((Made::default(), None));
    };
    let lists = lists(&merchant, date);
    let Some(list) = lists.get(place.list) else {
        return Ok((Made::default(), None));
    };
    let after = place.after.as_deref();
    let (made, last) = match (list, &merchant.notices) {
        (List::Gone(prefix), _) => (Made::default(), gone(scope, prefix, date)?),
        (_, None) => (Made::default(), None),
        (List::Points(_) | List::Coupons(..), Some(notices)) => {
            let check = Check {
                date,
                at,
                now: scope.now,
                number,
                merchant: &merchant,
                notices,
                past: origins::past(scope, notices)?,
            };
            match list {
                List::Points(day) => points(scope, &check, *day, after)?,
                List::Coupons(lead, day) => coupons::pick(scope, &check, *lead, *day, after)?,
                List::Gone(_) => (Made::default(), None),
            }
        }
    };
    let next = match last {
        Some(after) => NoticesPlace {
            list: place.list,
            after: Some(after),
        },
        None => NoticesPlace {
            list: place.list.saturating_add(1),
            after: None,
        },
    };
    Ok((made, (next.list < lists.len()).then_some(next)))
}

/// Removes a page of the rows of dates before the day before; gives the last one's key if there may be more.
fn gone(scope: &mut Scope<'_>, prefix: &str, date: NaiveDate) -> Result<Option<String>, Reject> {
    let Some(before) = date.pred_opt() else {
        return Ok(None);
    };
    let range = crate::ports::Range {
        start: prefix.to_owned(),
        end: format!("{prefix}{before}/"),
        limit: GONE,
        backward: false,
    };
    let rows = scope.work.index(&range)?;
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == GONE);
    let last = rows.last().cloned();
    for key in rows {
        scope.work.delete(key);
    }
    Ok(last.filter(|_| more))
}

/// Warns a page of the members whose points lapse on a last day.
fn points(
    scope: &mut Scope<'_>,
    check: &Check<'_>,
    day: NaiveDate,
    after: Option<&str>,
) -> Result<(Made, Option<String>), Reject> {
    let rows = scope
        .work
        .index(&keys::under(&keys::ahead_on(day), after, PAGE))?;
    let mut more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    let mut members: Vec<(Id, String)> = Vec::new();
    for key in rows {
        let member = keys::step(&key, 2).ok_or_else(|| Reject::Unreadable(key.clone()))?;
        members.push((member, key));
    }
    let accounts = members.iter().map(|(member, _)| keys::account(member));
    scope.work.fetch(accounts)?;
    let mut made = Made::default();
    let mut last = None;
    for (member, key) in members {
        if made.size().saturating_add(ROOM) > WRITES_MAX {
            more = true;
            break;
        }
        warn(scope, check, &member, day, &mut made)?;
        last = Some(key);
    }
    Ok((made, last.filter(|_| more)))
}

/// Makes the notices to a member about what lapses on a last day.
fn warn(
    scope: &mut Scope<'_>,
    check: &Check<'_>,
    member: &Id,
    day: NaiveDate,
    made: &mut Made,
) -> Result<(), Reject> {
    let clock = check.notices.clock(check.merchant);
    let leads = &check.notices.points.leads;
    let reach = |lead: &&Lead| clock.days(&[**lead], check.date).contains(&day);
    let of_day: Vec<Lead> = leads.iter().filter(reach).copied().collect();
    let mut holdings = look_ahead(scope, member, &clock, day)?;
    for (programme, mut account) in std::mem::take(&mut holdings.accounts) {
        // What is held may be free again when the notice goes out.
        for lot in &mut account.lots {
            lot.held = Amount::ZERO;
        }
        for found in clock.expiring(&account.lots, leads, check.date, check.at) {
            let threshold = check.notices.points.threshold;
            let met = threshold.is_none_or(|it| it.is_met(account.balance(), found.points));
            if !of_day.contains(&found.lead) || !met {
                continue;
            }
            for channel in check.merchant.routes_of(Kind::PointsExpiring) {
                let about = About::Points {
                    programme: programme.clone(),
                    lead: found.lead,
                    date: check.date,
                    seen: check.at,
                };
                let mut notice =
                    check.notice(Kind::PointsExpiring, channel, about, found.lapses_at);
                notice.points = Some(found.points);
                let past = check.past.as_ref();
                let rules = found.rules.iter();
                notice.origin = origins::of(past, check.merchant, &programme, rules);
                let (date, lead, way) = (check.date, found.lead.key(), channel.name());
                let tail = format!("{date}/points-expiring/{programme}/{lead}/{way}");
                // The first of its last days has a list of its own.
                if found.day < day {
                    made.add_again(member, tail, notice);
                } else {
                    made.add(member, tail, notice);
                }
            }
        }
    }
    Ok(())
}

/// A member's accounts as they are stored, with all lots that lapse on a last day or before, and on the few days after it
/// that one notice may tell of too. Lapses that are due are not posted, so that a late check finds what it should have
/// warned of. Nothing of it is to be saved.
pub(super) fn look_ahead(
    scope: &mut Scope<'_>,
    member: &Id,
    clock: &Clock,
    day: NaiveDate,
) -> Result<Holdings, Reject> {
    let mut holdings = Holdings::load(&mut scope.work, member, scope.now)?;
    let until = day.checked_add_days(chrono::Days::new(5));
    if let Some(until) = until.and_then(|until| clock.zone.start_of(until)) {
        let programmes: Vec<_> = holdings.accounts.keys().cloned().collect();
        for programme in programmes {
            holdings.load_due(&mut scope.work, &programme, until, usize::MAX)?;
        }
    }
    Ok(holdings)
}

impl Check<'_> {
    /// A notice of this check: it goes out at the date's send time, or at once if that has passed, on that date and
    /// before the loss; where that can't be any more, it is recorded as missed.
    pub(super) fn notice(
        &self,
        kind: Kind,
        channel: crate::domain::notice::Channel,
        about: About,
        lapses_at: Instant,
    ) -> Notice {
        let zone = self.merchant.zone;
        let clock = self.notices.clock(self.merchant);
        let sends = clock.sends(self.date).unwrap_or(self.at);
        let next = self.date.succ_opt().and_then(|next| zone.start_of(next));
        let until = next.map_or(lapses_at, |next| next.min(lapses_at));
        let span = Span {
            from: sends.max(self.now),
            until,
        };
        let mut notice = Notice::new(kind, channel, about, self.number, self.now, span);
        if self.now >= until {
            notice.state = State::Missed;
        }
        notice
    }
}
