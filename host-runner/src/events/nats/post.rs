//! What goes out is stored by JetStream before anybody says that it is done.

use super::super::Desk;
use crate::capabilities::logging::Level;
use crate::capabilities::nats::too_large;
use async_nats::HeaderMap;
use async_nats::jetstream::context::{Context, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use hyper::body::Bytes;
use std::time::Duration;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;

/// The first pause before something is tried again; each is twice as long as the one before.
const FIRST: Duration = Duration::from_secs(1);

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(60);

/// Why something is not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unstored {
    /// The server or the stream takes no message of that size.
    TooLarge,
    /// The host stops.
    Stopped,
}

/// Stores a message, however long that takes.
pub(super) async fn store(
    jetstream: &Context,
    (desk, doubt): (&impl Desk, &Notify),
    (subject, headers, payload): (&str, &HeaderMap, &Bytes),
    stop: &mut watch::Receiver<bool>,
) -> Result<(), Unstored> {
    for tries in 0.. {
        let message = PublishMessage::build()
            .headers(headers.clone())
            .payload(payload.clone());
        let sent = jetstream.send_publish(subject.to_owned(), message).await;
        let stored = match sent {
            Ok(stored) => stored.await,
            Err(error) => Err(error),
        };
        let error = match stored {
            Ok(_) => return Ok(()),
            Err(error) if too_large(&error) => return Err(Unstored::TooLarge),
            Err(error) => error,
        };
        if error.kind() == PublishErrorKind::StreamNotFound {
            // Somebody deleted it.
            doubt.notify_one();
        }
        if tries == 0 {
            let told = format!("what came of an event is not stored yet: {error}");
            desk.tell(None, Level::Warn, &told);
        }
        if !pause(tries, stop).await {
            return Err(Unstored::Stopped);
        }
    }
    Err(Unstored::Stopped)
}

/// How long to wait after so many tries, at first one second.
pub(super) fn wait(tries: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(tries.min(16));
    FIRST.saturating_mul(doubled).min(LONGEST)
}

/// Waits after so many tries; false: the host stops.
pub(super) async fn pause(tries: u32, stop: &mut watch::Receiver<bool>) -> bool {
    // Whoever could say that it stops is gone with it.
    timeout(wait(tries), stop.wait_for(|stopped| *stopped))
        .await
        .is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_minute() {
        let seconds: Vec<u64> = (0..8).map(|tries| wait(tries).as_secs()).collect();
        assert_eq!(seconds, [1, 2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(wait(u32::MAX).as_secs(), 60);
    }
}
