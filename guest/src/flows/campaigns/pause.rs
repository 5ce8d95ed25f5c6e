//! Stopping a campaign for a while.

use super::super::scope::{Scope, Stop};
use super::open::{access, allow, keep, load};
use crate::domain::campaign::{Action, Actor, Campaign};
use crate::domain::ids::Id;

/// Stops a scheduled or running campaign.
///
/// # Errors
/// Those of [`access`] and [`load`]; [`Reject::WrongState`](crate::reject::Reject::WrongState); those of the storage.
pub fn pause(scope: &mut Scope<'_>, actor: &Actor, campaign: &Id) -> Result<Campaign, Stop> {
    access(scope, actor)?;
    let mut campaign = load(scope, campaign)?;
    allow(scope, &campaign, Action::Pause)?;
    campaign.life.paused = Some(scope.now);
    keep(scope, &mut campaign, actor);
    Ok(campaign)
}
