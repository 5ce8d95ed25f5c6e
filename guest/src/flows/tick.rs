//! What the engine does by itself, in bounded portions.

mod post;

use super::command::TRIES_MAX;
use super::portion::portion;
use super::scope::Scope;
use super::{birthdays, bulk, notices, submissions};
use crate::domain::config::Merchant;
use crate::domain::instant::Instant;
use crate::ports::{Level, Outcome, Ports};
use crate::records::keys;
use crate::records::state::Upkeep;
use crate::reject::Reject;
use chrono::NaiveDate;
use post::{End, Page};

/// Daily checks that one call finishes: a month of them, so that a merchant that was not ticked for years stays
/// within what a call may cost.
const CHECKS_MAX: usize = 31;

/// How much a call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// About so many members are worked on.
    work: u32,
    /// Accounts that count as one where each holds few lots, and little came of it.
    accounts: u32,
}

impl Budget {
    /// Where the caller sets no bound. What a call costs by itself is spread over enough of what it does, and within a sandbox's usual limits
    /// all of it may be of the costly kind.
    pub const USUAL: Self = Self {
        work: 1_000,
        accounts: 5,
    };

    /// About so much of each.
    #[must_use]
    pub const fn of(work: u32) -> Self {
        Self { work, accounts: 1 }
    }

    fn left(self, report: &Report) -> u32 {
        let light = report.accounts.saturating_sub(report.heavy);
        let accounts = light.div_ceil(self.accounts.max(1));
        self.work
            .saturating_sub(report.work().saturating_add(accounts))
    }

    fn is_used_up(self, report: &Report) -> bool {
        self.left(report) == 0
    }
}

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
    /// Coupons of bulk issues.
    pub coupons: u32,
    /// Notices that checks made.
    pub notices: u32,
    /// Notices handed to their channels.
    pub sent: u32,
    /// Notices that came to their end unsent.
    pub dropped: u32,
    /// Accounts posted that took more than most.
    heavy: u32,
    /// What bulks count as work.
    bulks: u32,
    /// Notices that the policy put off.
    put_off: u32,
    /// What was done about invoices.
    invoices: u32,
}

impl Report {
    /// All but what is posted on most accounts.
    fn work(&self) -> u32 {
        self.heavy
            .saturating_add(self.birthdays)
            .saturating_add(self.bulks)
            .saturating_add(self.notices)
            .saturating_add(self.sent)
            .saturating_add(self.dropped)
            .saturating_add(self.put_off)
            .saturating_add(self.invoices)
    }

    fn add(&mut self, page: bulk::Page) {
        self.bulk_grants = self.bulk_grants.saturating_add(page.granted);
        self.coupons = self.coupons.saturating_add(page.coupons);
        // Looking at ten members who get nothing costs about as much as giving something to one.
        let given = page.granted.saturating_add(page.coupons);
        self.bulks = self.bulks.saturating_add(given.max(page.looked / 10));
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

/// Does what is due, within the budget.
///
/// # Errors
/// [`Reject::NotConfigured`], [`Reject::Busy`], and those of the storage.
pub fn tick(ports: &dyn Ports, budget: Budget) -> Result<Report, Reject> {
    let mut report = Report::default();
    let now = ports.now();
    let invoices = invoices(ports, now, &mut report)?;
    while let Some(page) = portion(ports, (), |ports, ()| bulk::page(ports))? {
        report.add(page);
        if budget.is_used_up(&report) {
            report.next = Some(now);
            return Ok(report);
        }
    }
    report.next = checks(ports, now, budget, &mut report)?;
    while report.next.is_none_or(|next| next > now) {
        let left = budget.left(&report);
        if left == 0 {
            report.next = Some(now);
            break;
        }
        let round = portion(ports, left, notices::send)?;
        report.sent = report.sent.saturating_add(round.sent);
        report.dropped = report.dropped.saturating_add(round.dropped);
        report.put_off = report.put_off.saturating_add(round.put_off);
        if round.next.is_none_or(|next| next > now) {
            report.next = [report.next, round.next].into_iter().flatten().min();
            break;
        }
    }
    report.next = [report.next, invoices].into_iter().flatten().min();
    Ok(report)
}

/// Verifies what members sent in, one round of it since it may take as long as a verifier may, answers them by their tokens, and clears
/// away what drafts left; tells when there is more.
fn invoices(
    ports: &dyn Ports,
    now: Instant,
    report: &mut Report,
) -> Result<Option<Instant>, Reject> {
    let round = portion(ports, (), |ports, ()| submissions::verify(ports))?;
    let replied = portion(ports, (), |ports, ()| submissions::reply(ports))?;
    let discarded = portion(ports, (), |ports, ()| submissions::discarded(ports))?;
    let done = replied.saturating_add(discarded);
    for count in [round.looked, done] {
        report.invoices = report.invoices.saturating_add(count);
    }
    Ok(if done > 0 { Some(now) } else { round.next })
}

/// Posts from the far end what the check that is under way has to post, beside the caller of [`tick`], within the budget. It tells no time to come back where there is nothing to help with.
///
/// # Errors
/// As [`tick`].
pub fn help(ports: &dyn Ports, budget: Budget) -> Result<Report, Reject> {
    let mut report = Report::default();
    let now = ports.now();
    if !lapses(ports, now, budget, &mut report, End::Far)? {
        report.next = Some(now);
    }
    Ok(report)
}

/// Posts what is due from one end on; tells whether that is all.
fn lapses(
    ports: &dyn Ports,
    now: Instant,
    budget: Budget,
    report: &mut Report,
    end: End,
) -> Result<bool, Reject> {
    let mut tries = 0;
    let mut next_ahead = true;
    loop {
        let left = budget.left(report).saturating_mul(budget.accounts);
        if left == 0 {
            return Ok(false);
        }
        match portion(ports, (now, left, end, next_ahead), post::page)? {
            Page::Done => return Ok(true),
            Page::Posted {
                accounts,
                heavy,
                levels,
                ahead,
            } => {
                next_ahead = ahead;
                report.accounts = report.accounts.saturating_add(accounts);
                report.heavy = report.heavy.saturating_add(heavy);
                report.levels_ended = report.levels_ended.saturating_add(levels);
                tries = 0;
            }
            Page::Conflict if tries < TRIES_MAX => tries += 1,
            Page::Conflict => return Err(Reject::Busy),
        }
    }
}

/// The checks that are due; tells when the next is, which is now if this call can't do them all.
fn checks(
    ports: &dyn Ports,
    now: Instant,
    budget: Budget,
    report: &mut Report,
) -> Result<Option<Instant>, Reject> {
    loop {
        let Some((date, at)) = portion(ports, now, next_check)? else {
            return Ok(None);
        };
        let Some(at) = at.filter(|at| *at <= now) else {
            return Ok(at);
        };
        let enough = report.checks.len() >= CHECKS_MAX;
        if enough || !check(ports, now, (date, at), budget, report)? {
            return Ok(Some(now));
        }
        if portion(ports, (now, date), finish)? {
            report.checks.push(date);
        }
    }
}

/// The first date whose check isn't done, and when its check is; none behind the last date there is.
fn next_check(
    ports: &dyn Ports,
    now: Instant,
) -> Result<Option<(NaiveDate, Option<Instant>)>, Reject> {
    let mut scope = Scope::new(ports, now, true, &[keys::UPKEEP.to_owned()])?;
    let stored: Option<Upkeep> = scope.work.get(keys::UPKEEP)?;
    let upkeep = stored.ok_or(Reject::NotConfigured)?;
    let date = upkeep.checked.succ_opt();
    Ok(date.map(|date| (date, check_at(&scope.merchant, date))))
}

/// The check of one date; tells whether all of it is done.
fn check(
    ports: &dyn Ports,
    now: Instant,
    (date, at): (NaiveDate, Instant),
    budget: Budget,
    report: &mut Report,
) -> Result<bool, Reject> {
    loop {
        let (granted, done) = portion(ports, (date, at), birthdays::page)?;
        report.birthdays = report.birthdays.saturating_add(granted);
        if done {
            break;
        }
        if budget.is_used_up(report) {
            return Ok(false);
        }
    }
    loop {
        let (made, done) = portion(ports, (date, at), notices::page)?;
        report.notices = report.notices.saturating_add(made);
        if done {
            break;
        }
        if budget.is_used_up(report) {
            return Ok(false);
        }
    }
    lapses(ports, now, budget, report, End::Near)
}

/// Notes that the check of a date is finished; tells whether this call did.
fn finish(ports: &dyn Ports, (now, date): (Instant, NaiveDate)) -> Result<bool, Reject> {
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
            posted: None,
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
