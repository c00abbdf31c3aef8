//! TLS settings of an endpoint: as callers give them, what is refused, how they are shown.

use std::sync::Arc;

use nuncio_domain::{CertificateFacts, Endpoint, EndpointTls, MASK, Timestamp};
use nuncio_egress::tls_fields;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{patch::Patch, problem::Problem},
    resources::endpoints::exposure::Exposure,
};

/// Pins of one endpoint: the key in use, the next, and those of a few servers.
const PINS_MAX: usize = 10;

/// TLS settings to use with the receiver. `***` keeps a certificate or key that the endpoint has.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[schema(as = EndpointTlsSettings)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsFields {
    /// A client certificate in PEM with its chain, the client's own first: for receivers that require one (mutual TLS).
    #[serde(default)]
    client_cert: Option<String>,
    /// The certificate's private key in PEM, not encrypted.
    #[serde(default)]
    #[schema(format = Password)]
    client_key: Option<String>,
    /// Certificate authorities in PEM. If given, only certificates issued by them are accepted from the receiver.
    #[serde(default)]
    ca: Option<String>,
    /// Pinned public keys, up to 10: SHA-256 of the SubjectPublicKeyInfo in base64. The receiver's own certificate must
    /// have one of them, in addition to being trusted.
    #[serde(default)]
    pin_sha256: Option<Vec<String>>,
}

/// TLS settings of an endpoint; keys are never shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EndpointTls)]
pub(crate) struct TlsView<'a> {
    /// The client certificate; null if there is none.
    #[schema(required)]
    client_cert: Option<CertificateView<'a>>,
    /// `***` if there is a client certificate.
    #[schema(required)]
    client_key: Option<&'static str>,
    /// The accepted certificate authorities; null for the public ones.
    #[schema(required)]
    ca: Option<Vec<CertificateView<'a>>>,
    /// The pinned public keys; empty for any.
    pin_sha256: Vec<String>,
}

/// A certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Certificate)]
struct CertificateView<'a> {
    /// Its subject, such as `CN=hooks.example.com`.
    subject: &'a str,
    /// The names it is for.
    names: &'a [String],
    /// When it expires.
    #[schema(value_type = String, format = DateTime)]
    expires_at: Timestamp,
}

impl<'a> TlsView<'a> {
    pub(crate) fn new(tls: &'a EndpointTls) -> Self {
        Self {
            client_cert: tls.client.as_ref().map(|client| view(&client.facts)),
            client_key: tls.client.as_ref().map(|_| MASK),
            ca: tls
                .ca
                .as_ref()
                .map(|ca| ca.facts.iter().map(view).collect()),
            pin_sha256: tls.pin_sha256.iter().map(tls_fields::pin_text).collect(),
        }
    }
}

fn view(facts: &CertificateFacts) -> CertificateView<'_> {
    CertificateView {
        subject: &facts.subject,
        names: &facts.names,
        expires_at: facts.expires_at,
    }
}

impl TlsFields {
    /// The settings, and whether their key is the one that there was.
    fn over(
        &self,
        current: Option<&EndpointTls>,
        now: Timestamp,
    ) -> Result<(EndpointTls, bool), Problem> {
        let old = current.and_then(|tls| tls.client.as_ref());
        let chain = field(
            "client_cert",
            self.client_cert.as_deref(),
            old.map(|old| &*old.chain),
        )?;
        let old_key = old.map(|old| old.key.expose());
        let key = field("client_key", self.client_key.as_deref(), old_key)?;
        let client = match (chain, key) {
            (None, None) => None,
            (Some(chain), Some(key)) => Some(
                tls_fields::client_certificate(chain, key, now)
                    .map_err(|(field, fault)| refused(field, fault))?,
            ),
            (Some(_), None) => {
                return Err(refused("client_key", "is missing: `client_cert` needs it"));
            }
            (None, Some(_)) => {
                return Err(refused("client_cert", "is missing: `client_key` needs it"));
            }
        };
        let old_ca = current.and_then(|tls| tls.ca.as_ref());
        let ca = field("ca", self.ca.as_deref(), old_ca.map(|ca| &*ca.certificates))?;
        let ca = ca
            .map(|pem| tls_fields::authorities(pem, now))
            .transpose()
            .map_err(|fault| refused("ca", fault))?;
        let settings = EndpointTls {
            client,
            ca,
            pin_sha256: pins(self.pin_sha256.as_deref().unwrap_or_default())?,
        };
        if settings.is_empty() {
            return Err(Problem::invalid("/tls", "is empty: give null to remove it"));
        }
        let key_kept = self.client_key.as_deref() == Some(MASK);
        Ok((settings, key_kept))
    }
}

/// The TLS settings of a new endpoint at this URL.
pub(crate) fn given(
    fields: Option<&TlsFields>,
    url: &str,
    now: Timestamp,
) -> Result<Option<Arc<EndpointTls>>, Problem> {
    let Some(fields) = fields else {
        return Ok(None);
    };
    let (tls, _) = fields.over(None, now)?;
    check_scheme(url)?;
    Ok(Some(Arc::new(tls)))
}

/// The TLS settings that an endpoint will have, at the URL that it will have.
///
/// # Errors
/// When its key would be used at another origin than it was given for, or something is not valid.
pub(crate) fn after(
    change: &Patch<TlsFields>,
    current: &Endpoint,
    url: &str,
    exposure: Exposure,
    now: Timestamp,
) -> Result<Option<Arc<EndpointTls>>, Problem> {
    let old = current.tls.as_ref();
    let (tls, key_kept) = match change {
        Patch::Clear => return Ok(None),
        Patch::Keep => match old {
            None => return Ok(None),
            Some(old) => (Arc::clone(old), old.client.is_some()),
        },
        Patch::Set(fields) => {
            let (tls, key_kept) = fields.over(old.map(|old| &**old), now)?;
            (Arc::new(tls), key_kept)
        }
    };
    check_scheme(url)?;
    match key_kept && exposure.origin_changes() {
        false => Ok(Some(tls)),
        true => Err(refused(
            "client_key",
            "was given for another origin (scheme, host and port): give it again, or null for `tls` to remove it",
        )),
    }
}

/// A field as it is given, or what there is where the mask is given.
fn field<'f>(
    name: &'static str,
    given: Option<&'f str>,
    old: Option<&'f str>,
) -> Result<Option<&'f str>, Problem> {
    match (given, old) {
        (Some(MASK), None) => Err(refused(
            name,
            "is `***`, which keeps the stored value, but there is none: give the value itself",
        )),
        (Some(MASK), old) => Ok(old),
        (given, _) => Ok(given),
    }
}

fn pins(given: &[String]) -> Result<Vec<[u8; 32]>, Problem> {
    if given.len() > PINS_MAX {
        let rule = format!("has {} pins: at most {PINS_MAX} are allowed", given.len());
        return Err(refused("pin_sha256", rule));
    }
    let pin = |(place, text): (usize, &String)| {
        tls_fields::pin(text).map_err(|fault| {
            let shown: String = text.chars().take(64).collect();
            let detail = format!("`{}` {fault}", shown.escape_debug());
            Problem::invalid(format!("/tls/pin_sha256/{place}"), detail)
        })
    };
    given.iter().enumerate().map(pin).collect()
}

fn check_scheme(url: &str) -> Result<(), Problem> {
    let is_https = url
        .get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("https:"));
    match is_https {
        true => Ok(()),
        false => Err(Problem::invalid(
            "/tls",
            "needs a URL with https: there is no TLS with plain http",
        )),
    }
}

fn refused(field: &str, rule: impl std::fmt::Display) -> Problem {
    Problem::invalid(format!("/tls/{field}"), format!("`{field}` {rule}"))
}
