//! Birthday grants of one date, page by page.

use super::command::TRIES_MAX;
use super::earn::{Deed, deed};
use super::notices::in_force_at;
use super::scope::{ROOM, Scope, Stop};
use crate::domain::award::Act;
use crate::domain::birthday;
use crate::domain::config::{BirthdayDay, Kind};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::ports::{Outcome, Ports};
use crate::records::state::{Once, Upkeep};
use crate::records::{WRITES_MAX, keys};
use crate::reject::Reject;
use crate::sorted::sort_by;
use chrono::NaiveDate;

/// Members of one commit: each writes a handful of records.
const PAGE: u32 = 50;

/// Does one page of the birthdays of `date` by the rules in force at `at`, when its check was to begin, and notes how far
/// it came in the same commit. Tells how many members were granted something, and whether all are done.
///
/// # Errors
/// [`Reject::Busy`], and those of the storage.
pub fn page(ports: &dyn Ports, (date, at): (NaiveDate, Instant)) -> Result<(u32, bool), Reject> {
    for _ in 0..TRIES_MAX {
        let mut scope = Scope::new(ports, ports.now(), true, &[keys::UPKEEP.to_owned()])?;
        let stored: Option<Upkeep> = scope.work.get(keys::UPKEEP)?;
        let mut upkeep = stored.ok_or(Reject::NotConfigured)?;
        let then = in_force_at(&mut scope, at)?;
        scope.merchant.programmes = then.map(|(_, then)| then.programmes).unwrap_or_default();
        let (granted, next) = match grants(&mut scope, date, upkeep.birthdays.as_deref()) {
            Ok(done) => done,
            Err(Stop::Again) => continue,
            Err(Stop::Reject(reject)) => return Err(reject),
        };
        let done = next.is_none();
        // The whole check of the date notes that it is done; until then this place is kept.
        if next.is_some() {
            upkeep.birthdays = next;
            scope.work.put(keys::UPKEEP.to_owned(), &upkeep);
        }
        if scope.work.commit()? == Outcome::Committed {
            return Ok((granted, done));
        }
    }
    Err(Reject::Busy)
}

/// The lists of members to look at on a date: (why, prefix of their index), in a fixed order.
fn lists(scope: &Scope<'_>, date: NaiveDate) -> Vec<(BirthdayDay, String)> {
    let rules = scope
        .merchant
        .programmes
        .values()
        .flat_map(|programme| &programme.earn);
    let birthdays = rules.filter(|rule| rule.kind == Kind::Birthday);
    let is_start = |kind: &BirthdayDay| *kind == BirthdayDay::MonthStart;
    let mut kinds: Vec<BirthdayDay> = Vec::new();
    for kind in birthdays.map(|rule| rule.birthday.unwrap_or(BirthdayDay::Day)) {
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    sort_by(&mut kinds, |a, b| is_start(a).cmp(&is_start(b)));
    let days = kinds.into_iter().flat_map(|kind| {
        birthday::on(date, kind)
            .into_iter()
            .map(move |day| (kind, day))
    });
    days.map(|(kind, day)| (kind, keys::birthdays(day)))
        .collect()
}

/// Grants one page; gives the place to go on at, `number of list:key`.
fn grants(
    scope: &mut Scope<'_>,
    date: NaiveDate,
    place: Option<&str>,
) -> Result<(u32, Option<String>), Stop> {
    let place = place.and_then(|place| place.split_once(':'));
    let (first, mut after) = match place {
        Some((list, key)) => (
            list.parse().unwrap_or(0),
            Some(key.to_owned()).filter(|key| !key.is_empty()),
        ),
        None => (0, None),
    };
    let Some(start) = scope.merchant.zone.start_of(date) else {
        return Ok((0, None));
    };
    let lists = lists(scope, date);
    let Some((kind, prefix)) = lists.get(first) else {
        return Ok((0, None));
    };
    let rows = scope
        .work
        .index(&keys::under(prefix, after.as_deref(), PAGE))?;
    let mut more = u32::try_from(rows.len()).is_ok_and(|rows| rows == PAGE);
    let mut granted: u32 = 0;
    for key in rows {
        if scope.work.size().saturating_add(ROOM) > WRITES_MAX {
            more = true;
            break;
        }
        let member: Id = keys::step(&key, 2).ok_or_else(|| Reject::Unreadable(key.clone()))?;
        let act = Deed {
            act: Act::Birthday(*kind),
            channel: None,
            note: Some("birthday"),
            dated: Some(start),
            once: Some(Once { date }),
            keeps_alive: None,
        };
        let given = match deed(scope, &member, act) {
            Ok(earned) => !earned.grants.is_empty(),
            // Merged since the row was read.
            Err(Stop::Reject(Reject::Merged(_))) => false,
            Err(other) => return Err(other),
        };
        granted = granted.saturating_add(u32::from(given));
        after = Some(key);
    }
    if more {
        return Ok((granted, after.map(|after| format!("{first}:{after}"))));
    }
    let next: usize = first.saturating_add(1);
    Ok((granted, (next < lists.len()).then(|| format!("{next}:"))))
}
