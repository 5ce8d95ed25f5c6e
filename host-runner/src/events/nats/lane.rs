//! One event after another: taken, done, told of, acknowledged. A host has several lanes beside each other.

use super::super::{Allowed, Desk, Ending, Event, Fate, Fault, Reason};
use super::aside::Unfit;
use super::failing::Failing;
use super::post::{Unstored, pause, store, wait};
use super::settings::Settings;
use super::{KEPT_ID, KEY, MESSAGE_ID};
use crate::capabilities::logging::Level;
use async_nats::HeaderMap;
use async_nats::connection::State;
use async_nats::jetstream::consumer::PullConsumer;
use async_nats::jetstream::context::Context;
use async_nats::jetstream::message::{AckKind, Message};
use futures_util::StreamExt;
use hyper::body::Bytes;
use serde_json::Value;
use std::pin::pin;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

/// How long one request for an event waits for it at the server.
const EXPIRES: Duration = Duration::from_secs(10);

/// The pause after a request that came to nothing.
const AGAIN: Duration = Duration::from_secs(1);

/// How long JetStream may take to say that it heard what became of a message.
const HEARD: Duration = Duration::from_secs(2);

/// How often it is told at most: of a stream that was made anew it hears nothing.
const TELLS: u32 = 5;

/// What lanes share.
pub(super) struct Hall<D> {
    pub(super) desk: Arc<D>,
    pub(super) of: Settings,
    pub(super) allowed: Allowed,
    pub(super) jetstream: Context,
    /// A lane found the consumer or a stream gone, or the consumer is another than it should be.
    pub(super) doubt: Notify,
    pub(super) failing: Failing,
}

/// One of them.
pub(super) struct Lane<D> {
    pub(super) hall: Arc<Hall<D>>,
    /// The consumer, while there is one.
    pub(super) ready: watch::Receiver<Option<PullConsumer>>,
    pub(super) stop: watch::Receiver<bool>,
}

/// A message and how it came.
struct Came<'a> {
    message: &'a Message,
    /// How often it was handed out, this time included.
    deliveries: i64,
    /// No other message has it.
    name: String,
}

impl<D: Desk> Lane<D> {
    /// Takes events until the host stops, and ends the one that it has.
    pub(super) async fn run(mut self) {
        let mut stop = self.stop.clone();
        loop {
            let message = tokio::select! {
                message = next(&mut self.ready, &self.hall.doubt) => message,
                _ = stop.wait_for(|stopped| *stopped) => return,
            };
            if let Some(message) = message {
                self.hold(&message).await;
            }
        }
    }

    /// Works on a message, and tells JetStream meanwhile that it does.
    async fn hold(&mut self, message: &Message) {
        let beat = self.hall.of.ack_wait / 3;
        let client = self.hall.jetstream.client();
        let mut work = pin!(self.work(message));
        while timeout(beat, &mut work).await.is_err() {
            if client.connection_state() == State::Connected {
                // Without it the message may come again, which is no harm.
                let _ = message.ack_with(AckKind::Progress).await;
            }
        }
    }

    async fn work(&mut self, message: &Message) {
        let hall = self.hall.clone();
        let Ok(info) = message.info() else {
            let told = "a message came that JetStream didn't bring";
            return hall.desk.tell(None, Level::Error, told);
        };
        let came = Came {
            message,
            deliveries: info.delivered,
            name: super::name(info.stream_sequence, info.published.unix_timestamp_nanos()),
        };
        let event = match hall.read(message) {
            Ok(event) => event,
            Err(fault) => return self.set_aside(&came, &fault).await,
        };
        let most = i64::from(hall.of.deliveries);
        if came.deliveries > most {
            let told = "nobody who took it has told what became of it";
            return self
                .set_aside(&came, &Fault::new(Reason::Deliveries, told))
                .await;
        }
        let tell = |text: String| hall.desk.tell(Some(&event.merchant), Level::Warn, &text);
        for tries in 0.. {
            match hall.desk.take(&event).await {
                Fate::Done(told) => return self.answer(&came, &event, (told, Ending::Done)).await,
                Fate::Refused(told) => {
                    return self.answer(&came, &event, (told, Ending::Refused)).await;
                }
                Fate::Poison(fault) => return self.set_aside(&came, &fault).await,
                Fate::Failed(why) if came.deliveries >= most => {
                    return self
                        .set_aside(&came, &Fault::new(Reason::Deliveries, why))
                        .await;
                }
                Fate::Failed(why) => {
                    let before = u32::try_from(came.deliveries - 1).unwrap_or_default();
                    let (now, long) = (Instant::now(), wait(before));
                    if !hall.failing.may_wait(&event.merchant, now, long) {
                        return self
                            .set_aside(&came, &Fault::new(Reason::ManyFail, why))
                            .await;
                    }
                    hall.desk.count(Ending::Retried);
                    tell(format!("{} by an event failed: {why}", event.function));
                    return say(message, AckKind::Nak(Some(long))).await;
                }
                // It stays here, and none that is as unlucky is taken meanwhile.
                Fate::Later(why) => {
                    hall.desk.count(Ending::Retried);
                    if tries == 0 {
                        tell(format!("{} by an event has to wait: {why}", event.function));
                    }
                    if !pause(tries, &mut self.stop).await {
                        return say(message, AckKind::Nak(None)).await;
                    }
                }
            }
        }
    }

    /// Tells what came of an event, and acknowledges it.
    async fn answer(&mut self, came: &Came<'_>, event: &Event, (told, ending): (Value, Ending)) {
        let hall = self.hall.clone();
        let payload = Bytes::from(told.to_string());
        let mut headers = HeaderMap::new();
        headers.insert(MESSAGE_ID, event.name(&payload).as_str());
        let (prefix, merchant, function) = (&hall.of.prefix, &event.merchant, &event.function);
        let subject = format!("{prefix}.out.{merchant}.result.{function}");
        let what = (subject.as_str(), &headers, &payload);
        match store(
            &hall.jetstream,
            (&*hall.desk, &hall.doubt),
            what,
            &mut self.stop,
        )
        .await
        {
            Ok(()) => {
                hall.desk.count(ending);
                self.end(came.message, AckKind::Ack).await;
            }
            Err(Unstored::TooLarge) => {
                let told = "it was done, and the server takes no message of the result's size";
                self.set_aside(came, &Fault::new(Reason::ResultTooLarge, told))
                    .await;
            }
            Err(Unstored::Stopped) => say(came.message, AckKind::Nak(None)).await,
        }
    }

    /// Sets a message aside, and has JetStream forget it here.
    async fn set_aside(&mut self, came: &Came<'_>, fault: &Fault) {
        let hall = self.hall.clone();
        let message = came.message;
        let place = hall.place(&message.subject);
        let unfit = Unfit {
            place,
            headers: message.headers.as_ref(),
            payload: &message.payload,
            name: &came.name,
            deliveries: Some(came.deliveries),
        };
        if !hall.set_aside(&unfit, fault, &mut self.stop).await {
            return say(message, AckKind::Nak(None)).await;
        }
        hall.tell_aside(place, fault);
        self.end(message, AckKind::Term).await;
    }

    /// Tells JetStream that a message is done with, until it says that it heard it: a connection that ends takes along what was under
    /// way, and the message would come again and be counted as one that nobody lived to tell of.
    async fn end(&mut self, message: &Message, what: AckKind) {
        for tries in 0..TELLS {
            let said = timeout(HEARD, message.double_ack_with(what)).await;
            if matches!(said, Ok(Ok(()))) || !pause(tries, &mut self.stop).await {
                return;
            }
        }
    }
}

impl<D> Hall<D> {
    /// The place of an event.
    pub(super) fn place<'a>(&self, subject: &'a str) -> &'a str {
        let place = subject.strip_prefix(&self.of.incoming());
        place.unwrap_or_default()
    }

    /// The event of a message.
    fn read(&self, message: &Message) -> Result<Event, Fault> {
        let place = Event::place(self.place(&message.subject))?;
        let headers = message.headers.as_ref();
        let key = headers.and_then(|all| {
            [KEY, KEPT_ID, MESSAGE_ID]
                .iter()
                .find_map(|name| all.get(*name))
        });
        let key = key.map(|key| key.as_str());
        Event::read(place, key, &message.payload, &self.allowed)
    }
}

/// The next event; none: there was none, or the consumer is another by now.
async fn next(
    ready: &mut watch::Receiver<Option<PullConsumer>>,
    doubt: &Notify,
) -> Option<Message> {
    let found = ready.wait_for(Option::is_some).await;
    let Some(consumer) = found.ok().and_then(|consumer| consumer.clone()) else {
        // Nobody looks after it any more: the host stops.
        return std::future::pending().await;
    };
    let asked = consumer.batch().max_messages(1).expires(EXPIRES).messages();
    let came = match asked.await {
        Ok(mut batch) => tokio::select! {
            came = batch.next() => came.transpose().map_err(drop),
            _ = ready.changed() => return None,
        },
        Err(_) => Err(()),
    };
    match came {
        Ok(message) => message,
        Err(()) => {
            doubt.notify_one();
            sleep(AGAIN).await;
            None
        }
    }
}

/// Tells JetStream what became of a message. Where that is lost, it comes again.
async fn say(message: &Message, what: AckKind) {
    let _ = message.ack_with(what).await;
}
