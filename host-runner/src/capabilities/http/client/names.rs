//! What names lead to, looked at before anybody connects: a name may lead somewhere else each time it is asked for, so what
//! is judged here is what the connection is made to.

use super::address::{Network, is_public};
use super::wire;
use std::net::IpAddr;
use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// A resolver whose answers are public addresses, or in networks that the settings name.
#[derive(Debug)]
pub(super) struct Checked<R> {
    names: R,
    networks: Vec<Network>,
}

/// A name leads to none but special addresses; one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it leads to {0}, which is no public address")]
pub(super) struct Special(pub(super) IpAddr);

impl<R> Checked<R> {
    pub(super) fn new(names: R, networks: Vec<Network>) -> Self {
        Self { names, networks }
    }

    fn permits(&self, address: IpAddr) -> bool {
        is_public(address) || self.networks.iter().any(|network| network.holds(address))
    }
}

impl<R: Resolver> Resolver for Checked<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        // Every request begins here, on the thread that sends it.
        wire::begin();
        let found = self.names.resolve(uri, config, timeout)?;
        // An address that stands in the request stands in the allow-list, too.
        let host = uri.host().unwrap_or_default();
        let named = host.trim_start_matches('[').trim_end_matches(']');
        let named = named.parse::<IpAddr>().is_ok();
        let mut kept = self.names.empty();
        let mut special = None;
        for address in found.iter() {
            if named || self.permits(address.ip()) {
                kept.push(*address);
            } else {
                special = Some(Special(address.ip()));
            }
        }
        match special {
            Some(special) if kept.is_empty() => Err(Error::Other(Box::new(special))),
            _ => Ok(kept),
        }
    }
}
