//! Request bodies: JSON of a bounded size, with faults that name their place.

use std::{error::Error, time::Duration};

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::{Deserialize, de::IgnoredAny};
use sha2::{Digest, Sha256};

use crate::{
    halt::Halt,
    once::KeptUnder,
    problem::{Kind, Problem},
    state::Shared,
};

/// The most that a request may hold. One event of the largest size, and its escapes, fit.
const REQUEST_BYTES_MAX: usize = 2 * 1024 * 1024;
/// The most that a batch of events may hold.
const BATCH_BYTES_MAX: usize = 16 * 1024 * 1024;
/// How long a client may take to send its body: slower ones would hold memory for nothing.
const BODY_TIME_MAX: Duration = Duration::from_secs(60);

/// A JSON body of at most 2 MiB.
pub(crate) struct JsonBody(Bytes);

/// A JSON body of at most 2 MiB; nothing at all stands for `{}`.
pub(crate) struct OptionalBody(Bytes);

/// A JSON body of at most 16 MiB.
pub(crate) struct BatchBody(Bytes);

macro_rules! bodies {
    ($($name:ident, $max:ident, $optional:literal;)*) => {$(
        impl FromRequest<Shared> for $name {
            type Rejection = Halt;
            async fn from_request(request: Request, server: &Shared) -> Result<Self, Halt> {
                let kept = request.extensions().get::<KeptUnder>().copied();
                let body = Self(read(request, $max, $optional).await?);
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
    JsonBody, REQUEST_BYTES_MAX, false;
    OptionalBody, REQUEST_BYTES_MAX, true;
    BatchBody, BATCH_BYTES_MAX, false;
}

/// For requests that say all with their path.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

async fn read(request: Request, bytes_max: usize, optional: bool) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    let announced = content_length(&parts.headers);
    if announced.is_some_and(|bytes| bytes > bytes_max as u64) {
        return Err(too_large(bytes_max));
    }
    let reading = Limited::new(body, bytes_max).collect();
    let bytes = match tokio::time::timeout(BODY_TIME_MAX, reading).await {
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) => return Err(broken(&*error, bytes_max)),
        Err(_) => return Err(Problem::new(Kind::Timeout, "the body took more than 60 s")),
    };
    if optional && bytes.is_empty() {
        return Ok(Bytes::from_static(b"{}"));
    }
    check_media_type(&parts.headers)?;
    Ok(bytes)
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

fn too_large(bytes_max: usize) -> Problem {
    let mib = bytes_max / (1024 * 1024);
    Problem::new(
        Kind::TooLarge,
        format!("the request's body is larger than {mib} MiB ({bytes_max} bytes)"),
    )
}

fn broken(error: &(dyn Error + Send + Sync + 'static), bytes_max: usize) -> Problem {
    match error.is::<LengthLimitError>() {
        true => too_large(bytes_max),
        false => Problem::new(Kind::Malformed, "the request's body broke off"),
    }
}

fn check_media_type(headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = given.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    Err(Problem::new(
        Kind::MediaType,
        format!("content-type `{given}` is not supported: send application/json"),
    ))
}

/// Parses JSON. The common case parses once; a fault is worth a second look for its place.
pub(crate) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    // serde would also take an array, its items as the fields in their order.
    let array = bytes.trim_ascii_start().starts_with(b"[");
    match serde_json::from_slice(bytes) {
        Ok(value) if !array => Ok(value),
        Ok(_) => Err(Problem::invalid("", "an array where an object is wanted")),
        Err(_) => Err(explain::<T>(bytes)),
    }
}

fn explain<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Problem {
    // A value may be refused before the text turns out to be no JSON at all: the latter says more.
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) {
        return Problem::new(Kind::Malformed, format!("malformed JSON: {error}"));
    }
    let mut from = serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(&mut from) {
        Ok(_) => Problem::new(Kind::Malformed, "malformed JSON"),
        Err(error) => {
            let detail = readable(&error.inner().to_string());
            let mut pointer = pointer(error.path());
            let named = ["missing field `", "unknown field `", "duplicate field `"]
                .into_iter()
                .find_map(|start| detail.strip_prefix(start)?.split('`').next());
            if let Some(field) = named {
                let last = format!("/{}", escape(field));
                if !pointer.ends_with(&last) {
                    pointer.push_str(&last);
                }
            }
            Problem::invalid(pointer, detail)
        }
    }
}

/// The message for people who have never seen our types: without the place that `serde_json` adds, which the pointer
/// says better, and without our names.
fn readable(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    let message = &message[..end];
    match message.find("expected struct ") {
        Some(place) => format!("{}expected an object", &message[..place]),
        None => message.to_owned(),
    }
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut pointer, segment| {
        match segment {
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Map { key } => pointer.push_str(&format!("/{}", escape(key))),
            // A variant is no place in the JSON text.
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        pointer
    })
}

/// A member name as a part of a JSON pointer (RFC 6901).
pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use serde_json::value::RawValue;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read by the parser")]
    struct Wanted<'a> {
        name: String,
        #[serde(default)]
        inner: Option<Inner>,
        #[serde(borrow, default)]
        data: Option<&'a RawValue>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read by the parser")]
    struct Inner {
        counts: Vec<u8>,
    }

    #[test]
    fn faults_have_a_status_and_a_place() {
        let check = |text: &str, status: u16, pointer: Option<&str>| {
            let problem = parse::<Wanted<'_>>(text.as_bytes()).unwrap_err();
            let document = serde_json::to_value(problem.document(None)).unwrap();
            assert_eq!(document["status"], status, "{text}: {document}");
            assert_eq!(
                document["errors"][0]["pointer"].as_str(),
                pointer,
                "{text}: {document}"
            );
        };
        check("", 400, None);
        check("{", 400, None);
        check(r#"{"nam":1,"#, 400, None);
        check("{\"name\":\"\u{1}\"}", 400, None);
        check(r#"{}"#, 422, Some("/name"));
        check(r#"{"name":1}"#, 422, Some("/name"));
        check(r#"{"name":"a","nmae":1}"#, 422, Some("/nmae"));
        check(r#"{"name":"a","name":"b"}"#, 422, Some("/name"));
        check(
            r#"{"name":"a","inner":{"counts":[1,300]}}"#,
            422,
            Some("/inner/counts/1"),
        );
        check(
            r#"{"name":"a","inner":{"counts":[],"x":1}}"#,
            422,
            Some("/inner/x"),
        );
        check("[]", 422, Some(""));
        check("7", 422, Some(""));
    }

    #[test]
    fn raw_data_is_kept_byte_for_byte() {
        let text = br#"{"name":"a","data":{"b": 1.0, "a":1e400,"a":"\u00e9" }}"#;
        let wanted: Wanted<'_> = parse(text).unwrap();
        assert_eq!(
            wanted.data.unwrap().get(),
            r#"{"b": 1.0, "a":1e400,"a":"\u00e9" }"#
        );
    }
}
