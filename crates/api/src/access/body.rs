//! Bodies as handlers take them.
//!
//! A handler takes its caller before its body, so nothing is read before the key is known.

use axum::{
    body::Bytes,
    extract::{FromRequest, OriginalUri, Request},
    http::request::Parts,
};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::{
    access::idempotency::KeptUnder,
    http::{
        body::{JSON, media_type, parse, read},
        body_budget::Room,
        problem::{Kind, Problem},
        rejection::Rejection,
    },
    state::{Server, Shared},
};

/// The most that a request with an event's data may hold. One of the largest size, and its escapes, fit.
const EVENT_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most that a batch of events may hold.
const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// The most that other requests may hold: an event type with schema and example fits.
const OTHER_BYTES_MAX: usize = 256 * 1024;
/// The most that a document with event types may hold: hundreds of them with their schemas.
const DOCUMENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// The most that a sign-in may hold, which is read before anybody is known: a key and its frame.
const SIGN_IN_BYTES_MAX: usize = 4 * 1024;

/// A JSON body.
pub(crate) struct JsonBody(
    Bytes,
    #[allow(dead_code, reason = "kept until the answer")] Room,
);

/// A JSON body; nothing at all stands for `{}`.
pub(crate) struct OptionalBody(
    Bytes,
    #[allow(dead_code, reason = "kept until the answer")] Room,
);

/// A JSON body with many events.
pub(crate) struct BatchBody(
    Bytes,
    #[allow(dead_code, reason = "kept until the answer")] Room,
);

/// A JSON body of somebody who is not known yet.
pub(crate) struct SignInBody(
    Bytes,
    #[allow(dead_code, reason = "kept until the answer")] Room,
);

macro_rules! bodies {
    ($($name:ident, $max:expr, $optional:literal;)*) => {$(
        impl FromRequest<Shared> for $name {
            type Rejection = Rejection;
            async fn from_request(request: Request, server: &Shared) -> Result<Self, Rejection> {
                let kept = request.extensions().get::<KeptUnder>().copied();
                let (parts, body) = request.into_parts();
                let Server { bodies, body_turns, .. } = &**server;
                let (bytes, room) =
                    read(&parts, body, $max(&parts), (&[JSON], $optional), bodies, body_turns).await?;
                let body = Self(bytes, room);
                if let Some(kept) = kept {
                    kept.unless_repeated(server, body.fingerprint()).await?;
                }
                Ok(body)
            }
        }
        impl $name {
            /// Parses the body. Slices of the value point into it.
            pub(crate) fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
                parse(&self.0)
            }
            /// SHA-256 of the body, to tell a repetition from another request.
            pub(crate) fn fingerprint(&self) -> [u8; 32] {
                Sha256::digest(&self.0).into()
            }
        }
    )*};
}

bodies! {
    JsonBody, bytes_max, false;
    OptionalBody, bytes_max, true;
    BatchBody, |_: &Parts| BATCH_BYTES_MAX, false;
    SignInBody, |_: &Parts| SIGN_IN_BYTES_MAX, false;
}

/// What TOML is called: its registered type, and what it was called before.
const TOML: [&str; 3] = ["application/toml", "text/toml", "text/x-toml"];

/// A body that is a file's text (TOML), or JSON.
pub(crate) enum FileBody {
    /// The text of a file.
    Toml(
        String,
        #[allow(dead_code, reason = "kept until the answer")] Room,
    ),
    /// JSON.
    Json(JsonBody),
}

impl FromRequest<Shared> for FileBody {
    type Rejection = Rejection;
    async fn from_request(request: Request, server: &Shared) -> Result<Self, Rejection> {
        let given = media_type(request.headers());
        if !TOML.iter().any(|one| one.eq_ignore_ascii_case(given)) {
            return Ok(Self::Json(JsonBody::from_request(request, server).await?));
        }
        let (parts, body) = request.into_parts();
        let Server {
            bodies, body_turns, ..
        } = &**server;
        let types = (&TOML[..], false);
        let read = read(&parts, body, bytes_max(&parts), types, bodies, body_turns);
        let (bytes, room) = read.await?;
        let text = String::from_utf8(bytes.to_vec());
        let text =
            text.map_err(|_| Problem::new(Kind::Malformed, "the body is not valid UTF-8"))?;
        Ok(Self::Toml(text, room))
    }
}

/// The most that a request's body may hold, by its route.
fn bytes_max(parts: &Parts) -> usize {
    // Nested routers see a shortened path.
    let original = parts.extensions.get::<OriginalUri>();
    let path = original.map_or(&parts.uri, |original| &original.0).path();
    let has_data = matches!(path, "/v1/events" | "/v1/events/broadcast")
        || path.ends_with("/test")
        || path.contains("/dialects");
    if path == "/v1/event-types/import" {
        return DOCUMENT_BYTES_MAX;
    }
    match has_data {
        true => EVENT_BYTES_MAX,
        false => OTHER_BYTES_MAX,
    }
}

/// For requests that say all with their path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
