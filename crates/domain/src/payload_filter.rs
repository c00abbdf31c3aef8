//! Which events does an endpoint want, by what they hold?

use std::{borrow::Cow, sync::Arc};

use nuncio_pattern::{Part, Pattern, PatternMismatch};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::{Channel, EventTypeName, Extras};

/// What filters look at of an event.
#[derive(Clone, Copy, Debug)]
pub struct EventSubject<'a> {
    /// Its type.
    pub event_type: &'a EventTypeName,
    /// `data`, as JSON text.
    pub data: &'a str,
    /// Its metadata and channels, if it has any.
    pub extras: Option<&'a Extras>,
}

/// The metadata of an event that has none.
const NO_METADATA: &str = "{}";
/// The members of an event that a filter can ask for.
const MEMBERS: &[&str] = &["type", "data", METADATA];
const METADATA: &str = "metadata";

impl<'a> EventSubject<'a> {
    /// The channels that it is on.
    pub fn channels(&self) -> &'a [Channel] {
        self.extras.map_or(&[], |extras| &extras.channels)
    }

    /// Its metadata as text. Nearly no event has any.
    fn metadata(&self) -> Cow<'static, str> {
        match self.extras.map(|extras| &extras.metadata) {
            Some(metadata) if !metadata.is_empty() => {
                serde_json::to_string(metadata).map_or(Cow::Borrowed(NO_METADATA), Cow::Owned)
            }
            Some(_) | None => Cow::Borrowed(NO_METADATA),
        }
    }
}

/// What is wrong with a payload filter.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct PayloadFilterError {
    /// The JSON pointer (RFC 6901) of the place in the filter; empty for the whole.
    pub pointer: String,
    /// What is wrong there.
    pub detail: String,
}

/// A pattern over `{"type", "data", "metadata"}` of an event, in the language of Amazon EventBridge. Compiled once; cheap
/// to clone.
#[derive(Clone, Debug)]
pub struct PayloadFilter(Arc<Compiled>);

#[derive(Debug)]
struct Compiled {
    given: Map<String, Value>,
    pattern: Pattern,
    asks_for_metadata: bool,
}

impl PayloadFilter {
    /// Compiles a filter.
    ///
    /// # Errors
    /// When it is no pattern, is too large, or asks for what events don't have.
    pub fn parse(given: Map<String, Value>) -> Result<Self, PayloadFilterError> {
        let pattern = Pattern::compile(&given).map_err(|error| PayloadFilterError {
            pointer: error.pointer,
            detail: error.detail,
        })?;
        for (path, pointer) in pattern.fields() {
            let member = path.split('.').next().unwrap_or_default();
            if !MEMBERS.contains(&member) || (member == "type" && path != member) {
                let detail = format!(
                    "`{path}` is not part of an event: filters ask for `type`, or for fields of `data` and `metadata`"
                );
                let pointer = pointer.to_owned();
                return Err(PayloadFilterError { pointer, detail });
            }
        }
        let asks_for_metadata = pattern
            .fields()
            .any(|(path, _)| path.split('.').next() == Some(METADATA));
        Ok(Self(Arc::new(Compiled {
            given,
            pattern,
            asks_for_metadata,
        })))
    }

    /// Whether the event passes.
    pub fn matches(&self, event: &EventSubject<'_>) -> bool {
        self.of_members(event, |members| self.0.pattern.matches(members))
    }

    /// Which part of it the event doesn't match, if any.
    pub fn mismatch(&self, event: &EventSubject<'_>) -> Option<PatternMismatch> {
        self.of_members(event, |members| self.0.pattern.mismatch(members))
    }

    /// Does something with the members of an event: metadata is written as text only for a filter that asks for it.
    fn of_members<T>(
        &self,
        event: &EventSubject<'_>,
        act: impl FnOnce(&[(&str, Part<'_>)]) -> T,
    ) -> T {
        let metadata = match self.0.asks_for_metadata {
            true => event.metadata(),
            false => Cow::Borrowed(NO_METADATA),
        };
        act(&[
            ("type", Part::Text(event.event_type.as_str())),
            ("data", Part::Json(event.data)),
            (METADATA, Part::Json(&metadata)),
        ])
    }

    /// The filter as it was given.
    pub fn given(&self) -> &Map<String, Value> {
        &self.0.given
    }
}

impl PartialEq for PayloadFilter {
    fn eq(&self, other: &Self) -> bool {
        self.0.given == other.0.given
    }
}

impl Serialize for PayloadFilter {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.given.serialize(to)
    }
}

impl<'de> Deserialize<'de> for PayloadFilter {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let given = Map::deserialize(from)?;
        Self::parse(given).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(filter: &str) -> Result<PayloadFilter, PayloadFilterError> {
        PayloadFilter::parse(serde_json::from_str(filter).unwrap())
    }

    #[test]
    fn a_filter_asks_for_type_data_and_metadata() {
        let check = |filter: &str, expected: bool| {
            let name = EventTypeName::parse("order.paid").unwrap();
            let extras: Extras = serde_json::from_str(r#"{"metadata":{"region":"eu"}}"#).unwrap();
            let event = EventSubject {
                event_type: &name,
                data: r#"{"amount": 5, "lines": [{"sku": "A"}]}"#,
                extras: Some(&extras),
            };
            assert_eq!(
                parsed(filter).unwrap().matches(&event),
                expected,
                "{filter}"
            );
        };
        check(r#"{"type": [{"suffix": ".paid"}]}"#, true);
        check(
            r#"{"data": {"amount": [{"numeric": [">", 1]}], "lines": {"sku": ["A"]}}}"#,
            true,
        );
        check(r#"{"data": {"amount": [6]}}"#, false);
        check(r#"{"metadata": {"region": ["eu"]}}"#, true);
        check(r#"{"metadata": {"region": [{"exists": false}]}}"#, false);
    }

    #[test]
    fn what_events_do_not_have_is_refused() {
        for (filter, pointer) in [
            (r#"{"detail": {"a": [1]}}"#, "/detail/a"),
            (r#"{"source": ["x"]}"#, "/source"),
            (r#"{"type": {"a": ["x"]}}"#, "/type/a"),
            (r#"{"data": {"a": 1}}"#, "/data/a"),
        ] {
            assert_eq!(parsed(filter).unwrap_err().pointer, pointer, "{filter}");
        }
    }

    #[test]
    fn a_stored_filter_is_read_back() {
        let filter = parsed(r#"{"data":{"a":[1]}}"#).unwrap();
        let text = serde_json::to_string(&filter).unwrap();
        assert_eq!(
            serde_json::from_str::<PayloadFilter>(&text).unwrap(),
            filter
        );
    }
}
