//! A campaign as it is kept.

use super::actor::Actor;
use super::settings::Settings;
use super::state::{Life, State};
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::reading::Read;
use serde::Serialize;

/// A campaign.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Campaign {
    /// Its id, which no other campaign of the merchant ever has.
    pub campaign: Id,
    /// What it is set to.
    pub settings: Settings,
    /// What its state follows from. Start and end are those of the settings in the zone that the merchant had when they
    /// were last kept.
    pub life: Life,
    /// Who made it, and when.
    pub made: Stamp,
    /// Who changed it last, and when.
    pub changed: Stamp,
    /// The campaign that it is a copy of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_of: Option<Id>,
}

/// Who did something, and when.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Stamp {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: Actor,
}

/// A campaign's row in the list of all: what is shown there and looked for.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed {
    /// The campaign's name.
    pub name: String,
    /// Its channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Id>,
    /// What its state follows from.
    pub life: Life,
}

impl Campaign {
    /// What it is at an instant.
    #[must_use]
    pub fn state(&self, now: Instant) -> State {
        self.life.state(now)
    }

    /// Its row in the list.
    #[must_use]
    pub fn listed(&self) -> Listed {
        Listed {
            name: self.settings.name.clone(),
            channel: self.settings.channel.clone(),
            life: self.life,
        }
    }
}
