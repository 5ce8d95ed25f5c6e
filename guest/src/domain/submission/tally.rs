//! What the submissions of a campaign come to, counted as they change.

use super::{Message, State};
use crate::domain::config::is_default;
use crate::reading::Read;
use rust_decimal::Decimal;
use serde::Serialize;

/// What figures tell apart. Revoked ones are not qualified any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Verified and qualified.
    Passed,
    /// Nothing known in time, or over a limit.
    Invalid,
    /// Not known yet.
    Waiting,
    /// Verified and not qualified.
    NotQualified,
}

/// Counters of some of a campaign's members. All of a campaign's are added up when somebody asks.
#[derive(Clone, Debug, Default, PartialEq, Read, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// Members who sent something in.
    pub participants: u64,
    /// By state; what became a duplicate left.
    pub passed: u64,
    /// See [`Self::passed`].
    pub invalid: u64,
    /// See [`Self::passed`].
    pub waiting: u64,
    /// See [`Self::passed`].
    pub not_qualified: u64,
    /// Of those that are not qualified, the ones that had passed.
    #[serde(default)]
    pub revoked: u64,
    /// Of those that have passed, the ones that are to be looked at before the draw.
    #[serde(default, skip_serializing_if = "is_default")]
    pub looks: u64,
    /// Messages by kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Sent>,
}

/// Messages of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Read, Serialize)]
pub struct Sent {
    /// The kind.
    pub message: Message,
    /// Those that cost nothing.
    pub free: u64,
    /// What the others are charged as.
    pub charged: u64,
}

/// A number and its part of all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// How many.
    pub count: u64,
    /// Per cent with one decimal, half up; 0 of 0 is 0.
    pub percent: Decimal,
}

/// What a campaign's counters say.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Uploads that were taken.
    pub uploaded: u64,
    /// Members who sent something in.
    pub participants: u64,
    /// Of the uploads.
    pub passed: Share,
    /// Of the uploads.
    pub invalid: Share,
    /// Of the uploads.
    pub waiting: Share,
    /// Of the uploads.
    pub not_qualified: Share,
    /// Of those that are not qualified.
    pub revoked: u64,
    /// Messages by kind.
    pub messages: Vec<Sent>,
}

impl Share {
    fn of(count: u64, all: u64) -> Self {
        // Tenths of per cent, rounded half up in whole numbers.
        let (count_wide, all_wide) = (u128::from(count), u128::from(all));
        let tenths = (count_wide * 2_000 + all_wide)
            .checked_div(2 * all_wide)
            .unwrap_or(0);
        Self {
            count,
            percent: Decimal::new(i64::try_from(tenths).unwrap_or(i64::MAX), 1),
        }
    }
}

impl Tally {
    fn of(&mut self, state: State) -> Option<&mut u64> {
        Some(match state {
            State::Waiting => &mut self.waiting,
            State::Passed => &mut self.passed,
            State::NotQualified | State::Revoked => &mut self.not_qualified,
            State::Invalid => &mut self.invalid,
            State::Duplicate => return None,
        })
    }

    /// One came to this state, from another if it was there before.
    pub fn moves(&mut self, from: Option<State>, to: State) {
        if let Some(count) = from.and_then(|from| self.of(from)) {
            *count = count.saturating_sub(1);
        }
        if let Some(count) = self.of(to) {
            *count = count.saturating_add(1);
        }
        if to == State::Revoked {
            self.revoked = self.revoked.saturating_add(1);
        }
    }

    /// A message was made that is charged as so many; 0: it is free.
    pub fn tells(&mut self, message: Message, charged: u32) {
        self.add(&Sent {
            message,
            free: u64::from(charged == 0),
            charged: charged.into(),
        });
    }

    /// A message that was to be free had to be charged.
    pub fn charge(&mut self, message: Message) {
        if let Some(sent) = self.messages.iter_mut().find(|it| it.message == message) {
            sent.free = sent.free.saturating_sub(1);
            sent.charged = sent.charged.saturating_add(1);
        }
    }

    fn add(&mut self, more: &Sent) {
        if let Some(sent) = self
            .messages
            .iter_mut()
            .find(|it| it.message == more.message)
        {
            sent.free = sent.free.saturating_add(more.free);
            sent.charged = sent.charged.saturating_add(more.charged);
        } else {
            self.messages.push(*more);
        }
    }

    /// Both together.
    pub fn join(&mut self, other: &Self) {
        for (own, more) in [
            (&mut self.participants, other.participants),
            (&mut self.passed, other.passed),
            (&mut self.invalid, other.invalid),
            (&mut self.waiting, other.waiting),
            (&mut self.not_qualified, other.not_qualified),
            (&mut self.revoked, other.revoked),
            (&mut self.looks, other.looks),
        ] {
            *own = own.saturating_add(more);
        }
        for sent in &other.messages {
            self.add(sent);
        }
    }

    /// Uploads that were taken: neither duplicates nor unreadable ones.
    #[must_use]
    pub fn uploaded(&self) -> u64 {
        let states = [self.passed, self.invalid, self.waiting, self.not_qualified];
        states.into_iter().fold(0, u64::saturating_add)
    }

    /// What they say.
    #[must_use]
    pub fn figures(mut self) -> Figures {
        let uploaded = self.uploaded();
        let share = |count| Share::of(count, uploaded);
        let order = Message::ALL.into_iter();
        let mut sent = std::mem::take(&mut self.messages);
        let messages = order.filter_map(|message| {
            let place = sent.iter().position(|it| it.message == message)?;
            Some(sent.swap_remove(place))
        });
        Figures {
            uploaded,
            participants: self.participants,
            passed: share(self.passed),
            invalid: share(self.invalid),
            waiting: share(self.waiting),
            not_qualified: share(self.not_qualified),
            revoked: self.revoked,
            messages: messages.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_rounded_half_up_and_nothing_of_nothing_is_nothing() {
        let share = |count, all| Share::of(count, all).percent.to_string();
        assert_eq!(share(0, 0), "0.0");
        assert_eq!(share(1, 3), "33.3");
        assert_eq!(share(2, 3), "66.7");
        assert_eq!(share(1, 2_000), "0.1");
        assert_eq!(share(1, 2_001), "0.0");
        assert_eq!(share(7, 7), "100.0");
    }

    #[test]
    fn counts_follow_states() {
        let mut tally = Tally::default();
        tally.moves(None, State::Waiting);
        tally.moves(None, State::Invalid);
        tally.moves(Some(State::Waiting), State::Passed);
        tally.moves(Some(State::Passed), State::Revoked);
        assert_eq!(
            (tally.uploaded(), tally.not_qualified, tally.revoked),
            (2, 1, 1)
        );
        tally.moves(None, State::Waiting);
        tally.moves(Some(State::Waiting), State::Duplicate);
        assert_eq!(tally.uploaded(), 2);
    }
}
