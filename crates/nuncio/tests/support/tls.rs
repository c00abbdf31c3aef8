//! A certificate authority that lives as long as a test.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

/// Files of an authority, and of a certificate for 127.0.0.1 that it issued.
pub(crate) struct Certificates {
    pub(crate) ca: PathBuf,
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Certificates {
    /// Makes both and writes them into a folder.
    pub(crate) fn make(dir: &Path) -> Self {
        let write = |name: &str, pem: String| {
            let file = dir.join(name);
            std::fs::write(&file, pem).expect("the test's folder is writable");
            file
        };
        let ca_key = KeyPair::generate().expect("a key");
        let mut ca = CertificateParams::new(Vec::new()).expect("parameters");
        ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let ca_pem = ca.self_signed(&ca_key).expect("signs itself").pem();
        let issuer = Issuer::new(ca, ca_key);
        let key = KeyPair::generate().expect("a key");
        let leaf = CertificateParams::new(vec!["127.0.0.1".to_owned()])
            .expect("parameters")
            .signed_by(&key, &issuer)
            .expect("the authority signs");
        Self {
            ca: write("ca.pem", ca_pem),
            certificate: write("receiver.pem", leaf.pem()),
            key: write("receiver.key", key.serialize_pem()),
        }
    }

    /// A client that trusts this authority alone.
    pub(crate) fn client(&self) -> reqwest::Client {
        let pem = std::fs::read(&self.ca).expect("written above");
        let root = reqwest::Certificate::from_pem(&pem).expect("a certificate");
        reqwest::Client::builder()
            .tls_certs_only([root])
            .no_proxy()
            .build()
            .expect("a client")
    }
}
