//! What the platform tells of a member.

use super::calendar_date;
use super::config::MonthDay;
use super::ids::Id;
use super::instant::Instant;
use crate::reading::Read;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// A member's record, as the platform set it.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Member {
    /// The platform's id.
    pub member: Id,
    /// When it was told of first; none in a request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// The member that it was merged into; nothing is done with this one any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Id>,
    /// How to address the person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `zh-TW`, `ko` or `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The date of birth.
    #[serde(
        default,
        with = "calendar_date::option",
        skip_serializing_if = "Option::is_none"
    )]
    pub birthday: Option<NaiveDate>,
    /// When and how the person became a member.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registration: Option<Registration>,
    /// The tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// Marks of the platform's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mobile: Option<String>,
    /// A mailbox.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// LINE user ids: (channel, user).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub line_users: Vec<(String, String)>,
    /// Bought without an account.
    #[serde(default)]
    pub guest: bool,
    /// Consents given and withdrawn.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<Consent>,
}

/// When and how somebody became a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Registration {
    /// When.
    pub at: Instant,
    /// Not by the platform's own pages, but in a shop.
    pub off_line: bool,
}

/// A consent, or its withdrawal.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Consent {
    /// `terms`, `marketing` …
    pub kind: String,
    /// Of one channel; none: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// For the night too.
    pub night: bool,
    /// Given, not withdrawn.
    pub given: bool,
    /// When.
    pub at: Instant,
    /// Where, or which version.
    pub source: String,
}

/// What somebody has consented to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Consented {
    /// At all.
    pub given: bool,
    /// At night, too.
    pub night: bool,
}

impl Member {
    /// A member of whom nothing else is known.
    #[must_use]
    pub fn new(member: Id) -> Self {
        Self {
            member,
            since: None,
            merged_into: None,
            name: None,
            language: None,
            birthday: None,
            registration: None,
            tier: None,
            tags: Vec::new(),
            mobile: None,
            email: None,
            line_users: Vec::new(),
            guest: false,
            consents: Vec::new(),
        }
    }

    /// What the person has consented to of a kind, by a channel: the last word that is about it counts, and a word about no
    /// channel is about all.
    #[must_use]
    pub fn consent_to(&self, kind: &str, channel: &str) -> Consented {
        let about = self.consents.iter().filter(|it| {
            it.kind == kind && it.channel.as_deref().is_none_or(|known| known == channel)
        });
        let mut consented = Consented::default();
        let mut last = None;
        for it in about {
            if last.is_none_or(|at| it.at >= at) {
                last = Some(it.at);
                consented = Consented {
                    given: it.given,
                    night: it.given && it.night,
                };
            }
        }
        consented
    }

    /// The birthday as a day of every year.
    #[must_use]
    pub fn birthday_of_year(&self) -> Option<MonthDay> {
        self.birthday.map(|date| MonthDay {
            month: date.month(),
            day: date.day(),
        })
    }
}
