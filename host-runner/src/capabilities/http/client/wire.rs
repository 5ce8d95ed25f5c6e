//! Requests over HTTP/1.1, and whether anything of one can have arrived.

use super::super::{Header, Response};
use super::address::Network;
use super::hop::Hop;
use super::names::{Checked, Special};
use crate::capabilities::agent::{self, HEADER_BYTES};
use std::cell::Cell;
use std::time::Duration;
use ureq::http::{Request, Response as Answer};
use ureq::tls::TlsConfig;
use ureq::unversioned::resolver::{DefaultResolver, Resolver};
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
};
use ureq::{Agent, Body, Error};

thread_local! {
    /// Whether anything of this thread's request went out.
    static SENT: Cell<bool> = const { Cell::new(false) };
}

/// A request begins: nothing of it was sent yet.
pub(super) fn begin() {
    SENT.set(false);
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// Nothing was sent; why.
    Before(String),
    /// Something was.
    After,
    /// The name leads to addresses that the merchant may not reach.
    Special(Special),
    /// The answer is over so many bytes.
    Large(u64),
    /// It is no HTTP, or no UTF-8.
    Garbled,
}

/// A client with its connections.
pub(super) struct Wire {
    agent: Agent,
    limit: u64,
}

impl Wire {
    /// Connections to public addresses and these networks, trusting these authorities; answers up to so many bytes.
    pub(super) fn new(
        networks: Vec<Network>,
        tls: Option<TlsConfig>,
        connections: usize,
        limit: u64,
    ) -> Self {
        Self::with(
            DefaultResolver::default(),
            networks,
            tls,
            connections,
            limit,
        )
    }

    pub(super) fn with(
        names: impl Resolver,
        networks: Vec<Network>,
        tls: Option<TlsConfig>,
        connections: usize,
        limit: u64,
    ) -> Self {
        let mut config = agent::config(connections);
        if let Some(tls) = tls {
            config = config.tls_config(tls);
        }
        let connector = DefaultConnector::default().chain(Marking);
        let names = Checked::new(names, networks);
        Self {
            agent: Agent::with_parts(config.build(), connector, names),
            limit,
        }
    }

    /// Sends a request; its whole answer is there within this time.
    pub(super) fn send(&self, hop: &Hop, time: Duration) -> Result<Response, Lost> {
        begin();
        let sent = self.ask(hop, time).and_then(|answer| self.whole(answer));
        let (head, body) = sent.map_err(|error| lost(error, SENT.get()))?;
        let field = |(name, value): (&ureq::http::HeaderName, &ureq::http::HeaderValue)| {
            Some(Header {
                name: name.as_str().to_owned(),
                value: value.to_str().ok()?.to_owned(),
            })
        };
        Ok(Response {
            status: head.status.as_u16(),
            headers: head.headers.iter().filter_map(field).collect(),
            body: String::from_utf8(body).map_err(|_| Lost::Garbled)?,
        })
    }

    fn ask(&self, hop: &Hop, time: Duration) -> Result<Answer<Body>, Error> {
        let method = if hop.post { "POST" } else { "GET" };
        let mut builder = Request::builder().method(method).uri(hop.url.as_str());
        for (name, value) in &hop.headers {
            builder = builder.header(name, value);
        }
        if hop.post {
            let body = hop.body.as_deref().unwrap_or_default().as_bytes();
            let request = self.agent.configure_request(builder.body(body)?);
            self.agent.run(request.timeout_global(Some(time)).build())
        } else {
            let request = self.agent.configure_request(builder.body(())?);
            self.agent.run(request.timeout_global(Some(time)).build())
        }
    }

    fn whole(&self, answer: Answer<Body>) -> Result<(ureq::http::response::Parts, Vec<u8>), Error> {
        let (head, mut body) = answer.into_parts();
        let body = body.with_config().limit(self.limit).read_to_vec()?;
        Ok((head, body))
    }
}

/// What an error means. Its own text may hold the address, and so whatever stands in its query.
fn lost(error: Error, sent: bool) -> Lost {
    let before = |told: &str| Lost::Before(told.to_owned());
    match error {
        Error::BodyExceedsLimit(limit) => Lost::Large(limit),
        Error::LargeResponseHeader(..) => Lost::Large(u64::try_from(HEADER_BYTES).unwrap_or(0)),
        Error::Http(_) | Error::BadUri(_) => {
            before("it holds what no address or header field may hold")
        }
        Error::Other(other) => match other.downcast::<Special>() {
            Ok(special) => Lost::Special(*special),
            Err(_) if sent => Lost::After,
            Err(_) => before("it can't be sent"),
        },
        Error::Protocol(_) if sent => Lost::Garbled,
        _ if sent => Lost::After,
        Error::HostNotFound => before("the host has no address"),
        Error::Timeout(_) => before("no connection within the time"),
        error if is_tls(&error) => before("TLS failed"),
        Error::Io(error) => Lost::Before(format!("no connection: {}", error.kind())),
        _ => before("no connection"),
    }
}

/// Whether it is about certificates, ciphers and the like.
fn is_tls(error: &Error) -> bool {
    match error {
        Error::Tls(_) | Error::Rustls(_) => true,
        Error::Io(error) => error.get_ref().is_some_and(|own| own.is::<rustls::Error>()),
        _ => false,
    }
}

/// Wraps every connection, to know what goes out on it.
#[derive(Debug)]
struct Marking;

#[derive(Debug)]
struct Marked<T>(T);

impl<In: Transport> Connector<In> for Marking {
    type Out = Marked<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        Ok(chained.map(Marked))
    }
}

impl<T: Transport> Transport for Marked<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let result = self.0.transmit_output(amount, timeout);
        // The first transmission makes the session, and without one there is nothing that could be read.
        if !result.as_ref().is_err_and(is_tls) {
            SENT.set(true);
        }
        result
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
