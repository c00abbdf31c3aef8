//! An endpoint's own headers.

use std::sync::Arc;

use axum::http::StatusCode;
use nuncio_dialect::Dialect;
use nuncio_domain::Endpoint;
use nuncio_store::Reach;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    error::{self, Handled, SvixError},
    input,
    request::Request,
    resources::endpoint::change,
    routes::no_method,
};

/// The longest value.
const VALUE_BYTES_MAX: usize = 4_096;
/// The most headers.
const HEADERS_MAX: usize = 100;
/// All names and values together, bytes: receivers refuse more than 16 KiB in all.
const BYTES_MAX: usize = 12 * 1024;
/// Names that belong to HTTP or to the sender.
const REFUSED: [&str; 19] = [
    "user-agent",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "age",
    "cache-control",
    "clear-site-data",
    "expires",
    "pragma",
    "warning",
    "content-length",
    "content-type",
    "content-encoding",
    "content-language",
    "content-location",
];
/// What names may not begin with.
const REFUSED_STARTS: [&str; 9] = [
    "x-amz-", "x-amzn-", "x-google", "x-goog-", "x-gfe", "x-azure-", "x-fd-", "x-svix-", "svix-",
];
/// Names whose values are not shown again.
const SENSITIVE: [&str; 6] = [
    "x-auth-token",
    "x-api-key",
    "www-authenticate",
    "authorization",
    "proxy-authenticate",
    "proxy-authorization",
];

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeadersIn {
    headers: Map<String, Value>,
    #[serde(default)]
    delete_headers: Option<Vec<String>>,
}

pub(crate) async fn route(
    request: &Request<'_>,
    method: &str,
    reach: &Reach,
    endpoint: &Arc<Endpoint>,
) -> Handled {
    match method {
        "GET" => Ok(show(endpoint)),
        "PUT" | "PATCH" => {
            let mut given: HeadersIn = input::parse(&request.body)?;
            for name in given.delete_headers.take().unwrap_or_default() {
                given.headers.insert(name, Value::Null);
            }
            let dialect = request
                .server
                .surface
                .dialect(reach.project, endpoint.dialect.as_deref())
                .await?;
            let merges = method == "PATCH";
            let headers = match merges {
                true => merged(&endpoint.headers, &given.headers)?,
                false => read(&given.headers)?,
            };
            check(&headers, &dialect)?;
            // Merged again with what is there by then.
            change(request, reach, endpoint.id, move |endpoint| {
                endpoint.headers = match merges {
                    true => merged(&endpoint.headers, &given.headers).unwrap_or_default(),
                    false => headers.clone(),
                };
            })
            .await?;
            Ok(error::empty(StatusCode::NO_CONTENT))
        }
        _ => Err(no_method()),
    }
}

fn show(endpoint: &Endpoint) -> axum::response::Response {
    let is_sensitive = |name: &str| SENSITIVE.contains(&name.to_ascii_lowercase().as_str());
    let (hidden, shown): (Vec<_>, Vec<_>) = endpoint
        .headers
        .iter()
        .partition(|(name, _)| is_sensitive(name));
    let shown: Map<String, Value> = shown
        .into_iter()
        .map(|(name, value)| (name.clone(), value.clone().into()))
        .collect();
    let hidden: Vec<_> = hidden.into_iter().map(|(name, _)| name).collect();
    error::json(
        StatusCode::OK,
        &json!({"headers": shown, "sensitive": hidden}),
    )
}

/// Headers as a body gives them.
pub(crate) fn read(given: &Map<String, Value>) -> Result<Vec<(String, String)>, SvixError> {
    given
        .iter()
        .map(|(name, value)| match value.as_str() {
            Some(value) => Ok((name.clone(), value.to_owned())),
            None => Err(not_text(name)),
        })
        .collect()
}

/// The given ones laid over those that are there; null takes one away.
fn merged(
    before: &[(String, String)],
    given: &Map<String, Value>,
) -> Result<Vec<(String, String)>, SvixError> {
    let mut headers = before.to_vec();
    for (name, value) in given {
        let place = headers
            .iter()
            .position(|(own, _)| own.eq_ignore_ascii_case(name));
        match (value, place) {
            (Value::Null, Some(place)) => drop(headers.remove(place)),
            (Value::Null, None) => {}
            (Value::String(value), Some(place)) => headers[place] = (name.clone(), value.clone()),
            (Value::String(value), None) => headers.push((name.clone(), value.clone())),
            _ => return Err(not_text(name)),
        }
    }
    Ok(headers)
}

fn not_text(name: &str) -> SvixError {
    SvixError::invalid_in(
        "body",
        &format!("headers.{name}"),
        "expected a string",
        error::SHAPE,
    )
}

/// Checks names and values.
pub(crate) fn check(headers: &[(String, String)], dialect: &Dialect) -> Result<(), SvixError> {
    let refused = |detail: String| SvixError::invalid("headers", detail);
    if headers.len() > HEADERS_MAX {
        return Err(refused(format!(
            "{} headers: at most {HEADERS_MAX} are allowed",
            headers.len()
        )));
    }
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if bytes > BYTES_MAX {
        return Err(refused(format!(
            "{bytes} bytes of names and values: at most {BYTES_MAX} are allowed"
        )));
    }
    for (n, (name, value)) in headers.iter().enumerate() {
        let lower = name.to_ascii_lowercase();
        let shown: String = name.chars().take(128).collect();
        if headers[..n]
            .iter()
            .any(|(other, _)| other.eq_ignore_ascii_case(name))
        {
            return Err(refused(format!("`{shown}` is given twice")));
        }
        if REFUSED.contains(&lower.as_str())
            || REFUSED_STARTS.iter().any(|start| lower.starts_with(start))
        {
            return Err(refused(format!("`{shown}` can't be set")));
        }
        if value.len() > VALUE_BYTES_MAX {
            return Err(refused(format!(
                "the value of `{shown}` is longer than {VALUE_BYTES_MAX} bytes"
            )));
        }
        if let Some(rule) = dialect.header_fault(name, value) {
            return Err(refused(format!("`{shown}` {rule}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let pairs = pairs.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn null_takes_a_header_away_and_case_is_kept() {
        let before = headers(&[("X-One", "1"), ("X-Two", "2")]);
        let given = json!({"x-one": null, "X-TWO": "3", "X-New": "4"});
        let after = merged(&before, given.as_object().unwrap()).unwrap();
        assert_eq!(after, headers(&[("X-TWO", "3"), ("X-New", "4")]));
        let wrong = json!({"a": 1});
        assert!(merged(&before, wrong.as_object().unwrap()).is_err());
        assert!(read(wrong.as_object().unwrap()).is_err());
    }

    #[test]
    fn names_of_http_and_of_the_sender_are_refused() {
        let dialect = nuncio_dialect::builtin_named("svix").unwrap();
        let check = |name: &str, value: &str, ok: bool| {
            let given = headers(&[(name, value)]);
            assert_eq!(super::check(&given, dialect).is_ok(), ok, "{name}");
        };
        check("X-Mine", "1", true);
        check("Authorization", "Bearer x", true);
        check("User-Agent", "x", false);
        check("Svix-Id", "x", false);
        check("X-Amz-Date", "x", false);
        check("a b", "x", false);
        check("X-Long", &"x".repeat(4_096), true);
        check("X-Long", &"x".repeat(4_097), false);
    }
}
