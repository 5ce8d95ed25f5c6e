//! The component's imports, answered by the capability ports: the only place that names both.
//!
//! Every import counts against the limit of capability calls and passes the sandbox's own merchant to
//! the port. What a backend tells of its troubles goes to the operator's log and not to the plugin.

use crate::bindings::imported::{http, logging, messaging, storage, types, wall_clock};
use crate::capabilities::{
    http as http_port, logging as log_port, messaging as message_port, storage as store_port,
};
use crate::sandbox::{Client, State};
use wasmtime::component::{HasSelf, Linker};
use wasmtime::{Result, bail};

/// A linker with every documented import and no other.
pub(crate) fn linker(engine: &wasmtime::Engine) -> Result<Linker<State>> {
    let mut linker = Linker::new(engine);
    let linked = &mut linker;
    wall_clock::add_to_linker::<_, HasSelf<State>>(linked, |state| state)?;
    logging::add_to_linker::<_, HasSelf<State>>(linked, |state| state)?;
    storage::add_to_linker::<_, HasSelf<State>>(linked, |state| state)?;
    http::add_to_linker::<_, HasSelf<State>>(linked, |state| state)?;
    messaging::add_to_linker::<_, HasSelf<State>>(linked, |state| state)?;
    types::add_to_linker::<_, HasSelf<State>>(linked, |state| state)?;
    Ok(linker)
}

impl types::Host for State {}

impl wall_clock::Host for State {
    fn now(&mut self) -> Result<wall_clock::Datetime> {
        let now = self.capability()?.host.clock.now();
        Ok(wall_clock::Datetime {
            seconds: now.seconds,
            nanoseconds: now.nanoseconds,
        })
    }

    fn resolution(&mut self) -> Result<wall_clock::Datetime> {
        self.capability()?;
        Ok(wall_clock::Datetime {
            seconds: 0,
            nanoseconds: 1,
        })
    }
}

impl logging::Host for State {
    fn log(&mut self, level: logging::Level, context: String, text: String) -> Result<()> {
        let client = self.capability()?;
        let level = match level {
            logging::Level::Debug => log_port::Level::Debug,
            logging::Level::Info => log_port::Level::Info,
            logging::Level::Warn => log_port::Level::Warn,
            logging::Level::Error => log_port::Level::Error,
        };
        if level == log_port::Level::Error {
            // Kept even if the log has no room: it says why a trap follows.
            self.last_error = Some(log_port::plain(&text, log_port::TEXT_BYTES));
        }
        let wanted = u64::try_from(context.len() + text.len())?;
        let (left, first_cut) = self.meter.log_bytes(wanted);
        let left = usize::try_from(left)?;
        if left > context.len() {
            let end = text.floor_char_boundary(left - context.len());
            let (text, _) = text.split_at_checked(end).unwrap_or((&text, ""));
            client.host.log.log(&client.merchant, level, &context, text);
        }
        if first_cut {
            let told = "the command has used up its share of the log; what else it says is cut";
            client.tell(log_port::Level::Warn, told);
        }
        Ok(())
    }
}

impl storage::Host for State {
    fn read(
        &mut self,
        keys: Vec<String>,
    ) -> Result<Result<Vec<storage::Versioned>, storage::Error>> {
        let client = self.capability()?;
        let read = client.host.storage.read(&client.merchant, &keys);
        Ok(read
            .map(|found| found.into_iter().map(versioned).collect())
            .map_err(|error| storage_error(&client, "read", error)))
    }

    fn read_ahead(&mut self, keys: Vec<String>) -> Result<bool> {
        let client = self.capability()?;
        Ok(client.host.storage.read_ahead(&client.merchant, &keys))
    }

    fn scan(&mut self, range: storage::Range) -> Result<Result<Vec<storage::Row>, storage::Error>> {
        let client = self.capability()?;
        let range = part(range);
        let scanned = client.host.storage.scan(&client.merchant, &range);
        Ok(scanned
            .map(|rows| rows.into_iter().map(row).collect())
            .map_err(|error| storage_error(&client, "scan", error)))
    }

    fn scan_keys(&mut self, range: storage::Range) -> Result<Result<Vec<String>, storage::Error>> {
        let client = self.capability()?;
        let range = part(range);
        let scanned = client.host.storage.scan_keys(&client.merchant, &range);
        Ok(scanned.map_err(|error| storage_error(&client, "scan-keys", error)))
    }

    fn commit(
        &mut self,
        writes: Vec<storage::Write>,
    ) -> Result<Result<storage::Outcome, storage::Error>> {
        let client = self.capability()?;
        let writes: Vec<_> = writes.into_iter().map(write).collect();
        let storage = client.host.storage.as_ref();
        let committed = self.commits.make(storage, &client.merchant, writes);
        Ok(committed
            .map(|outcome| match outcome {
                store_port::Outcome::Committed => storage::Outcome::Committed,
                store_port::Outcome::Conflict => storage::Outcome::Conflict,
            })
            .map_err(|error| storage_error(&client, "commit", error)))
    }
}

/// The error for the plugin; the cause stays with the host.
fn storage_error(client: &Client, call: &str, error: store_port::Error) -> storage::Error {
    match error {
        store_port::Error::Unavailable(cause) => {
            client.tell(
                log_port::Level::Error,
                &format!("storage {call}: unavailable: {cause}"),
            );
            storage::Error::Unavailable
        }
        store_port::Error::Full(cause) => {
            client.tell(
                log_port::Level::Error,
                &format!("storage {call}: full: {cause}"),
            );
            storage::Error::Full
        }
        store_port::Error::TooLarge(which) => storage::Error::TooLarge(which),
    }
}

fn part(range: storage::Range) -> store_port::Range {
    store_port::Range {
        start: range.start,
        end: range.end,
        limit: range.limit,
        backward: range.backward,
    }
}

fn versioned(found: store_port::Versioned) -> storage::Versioned {
    storage::Versioned {
        value: found.value,
        version: found.version,
    }
}

fn row(row: store_port::Row) -> storage::Row {
    storage::Row {
        key: row.key,
        value: row.value,
        version: row.version,
    }
}

fn write(write: storage::Write) -> store_port::Write {
    store_port::Write {
        key: write.key,
        value: write.value,
        expect: write.expect,
    }
}

impl http::Host for State {
    fn send(
        &mut self,
        requests: Vec<http::Request>,
    ) -> Result<Vec<Result<http::Response, http::Error>>> {
        let client = self.capability()?;
        self.commits.leave();
        at_most(requests.len(), http_port::REQUESTS, "http.send", "requests")?;
        let requests: Vec<_> = requests.into_iter().map(request).collect();
        let responses = client.host.http.send(&client.merchant, &requests);
        answered(responses.len(), requests.len(), "http")?;
        Ok(responses
            .into_iter()
            .map(|result| result.map(response).map_err(http_error))
            .collect())
    }
}

fn request(request: http::Request) -> http_port::Request {
    let header = |header: http::Header| http_port::Header {
        name: header.name,
        value: header.value,
    };
    http_port::Request {
        method: request.method,
        url: request.url,
        headers: request.headers.into_iter().map(header).collect(),
        body: request.body,
        credential: request.credential,
        timeout_ms: request.timeout_ms,
    }
}

fn response(response: http_port::Response) -> http::Response {
    let header = |header: http_port::Header| http::Header {
        name: header.name,
        value: header.value,
    };
    http::Response {
        status: response.status,
        headers: response.headers.into_iter().map(header).collect(),
        body: response.body,
    }
}

fn http_error(error: http_port::Error) -> http::Error {
    match error {
        http_port::Error::Denied(entry) => http::Error::Denied(entry),
        http_port::Error::Unreachable => http::Error::Unreachable,
        http_port::Error::NoAnswer => http::Error::NoAnswer,
        http_port::Error::TooLarge(limit) => http::Error::TooLarge(limit),
        http_port::Error::Garbled => http::Error::Garbled,
    }
}

impl messaging::Host for State {
    fn send(&mut self, messages: Vec<messaging::Message>) -> Result<Vec<messaging::Outcome>> {
        let client = self.capability()?;
        self.commits.leave();
        at_most(
            messages.len(),
            message_port::MESSAGES,
            "messaging.send",
            "messages",
        )?;
        let messages: Vec<_> = messages.into_iter().map(message).collect();
        let outcomes = client.host.messaging.send(&client.merchant, &messages);
        answered(outcomes.len(), messages.len(), "messaging")?;
        Ok(outcomes.into_iter().map(outcome).collect())
    }

    fn key_holds(&mut self, channel: messaging::Channel) -> Result<Option<u32>> {
        let client = self.capability()?;
        let messaging = &client.host.messaging;
        Ok(messaging.key_holds(&client.merchant, way(channel)))
    }
}

fn way(channel: messaging::Channel) -> message_port::Channel {
    match channel {
        messaging::Channel::Email => message_port::Channel::Email,
        messaging::Channel::Sms => message_port::Channel::Sms,
        messaging::Channel::LinePush => message_port::Channel::LinePush,
        messaging::Channel::LineNotification => message_port::Channel::LineNotification,
        messaging::Channel::LineReply => message_port::Channel::LineReply,
        messaging::Channel::Alimtalk => message_port::Channel::Alimtalk,
    }
}

fn message(message: messaging::Message) -> message_port::Message {
    message_port::Message {
        idempotency_key: message.idempotency_key,
        channel: way(message.channel),
        address: message.address,
        subject: message.subject,
        text: message.text,
        html: message.html,
        detail: message.detail,
    }
}

fn outcome(outcome: message_port::Outcome) -> messaging::Outcome {
    match outcome {
        message_port::Outcome::Accepted(id) => messaging::Outcome::Accepted(id),
        message_port::Outcome::Undeliverable(why) => messaging::Outcome::Undeliverable(why),
        message_port::Outcome::RetryAfter(seconds) => messaging::Outcome::RetryAfter(seconds),
        message_port::Outcome::Unknown => messaging::Outcome::Unknown,
    }
}

/// These imports have no error for a list that is too long: a plugin that sends one is defective.
fn at_most(found: usize, most: usize, import: &str, what: &str) -> Result<()> {
    if found > most {
        bail!("{import} was called with {found} {what}; at most {most} are permitted");
    }
    Ok(())
}

/// A port that answers fewer or more than it was asked would make the plugin mix up the outcomes.
fn answered(found: usize, asked: usize, port: &str) -> Result<()> {
    if found != asked {
        bail!("the host's {port} backend answered {found} of {asked}");
    }
    Ok(())
}
