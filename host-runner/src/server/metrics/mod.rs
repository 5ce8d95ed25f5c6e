//! What an operator's monitoring reads: counts and times of the whole server. No label names a merchant, a member, an address or a key.

mod families;
mod process;

use crate::call::{Answer, CallError, Cost};
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::{Message, Outcome};
use crate::capabilities::storage::Room;
use crate::events;
use families::{
    Came, Families, Function, FunctionOutcome, Handed, OfChannel, OfRoute, Request, Unlabelled,
};
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// How a command or a tick ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With an answer.
    Done,
    /// With one of the plugin's own errors.
    Refused,
    /// By a trap, a limit, a defect, or for want of a thread.
    Failed,
}

impl Ending {
    /// Of a command.
    pub(super) fn of(answered: &Result<Answer, CallError>) -> Self {
        match answered {
            Ok(answer) if answer.result.is_ok() => Self::Done,
            Ok(_) => Self::Refused,
            Err(_) => Self::Failed,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
        }
    }
}

/// What became of spans of traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// The collector took them.
    Sent,
    /// Too many waited, or the server ended first.
    Dropped,
    /// The collector was away for too long, or had no room.
    Lost,
    /// The collector didn't want them.
    Refused,
}

impl Fate {
    fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Dropped => "dropped",
            Self::Lost => "lost",
            Self::Refused => "refused",
        }
    }
}

/// What is looked at when the figures are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    /// Merchants that are served.
    pub(super) merchants: usize,
    /// Those that are due to be ticked and are not being ticked.
    pub(super) due: usize,
    /// For how long the first of them has been due.
    pub(super) oldest: Duration,
    /// Commands that have a thread.
    pub(super) commands: usize,
    /// Of those with an idempotency key, with those that wait for the disk without one.
    pub(super) under_way: usize,
    /// Whether events come in by NATS; none: they are not to.
    pub(super) events: Option<bool>,
    /// Open connections of the world's address.
    pub(super) connections: usize,
    /// How much room the database takes and has, where that is known.
    pub(super) room: Option<Room>,
}

/// The figures.
pub(super) struct Metrics {
    registry: Registry,
    families: Families,
}

impl Metrics {
    pub(super) fn new() -> Self {
        let mut registry = Registry::with_prefix("stampcard");
        let families = Families::register(&mut registry);
        Self { registry, families }
    }

    /// A request was answered. `route` is the pattern of its address.
    pub(super) fn request(&self, method: &str, route: &str, status: u16, took: Duration) {
        let method = match method {
            "GET" | "POST" | "HEAD" | "PUT" | "DELETE" | "OPTIONS" | "PATCH" => method,
            // Anybody can make one up.
            _ => "other",
        };
        let labels = Request {
            method: method.to_owned(),
            route: route.to_owned(),
            status,
        };
        self.families.requests.get_or_create(&labels).inc();
        let route = OfRoute {
            route: route.to_owned(),
        };
        let times = self.families.request_times.get_or_create(&route);
        times.observe(took.as_secs_f64());
    }

    /// A function that the plugin has was called.
    pub(super) fn command(
        &self,
        function: &str,
        ending: Ending,
        took: Duration,
        cost: Option<&Cost>,
    ) {
        let labels = FunctionOutcome {
            function: function.to_owned(),
            outcome: ending.name(),
        };
        self.families.commands.get_or_create(&labels).inc();
        let function = Function {
            function: function.to_owned(),
        };
        let times = self.families.command_times.get_or_create(&function);
        times.observe(took.as_secs_f64());
        if let Some(cost) = cost {
            let fuel = self.families.fuel.get_or_create(&function);
            fuel.inc_by(cost.fuel);
        }
    }

    /// A command was made once more, since its commit had come to nothing.
    pub(super) fn again(&self, function: &str) {
        let function = function.to_owned();
        let again = self.families.again.get_or_create(&Function { function });
        again.inc();
    }

    /// An event ended, or is tried again.
    pub(super) fn event(&self, by: &'static str, ending: events::Ending) {
        let outcome = match ending {
            events::Ending::Done => "done",
            events::Ending::Refused => "refused",
            events::Ending::Retried => "retried",
            events::Ending::Poison => "poison",
        };
        let labels = Came { by, outcome };
        self.families.events.get_or_create(&labels).inc();
    }

    /// A merchant was ticked, so much later than it was due.
    pub(super) fn tick(&self, ending: Ending, late: Duration, took: Duration) {
        let labels = families::Ended {
            outcome: ending.name(),
        };
        self.families.ticks.get_or_create(&labels).inc();
        self.families.tick_times.observe(took.as_secs_f64());
        self.families.lateness.observe(late.as_secs_f64());
    }

    /// Messages were handed to providers, which took so long for all of them.
    pub(super) fn messages(&self, messages: &[Message], outcomes: &[Outcome], took: Duration) {
        // The plugin hands over by channel.
        if let Some(message) = messages.first() {
            let channel = OfChannel {
                channel: message.channel.name(),
            };
            let times = self.families.message_times.get_or_create(&channel);
            times.observe(took.as_secs_f64());
        }
        for (message, outcome) in messages.iter().zip(outcomes) {
            let labels = Handed {
                channel: message.channel.name(),
                outcome: match outcome {
                    Outcome::Accepted(_) => "accepted",
                    Outcome::Undeliverable(_) => "undeliverable",
                    Outcome::RetryAfter(_) => "retry-after",
                    Outcome::Unknown => "unknown",
                },
            };
            self.families.messages.get_or_create(&labels).inc();
        }
    }

    /// A backup was made then.
    pub(super) fn has_backup(&self, at: Instant) {
        let last = self.families.last_backup.get_or_create(&[]);
        last.set(i64::try_from(at.seconds).unwrap_or(i64::MAX));
    }

    /// The last backup took so long.
    pub(super) fn backup_took(&self, time: Duration) {
        let took = self.families.backup_time.get_or_create(&[]);
        took.set(time.as_secs_f64());
    }

    /// So many spans of traces came to this.
    pub(super) fn spans(&self, fate: Fate, count: usize) {
        if count == 0 {
            return;
        }
        let outcome = families::Ended {
            outcome: fate.name(),
        };
        let spans = self.families.spans.get_or_create(&outcome);
        spans.inc_by(u64::try_from(count).unwrap_or(u64::MAX));
    }

    /// All figures as OpenMetrics text.
    pub(super) fn text(&self, standing: &Standing) -> Result<String, std::fmt::Error> {
        let families = &self.families;
        families.merchants.set(number(standing.merchants));
        families.due.set(number(standing.due));
        families.oldest.set(standing.oldest.as_secs_f64());
        families.busy.set(number(standing.commands));
        families.under_way.set(number(standing.under_way));
        let here = standing.events.unwrap_or_default();
        families.events_here.set(i64::from(here));
        families.connections.set(number(standing.connections));
        if let Some(Room { used, free }) = standing.room {
            let set = |family: &Family<Unlabelled, Gauge>, bytes: u64| {
                let gauge = family.get_or_create(&[]);
                gauge.set(i64::try_from(bytes).unwrap_or(i64::MAX));
            };
            set(&families.stored, used);
            set(&families.free, free);
        }
        if let Some(process) = process::look() {
            families.memory.set(number(process.resident));
            families.files.set(number(process.files));
        }
        let mut text = String::new();
        encode(&mut text, &self.registry)?;
        Ok(text)
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
