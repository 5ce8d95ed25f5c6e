//! Events by NATS JetStream: one durable consumer, which all hosts share, takes them off a stream; what came of them goes into a
//! second one, and what can't be done into a third.
//!
//! A message is acknowledged when JetStream has stored what came of it, and comes again otherwise. The plugin's idempotency keys make
//! that harmless, and the names of results keep the second one out.

mod aside;
mod failing;
mod feed;
mod lane;
mod post;
mod settings;
mod streams;
mod unread;

pub(crate) use feed::{Feed, feed};
pub(crate) use settings::Settings;

/// The header with the idempotency key of an event.
const KEY: &str = "Stampcard-Key";

/// The header by which JetStream knows a message again, whoever's it is; the key of an event that has no other.
const MESSAGE_ID: &str = "Nats-Msg-Id";

/// What it is called on an event that was set aside. JetStream knows no message again by it, so an event that is published again is
/// taken again, under its key.
const KEPT_ID: &str = "Stampcard-Nats-Msg-Id";

/// What tells an event apart from all others: where it stands in its stream, and since when.
fn name(place: u64, since: i128) -> String {
    format!("{place}-{since}")
}
