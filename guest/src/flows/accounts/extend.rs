//! A later end for lots.

use super::super::balance::standing;
use super::super::scope::{Scope, Stop};
use super::{ByHand, Change, end};
use crate::domain::amount::Amount;
use crate::domain::config::Fault;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::lot::Lot;
use crate::domain::until::{End, Until};
use crate::records::holdings::Holdings;
use crate::reject::Reject;
use serde::Serialize;

/// Lots of one command, at most.
pub const LOTS_MAX: usize = 200;

/// Lots to extend.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// Whose account.
    pub member: Id,
    /// The programme; none: the only one.
    pub programme: Option<String>,
    /// Which.
    pub which: Which,
    /// Their new end.
    pub until: Until,
    /// Why, and who.
    pub by: ByHand,
}

/// Which lots.
#[derive(Clone, Debug, Serialize)]
pub enum Which {
    /// These, each once.
    Lots(Vec<u64>),
    /// All that lapse before this instant.
    LapsingBefore(Instant),
}

/// Gives lots a later end.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::UnknownProgramme`], [`Reject::LotsRefused`], [`Reject::OverLimit`], and those of
/// the storage.
pub fn extend(scope: &mut Scope<'_>, wish: &Wish) -> Result<Change, Stop> {
    let (name, _) = scope.programme(wish.programme.as_deref())?;
    let mut holdings = scope.open_known(&wish.member)?.live()?;
    let at = holdings.at;
    let end = end(scope, wish.until, at)?;
    let ids = match &wish.which {
        Which::Lots(ids) => {
            named(scope, &mut holdings, &name, ids, end)?;
            ids.clone()
        }
        Which::LapsingBefore(before) => lapsing(scope, &mut holdings, &name, *before, end)?,
    };
    let mut lots = Vec::new();
    if !ids.is_empty() {
        let about = wish.by.about();
        lots = holdings.account(&name).extend(&ids, end, at, about);
    }
    let standing = standing(scope, &mut holdings, &name)?;
    if !lots.is_empty() {
        scope.save(holdings)?;
    }
    Ok(Change {
        points: Amount::ZERO,
        debt: Amount::ZERO,
        debt_paid: Amount::ZERO,
        parts: Vec::new(),
        lots,
        standing,
        other: None,
    })
}

/// Loads the lots that were named, all of which must be extended.
fn named(
    scope: &mut Scope<'_>,
    holdings: &mut Holdings,
    name: &Name,
    ids: &[u64],
    end: End,
) -> Result<(), Reject> {
    let (at, made) = (holdings.at, holdings.account(name).lots_made);
    let known = ids.iter().copied();
    let known: Vec<u64> = known.filter(|id| (1..=made).contains(id)).collect();
    holdings.load_lots(&mut scope.work, name, &known)?;
    let account = holdings.account(name);
    let fault = |(place, id): (usize, &u64)| {
        let found = match account.lot(*id) {
            Some(lot) => lot.refuses(end.at, at)?,
            None => "no lot of the account".to_owned(),
        };
        let path = format!("/which/lots/{place}");
        let permitted = "an open lot that lapses after now and before the new end";
        Some(Fault::new(path, format!("{id}: {found}"), permitted))
    };
    let faults: Vec<Fault> = ids.iter().enumerate().filter_map(fault).collect();
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Reject::LotsRefused(faults))
    }
}

/// The lots that lapse before an instant and before the new end.
fn lapsing(
    scope: &mut Scope<'_>,
    holdings: &mut Holdings,
    name: &Name,
    before: Instant,
    end: End,
) -> Result<Vec<u64>, Reject> {
    let at = holdings.at;
    let before = before.min(end.at);
    holdings.load_lapsing(&mut scope.work, name, before)?;
    let chosen = |lot: &&Lot| lot.refuses(before, at).is_none();
    let lots = holdings.account(name).lots.iter().filter(chosen);
    let ids: Vec<u64> = lots.map(|lot| lot.id).collect();
    if ids.len() > LOTS_MAX {
        let found = format!("{} lots", ids.len());
        let permitted = "an instant before which at most 200 lots lapse";
        let path = "/which/lapsing-before";
        return Err(Reject::over_limit(path, found, permitted));
    }
    Ok(ids)
}
