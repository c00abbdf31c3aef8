//! A call as the generated methods make it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Serialize;
use serde_json::Value;

use crate::error::Error;

/// What stands for itself in a path (RFC 3986, 2.3).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What to ask of the server.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// The HTTP method.
    pub(crate) method: Method,
    /// Path and query.
    pub(crate) target: String,
    /// The body as JSON.
    pub(crate) body: Option<Vec<u8>>,
}

impl Call {
    /// A call without a body.
    pub(crate) fn new(method: Method, target: String) -> Self {
        Self {
            method,
            target,
            body: None,
        }
    }

    /// The same with a query.
    pub(crate) fn query(mut self, query: &impl Serialize) -> Self {
        self.target.push_str(&query_string(query, None));
        self
    }

    /// The same with a body.
    pub(crate) fn body(self, body: &impl Serialize) -> Result<Self, Error> {
        let body = serde_json::to_vec(body).map_err(|error| {
            Error::InvalidCall(format!("the body cannot be written as JSON: {error}"))
        })?;
        Ok(Self {
            body: Some(body),
            ..self
        })
    }

    /// The same with a body, if there is one.
    pub(crate) fn maybe_body(self, body: Option<&impl Serialize>) -> Result<Self, Error> {
        match body {
            Some(body) => self.body(body),
            None => Ok(self),
        }
    }
}

/// A path with its parameters percent-encoded.
///
/// An empty one, `.` and `..` would make another path of it, so that a missing id could address the whole collection:
/// they are refused.
pub(crate) fn path(template: &str, parameters: &[&str]) -> Result<String, Error> {
    let mut path = String::new();
    let mut rest = template;
    for parameter in parameters {
        if ["", ".", ".."].contains(parameter) {
            let detail = format!("{parameter:?} cannot be a part of the path {template}");
            return Err(Error::InvalidCall(detail));
        }
        let (before, after) = rest.split_once('{').unwrap_or((rest, ""));
        path.push_str(before);
        path.extend(utf8_percent_encode(parameter, ENCODED));
        rest = after.split_once('}').map_or("", |(_, rest)| rest);
    }
    path.push_str(rest);
    Ok(path)
}

/// `?a=1&b=2` of the fields that a query has; an empty text if it has none.
pub(crate) fn query_string(query: &impl Serialize, cursor: Option<&str>) -> String {
    let fields = match serde_json::to_value(query) {
        Ok(Value::Object(fields)) => fields,
        // Queries are structs of texts, numbers and truths, or nothing.
        _ => serde_json::Map::new(),
    };
    let given = fields
        .into_iter()
        .filter(|(name, _)| cursor.is_none() || name != "cursor")
        .map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        });
    let next = cursor.map(|cursor| ("cursor".to_owned(), cursor.to_owned()));
    let pairs: Vec<String> = given
        .chain(next)
        .map(|(name, value)| format!("{name}={}", utf8_percent_encode(&value, ENCODED)))
        .collect();
    match pairs.is_empty() {
        true => String::new(),
        false => format!("?{}", pairs.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_stands_behind_the_path() {
        let call = |query: serde_json::Value| {
            Call::new(Method::GET, "/v1/x".to_owned())
                .query(&query)
                .target
        };
        assert_eq!(
            call(serde_json::json!({ "window_seconds": 60 })),
            "/v1/x?window_seconds=60"
        );
        assert_eq!(call(serde_json::json!({})), "/v1/x");
    }

    #[test]
    fn parameters_are_encoded_into_their_places() {
        fn check(template: &str, parameters: &[&str], expected: &str) {
            assert_eq!(path(template, parameters).unwrap(), expected);
        }
        check("/v1/jobs", &[], "/v1/jobs");
        check("/v1/jobs/{id}", &["a/b?c é"], "/v1/jobs/a%2Fb%3Fc%20%C3%A9");
        check("/v1/{a}/x/{b}/y", &["1", "2~"], "/v1/1/x/2~/y");
    }

    #[test]
    fn parameter_that_would_make_another_path_is_refused() {
        for parameter in ["", ".", ".."] {
            let error = path("/v1/jobs/{id}", &[parameter]).unwrap_err();
            assert_eq!(
                error.to_string(),
                format!("{parameter:?} cannot be a part of the path /v1/jobs/{{id}}")
            );
        }
    }

    #[test]
    fn query_has_what_is_given_and_the_later_cursor() {
        #[derive(Serialize)]
        struct Query {
            tenant: &'static str,
            limit: u32,
            cursor: &'static str,
        }
        let query = Query {
            tenant: "a&b",
            limit: 2,
            cursor: "c1",
        };
        let start = "?cursor=c1&limit=2&tenant=a%26b";
        let mut sorted: Vec<String> = query_string(&query, None)[1..]
            .split('&')
            .map(str::to_owned)
            .collect();
        sorted.sort();
        assert_eq!(format!("?{}", sorted.join("&")), start);
        assert!(query_string(&query, Some("c 2")).ends_with("&cursor=c%202"));
        assert_eq!(query_string(&(), None), "");
    }
}
