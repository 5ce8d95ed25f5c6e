//! Accounts as they stand.

use super::scope::{Scope, Stop};
use crate::domain::account::Totals;
use crate::domain::amount::Amount;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::Lot;
use crate::records::holdings::Holdings;
use crate::records::keys;
use crate::reject::Reject;
use crate::sorted::sort_by;

/// An account and what falls due next on it.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The programme.
    pub programme: Name,
    /// What is on the account.
    pub totals: Totals,
    /// What lapses next if nothing is spent.
    pub lapse: Option<(Instant, Amount)>,
    /// What activates next.
    pub activation: Option<(Instant, Amount)>,
}

/// One page of something, and where the next begins.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// Its items.
    pub items: Vec<T>,
    /// What to ask for the next page with; none: this is the last.
    pub next: Option<String>,
}

/// An account of opened holdings.
///
/// # Errors
/// Those of the storage.
pub fn standing(
    scope: &mut Scope<'_>,
    holdings: &mut Holdings,
    programme: &Name,
) -> Result<Standing, Reject> {
    let lapse = holdings.next(&mut scope.work, programme, false)?;
    let activation = holdings.next(&mut scope.work, programme, true)?;
    let totals = holdings.account(programme).totals();
    Ok(Standing {
        programme: programme.clone(),
        totals,
        lapse,
        activation,
    })
}

/// One member's account now.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::UnknownProgramme`], and those of the storage.
pub fn balance(
    scope: &mut Scope<'_>,
    member: &Id,
    programme: Option<&str>,
) -> Result<Standing, Stop> {
    let (name, _) = scope.programme(programme)?;
    let mut holdings = scope.open_known(member)?;
    Ok(standing(scope, &mut holdings, &name)?)
}

/// The open lots of an account: active ones in spending order, then pending ones by activation.
///
/// # Errors
/// As [`balance`].
pub fn lots(
    scope: &mut Scope<'_>,
    member: &Id,
    programme: Option<&str>,
    skip: usize,
    limit: usize,
) -> Result<(Vec<Lot>, bool), Stop> {
    let (name, _) = scope.programme(programme)?;
    let mut holdings = scope.open_known(member)?;
    holdings.load_all(&mut scope.work, &name)?;
    let lots = std::mem::take(&mut holdings.account(&name).lots);
    let (mut active, mut pending): (Vec<Lot>, Vec<Lot>) = lots
        .into_iter()
        .filter(|lot| !lot.is_closed())
        .partition(|lot| lot.active);
    sort_by(&mut active, |a, b| {
        a.spending_order().cmp(&b.spending_order())
    });
    sort_by(&mut pending, |a, b| a.place().cmp(&b.place()));
    active.extend(pending);
    let more = active.len() > skip.saturating_add(limit);
    Ok((active.into_iter().skip(skip).take(limit).collect(), more))
}

/// All accounts of a programme, by member.
///
/// # Errors
/// Those of the storage.
pub fn accounts(
    scope: &mut Scope<'_>,
    programme: Option<&str>,
    after: Option<&Id>,
    limit: u32,
) -> Result<Page<(Id, Standing)>, Stop> {
    let (name, _) = scope.programme(programme)?;
    let after = after.map(keys::account);
    let rows = scope
        .work
        .scan(&keys::under(keys::ACCOUNTS, after.as_deref(), limit))?;
    let more = u32::try_from(rows.len()).is_ok_and(|rows| rows == limit);
    let mut items = Vec::new();
    let mut last = None;
    for row in rows {
        let member = keys::step(&row.key, 1).ok_or(Reject::Unreadable(row.key))?;
        let mut holdings = scope.open(&member)?;
        if holdings.accounts.contains_key(&name) {
            let standing = standing(scope, &mut holdings, &name)?;
            items.push((member.clone(), standing));
        }
        last = Some(member.to_string());
    }
    Ok(Page {
        items,
        next: last.filter(|_| more),
    })
}
