//! The platform by NATS: each message is published, and taken when JetStream has stored it.

use super::json;
use crate::capabilities::Merchant;
use crate::capabilities::clock::Instant;
use crate::capabilities::messaging::identity::Identity;
use crate::capabilities::messaging::outgoing::{
    Answer, Lost, Post, Provider, Refusal, Repeats, Request, Verdict, Why,
};
use crate::capabilities::messaging::{Channel, Message, Secret};
use crate::capabilities::nats::{Settings, too_large};
use async_nats::connection::State;
use async_nats::jetstream::context::{Context, PublishError, PublishErrorKind};
use async_nats::jetstream::message::PublishMessage;
use std::sync::mpsc::sync_channel;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::{self, Runtime};
use tokio::time::timeout;

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

/// The header by which JetStream knows a message again.
const ID: &str = "Nats-Msg-Id";

/// A merchant's channel by NATS.
pub(in super::super) struct Stream {
    pub(in super::super) merchant: Merchant,
    pub(in super::super) channel: Channel,
    /// What subjects begin with.
    pub(in super::super) prefix: String,
    /// For so many seconds the stream knows a message again, less what a call may take; 0: for hardly longer than a call.
    pub(in super::super) known: u32,
    /// What goes to the server beside messages.
    pub(in super::super) secret: Option<Secret>,
}

impl Provider for Stream {
    fn channel(&self) -> Channel {
        self.channel
    }

    fn name(&self) -> &'static str {
        "nats"
    }

    fn secrets(&self) -> Vec<&Secret> {
        self.secret.iter().collect()
    }

    /// JetStream knows a message again within the stream's window.
    fn repeats(&self) -> Repeats {
        match self.known {
            0 => Repeats::WithinCall,
            seconds => Repeats::For(seconds),
        }
    }

    fn request(&self, message: &Message, id: &Identity, _: Instant) -> Result<Request, Refusal> {
        let (prefix, merchant, channel) = (&self.prefix, &self.merchant, self.channel.name());
        let request = Request {
            path: format!("{prefix}.out.{merchant}.notice.{channel}"),
            headers: Vec::new(),
            content_type: "application/json",
            body: json(&self.merchant, id, message),
        };
        Ok(request.with(ID, &id.uuid))
    }

    fn known_as(&self, id: &Identity) -> Option<String> {
        Some(id.uuid.clone())
    }

    /// The answer is the link's: with statuses of HTTP, and what is wrong as its body.
    fn verdict(&self, answer: &Answer, _: Instant) -> Verdict {
        let told = answer.text().into_owned();
        match answer.status {
            200 => Verdict::Accepted(None),
            404 => Verdict::Operator(told),
            413 => Verdict::Undeliverable(Why::Refused, told),
            _ => Verdict::Busy(None),
        }
    }
}

/// The connections of one settings file: one for each server and login, each made when it is needed first.
#[derive(Default)]
pub(in super::super) struct Links(Vec<Arc<Link>>);

impl Links {
    /// The connection by these settings.
    ///
    /// # Errors
    /// Where the system gives no thread, in words.
    pub(in super::super) fn to(&mut self, settings: &Settings) -> Result<Arc<Link>, String> {
        if let Some(link) = self.0.iter().find(|known| known.settings == *settings) {
            return Ok(link.clone());
        }
        let runtime = runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("nats")
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let link = Arc::new(Link {
            settings: settings.clone(),
            way: Mutex::default(),
            asked: Condvar::new(),
            runtime: Some(runtime),
        });
        self.0.push(link.clone());
        Ok(link)
    }
}

/// A connection, served by a thread of its own, so that whoever publishes may be on any thread.
pub(in super::super) struct Link {
    settings: Settings,
    way: Mutex<Way>,
    /// Somebody has asked for a connection to its end.
    asked: Condvar,
    /// Taken when this is dropped.
    runtime: Option<Runtime>,
}

/// The way to JetStream.
#[derive(Default)]
struct Way {
    /// None until it was there once; then it comes back by itself.
    context: Option<Context>,
    /// Somebody asks for a connection.
    asking: bool,
    /// How often somebody has asked to the end.
    asked: u64,
    /// Why there was none when somebody asked last.
    why: String,
}

impl Link {
    /// What this comes to on the link's own thread.
    fn wait<T: Send + 'static>(&self, work: impl Future<Output = T> + Send + 'static) -> Option<T> {
        let (send, receive) = sync_channel(1);
        self.runtime.as_ref()?.spawn(async move {
            // Whoever waited for it may be gone.
            let _ = send.send(work.await);
        });
        receive.recv().ok()
    }

    /// The way to JetStream; or why there is none now. Of those who ask at once one asks the server, so that nobody waits for longer
    /// than one answer takes.
    fn context(&self) -> Result<Context, String> {
        let mut way = self.way();
        if let Some(context) = way.context.as_ref() {
            let here = context.client().connection_state() == State::Connected;
            let told = || "the connection ended".to_owned();
            return here.then(|| context.clone()).ok_or_else(told);
        }
        if way.asking {
            let mine = way.asked;
            let asked = self.asked.wait_while(way, |way| way.asked == mine);
            let way = asked.unwrap_or_else(PoisonError::into_inner);
            return way.context.clone().ok_or_else(|| way.why.clone());
        }
        way.asking = true;
        drop(way);
        let settings = self.settings.clone();
        let made = self.wait(async move {
            let client = timeout(CONNECT, settings.connect()).await;
            let client = client.unwrap_or_else(|_| Err("no answer in time".to_owned()))?;
            Ok(async_nats::jetstream::new(client))
        });
        let made = made.unwrap_or_else(|| Err("its thread was lost".to_owned()));
        let mut way = self.way();
        way.asking = false;
        way.asked = way.asked.wrapping_add(1);
        way.context = made.clone().ok();
        way.why = made.as_ref().err().cloned().unwrap_or_default();
        self.asked.notify_all();
        made
    }

    /// It is whole after every statement, so a thread that panicked left it usable.
    fn way(&self) -> MutexGuard<'_, Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // Not here: this may be a thread that must not wait.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A link, and how long it waits until a message is stored.
pub(in super::super) struct Publisher(
    pub(in super::super) Arc<Link>,
    pub(in super::super) Duration,
);

impl Post for Publisher {
    fn post(&self, request: &Request) -> Result<Answer, Lost> {
        let mut context = self.0.context().map_err(Lost::Before)?;
        context.set_timeout(self.1);
        let subject = request.path.clone();
        let mut message = PublishMessage::build().payload(request.body.clone().into());
        for (name, value) in &request.headers {
            message = message.header(name.as_str(), value.as_str());
        }
        let stored = self.0.wait(async move {
            match context.send_publish(subject, message).await {
                Ok(stored) => stored.await,
                Err(error) => Err(error),
            }
        });
        let Some(stored) = stored else {
            return Err(Lost::After("the connection's thread was lost".to_owned()));
        };
        let answer = |status, told: &str| Answer {
            status,
            headers: Vec::new(),
            body: told.as_bytes().to_vec(),
        };
        let told = |error: PublishError| match too_large(&error) {
            true => (PublishErrorKind::MaxPayloadExceeded, error.to_string()),
            false => (error.kind(), error.to_string()),
        };
        match stored.map_err(told) {
            Ok(_) => Ok(answer(200, "")),
            Err((PublishErrorKind::StreamNotFound, _)) => {
                Ok(answer(404, "no stream takes what is published"))
            }
            Err((PublishErrorKind::MaxPayloadExceeded, told)) => Ok(answer(413, &told)),
            Err((PublishErrorKind::TimedOut | PublishErrorKind::BrokenPipe, told)) => {
                Err(Lost::After(told))
            }
            // JetStream says that it didn't store it.
            Err((_, told)) => Ok(answer(503, &told)),
        }
    }
}
