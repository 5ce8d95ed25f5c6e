//! Keeping what was edited.

use super::super::scope::{Scope, Stop};
use super::super::submissions::ends_sooner;
use super::open::{access, allow, begin, edit, keep, load};
use super::publish::{Change, faults};
use crate::domain::campaign::{Action, Actor, Campaign, Settings};
use crate::domain::ids::Id;
use crate::reject::Reject;

/// Makes a draft of settings, or changes a draft or a paused campaign.
///
/// # Errors
/// Those of [`access`] and [`load`]; [`Reject::WrongState`]; [`Reject::Invalid`] for settings that can't be, for changes of a paused
/// campaign that may not be and for what it then lacks; those of the storage.
pub fn save(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: Option<&Id>,
    settings: &Settings,
) -> Result<Campaign, Stop> {
    let own = access(scope, actor)?;
    let mut campaign = match campaign {
        None => begin(scope, settings.clone(), actor, None)?,
        Some(id) => {
            let known = load(scope, id)?;
            allow(scope, &known, Action::Save)?;
            known
        }
    };
    let before = campaign.clone();
    edit(&mut campaign, settings.clone(), scope.merchant.zone);
    let faults = faults(
        scope,
        &own,
        Change {
            before: &before,
            after: &campaign,
            publishes: false,
        },
    );
    if !faults.is_empty() {
        return Err(Reject::Invalid(faults).into());
    }
    ends_sooner(scope, &before, &campaign);
    keep(scope, &mut campaign, actor);
    Ok(campaign)
}
