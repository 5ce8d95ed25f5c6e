//! A provider that sends nothing: it keeps what it was given and answers as it is told to, for scenarios and tests.

use super::{Channel, Message, Messaging, Outcome};
use crate::capabilities::Merchant;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps messages until they are taken. It has no bound, so it is not for a host that runs on.
#[derive(Debug, Default)]
pub struct Simulated(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    taken: Vec<Message>,
    answers: HashMap<Channel, Outcome>,
}

impl Simulated {
    /// What this channel answers from now on; unless it is told, it accepts everything.
    pub fn answer(&self, channel: Channel, outcome: Outcome) {
        self.state().answers.insert(channel, outcome);
    }

    /// What was accepted, or may have been, since this was asked last.
    #[must_use]
    pub fn take(&self) -> Vec<Message> {
        std::mem::take(&mut self.state().taken)
    }

    /// The state is whole after every statement, so a thread that panicked left it usable.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Messaging for Simulated {
    fn send(&self, _: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let mut state = self.state();
        let mut outcomes = Vec::with_capacity(messages.len());
        for message in messages {
            let told = state.answers.get(&message.channel).cloned();
            let outcome = told.unwrap_or(Outcome::Accepted(None));
            if matches!(outcome, Outcome::Accepted(_) | Outcome::Unknown) {
                state.taken.push(message.clone());
            }
            outcomes.push(outcome);
        }
        outcomes
    }

    /// As long as LINE's retry keys and Mitake's client ids hold.
    fn key_holds(&self, _: &Merchant, channel: Channel) -> Option<u32> {
        match channel {
            Channel::LinePush => Some(23 * 3600),
            Channel::Sms => Some(11 * 3600),
            _ => None,
        }
    }
}
