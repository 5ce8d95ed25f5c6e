//! What a campaign is at an instant.

use crate::domain::instant::Instant;
use crate::reading::Read;
use serde::Serialize;

/// What a campaign is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Not published yet.
    Draft,
    /// Published, and its start lies ahead.
    Scheduled,
    /// Published, and open.
    Running,
    /// Published, and stopped by somebody.
    Paused,
    /// Published, and its end has come.
    Ended,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Draft,
        Self::Scheduled,
        Self::Running,
        Self::Paused,
        Self::Ended,
    ];

    /// Its name in the interface.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Ended => "ended",
        }
    }
}

/// What the state of a campaign follows from. It is true at each instant by itself: no tick writes it down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Life {
    /// When it starts; there whenever it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Instant>,
    /// When it ends: the first instant at which it is over; there whenever it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Instant>,
    /// When it was published for the first time; none: it is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published: Option<Instant>,
    /// Since when it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paused: Option<Instant>,
}

impl Life {
    /// The state at an instant. The start belongs to the campaign, the end does not; a paused one ends at its end, too.
    #[must_use]
    pub fn state(&self, now: Instant) -> State {
        if self.published.is_none() {
            State::Draft
        } else if self.to.is_some_and(|to| now >= to) {
            State::Ended
        } else if self.paused.is_some() {
            State::Paused
        } else if self.from.is_some_and(|from| now < from) {
            State::Scheduled
        } else {
            State::Running
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Life, State};
    use crate::domain::instant::Instant;

    fn at(day: u32) -> Option<Instant> {
        Instant::parse(&format!("2026-12-{day:02}T02:00:00Z"))
    }

    #[test]
    fn the_clock_alone_moves_a_published_campaign_on() {
        let scheduled = Life {
            from: at(10),
            to: at(20),
            published: at(1),
            paused: None,
        };
        let paused = Life {
            paused: at(12),
            ..scheduled
        };
        let draft = Life {
            published: None,
            ..scheduled
        };
        let second = |day: u32, seconds: u64| {
            let day = at(day).unwrap().seconds();
            Instant::new(day - 1 + seconds, 0).unwrap()
        };
        for (life, now, expected) in [
            (scheduled, second(10, 0), State::Scheduled),
            (scheduled, second(10, 1), State::Running),
            (scheduled, second(20, 0), State::Running),
            (scheduled, second(20, 1), State::Ended),
            (paused, second(5, 0), State::Paused),
            (paused, second(20, 0), State::Paused),
            (paused, second(20, 1), State::Ended),
            (draft, second(5, 0), State::Draft),
            (draft, second(20, 1), State::Draft),
        ] {
            assert_eq!(life.state(now), expected, "{life:?} at {now}");
        }
    }
}
