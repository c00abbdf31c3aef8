//! Request bodies: JSON of a bounded size, read in a bounded time, with faults that name their place.

use std::{sync::Arc, time::Duration};

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header, request::Parts},
};
use http_body_util::BodyExt;
use serde::{Deserialize, de::IgnoredAny};

use crate::http::{
    body_budget::{Bodies, Room},
    body_turns::{BodyTurns, InTurns},
    problem::{Kind, Problem},
};

/// How long a client may be silent while it sends its body.
const SILENCE_MAX: Duration = Duration::from_secs(5);
/// How long the first part of a body may take; what comes later has to keep a pace.
const BEGIN_MAX: Duration = Duration::from_secs(10);
/// The pace, in bytes a second: slower ones hold memory for too long. A bad mobile line is faster.
const BYTES_A_SECOND_MIN: u64 = 256 * 1024;
/// Memory for a body that doesn't tell its length, before any of it has come.
const UNKNOWN_BYTES: usize = 8 * 1024;

/// All of a body, with room for it; nothing at all stands for `{}` where it is optional.
///
/// # Errors
/// It is too large, too slow, breaks off, is not said to be of one of the media types (of which none is any), or there is
/// no room.
pub(crate) async fn read(
    parts: &Parts,
    body: Body,
    bytes_max: usize,
    (types, optional): (&[&str], bool),
    bodies: &Arc<Bodies>,
    turns: &BodyTurns,
) -> Result<(Bytes, Room), Problem> {
    let announced = content_length(&parts.headers);
    if announced.is_some_and(|bytes| bytes > bytes_max as u64) {
        return Err(too_large(bytes_max));
    }
    let announced = announced.map_or(UNKNOWN_BYTES, |bytes| bytes as usize);
    let mut room = Room::take(bodies, announced)?;
    let bytes = collect(body, announced, bytes_max, &mut room, turns).await?;
    if optional && bytes.is_empty() {
        return Ok((Bytes::from_static(b"{}"), room));
    }
    check_media_type(&parts.headers, types)?;
    Ok((bytes, room))
}

/// All of a body. What comes in one piece, as most do, is not copied.
async fn collect(
    mut body: Body,
    announced: usize,
    bytes_max: usize,
    room: &mut Room,
    turns: &BodyTurns,
) -> Result<Bytes, Problem> {
    let mut first = Bytes::new();
    let mut rest: Vec<u8> = Vec::new();
    let mut since_start = Pace::new(turns);
    while let Some(frame) = since_start.next(&mut body).await? {
        let Ok(data) = frame.into_data() else {
            continue;
        };
        let so_far = first.len().max(rest.len()) + data.len();
        if so_far > bytes_max {
            return Err(too_large(bytes_max));
        }
        room.grow(so_far)?;
        since_start.read(data.len());
        if so_far == data.len() {
            first = data;
            continue;
        }
        if rest.is_empty() {
            rest.reserve_exact(announced.max(so_far));
            rest.extend_from_slice(&std::mem::take(&mut first));
        }
        rest.extend_from_slice(&data);
    }
    Ok(match rest.is_empty() {
        true => first,
        false => rest.into(),
    })
}

/// How fast a body comes.
struct Pace<'a> {
    began: Option<tokio::time::Instant>,
    bytes: u64,
    turns: InTurns<'a>,
}

impl<'a> Pace<'a> {
    fn new(turns: &'a BodyTurns) -> Self {
        Self {
            began: None,
            bytes: 0,
            turns: InTurns::new(turns),
        }
    }

    fn read(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
        self.turns.read(bytes);
    }

    async fn next(&mut self, body: &mut Body) -> Result<Option<http_body::Frame<Bytes>>, Problem> {
        use futures_util::FutureExt;
        self.turns.take().await;
        let mut frame = std::pin::pin!(body.frame());
        // What is there already, as it mostly is, needs no clock.
        let next = match frame.as_mut().now_or_never() {
            Some(next) => next,
            None => {
                self.turns.give_back();
                let now = tokio::time::Instant::now();
                let began = *self.began.get_or_insert(now);
                let allowed = BEGIN_MAX + Duration::from_secs(self.bytes / BYTES_A_SECOND_MIN);
                let end = (began + allowed).min(now + SILENCE_MAX);
                let next = tokio::time::timeout_at(end, frame).await;
                next.map_err(|_| too_slow())?
            }
        };
        next.transpose()
            .map_err(|_| Problem::new(Kind::Malformed, "the request body ended too early"))
    }
}

fn too_slow() -> Problem {
    Problem::new(
        Kind::Timeout,
        "the request body arrived too slowly: at most 5 s without a byte, and at least 256 KiB per second after the first 10 s",
    )
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
    const MIB: usize = 1024 * 1024;
    let limit = match bytes_max % MIB {
        0 => format!("{} MiB", bytes_max / MIB),
        _ => format!("{} KiB", bytes_max / 1024),
    };
    Problem::new(
        Kind::TooLarge,
        format!("the request body is larger than {limit} ({bytes_max} bytes)"),
    )
}

/// What most bodies are.
pub(crate) const JSON: &str = "application/json";

/// The media type that a body is said to have, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> &str {
    let given = headers.get(header::CONTENT_TYPE);
    let given = given
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    given.split(';').next().unwrap_or_default().trim()
}

fn check_media_type(headers: &HeaderMap, types: &[&str]) -> Result<(), Problem> {
    let given = media_type(headers);
    if types.is_empty() || types.iter().any(|one| one.eq_ignore_ascii_case(given)) {
        return Ok(());
    }
    Err(Problem::new(
        Kind::MediaType,
        format!(
            "content-type `{given}` is not supported: send {}",
            types.join(" or ")
        ),
    ))
}

/// Parses JSON. The common case parses once; a fault is worth a second look for its place.
pub(crate) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Problem> {
    // serde would also take an array, its items as the fields in their order.
    let array = bytes.trim_ascii_start().starts_with(b"[");
    match serde_json::from_slice(bytes) {
        Ok(value) if !array => Ok(value),
        Ok(_) => Err(Problem::invalid("", "expected an object, found an array")),
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
