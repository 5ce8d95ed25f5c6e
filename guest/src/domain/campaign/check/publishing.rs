//! What publishing asks for.

use super::PATH;
use crate::domain::campaign::{Life, PointReward, Reward, Rewarding, Settings};
use crate::domain::config::{CampaignPreset, Campaigns, Fault, Found, Merchant};
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::local_time;
use crate::domain::notice::Kind;

/// What settings are held against that are to be published.
#[derive(Clone, Copy, Debug)]
pub struct Publishing<'m> {
    /// The merchant's document.
    pub merchant: &'m Merchant,
    /// Its section of campaigns.
    pub campaigns: &'m Campaigns,
    /// The time.
    pub now: Instant,
}

/// What publishing asks for beside settings that are right by themselves: that all is there, that it names what the merchant
/// has, that the channel is ready, and that the end lies ahead.
#[must_use]
pub fn missing(settings: &Settings, span: &Life, publishing: Publishing<'_>) -> Vec<Fault> {
    let mut found = Found::at_path(PATH);
    for (field, there) in [
        ("from", settings.from.is_some()),
        ("to", settings.to.is_some()),
        ("rules-page", settings.rules_page.is_some()),
        ("platform", settings.platform.is_some()),
        ("channel", settings.channel.is_some()),
        ("picture", settings.picture.is_some()),
        ("conditions", settings.conditions.is_some()),
        ("reward", settings.reward.is_some()),
    ] {
        found.unless(there, field, "nothing", "what publishing needs");
    }
    if let (Some(to), Some(local)) = (span.to, settings.to) {
        let local = local_time::written(local);
        found.unless(publishing.now < to, "to", local, "a time to come");
    }
    let ways = publishing.merchant.every_route_of(Kind::Other, None);
    let permitted = "one for a merchant whose `notices` have kind `other` switched on for a channel, or members hear of no result";
    found.unless(!ways.is_empty(), "channel", "no way to members", permitted);
    if let Some(channel) = &settings.channel {
        ready(&mut found, channel, publishing.campaigns);
    }
    if let Some(Rewarding::AtOnce(rewards)) = &settings.reward {
        found.at("reward/at-once", |found| {
            for (place, reward) in rewards.iter().enumerate() {
                found.at(place, |found| there_is(found, reward, publishing));
            }
        });
    }
    let own = publishing.campaigns;
    verifier(&mut found, "verifier", settings.verifier.as_ref(), own);
    if settings.trial_verifier.is_some() {
        let trial = settings.trial_verifier.as_ref();
        verifier(&mut found, "trial-verifier", trial, own);
    }
    found.faults
}

/// A channel that is linked and whose LIFF app opens the platform's page.
fn ready(found: &mut Found, id: &Id, campaigns: &Campaigns) {
    let Some(channel) = campaigns.channels.get(id.as_str()) else {
        let names: Vec<&str> = campaigns.channels.keys().map(Id::as_str).collect();
        let permitted = ["one of the merchant's channels: ", &names.join(", ")].concat();
        found.unless(false, "channel", id, &permitted);
        return;
    };
    found.unless(
        channel.linked,
        "channel",
        "a channel that is not linked",
        "one that is",
    );
    let Some(liff) = &channel.liff_id else {
        let permitted = "one with a LIFF id";
        found.unless(false, "channel", "a channel without a LIFF id", permitted);
        return;
    };
    let wanted = campaigns.endpoint(liff);
    let endpoint = channel.liff_endpoint.as_deref().unwrap_or_default();
    let permitted = ["one whose LIFF endpoint is ", &wanted].concat();
    found.unless(endpoint == wanted, "channel", endpoint, &permitted);
}

/// A reward that names what there is.
fn there_is(found: &mut Found, reward: &Reward, publishing: Publishing<'_>) {
    let merchant = publishing.merchant;
    if let Some(coupon) = &reward.coupon {
        let known = merchant.coupons.get(coupon.as_str()).is_some();
        found.unless(known, "coupon", coupon, "a coupon template of the merchant");
    }
    if let Some(PointReward { programme, points }) = &reward.points {
        match merchant.programmes.get(programme.as_str()) {
            None => {
                let permitted = "a programme of the merchant";
                found.unless(false, "points/programme", programme, permitted);
            }
            Some(known) => {
                let unit = known.unit();
                let permitted = format!("a multiple of {unit}");
                let fits = points.floor_to(unit) == *points;
                found.unless(fits, "points/points", points, &permitted);
            }
        }
    }
    if publishing.campaigns.preset == Some(CampaignPreset::Omnichat) {
        for (field, there) in [
            ("module", reward.module.is_some()),
            ("coupon", reward.coupon.is_some()),
        ] {
            found.unless(there, field, "nothing", "a bot's module with a coupon");
        }
    }
}

/// A verifier that the merchant has; where it has one only, that need not be named.
fn verifier(found: &mut Found, field: &str, name: Option<&Name>, campaigns: &Campaigns) {
    let known = campaigns.verifier(name).is_some();
    let names: Vec<&str> = campaigns.verifiers.keys().map(Name::as_str).collect();
    let permitted = ["one of the merchant's verifiers: ", &names.join(", ")].concat();
    let named = name.map_or("nothing", Name::as_str);
    found.unless(known, field, named, &permitted);
}
