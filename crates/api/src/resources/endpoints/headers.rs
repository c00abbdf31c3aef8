//! The customer's own headers of an endpoint: what they may be called, what they may hold, how they are shown.

use std::fmt;

use nuncio_dialect::Dialect;
pub(crate) use nuncio_domain::MASK;
use serde::{
    Deserialize, Deserializer,
    de::{MapAccess, Visitor},
};
use serde_json::{Map, Value};

use crate::{
    http::problem::Problem,
    resources::shared::header_rules::{fault, refused},
};

/// Enough for gateways and tenants' tags; with their bytes, well within what receivers accept.
const HEADERS_MAX: usize = 32;
/// All names and values together: of the 16 KiB that a Node.js server takes for all headers, 4 KiB are left for the
/// dialect's, the sender's and the event's.
const BYTES_MAX: usize = 12 * 1024;

/// Headers as a caller gives them: names with values, null for one that is to go.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct HeadersInput(Vec<(String, Option<String>)>);

impl<'de> Deserialize<'de> for HeadersInput {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = HeadersInput;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of header names and values")
            }
            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<HeadersInput, M::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(HeadersInput(pairs))
            }
        }
        from.deserialize_map(Pairs)
    }
}

impl HeadersInput {
    /// The names of those headers whose values stay as they are.
    pub(crate) fn keeps<'h>(&self, headers: &'h [(String, String)]) -> Vec<&'h str> {
        let is_kept = |name: &&str| {
            let mut given = self.0.iter();
            let given = given.find(|(given, _)| given.eq_ignore_ascii_case(name));
            given.is_none_or(|(_, value)| value.as_deref() == Some(MASK))
        };
        let names = headers.iter().map(|(name, _)| &**name);
        names.filter(is_kept).collect()
    }

    /// Lays the given headers over those that an endpoint has: null takes one away, and a value that is only the
    /// mask of an earlier answer leaves it as it is.
    pub(crate) fn over(
        self,
        mut headers: Vec<(String, String)>,
    ) -> Result<Vec<(String, String)>, Problem> {
        let mut seen: Vec<String> = Vec::new();
        for (name, value) in self.0 {
            let lower = name.to_ascii_lowercase();
            if seen.contains(&lower) {
                return Err(refused(&name, "is given twice"));
            }
            seen.push(lower);
            let place = headers
                .iter()
                .position(|(old, _)| old.eq_ignore_ascii_case(&name));
            match (place, value) {
                (Some(_), Some(value)) if value == MASK => {}
                (None, Some(value)) if value == MASK => {
                    return Err(refused(
                        &name,
                        "is `***`, which keeps the stored value, but there is none: give the value itself",
                    ));
                }
                (Some(place), Some(value)) => headers[place] = (name, value),
                (None, Some(value)) => headers.push((name, value)),
                (Some(place), None) => drop(headers.remove(place)),
                (None, None) => {}
            }
        }
        Ok(headers)
    }
}

/// Checks an endpoint's headers: names and values that HTTP allows, none that the dialect or the sender owns.
pub(crate) fn check(headers: &[(String, String)], dialect: &Dialect) -> Result<(), Problem> {
    if headers.len() > HEADERS_MAX {
        let detail = format!(
            "{} headers: at most {HEADERS_MAX} are allowed",
            headers.len()
        );
        return Err(Problem::invalid("/headers", detail));
    }
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    if bytes > BYTES_MAX {
        let detail = format!("{bytes} bytes of names and values: at most {BYTES_MAX} are allowed");
        return Err(Problem::invalid("/headers", detail));
    }
    headers.iter().try_for_each(|(name, value)| {
        fault(name, value, dialect).map_or(Ok(()), |rule| Err(refused(name, rule)))
    })
}

/// The headers as answers show them.
pub(crate) fn masked(headers: &[(String, String)]) -> Map<String, Value> {
    headers
        .iter()
        .map(|(name, _)| (name.clone(), Value::from(MASK)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(text: &str) -> HeadersInput {
        serde_json::from_str(text).unwrap()
    }

    fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
        list.iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn a_change_keeps_what_it_does_not_name() {
        let old = pairs(&[("X-A", "1"), ("X-B", "2"), ("X-C", "3")]);
        let new = input(r#"{"x-a":"9","X-B":null,"X-C":"***","X-D":"4"}"#).over(old);
        assert_eq!(
            new.unwrap(),
            pairs(&[("x-a", "9"), ("X-C", "3"), ("X-D", "4")])
        );
        assert!(input(r#"{"X-A":"1","x-a":"2"}"#).over(Vec::new()).is_err());
    }

    #[test]
    fn names_and_values_that_http_or_the_dialect_owns_are_refused() {
        let dialect = nuncio_dialect::builtin_named("standard").unwrap();
        let refused = |name: &str, value: &str| check(&pairs(&[(name, value)]), dialect).is_err();
        for name in [
            "",
            "X A",
            "X:A",
            "Host",
            "content-length",
            "Transfer-Encoding",
            "CONNECTION",
            "upgrade",
            "Webhook-Signature",
            "webhook-id",
            "User-Agent",
            "Accept-Encoding",
            "Content-Type",
            "ä",
        ] {
            assert!(refused(name, "1"), "{name}");
        }
        for value in ["a\r\nX-B: 1", "a\n", "a\0", "ä", &"x".repeat(8_193)] {
            assert!(refused("X-A", value), "{value:?}");
        }
        assert!(!refused("Authorization", "Basic dXNlcjpwYXNz"));
    }
}
