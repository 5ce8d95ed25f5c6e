//! The component: the host's imports as ports, and the exports that lead to [`crate::api`].

mod compare;
mod heap;

pub(crate) use heap::{mark, take_back};

use crate::bindings::stampcard::plugin::{http, logging, messaging, storage};
use crate::bindings::wasi::clocks::wall_clock;
use crate::domain::instant::Instant;
use crate::domain::notice::Channel;
use crate::ports::{
    HttpError, HttpRequest, HttpResponse, Level, Message, Outcome, Ports, Range, Row, Sent,
    StorageError, Versioned, Way, Write,
};
use std::sync::Once;

/// The host.
struct Host;

fn channel_of(channel: Channel) -> messaging::Channel {
    match channel {
        Channel::Email => messaging::Channel::Email,
        Channel::Sms => messaging::Channel::Sms,
        Channel::LinePush => messaging::Channel::LinePush,
        Channel::LineNotification => messaging::Channel::LineNotification,
        Channel::Alimtalk => messaging::Channel::Alimtalk,
    }
}

impl Ports for Host {
    fn now(&self) -> Instant {
        let now = wall_clock::now();
        #[expect(
            clippy::expect_used,
            reason = "a clock beyond the year 9999 is a defect of the host"
        )]
        Instant::new(now.seconds, now.nanoseconds)
            .expect("the host's clock is within 1970 and 9999")
    }

    fn read(&self, keys: &[String]) -> Result<Vec<Versioned>, StorageError> {
        let found = storage::read(keys).map_err(storage_error)?;
        Ok(found
            .into_iter()
            .map(|it| Versioned {
                value: it.value,
                version: it.version,
            })
            .collect())
    }

    fn read_ahead(&self, keys: &[String]) -> bool {
        storage::read_ahead(keys)
    }

    fn scan(&self, range: &Range) -> Result<Vec<Row>, StorageError> {
        let rows = storage::scan(&part(range)).map_err(storage_error)?;
        Ok(rows
            .into_iter()
            .map(|row| Row {
                key: row.key,
                value: row.value,
                version: row.version,
            })
            .collect())
    }

    fn scan_keys(&self, range: &Range) -> Result<Vec<String>, StorageError> {
        storage::scan_keys(&part(range)).map_err(storage_error)
    }

    fn commit(&self, writes: Vec<Write>) -> Result<Outcome, StorageError> {
        let write = |write: Write| storage::Write {
            key: write.key,
            value: write.value,
            expect: write.expect,
        };
        let writes: Vec<storage::Write> = writes.into_iter().map(write).collect();
        match storage::commit(&writes).map_err(storage_error)? {
            storage::Outcome::Committed => Ok(Outcome::Committed),
            storage::Outcome::Conflict => Ok(Outcome::Conflict),
        }
    }

    fn send(&self, messages: Vec<Message>) -> Vec<Sent> {
        let message = |it: Message| messaging::Message {
            idempotency_key: it.key,
            channel: match it.channel {
                Way::Notice(channel) => channel_of(channel),
                Way::LineReply => messaging::Channel::LineReply,
            },
            address: it.address,
            subject: it.subject,
            text: it.text,
            html: it.html,
            detail: it.detail,
        };
        let messages: Vec<messaging::Message> = messages.into_iter().map(message).collect();
        let outcome = |it: messaging::Outcome| match it {
            messaging::Outcome::Accepted(id) => Sent::Accepted(id),
            messaging::Outcome::Undeliverable(why) => Sent::Undeliverable(why),
            messaging::Outcome::RetryAfter(seconds) => Sent::RetryAfter(seconds),
            messaging::Outcome::Unknown => Sent::Unknown,
        };
        messaging::send(&messages)
            .into_iter()
            .map(outcome)
            .collect()
    }

    fn key_holds(&self, channel: Channel) -> Option<u32> {
        messaging::key_holds(channel_of(channel))
    }

    fn fetch(&self, requests: Vec<HttpRequest>) -> Vec<Result<HttpResponse, HttpError>> {
        let request = |it: HttpRequest| http::Request {
            method: it.method.to_owned(),
            url: it.url,
            headers: it
                .headers
                .into_iter()
                .map(|(name, value)| http::Header { name, value })
                .collect(),
            body: it.body,
            credential: it.credential,
            timeout_ms: it.timeout_ms,
        };
        let requests: Vec<http::Request> = requests.into_iter().map(request).collect();
        let response = |it: http::Response| HttpResponse {
            status: it.status,
            headers: it
                .headers
                .into_iter()
                .map(|header| (header.name, header.value))
                .collect(),
            body: it.body,
        };
        http::send(&requests)
            .into_iter()
            .map(|result| result.map(response).map_err(http_error))
            .collect()
    }

    fn log(&self, level: Level, context: &str, text: &str) {
        let level = match level {
            Level::Debug => logging::Level::Debug,
            Level::Info => logging::Level::Info,
            Level::Warn => logging::Level::Warn,
            Level::Error => logging::Level::Error,
        };
        logging::log(level, context, text);
    }
}

fn part(range: &Range) -> storage::Range {
    let Range {
        start,
        end,
        limit,
        backward,
    } = range.clone();
    storage::Range {
        start,
        end,
        limit,
        backward,
    }
}

fn storage_error(error: storage::Error) -> StorageError {
    match error {
        storage::Error::Unavailable => StorageError::Unavailable,
        storage::Error::Full => StorageError::Full,
        storage::Error::TooLarge(what) => StorageError::TooLarge(what),
    }
}

fn http_error(error: http::Error) -> HttpError {
    match error {
        http::Error::Denied(entry) => HttpError::Denied(entry),
        http::Error::Unreachable => HttpError::Unreachable,
        http::Error::NoAnswer => HttpError::NoAnswer,
        http::Error::TooLarge(limit) => HttpError::TooLarge(limit),
        http::Error::Garbled => HttpError::Garbled,
    }
}

/// The host as ports; from the first call on, a panic's text reaches its log before the trap.
#[inline(never)]
fn host() -> &'static Host {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            Host.log(Level::Error, "panic", &panic.to_string())
        }));
    });
    &Host
}

#[allow(
    unsafe_code,
    clippy::all,
    clippy::restriction,
    clippy::pedantic,
    unused_qualifications,
    reason = "the canonical ABI: raw memory, as the interface lays it out"
)]
mod exports {
    //! The canonical ABI's entry points (`build/glue/`), and what they are made of.

    use super::heap::begin_anew;
    use super::host;
    use crate::api;
    use core::mem::ManuallyDrop;

    /// Where arguments are put together.
    #[repr(align(8))]
    struct Area<const WORDS: usize>([u64; WORDS]);

    unsafe fn lift_plain<T>(p: *const u8) -> T {
        unsafe { p.cast::<T>().read() }
    }

    unsafe fn lift_bool(p: *const u8) -> bool {
        unsafe { p.read() != 0 }
    }

    #[inline(never)]
    unsafe fn lift_string(p: *const u8) -> String {
        unsafe {
            let start = p.cast::<*mut u8>().read();
            let length = p.add(4).cast::<usize>().read();
            if length == 0 {
                return String::new();
            }
            String::from_raw_parts(start, length, length)
        }
    }

    unsafe fn lift_list<T>(p: *const u8, size: usize, lift: unsafe fn(*const u8) -> T) -> Vec<T> {
        unsafe {
            let start = p.cast::<*const u8>().read();
            let length = p.add(4).cast::<usize>().read();
            (0..length)
                .map(|place| lift(start.add(place * size)))
                .collect()
        }
    }

    unsafe fn lower_plain<T>(p: *mut u8, v: T) {
        unsafe { p.cast::<T>().write(v) }
    }

    unsafe fn lower_bool(p: *mut u8, v: bool) {
        unsafe { p.write(u8::from(v)) }
    }

    #[inline(never)]
    unsafe fn lower_string(p: *mut u8, v: String) {
        let v = ManuallyDrop::new(v);
        unsafe {
            p.cast::<*const u8>().write(v.as_ptr());
            p.add(4).cast::<usize>().write(v.len());
        }
    }

    unsafe fn lower_list<T>(p: *mut u8, v: Vec<T>, size: usize, lower: unsafe fn(*mut u8, T)) {
        let (count, bytes) = (v.len(), v.len() * size);
        let start = room(bytes);
        for (place, item) in v.into_iter().enumerate() {
            unsafe { lower(start.add(place * size), item) };
        }
        unsafe {
            p.cast::<*const u8>().write(start);
            p.add(4).cast::<usize>().write(count);
        }
    }

    /// Memory for what is lowered, aligned for all there is; the heap takes it back when it begins anew.
    #[inline(never)]
    fn room(bytes: usize) -> *mut u8 {
        ManuallyDrop::new(Vec::<u64>::with_capacity(bytes.div_ceil(8)))
            .as_mut_ptr()
            .cast()
    }

    include!(concat!(env!("OUT_DIR"), "/glue.rs"));
}
