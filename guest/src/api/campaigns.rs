//! The interface `campaigns`.

mod words;

use super::check::{Check, whole};
use super::{Answer, execution};
use crate::bindings::exports::stampcard::plugin::campaigns as wit;
use crate::bindings::stampcard::plugin::types::Fault;
use crate::domain::campaign::{Actor, Campaign, Settings};
use crate::domain::ids::Id;
use crate::flows::campaigns as flow;
use crate::flows::command::{ask, run};
use crate::flows::scope::{Scope, Stop};
use crate::ports::Ports;
use crate::records::keys;
use crate::reject::Reject;
use words::{details, state_of, summary};

pub(super) use words::actor_of;

/// Bytes of a text that is searched for, at most.
const TEXT_MAX: usize = 100;

/// `campaigns.save`.
///
/// # Errors
/// Those that the interface names.
pub fn save(ports: &dyn Ports, how: &wit::Execution, request: &wit::Edit) -> Answer<wit::Campaign> {
    let (actor, campaign, settings) = edit(request)?;
    let how = execution(how)?;
    let payload = (&actor, (&campaign, &settings));
    let reads = reads(campaign.as_ref());
    let answer = run(ports, "campaigns.save", &how, &payload, &reads, |scope| {
        let kept = flow::save(scope, &actor, campaign.as_ref(), &settings)?;
        shown(scope, &kept)
    });
    Ok(answer?)
}

/// `campaigns.publish`.
///
/// # Errors
/// Those that the interface names.
pub fn publish(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::Publication,
) -> Answer<wit::Campaign> {
    let mut check = Check::default();
    let actor = actor_of(&mut check, &request.actor);
    let campaign = check.maybe_id(&"/campaign", request.campaign.as_deref());
    let actor = whole(check, actor)?;
    let settings = request.settings.as_deref().map(flow::read).transpose()?;
    let how = execution(how)?;
    let payload = (&actor, (&campaign, &settings));
    let reads = reads(campaign.as_ref());
    let answer = run(
        ports,
        "campaigns.publish",
        &how,
        &payload,
        &reads,
        |scope| {
            let settings = settings.as_ref();
            let published = flow::publish(scope, &actor, campaign.as_ref(), settings)?;
            shown(scope, &published)
        },
    );
    Ok(answer?)
}

/// `campaigns.pause`.
///
/// # Errors
/// Those that the interface names.
pub fn pause(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::CampaignRequest,
) -> Answer<wit::Campaign> {
    command(ports, "campaigns.pause", how, request, flow::pause)
}

/// `campaigns.copy`.
///
/// # Errors
/// Those that the interface names.
pub fn copy(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::CampaignRequest,
) -> Answer<wit::Campaign> {
    command(ports, "campaigns.copy", how, request, flow::copy)
}

/// `campaigns.delete`.
///
/// # Errors
/// Those that the interface names.
pub fn delete(
    ports: &dyn Ports,
    how: &wit::Execution,
    request: &wit::CampaignRequest,
) -> Answer<wit::Campaign> {
    command(ports, "campaigns.delete", how, request, flow::delete)
}

/// `campaigns.show`.
///
/// # Errors
/// Those that the interface names.
pub fn show(ports: &dyn Ports, request: &wit::CampaignRequest) -> Answer<wit::Details> {
    let (actor, campaign) = named(request)?;
    Ok(ask(ports, &reads(Some(&campaign)), |scope| {
        flow::access(scope, &actor)?;
        let campaign = flow::load(scope, &campaign)?;
        let short = shown(scope, &campaign)?;
        Ok(details(&campaign, short, scope.now))
    })?)
}

/// `campaigns.search`.
///
/// # Errors
/// Those that the interface names.
pub fn search(ports: &dyn Ports, request: &wit::SearchRequest) -> Answer<wit::CampaignsPage> {
    let mut check = Check::default();
    let actor = actor_of(&mut check, &request.actor);
    let wanted = flow::Wanted {
        text: check.maybe_text(&"/text", request.text.as_deref(), TEXT_MAX),
        state: request.state.map(state_of),
        after: check.maybe_id(&"/after", request.after.as_deref()),
        limit: check.number(&"/limit", request.limit, 20, 100),
    };
    let actor = whole(check, actor)?;
    Ok(ask(ports, &[], |scope| {
        let (page, next) = flow::search(scope, &actor, &wanted)?;
        Ok(wit::CampaignsPage {
            campaigns: page.into_iter().map(|it| summary(scope, it)).collect(),
            next: next.map(|id| id.text()),
        })
    })?)
}

/// `campaigns.check`.
///
/// # Errors
/// Those that the interface names.
pub fn check(ports: &dyn Ports, request: &wit::Edit) -> Answer<Vec<Fault>> {
    let (actor, campaign, settings) = edit(request)?;
    Ok(ask(ports, &reads(campaign.as_ref()), |scope| {
        let faults = flow::check(scope, &actor, campaign.as_ref(), &settings)?;
        Ok(faults.into_iter().map(Fault::from).collect())
    })?)
}

/// `campaigns.schema`.
#[must_use]
pub fn schema(_: &dyn Ports) -> String {
    flow::schema()
}

/// A command on one campaign.
fn command(
    ports: &dyn Ports,
    function: &str,
    how: &wit::Execution,
    request: &wit::CampaignRequest,
    flow: fn(&mut Scope<'_>, &Actor, &Id) -> Result<Campaign, Stop>,
) -> Answer<wit::Campaign> {
    let (actor, campaign) = named(request)?;
    let how = execution(how)?;
    let payload = (&actor, &campaign);
    let reads = reads(Some(&campaign));
    let answer = run(ports, function, &how, &payload, &reads, |scope| {
        let campaign = flow(scope, &actor, &campaign)?;
        shown(scope, &campaign)
    });
    Ok(answer?)
}

fn shown(scope: &mut Scope<'_>, campaign: &Campaign) -> Result<wit::Campaign, Stop> {
    let submissions = flow::uploaded(scope, &campaign.campaign, &campaign.life)?;
    let it = flow::Found {
        campaign: campaign.campaign.clone(),
        row: campaign.listed(),
        submissions,
    };
    Ok(summary(scope, it))
}

fn edit(request: &wit::Edit) -> Result<(Actor, Option<Id>, Settings), Reject> {
    let mut check = Check::default();
    let actor = actor_of(&mut check, &request.actor);
    let campaign = check.maybe_id(&"/campaign", request.campaign.as_deref());
    let actor = whole(check, actor)?;
    Ok((actor, campaign, flow::read(&request.settings)?))
}

fn named(request: &wit::CampaignRequest) -> Result<(Actor, Id), Reject> {
    let mut check = Check::default();
    let actor = actor_of(&mut check, &request.actor);
    let campaign = check.id(&"/campaign", &request.campaign);
    whole(check, actor.zip(campaign))
}

/// What a command on a campaign will need; a new one needs the number of all.
fn reads(campaign: Option<&Id>) -> [String; 1] {
    [match campaign {
        Some(campaign) => keys::campaign(campaign),
        None => keys::CAMPAIGN_SERIES.to_owned(),
    }]
}
