//! Event types, and versions of their schemas, as answers show them.

use nuncio_domain::{EventType, EventTypeName, Retry, SchemaVersion, Timestamp};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::resources::policy::retry::RetryFields;

/// An event type.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventType)]
pub(super) struct EventTypeView<'a> {
    /// Its name.
    #[schema(value_type = String)]
    name: &'a EventTypeName,
    /// A description.
    description: &'a str,
    /// JSON Schema of `data`.
    #[schema(value_type = Option<Value>, required)]
    schema: Option<&'a Value>,
    /// Which version of its schema this is, counted from 1. Events are checked against it unless they name another.
    schema_version: u32,
    /// The heading it is listed under.
    #[schema(required)]
    group: Option<&'a str>,
    /// An example of `data`.
    #[schema(value_type = Option<Value>, required)]
    example: Option<&'a Value>,
    /// Whether it is deprecated.
    deprecated: bool,
    /// The retry schedule of its deliveries; null uses the project's.
    #[schema(value_type = Option<RetryFields>, required)]
    retry: Option<&'a Retry>,
    /// When it was archived: no events are accepted under it since. Null while it is in use.
    #[schema(value_type = Option<String>, format = DateTime, required)]
    archived_at: Option<Timestamp>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl<'a> EventTypeView<'a> {
    pub(super) fn new(event_type: &'a EventType) -> Self {
        Self {
            name: &event_type.name,
            description: &event_type.description,
            schema: event_type.schema.as_ref(),
            schema_version: event_type.schema_version,
            group: event_type.group.as_deref(),
            example: event_type.example.as_ref(),
            deprecated: event_type.deprecated,
            retry: event_type.retry.as_ref(),
            archived_at: event_type.archived_at,
            created_at: event_type.created_at,
            updated_at: event_type.updated_at,
        }
    }
}

/// A version of an event type's schema.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SchemaVersion)]
pub(super) struct SchemaVersionView {
    /// Its number, counted from 1.
    version: u32,
    /// The JSON Schema of `data`; null where there was none.
    #[schema(value_type = Option<Value>, required)]
    schema: Option<Value>,
    /// Whether it is the current one.
    current: bool,
    /// Whether it broke the previous version.
    forced: bool,
    /// When it was stored.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
}

impl SchemaVersionView {
    pub(super) fn new(version: SchemaVersion, current: bool) -> Self {
        Self {
            version: version.version,
            schema: version.schema,
            current,
            forced: version.forced,
            created_at: version.created_at,
        }
    }
}
