//! What the logic needs of the world: the imports of the component, as traits.

use crate::domain::instant::Instant;
use crate::domain::notice::Channel;

/// A key as it stands; version 0 was never written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Versioned {
    /// None: never written, or deleted.
    pub value: Option<String>,
    /// Raised by every write.
    pub version: u64,
}

/// A key that has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Its version.
    pub version: u64,
}

/// Part of the ordered keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Range {
    /// Included.
    pub start: String,
    /// Excluded.
    pub end: String,
    /// At most so many rows, 1 to 1,000.
    pub limit: u32,
    /// The last rows, the greatest key first.
    pub backward: bool,
}

/// A change of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// The key.
    pub key: String,
    /// None: deletes it.
    pub value: Option<String>,
    /// The version that must still hold; none: any.
    pub expect: Option<u64>,
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// All of it is durable.
    Committed,
    /// A version was another one: nothing was written.
    Conflict,
}

/// Why the storage did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageError {
    /// No answer; the outcome of a commit is open.
    Unavailable,
    /// No room.
    Full,
    /// Over a limit; which.
    TooLarge(String),
}

/// How much a line of the log matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

/// A way on which a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// A channel of notices.
    Notice(Channel),
    /// The answer to a member's own act, by its reply token.
    LineReply,
}

/// One message by one channel to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Handed to the provider where it takes one.
    pub key: String,
    /// The way.
    pub channel: Way,
    /// A mailbox, an E.164 number, a LINE user id or a reply token.
    pub address: String,
    /// Mail only.
    pub subject: Option<String>,
    /// What it says.
    pub text: String,
    /// Mail only.
    pub html: Option<String>,
    /// JSON of the channel's own, as `messaging` names it.
    pub detail: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The provider took it; its own id if it gave one.
    Accepted(Option<String>),
    /// It will never arrive there; why.
    Undeliverable(String),
    /// Not taken; to be tried again after so many seconds.
    RetryAfter(u32),
    /// It may have been taken or not.
    Unknown,
}

/// A request over HTTP, sent once.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// An absolute https address.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// POST only.
    pub body: Option<String>,
    /// The name of a secret that the host holds for this merchant and puts in.
    pub credential: Option<String>,
    /// Milliseconds until the host gives up; it may have a lower bound.
    pub timeout_ms: u32,
}

impl std::fmt::Debug for HttpRequest {
    /// Without headers and body: a password may be among them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.url)
    }
}

/// What came back, whatever its status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status.
    pub status: u16,
    /// Names and values.
    pub headers: Vec<(String, String)>,
    /// Text.
    pub body: String,
}

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The merchant's allow-list doesn't have it; the entry that would allow it.
    Denied(String),
    /// No connection; nothing was sent.
    Unreachable,
    /// Something was sent and no whole answer came.
    NoAnswer,
    /// The answer is over the limit, in bytes.
    TooLarge(u64),
    /// The answer is no HTTP, or no UTF-8.
    Garbled,
}

/// Everything that is not an argument.
pub trait Ports {
    /// The time now.
    fn now(&self) -> Instant;

    /// The keys as they stand at one instant, in the order asked for; at most 1,000.
    ///
    /// # Errors
    /// [`StorageError`].
    fn read(&self, keys: &[String]) -> Result<Vec<Versioned>, StorageError>;

    /// These keys are going to be read; false: there is no use in telling of more, since the storage fetches nothing meanwhile.
    fn read_ahead(&self, keys: &[String]) -> bool;

    /// The rows of a range, in order.
    ///
    /// # Errors
    /// [`StorageError`].
    fn scan(&self, range: &Range) -> Result<Vec<Row>, StorageError>;

    /// The keys of a range, in order.
    ///
    /// # Errors
    /// [`StorageError`].
    fn scan_keys(&self, range: &Range) -> Result<Vec<String>, StorageError>;

    /// Writes all or nothing; at most 1,000 writes.
    ///
    /// # Errors
    /// [`StorageError`].
    fn commit(&self, writes: Vec<Write>) -> Result<Outcome, StorageError>;

    /// Hands over messages, at most 1,000; what became of each, in their order.
    fn send(&self, messages: Vec<Message>) -> Vec<Sent>;

    /// For how many seconds after it was first handed over a channel's provider knows a message by its key again; none: it
    /// knows no keys.
    fn key_holds(&self, channel: Channel) -> Option<u32>;

    /// Sends requests, at most 100, many at once; what came back of each, in their order.
    fn fetch(&self, requests: Vec<HttpRequest>) -> Vec<Result<HttpResponse, HttpError>>;

    /// A line for the operator, without personal data.
    fn log(&self, level: Level, context: &str, text: &str);
}
