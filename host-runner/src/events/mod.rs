//! Events of the platform come in, and what came of them goes out: orders, refunds, members and invoices as calls of the plugin's
//! own functions, each under its own idempotency key, so that whatever comes twice is done once.
//!
//! What an event is, what becomes of it and what is said of that stand here without a transport. `nats/` takes events off JetStream;
//! webhooks are taken by the server, which is also who does what an event asks for ([`Desk`]).

mod event;
mod fate;
mod fault;
pub(crate) mod nats;
mod settings;
mod webhook;

pub(crate) use event::{Allowed, Event};
pub(crate) use fate::Fate;
pub(crate) use fault::{Fault, Reason};
pub(crate) use settings::Settings;
pub(crate) use webhook::read as of_webhook;

use crate::capabilities::logging::Level;

/// Who does what events ask for.
pub(crate) trait Desk: Send + Sync + 'static {
    /// Does it, and says what became of it.
    fn take(&self, event: &Event) -> impl Future<Output = Fate> + Send;

    /// Counts how an event ended, or that it is tried again.
    fn count(&self, ending: Ending);

    /// Tells the operator something of a merchant's event, or of events at large.
    fn tell(&self, merchant: Option<&str>, level: Level, text: &str);
}

/// How an event ended, or that it is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// The plugin did it.
    Done,
    /// The plugin refused it.
    Refused,
    /// It is tried again.
    Retried,
    /// It can't be done, and was set aside.
    Poison,
}
