//! Publishing: for the first time, after a pause, or as an edit of what is published.

use super::super::coupons::code_key;
use super::super::scope::{Scope, Stop};
use super::super::submissions::{discard, ends_sooner};
use super::open::{access, allow, begin, edit, keep, load};
use crate::domain::campaign::{
    self, Action, Actor, Campaign, Publishing, Rewarding, Settings, frozen, missing,
};
use crate::domain::config::{Campaigns, Fault};
use crate::domain::ids::Id;
use crate::records::keys;
use crate::records::sent_in::Bound;
use crate::reject::Reject;
use stampcard_invoice::calendar::earliest_issue_date;

/// Copies of copies that are looked at, at most.
const COPIES_MAX: usize = 10;

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
    let mut faults = faults(scope, &own, change);
    faults.extend(seed(scope, &campaign)?);
    if !faults.is_empty() {
        return Err(Reject::Invalid(faults).into());
    }
    codes(scope, &campaign.settings)?;
    if campaign.life.published.is_none() {
        bind(scope, &campaign);
        discard(scope, &campaign.campaign);
        campaign.life.published = Some(scope.now);
    }
    campaign.life.paused = None;
    ends_sooner(scope, &before, &campaign);
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
    let mut faults = faults(scope, &own, change);
    faults.extend(seed(scope, &after)?);
    if faults.is_empty() {
        codes(scope, settings)?;
    }
    Ok(faults)
}

/// The hash of a draw's seed, of a campaign that has one.
fn hash(campaign: &Campaign) -> Option<String> {
    match &campaign.settings.reward {
        Some(Rewarding::Draw(draw)) => Some(draw.seed_hash.to_ascii_lowercase()),
        _ => None,
    }
}

/// What is wrong with the seed of a draft that is to be published: a seed is told when it is drawn, and for a further draw it would be
/// known beforehand.
fn seed(scope: &mut Scope<'_>, campaign: &Campaign) -> Result<Option<Fault>, Reject> {
    let hash = hash(campaign).filter(|_| campaign.life.published.is_none());
    let Some(own) = hash else {
        return Ok(None);
    };
    let mut taken = scope.work.has(&keys::seed(&own))?;
    // Of campaigns that were published before seeds were bound, those that it was copied from tell.
    let mut like = campaign.copy_of.clone();
    for _ in 0..COPIES_MAX {
        let Some(id) = like.filter(|_| !taken) else {
            break;
        };
        let known: Option<Campaign> = scope.work.get(&keys::campaign(&id))?;
        taken = known.as_ref().is_some_and(|known| {
            known.life.published.is_some() && self::hash(known).as_ref() == Some(&own)
        });
        like = known.and_then(|known| known.copy_of);
    }
    Ok(taken.then(|| Fault {
        path: "/settings/reward/draw/seed-hash".to_owned(),
        found: own,
        permitted: "the hash of a seed that no other campaign was published with".to_owned(),
    }))
}

/// Binds a draw's seed to its campaign.
fn bind(scope: &mut Scope<'_>, campaign: &Campaign) {
    if let Some(hash) = hash(campaign) {
        let bound = Bound {
            campaign: campaign.campaign.clone(),
        };
        scope.work.put(keys::seed(&hash), &bound);
    }
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
