//! Requests, and whether they can have arrived.

use super::provider::{Answer, Request};
use crate::capabilities::agent;
use std::io::{self, Read};
use std::time::Duration;
use ureq::{Agent, Body, SendBody};
use url::{Host, Url};

/// Bytes of an answer's body that are read; providers answer in a few hundred.
const ANSWER_BYTES: u64 = 65_536;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Lost {
    /// Before any of the body had left: the provider can't have taken it.
    Before(String),
    /// After that: it may have.
    After(String),
}

/// A way to send a request and to get an answer.
pub(in super::super) trait Post: Send + Sync {
    fn post(&self, request: &Request) -> Result<Answer, Lost>;
}

/// Where a provider is: an https address, or http on this machine, without a slash at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Base(Url);

impl Base {
    /// Takes an address as a base.
    ///
    /// # Errors
    /// What is wrong with it, without repeating it.
    pub(in super::super) fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| "it is no absolute address")?;
        let local = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(_)) => false,
            None => return Err("it names no host"),
        };
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return Err("it is not https; http is for loopback addresses such as 127.0.0.1");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds a user or a password, which belong to secrets");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err("it holds a query or a fragment");
        }
        Ok(Self(url))
    }

    /// Scheme, host and port, for the log.
    pub(in super::super) fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    fn with(&self, path: &str) -> String {
        format!("{}{path}", self.0.as_str().trim_end_matches('/'))
    }
}

/// A client for HTTP with its connections.
pub(super) struct Wire {
    agent: Agent,
    base: Base,
}

impl Wire {
    /// Connections to this base, each answer within this time, so many of them at once.
    ///
    /// # Errors
    /// Where the system has no authorities to trust.
    pub(super) fn new(base: Base, timeout: Duration, connections: usize) -> Result<Self, String> {
        let mut config = agent::config(connections).timeout_global(Some(timeout));
        if base.0.scheme() == "https" {
            config = config.https_only(true).tls_config(agent::tls(None)?);
        }
        Ok(Self {
            agent: config.build().into(),
            base,
        })
    }

    fn send(&self, request: &Request, body: &mut Watched<'_>) -> Result<Answer, ureq::Error> {
        let length = request.body.len();
        let mut builder = self
            .agent
            .post(self.base.with(&request.path))
            .header("content-type", request.content_type)
            .header("content-length", length.to_string());
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        let response = builder.send(SendBody::from_reader(body))?;
        let (head, body) = response.into_parts();
        let mut answer = Answer {
            status: head.status.as_u16(),
            ..Answer::default()
        };
        for (name, value) in &head.headers {
            if let Ok(value) = value.to_str() {
                let field = (name.as_str().to_owned(), value.to_owned());
                answer.headers.push(field);
            }
        }
        answer.body = whole(body).unwrap_or_default();
        Ok(answer)
    }
}

impl Post for Wire {
    fn post(&self, request: &Request) -> Result<Answer, Lost> {
        let mut body = Watched {
            rest: &request.body,
            asked: false,
        };
        let sent = self.send(request, &mut body);
        sent.map_err(|error| {
            // The error may hold the address, and so whatever stands in its path.
            let told = match error {
                ureq::Error::Io(error) => format!("the connection failed: {}", error.kind()),
                ureq::Error::Timeout(_) => "no answer within the time".to_owned(),
                ureq::Error::HostNotFound => "the host has no address".to_owned(),
                ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "TLS failed".to_owned(),
                ureq::Error::Http(_) => "the request holds what no header may hold".to_owned(),
                _ => "the answer is no HTTP".to_owned(),
            };
            if body.asked {
                Lost::After(told)
            } else {
                Lost::Before(told)
            }
        })
    }
}

/// The body, unless it breaks off or is too long.
fn whole(mut body: Body) -> Result<Vec<u8>, ureq::Error> {
    body.with_config().limit(ANSWER_BYTES).read_to_vec()
}

/// A body that knows whether anybody asked for it. Before, no more than the request's head can have left.
struct Watched<'a> {
    rest: &'a [u8],
    asked: bool,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.asked = true;
        self.rest.read(buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::Base;

    #[test]
    fn bases_are_encrypted_or_local() {
        let table = [
            ("https://api.line.me", Ok("https://api.line.me")),
            ("https://api.line.me/", Ok("https://api.line.me")),
            (
                "https://sms.example:8443/v2/",
                Ok("https://sms.example:8443"),
            ),
            ("http://127.0.0.1:4010", Ok("http://127.0.0.1:4010")),
            ("http://[::1]:4010", Ok("http://[::1]:4010")),
            ("http://localhost:4010", Err("https")),
            ("http://api.line.me", Err("https")),
            ("http://127.0.0.1.example", Err("https")),
            ("ftp://127.0.0.1", Err("https")),
            ("https://a:hush@api.line.me", Err("user")),
            ("https://api.line.me/?key=hush", Err("query")),
            ("https://api.line.me/#a", Err("fragment")),
            ("api.line.me", Err("absolute")),
            ("", Err("absolute")),
        ];
        for (text, expected) in table {
            match (Base::parse(text), expected) {
                (Ok(base), Ok(origin)) => assert_eq!(base.origin(), origin, "{text}"),
                (Err(why), Err(word)) => assert!(why.contains(word), "{text}: {why}"),
                (found, _) => panic!("{text}: {found:?}"),
            }
        }
        let base = Base::parse("https://sms.example/v2/").unwrap();
        assert_eq!(base.with("/send"), "https://sms.example/v2/send");
    }
}
