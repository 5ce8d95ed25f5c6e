//! What spans and their attributes are called: by OpenTelemetry's conventions where these have a word, else under `stampcard`.

/// Which conventions.
pub(super) const SCHEMA: &str = "https://opentelemetry.io/schemas/1.42.0";

pub(super) const SERVICE: &str = "service.name";
pub(super) const VERSION: &str = "service.version";
pub(super) const INSTANCE: &str = "service.instance.id";

pub(super) const ERROR: &str = "error.type";
pub(super) const METHOD: &str = "http.request.method";
pub(super) const ROUTE: &str = "http.route";
pub(super) const STATUS: &str = "http.response.status_code";
pub(super) const SCHEME: &str = "url.scheme";
pub(super) const SERVER: &str = "server.address";
pub(super) const PORT: &str = "server.port";

/// The request's name in the access log.
pub(super) const REQUEST: &str = "stampcard.request";
pub(super) const MERCHANT: &str = "stampcard.merchant";
/// Seconds from when a tick was due to its begin.
pub(super) const DELAY: &str = "stampcard.tick.delay";
/// done, refused or failed, as in the figures.
pub(super) const OUTCOME: &str = "stampcard.outcome";
/// The case of the plugin's refusal, without what it holds.
pub(super) const REFUSAL: &str = "stampcard.refusal";
pub(super) const DRY_RUN: &str = "stampcard.dry_run";
pub(super) const FUEL: &str = "stampcard.fuel";
/// Bytes.
pub(super) const MEMORY: &str = "stampcard.memory";
pub(super) const CALLS: &str = "stampcard.capability_calls";
/// Calls that have no span of their own for want of room.
pub(super) const UNTOLD: &str = "stampcard.calls_untold";
/// Keys read or written, or rows found.
pub(super) const KEYS: &str = "stampcard.storage.keys";
pub(super) const REQUESTS: &str = "stampcard.http.requests";
pub(super) const UNANSWERED: &str = "stampcard.http.unanswered";
pub(super) const MESSAGES: &str = "stampcard.messages";
pub(super) const CHANNELS: &str = "stampcard.messages.channels";

/// Methods that are told by their names; anybody can make others up.
const METHODS: [&str; 7] = ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"];

/// A method, or what the conventions call any other.
pub(super) fn method(told: &str) -> &'static str {
    let mut known = METHODS.into_iter();
    known.find(|name| *name == told).unwrap_or("_OTHER")
}

/// The name of a case, if it looks like one.
pub(super) fn case(told: String) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !told.is_empty() && told.len() <= 64 && told.bytes().all(plain) {
        told
    } else {
        "other".to_owned()
    }
}
