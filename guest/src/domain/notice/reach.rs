//! By which ways a member may be reached, as it wishes itself and as providers have told.

use super::{Channel, Kind};
use crate::domain::calendar_date;
use crate::domain::instant::Instant;
use crate::domain::policy::Sent;
use crate::reading::Read;
use chrono::{Datelike, NaiveDate};
use serde::Serialize;

/// What is known of the ways to a member. Source: spec, notification, Policy for the other channels.
#[derive(Clone, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reach {
    /// What the member wants and doesn't; the last that fits a notice counts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preferences: Vec<Preference>,
    /// Ways that are closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed>,
    /// What the member was sent of late, where the merchant bounds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
}

/// How many notices a member was sent, by all channels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// The local date of the last one.
    #[serde(with = "calendar_date")]
    pub date: NaiveDate,
    /// On that date.
    pub of_day: u32,
    /// In its week, which begins on Monday.
    pub of_week: u32,
}

impl Tally {
    /// What was sent by a date: on it, and in its week.
    #[must_use]
    pub fn on(tally: Option<Self>, date: NaiveDate) -> Sent {
        let week = |date: NaiveDate| date.iso_week();
        let known = tally.filter(|it| week(it.date) == week(date));
        Sent {
            day: known.filter(|it| it.date == date).map_or(0, |it| it.of_day),
            week: known.map_or(0, |it| it.of_week),
        }
    }

    /// Without one that was counted on a date; where newer ones pushed that out, it stays as it is.
    #[must_use]
    pub fn minus_one(tally: Option<Self>, date: NaiveDate) -> Option<Self> {
        let mut tally = tally?;
        let counted = Self::on(Some(tally), date);
        tally.of_day = tally.of_day.saturating_sub(counted.day.min(1));
        tally.of_week = tally.of_week.saturating_sub(counted.week.min(1));
        Some(tally)
    }

    /// With one more on a date.
    #[must_use]
    pub fn plus_one(tally: Option<Self>, date: NaiveDate) -> Self {
        let before = Self::on(tally, date);
        Self {
            date,
            of_day: before.day.saturating_add(1),
            of_week: before.week.saturating_add(1),
        }
    }
}

/// A member's wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Preference {
    /// Of this kind; none: of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// By this channel; none: by any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Whether it is wanted.
    pub wanted: bool,
}

/// A channel that is closed to a member.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Suppressed {
    /// The channel.
    pub channel: Channel,
    /// Why.
    pub why: Why,
    /// Since when.
    pub at: Instant,
    /// The fingerprint of the address that it is closed at: another one is open. None: whatever the address is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// Why a channel is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The address does not exist.
    Bounced,
    /// The person complained of a message.
    Complained,
    /// The person blocked the sender.
    Blocked,
}

impl Reach {
    /// Whether the member wants notices of a kind by a channel. What it never spoke of is wanted.
    #[must_use]
    pub fn wants(&self, kind: Kind, channel: Channel) -> bool {
        let fits = |it: &&Preference| {
            it.kind.is_none_or(|of| of == kind) && it.channel.is_none_or(|by| by == channel)
        };
        let last = self.preferences.iter().rev().find(fits);
        last.is_none_or(|it| it.wanted)
    }

    /// Why a channel is closed; none: it is open.
    #[must_use]
    pub fn closed(&self, channel: Channel) -> Option<Why> {
        let mut found = self.suppressed.iter().filter(|it| it.channel == channel);
        found.next().map(|it| it.why)
    }

    /// Closes a channel at an address, or opens it again. What is closed already for the same stays so since then.
    pub fn close(
        &mut self,
        channel: Channel,
        why: Option<Why>,
        address: Option<String>,
        at: Instant,
    ) {
        let same =
            |it: &Suppressed| it.channel == channel && Some(it.why) == why && it.address == address;
        if self.suppressed.iter().any(same) {
            return;
        }
        self.suppressed.retain(|it| it.channel != channel);
        let closed = why.map(|why| Suppressed {
            channel,
            why,
            at,
            address,
        });
        self.suppressed.extend(closed);
    }

    /// As it is for whoever has these addresses now: what was closed at others is open.
    #[must_use]
    pub fn at(mut self, address: impl Fn(Channel) -> Option<String>) -> Self {
        self.suppressed
            .retain(|it| it.address.is_none() || it.address == address(it.channel));
        self
    }

    /// Adds what is known of a member who is merged into this one: what either refused stays refused, ways that are closed stay closed,
    /// and what both were sent counts together.
    pub fn merge(&mut self, other: Self) {
        for refused in other.preferences.into_iter().filter(|it| !it.wanted) {
            // The last that fits counts.
            self.preferences.retain(|it| *it != refused);
            self.preferences.push(refused);
        }
        for closed in other.suppressed {
            if self.closed(closed.channel).is_none() {
                self.suppressed.push(closed);
            }
        }
        self.tally = match (self.tally, other.tally) {
            (Some(one), Some(other)) => {
                let date = one.date.max(other.date);
                let [one, other] = [one, other].map(|tally| Tally::on(Some(tally), date));
                Some(Tally {
                    date,
                    of_day: one.day.saturating_add(other.day),
                    of_week: one.week.saturating_add(other.week),
                })
            }
            (one, other) => one.or(other),
        };
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.preferences.is_empty() && self.suppressed.is_empty() && self.tally.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_wish_that_fits_counts() {
        let wish = |kind, channel, wanted| Preference {
            kind,
            channel,
            wanted,
        };
        let mut reach = Reach::default();
        assert!(reach.wants(Kind::PointsGranted, Channel::Email));
        reach.preferences = vec![
            wish(None, Some(Channel::Email), false),
            wish(Some(Kind::PointsExpiring), None, true),
        ];
        assert!(!reach.wants(Kind::PointsGranted, Channel::Email));
        assert!(reach.wants(Kind::PointsExpiring, Channel::Email));
        assert!(reach.wants(Kind::PointsGranted, Channel::Sms));
    }

    #[test]
    fn of_two_members_who_become_one_refusals_stand_and_counts_add_up() {
        let wish = |channel, wanted| Preference {
            kind: None,
            channel: Some(channel),
            wanted,
        };
        let at = Instant::new(1_000, 0).unwrap();
        let tally = |day, of_day, of_week| Tally {
            date: NaiveDate::from_ymd_opt(2026, 3, day).unwrap(),
            of_day,
            of_week,
        };
        let mut one = Reach {
            preferences: vec![wish(Channel::Email, true), wish(Channel::Sms, false)],
            suppressed: Vec::new(),
            tally: Some(tally(4, 1, 2)),
        };
        let mut other = Reach {
            preferences: vec![wish(Channel::Email, false), wish(Channel::Sms, true)],
            suppressed: Vec::new(),
            tally: Some(tally(3, 5, 6)),
        };
        let place = Some("a".to_owned());
        other.close(Channel::Alimtalk, Some(Why::Blocked), place, at);
        one.merge(other);
        assert!(!one.wants(Kind::PointsGranted, Channel::Email));
        assert!(!one.wants(Kind::PointsGranted, Channel::Sms));
        assert_eq!(one.closed(Channel::Alimtalk), Some(Why::Blocked));
        // Both dates are of one week.
        assert_eq!(one.tally, Some(tally(4, 1, 8)));
        let mut none = Reach::default();
        none.merge(one.clone());
        assert_eq!(none.tally, one.tally);
    }

    #[test]
    fn a_closed_channel_is_opened_again() {
        let at = Instant::new(1_000, 0).unwrap();
        let mut reach = Reach::default();
        let later = Instant::new(2_000, 0).unwrap();
        let own = Some("a".to_owned());
        reach.close(Channel::Email, Some(Why::Bounced), own.clone(), at);
        reach.close(Channel::Email, Some(Why::Bounced), own.clone(), later);
        assert_eq!(reach.suppressed[0].at, at, "once");
        assert_eq!(reach.closed(Channel::Email), Some(Why::Bounced));
        assert_eq!(reach.closed(Channel::Sms), None);
        let seen = |address: Option<&str>| {
            let seen = reach.clone().at(|_| address.map(str::to_owned));
            seen.closed(Channel::Email)
        };
        assert_eq!(seen(Some("a")), Some(Why::Bounced));
        assert_eq!(seen(Some("b")), None, "another address");
        assert_eq!(seen(None), None);
        reach.close(Channel::Email, Some(Why::Complained), None, later);
        let seen = reach.clone().at(|_| own.clone());
        assert_eq!(seen.closed(Channel::Email), Some(Why::Complained), "any");
        reach.close(Channel::Email, None, own, later);
        assert!(reach.is_empty());
    }
}
