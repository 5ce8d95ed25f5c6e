//! Records that are no more than what they hold.

use crate::domain::amount::Amount;
use crate::domain::calendar_date;
use crate::domain::config::Merchant;
use crate::domain::coupon::code::Code;
use crate::domain::coupon::issued::Coupon;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::limit::Usage;
use crate::domain::notice::Channel;
use crate::domain::tier::Change;
use crate::json::Raw;
use crate::reading::Read;
use chrono::NaiveDate;
use serde::Serialize;

/// A configuration that was applied.
#[derive(Clone, Debug, Read, Serialize)]
pub struct Configuration {
    /// Counts them from 1.
    pub number: u32,
    /// When it was applied.
    pub at: Instant,
    /// The document as it was given: a JSON object.
    pub document: Raw,
}

/// Of a [`Configuration`] what its document says.
#[derive(Debug, Read)]
pub struct InForce {
    /// Counts them from 1.
    pub number: u32,
    /// When it was applied.
    pub at: Instant,
    /// The document, read.
    pub document: Merchant,
}

/// What an idempotency key is bound to.
#[derive(Clone, Debug, Read, Serialize)]
pub struct Key<A> {
    /// When.
    pub at: Instant,
    /// The payload's fingerprint.
    pub payload: String,
    /// The answer; [`Raw`] as long as it is not known whether it is this payload's.
    pub answer: A,
}

/// A counter of what a member was granted.
#[derive(Clone, Debug, Read, Serialize)]
pub struct Used {
    /// The counts.
    pub usage: Usage,
}

/// A counter of what a budget has spent.
#[derive(Clone, Copy, Debug, Read, Serialize)]
pub struct Spent {
    /// So many points.
    pub points: Amount,
}

/// That a rule has given what it gives once.
#[derive(Clone, Copy, Debug, Read, Serialize)]
pub struct Once {
    /// The local date of it.
    #[serde(with = "calendar_date")]
    pub date: NaiveDate,
}

/// A place in an index; its key says all.
#[derive(Clone, Copy, Debug, Read, Serialize)]
pub struct Mark {}

/// What upkeep has done.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct Upkeep {
    /// The last date whose check is finished.
    #[serde(with = "calendar_date")]
    pub checked: NaiveDate,
    /// How far the check of the next date has come with birthdays: the last key that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birthdays: Option<String>,
    /// How far it has come with notices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub notices: Option<NoticesPlace>,
    /// How far it has come with posting: the last key of the index.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posted: Option<String>,
}

/// How far a helper of a check has come from its far end.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Helped {
    /// The last date whose check was finished when it began.
    #[serde(with = "calendar_date")]
    pub checked: NaiveDate,
    /// The last key of the index that it posted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
}

impl Helped {
    /// How far the helper has come with the check that is under way.
    #[must_use]
    pub fn of(upkeep: &Upkeep, stored: Option<Self>) -> Self {
        let checked = upkeep.checked;
        let known = stored.filter(|helped| helped.checked == checked);
        known.unwrap_or(Self {
            checked,
            before: None,
        })
    }
}

/// How far a check has come with picking notices.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct NoticesPlace {
    /// Which of the check's lists is next, from 0.
    pub list: usize,
    /// The last key of it that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

impl NoticesPlace {
    /// Behind all lists.
    #[must_use]
    pub fn end() -> Self {
        Self {
            // The same number on every machine.
            list: usize::try_from(u32::MAX).unwrap_or(usize::MAX),
            after: None,
        }
    }

    /// Whether it is behind all lists.
    #[must_use]
    pub fn is_end(&self) -> bool {
        *self == Self::end()
    }
}

/// What channels sent in the last second, those that sent then.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
pub struct Pace {
    /// Each channel's second.
    pub seconds: Vec<Second>,
}

/// A second in which a channel sent, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Second {
    /// The channel.
    pub channel: Channel,
    /// When it began.
    pub since: Instant,
    /// Notices that were handed over in it.
    pub sent: u32,
}

impl Pace {
    /// The second of a channel that is running, or one that begins now.
    #[must_use]
    pub fn of(&self, channel: Channel, now: Instant) -> Second {
        let running = |it: &&Second| it.channel == channel && now < it.since.plus_seconds(1);
        let known = self.seconds.iter().find(running);
        known.copied().unwrap_or(Second {
            channel,
            since: now,
            sent: 0,
        })
    }

    /// So many more were handed over in a second.
    pub fn add(&mut self, second: Second, sent: u32) {
        let now = second.since;
        self.seconds
            .retain(|it| it.channel != second.channel && now < it.since.plus_seconds(60));
        self.seconds.push(Second {
            sent: second.sent.saturating_add(sent),
            ..second
        });
    }
}

/// What a merchant's notices of a local month came to.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
pub struct Traffic {
    /// Each channel's.
    pub channels: Vec<ChannelTraffic>,
}

/// What one channel's notices of a month came to.
#[derive(Clone, Copy, Debug, PartialEq, Read, Serialize)]
pub struct ChannelTraffic {
    /// The channel.
    pub channel: Channel,
    /// Notices handed over, each time counted.
    pub sent: u32,
    /// What they cost, in the merchant's money.
    pub cost: Amount,
}

impl Traffic {
    /// Notices handed over by a channel.
    #[must_use]
    pub fn sent(&self, channel: Channel) -> u32 {
        let own = self.channels.iter().find(|it| it.channel == channel);
        own.map_or(0, |it| it.sent)
    }

    /// What all of them cost.
    #[must_use]
    pub fn spent(&self) -> Amount {
        self.channels.iter().map(|it| it.cost).sum()
    }

    /// One that was counted, for so much, was not.
    pub fn take(&mut self, channel: Channel, cost: Amount) {
        if let Some(own) = self.channels.iter_mut().find(|it| it.channel == channel) {
            own.sent = own.sent.saturating_sub(1);
            own.cost -= cost;
        }
    }

    /// One more was handed over.
    pub fn add(&mut self, channel: Channel, cost: Amount) {
        self.add_all(channel, 1, cost);
    }

    /// So many more were, for so much together.
    pub fn add_all(&mut self, channel: Channel, sent: u32, cost: Amount) {
        if let Some(own) = self.channels.iter_mut().find(|it| it.channel == channel) {
            own.sent = own.sent.saturating_add(sent);
            own.cost += cost;
        } else {
            self.channels.push(ChannelTraffic {
                channel,
                sent,
                cost,
            });
        }
    }
}

/// A notice that a provider took.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Answered {
    /// Whose.
    pub member: Id,
    /// The rest of its key.
    pub tail: String,
}

/// A change of a member's level.
#[derive(Clone, Debug, Read, Serialize)]
pub struct Changed {
    /// What it was.
    pub change: Change,
}

/// Points by hand for many, done by ticks.
#[derive(Clone, Debug, Read, Serialize)]
pub struct Bulk {
    /// The programme.
    pub programme: Name,
    /// The tier; none: everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// For each.
    pub points: Amount,
    /// The rule of kind grant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Name>,
    /// Why.
    pub reason: String,
    /// Who.
    pub actor: String,
    /// When it was ordered; later members get nothing.
    pub at: Instant,
    /// The last member that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Id>,
    /// All were looked at.
    pub finished: bool,
    /// Members granted.
    pub members: u64,
    /// Points granted.
    pub granted: Amount,
}

/// Coupons for many, made by ticks.
#[derive(Clone, Debug, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct BulkIssue {
    /// What each of them is like, by the template as it was when they were ordered. It is none of them itself: serials
    /// begin at 1, and its own is 0.
    pub like: Coupon,
    /// The tier; none: everyone, or nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tier: Option<String>,
    /// The first and the last serial of coupons that are nobody's; none: they are members'.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serials: Option<(u64, u64)>,
    /// The last member that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Id>,
    /// All are made.
    pub finished: bool,
    /// Coupons made.
    pub issued: u64,
    /// Coupons that a limit left out.
    pub left_out: u64,
}

/// How many campaigns were ever made.
#[derive(Clone, Copy, Debug, Default, Read, Serialize)]
pub struct CampaignSeries {
    /// The last one's number.
    pub last: u64,
}

/// The merchant's code key. It is given to nobody.
#[derive(Read, Serialize)]
pub struct CodeKey {
    /// 64 hexadecimal digits.
    pub key: String,
}

/// The coupons of an order.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
pub struct OrderCoupons {
    /// Whose order it is; none: a guest's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member: Option<Id>,
    /// Those that it has, in the order in which they were named.
    pub codes: Vec<Code>,
    /// Whether they are used, or still set aside.
    pub used: bool,
}
