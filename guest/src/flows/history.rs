//! Entries: of one account, of a whole programme, and what is known of an order.

use super::balance::Page;
use super::scope::{Scope, Stop};
use crate::domain::account::Account;
use crate::domain::entry::Entry;
use crate::domain::ids::{Id, Name};
use crate::domain::order_file::OrderFile;
use crate::records::holdings::Holdings;
use crate::records::keys;
use crate::reject::Reject;

/// Entries of a page of the ledger, about.
const LEDGER: usize = 1_000;

/// Accounts that such a page reads at once.
const ACCOUNTS: u32 = 200;

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
    let missing = most.saturating_sub(entries.len());
    if missing > 0 {
        entries.extend(holdings.newest(&mut scope.work, &name, below, missing)?);
    }
    let next = entries
        .last()
        .map(|entry| entry.sequence)
        .filter(|first| *first > 1);
    let next = next.filter(|_| entries.len() == most);
    Ok((name, entries, next))
}

/// All entries of a programme by member and sequence, what is due included. `after` is where the page before ended: the key
/// of an account, or within one that of a row of its entries.
///
/// # Errors
/// [`Reject::UnknownProgramme`], and those of the storage.
pub fn ledger(
    scope: &mut Scope<'_>,
    programme: Option<&str>,
    after: Option<&str>,
) -> Result<(Name, Page<(Id, Entry)>), Stop> {
    let (name, _) = scope.programme(programme)?;
    let mut items = Vec::new();
    let mut account = None;
    if let Some(after) = after {
        let member = member_of(after)
            .ok_or_else(|| Reject::invalid("/after", after, "what the page before gave as next"))?;
        account = Some(keys::account(&member));
        if after.starts_with(keys::ENTRIES)
            && let Some(next) = of_account(scope, &member, &name, Some(after), &mut items)?
        {
            let next = Some(next);
            return Ok((name, Page { items, next }));
        }
    }
    let range = keys::under(keys::ACCOUNTS, account.as_deref(), ACCOUNTS);
    let rows = scope.work.scan(&range)?;
    let mut more = u32::try_from(rows.len()).is_ok_and(|rows| rows == ACCOUNTS);
    for row in rows {
        if items.len() >= LEDGER {
            more = true;
            break;
        }
        let member = member_of(&row.key).ok_or_else(|| Reject::Unreadable(row.key.clone()))?;
        account = match of_account(scope, &member, &name, None, &mut items)? {
            Some(next) => {
                let next = Some(next);
                return Ok((name, Page { items, next }));
            }
            None => Some(row.key),
        };
    }
    let next = account.filter(|_| more);
    Ok((name, Page { items, next }))
}

/// The member in the key of an account or of a row of its entries.
fn member_of(key: &str) -> Option<Id> {
    let known = key.starts_with(keys::ENTRIES) || key.starts_with(keys::ACCOUNTS);
    keys::step(key, 1).filter(|_| known)
}

/// Adds the entries of an account, those of them behind the row `after`; gives the row to go on behind if there are too many.
fn of_account(
    scope: &mut Scope<'_>,
    member: &Id,
    name: &Name,
    after: Option<&str>,
    items: &mut Vec<(Id, Entry)>,
) -> Result<Option<String>, Stop> {
    let mut holdings = scope.open(member)?;
    let due = match holdings.accounts.get_mut(name) {
        Some(account) => std::mem::take(&mut account.journal),
        None => return Ok(None),
    };
    let (written, next) = holdings.oldest(&mut scope.work, name, after)?;
    let whose = |entry| (member.clone(), entry);
    items.extend(written.into_iter().map(whose));
    if next.is_none() {
        items.extend(due.into_iter().map(whose));
    }
    Ok(next)
}

/// What is known of an order.
#[derive(Clone, Debug)]
pub struct Known {
    /// Its record.
    pub file: OrderFile,
    /// The entries of its grants, one by one.
    pub entries: Vec<Entry>,
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
    let entries = granted(scope, &file, &holdings)?;
    Ok(Known {
        file,
        entries,
        accounts: holdings.accounts.into_iter().collect(),
    })
}

/// The entries of an order's grants, one by one. `holdings` are its member's.
///
/// # Errors
/// Those of the storage.
pub(super) fn granted(
    scope: &mut Scope<'_>,
    file: &OrderFile,
    holdings: &Holdings,
) -> Result<Vec<Entry>, Reject> {
    let mut entries = Vec::new();
    for grant in &file.grants {
        // What a member had earned before it was merged stands in its own ledger.
        let entry = match grant.ledger.as_ref().filter(|it| **it != holdings.member) {
            Some(ledger) => {
                let holdings = Holdings::load(&mut scope.work, ledger, scope.now)?;
                holdings.entry(&mut scope.work, &grant.programme, grant.entry)?
            }
            None => holdings.entry(&mut scope.work, &grant.programme, grant.entry)?,
        };
        entries.push(entry);
    }
    Ok(entries)
}
