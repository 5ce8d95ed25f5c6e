//! What is asked: a message, as far as a policy has to know it.

use super::Quiet;
use crate::domain::amount::Amount;
use crate::domain::instant::Instant;
use crate::domain::notice;
use crate::reading::Read;
use serde::Serialize;

/// What a message is for. The first nine are those that LINE notification messages may be for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// An order was paid.
    PaymentCompleted,
    /// Points were granted, pending or not.
    PointsAcquired,
    /// A reservation or the registration for an event is done.
    ReservationMade,
    /// A reservation or an event is near.
    ReservationReminder,
    /// Somebody became a member.
    MemberRegistered,
    /// The goods are on their way.
    Shipped,
    /// The goods are there.
    Arrived,
    /// A payment, a late payment or a renewal is due.
    PaymentReminder,
    /// An order is complete.
    OrderCompleted,
    /// Points will lapse.
    PointsExpiring,
    /// Coupons will lapse.
    CouponsExpiring,
    /// Points were spent or taken back.
    PointsDeducted,
    /// Points have lapsed.
    PointsLapsed,
    /// To sell something.
    Advertisement,
    /// Anything else.
    Other,
}

impl Purpose {
    /// Whether it tells of points or coupons.
    #[must_use]
    pub fn is_about_benefits(self) -> bool {
        matches!(
            self,
            Self::PointsAcquired
                | Self::PointsExpiring
                | Self::CouponsExpiring
                | Self::PointsDeducted
                | Self::PointsLapsed
        )
    }
}

impl From<notice::Kind> for Purpose {
    fn from(kind: notice::Kind) -> Self {
        match kind {
            notice::Kind::PointsExpiring => Self::PointsExpiring,
            notice::Kind::CouponsExpiring => Self::CouponsExpiring,
            notice::Kind::PointsGranted => Self::PointsAcquired,
            notice::Kind::PointsDeducted => Self::PointsDeducted,
            notice::Kind::PointsLapsed => Self::PointsLapsed,
            notice::Kind::PaymentCompleted => Self::PaymentCompleted,
            notice::Kind::ReservationMade => Self::ReservationMade,
            notice::Kind::ReservationReminder => Self::ReservationReminder,
            notice::Kind::MemberRegistered => Self::MemberRegistered,
            notice::Kind::Shipped => Self::Shipped,
            notice::Kind::Arrived => Self::Arrived,
            notice::Kind::PaymentReminder => Self::PaymentReminder,
            notice::Kind::OrderCompleted => Self::OrderCompleted,
            notice::Kind::Advertisement => Self::Advertisement,
            notice::Kind::Other => Self::Other,
        }
    }
}

/// A way on which a message may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// LINE to a phone number.
    LineNotification,
    /// LINE to a friend of the official account.
    LinePush,
    /// LINE in answer to the person's own act of a moment ago, by its token.
    LineReply,
    /// Kakao AlimTalk.
    Alimtalk,
    /// Text messages.
    Sms,
    /// Mail.
    Email,
}

impl From<notice::Channel> for Channel {
    fn from(channel: notice::Channel) -> Self {
        match channel {
            notice::Channel::Email => Self::Email,
            notice::Channel::Sms => Self::Sms,
            notice::Channel::LinePush => Self::LinePush,
            notice::Channel::LineNotification => Self::LineNotification,
            notice::Channel::Alimtalk => Self::Alimtalk,
        }
    }
}

/// Who placed the order that a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Buyer {
    /// A member.
    Member,
    /// Somebody without an account.
    Guest,
    /// Somebody without an account, who was found to be a member later.
    GuestLinkedLater,
}

/// What points were granted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// A condition that the member fulfilled by acting.
    Acting,
    /// The registration itself.
    SignUp,
    /// Nothing: everybody got them.
    Uniform,
    /// The birthday.
    Birthday,
    /// Somebody's decision.
    ByHand,
}

/// How somebody became a member, and how the message about it is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RegistrationWay {
    /// By the platform's own pages.
    OnLine,
    /// In a shop; handed over by API.
    OffLineApi,
    /// In a shop; handed over in a file by hand.
    OffLineUpload,
}

/// Where points or coupons come from. Source: Korea's rules for AlimTalk since April 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// No benefit is told of.
    None,
    /// A purchase.
    Paid,
    /// An event that the person took part in.
    Event,
    /// A contract.
    Contract,
    /// A promotion.
    Promo,
    /// Nothing.
    Free,
}

impl Origin {
    /// That of several benefits told of together: of two the one that makes telling an advertisement, in whichever order they come; where one
    /// is not known, both are not.
    #[must_use]
    pub fn weaker(one: Option<Self>, other: Option<Self>) -> Option<Self> {
        match (one, other) {
            (Some(given), _) | (_, Some(given)) if !given.is_earned() => Some(given),
            (Some(one), Some(_)) => Some(one),
            _ => None,
        }
    }

    /// Whether it makes telling of the benefit information.
    #[must_use]
    pub fn is_earned(self) -> bool {
        matches!(self, Self::Paid | Self::Event | Self::Contract)
    }
}

/// Reminders of one event that one member was sent before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reminders {
    /// Those that the provider took.
    pub accepted: u32,
    /// Those of which nobody knows.
    pub unknown: u32,
    /// How many of both were sent before the event was moved.
    pub before_move: u32,
}

/// Messages that a member was sent in the present local day and week, which begins on Monday; all purposes and channels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sent {
    /// In the day.
    pub day: u32,
    /// In the week.
    pub week: u32,
}

/// What holds, of the message and of whom it goes to. Nothing holds unless it is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts(u32);

impl Facts {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// A member when it happened, or when it was told of the event.
    pub const MEMBER_AT_EVENT: Self = Self(1);
    /// A member when the message is sent.
    pub const MEMBER_AT_SENDING: Self = Self(1 << 1);
    /// An act of this person towards this brand was recorded before.
    pub const ACTED_BEFORE: Self = Self(1 << 2);
    /// Whoever wrote the message declares that it is to sell.
    pub const MARKETING: Self = Self(1 << 3);
    /// The text names how to reach the merchant's service.
    pub const SERVICE_CONTACT: Self = Self(1 << 4);
    /// The person's LINE user id is known.
    pub const LINE_ID: Self = Self(1 << 5);
    /// The person has blocked the account.
    pub const BLOCKED: Self = Self(1 << 6);
    /// The template was approved.
    pub const TEMPLATE_APPROVED: Self = Self(1 << 7);
    /// Every variable of the template has a value.
    pub const VARIABLES_COMPLETE: Self = Self(1 << 8);
    /// The text's last line says by which purchase, event or contract the benefit came about.
    pub const BASIS_LINE: Self = Self(1 << 9);
    /// Consent to advertisements by this channel.
    pub const AD_CONSENT: Self = Self(1 << 10);
    /// Consent to advertisements at night.
    pub const NIGHT_CONSENT: Self = Self(1 << 11);
    /// The text names the sender and how to reach it.
    pub const SENDER_NAMED: Self = Self(1 << 12);
    /// The text says how to refuse further ones, free of charge.
    pub const FREE_OPT_OUT: Self = Self(1 << 13);
    /// A mailbox is known.
    pub const EMAIL: Self = Self(1 << 14);
    /// Mail to it came back for good.
    pub const BOUNCED: Self = Self(1 << 15);
    /// The person complained of mail.
    pub const COMPLAINED: Self = Self(1 << 16);
    /// The mail has List-Unsubscribe with one click (RFC 8058).
    pub const ONE_CLICK_UNSUBSCRIBE: Self = Self(1 << 17);
    /// The person wants none of this purpose by this channel.
    pub const OPTED_OUT: Self = Self(1 << 18);
    /// Its words are made later, and rules about words alone have nothing to look at. Nobody outside tells so.
    pub const WORDS_TO_COME: Self = Self(1 << 31);

    /// By their bits, in the order above.
    #[must_use]
    pub fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether all of these hold.
    #[must_use]
    pub fn has(self, facts: Self) -> bool {
        self.0 & facts.0 == facts.0
    }

    /// These and those.
    #[must_use]
    pub fn with(self, facts: Self) -> Self {
        Self(self.0 | facts.0)
    }

    /// These without those.
    #[must_use]
    pub fn without(self, facts: Self) -> Self {
        Self(self.0 & !facts.0)
    }
}

/// A message that somebody wants to send.
#[derive(Clone, Copy, Debug)]
pub struct Question<'q> {
    /// What it is for.
    pub purpose: Purpose,
    /// By which way.
    pub channel: Channel,
    /// When it would be sent.
    pub at: Instant,
    /// When it happened, or when what it reminds of takes place or is due.
    pub event: Option<Instant>,
    /// Of a late payment: until when it was extended.
    pub extended: Option<Instant>,
    /// It makes no sense at or after this instant.
    pub until: Option<Instant>,
    /// What holds.
    pub facts: Facts,
    /// Who placed the order.
    pub buyer: Option<Buyer>,
    /// What the points were granted for.
    pub grant: Option<Grant>,
    /// How the person became a member.
    pub registration: Option<RegistrationWay>,
    /// Reminders sent before.
    pub reminders: Option<Reminders>,
    /// Where the benefit comes from.
    pub origin: Option<Origin>,
    /// E.164.
    pub mobile: Option<&'q str>,
    /// All that the person reads.
    pub text: Option<&'q str>,
    /// Labels of its buttons.
    pub buttons: &'q [String],
    /// Further texts: links, alternatives, values.
    pub data: &'q [String],
    /// Messages left of the channel's monthly quota; `u32::MAX` without one.
    pub quota_left: Option<u32>,
    /// What the member was sent of late.
    pub sent: Option<Sent>,
    /// What was spent of the merchant's budget.
    pub spent: Option<Amount>,
    /// The person's own quiet hours.
    pub quiet: Option<Quiet>,
}

impl Question<'_> {
    /// With nothing told of it.
    #[must_use]
    pub fn new(purpose: Purpose, channel: Channel, at: Instant) -> Self {
        Self {
            purpose,
            channel,
            at,
            event: None,
            extended: None,
            until: None,
            facts: Facts::NONE,
            buyer: None,
            grant: None,
            registration: None,
            reminders: None,
            origin: None,
            mobile: None,
            text: None,
            buttons: &[],
            data: &[],
            quota_left: None,
            sent: None,
            spent: None,
            quiet: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn of_two_origins_the_one_that_earns_least_counts_in_either_order() {
        let [paid, event, promo] = [Origin::Paid, Origin::Event, Origin::Promo].map(Some);
        for (one, other, both) in [
            (paid, promo, promo),
            (None, promo, promo),
            (paid, None, None),
            (event, event, event),
            (None, None, None),
        ] {
            assert_eq!(Origin::weaker(one, other), both);
            assert_eq!(Origin::weaker(other, one), both);
        }
    }
}
