//! What the engine does by itself, in bounded portions.

use super::command::TRIES_MAX;
use super::scope::Scope;
use super::{birthdays, bulk, notices};
use crate::domain::config::Merchant;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::ports::{Level, Outcome, Ports};
use crate::records::holdings::Holdings;
use crate::records::state::Upkeep;
use crate::records::{WRITES_MAX, keys};
use crate::reject::Reject;
use chrono::NaiveDate;

/// Accounts whose dues are read at once.
const PAGE: u32 = 200;

/// Lots of one account that a tick posts in one commit; the rest stays due.
const LOTS_MAX: usize = 40;

/// Records that one more account may write in the same commit.
const ROOM: usize = 200;

/// Daily checks that one call finishes: a month of them, so that a merchant that was not ticked for years stays
/// within what a call may cost.
const CHECKS_MAX: usize = 31;

/// What a tick did, and when to come back.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// Come back then.
    pub next: Option<Instant>,
    /// Checks finished.
    pub checks: Vec<NaiveDate>,
    /// Accounts posted.
    pub accounts: u32,
    /// Of them, those whose level ended.
    pub levels_ended: u32,
    /// Birthday grants.
    pub birthdays: u32,
    /// Members of bulk grants.
    pub bulk_grants: u32,
    /// Notices that checks made.
    pub notices: u32,
    /// Notices handed to their channels.
    pub sent: u32,
    /// Notices that came to their end unsent.
    pub dropped: u32,
}

impl Report {
    fn work(&self) -> u32 {
        self.accounts
            .saturating_add(self.birthdays)
            .saturating_add(self.bulk_grants)
            .saturating_add(self.notices)
            .saturating_add(self.sent)
            .saturating_add(self.dropped)
    }
}

/// When the check of a date is.
#[must_use]
pub fn check_at(merchant: &Merchant, date: NaiveDate) -> Option<Instant> {
    merchant.zone.instant(date.and_time(merchant.daily_check))
}

/// The last date whose check counts as done for a merchant that begins at `now`.
#[must_use]
pub fn first_checked(merchant: &Merchant, now: Instant) -> NaiveDate {
    let today = merchant.zone.date(now);
    let due = check_at(merchant, today).is_some_and(|at| at <= now);
    if due {
        today
    } else {
        today.pred_opt().unwrap_or(today)
    }
}

/// Does what is due, until about `limit` accounts were worked on.
///
/// # Errors
/// [`Reject::NotConfigured`], [`Reject::Busy`], and those of the storage.
pub fn tick(ports: &dyn Ports, limit: u32) -> Result<Report, Reject> {
    let mut report = Report::default();
    let now = ports.now();
    while let Some(granted) = bulk::page(ports)? {
        report.bulk_grants = report.bulk_grants.saturating_add(granted);
        if report.work() >= limit {
            report.next = Some(now);
            return Ok(report);
        }
    }
    report.next = checks(ports, now, limit, &mut report)?;
    while report.next.is_none_or(|next| next > now) {
        let left = limit.saturating_sub(report.work());
        if left == 0 {
            report.next = Some(now);
            break;
        }
        let round = notices::send(ports, left)?;
        report.sent = report.sent.saturating_add(round.sent);
        report.dropped = report.dropped.saturating_add(round.dropped);
        if round.next.is_none_or(|next| next > now) {
            report.next = [report.next, round.next].into_iter().flatten().min();
            break;
        }
    }
    Ok(report)
}

/// The checks that are due; tells when the next is, which is now if this call can't do them all.
fn checks(
    ports: &dyn Ports,
    now: Instant,
    limit: u32,
    report: &mut Report,
) -> Result<Option<Instant>, Reject> {
    loop {
        let mut scope = Scope::new(ports, now, true, &[keys::UPKEEP.to_owned()])?;
        let stored: Option<Upkeep> = scope.work.get(keys::UPKEEP)?;
        let upkeep = stored.ok_or(Reject::NotConfigured)?;
        let Some(date) = upkeep.checked.succ_opt() else {
            return Ok(None);
        };
        let at = check_at(&scope.merchant, date);
        let Some(at) = at.filter(|at| *at <= now) else {
            return Ok(at);
        };
        let enough = report.checks.len() >= CHECKS_MAX;
        if enough || !check(ports, now, (date, at), limit, report)? {
            return Ok(Some(now));
        }
        if finish(ports, now, date)? {
            report.checks.push(date);
        }
    }
}

/// The check of one date; tells whether all of it is done.
fn check(
    ports: &dyn Ports,
    now: Instant,
    (date, at): (NaiveDate, Instant),
    limit: u32,
    report: &mut Report,
) -> Result<bool, Reject> {
    loop {
        let (granted, done) = birthdays::page(ports, date)?;
        report.birthdays = report.birthdays.saturating_add(granted);
        if done {
            break;
        }
        if report.work() >= limit {
            return Ok(false);
        }
    }
    loop {
        let (made, done) = notices::page(ports, date, at)?;
        report.notices = report.notices.saturating_add(made);
        if done {
            break;
        }
        if report.work() >= limit {
            return Ok(false);
        }
    }
    let mut tries = 0;
    loop {
        let left = limit.saturating_sub(report.work());
        if left == 0 {
            return Ok(false);
        }
        match post(ports, now, left)? {
            Some((0, _)) => return Ok(true),
            Some((accounts, levels)) => {
                report.accounts = report.accounts.saturating_add(accounts);
                report.levels_ended = report.levels_ended.saturating_add(levels);
                tries = 0;
            }
            None if tries < TRIES_MAX => tries += 1,
            None => return Err(Reject::Busy),
        }
    }
}

/// Posts what is due on the next accounts, as many as fit into one commit; none after a conflict. Tells how many there
/// were, and of how many of them a level ended.
fn post(ports: &dyn Ports, now: Instant, most: u32) -> Result<Option<(u32, u32)>, Reject> {
    let mut scope = Scope::new(ports, now, true, &[])?;
    // Due by now: keys up to the instant itself, which `0` closes behind the `/`.
    let end = format!("{}{}0", keys::DUES, now.sortable());
    let range = crate::ports::Range {
        start: keys::DUES.to_owned(),
        end,
        limit: PAGE.min(most),
        backward: false,
    };
    let rows = scope.work.scan(&range)?;
    let mut members: Vec<Id> = Vec::new();
    for row in &rows {
        members.push(keys::step(&row.key, 2).ok_or_else(|| Reject::Unreadable(row.key.clone()))?);
    }
    scope.work.fetch(members.iter().map(keys::account))?;
    let (mut posted, mut levels) = (0, 0);
    for member in members {
        if scope.work.size().saturating_add(ROOM) > WRITES_MAX {
            break;
        }
        let mut holdings = Holdings::load(&mut scope.work, &member, now)?;
        scope.settle(&mut holdings, LOTS_MAX)?;
        let tier = holdings.tier.as_ref();
        levels += u32::from(tier.is_some_and(|tier| !tier.journal.is_empty()));
        scope.save(holdings)?;
        posted += 1;
    }
    let committed = scope.work.commit()? == Outcome::Committed;
    Ok(committed.then_some((posted, levels)))
}

/// Notes that the check of a date is finished; tells whether this call did.
fn finish(ports: &dyn Ports, now: Instant, date: NaiveDate) -> Result<bool, Reject> {
    let mut scope = Scope::new(ports, now, true, &[keys::UPKEEP.to_owned()])?;
    let stored: Option<Upkeep> = scope.work.get(keys::UPKEEP)?;
    if stored.is_some_and(|upkeep| upkeep.checked >= date) {
        return Ok(false);
    }
    scope.work.put(
        keys::UPKEEP.to_owned(),
        &Upkeep {
            checked: date,
            birthdays: None,
            notices: None,
        },
    );
    let committed = scope.work.commit()? == Outcome::Committed;
    if committed {
        ports.log(
            Level::Info,
            "upkeep",
            &format!("the check of {date} is finished"),
        );
    }
    Ok(committed)
}
