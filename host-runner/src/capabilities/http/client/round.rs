//! One call of a merchant's: each request with its redirects.

use super::allow::is_secure;
use super::credential::Credential;
use super::hop::Hop;
use super::scrub::scrub;
use super::wire::Lost;
use super::{Error, Own, Request, Response, entry};
use crate::capabilities::Merchant;
use crate::capabilities::logging::{Level, LogSink};
use std::time::{Duration, Instant};
use url::Url;

/// Redirects of a request that are followed; the next one is answered as it came.
const REDIRECTS: usize = 3;

/// A call.
pub(super) struct Round<'a> {
    own: &'a Own,
    merchant: &'a Merchant,
    log: &'a dyn LogSink,
    /// No request begins from then on.
    ends: Instant,
}

impl<'a> Round<'a> {
    pub(super) fn new(
        own: &'a Own,
        merchant: &'a Merchant,
        log: &'a dyn LogSink,
        ends: Instant,
    ) -> Self {
        Self {
            own,
            merchant,
            log,
            ends,
        }
    }

    /// Sends a request, and follows where its answers lead.
    pub(super) fn one(&self, request: &Request) -> Result<Response, Error> {
        let now = Instant::now();
        if now >= self.ends {
            self.tell("a request was not begun, since the call took too long already");
            return Err(Error::Unreachable);
        }
        let asked = Duration::from_millis(request.timeout_ms.into());
        let until = now + asked.min(self.own.bounds.timeout);
        let mut hop = Hop::of(request).map_err(|why| self.unsent(&why))?;
        let credential = match &request.credential {
            None => None,
            Some(name) => {
                let known = self.own.credentials.get(name);
                let missing = || format!("there is no credential of the name {name:?}");
                Some(known.ok_or_else(|| self.unsent(&missing()))?)
            }
        };
        for redirects in 0..=REDIRECTS {
            let answer = match self.send(&hop, credential, until) {
                // The request before this one was sent, and its effect is open.
                Err(Error::Unreachable) if redirects > 0 => return Err(Error::NoAnswer),
                answer => answer?,
            };
            match hop.next(&answer) {
                Some(next) if redirects < REDIRECTS => hop = next,
                _ => return Ok(self.shown(answer, credential)),
            }
        }
        Err(Error::NoAnswer)
    }

    /// Sends it to one address.
    fn send(
        &self,
        hop: &Hop,
        credential: Option<&Credential>,
        until: Instant,
    ) -> Result<Response, Error> {
        let denied = || {
            let named = entry(hop.url.as_str()).filter(|_| is_secure(&hop.url));
            named.map_or_else(
                || self.unsent("its address is not https, and no entry could allow it"),
                Error::Denied,
            )
        };
        if !self.own.allow.covers(&hop.url) {
            return Err(denied());
        }
        let mut put = None;
        if let Some(credential) = credential {
            if !credential.covers(&hop.url) {
                self.tell(&format!(
                    "a credential was not sent to {}, where it does not belong",
                    origin(&hop.url)
                ));
                return Err(denied());
            }
            put = Some(credential.put(hop).map_err(|why| self.unsent(why))?);
        }
        let hop = put.as_ref().unwrap_or(hop);
        let most = self.own.bounds.request;
        if hop.bytes() > most {
            return Err(self.unsent(&format!("it is over the limit of {most} bytes")));
        }
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Error::Unreachable);
        }
        self.own.wire.send(hop, left).map_err(|lost| match lost {
            Lost::Before(why) => {
                self.tell(&format!("{} can't be reached: {why}", origin(&hop.url)));
                Error::Unreachable
            }
            Lost::Special(special) => {
                self.tell(&format!("{} was not asked: {special}", origin(&hop.url)));
                Error::Unreachable
            }
            Lost::After => Error::NoAnswer,
            Lost::Large(limit) => Error::TooLarge(limit),
            Lost::Garbled => Error::Garbled,
        })
    }

    /// The answer as the plugin may see it.
    fn shown(&self, answer: Response, credential: Option<&Credential>) -> Response {
        let secrets = credential.map(Credential::secrets).unwrap_or_default();
        scrub(answer, &secrets)
    }

    /// A request that no host would be asked for ever: the operator is told, since the plugin can't be.
    fn unsent(&self, why: &str) -> Error {
        self.tell(&format!("a request was not sent: {why}"));
        Error::Unreachable
    }

    fn tell(&self, text: &str) {
        self.log.log(self.merchant, Level::Warn, "http", text);
    }
}

/// Scheme, host and port, for the log.
fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}
