//! Publishing: for the first time, after a pause, or as an edit of what is published.

use super::super::coupons::code_key;
use super::super::scope::{Scope, Stop};
use super::super::submissions::discard;
use super::open::{access, allow, begin, edit, keep, load};
use crate::domain::campaign::{
    self, Action, Actor, Campaign, Publishing, Rewarding, Settings, frozen, missing,
};
use crate::domain::config::{Campaigns, Fault};
use crate::domain::ids::Id;
use crate::reject::Reject;
use stampcard_invoice::calendar::earliest_issue_date;

/// Publishes a draft, lets a paused campaign go on, or changes one that is scheduled or running. Without settings those that were
/// kept last hold; without a campaign a new one is made.
///
/// # Errors
/// Those of [`access`] and [`load`]; [`Reject::WrongState`]; [`Reject::Invalid`] for settings that can't be published;
/// [`Reject::CodeKeyNeeded`] where a reward is a coupon; those of the storage; [`Stop::Again`] after a portion of what was sent in for tests was discarded.
pub fn publish(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: Option<&Id>,
    settings: Option<&Settings>,
) -> Result<Campaign, Stop> {
    let own = access(scope, actor)?;
    let (before, mut campaign) = edited(scope, actor, campaign, settings)?;
    let change = Change {
        before: &before,
        after: &campaign,
        publishes: true,
    };
    let faults = faults(scope, &own, change);
    if !faults.is_empty() {
        return Err(Reject::Invalid(faults).into());
    }
    codes(scope, &campaign.settings)?;
    if campaign.life.published.is_none() {
        discard(scope, &campaign.campaign);
        campaign.life.published = Some(scope.now);
    }
    campaign.life.paused = None;
    keep(scope, &mut campaign, actor);
    Ok(campaign)
}

/// All that publishing settings now would be refused for.
///
/// # Errors
/// Those of [`access`] and [`load`]; [`Reject::WrongState`]; [`Reject::CodeKeyNeeded`], where nothing else is wrong; those of the
/// storage.
pub fn check(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: Option<&Id>,
    settings: &Settings,
) -> Result<Vec<Fault>, Stop> {
    let own = access(scope, actor)?;
    let (before, after) = edited(scope, actor, campaign, Some(settings))?;
    let change = Change {
        before: &before,
        after: &after,
        publishes: true,
    };
    let faults = faults(scope, &own, change);
    if faults.is_empty() {
        codes(scope, settings)?;
    }
    Ok(faults)
}

/// Coupons can be issued only where there is a key that their codes are made of.
fn codes(scope: &mut Scope<'_>, settings: &Settings) -> Result<(), Reject> {
    match &settings.reward {
        Some(Rewarding::AtOnce(list)) if list.iter().any(|it| it.coupon.is_some()) => {
            code_key(scope)?;
            Ok(())
        }
        _ => Ok(()),
    }
}

/// A campaign as it was, and with its new settings.
fn edited(
    scope: &mut Scope<'_>,
    actor: &Actor,
    campaign: Option<&Id>,
    settings: Option<&Settings>,
) -> Result<(Campaign, Campaign), Reject> {
    let before = match (campaign, settings) {
        (Some(id), _) => load(scope, id)?,
        (None, Some(settings)) => begin(scope, settings.clone(), actor, None)?,
        (None, None) => {
            let permitted = "settings, for a new campaign";
            return Err(Reject::invalid("/settings", "nothing", permitted));
        }
    };
    allow(scope, &before, Action::Publish)?;
    let mut after = before.clone();
    let settings = settings.unwrap_or(&before.settings);
    edit(&mut after, settings.clone(), scope.merchant.zone);
    Ok((before, after))
}

/// What becomes of a campaign.
#[derive(Clone, Copy)]
pub(super) struct Change<'c> {
    /// As it was.
    pub(super) before: &'c Campaign,
    /// As it is to be.
    pub(super) after: &'c Campaign,
    /// Whether it is published with it.
    pub(super) publishes: bool,
}

/// What is wrong with a change. The month's limit of issue dates is kept when a draft is published and never again: what was
/// published stays as it is.
pub(super) fn faults(scope: &Scope<'_>, own: &Campaigns, change: Change<'_>) -> Vec<Fault> {
    let Change {
        before,
        after,
        publishes,
    } = change;
    let draft = before.life.published.is_none();
    let earliest = (draft && publishes).then(|| {
        let today = scope.merchant.zone.date(scope.now);
        earliest_issue_date(today, own.issue_months.counting())
    });
    let mut faults = campaign::faults(&after.settings, &after.life, earliest);
    if !draft {
        faults.extend(frozen(&before.settings, &after.settings));
    }
    if publishes || !draft {
        let publishing = Publishing {
            merchant: &scope.merchant,
            campaigns: own,
            now: scope.now,
        };
        faults.extend(missing(&after.settings, &after.life, publishing));
    }
    faults
}
