//! Which settings a notice goes by.

use super::super::scope::Scope;
use crate::domain::config::{ApprovedTemplate, Merchant};
use crate::domain::instant::Instant;
use crate::domain::notice::{Channel, Notice};
use crate::records::keys;
use crate::records::state::InForce;
use crate::reject::Reject;

/// The configuration that was in force at an instant, and its number; none: there was none yet.
///
/// # Errors
/// Those of the storage.
pub(in crate::flows) fn in_force_at(
    scope: &mut Scope<'_>,
    at: Instant,
) -> Result<Option<(u32, Merchant)>, Reject> {
    if scope.since <= at {
        return Ok(Some((scope.number, scope.merchant.clone())));
    }
    for number in (1..scope.number).rev() {
        let key = keys::configuration(number);
        let known: Option<InForce> = scope.work.get(&key)?;
        let known = known.ok_or(Reject::Unreadable(key))?;
        if known.at <= at {
            return Ok(Some((number, known.document)));
        }
    }
    Ok(None)
}

/// The approved template that a notice goes by: that of the configuration which it was made by, or of the one in force where that
/// had none.
///
/// # Errors
/// Those of the storage.
pub(super) fn template(
    scope: &mut Scope<'_>,
    notice: &Notice,
) -> Result<Option<ApprovedTemplate>, Reject> {
    if notice.channel != Channel::Alimtalk {
        return Ok(None);
    }
    let made = numbered(scope, notice.configuration)?;
    let of = |merchant: &Merchant| {
        let ways = merchant.notices.iter().flat_map(|own| &own.channels);
        let own = ways.filter(|way| way.channel == notice.channel);
        let mut fitting = own
            .flat_map(|way| &way.templates)
            .filter(|it| it.kind == notice.kind);
        fitting.next().cloned()
    };
    Ok(of(&made).or_else(|| of(&scope.merchant)))
}

/// The configuration of that number.
///
/// # Errors
/// Those of the storage.
pub(super) fn numbered(scope: &mut Scope<'_>, number: u32) -> Result<Merchant, Reject> {
    if scope.number == number {
        return Ok(scope.merchant.clone());
    }
    let key = keys::configuration(number);
    let known: Option<InForce> = scope.work.get(&key)?;
    known
        .map(|known| known.document)
        .ok_or(Reject::Unreadable(key))
}
