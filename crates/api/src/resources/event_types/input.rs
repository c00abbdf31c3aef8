//! An event type as callers describe it.

use nuncio_domain::{EventType, EventTypeName, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::{
    http::problem::{Place, Problem},
    resources::policy::retry::{RetryFields, RetryInput},
};

/// The catalog is kept in memory: descriptions, schemas and examples are bounded.
const DESCRIPTION_CHARS_MAX: usize = 2_000;
const GROUP_CHARS_MAX: usize = 200;
const JSON_BYTES_MAX: usize = 64 * 1024;

/// The event type, complete: it replaces the one that exists.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewEventType {
    /// A description for readers of the catalog.
    #[serde(default)]
    description: String,
    /// JSON Schema (2020-12) of `data`, checked when an event is published. At most 64 KiB; it refers to nothing outside
    /// itself, and its regular expressions have no look-around and no back-references.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    schema: Option<Value>,
    /// The heading it is listed under.
    #[serde(default)]
    group: Option<String>,
    /// An example of `data` that matches the schema.
    #[serde(default)]
    #[schema(value_type = Option<Value>)]
    example: Option<Value>,
    /// Whether it is deprecated.
    #[serde(default)]
    deprecated: bool,
    /// The retry schedule of its deliveries, instead of the project's. An endpoint's own schedule wins.
    #[serde(default)]
    #[schema(value_type = Option<RetryFields>)]
    retry: Option<RetryInput>,
    /// Stores the schema even if it breaks the previous one. Without it, such a change is refused with 409, which lists
    /// what breaks.
    #[serde(default)]
    force: bool,
}

impl NewEventType {
    /// The event type, its texts and sizes checked, and whether a breaking change is meant.
    pub(super) fn event_type(
        self,
        name: EventTypeName,
        now: Timestamp,
    ) -> Result<(EventType, bool), Problem> {
        check_name(&name).map_err(|detail| Problem::invalid_in(Place::Path, "name", detail))?;
        if let Some(retry) = &self.retry {
            retry.check("/retry")?;
        }
        let event_type = EventType {
            retry: self.retry.map(|RetryInput(retry)| retry),
            description: self.description,
            schema: self.schema,
            group: self.group,
            example: self.example,
            deprecated: self.deprecated,
            ..EventType::named(name, now)
        };
        check(&event_type)?;
        Ok((event_type, self.force))
    }
}

/// Names that are routes of their own: a type of such a name could not be looked up.
const RESERVED: [&str; 2] = ["export", "import"];

/// Refuses names that no event type can have in the catalog.
pub(super) fn check_name(name: &EventTypeName) -> Result<(), String> {
    match RESERVED.contains(&name.as_str()) {
        true => Err(format!(
            "`{name}` is the name of a route: no event type of the catalog can have it"
        )),
        false => Ok(()),
    }
}

/// Checks the sizes of all that is said of an event type.
pub(super) fn check(event_type: &EventType) -> Result<(), Problem> {
    let group = event_type.group.as_deref().unwrap_or_default();
    check_chars(
        &event_type.description,
        DESCRIPTION_CHARS_MAX,
        "/description",
    )?;
    check_chars(group, GROUP_CHARS_MAX, "/group")?;
    check_bytes(event_type.example.as_ref(), "/example")?;
    check_bytes(event_type.schema.as_ref(), "/schema")
}

fn check_chars(text: &str, max: usize, pointer: &str) -> Result<(), Problem> {
    let chars = text.chars().count();
    match chars <= max {
        true => Ok(()),
        false => Err(Problem::invalid(
            pointer,
            format!("{chars} characters: at most {max} are allowed"),
        )),
    }
}

fn check_bytes(value: Option<&Value>, pointer: &str) -> Result<(), Problem> {
    let bytes = value.map_or(0, |value| value.to_string().len());
    match bytes <= JSON_BYTES_MAX {
        true => Ok(()),
        false => Err(Problem::invalid(
            pointer,
            format!("{bytes} bytes: at most {JSON_BYTES_MAX} are allowed"),
        )),
    }
}
