//! By which ways a member may be reached.

use super::super::scope::{Scope, Stop};
use crate::domain::ids::Id;
use crate::domain::notice::{Channel, Preference, Reach, Why};
use crate::records::keys;
use crate::reject::Reject;

/// What is known of the ways to a member.
///
/// # Errors
/// Those of the storage.
pub fn get(scope: &mut Scope<'_>, member: &Id) -> Result<Reach, Reject> {
    Ok(scope.work.get(&keys::reach(member))?.unwrap_or_default())
}

/// Sets a member's wishes, all of them.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn prefer(
    scope: &mut Scope<'_>,
    member: &Id,
    preferences: &[Preference],
) -> Result<Reach, Stop> {
    let mut reach = known(scope, member)?;
    reach.preferences = preferences.to_vec();
    Ok(put(scope, member, reach))
}

/// Closes a channel to a member, or opens it again.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn close(
    scope: &mut Scope<'_>,
    member: &Id,
    channel: Channel,
    why: Option<Why>,
) -> Result<Reach, Stop> {
    let mut reach = known(scope, member)?;
    reach.close(channel, why, scope.now);
    Ok(put(scope, member, reach))
}

fn known(scope: &mut Scope<'_>, member: &Id) -> Result<Reach, Stop> {
    if !scope.is_member(member)? {
        return Err(Reject::UnknownMember(member.to_string()).into());
    }
    Ok(get(scope, member)?)
}

fn put(scope: &mut Scope<'_>, member: &Id, reach: Reach) -> Reach {
    let key = keys::reach(member);
    if reach.is_empty() {
        scope.work.delete(key);
    } else {
        scope.work.put(key, &reach);
    }
    reach
}
