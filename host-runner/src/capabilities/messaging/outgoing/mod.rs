//! Messages to a provider, over HTTP unless it is reached otherwise: many at once, at its rate, each at most once.

mod gate;
mod provider;
mod pulse;
mod renewal;
mod round;
mod wire;

#[cfg(test)]
mod tests;

pub(super) use provider::{Answer, Provider, Refusal, Renewal, Repeats, Request, Verdict, Why};
pub(super) use renewal::until_hour;
pub(super) use wire::{Base, Lost, Post};

use super::at_once::at_once;
use super::recent::Recent;
use super::{Channel, Message, Messaging, Outcome};
use crate::capabilities::Merchant;
use crate::capabilities::clock::Clock;
use crate::capabilities::logging::LogSink;
use gate::Gate;
use pulse::{Pulse, Real};
use round::Round;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use wire::Wire;

/// No request is begun once a call took this long; what is left is to be tried again.
const CALL: Duration = Duration::from_secs(60);

/// How messages flow to a provider.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flow {
    /// Requests at once, 1 to 64.
    pub(super) concurrency: usize,
    /// Requests a second, 1 to 2,000.
    pub(super) per_second: u32,
    /// How long a request may take until its answer is there, 1 to 60 seconds.
    pub(super) timeout: Duration,
}

impl Flow {
    /// The longest time that one call may take.
    pub(super) fn longest_call(&self) -> Duration {
        CALL + self.timeout
    }
}

/// Hands the messages of one merchant and channel to a provider over HTTP.
///
/// What becomes of a message:
/// - The provider took it, or says that it took it before under the same key: accepted, with its id.
/// - It refuses it, or no request can be made of it: undeliverable; the text begins with `unreachable`, `refused`,
///   `template` or `quota`, and a colon.
/// - The provider has no room (429), or nothing of the request's body left: retry after. The rate's share of all
///   messages, the breaker, and wrong credentials do the same.
/// - The request may have arrived, or the answer can't be read: repeated with the same key after a pause where the provider
///   knows it again; else, and when that doesn't help, unknown.
///
/// A quota that is used up answers for all later messages until it is renewed, without asking the provider. Five failures in
/// a row open a circuit breaker, for 10 seconds at first and 5 minutes at most.
///
/// What a provider that knows no keys was given is remembered, the last 10,000 messages of this process, and answered
/// again as it was. Secrets, addresses and texts never reach the log or an outcome.
pub(super) struct Outgoing {
    provider: Box<dyn Provider>,
    post: Box<dyn Post>,
    pulse: Box<dyn Pulse>,
    origin: String,
    concurrency: usize,
    gate: Mutex<Gate>,
    /// The UTC second until which nothing goes, and why.
    shut: Mutex<Option<(u64, Why)>>,
    recent: Recent,
    clock: Arc<dyn Clock>,
    log: Arc<dyn LogSink>,
}

impl Outgoing {
    /// A backend that sends by this provider. It doesn't connect yet.
    ///
    /// # Errors
    /// Where TLS can't be set up, in words.
    pub(super) fn new(
        provider: Box<dyn Provider>,
        base: Base,
        flow: &Flow,
        clock: Arc<dyn Clock>,
        log: Arc<dyn LogSink>,
    ) -> Result<Self, String> {
        let origin = base.origin();
        let wire = Box::new(Wire::new(base, flow.timeout, flow.concurrency)?);
        Ok(Self::by(provider, wire, (origin, flow), clock, log))
    }

    /// A backend that reaches its provider, which is at this origin, by a way of its own.
    pub(super) fn by(
        provider: Box<dyn Provider>,
        post: Box<dyn Post>,
        flow: (String, &Flow),
        clock: Arc<dyn Clock>,
        log: Arc<dyn LogSink>,
    ) -> Self {
        Self::with(provider, flow, (post, Box::new(Real::new())), clock, log)
    }

    fn with(
        provider: Box<dyn Provider>,
        (origin, flow): (String, &Flow),
        (post, pulse): (Box<dyn Post>, Box<dyn Pulse>),
        clock: Arc<dyn Clock>,
        log: Arc<dyn LogSink>,
    ) -> Self {
        Self {
            provider,
            post,
            pulse,
            origin,
            concurrency: flow.concurrency,
            gate: Mutex::new(Gate::new(flow.per_second)),
            shut: Mutex::default(),
            recent: Recent::new(),
            clock,
            log,
        }
    }

    /// It is whole after every statement, so a thread that panicked left it usable; and so is the quota.
    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shut(&self) -> MutexGuard<'_, Option<(u64, Why)>> {
        self.shut.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Messaging for Outgoing {
    fn key_holds(&self, _: &Merchant, channel: Channel) -> Option<u32> {
        match self.provider.repeats() {
            Repeats::For(seconds) if channel == self.provider.channel() => Some(seconds),
            _ => None,
        }
    }

    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let round = Round::new(self, merchant, self.pulse.now() + CALL);
        at_once(messages, self.concurrency, || |message| round.one(message))
    }
}
