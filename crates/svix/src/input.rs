//! Bodies: JSON, whatever it is said to be, with unknown fields ignored and faults in the list of places.

use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::error::{SHAPE, SvixError};

/// The most that metadata may hold, bytes of JSON.
const METADATA_BYTES_MAX: usize = 4_096;

/// Reads a body.
pub(crate) fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, SvixError> {
    let whole = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // A fault is worth a second look for its place.
    let mut from = serde_json::Deserializer::from_slice(bytes);
    let Err(fault) = serde_path_to_error::deserialize::<_, T>(&mut from) else {
        return Err(shape("?", &whole.to_string()));
    };
    if whole.is_syntax() || whole.is_eof() {
        return Err(shape("?", &whole.to_string()));
    }
    let message = fault.inner().to_string();
    let mut at = fault.path().to_string();
    let missing = message.strip_prefix("missing field `");
    if let Some(field) = missing.and_then(|rest| rest.split('`').next()) {
        at = match at.as_str() {
            "." => field.to_owned(),
            above => format!("{above}.{field}"),
        };
    }
    match at.as_str() {
        "." => Err(shape("?", &message)),
        at => Err(shape(at, &message)),
    }
}

/// The same; nothing at all stands for `{}`.
pub(crate) fn parse_optional<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, SvixError> {
    let bytes: &[u8] = match bytes.trim_ascii().is_empty() {
        true => b"{}",
        false => bytes,
    };
    parse(bytes)
}

fn shape(at: &str, message: &str) -> SvixError {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    SvixError::invalid_in("body", at, &message[..end], SHAPE)
}

/// A field that was given, even as null.
pub(crate) fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

/// Metadata: texts by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Metadata(pub(crate) Map<String, Value>);

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let map: Option<Map<String, Value>> = Option::deserialize(from)?;
        let map = map.unwrap_or_default();
        match map.values().all(Value::is_string) {
            true => Ok(Self(map)),
            false => Err(serde::de::Error::custom("expected an object of strings")),
        }
    }
}

impl Metadata {
    pub(crate) fn check(&self) -> Result<(), SvixError> {
        let bytes = serde_json::to_vec(&self.0).map_or(usize::MAX, |text| text.len());
        match bytes <= METADATA_BYTES_MAX {
            true => Ok(()),
            false => Err(SvixError::invalid(
                "metadata",
                format!("{bytes} bytes of JSON: at most {METADATA_BYTES_MAX} are allowed"),
            )),
        }
    }
}

/// Refuses the control characters that no name may have.
pub(crate) fn check_text(at: &str, text: &str) -> Result<(), SvixError> {
    match text.chars().any(|letter| letter <= '\u{8}') {
        true => Err(SvixError::invalid(
            at,
            "must not contain control characters",
        )),
        false => Ok(()),
    }
}

/// Refuses a rate of zero.
pub(crate) fn check_rate(rate: Option<u16>) -> Result<(), SvixError> {
    match rate {
        Some(0) => Err(SvixError::invalid("throttle_rate", "must be 1 or more")),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Sample {
        #[allow(dead_code)]
        name: String,
        #[serde(default)]
        #[allow(dead_code)]
        metadata: Metadata,
    }

    #[test]
    fn a_fault_has_a_place() {
        let check = |text: &str, at: &str| {
            let error = parse::<Sample>(text.as_bytes()).unwrap_err();
            let SvixError::Invalid(list) = error else {
                panic!("{text}");
            };
            let list = serde_json::to_value(list).unwrap();
            assert_eq!(list[0]["loc"], json!(["body", at]), "{text}");
            assert_eq!(list[0]["type"], SHAPE);
        };
        check(r#"{"name": 1}"#, "name");
        check("{}", "name");
        check("{", "?");
        check("7", "?");
        check(r#"{"name": "a"} x"#, "?");
        check(r#"{"name": "a", "metadata": {"a": 1}}"#, "metadata");
        assert!(parse::<Sample>(br#"{"name": "a", "other": 1, "metadata": null}"#).is_ok());
    }

    #[test]
    fn metadata_have_an_end() {
        let fits = Metadata(Map::from_iter([("a".to_owned(), "x".repeat(4_000).into())]));
        let more = Metadata(Map::from_iter([("a".to_owned(), "x".repeat(4_096).into())]));
        assert!(fits.check().is_ok() && more.check().is_err());
        assert!(check_text("name", "a\u{1}").is_err() && check_text("name", "a\n").is_ok());
    }
}
