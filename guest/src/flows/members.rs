//! What the platform tells of its members.

use super::scope::{Scope, Stop};
use crate::domain::ids::Id;
use crate::domain::member::Member;
use crate::records::keys;
use crate::records::state::Mark;
use crate::reject::Reject;

/// Sets a member's record whole, and the index of birthdays with it.
///
/// # Errors
/// Those of the storage.
pub fn put(scope: &mut Scope<'_>, member: &Member) -> Result<(), Stop> {
    let key = keys::member(&member.member);
    let before: Option<Member> = scope.work.get(&key)?;
    let since = before
        .as_ref()
        .map_or(Some(scope.now), |before| before.since);
    let before = before.and_then(|before| before.birthday_of_year());
    let after = member.birthday_of_year();
    if before != after {
        if let Some(day) = before {
            scope.work.delete(keys::birthday(day, &member.member));
        }
        if let Some(day) = after {
            scope
                .work
                .put(keys::birthday(day, &member.member), &Mark {});
        }
    }
    scope.work.put(
        key,
        &Member {
            since,
            ..member.clone()
        },
    );
    Ok(())
}

/// A member's record.
///
/// # Errors
/// [`Reject::UnknownMember`], and those of the storage.
pub fn get(scope: &mut Scope<'_>, member: &Id) -> Result<Member, Stop> {
    let record = scope.work.get(&keys::member(member))?;
    Ok(record.ok_or_else(|| Reject::UnknownMember(member.to_string()))?)
}
