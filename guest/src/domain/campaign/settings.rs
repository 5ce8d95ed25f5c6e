//! What a campaign is set to: the document that a merchant's people write on its settings page.

use super::conditions::Conditions;
use super::messages::Messages;
use crate::domain::amount::Amount;
use crate::domain::config::is_default;
use crate::domain::ids::{Id, Name};
use crate::domain::local_time;
use crate::domain::zone::Zone;
use crate::reading::Read;
use chrono::NaiveDateTime;
use serde::Serialize;

/// What a campaign is set to. A draft may lack everything but its name; publishing asks for the rest.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// 1 to 60 characters on one line.
    pub name: String,
    /// When it starts, in the merchant's zone: YYYY-MM-DD HH:MM. Needed for publishing.
    #[serde(
        default,
        with = "local_time::option",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub from: Option<NaiveDateTime>,
    /// When it ends, later than it starts: the first minute at which nothing is taken in any more. Needed for publishing.
    #[serde(
        default,
        with = "local_time::option",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub to: Option<NaiveDateTime>,
    /// The page that tells how the campaign works and obtains consent to the use of personal data: an https address.
    /// Needed for publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules_page: Option<String>,
    /// Where members meet it. Needed for publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// One of the channels of the merchant's document. Needed for publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Id>,
    /// An https address; 888 × 888 pixels are advised. Needed for publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// What an invoice must meet. Needed for publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conditions: Option<Conditions>,
    /// What a qualified invoice gives. Needed for publishing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reward: Option<Rewarding>,
    /// How many of a member's invoices may pass. Default: any number.
    #[serde(default, skip_serializing_if = "is_default")]
    pub limits: Limits,
    /// When what has passed is verified again by itself. Default: by command alone.
    #[serde(default, skip_serializing_if = "is_default")]
    pub verify_again: Looks,
    /// One of the verifiers of the merchant's document. Default: its only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verifier: Option<Name>,
    /// The verifier of what is sent in while it is a draft. Default: the campaign's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trial_verifier: Option<Name>,
    /// The merchant's own words, by kind and language. Default: the built-in ones.
    #[serde(default, skip_serializing_if = "is_default")]
    pub messages: Messages,
}

/// Where members meet a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// LINE, by a channel with a LIFF app.
    Line,
}

/// What a qualified invoice gives.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Rewarding {
    /// A reward as soon as it has passed: one for each tier, the lowest first; one where there are no tiers.
    AtOnce(Vec<Reward>),
    /// Nothing: who took part is listed.
    CollectOnly,
    /// Nothing at once; winners are drawn afterwards.
    Draw(Draw),
}

/// What one tier gives: a coupon, points, or both. What only the platform's bot gives names the bot and its module alone.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Reward {
    /// A coupon of this template of the merchant's document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<Name>,
    /// Points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<PointReward>,
    /// The platform's name of a bot, 1 to 100 characters; exported as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bot: Option<String>,
    /// The platform's name of the bot's module, 1 to 100 characters; exported as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
}

/// Points as a reward.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PointReward {
    /// Of this programme.
    pub programme: Name,
    /// How many, above 0.
    pub points: Amount,
}

/// A draw among those of whom an invoice has passed.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Draw {
    /// How many win, 1 to 10,000.
    pub winners: u32,
    /// How many may follow where winners drop out, at most 10,000. Default: none.
    #[serde(default, skip_serializing_if = "is_default")]
    pub reserves: u32,
    /// The SHA-256 of the draw's seed of 32 bytes: 64 hexadecimal digits. With it anyone can check the draw.
    pub seed_hash: String,
}

/// How many of one member's invoices may pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Limits {
    /// In all, 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<u32>,
    /// Of those sent in on one local day, 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
    /// Of one shop, by its business number, 1 or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shop: Option<u32>,
}

/// When what has passed is verified again by itself: it may have been voided or reduced since.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Looks {
    /// So many days of 24 hours after receipt, 1 to 365; what passes later than that is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_days: Option<u32>,
    /// At the campaign's end; its draw waits for that. Default: no.
    #[serde(default, skip_serializing_if = "is_default")]
    pub before_draw: bool,
}

impl Settings {
    /// Start and end in the merchant's zone, as far as they are set and the calendar has them.
    #[must_use]
    pub fn span(&self, zone: Zone) -> super::Life {
        super::Life {
            from: self.from.and_then(|local| zone.instant(local)),
            to: self.to.and_then(|local| zone.instant(local)),
            ..super::Life::default()
        }
    }
}
