//! The capabilities of one command, behind something that watches them. What they are asked and answer passes by unseen but for counts
//! and outcomes.

use super::calls::{Calls, Kind};
use super::names::{
    CHANNELS, KEYS, MESSAGES, METHOD, PORT, REQUESTS, SERVER, STATUS, UNANSWERED, method,
};
use super::span::Past;
use crate::capabilities::Merchant;
use crate::capabilities::http::{self, Http};
use crate::capabilities::messaging::{Channel, Message, Messaging, Outcome};
use crate::capabilities::storage::{self, Lease, Range, Row, Storage, Versioned, Write};
use crate::sandbox::Host;
use opentelemetry::trace::SpanKind;
use opentelemetry::{Array, KeyValue, StringValue, Value};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// A port with who watches it.
struct Behind<P: ?Sized> {
    port: Arc<P>,
    calls: Arc<Calls>,
}

/// The same capabilities, watched.
pub(super) fn behind(host: &Host, calls: &Arc<Calls>) -> Host {
    fn put<P: ?Sized>(port: &Arc<P>, calls: &Arc<Calls>) -> Arc<Behind<P>> {
        Arc::new(Behind {
            port: port.clone(),
            calls: calls.clone(),
        })
    }
    Host {
        storage: put(&host.storage, calls),
        messaging: put(&host.messaging, calls),
        http: put(&host.http, calls),
        clock: host.clock.clone(),
        log: host.log.clone(),
    }
}

impl Storage for Behind<dyn Storage> {
    fn read(&self, merchant: &Merchant, keys: &[String]) -> Result<Vec<Versioned>, storage::Error> {
        let read = || self.port.read(merchant, keys);
        let told = |read: &Result<_, _>| stored("storage.read", keys.len(), read);
        self.calls.make(Kind::Read, read, told)
    }

    fn read_ahead(&self, merchant: &Merchant, keys: &[String]) -> bool {
        self.port.read_ahead(merchant, keys)
    }

    fn scan(&self, merchant: &Merchant, range: &Range) -> Result<Vec<Row>, storage::Error> {
        let scan = || self.port.scan(merchant, range);
        let told = |rows: &Result<Vec<Row>, _>| {
            let found = rows.as_ref().map_or(0, Vec::len);
            stored("storage.scan", found, rows)
        };
        self.calls.make(Kind::Scan, scan, told)
    }

    fn scan_keys(&self, merchant: &Merchant, range: &Range) -> Result<Vec<String>, storage::Error> {
        let scan = || self.port.scan_keys(merchant, range);
        let told = |keys: &Result<Vec<String>, _>| {
            let found = keys.as_ref().map_or(0, Vec::len);
            stored("storage.scan-keys", found, keys)
        };
        self.calls.make(Kind::Scan, scan, told)
    }

    fn commit(
        &self,
        merchant: &Merchant,
        writes: Vec<Write>,
    ) -> Result<storage::Outcome, storage::Error> {
        let written = writes.len();
        let commit = || self.port.commit(merchant, writes);
        let told = |ended: &Result<_, _>| {
            let conflict = *ended == Ok(storage::Outcome::Conflict);
            committed(written, ended, conflict)
        };
        self.calls.make(Kind::Commit, commit, told)
    }

    fn commit_ahead(
        &self,
        merchant: &Merchant,
        writes: Vec<Write>,
    ) -> Result<storage::Promise, storage::Error> {
        let written = writes.len();
        let commit = || self.port.commit_ahead(merchant, writes);
        let told = |taken: &Result<storage::Promise, _>| {
            let known = taken.as_ref().ok().and_then(storage::Promise::outcome);
            let conflict = known == Some(&Ok(storage::Outcome::Conflict));
            committed(written, taken, conflict)
        };
        self.calls.make(Kind::Commit, commit, told)
    }

    fn is_shared(&self) -> bool {
        self.port.is_shared()
    }

    fn room(&self) -> Option<storage::Room> {
        self.port.room()
    }

    fn lease(
        &self,
        merchant: &Merchant,
        holder: &str,
        time: Duration,
    ) -> Result<Lease, storage::Error> {
        self.port.lease(merchant, holder, time)
    }

    fn release(&self, merchant: &Merchant, holder: &str) -> Result<(), storage::Error> {
        self.port.release(merchant, holder)
    }
}

fn stored<T>(name: &'static str, keys: usize, ended: &Result<T, storage::Error>) -> Past {
    let error = ended.as_ref().err().map(|error| match error {
        storage::Error::Unavailable(_) => "unavailable",
        storage::Error::Full(_) => "full",
        storage::Error::TooLarge(_) => "too-large",
    });
    Past {
        name: name.into(),
        kind: SpanKind::Internal,
        attributes: vec![KeyValue::new(KEYS, number(keys))],
        error: error.map(Into::into),
    }
}

/// A commit; after a conflict the command begins anew: nothing failed, and it took its time.
fn committed<T>(written: usize, ended: &Result<T, storage::Error>, conflict: bool) -> Past {
    let mut past = stored("storage.commit", written, ended);
    if conflict {
        let conflict = KeyValue::new("stampcard.storage.outcome", "conflict");
        past.attributes.push(conflict);
    }
    past
}

impl Http for Behind<dyn Http> {
    fn send(
        &self,
        merchant: &Merchant,
        requests: &[http::Request],
    ) -> Vec<Result<http::Response, http::Error>> {
        let send = || self.port.send(merchant, requests);
        let told = |answers: &Vec<_>| asked(requests, answers);
        self.calls.make(Kind::Http, send, told)
    }

    fn longest_call(&self, merchant: &Merchant) -> Duration {
        self.port.longest_call(merchant)
    }
}

/// One request as the conventions have it; several at once by their number alone.
fn asked(requests: &[http::Request], answers: &[Result<http::Response, http::Error>]) -> Past {
    let ([request], [answer]) = (requests, answers) else {
        let unanswered = answers.iter().filter(|answer| answer.is_err()).count();
        let attributes = vec![
            KeyValue::new(REQUESTS, number(requests.len())),
            KeyValue::new(UNANSWERED, number(unanswered)),
        ];
        return Past {
            name: "http.send".into(),
            kind: SpanKind::Client,
            attributes,
            error: None,
        };
    };
    let method = method(&request.method);
    let name = if method == "_OTHER" { "HTTP" } else { method };
    let mut attributes = vec![KeyValue::new(METHOD, method)];
    let error = match answer {
        Ok(answer) => {
            attributes.push(KeyValue::new(STATUS, i64::from(answer.status)));
            attributes.extend(party(&request.url));
            (answer.status >= 400).then(|| answer.status.to_string().into())
        }
        Err(error) => Some(
            match error {
                http::Error::Denied(_) => "denied",
                http::Error::Unreachable => "unreachable",
                http::Error::NoAnswer => "no-answer",
                http::Error::TooLarge(_) => "too-large",
                http::Error::Garbled => "garbled",
            }
            .into(),
        ),
    };
    Past {
        name: name.into(),
        kind: SpanKind::Client,
        attributes,
        error,
    }
}

/// Host and port of an address that answered, and so stands on the operator's own list; its path and query hold what is
/// somebody's.
fn party(url: &str) -> Vec<KeyValue> {
    let url = Url::parse(url).ok();
    let Some((host, port)) = url
        .as_ref()
        .and_then(|url| url.host_str().zip(url.port_or_known_default()))
    else {
        return Vec::new();
    };
    vec![
        KeyValue::new(SERVER, host.to_owned()),
        KeyValue::new(PORT, i64::from(port)),
    ]
}

impl Messaging for Behind<dyn Messaging> {
    fn send(&self, merchant: &Merchant, messages: &[Message]) -> Vec<Outcome> {
        let send = || self.port.send(merchant, messages);
        let told = |outcomes: &Vec<_>| handed(messages, outcomes);
        self.calls.make(Kind::Messaging, send, told)
    }

    fn key_holds(&self, merchant: &Merchant, channel: Channel) -> Option<u32> {
        self.port.key_holds(merchant, channel)
    }
}

/// How many messages by which channels, and what became of them.
fn handed(messages: &[Message], outcomes: &[Outcome]) -> Past {
    let channels = Channel::ALL.into_iter().filter(|channel| {
        let mut all = messages.iter();
        all.any(|message| message.channel == *channel)
    });
    let channels = channels.map(|channel| StringValue::from(channel.name()));
    let mut attributes = vec![
        KeyValue::new(MESSAGES, number(messages.len())),
        KeyValue::new(CHANNELS, Value::Array(Array::String(channels.collect()))),
    ];
    for name in OUTCOMES {
        let count = outcomes.iter().filter(|one| ended(one) == name).count();
        if count > 0 {
            attributes.push(KeyValue::new(name, number(count)));
        }
    }
    Past {
        name: "messaging.send".into(),
        kind: SpanKind::Client,
        attributes,
        error: None,
    }
}

/// What becomes of messages.
const OUTCOMES: [&str; 4] = [
    "stampcard.messages.accepted",
    "stampcard.messages.undeliverable",
    "stampcard.messages.retry_after",
    "stampcard.messages.unknown",
];

/// Which of these became of one.
fn ended(outcome: &Outcome) -> &'static str {
    let [accepted, undeliverable, retry_after, unknown] = OUTCOMES;
    match outcome {
        Outcome::Accepted(_) => accepted,
        Outcome::Undeliverable(_) => undeliverable,
        Outcome::RetryAfter(_) => retry_after,
        Outcome::Unknown => unknown,
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
