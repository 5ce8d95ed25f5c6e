//! What the platform wants a member to be told.

use super::wording::Template;
use crate::domain::ids::Id;
use crate::domain::instant::Instant;
use crate::domain::policy::{Buyer, RegistrationWay};
use crate::reading::Read;
use serde::Serialize;

/// A message of the platform's, as it was handed in. Source: spec, notification, the nine kinds.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Told {
    /// What it is about: an order, an event, a payment. Reminders are counted by it.
    pub subject: Id,
    /// When it happened; of a reminder, when the event takes place or the payment is due.
    pub event: Instant,
    /// Of a late payment: until when it was extended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extended: Option<Instant>,
    /// Who placed the order; none: what the member's record says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// How somebody became a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<RegistrationWay>,
    /// An act of this person towards this brand was recorded before.
    #[serde(default)]
    pub acted: bool,
    /// It is to sell something.
    #[serde(default)]
    pub marketing: bool,
    /// What was bought, reserved or is due, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// How much, as members read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<String>,
    /// How to reach the merchant's service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contact: Option<String>,
    /// Its own words, in place of the merchant's and the built-in ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<Template>,
    /// What may be pressed below it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// The LINE channel that it belongs to, if it belongs to one: it goes to the member's user there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
}

impl Told {
    /// Of an event at that instant, with nothing else told.
    #[must_use]
    pub fn new(subject: Id, event: Instant) -> Self {
        Self {
            subject,
            event,
            extended: None,
            buyer: None,
            registration: None,
            acted: false,
            marketing: false,
            item: None,
            amount: None,
            contact: None,
            words: None,
            buttons: Vec::new(),
            line: None,
        }
    }
}

/// A button: a link with a label.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Button {
    /// What stands on it.
    pub label: String,
    /// An https address.
    pub url: String,
}

/// What is known of the messages of one kind and subject to one member.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Topic {
    /// How often it was told of.
    pub times: u32,
    /// When it takes place, as it was told last.
    pub event: Instant,
    /// Reminders by LINE notification message that LINE took.
    #[serde(default)]
    pub accepted: u32,
    /// Those of which nobody knows, and those that are on their way.
    #[serde(default)]
    pub unknown: u32,
    /// How many of both there were when the event was moved last.
    #[serde(default)]
    pub before_move: u32,
    /// The causes of its last notices: their ids without the channel.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub causes: Vec<String>,
}

/// Causes that a topic keeps, at most: as many of one topic can be withdrawn.
const CAUSES_MAX: usize = 8;

impl Topic {
    /// One of which nothing was told yet.
    #[must_use]
    pub fn new(event: Instant) -> Self {
        Self {
            times: 0,
            event,
            accepted: 0,
            unknown: 0,
            before_move: 0,
            causes: Vec::new(),
        }
    }

    /// It is told of once more, for an event at that instant. Tells whether the event was moved.
    pub fn tell(&mut self, event: Instant, cause: String) -> bool {
        let moved = self.times > 0 && self.event != event;
        if moved {
            self.before_move = self.accepted.saturating_add(self.unknown);
        }
        self.times = self.times.saturating_add(1);
        self.event = event;
        if self.causes.len() >= CAUSES_MAX {
            self.causes.remove(0);
        }
        self.causes.push(cause);
        moved
    }

    /// With what another member was told of the same before the two became one: the counts of both, all else of this one.
    #[must_use]
    pub fn with(self, other: &Self) -> Self {
        Self {
            accepted: self.accepted.saturating_add(other.accepted),
            unknown: self.unknown.saturating_add(other.unknown),
            before_move: self.before_move.saturating_add(other.before_move),
            ..self
        }
    }

    /// One is about to be handed over: until there is an answer nobody knows of it.
    pub fn begin(&mut self) {
        self.unknown = self.unknown.saturating_add(1);
    }

    /// What has become of one of which nobody knew: it was taken, or it was not.
    pub fn settle(&mut self, accepted: bool) {
        self.unknown = self.unknown.saturating_sub(1);
        if accepted {
            self.accepted = self.accepted.saturating_add(1);
        }
    }
}
