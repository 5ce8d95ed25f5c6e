//! The rules as data: which may go at all, when, and what is looked at in which order. An edition never changes once it
//! was published; LINE's list does each quarter, and then there is another edition. Source: spec, notification.

use super::{Channel, Purpose, Rule};

/// When a kind may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Window {
    /// On the same day (within 24 hours), as [`super::SameDay`] reads it.
    SameDay,
    /// From so many days before the event up to it, as [`super::DaysWindow`] reads them.
    DaysBefore(u32),
}

/// A kind of message that LINE notification messages may be for.
#[derive(Clone, Copy, Debug)]
pub struct KindRule {
    /// Which.
    pub purpose: Purpose,
    /// When it may go.
    pub window: Window,
    /// Whether what it tells of is itself an act of the person.
    pub by_act: bool,
    /// What is looked at, in order.
    pub rules: &'static [Rule],
}

/// A published state of the rules.
#[derive(Clone, Copy, Debug)]
pub struct Edition {
    /// Its name, by year and month.
    pub name: &'static str,
    /// What is looked at first, whatever the channel.
    pub first: &'static [Rule],
    /// The kinds of LINE notification messages. All others are denied.
    pub kinds: &'static [KindRule],
    /// Of LINE push.
    pub line_push: &'static [Rule],
    /// Of answers by LINE. Neither [`Self::first`] nor [`Self::last`] is looked at: they go to somebody who has just asked, at once or
    /// never, and cost nothing.
    pub line_reply: &'static [Rule],
    /// Of AlimTalk.
    pub alimtalk: &'static [Rule],
    /// Of text messages.
    pub sms: &'static [Rule],
    /// Of mail.
    pub email: &'static [Rule],
    /// Of advertisements in Korea, behind the channel's.
    pub advertisement: &'static [Rule],
    /// What is looked at last, whatever the channel.
    pub last: &'static [Rule],
}

/// All editions, the oldest first. It is what a merchant who pins none goes by, so that nobody's rules change by themselves.
pub const EDITIONS: [Edition; 1] = [NOVEMBER_2026];

/// What of a kind that only members get is looked at, in the kinds' common order.
macro_rules! of_members {
    ($($more:ident),*) => {
        &[
            Rule::Kind, Rule::Window, Rule::MemberAtEvent, Rule::MemberAtSending, Rule::Mobile,
            $(Rule::$more,)* Rule::PriorAct, Rule::Marketing,
        ]
    };
}

/// The same of a kind for which a phone number is enough.
macro_rules! of_phones {
    ($($more:ident),*) => {
        &[Rule::Kind, Rule::Window, Rule::Mobile, $(Rule::$more,)* Rule::PriorAct, Rule::Marketing]
    };
}

const NOVEMBER_2026: Edition = Edition {
    name: "2026-11",
    first: &[Rule::Suspension, Rule::Preference],
    kinds: &[
        kind(
            Purpose::PaymentCompleted,
            Window::SameDay,
            true,
            of_members!(Buyer),
        ),
        kind(
            Purpose::PointsAcquired,
            Window::SameDay,
            true,
            of_members!(Condition),
        ),
        kind(
            Purpose::ReservationMade,
            Window::SameDay,
            true,
            of_members!(Contact),
        ),
        kind(
            Purpose::ReservationReminder,
            Window::DaysBefore(7),
            false,
            of_members!(Reminders, Contact),
        ),
        kind(
            Purpose::MemberRegistered,
            Window::SameDay,
            true,
            of_phones!(Registration),
        ),
        kind(Purpose::Shipped, Window::SameDay, false, of_members!(Buyer)),
        kind(Purpose::Arrived, Window::SameDay, false, of_members!(Buyer)),
        kind(
            Purpose::PaymentReminder,
            Window::DaysBefore(15),
            false,
            of_members!(),
        ),
        kind(
            Purpose::OrderCompleted,
            Window::SameDay,
            true,
            of_phones!(Buyer),
        ),
    ],
    line_push: &[Rule::Window, Rule::Friend, Rule::Quota, Rule::Length],
    line_reply: &[Rule::Window, Rule::Length],
    alimtalk: &[
        Rule::Window,
        Rule::Mobile,
        Rule::Template,
        Rule::Length,
        Rule::Buttons,
        Rule::Marketing,
        Rule::BenefitOrigin,
    ],
    sms: &[Rule::Window, Rule::Mobile, Rule::Length],
    email: &[Rule::Window, Rule::Address, Rule::Unsubscribe, Rule::Length],
    advertisement: &[
        Rule::Consent,
        Rule::AdLabel,
        Rule::AdSender,
        Rule::AdOptOut,
        Rule::AdHours,
    ],
    last: &[Rule::QuietHours, Rule::DayCap, Rule::WeekCap, Rule::Budget],
};

const fn kind(purpose: Purpose, window: Window, by_act: bool, rules: &'static [Rule]) -> KindRule {
    KindRule {
        purpose,
        window,
        by_act,
        rules,
    }
}

/// The edition of that name.
#[must_use]
pub fn edition(name: &str) -> Option<&'static Edition> {
    static ALL: [Edition; 1] = EDITIONS;
    ALL.iter().find(|edition| edition.name == name)
}

impl Edition {
    /// The rule of a kind that LINE notification messages may be for.
    #[must_use]
    pub fn kind(&self, purpose: Purpose) -> Option<&KindRule> {
        self.kinds.iter().find(|kind| kind.purpose == purpose)
    }

    /// What is looked at between [`Self::first`] and [`Self::last`], but for advertisements.
    #[must_use]
    pub fn of(&self, channel: Channel, purpose: Purpose) -> &[Rule] {
        match channel {
            Channel::LineNotification => match self.kind(purpose) {
                Some(kind) => kind.rules,
                None => &[Rule::Kind],
            },
            Channel::LinePush => self.line_push,
            Channel::LineReply => self.line_reply,
            Channel::Alimtalk => self.alimtalk,
            Channel::Sms => self.sms,
            Channel::Email => self.email,
        }
    }
}
