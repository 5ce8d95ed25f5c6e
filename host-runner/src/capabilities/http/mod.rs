//! The port `http`: requests to hosts that the merchant may reach. The types mirror `wit/http.wit`.

mod client;
pub mod conformance;
mod denied;
mod script;

pub use client::Client;
pub use denied::Denied;
pub use script::{Exchange, Script, Traffic, Wanted};

use crate::capabilities::Merchant;
use std::time::Duration;
use url::Url;

/// Requests in one call; the sandbox refuses more before they get here.
pub const REQUESTS: usize = 100;

/// One header field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// What is to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Upper case, such as `GET`.
    pub method: String,
    /// An absolute https address.
    pub url: String,
    /// Header fields, in their order.
    pub headers: Vec<Header>,
    /// The body, if any.
    pub body: Option<String>,
    /// The name of a secret that the host puts into the request.
    pub credential: Option<String>,
    /// Give up after so many milliseconds; the host may have a lower bound.
    pub timeout_ms: u32,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Header fields, in their order.
    pub headers: Vec<Header>,
    /// The body; it is UTF-8.
    pub body: String,
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The allow-list doesn't name the host; with the entry that would allow it.
    #[error("not on the merchant's allow-list; the entry {0} would allow it")]
    Denied(String),
    /// No connection; nothing was sent.
    #[error("unreachable; nothing was sent")]
    Unreachable,
    /// Something was sent and no whole answer came: the effect is open.
    #[error("no whole answer came; the effect is open")]
    NoAnswer,
    /// The answer is over the size limit, in bytes.
    #[error("the answer is over the limit of {0} bytes")]
    TooLarge(u64),
    /// The answer is not HTTP, or its body not UTF-8.
    #[error("the answer can't be read")]
    Garbled,
}

/// A way to send requests. It never fails as a whole: each request has its own result.
pub trait Http: Send + Sync {
    /// Sends all requests and answers in their order, one result each.
    fn send(&self, merchant: &Merchant, requests: &[Request]) -> Vec<Result<Response, Error>>;

    /// The longest time that a call of this merchant's may take. A sandbox's deadline must leave room for it, or the plugin is
    /// stopped before it can store what it was answered. None unless a backend says otherwise.
    fn longest_call(&self, _: &Merchant) -> Duration {
        Duration::ZERO
    }
}

/// The allow-list entry that covers an address, as `scheme://host:port` with the port always told.
/// None when no entry could: the address is not absolute, is neither http nor https, or names no host.
#[must_use]
pub fn entry(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let (host, port) = (url.host_str()?, url.port_or_known_default()?);
    Some(format!("{}://{host}:{port}", url.scheme()))
}

#[cfg(test)]
mod tests {
    use super::entry;

    #[test]
    fn entries() {
        let table = [
            (
                "https://api.line.me/v2/bot",
                Some("https://api.line.me:443"),
            ),
            ("HTTPS://API.Line.me:8443", Some("https://api.line.me:8443")),
            ("http://[::1]/x?y#z", Some("http://[::1]:80")),
            (
                "https://user:secret@host.example/",
                Some("https://host.example:443"),
            ),
            ("https://2130706433/", Some("https://127.0.0.1:443")),
            (
                "https://中文.example/",
                Some("https://xn--fiq228c.example:443"),
            ),
            ("/relative", None),
            ("ftp://host.example/", None),
            ("https://", None),
            ("", None),
        ];
        for (address, expected) in table {
            assert_eq!(entry(address).as_deref(), expected, "{address}");
        }
    }
}
