//! Whose certificates are believed.

use super::refusal::RefusalKind;
use super::wire::{Stream, broken};
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// The roots a server's certificate must lead to. Cheap to clone: made once, shared by all sessions.
#[derive(Debug, Clone)]
pub struct Trust(Arc<ClientConfig>);

/// There is nothing to believe in.
#[derive(Debug, Error)]
#[error("TLS cannot be set up: {0}; check the given root certificates")]
pub struct TrustError(#[from] rustls::Error);

impl Trust {
    /// The machine's own roots, or Mozilla's (as of this build) where the machine has none. Reads files.
    pub fn of_machine() -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        Self::from_roots(roots)
    }

    /// These roots and no others.
    pub fn only(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> Result<Self, TrustError> {
        let mut roots = RootCertStore::empty();
        for certificate in certificates {
            roots.add(certificate)?;
        }
        Self::from_roots(roots)
    }

    fn from_roots(roots: RootCertStore) -> Result<Self, TrustError> {
        // The provider is named, so that no other crate's choice for the process matters here.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(Arc::new(config)))
    }

    /// The handshake: the server must prove to be `host`.
    pub(super) async fn secure(&self, stream: Box<dyn Stream>, host: &str, limit: Duration) -> Result<Box<dyn Stream>, RefusalKind> {
        let name = ServerName::try_from(host.to_owned()).map_err(|_| {
            RefusalKind::Unmet(format!(
                "{host} is no name a certificate can prove; name the server as in its certificate"
            ))
        })?;
        match timeout(limit, TlsConnector::from(Arc::clone(&self.0)).connect(name, stream)).await {
            Ok(Ok(secured)) => Ok(Box::new(secured)),
            Ok(Err(error)) => Err(broken(&error)),
            Err(_) => Err(RefusalKind::TimedOut(limit)),
        }
    }
}
