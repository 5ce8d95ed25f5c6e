//! Sums of the ledger and of what members hold, read in portions (decision 15).

use super::history;
use super::scope::{Scope, Stop};
use crate::domain::config::Programme;
use crate::domain::ids::Name;
use crate::domain::report::{Month, Progress};
use crate::records::keys;
use crate::reject::Reject;
use crate::shared::Shared;

/// Sums of a report, at most.
const ROWS_MAX: usize = 5_000;

/// Accounts of a portion.
const ACCOUNTS: u32 = 200;

/// Lots after which a portion ends, with the account that they are of.
const LOTS: usize = 2_000;

/// A portion was read; whether it was not the last.
pub type Portion = (Name, Progress, bool);

/// Adds the next entries of the ledger whose months are asked for.
///
/// # Errors
/// [`Reject::UnknownProgramme`], [`Reject::Invalid`] for a `next` that no answer gave, [`Reject::OverLimit`], and those
/// of the storage.
pub fn movements(
    scope: &mut Scope<'_>,
    programme: Option<&str>,
    (first, last): (Option<Month>, Option<Month>),
    next: Option<&str>,
) -> Result<Portion, Stop> {
    let mut progress = begin(scope, next, &[keys::ACCOUNTS, keys::ENTRIES])?;
    let (name, page) = history::ledger(scope, programme, progress.after.as_deref())?;
    let zone = scope.merchant.zone;
    for (_, entry) in &page.items {
        let month = Month::of(entry.at, zone);
        let asked =
            first.is_none_or(|first| first <= month) && last.is_none_or(|last| month <= last);
        if asked && entry.at <= progress.as_of {
            progress.tally.enter(entry, zone);
        }
    }
    let rows = progress.tally.rows().len();
    if rows > ROWS_MAX {
        let found = format!("more than {ROWS_MAX} rows");
        return Err(Reject::over_limit("/first", found, "fewer months").into());
    }
    let more = page.next.is_some();
    progress.after = page.next;
    Ok((name, progress, more))
}

/// Adds what the next accounts hold and owe.
///
/// # Errors
/// As [`movements`].
pub fn liability(
    scope: &mut Scope<'_>,
    programme: Option<&str>,
    next: Option<&str>,
) -> Result<(Portion, Shared<Programme>), Stop> {
    let mut progress = begin(scope, next, &[keys::ACCOUNTS])?;
    let (name, programme) = scope.programme(programme)?;
    let zone = scope.merchant.zone;
    let rows = scope.work.scan(&keys::under(
        keys::ACCOUNTS,
        progress.after.as_deref(),
        ACCOUNTS,
    ))?;
    let mut more = u32::try_from(rows.len()).is_ok_and(|rows| rows == ACCOUNTS);
    let mut lots = 0_usize;
    for row in rows {
        if lots > LOTS {
            more = true;
            break;
        }
        let member = keys::step(&row.key, 1).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        let mut holdings = scope.open(&member)?;
        holdings.load_all(&mut scope.work, &name)?;
        let account = holdings.account(&name);
        progress.debt += account.debt;
        for lot in &account.lots {
            progress.tally.hold(lot, zone);
        }
        lots = lots.saturating_add(account.lots.len());
        progress.after = Some(row.key);
    }
    Ok(((name, progress, more), programme))
}

/// Goes on where a portion ended, or begins.
fn begin(scope: &Scope<'_>, next: Option<&str>, prefixes: &[&str]) -> Result<Progress, Reject> {
    let Some(text) = next else {
        return Ok(Progress::new(scope.now));
    };
    let known = Progress::parse(text);
    let fits = |progress: &Progress| {
        let after = progress.after.as_deref();
        after.is_some_and(|after| prefixes.iter().any(|prefix| after.starts_with(prefix)))
    };
    known.filter(fits).ok_or_else(|| {
        let found: String = text.chars().take(100).collect();
        Reject::invalid("/next", found, "what the answer before gave as next")
    })
}
