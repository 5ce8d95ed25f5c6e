//! What every command on a campaign begins and ends with.

use super::super::scope::Scope;
use crate::domain::campaign::{Action, Actor, Campaign, Life, Settings, Stamp};
use crate::domain::config::Campaigns;
use crate::domain::ids::Id;
use crate::domain::zone::Zone;
use crate::records::keys;
use crate::records::state::CampaignSeries;
use crate::reject::Reject;
use crate::shared::Shared;

/// The section of the merchant's document that the add-on is switched on by.
const SECTION: &str = "campaigns";

/// The merchant's settings of campaigns, for a person who has access to them.
///
/// # Errors
/// [`Reject::NotSwitchedOn`], [`Reject::RoleDenied`].
pub fn access(scope: &Scope<'_>, actor: &Actor) -> Result<Shared<Campaigns>, Reject> {
    let own = scope.merchant.campaigns.clone().filter(|own| own.enabled);
    let own = own.ok_or(Reject::NotSwitchedOn(SECTION))?;
    if actor.role.has_access() {
        Ok(own)
    } else {
        Err(Reject::RoleDenied(actor.role))
    }
}

/// A campaign.
///
/// # Errors
/// [`Reject::UnknownCampaign`], and those of the storage.
pub fn load(scope: &mut Scope<'_>, campaign: &Id) -> Result<Campaign, Reject> {
    let known = scope.work.get(&keys::campaign(campaign))?;
    known.ok_or_else(|| Reject::UnknownCampaign(campaign.text()))
}

/// Refuses what may not be done in the campaign's state.
pub(super) fn allow(scope: &Scope<'_>, campaign: &Campaign, action: Action) -> Result<(), Reject> {
    let state = campaign.state(scope.now);
    if action.fits(state) {
        Ok(())
    } else {
        Err(Reject::WrongState { state, action })
    }
}

/// A draft that nobody has yet, under an id that none ever had.
pub(super) fn begin(
    scope: &mut Scope<'_>,
    settings: Settings,
    actor: &Actor,
    copy_of: Option<Id>,
) -> Result<Campaign, Reject> {
    let series: Option<CampaignSeries> = scope.work.get(keys::CAMPAIGN_SERIES)?;
    let last = series.unwrap_or_default().last.saturating_add(1);
    scope
        .work
        .put(keys::CAMPAIGN_SERIES.to_owned(), &CampaignSeries { last });
    let id = Id::parse(&format!("c-{last:06}"));
    let campaign = id.ok_or_else(|| Reject::Unreadable(keys::CAMPAIGN_SERIES.to_owned()))?;
    let stamp = Stamp {
        at: scope.now,
        by: actor.clone(),
    };
    Ok(Campaign {
        campaign,
        life: settings.span(scope.merchant.zone),
        settings,
        made: stamp.clone(),
        changed: stamp,
        copy_of,
    })
}

/// Puts edited settings in the place of those before. Times that stay as they stand stay the instants that they were, whatever
/// zone the merchant has now; those of a draft go by the zone.
pub(super) fn edit(campaign: &mut Campaign, settings: Settings, zone: Zone) {
    let Life { from, to, .. } = settings.span(zone);
    let life = &mut campaign.life;
    let draft = life.published.is_none();
    if draft || settings.from != campaign.settings.from {
        life.from = from;
    }
    if draft || settings.to != campaign.settings.to {
        life.to = to;
    }
    campaign.settings = settings;
}

/// Keeps a campaign and its row in the list.
pub(super) fn keep(scope: &mut Scope<'_>, campaign: &mut Campaign, actor: &Actor) {
    campaign.changed = Stamp {
        at: scope.now,
        by: actor.clone(),
    };
    let id = &campaign.campaign;
    scope.work.put(keys::campaign(id), campaign);
    scope.work.put(keys::campaign_row(id), &campaign.listed());
}
