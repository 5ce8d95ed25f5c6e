//! By which ways a member may be reached.

use super::super::scope::{Scope, Stop};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::member::Member;
use crate::domain::notice::{Channel, Preference, Reach, Why};
use crate::flows::command::fingerprint;
use crate::records::{Work, keys};
use crate::reject::Reject;

/// What is known of the ways to a member at its addresses of now.
///
/// # Errors
/// Those of the storage.
pub fn get(scope: &mut Scope<'_>, member: &Id) -> Result<Reach, Reject> {
    let reach: Option<Reach> = scope.work.get(&keys::reach(member))?;
    let Some(reach) = reach else {
        return Ok(Reach::default());
    };
    if reach.suppressed.is_empty() {
        return Ok(reach);
    }
    let member: Option<Member> = scope.work.get(&keys::member(member))?;
    Ok(reach.at(|channel| place(member.as_ref()?, channel)))
}

/// The fingerprint of the address at which a channel reaches a member.
fn place(member: &Member, channel: Channel) -> Option<String> {
    let address = match channel {
        Channel::Email => member.email.as_ref(),
        Channel::LinePush => member.line_users.first().map(|(_, user)| user),
        Channel::Sms | Channel::LineNotification | Channel::Alimtalk => member.mobile.as_ref(),
    };
    address.map(fingerprint)
}

/// Closes a channel to a member at an address that takes nothing, as a provider said.
///
/// # Errors
/// Those of the storage.
pub(super) fn bounced(
    work: &mut Work<'_>,
    member: &Id,
    (channel, address): (Channel, &String),
    now: Instant,
) -> Result<(), Reject> {
    // Of a member who was forgotten nothing is noted.
    if work.has(&keys::member(member))? {
        let key = keys::reach(member);
        let mut reach: Reach = work.get(&key)?.unwrap_or_default();
        reach.close(channel, Some(Why::Bounced), Some(fingerprint(address)), now);
        work.put(key, &reach);
    }
    Ok(())
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
    put(scope, member, &reach)
}

/// Closes a channel to a member at its address of now, or opens it again.
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
    let record: Option<Member> = scope.work.get(&keys::member(member))?;
    let address = record.and_then(|record| place(&record, channel));
    reach.close(channel, why, address, scope.now);
    put(scope, member, &reach)
}

/// Has a member's wishes and closed ways stand for the one that it is merged into, too.
///
/// # Errors
/// Those of the storage.
pub(in crate::flows) fn merge(scope: &mut Scope<'_>, from: &Id, into: &Id) -> Result<(), Reject> {
    let (old, new) = (keys::reach(from), keys::reach(into));
    let stored: Option<Reach> = scope.work.get(&old)?;
    if let Some(stored) = stored {
        let mut reach: Reach = scope.work.get(&new)?.unwrap_or_default();
        reach.merge(stored);
        scope.work.delete(old);
        scope.work.put(new, &reach);
    }
    Ok(())
}

fn known(scope: &mut Scope<'_>, member: &Id) -> Result<Reach, Stop> {
    if !scope.is_member(member)? {
        return Err(Reject::UnknownMember(member.to_string()).into());
    }
    Ok(scope.work.get(&keys::reach(member))?.unwrap_or_default())
}

fn put(scope: &mut Scope<'_>, member: &Id, reach: &Reach) -> Result<Reach, Stop> {
    let key = keys::reach(member);
    if reach.is_empty() {
        scope.work.delete(key);
    } else {
        scope.work.put(key, reach);
    }
    Ok(get(scope, member)?)
}
