//! TLS at the server's own addresses: certificate and key from files, which are read again when they change.

use std::{
    path::PathBuf,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use anyhow::Context;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use sha2::{Digest, Sha256};
use tokio_rustls::TlsAcceptor;

/// How often it is looked whether the files have changed: those who renew certificates do so days before they expire.
const LOOK: Duration = Duration::from_secs(10);

/// The certificate's chain and its key, PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

/// What the files say now.
#[derive(Debug)]
pub(crate) struct TlsIdentity {
    files: TlsFiles,
    now: RwLock<(Arc<CertifiedKey>, [u8; 32])>,
}

impl TlsFiles {
    /// Reads both.
    ///
    /// # Errors
    /// A file can't be read, holds nothing of the kind, or the key is not the certificate's.
    pub(crate) fn read(self) -> anyhow::Result<Arc<TlsIdentity>> {
        let now = self.parse()?;
        Ok(Arc::new(TlsIdentity {
            files: self,
            now: RwLock::new(now),
        }))
    }

    /// What they hold, and a hash of it.
    fn parse(&self) -> anyhow::Result<(Arc<CertifiedKey>, [u8; 32])> {
        let read = |setting: &str, path: &PathBuf| {
            std::fs::read(path).with_context(|| format!("{setting}: can't read {}", path.display()))
        };
        let certificates = read("tls_cert", &self.certificate)?;
        let key = read("tls_key", &self.key)?;
        let hash = Sha256::new()
            .chain_update(&certificates)
            .chain_update(&key)
            .finalize();
        let path = self.certificate.display();
        let chain: Vec<_> = CertificateDer::pem_slice_iter(&certificates)
            .collect::<Result<_, _>>()
            .with_context(|| format!("tls_cert: {path} is not valid PEM"))?;
        anyhow::ensure!(
            !chain.is_empty(),
            "tls_cert: {path} holds no certificate: it has to begin with -----BEGIN CERTIFICATE-----"
        );
        let path = self.key.display();
        // The error could quote what is in the file.
        let Ok(key) = PrivateKeyDer::from_pem_slice(&key) else {
            anyhow::bail!(
                "tls_key: {path} holds no private key in PEM, or an encrypted one: `openssl pkey -in key.pem -out plain.pem` decrypts it"
            );
        };
        let pair = CertifiedKey::from_der(chain, key, &default_provider()).with_context(|| {
            format!(
                "the key in {path} can't be used with the certificate in {}",
                self.certificate.display()
            )
        })?;
        Ok((Arc::new(pair), hash.into()))
    }
}

impl TlsIdentity {
    /// What makes connections TLS 1.2 or 1.3.
    ///
    /// # Errors
    /// The provider has none of both; it has.
    pub(crate) fn acceptor(self: &Arc<Self>) -> anyhow::Result<TlsAcceptor> {
        let builder = ServerConfig::builder_with_provider(Arc::new(default_provider()));
        let mut config = builder
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::clone(self) as Arc<dyn ResolvesServerCert>);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Reads the files again. What can't be used leaves everything as it is: the two files don't change at once.
    ///
    /// # Errors
    /// As [`TlsFiles::read`].
    pub(crate) fn reread(&self) -> anyhow::Result<bool> {
        let found = self.files.parse()?;
        let mut now = self.now.write().unwrap_or_else(PoisonError::into_inner);
        let differs = now.1 != found.1;
        *now = found;
        Ok(differs)
    }

    /// Reads them again every few seconds, and at once on SIGHUP; never returns unless signals can't be heard.
    pub(crate) async fn keep_current(self: Arc<Self>) -> anyhow::Result<()> {
        use tokio::signal::unix::{SignalKind, signal};
        let mut hangups = signal(SignalKind::hangup()).context("can't listen for SIGHUP")?;
        let mut looks = tokio::time::interval(LOOK);
        let mut failed = None;
        loop {
            tokio::select! {
                _ = looks.tick() => {}
                _ = hangups.recv() => failed = None,
            }
            match self.reread() {
                Ok(differs) => {
                    failed = None;
                    if differs {
                        tracing::info!(file = %self.files.certificate.display(), "the certificate was read again");
                    }
                }
                Err(error) => {
                    let why = format!("{error:#}");
                    // Once, and not every few seconds.
                    if failed.as_ref() != Some(&why) {
                        tracing::error!(
                            error = why,
                            "can't read the certificate again: the one before stays"
                        );
                        failed = Some(why);
                    }
                }
            }
        }
    }
}

impl ResolvesServerCert for TlsIdentity {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let now = self.now.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&now.0))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;

    fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
        let file = folder.join(name);
        std::fs::write(&file, text).unwrap();
        file
    }

    fn pair() -> (String, String) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        (certificate.pem(), key.serialize_pem())
    }

    #[test]
    fn files_that_can_not_be_used_say_why_and_show_no_key() {
        let folder = tempfile::tempdir().unwrap();
        let ((certificate, key), (_, other)) = (pair(), pair());
        let file = |name: &str, text: &str| write(folder.path(), name, text);
        let check = |certificate: PathBuf, key: PathBuf, words: &str| {
            let error = TlsFiles { certificate, key }.read().unwrap_err();
            let said = format!("{error:#}");
            assert!(said.contains(words) && !said.contains("PRIVATE"), "{said}");
        };
        let (sound, sound_key) = (file("c", &certificate), file("k", &key));
        check(
            folder.path().join("none"),
            sound_key.clone(),
            "tls_cert: can't read",
        );
        check(
            sound.clone(),
            folder.path().join("none"),
            "tls_key: can't read",
        );
        check(file("empty", ""), sound_key.clone(), "no certificate");
        check(sound_key.clone(), sound_key, "no certificate");
        check(sound.clone(), file("n", "hunter2"), "no private key");
        check(sound, file("o", &other), "can't be used with");
    }

    #[test]
    fn a_pair_that_is_half_replaced_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let ((certificate, key), (next, next_key)) = (pair(), pair());
        let files = TlsFiles {
            certificate: write(folder.path(), "c", &certificate),
            key: write(folder.path(), "k", &key),
        };
        let identity = files.read().unwrap();
        let shown = || identity.now.read().unwrap().0.cert.clone();
        let before = shown();
        assert!(!identity.reread().unwrap());
        write(folder.path(), "c", &next);
        assert!(identity.reread().is_err());
        assert_eq!(shown(), before);
        write(folder.path(), "k", &next_key);
        assert!(identity.reread().unwrap());
        assert_ne!(shown(), before);
    }
}
