//! A draft with another campaign's settings.

use super::super::scope::{Scope, Stop};
use super::open::{access, begin, keep, load};
use crate::domain::campaign::{Actor, Campaign};
use crate::domain::ids::Id;

/// Makes a draft with all settings of a campaign, in whatever state that is, and none of its data.
///
/// # Errors
/// Those of [`access`] and [`load`], and those of the storage.
pub fn copy(scope: &mut Scope<'_>, actor: &Actor, campaign: &Id) -> Result<Campaign, Stop> {
    access(scope, actor)?;
    let like = load(scope, campaign)?;
    let mut draft = begin(scope, like.settings, actor, Some(like.campaign))?;
    keep(scope, &mut draft, actor);
    Ok(draft)
}
