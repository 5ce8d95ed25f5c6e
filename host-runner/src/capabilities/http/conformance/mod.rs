//! What every backend of `http` must do, as checks that an embedder runs against its own as well. Servers on loopback play the
//! other side; nothing else is reached.
//!
//! An embedder's backend is made anew for each check, by [`Backend::client`], under the terms that the check names.

mod answers;
mod bounds;
mod many;
mod reaching;
mod redirects;

pub use crate::capabilities::suite::Finding;

use super::{Error, Header, Http, Request, Response};
use crate::capabilities::Merchant;
use crate::capabilities::suite::{self, Problem, holds, same};
use crate::loopback::{Act, Asked, Server};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What a backend is to hold a merchant to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Entries of the allow-list of the merchant `conformance`: `http://127.0.0.1:PORT`, some with a path. No other
    /// merchant has one.
    pub allow: Vec<String>,
    /// Bytes of a request, at most.
    pub request_bytes: u32,
    /// Bytes of an answer's body, at most.
    pub response_bytes: u32,
    /// Seconds that a request takes, at most.
    pub timeout: u32,
    /// Requests at once, at most.
    pub concurrency: u32,
}

/// A backend under test.
pub trait Backend {
    /// A client under these terms.
    fn client(&self, terms: &Terms) -> Box<dyn Http>;
}

type Check = (&'static str, fn(&dyn Backend) -> Result<(), Problem>);

const CHECKS: &[&[Check]] = &[
    reaching::CHECKS,
    redirects::CHECKS,
    bounds::CHECKS,
    answers::CHECKS,
    many::CHECKS,
];

/// Runs all checks, in some seconds. Empty: the backend conforms.
#[must_use]
pub fn run(backend: &dyn Backend) -> Vec<Finding> {
    suite::run(CHECKS, |check| check(backend))
}

/// The names of all checks, in the order in which they run.
pub fn names() -> impl Iterator<Item = &'static str> {
    suite::names(CHECKS)
}

impl From<std::io::Error> for Problem {
    fn from(error: std::io::Error) -> Self {
        Self(format!("the suite's own server can't be set up: {error}"))
    }
}

/// A server that acts by what is asked for, and what it was asked.
struct Other {
    server: Server,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Other {
    fn start(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Result<Self, Problem> {
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let own = asked.clone();
        let server = Server::start(SocketAddr::from(([127, 0, 0, 1], 0)), move |it| {
            let mut kept = own.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push(it.clone());
            drop(kept);
            act(it)
        })?;
        Ok(Self { server, asked })
    }

    /// Its address as an entry of an allow-list.
    fn entry(&self) -> String {
        format!("http://{}", self.server.address())
    }

    /// An address at it.
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.entry())
    }

    /// What it was asked: method and target.
    fn seen(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let told = |it: &Asked| format!("{} {}", it.method, it.target);
        asked.iter().map(told).collect()
    }

    /// The last request.
    fn last(&self) -> Result<Asked, Problem> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let last = asked.last().cloned();
        last.ok_or_else(|| Problem("the server was not asked".to_owned()))
    }
}

/// Terms that let these servers be asked.
fn terms(allowed: &[&Other]) -> Terms {
    Terms {
        allow: allowed.iter().map(|it| it.entry()).collect(),
        request_bytes: 64 * 1024,
        response_bytes: 64 * 1024,
        timeout: 5,
        concurrency: 16,
    }
}

fn get(url: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        url: url.to_owned(),
        headers: Vec::new(),
        body: None,
        credential: None,
        timeout_ms: 5_000,
    }
}

fn post(url: &str, body: &str) -> Request {
    Request {
        method: "POST".to_owned(),
        headers: vec![Header {
            name: "content-type".to_owned(),
            value: "text/plain".to_owned(),
        }],
        body: Some(body.to_owned()),
        ..get(url)
    }
}

/// Sends requests for a merchant.
fn send(
    client: &dyn Http,
    merchant: &str,
    requests: &[Request],
) -> Result<Vec<Result<Response, Error>>, Problem> {
    let merchant = Merchant::new(merchant).map_err(|error| Problem(error.to_string()))?;
    let answers = client.send(&merchant, requests);
    same("answers", answers.len(), requests.len())?;
    Ok(answers)
}

/// What a request of the merchant `conformance` came to.
fn one(client: &dyn Http, request: Request) -> Result<Result<Response, Error>, Problem> {
    let mut answers = send(client, "conformance", &[request])?;
    let answer = answers.pop();
    answer.ok_or_else(|| Problem("there is no answer".to_owned()))
}

/// The same in short: status and body, or the error.
fn brief(client: &dyn Http, request: Request) -> Result<Result<(u16, String), Error>, Problem> {
    Ok(one(client, request)?.map(|answer| (answer.status, answer.body)))
}

/// A second and a half more than that, which a loaded machine may take beside the time itself.
fn about(time: Duration) -> Duration {
    time + Duration::from_millis(1_500)
}
