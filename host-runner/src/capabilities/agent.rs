//! HTTP/1.1 out, as providers of messages and the parties of `http` are asked alike.

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::config::ConfigBuilder;
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::typestate::AgentScope;

/// Bytes of an answer's header fields, at most.
pub(super) const HEADER_BYTES: usize = 32_768;

/// An unused connection is given up after so long, before servers close theirs.
const IDLE: Duration = Duration::from_secs(5);

/// No redirects, no proxy, every status an answer, and so many connections kept.
pub(crate) fn config(connections: usize) -> ConfigBuilder<AgentScope> {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .no_delay(true)
        .user_agent(concat!("stampcard/", env!("CARGO_PKG_VERSION")))
        .max_response_header_size(HEADER_BYTES)
        .max_idle_connections(connections)
        .max_idle_connections_per_host(connections)
        .max_idle_age(IDLE)
}

/// The system's authorities, and those of a PEM text.
///
/// # Errors
/// Why it can't be set up, in words.
pub(crate) fn tls(pem: Option<&[u8]>) -> Result<TlsConfig, String> {
    let mut found = rustls_native_certs::load_native_certs().certs;
    if let Some(pem) = pem {
        let own: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
        let own = own.map_err(|error| error.to_string())?;
        if own.is_empty() {
            return Err("no PEM certificate is in it".to_owned());
        }
        found.extend(own);
    }
    if found.is_empty() {
        return Err("the system has no authorities to trust; name a file of them".to_owned());
    }
    let certificates: Vec<_> = found
        .iter()
        .map(|one| Certificate::from_der(one).to_owned())
        .collect();
    Ok(TlsConfig::builder()
        .provider(TlsProvider::Rustls)
        .root_certs(RootCerts::new_with_certs(&certificates))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build())
}
