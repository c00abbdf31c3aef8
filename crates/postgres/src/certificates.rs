//! Certificates and keys in the files that a URL names.

use std::fs;
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::params::{RootCert, wrong};
use crate::url::BadUrl;

/// Authorities, and the certificates that they were read from, of which one may be the server's own.
pub(crate) struct Authorities {
    pub(crate) roots: RootCertStore,
    pub(crate) given: Vec<CertificateDer<'static>>,
}

/// Reads what is trusted.
pub(crate) fn authorities(source: &RootCert) -> Result<Authorities, BadUrl> {
    let mut roots = RootCertStore::empty();
    match source {
        RootCert::System => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let reason = "this machine trusts no certificate authority: install ca-certificates, or give sslrootcert a file";
                return Err(wrong("sslrootcert", reason));
            }
            let given = Vec::new();
            Ok(Authorities { roots, given })
        }
        RootCert::File(path) => {
            let given = certificates("sslrootcert", path)?;
            roots.add_parsable_certificates(given.iter().cloned());
            Ok(Authorities { roots, given })
        }
    }
}

/// Reads a chain of certificates, at least one.
pub(crate) fn certificates(
    name: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, BadUrl> {
    let pem = read(name, path)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    let read = read.map_err(|error| unusable(name, path, &error.to_string()))?;
    match read.is_empty() {
        true => Err(unusable(name, path, "it holds no certificate in PEM")),
        false => Ok(read),
    }
}

/// Reads a key, which must not be encrypted.
pub(crate) fn private_key(
    name: &'static str,
    path: &Path,
) -> Result<PrivateKeyDer<'static>, BadUrl> {
    let pem = read(name, path)?;
    PrivateKeyDer::from_pem_slice(&pem).map_err(|_| {
        unusable(
            name,
            path,
            "it holds no private key in PEM without a password",
        )
    })
}

fn read(name: &'static str, path: &Path) -> Result<Vec<u8>, BadUrl> {
    fs::read(path).map_err(|error| {
        let reason = format!("can't read {}: {error}", path.display());
        BadUrl::Parameter { name, reason }
    })
}

fn unusable(name: &'static str, path: &Path, why: &str) -> BadUrl {
    let reason = format!("can't use {}: {why}", path.display());
    BadUrl::Parameter { name, reason }
}
