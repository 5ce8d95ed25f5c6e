//! Deleting a draft.

use super::super::scope::{Scope, Stop};
use super::super::submissions::discard;
use super::open::{access, allow, load};
use crate::domain::campaign::{Action, Actor, Campaign};
use crate::domain::ids::Id;
use crate::records::keys;

/// Deletes a draft, with what was sent in for tests, and shows it as it was. Its id is not given again.
///
/// # Errors
/// Those of [`access`] and [`load`]; [`Reject::WrongState`](crate::reject::Reject::WrongState); those of the storage.
pub fn delete(scope: &mut Scope<'_>, actor: &Actor, campaign: &Id) -> Result<Campaign, Stop> {
    access(scope, actor)?;
    let draft = load(scope, campaign)?;
    allow(scope, &draft, Action::Delete)?;
    discard(scope, campaign);
    scope.work.delete(keys::campaign(campaign));
    scope.work.delete(keys::campaign_row(campaign));
    Ok(draft)
}
