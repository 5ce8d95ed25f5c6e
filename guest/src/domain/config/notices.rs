//! What members are told of, when, and by which ways.

use super::line_template::LineTemplate;
use super::{Merchant, is_default};
use crate::domain::amount::Amount;
use crate::domain::clock_time;
use crate::domain::instant::Instant;
use crate::domain::notice::wording::Texts;
use crate::domain::notice::{Channel, Clock, Kind, Language, Lead, Notice};
use crate::domain::policy::Origin;
use crate::domain::zone::Zone;
use crate::reading::Read;
use crate::sorted::sort_by;
use chrono::{NaiveTime, Timelike};
use serde::Serialize;

/// Leads of one kind of loss, at most.
pub(super) const LEADS_MAX: usize = 10;

/// Notices to members. Without it nobody is told anything.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Notices {
    /// The local time at which the notices of the daily check go out, HH:MM; at once where the check is later. Default 12:00.
    #[serde(default = "noon", with = "clock_time")]
    #[cfg_attr(test, schemars(with = "String"))]
    pub send_at: NaiveTime,
    /// The language for members of whom none is known. Default: zh-TW.
    #[serde(default = "zh_tw")]
    pub language: Language,
    /// Notices before points lapse.
    #[serde(default, skip_serializing_if = "is_default")]
    pub points: PointNotices,
    /// Notices before coupons lapse.
    #[serde(default, skip_serializing_if = "is_default")]
    pub coupons: CouponNotices,
    /// The ways that are switched on, at most one of each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<ChannelNotices>,
    /// Whether a notice goes by all of its channels, or by the first of them that takes it. Default: by all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub route: Route,
    /// By what coupons come about, and points that no rule of the programme granted, such as those brought in. In Korea
    /// news of benefits is information only where they were paid for, or come of an event or a contract, and an
    /// advertisement otherwise. Of points that a rule granted the rule says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// Where reminders by mail are refused with one click (RFC 8058): an https address, to which the member and the kind
    /// are added as a query. Without it no reminder goes by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsubscribe: Option<String>,
    /// Kinds of which several to one member go as one. Default: each goes by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub merge: Vec<Merge>,
    /// How an advertisement names its sender and the free way to refuse further ones, word for word. Without it nothing goes
    /// in Korea that the law takes for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub advertising: Option<Advertising>,
    /// The merchant's own texts. Default: those that come with the plugin.
    #[serde(default, skip_serializing_if = "is_default")]
    pub texts: Texts,
}

/// News of one kind to one member that goes together: what comes up in one part of the local day goes at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Merge {
    /// `points-granted` or `points-deducted`.
    pub kind: Kind,
    /// How long the parts are: 1 to 720, which divide a day. 15: those of a quarter of an hour go together.
    pub minutes: u32,
}

/// What every advertisement says.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Advertising {
    /// Who sends it and how to reach them, 1 to 200 characters.
    pub sender: String,
    /// How to refuse further ones, free of charge, 1 to 200 characters.
    pub opt_out: String,
}

/// Which members are warned of points that will lapse, and when.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct PointNotices {
    /// How long before their last day, of a sweep before its date; not longer than they live. At most 10. Default: no notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<Lead>,
    /// From how many points on. Default: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold>,
}

/// From how many points on a member is warned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Threshold {
    /// The balance held is at least so many. Above 0.
    Balance(Amount),
    /// At least so many lapse. Above 0.
    Lapsing(Amount),
}

/// When members are warned of coupons that will lapse.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct CouponNotices {
    /// How long before their last day, not longer than they live; at most 10. Default: no notice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leads: Vec<Lead>,
}

/// By how many channels one notice goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// By each that is switched on for its kind.
    #[default]
    Every,
    /// By the cheapest of them that may take it, of text messages with all their segments; the next cheapest gets it where the one before denies it or reports it as
    /// undeliverable, and not while it is unknown whether it has arrived. Of equal cost the one that stands first here
    /// comes first.
    Fallback,
}

/// What goes by one way.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ChannelNotices {
    /// The way.
    pub channel: Channel,
    /// The kinds that are switched on for it, each once.
    pub kinds: Vec<Kind>,
    /// At most so many notices a second go by it, 1 to 1,000. Default: 10.
    #[serde(default = "ten", skip_serializing_if = "is_ten")]
    pub per_second: u32,
    /// Of LINE push: messages that the account may send in a month. Without it none goes, as nobody knows what is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quota: Option<u32>,
    /// Of AlimTalk: the approved templates, at most one for each kind. Without one nothing of the kind goes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub templates: Vec<ApprovedTemplate>,
    /// Of LINE notification messages: templates of LINE's catalogue, at most one for each kind and language. What has none
    /// goes as a flexible message, whose design LINE reviews.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub line_templates: Vec<LineTemplate>,
}

/// A template that Kakao has approved.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ApprovedTemplate {
    /// Of which notices.
    pub kind: Kind,
    /// Its code, 1 to 32 characters; 20 by NHN Cloud. The text of the notice must be the template's.
    pub code: String,
    /// By what the points or coupons come about that it was approved for. Kakao takes news of benefits as information only
    /// where they were paid for, or come of an event or a contract; those told of must do so themselves, too.
    pub origin: Origin,
    /// Whether the last line may say so; it is looked whether it does, with `{basis}` or in other words. Default: true, as
    /// the built-in texts do.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub basis_line: bool,
}

impl Notices {
    /// By which clock the days of the check's notices are told. They can't go out before their check.
    #[must_use]
    pub fn clock(&self, merchant: &Merchant) -> Clock {
        Clock {
            zone: merchant.zone,
            send_at: self.send_at.max(merchant.daily_check),
        }
    }

    /// When news of a kind that comes up now goes out, together with the rest of its part of the local day; none: at once and by
    /// itself. The last part of a day ends a second before it, so that its news still goes on the day of its cause.
    #[must_use]
    pub fn together(&self, kind: Kind, zone: Zone, now: Instant) -> Option<Instant> {
        let merge = self.merge.iter().find(|it| it.kind == kind)?;
        let local = zone.local(now);
        let seconds = merge.minutes.saturating_mul(60);
        let part = local.num_seconds_from_midnight().checked_div(seconds)?;
        let end = part.saturating_add(1).saturating_mul(seconds).min(86_399);
        let end = NaiveTime::from_num_seconds_from_midnight_opt(end, 0)?;
        // Where a clock was set back the end comes twice, and the first may have passed.
        Some(zone.instant(local.date().and_time(end))?.max(now))
    }

    /// The template of LINE's catalogue for a kind and language.
    #[must_use]
    pub fn line_template(&self, kind: Kind, language: Language) -> Option<&LineTemplate> {
        let mut all = self.channels.iter().flat_map(|it| &it.line_templates);
        all.find(|it| it.kind == kind && it.language == language)
    }

    /// What a way lacks without which no reminder of a kind goes by it.
    #[must_use]
    pub fn lacks(&self, way: &ChannelNotices, kind: Kind) -> Option<&'static str> {
        let fits =
            |it: &ApprovedTemplate| it.kind == kind && it.basis_line && it.origin.is_earned();
        let (there, what) = match way.channel {
            Channel::Email => (self.unsubscribe.is_some(), "unsubscribe"),
            Channel::LinePush => (way.quota.is_some(), "a quota"),
            Channel::Alimtalk => (way.templates.iter().any(fits), "an approved template"),
            Channel::Sms | Channel::LineNotification => return None,
        };
        (!there).then_some(what)
    }

    /// The ways that a kind is switched on for.
    pub fn channels_of(&self, kind: Kind) -> impl Iterator<Item = Channel> {
        let on = self.channels.iter();
        let on = on.filter(move |it| it.kinds.contains(&kind));
        on.map(|it| it.channel)
    }
}

impl Merchant {
    /// The channels that a notice of a kind is made for: all of them, or the first.
    #[must_use]
    pub fn routes_of(&self, kind: Kind) -> Vec<Channel> {
        let mut ways = self.every_route_of(kind, None);
        let own = self.notices.as_ref();
        if own.is_some_and(|own| own.route == Route::Fallback) {
            ways.truncate(1);
        }
        ways
    }

    /// All channels that a notice of a kind may come to go by, in the order in which they are tried; with what it costs as a
    /// text message, if that is known.
    #[must_use]
    pub fn every_route_of(&self, kind: Kind, as_text: Option<Amount>) -> Vec<Channel> {
        let Some(notices) = &self.notices else {
            return Vec::new();
        };
        match notices.route {
            Route::Every => notices.channels_of(kind).collect(),
            Route::Fallback => self.ranked(notices, kind, as_text),
        }
    }

    /// The channel that takes over a notice which can't go by another.
    #[must_use]
    pub fn after(&self, notice: &Notice) -> Option<Channel> {
        let notices = self.notices.as_ref()?;
        if notices.route == Route::Every {
            return None;
        }
        let ranked = self.ranked(notices, notice.kind, notice.as_text);
        let place = ranked.iter().position(|it| *it == notice.channel)?;
        ranked.get(place.saturating_add(1)).copied()
    }

    /// Whether it depends on the length of a notice as a text message by which channel it goes first.
    #[must_use]
    pub fn ranks_by_length(&self, kind: Kind) -> bool {
        let own = self.notices.as_ref();
        let own = own.filter(|own| own.route == Route::Fallback);
        let ways = |own: &Notices| own.channels_of(kind).count();
        let text = |own: &Notices| own.channels_of(kind).any(|it| it == Channel::Sms);
        let price = self.policy.as_ref().and_then(|policy| policy.costs.sms);
        own.is_some_and(|own| text(own) && ways(own) > 1) && price.is_some_and(Amount::is_positive)
    }

    /// The channels of a kind, the cheapest first, of equal cost in their order.
    fn ranked(&self, notices: &Notices, kind: Kind, as_text: Option<Amount>) -> Vec<Channel> {
        let costs = self.policy.as_ref().map(|policy| policy.costs);
        let text = |channel| as_text.filter(|_| channel == Channel::Sms);
        let cost = |channel| text(channel).or_else(|| costs?.of(channel));
        let mut on: Vec<_> = notices
            .channels_of(kind)
            .enumerate()
            .map(|(place, channel)| (cost(channel).unwrap_or(Amount::ZERO), place, channel))
            .collect();
        sort_by(&mut on, |one, other| {
            (one.0, one.1).cmp(&(other.0, other.1))
        });
        on.into_iter().map(|(_, _, channel)| channel).collect()
    }
}

impl Threshold {
    /// Whether a member with that balance who will lose `lapsing` is warned.
    #[must_use]
    pub fn is_met(self, balance: Amount, lapsing: Amount) -> bool {
        match self {
            Self::Balance(least) => balance >= least,
            Self::Lapsing(least) => lapsing >= least,
        }
    }
}

fn noon() -> NaiveTime {
    NaiveTime::from_hms_opt(12, 0, 0).unwrap_or(NaiveTime::MIN)
}

fn zh_tw() -> Language {
    Language::ZhTw
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_yes(it: &bool) -> bool {
    *it
}

fn ten() -> u32 {
    10
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_ten(count: &u32) -> bool {
    *count == 10
}
