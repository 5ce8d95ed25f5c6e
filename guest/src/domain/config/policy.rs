//! Which messages may go: the edition of the rules, how they are read, and the merchant's own bounds.

use super::is_default;
use crate::domain::amount::Amount;
use crate::domain::clock_time;
use crate::domain::notice::Channel;
use crate::domain::policy::{Purpose, Quiet, Readings};
use crate::reading::Read;
use chrono::NaiveTime;
use serde::Serialize;

/// The policy that messages go by. Without it the first edition in its strict reading, and no bounds of the merchant's.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PolicySettings {
    /// The edition of the rules, such as 2026-11; `policy.rules` lists them. Default: the first, which never changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// How they are read. Default: strictly.
    #[serde(skip_serializing_if = "is_default")]
    pub readings: Readings,
    /// The service by which LINE notification messages go.
    #[serde(skip_serializing_if = "is_default")]
    pub sms_plus: SmsPlus,
    /// Words that sell, besides those that come with the plugin.
    #[serde(skip_serializing_if = "is_default")]
    pub marketing_words: MarketingWords,
    /// When no advertisements go out in Korea without a consent for the night. Default: from 21:00.
    #[serde(skip_serializing_if = "is_default")]
    pub advertising_night: AdvertisingNight,
    /// When nothing goes out. At most 50.
    #[serde(skip_serializing_if = "is_default")]
    pub quiet_hours: Vec<QuietHours>,
    /// How many messages a member gets, at most. Default: any number.
    #[serde(skip_serializing_if = "is_default")]
    pub caps: Caps,
    /// What a message costs by each channel. Default: nothing.
    #[serde(skip_serializing_if = "is_default")]
    pub costs: Costs,
    /// What all of them may cost, in a time that whoever counts decides. Default: any amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Amount>,
}

/// The service by which LINE notification messages go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct SmsPlus {
    /// The vendor has suspended it: nothing goes by it.
    pub suspended: bool,
    /// Text messages go by it too. Default: true.
    pub sms: bool,
}

impl Default for SmsPlus {
    fn default() -> Self {
        Self {
            suspended: false,
            sms: true,
        }
    }
}

/// Words that sell, at most 200 of each language, 1 to 50 characters. Capitals and full-width letters are as good as others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MarketingWords {
    /// Chinese as written in Taiwan.
    #[serde(rename = "zh-TW", skip_serializing_if = "Vec::is_empty")]
    pub zh_tw: Vec<String>,
    /// Korean.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ko: Vec<String>,
    /// English.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub en: Vec<String>,
    /// Japanese.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ja: Vec<String>,
}

impl MarketingWords {
    /// Of all languages.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        let all = [&self.zh_tw, &self.ko, &self.en, &self.ja];
        all.into_iter().flatten().map(String::as_str)
    }
}

/// The night of Korea's law on advertisements, up to 08:00.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum AdvertisingNight {
    /// From 21:00, as the law says.
    #[default]
    From21,
    /// From 20:00, as Kakao has it.
    From20,
}

impl AdvertisingNight {
    /// Its hours.
    #[must_use]
    pub fn quiet(self) -> Quiet {
        let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN);
        Quiet {
            from: hour(match self {
                Self::From21 => 21,
                Self::From20 => 20,
            }),
            to: hour(8),
        }
    }
}

/// Hours in which nothing goes out.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct QuietHours {
    /// The local time from which on, HH:MM.
    #[serde(with = "clock_time")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub from: NaiveTime,
    /// The local time up to which, HH:MM; of the next day where it is earlier.
    #[serde(with = "clock_time")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub to: NaiveTime,
    /// For which messages. Default: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub purposes: Vec<Purpose>,
}

impl QuietHours {
    /// Whether they hold for it.
    #[must_use]
    pub fn is_for(&self, purpose: Purpose) -> bool {
        self.purposes.is_empty() || self.purposes.contains(&purpose)
    }

    /// The hours.
    #[must_use]
    pub fn hours(&self) -> Quiet {
        Quiet {
            from: self.from,
            to: self.to,
        }
    }
}

/// How many messages a member gets, at most, by all channels. One more is put off.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Caps {
    /// In a local day, 1 to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<u32>,
    /// In a local week, which begins on Monday, 1 to 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub week: Option<u32>,
}

/// What a message costs, in the merchant's money. 0 or more; what has no price is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Costs {
    /// A LINE notification message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_notification: Option<Amount>,
    /// A LINE push.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line_push: Option<Amount>,
    /// An AlimTalk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alimtalk: Option<Amount>,
    /// A segment of a text message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sms: Option<Amount>,
    /// A long text message in Korea. Default: that of a segment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lms: Option<Amount>,
    /// A mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Amount>,
}

impl Costs {
    /// That of a channel; of text messages that of a segment.
    #[must_use]
    pub fn of(&self, channel: Channel) -> Option<Amount> {
        match channel {
            Channel::LineNotification => self.line_notification,
            Channel::LinePush => self.line_push,
            Channel::Alimtalk => self.alimtalk,
            Channel::Sms => self.sms,
            Channel::Email => self.email,
        }
    }
}
