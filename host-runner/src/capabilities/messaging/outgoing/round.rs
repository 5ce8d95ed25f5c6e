//! One call: what becomes of each of its messages.

use super::Outgoing;
use super::gate::Pass;
use super::provider::{Refusal, Repeats, Request, Verdict};
use super::wire::Lost;
use crate::capabilities::Merchant;
use crate::capabilities::logging::{Level, plain};
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::recent::Known;
use crate::capabilities::messaging::router::no_provider;
use crate::capabilities::messaging::secret::without;
use crate::capabilities::messaging::{Message, Outcome};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Seconds until what the provider or the way to it had no room for is tried again.
const LATER: u32 = 60;

/// Seconds where the operator has to change something first.
const OPERATOR: u32 = 300;

/// The longest time that a provider's own wish to wait is heeded; a day.
const WAIT_MOST: u32 = 86_400;

/// A request goes so many times in a call, where it may be repeated.
const TRIES: u32 = 4;

/// The pause before the first repeat, at most; each is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(500);

/// Bytes of what a provider says that are passed on.
const SAID_BYTES: usize = 200;

/// One call.
pub(super) struct Round<'a> {
    own: &'a Outgoing,
    merchant: &'a Merchant,
    deadline: Duration,
    /// What the operator was told in this call.
    told: Mutex<HashSet<String>>,
}

impl<'a> Round<'a> {
    pub(super) fn new(own: &'a Outgoing, merchant: &'a Merchant, deadline: Duration) -> Self {
        Self {
            own,
            merchant,
            deadline,
            told: Mutex::default(),
        }
    }

    /// What becomes of a message.
    pub(super) fn one(&self, message: &Message) -> Outcome {
        let provider = &self.own.provider;
        if message.channel != provider.channel() {
            return no_provider(message.channel);
        }
        let id = Identity::of(self.merchant, message);
        match self.own.recent.begin(id.digest) {
            Known::Settled(outcome) => return outcome,
            Known::Sending => return Outcome::RetryAfter(LATER),
            Known::New => {}
        }
        let (outcome, lasts) = match self.shut() {
            Some(outcome) => (outcome, false),
            None => match provider.request(message, &id, self.own.clock.now()) {
                Ok(_) => self.deliver(message, &id),
                Err(refusal) => (self.never(refusal, message), true),
            },
        };
        let again = outcome == Outcome::Unknown && matches!(provider.repeats(), Repeats::For(_));
        if lasts && !again {
            self.own.recent.settle(id.digest, &outcome);
        } else {
            self.own.recent.forget(id.digest);
        }
        outcome
    }

    /// Sends a message, again if it may; and whether the outcome is to be kept.
    fn deliver(&self, message: &Message, id: &Identity) -> (Outcome, bool) {
        let repeats = self.own.provider.repeats();
        // Whether a request before may have arrived.
        let mut open = false;
        for tries in 0..TRIES {
            if tries > 0 {
                self.own.pulse.sleep(pause(id, tries));
            }
            let failed = match self.pass() {
                Err(seconds) if !open => return (Outcome::RetryAfter(seconds), false),
                Err(_) => break,
                // Made anew, since it may bear the time of its signature.
                Ok(()) => match self.own.provider.request(message, id, self.own.clock.now()) {
                    Err(refusal) => return (self.never(refusal, message), true),
                    Ok(request) => match self.ask(&request) {
                        Ok(verdict) => match self.settle(verdict, message, id) {
                            Settled::End(outcome) => return (outcome, true),
                            Settled::Blocked(outcome) if !open => return (outcome, false),
                            Settled::NotTaken(seconds) if !open => {
                                return (Outcome::RetryAfter(seconds), false);
                            }
                            // An earlier request may have been taken, whatever became of this one.
                            Settled::NotTaken(_) | Settled::Blocked(_) => break,
                            Settled::Open => true,
                        },
                        Err(Lost::Before(_)) if !open => {
                            return (Outcome::RetryAfter(LATER), false);
                        }
                        Err(Lost::Before(_)) => false,
                        Err(Lost::After(_)) => true,
                    },
                },
            };
            open |= failed;
            if repeats == Repeats::Never {
                break;
            }
        }
        (Outcome::Unknown, true)
    }

    /// Waits until a request may go; or the seconds after which to try again.
    fn pass(&self) -> Result<(), u32> {
        let now = self.own.pulse.now();
        let pass = self.own.gate().take(now, self.deadline);
        let wait = match pass {
            Pass::Closed(wait) => return Err(seconds(wait)),
            Pass::At(at) => at.saturating_sub(now),
        };
        if wait.is_zero() {
            return Ok(());
        }
        self.own.pulse.sleep(wait);
        let closed = self.own.gate().is_closed(self.own.pulse.now());
        closed.map_or(Ok(()), |wait| Err(seconds(wait)))
    }

    /// Sends a request and tells the breaker how that went.
    fn ask(&self, request: &Request) -> Result<Verdict, Lost> {
        let answer = self.own.post.post(request);
        let now = self.own.pulse.now();
        let result = answer.map(|answer| {
            let verdict = self.own.provider.verdict(&answer, self.own.clock.now());
            (verdict, answer.status)
        });
        let failure = match &result {
            Err(Lost::Before(why)) => format!("nothing was sent: {why}"),
            Err(Lost::After(why)) => format!("what was sent may have arrived: {why}"),
            Ok((Verdict::Failed(why), status)) => format!("it answered {status}: {why}"),
            Ok(_) => {
                self.own.gate().worked(now);
                return result.map(|(verdict, _)| verdict);
            }
        };
        let opened = self.own.gate().failed(now);
        self.tell(Level::Warn, &failure);
        if opened {
            self.tell(
                Level::Error,
                "it fails again and again, and is left alone for a while",
            );
        }
        result.map(|(verdict, _)| verdict)
    }

    fn settle(&self, verdict: Verdict, message: &Message, own_id: &Identity) -> Settled {
        let own = self.own;
        match verdict {
            Verdict::Accepted(id) => {
                let id = id.or_else(|| own.provider.known_as(own_id));
                let id = id.map(|id| self.hush(&id, Some(message)));
                Settled::End(Outcome::Accepted(id))
            }
            Verdict::Undeliverable(why, text) => {
                Settled::End(self.never(Refusal(why, text), message))
            }
            Verdict::Later(seconds) => Settled::NotTaken(seconds.clamp(1, WAIT_MOST)),
            Verdict::Busy(asked) => {
                let seconds = asked.unwrap_or(LATER).clamp(1, WAIT_MOST);
                let time = Duration::from_secs(seconds.into());
                own.gate().pause_for(own.pulse.now(), time);
                self.tell(Level::Warn, "it asks to go slower");
                Settled::NotTaken(seconds)
            }
            Verdict::Shut(renewal, why, text) => {
                *own.shut() = Some((renewal.after(own.clock.now()), why));
                self.tell(Level::Error, &format!("nothing goes any more: {text}"));
                Settled::Blocked(self.never(Refusal(why, text), message))
            }
            Verdict::Operator(text) => {
                let time = Duration::from_secs(OPERATOR.into());
                own.gate().pause_for(own.pulse.now(), time);
                self.tell(Level::Error, &text);
                Settled::NotTaken(OPERATOR)
            }
            Verdict::Failed(_) => Settled::Open,
        }
    }

    /// The answer while the provider is known to take nothing.
    fn shut(&self) -> Option<Outcome> {
        let mut shut = self.own.shut();
        let (until, why) = (*shut)?;
        if until > self.own.clock.now().seconds {
            let text = "the provider takes nothing for now, as it said before";
            return Some(Outcome::Undeliverable(format!("{}: {text}", why.word())));
        }
        *shut = None;
        None
    }

    fn never(&self, Refusal(why, text): Refusal, message: &Message) -> Outcome {
        let text = self.hush(&text, Some(message));
        Outcome::Undeliverable(format!("{}: {text}", why.word()))
    }

    /// The text on one line, without secrets and the member's address.
    fn hush(&self, text: &str, message: Option<&Message>) -> String {
        let mut text = without(text, &self.own.provider.secrets());
        if let Some(address) = message.map(|message| &message.address) {
            for form in [address.as_str(), address.trim_start_matches('+')] {
                if !form.is_empty() {
                    text = text.replace(form, "(address)");
                }
            }
        }
        plain(&text, SAID_BYTES)
    }

    /// Tells the operator, once in a call.
    fn tell(&self, level: Level, why: &str) {
        let (provider, origin) = (&self.own.provider, &self.own.origin);
        let text = format!(
            "{} by {} at {origin}: {}",
            provider.channel().name(),
            provider.name(),
            self.hush(why, None)
        );
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.insert(text.clone()) {
            self.own.log.log(self.merchant, level, "messaging", &text);
        }
    }
}

/// What an answer comes to.
enum Settled {
    /// The end, to be kept.
    End(Outcome),
    /// The end for now; later it may be another.
    Blocked(Outcome),
    /// Nothing was taken; to be tried again after so many seconds.
    NotTaken(u32),
    /// It may have been taken.
    Open,
}

/// Whole seconds, rounded up, at least one.
fn seconds(wait: Duration) -> u32 {
    let whole = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    u32::try_from(whole.max(1)).unwrap_or(u32::MAX)
}

/// The pause before a repeat: twice as long each time, and shortened by up to a half, by the message's own digest, so
/// that many don't come back at the same moment.
fn pause(id: &Identity, tries: u32) -> Duration {
    let place = usize::try_from(tries).unwrap_or_default();
    let dice = id.digest.get(place).copied().unwrap_or_default();
    let longest = PAUSE * 2_u32.saturating_pow(tries.saturating_sub(1));
    longest - longest / 2 * u32::from(dice) / 255
}
