//! One notice on one channel, from its making to its end.

use super::{Channel, Kind, Lead, Reason, Told};
use crate::domain::amount::Amount;
use crate::domain::calendar_date;
use crate::domain::ids::{Id, Name};
use crate::domain::instant::Instant;
use crate::domain::policy::{Code, Origin};
use crate::reading::Read;
use crate::shared::Shared;
use chrono::NaiveDate;
use serde::Serialize;

/// Seconds for which a notice that is being sent is left alone: whoever sends it may still be at it.
pub const LEASE: u32 = 600;

/// Tries of one notice, at most.
const TRIES_MAX: u32 = 10;

/// Seconds before the second try; each further one waits twice as long, at most [`PAUSE_MAX`].
const PAUSE: u32 = 60;

/// Seconds between two tries, at most.
const PAUSE_MAX: u32 = 3_600;

/// Steps that are kept of one notice: as many as ten tries make, and some more. Of more than that the first and the last are kept.
const STEPS_MAX: usize = 40;

/// Seconds after which a LINE notification message that was accepted and not told as delivered has not arrived. Source:
/// spec, notification, Readings.
const SILENCE: u32 = 86_400;

/// What is told of an undelivered notice whose member is forgotten.
const FORGOTTEN: &str = "forgotten";

/// Which notice: whose, and the rest of its key. Made of what caused it, so that one cause makes one notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeId {
    /// The member.
    pub member: Id,
    /// `2026-06-08/points-expiring/points/2-days/email`.
    pub tail: String,
}

impl NoticeId {
    /// That of the same cause by another channel.
    #[must_use]
    pub fn by(&self, channel: Channel) -> Self {
        let cause = self.tail.rsplit_once('/').map_or("", |(cause, _)| cause);
        Self {
            member: self.member.clone(),
            tail: format!("{cause}/{}", channel.name()),
        }
    }
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// Points that will lapse, as the check of a date found them.
    Points {
        /// The programme.
        programme: Name,
        /// How long before.
        lead: Lead,
        /// The check's date.
        #[serde(with = "calendar_date")]
        date: NaiveDate,
        /// Lots granted later don't belong to it.
        seen: Instant,
    },
    /// Coupons that will lapse, as the check of a date found them.
    Coupons {
        /// How long before.
        lead: Lead,
        /// Their last day.
        #[serde(with = "calendar_date")]
        day: NaiveDate,
    },
    /// Points that came or went.
    Change {
        /// The programme.
        programme: Name,
        /// Why.
        reason: Reason,
        /// Of several reasons the one that shows least of an act.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        least: Option<Reason>,
        /// The balance after it.
        balance: Amount,
        /// When they are acquired, if that is read as their activation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        acquired: Option<Instant>,
    },
    /// Points that lapsed.
    Lapse {
        /// The programme.
        programme: Name,
        /// When the last of them did.
        at: Instant,
    },
    /// What the platform tells of.
    Told(Shared<Told>),
}

/// What has become of a notice. Source: spec, notification, Delivery.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It waits for its time, or for another try.
    Queued,
    /// The policy lets it go later; why.
    Deferred(Code),
    /// It was handed to the channel, and no answer was kept yet.
    Sending,
    /// The provider took it; its own id if it gave one.
    Accepted(Option<String>),
    /// The provider told that it has arrived; the provider's own id.
    Delivered(Option<String>),
    /// It will never arrive by this channel; why.
    Undelivered(String),
    /// The policy does not let it go; why.
    Denied(Code),
    /// It was not sent, as there was nothing left to tell, or nobody to tell it to.
    Dropped(Drop),
    /// Its time had passed before it could be sent.
    Missed,
    /// It may have been taken or not, and is not repeated.
    Unknown,
}

/// Why a notice was dropped at the second look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drop {
    /// The points were spent or are held, the coupons used or reserved, or their lapse was put off.
    NothingLeft,
    /// No record of the member is there, or it was merged into another.
    MemberGone,
    /// The member's record has no address for the channel.
    NoAddress,
    /// The platform took it back, or told of the same event at another time.
    Withdrawn,
}

/// A notice.
#[derive(Clone, Debug, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Notice {
    /// What it tells of.
    pub kind: Kind,
    /// By which way.
    pub channel: Channel,
    /// What it is about.
    pub about: About,
    /// How many points; for what expires, what they were when it was made or last looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub points: Option<Amount>,
    /// By what the points that it tells of came about, as far as rules say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
    /// The number of the configuration whose settings and texts it goes by.
    pub configuration: u32,
    /// When it was made.
    pub made: Instant,
    /// When it goes out, or is tried again.
    pub from: Instant,
    /// It is never sent at or after this instant.
    pub until: Instant,
    /// How often it was handed to the channel.
    pub tries: u32,
    /// What has become of it.
    pub state: State,
    /// When the state was reached.
    pub at: Instant,
    /// When it was first handed over, of the tries that may have been taken; none: it has certainly not gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub handed: Option<Instant>,
    /// What its tries cost, in the merchant's money.
    #[serde(default, skip_serializing_if = "Amount::is_zero")]
    pub cost: Amount,
    /// What it would cost as a text message, where that was looked at for the order of its channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_text: Option<Amount>,
    /// Whether the policy was asked, as it is of all that were made since there is one.
    #[serde(default)]
    pub judged: bool,
    /// What happened to it, the last of it last; at most [`STEPS_MAX`] steps, the first among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trail: Vec<Step>,
}

/// Something that happened to a notice.
#[derive(Clone, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Step {
    /// When.
    pub at: Instant,
    /// What.
    pub what: String,
}

/// From when on and until when a notice may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// From then on.
    pub from: Instant,
    /// Before then.
    pub until: Instant,
}

/// How the steps begin that end with a provider's own words.
const TOLD: [&str; 3] = [
    "accepted as ",
    "undeliverable: ",
    "reported as undeliverable: ",
];

impl Step {
    /// Takes a provider's own words out, which may name an address. Tells whether there were any.
    fn erase(&mut self) -> bool {
        let begin = TOLD.iter().find(|begin| self.what.starts_with(**begin));
        let length = begin.map(|begin| begin.trim_end_matches([':', ' ']).len());
        if let Some(length) = length {
            self.what.truncate(length);
        }
        length.is_some()
    }
}

impl Notice {
    /// One that is made now by a configuration of that number, and waits for its time.
    #[must_use]
    pub fn new(
        kind: Kind,
        channel: Channel,
        about: About,
        configuration: u32,
        now: Instant,
        span: Span,
    ) -> Self {
        Self {
            kind,
            channel,
            about,
            points: None,
            origin: None,
            configuration,
            made: now,
            from: span.from,
            until: span.until,
            tries: 0,
            state: State::Queued,
            at: now,
            handed: None,
            cost: Amount::ZERO,
            as_text: None,
            judged: false,
            trail: Vec::new(),
        }
    }

    /// Whether it stands in the outbox: it is to be sent, or something is to become of it if nothing is heard.
    #[must_use]
    pub fn is_open(&self) -> bool {
        match self.state {
            State::Queued | State::Deferred(_) | State::Sending => true,
            State::Accepted(_) => self.channel == Channel::LineNotification,
            _ => false,
        }
    }

    /// Notes what happened to it.
    pub fn note(&mut self, now: Instant, what: impl Into<String>) {
        if self.trail.len() >= STEPS_MAX {
            self.trail.remove(1);
        }
        self.trail.push(Step {
            at: now,
            what: what.into(),
        });
    }

    /// The provider took it. What LINE takes by phone number is waited for, as it may still be thrown away there.
    pub fn accepted(&mut self, answer: Option<String>, now: Instant) {
        self.from = now.plus_seconds(SILENCE);
        self.becomes(State::Accepted(answer), now);
    }

    /// Its member is forgotten: it goes nowhere any more, and what a provider said of it, which may name an address, is
    /// erased. Tells whether that changes it.
    pub fn forget(&mut self, now: Instant) -> bool {
        let mut erased = false;
        for step in &mut self.trail {
            erased |= step.erase();
        }
        match &mut self.state {
            State::Queued | State::Deferred(_) => {
                self.fails(State::Dropped(Drop::MemberGone), now);
            }
            State::Sending => self.becomes(State::Unknown, now),
            State::Accepted(answer @ Some(_)) | State::Delivered(answer @ Some(_)) => {
                *answer = None;
            }
            State::Undelivered(why) if why != FORGOTTEN => FORGOTTEN.clone_into(why),
            _ => return erased,
        }
        true
    }

    /// Where it is for good, or how it stands since `now`.
    pub fn becomes(&mut self, state: State, now: Instant) {
        self.state = state;
        self.at = now;
    }

    /// It comes to this end without having gone by what was done last. What may have gone before is unknown, whatever it is now.
    pub fn fails(&mut self, end: State, now: Instant) {
        let taken = matches!(self.state, State::Accepted(_));
        let open = self.handed.is_some() && !taken;
        if open {
            self.note(now, "unknown: it may have gone before");
        }
        self.becomes(if open { State::Unknown } else { end }, now);
    }

    /// When it was first handed over, if it may have been taken.
    #[must_use]
    pub fn may_have_gone(&self) -> Option<Instant> {
        let sending = self.state == State::Sending;
        self.handed.or(Some(self.at).filter(|_| sending))
    }

    /// What was handed over last was certainly not taken. Tells whether none of the tries before may have been.
    pub fn not_taken(&mut self) -> bool {
        let first = self.handed == Some(self.at);
        self.handed = self.handed.filter(|_| !first);
        first
    }

    /// It goes at that instant at the earliest, as a rule says, if there is time.
    pub fn defer(&mut self, until: Instant, code: Code, now: Instant) {
        if until >= self.until {
            self.note(now, "denied: window-passed");
            self.fails(State::Denied(Code::WindowPassed), now);
        } else {
            self.from = until;
            self.becomes(State::Deferred(code), now);
        }
    }

    /// It is about to be handed over; who finds it so after [`LEASE`] seconds knows that no answer was kept.
    pub fn begin(&mut self, now: Instant) {
        self.tries = self.tries.saturating_add(1);
        self.from = now.plus_seconds(LEASE);
        self.handed = self.handed.or(Some(now));
        self.becomes(State::Sending, now);
    }

    /// To be tried again after so many seconds, if there is time; `salt` spreads the tries of many.
    pub fn put_off(&mut self, seconds: u32, salt: u32, now: Instant) {
        let doubled = PAUSE.saturating_mul(1 << self.tries.saturating_sub(1).min(10));
        let pause = doubled.min(PAUSE_MAX);
        // Up to a quarter more, so that those which failed together don't come back together.
        let spread = salt.checked_rem(pause / 4).unwrap_or(0);
        self.from = now.plus_seconds(seconds.max(pause).saturating_add(spread));
        if self.tries >= TRIES_MAX {
            let told = "the channel did not take it in ten tries".to_owned();
            self.fails(State::Undelivered(told), now);
        } else if self.from >= self.until {
            self.fails(State::Missed, now);
        } else {
            self.becomes(State::Queued, now);
        }
    }
}
