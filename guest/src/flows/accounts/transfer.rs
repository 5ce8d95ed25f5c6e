//! Points that go from one member to another.

use super::super::balance::standing;
use super::super::scope::{Scope, Stop, whole};
use super::{ByHand, Change};
use crate::domain::amount::Amount;
use crate::domain::ids::Id;
use crate::domain::lot::Lot;
use crate::reject::Reject;
use serde::Serialize;

/// Lots that one transfer goes out of, at most: each writes a handful of records of one commit.
const LOTS_MAX: usize = 100;

/// Points to transfer.
#[derive(Clone, Debug, Serialize)]
pub struct Wish {
    /// Whose points they are.
    pub member: Id,
    /// Whose they will be; another.
    pub to: Id,
    /// The programme; none: the only one.
    pub programme: Option<String>,
    /// How many, above 0.
    pub points: Amount,
    /// Why, and who.
    pub by: ByHand,
}

/// Transfers points that are available. Tells of the receiver's account, and how the giver's stands.
///
/// # Errors
/// [`Reject::UnknownMember`], [`Reject::UnknownProgramme`], [`Reject::Insufficient`], [`Reject::OverLimit`], and those of
/// the storage.
pub fn transfer(scope: &mut Scope<'_>, wish: &Wish) -> Result<Change, Stop> {
    let (name, programme) = scope.programme(wish.programme.as_deref())?;
    whole(&programme, wish.points)?;
    let (mut giver, mut receiver) = scope.open_two(&wish.member, &wish.to)?;
    let at = giver.at;
    giver.load_for(&mut scope.work, &name, wish.points, None)?;
    let account = giver.account(&name);
    let sent = account.send(wish.points, &wish.to, at, wish.by.about());
    let parts = sent.map_err(|available| Reject::insufficient(wish.points, available))?;
    if parts.len() > LOTS_MAX {
        let found = format!("{}, of {} lots", wish.points, parts.len());
        let permitted = "points of at most 100 lots";
        return Err(Reject::over_limit("/points", found, permitted).into());
    }
    let lot =
        |part: &crate::domain::entry::Part| Some((account.lot(part.lot)?.clone(), part.points));
    let sent: Vec<(Lot, Amount)> = parts.iter().filter_map(lot).collect();
    let account = receiver.account(&name);
    let (came, debt_paid) = account.receive(&sent, &wish.member, at, wish.by.about());
    let lots = came
        .iter()
        .filter_map(|part| account.lot(part.lot))
        .cloned();
    let lots = lots.collect();
    let other = standing(scope, &mut receiver, &name)?;
    let standing = standing(scope, &mut giver, &name)?;
    scope.save(giver)?;
    scope.save(receiver)?;
    Ok(Change {
        points: -wish.points,
        debt: Amount::ZERO,
        debt_paid,
        parts,
        lots,
        standing,
        other: Some(other),
    })
}
