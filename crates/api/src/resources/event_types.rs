//! The event catalog of a project.

use axum::extract::State;
use nuncio_domain::{EventType, EventTypeName, Retry, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::JsonBody,
        rights::{ProjectWriter, Reader},
    },
    http::{
        paging::{Cursor, Limit, list, page},
        path::Id,
        problem::{Place, Problem},
        query::Query,
        rejection::{Handled, OrNotFound},
        reply::{self, List},
    },
    resources::policy::retry::{RetryFields, RetryInput},
    state::Shared,
};

/// The catalog is kept in memory: descriptions, schemas and examples are bounded.
const DESCRIPTION_CHARS_MAX: usize = 2_000;
const GROUP_CHARS_MAX: usize = 200;
const JSON_BYTES_MAX: usize = 64 * 1024;

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_event_types))
        .routes(routes!(put_event_type, get_event_type, delete_event_type))
}

/// The event type, complete: it replaces the one that exists.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewEventType {
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
}

/// An event type.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EventType)]
struct EventTypeView<'a> {
    /// Its name.
    #[schema(value_type = String)]
    name: &'a EventTypeName,
    /// A description.
    description: &'a str,
    /// JSON Schema of `data`.
    #[schema(value_type = Option<Value>, required)]
    schema: Option<&'a Value>,
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
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    /// When it was last changed.
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl<'a> EventTypeView<'a> {
    fn new(event_type: &'a EventType) -> Self {
        Self {
            name: &event_type.name,
            description: &event_type.description,
            schema: event_type.schema.as_ref(),
            group: event_type.group.as_deref(),
            example: event_type.example.as_ref(),
            deprecated: event_type.deprecated,
            retry: event_type.retry.as_ref(),
            created_at: event_type.created_at,
            updated_at: event_type.updated_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct EventTypesQuery {
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<EventTypeName>>,
}

/// List event types
#[utoipa::path(
    get, path = "/v1/event-types", tag = "event types", params(EventTypesQuery),
    responses((status = 200, description = "Event types by name", body = List<EventTypeView<'static>>))
)]
async fn list_event_types(
    State(server): State<Shared>,
    caller: Reader,
    Query(query): Query<EventTypesQuery>,
) -> Handled {
    let part = page(query.limit, query.cursor);
    let slice = server.store().event_types(caller.project(), part).await?;
    let views = slice
        .items
        .iter()
        .map(|found| EventTypeView::new(found))
        .collect();
    Ok(reply::ok(&list(
        views,
        slice.next.clone(),
        slice.prev.clone(),
    )))
}

/// Get an event type
#[utoipa::path(
    get, path = "/v1/event-types/{name}", tag = "event types",
    params(("name" = String, Path, description = "The type's name")),
    responses((status = 200, description = "The event type", body = EventTypeView<'static>))
)]
async fn get_event_type(
    State(server): State<Shared>,
    caller: Reader,
    Id(name): Id<EventTypeName>,
) -> Handled {
    let found = server.store().event_type(caller.project(), &name).await?;
    let event_type = found.or_not_found()?;
    Ok(reply::ok(&EventTypeView::new(&event_type)))
}

/// Create or replace an event type
#[utoipa::path(
    put, path = "/v1/event-types/{name}", tag = "event types",
    params(("name" = String, Path, description = "1 to 256 printable ASCII characters without `*`, percent-encoded")),
    request_body = NewEventType,
    responses((status = 200, description = "The event type as it is now", body = EventTypeView<'static>))
)]
async fn put_event_type(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(name): Id<String>,
    body: JsonBody,
) -> Handled {
    let name = EventTypeName::parse(&name)
        .map_err(|error| Problem::invalid_in(Place::Path, "name", error))?;
    let wanted: NewEventType = body.parse()?;
    wanted.check()?;
    if let Some(schema) = &wanted.schema {
        let example = wanted.example.as_ref();
        let clock = &server.state.clock;
        server
            .schemas
            .check_new(clock, caller.project(), schema, example)
            .await?;
    }
    let now = server.now();
    let event_type = EventType {
        name,
        description: wanted.description,
        schema: wanted.schema,
        group: wanted.group,
        example: wanted.example,
        deprecated: wanted.deprecated,
        retry: wanted.retry.map(|RetryInput(retry)| retry),
        created_at: now,
        updated_at: now,
    };
    let store = caller.store(&server);
    let event_type = store.put_event_type(caller.project(), event_type).await?;
    Ok(reply::ok(&EventTypeView::new(&event_type)))
}

/// Delete an event type
///
/// Removes it from the catalog; existing events of that type stay as they are.
#[utoipa::path(
    delete, path = "/v1/event-types/{name}", tag = "event types",
    params(("name" = String, Path, description = "The type's name")),
    responses((status = 204, description = "Deleted"))
)]
async fn delete_event_type(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(name): Id<EventTypeName>,
) -> Handled {
    let store = caller.store(&server);
    store.delete_event_type(caller.project(), &name).await?;
    Ok(reply::no_content())
}

impl NewEventType {
    fn check(&self) -> Result<(), Problem> {
        check_chars(&self.description, DESCRIPTION_CHARS_MAX, "/description")?;
        check_chars(
            self.group.as_deref().unwrap_or_default(),
            GROUP_CHARS_MAX,
            "/group",
        )?;
        if let Some(retry) = &self.retry {
            retry.check("/retry")?;
        }
        check_bytes(self.example.as_ref(), "/example")?;
        check_bytes(self.schema.as_ref(), "/schema")
    }
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
