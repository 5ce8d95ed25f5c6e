//! Whom to trust, and as whom the server must prove itself.

use super::wire::Loss;
use crate::capabilities::tls;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};
use std::sync::Arc;

/// TLS 1.2 and 1.3 towards one host.
pub(super) struct Tls {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
}

impl Tls {
    /// Trusts the system's authorities, and those of a PEM text.
    ///
    /// # Errors
    /// Why it can't be set up, in words.
    pub(super) fn new(host: &str, pem: Option<&[u8]>) -> Result<Self, String> {
        let config = tls::client(pem)?;
        Ok(Self {
            config: Arc::new(config),
            name: ServerName::try_from(host.to_owned()).map_err(|error| error.to_string())?,
        })
    }

    pub(super) fn session(&self) -> Result<ClientConnection, Loss> {
        ClientConnection::new(self.config.clone(), self.name.clone())
            .map_err(|error| Loss::Tls(error.to_string()))
    }
}
