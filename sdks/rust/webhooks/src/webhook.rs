//! A receiver: a dialect and the secrets of an endpoint.

use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use nuncio_dialect::{
    Dialect, Field, Received, SecretError, VerifyError, VerifyingKey, builtin_named,
};

use crate::{Event, SetupError, VerificationError};

/// Of an endpoint's secret, as it is shown.
const BYTES: std::ops::RangeInclusive<usize> = 8..=256;

/// A request as it arrived: what a dialect may sign.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The method.
    pub method: &'a str,
    /// The endpoint's URL exactly as it was entered with the sender; a few dialects sign it. It is compared as text; only
    /// its scheme's default port may be there or not.
    pub url: &'a str,
    /// Names in any case, and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The raw bytes of the body.
    pub body: &'a [u8],
}

impl<'a> Request<'a> {
    /// A `POST`, which every webhook is.
    pub const fn post(url: &'a str, headers: &'a [(&'a str, &'a str)], body: &'a [u8]) -> Self {
        Self {
            method: "POST",
            url,
            headers,
            body,
        }
    }
}

/// Verifies the requests that one endpoint receives. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Webhook {
    dialect: Arc<Dialect>,
    keys: Arc<[VerifyingKey]>,
}

impl Webhook {
    /// A receiver of a built-in dialect. Every secret is tried: during a rotation give the new one and the old one.
    /// Where the dialect signs with key pairs, a public key is a secret too.
    ///
    /// # Errors
    /// An unknown dialect, no secret, or one that the dialect can't use.
    pub fn new<S: AsRef<str>>(
        dialect: &str,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, SetupError> {
        let known = builtin_named(dialect);
        let dialect = known.ok_or_else(|| SetupError::UnknownDialect(dialect.to_owned()))?;
        Self::with_dialect(Arc::clone(dialect), secrets)
    }

    /// A receiver of any dialect, such as one of [`Dialect::parse`].
    ///
    /// # Errors
    /// No secret, or one that the dialect can't use.
    pub fn with_dialect<S: AsRef<str>>(
        dialect: Arc<Dialect>,
        secrets: impl IntoIterator<Item = S>,
    ) -> Result<Self, SetupError> {
        let mut keys = Vec::new();
        for (place, secret) in secrets.into_iter().enumerate() {
            let secret = secret.as_ref();
            let key = dialect.parse_verifying_key(secret);
            let key = key.and_then(|key| long_enough(secret).map(|()| key));
            keys.push(key.map_err(|fault| SetupError::Secret {
                number: place + 1,
                fault,
            })?);
        }
        if keys.is_empty() {
            return Err(SetupError::NoSecret);
        }
        Ok(Self {
            dialect,
            keys: keys.into(),
        })
    }

    /// Verifies a request by the system's clock and reads its event.
    ///
    /// # Errors
    /// The first reason to refuse it, with the answer that the dialect publishes for that.
    pub fn verify(&self, request: &Request<'_>) -> Result<Event, VerificationError> {
        self.verify_at(request, now_ms())
    }

    /// The same at a time of your choice, Unix milliseconds: for tests, and for requests that were stored.
    ///
    /// # Errors
    /// As for [`verify`](Self::verify).
    pub fn verify_at(
        &self,
        request: &Request<'_>,
        now_ms: i64,
    ) -> Result<Event, VerificationError> {
        let received = Received {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body,
        };
        let mut verified = self.dialect.verify(&received, &self.keys, now_ms);
        if let Err(VerifyError::BadSignature { .. }) = verified
            && self.signs_url()
            && let Some(url) = with_other_port(request.url)
        {
            let received = Received {
                url: &url,
                ..received
            };
            verified = self.dialect.verify(&received, &self.keys, now_ms);
        }
        let answers = &self.dialect.receiver().answers;
        let verified = verified.map_err(|error| VerificationError::not_genuine(error, answers))?;
        Event::read(&self.dialect, &received, verified)
    }

    fn signs_url(&self) -> bool {
        let signatures = self.dialect.signatures().iter();
        let mut content = signatures.flat_map(|signature| &signature.content);
        content.any(|piece| piece.field() == Some(Field::Url))
    }

    /// Its dialect.
    pub fn dialect(&self) -> &Dialect {
        &self.dialect
    }
}

/// The same URL with its scheme's default port left out or added: both name one endpoint, and frameworks differ in which
/// they show.
fn with_other_port(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let default = match scheme.to_ascii_lowercase().as_str() {
        "http" => ":80",
        "https" => ":443",
        _ => return None,
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    // Within brackets the colons are an IPv6 address's.
    let host_end = authority.rfind(']').map_or(0, |bracket| bracket + 1);
    let port_start = authority[host_end..]
        .find(':')
        .map(|colon| host_end + colon);
    let (host, port) = authority.split_at(port_start.unwrap_or(authority.len()));
    let other = match port {
        "" => default,
        port if port == default => "",
        _ => return None,
    };
    Some(format!("{scheme}://{host}{other}{rest}"))
}

/// A secret as short as those of some vendors' documents is a mistake in a receiver: it takes what an endpoint can have.
fn long_enough(secret: &str) -> Result<(), SecretError> {
    let bytes = secret.trim_ascii().len();
    match BYTES.contains(&bytes) {
        true => Ok(()),
        false => Err(SecretError::Length { bytes }),
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "a receiver goes by the system's clock"
)]
fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
