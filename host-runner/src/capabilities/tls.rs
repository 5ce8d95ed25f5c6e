//! TLS towards servers that the operator names.

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;

/// TLS 1.2 and 1.3, with trust in the system's authorities and those of a PEM text.
///
/// # Errors
/// Why it can't be set up, in words.
pub(super) fn client(pem: Option<&[u8]>) -> Result<ClientConfig, String> {
    let mut roots = RootCertStore::empty();
    // A system may hold certificates that can't be read; the others do.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let own = pem.map(|pem| CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>());
    if let Some(own) = own.transpose().map_err(|error| error.to_string())? {
        if own.is_empty() {
            return Err("no PEM certificate is in it".to_owned());
        }
        for certificate in own {
            roots.add(certificate).map_err(|error| error.to_string())?;
        }
    }
    if roots.is_empty() {
        return Err("the system has no authorities to trust; name a file of them".to_owned());
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
