//! What a merchant's notices came to.

use super::{Channel, Kind, Notice, State};
use crate::domain::amount::Amount;
use crate::domain::policy::Code;
use crate::domain::report::Month;
use crate::domain::zone::Zone;

/// Notices of one month, channel, kind and end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The local month in which they were made.
    pub month: Month,
    /// The channel.
    pub channel: Channel,
    /// The kind.
    pub kind: Kind,
    /// What has become of them.
    pub end: End,
    /// Why the policy denied or deferred them.
    pub code: Option<Code>,
    /// How many.
    pub notices: u32,
    /// What they cost, in the merchant's money.
    pub cost: Amount,
}

/// What has become of a notice, without what was said of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the cases are those of State")]
pub enum End {
    Queued,
    Deferred,
    Sending,
    Accepted,
    Delivered,
    Undelivered,
    Denied,
    Dropped,
    Missed,
    Unknown,
}

impl End {
    /// That of a state, and the policy's word with it.
    #[must_use]
    pub fn of(state: &State) -> (Self, Option<Code>) {
        match state {
            State::Queued => (Self::Queued, None),
            State::Deferred(code) => (Self::Deferred, Some(*code)),
            State::Sending => (Self::Sending, None),
            State::Accepted(_) => (Self::Accepted, None),
            State::Delivered(_) => (Self::Delivered, None),
            State::Undelivered(_) => (Self::Undelivered, None),
            State::Denied(code) => (Self::Denied, Some(*code)),
            State::Dropped(_) => (Self::Dropped, None),
            State::Missed => (Self::Missed, None),
            State::Unknown => (Self::Unknown, None),
        }
    }
}

/// Adds a notice to the figures.
pub fn add(figures: &mut Vec<Figure>, notice: &Notice, zone: Zone) {
    let (end, code) = End::of(&notice.state);
    let new = Figure {
        month: Month::of(notice.made, zone),
        channel: notice.channel,
        kind: notice.kind,
        end,
        code,
        notices: 0,
        cost: Amount::ZERO,
    };
    let of = |it: &Figure| (it.month, it.channel, it.kind, it.end, it.code);
    let place = figures.iter().position(|it| of(it) == of(&new));
    let place = place.unwrap_or_else(|| {
        figures.push(new);
        figures.len().saturating_sub(1)
    });
    if let Some(figure) = figures.get_mut(place) {
        figure.notices = figure.notices.saturating_add(1);
        figure.cost += notice.cost;
    }
}
