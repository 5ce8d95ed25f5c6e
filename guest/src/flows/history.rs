//! Entries: of one account, of a whole programme, and what is known of an order.

use super::balance::Page;
use super::scope::{Scope, Stop};
use crate::domain::account::Account;
use crate::domain::award::Awarded;
use crate::domain::entry::Entry;
use crate::domain::ids::{Id, Name};
use crate::domain::order_file::{OrderFile, OrderGrant};
use crate::ports::Range;
use crate::records::{codec, keys};
use crate::reject::Reject;
use std::rc::Rc;

/// Rows of a page of the ledger.
const LEDGER_ROWS: u32 = 1_000;

/// An account's entries, newest first, what is due included; `before` is the sequence to begin below.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::UnknownProgramme`], and those of the storage.
pub fn history(
    scope: &mut Scope<'_>,
    member: &Id,
    programme: Option<&str>,
    before: Option<u64>,
    limit: u32,
) -> Result<(Name, Vec<Entry>, Option<u64>), Stop> {
    let (name, _) = scope.programme(programme)?;
    let mut holdings = scope.open_known(member)?;
    let journal = std::mem::take(&mut holdings.account(&name).journal);
    let below = before.unwrap_or(u64::MAX);
    let mut entries: Vec<Entry> = journal
        .into_iter()
        .rev()
        .filter(|entry| entry.sequence < below)
        .collect();
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    entries.truncate(most);
    let missing = u32::try_from(most.saturating_sub(entries.len())).unwrap_or(0);
    if missing > 0 {
        let prefix = keys::entries_of(member, &name);
        let end = if below == u64::MAX {
            keys::end_of(&prefix)
        } else {
            keys::entry(member, &name, below)
        };
        let rows = scope.work.scan(&Range {
            start: prefix,
            end,
            limit: missing,
            backward: true,
        })?;
        for row in rows {
            entries.push(codec::decode(&row.key, &row.value)?);
        }
    }
    let next = entries
        .last()
        .map(|entry| entry.sequence)
        .filter(|first| *first > 1);
    let next = next.filter(|_| entries.len() == most);
    Ok((name, entries, next))
}

/// All entries of a programme by member and sequence, what is due included. `after` is the key of the last row of the
/// page before.
///
/// # Errors
/// [`Reject::UnknownProgramme`], and those of the storage.
pub fn ledger(
    scope: &mut Scope<'_>,
    programme: Option<&str>,
    after: Option<&str>,
) -> Result<(Name, Page<(Id, Entry)>), Stop> {
    let (name, _) = scope.programme(programme)?;
    if let Some(after) = after.filter(|after| !after.starts_with(keys::ENTRIES)) {
        return Err(Reject::invalid("/after", after, "what the page before gave as next").into());
    }
    let rows = scope
        .work
        .scan(&keys::under(keys::ENTRIES, after, LEDGER_ROWS))?;
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == LEDGER_ROWS);
    let members: Vec<Id> = rows
        .iter()
        .filter_map(|row| keys::step(&row.key, 1))
        .collect();
    scope.work.fetch(members.iter().map(keys::account))?;
    let mut items = Vec::new();
    // An account ends where the next one begins; the page before may have stopped at its end.
    let mut open = after.and_then(account_of);
    let mut next = None;
    for row in rows {
        let account = account_of(&row.key).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        if open.as_ref() != Some(&account) {
            finish(scope, open.replace(account.clone()), &name, &mut items)?;
        }
        if account.1 == name {
            items.push((account.0, codec::decode(&row.key, &row.value)?));
        }
        next = Some(row.key);
    }
    if !more {
        finish(scope, open, &name, &mut items)?;
    }
    Ok((
        name,
        Page {
            items,
            next: next.filter(|_| more),
        },
    ))
}

fn account_of(key: &str) -> Option<(Id, Name)> {
    Some((keys::step(key, 1)?, Name::parse(key.split('/').nth(2)?)?))
}

/// Adds what is due on an account and not yet written.
fn finish(
    scope: &mut Scope<'_>,
    account: Option<(Id, Name)>,
    name: &Name,
    items: &mut Vec<(Id, Entry)>,
) -> Result<(), Stop> {
    let Some((member, _)) = account.filter(|(_, programme)| programme == name) else {
        return Ok(());
    };
    let mut holdings = scope.open(&member)?;
    let journal = std::mem::take(&mut holdings.account(name).journal);
    items.extend(journal.into_iter().map(|entry| (member.clone(), entry)));
    Ok(())
}

/// What is known of an order.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its record.
    pub file: OrderFile,
    /// How the awards of each of its grants came about.
    pub awards: Vec<Rc<[Awarded]>>,
    /// Its member's accounts.
    pub accounts: Vec<(Name, Box<Account>)>,
}

/// What is known of an order.
///
/// # Errors
/// [`Reject::UnknownOrder`], and those of the storage.
pub fn order(scope: &mut Scope<'_>, id: &Id) -> Result<Known, Stop> {
    let file: Option<OrderFile> = scope.work.get(&keys::order(id))?;
    let mut file = file.ok_or_else(|| Reject::UnknownOrder(id.to_string()))?;
    let holdings = scope.open_of(&mut file)?;
    let entry = |grant: &OrderGrant| {
        let ledger = grant.ledger.as_ref().unwrap_or(&file.member);
        keys::entry(ledger, &grant.programme, grant.entry)
    };
    let entries: Vec<String> = file.grants.iter().map(entry).collect();
    scope.work.fetch(entries.iter().cloned())?;
    let mut awards = Vec::new();
    for key in entries {
        let entry: Option<Entry> = scope.work.get(&key)?;
        awards.push(entry.ok_or(Reject::Unreadable(key))?.awards);
    }
    Ok(Known {
        file,
        awards,
        accounts: holdings.accounts.into_iter().collect(),
    })
}
