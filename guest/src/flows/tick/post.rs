//! Posting what is due on accounts, in pages from either end of the index.

use super::check_at;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::flows::scope::Scope;
use crate::ports::{Outcome, Ports, Range};
use crate::records::holdings::Holdings;
use crate::records::state::{Helped, NoticesPlace, Upkeep};
use crate::records::{WRITES_MAX, keys};
use crate::reject::Reject;

/// Accounts whose dues are read at once: as many as one commit takes, of those that lose one lot.
const PAGE: u32 = 400;

/// Lots of one account that a tick posts in one commit; the rest stays due.
const LOTS_MAX: usize = 40;

/// Records that posting a light account writes, at most: its own, and its places in the index of dues.
const LIGHT_WRITES: usize = 3;

/// Entries that are written on a light account, at most.
const LIGHT_ENTRIES: usize = 2;

/// Lots that a light account has, at most.
const LIGHT_LOTS: usize = 8;

/// What the accounts of a page may come to, where each counts as this many and one for each lot: memory that a page takes is free only behind
/// it, and comes to a few megabytes then.
const EACH: usize = 10;
const PAGE_MAX: usize = 6_000;

/// Records that one more account may write in the same commit.
const ROOM: usize = 200;

/// Where to begin.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// At what was due first.
    Near,
    /// At what became due last, to meet the other one.
    Far,
}

/// What became of a page of accounts.
#[derive(Clone, Copy)]
pub(super) enum Page {
    /// So many were posted, perhaps none of them, so many of them took more than most, and of so many a level ended; there may be more.
    Posted {
        accounts: u32,
        heavy: u32,
        levels: u32,
        /// Whether the storage fetches the next page's meanwhile.
        ahead: bool,
    },
    /// Another caller was quicker.
    Conflict,
    /// Nothing is due any more.
    Done,
}

/// Posts what is due on the next accounts, as many as fit into one commit, and notes how far it came: what was posted leaves
/// the index, and storages step over what was deleted. With `ahead` the storage is told whose accounts come next.
pub(super) fn page(
    ports: &dyn Ports,
    (now, most, end, ahead): (Instant, u32, End, bool),
) -> Result<Page, Reject> {
    let reads = [keys::UPKEEP.to_owned(), keys::UPKEEP_HELP.to_owned()];
    let reads = if end == End::Far {
        &reads[..]
    } else {
        &reads[..1]
    };
    let mut scope = Scope::new(ports, now, true, reads)?;
    let stored: Option<Upkeep> = scope.work.get(keys::UPKEEP)?;
    let mut upkeep = stored.ok_or(Reject::NotConfigured)?;
    let mut helped = Helped::of(&upkeep, scope.work.get(keys::UPKEEP_HELP)?);
    if end == End::Far && !has_come_to_lapses(&scope, &upkeep, now) {
        return Ok(Page::Done);
    }
    let page = PAGE.min(most);
    // Due by now: keys up to the instant itself, which `0` closes behind the `/`.
    let due = Range {
        end: format!("{}{}0", keys::DUES, now.sortable()),
        ..keys::under(
            keys::DUES,
            None,
            if ahead { page.saturating_mul(2) } else { page },
        )
    };
    let (before, range) = match end {
        End::Near => {
            let start = keys::under(keys::DUES, upkeep.posted.as_deref(), 0).start;
            (upkeep.posted.clone(), Range { start, ..due })
        }
        End::Far => {
            let end = helped.before.clone().unwrap_or(due.end);
            let backward = true;
            (
                helped.before.clone(),
                Range {
                    end,
                    backward,
                    ..due
                },
            )
        }
    };
    let mut rows = scope.work.index(&range)?;
    if rows.is_empty() && before.is_none() {
        return Ok(Page::Done);
    }
    let whole = u32::try_from(rows.len()).is_ok_and(|rows| rows == range.limit);
    let page = usize::try_from(page).unwrap_or(usize::MAX);
    let next = rows.split_off(page.min(rows.len()));
    let mut more = whole || !next.is_empty();
    let found = !rows.is_empty();
    let mut members: Vec<(Id, String)> = Vec::with_capacity(rows.len());
    for key in rows {
        let member = keys::due_of(&key).ok_or_else(|| Reject::Unreadable(key.clone()))?;
        members.push((member, key));
    }
    scope
        .work
        .fetch(members.iter().map(|(member, _)| keys::account(member)))?;
    let next = next.iter().filter_map(|key| keys::due_of(key));
    let next: Vec<String> = next.map(|member| keys::account(&member)).collect();
    let ahead = !next.is_empty() && scope.work.read_ahead(&next);
    let (mut accounts, mut heavy, mut levels) = (0, 0, 0);
    let mut place = before.clone();
    let mut loaded = 0_usize;
    for (member, key) in members {
        let size = scope.work.size();
        if size.saturating_add(ROOM) > WRITES_MAX || loaded > PAGE_MAX {
            more = true;
            break;
        }
        place = Some(key);
        let mut holdings = Holdings::load(&mut scope.work, &member, now)?;
        let all = holdings.accounts.values();
        let lots: usize = all.map(|account| account.lots.len()).sum();
        loaded = loaded.saturating_add(lots).saturating_add(EACH);
        if holdings.due().is_none_or(|due| due > now) {
            // Another caller posted it between the look at the index and the one at the account.
            continue;
        }
        scope.settle(&mut holdings, LOTS_MAX)?;
        let tier = holdings.tier.as_ref();
        levels += u32::from(tier.is_some_and(|tier| !tier.journal.is_empty()));
        let posted = holdings.accounts.values();
        let entries: usize = posted.map(|account| account.journal.len()).sum();
        scope.save(holdings)?;
        let written = scope.work.size().saturating_sub(size);
        let light = written <= LIGHT_WRITES && entries <= LIGHT_ENTRIES && lots <= LIGHT_LOTS;
        heavy += u32::from(!light);
        accounts += 1;
    }
    if found && accounts == 0 {
        return Ok(Page::Conflict);
    }
    // At the end it begins anew, for what has become due behind its back.
    let place = place.filter(|_| more);
    if place != before {
        match end {
            End::Near => {
                upkeep.posted = place;
                scope.work.put(keys::UPKEEP.to_owned(), &upkeep);
            }
            End::Far => {
                helped.before = place;
                scope.work.put(keys::UPKEEP_HELP.to_owned(), &helped);
            }
        }
    }
    let committed = scope.work.commit()? == Outcome::Committed;
    Ok(if committed {
        Page::Posted {
            accounts,
            heavy,
            levels,
            ahead,
        }
    } else {
        Page::Conflict
    })
}

/// Whether a check is under way and has picked its notices, which look at accounts as they were before.
fn has_come_to_lapses(scope: &Scope<'_>, upkeep: &Upkeep, now: Instant) -> bool {
    let date = upkeep.checked.succ_opt();
    let at = date.and_then(|date| check_at(&scope.merchant, date));
    at.is_some_and(|at| at <= now) && upkeep.notices.as_ref().is_some_and(NoticesPlace::is_end)
}
