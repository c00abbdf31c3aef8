//! The routes of the event catalog.

use std::sync::Arc;

use axum::extract::State;
use nuncio_domain::{EventType, EventTypeName, ProjectId, SchemaVersion, Timestamp};
use nuncio_store::{Page, Slice, StoreError};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    access::{
        body::{JsonBody, Nothing, OptionalBody},
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
    resources::{
        event_types::{
            export, import,
            input::NewEventType,
            put::Change,
            view::{EventTypeView, SchemaVersionView},
        },
        shared::chosen::chosen,
    },
    state::{Server, Shared},
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(list_event_types))
        .routes(routes!(put_event_type, get_event_type, delete_event_type))
        .merge(import::routes())
        .merge(export::routes())
        .routes(routes!(list_schema_versions))
        .routes(routes!(archive_event_type))
        .routes(routes!(unarchive_event_type))
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
    /// `true` lists only archived types, `false` leaves them out; by default, both are listed.
    archived: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct SchemaVersionsQuery {
    /// Page size, 50 by default.
    #[serde(default)]
    #[param(value_type = Option<u32>, minimum = 1, maximum = 250)]
    limit: Limit,
    /// The `next_cursor` or `prev_cursor` of an earlier answer.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<u32>>,
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
    let page = page(query.limit, query.cursor);
    let slice = of_archive(&server, caller.project(), query.archived, page).await?;
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

/// A page of the types that are archived, or that aren't, as far as that was asked for.
async fn of_archive(
    server: &Server,
    project: ProjectId,
    archived: Option<bool>,
    page: Page<EventTypeName>,
) -> Result<Slice<Arc<EventType>, EventTypeName>, StoreError> {
    let store = server.store();
    let Some(archived) = archived else {
        return store.event_types(project, page).await;
    };
    let wanted = |found: &Arc<EventType>| found.archived_at.is_some() == archived;
    let part = |page| store.event_types(project, page);
    chosen(page, |found| found.name.clone(), wanted, part).await
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
///
/// A changed `schema` becomes a new version. One that breaks the current version is refused with 409, unless `force` is
/// set. It breaks publishers if events that were accepted no longer would be, and receivers if `data` can be something
/// that it could not be before.
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
    let (event_type, force) = wanted.event_type(name, server.now())?;
    let change = Change::check(&server, caller.project(), event_type).await?;
    if !force && !change.breaks.is_empty() {
        return Err(change.refused("/schema", true).into());
    }
    let store = caller.store(&server);
    let put = store
        .put_event_types(caller.project(), vec![change.put()])
        .await?;
    let event_type = put.first().cloned().or_not_found()?;
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

/// List the versions of an event type's schema
///
/// The newest first. If there are many versions, or large ones, the oldest are not kept.
#[utoipa::path(
    get, path = "/v1/event-types/{name}/versions", tag = "event types",
    params(("name" = String, Path, description = "The type's name"), SchemaVersionsQuery),
    responses((status = 200, description = "Versions, the newest first", body = List<SchemaVersionView>))
)]
async fn list_schema_versions(
    State(server): State<Shared>,
    caller: Reader,
    Id(name): Id<EventTypeName>,
    Query(query): Query<SchemaVersionsQuery>,
) -> Handled {
    let found = server.store().event_type(caller.project(), &name).await?;
    let event_type = found.or_not_found()?;
    let slice = versions(&event_type, &page(query.limit, query.cursor));
    let views = slice.items.into_iter().map(|version| {
        let is_current = version.version == event_type.schema_version;
        SchemaVersionView::new(version, is_current)
    });
    Ok(reply::ok(&list(views.collect(), slice.next, slice.prev)))
}

/// A page of the versions that are kept, the newest first.
fn versions(event_type: &EventType, page: &Page<u32>) -> Slice<SchemaVersion, u32> {
    let mut kept = event_type.older.clone();
    kept.push(event_type.current_version());
    page.of_ascending(kept, |version| version.version)
}

/// Archive an event type
///
/// Events of this type are no longer accepted, and new filters no longer suggest it. Published events stay.
#[utoipa::path(
    post, path = "/v1/event-types/{name}/archive", tag = "event types",
    params(("name" = String, Path, description = "The type's name")),
    responses((status = 200, description = "The event type as it is now", body = EventTypeView<'static>))
)]
async fn archive_event_type(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(name): Id<EventTypeName>,
    body: OptionalBody,
) -> Handled {
    let _: Nothing = body.parse()?;
    let now = server.now();
    archive(&server, &caller, &name, Some(now), now).await
}

/// Bring an event type back from the archive
#[utoipa::path(
    post, path = "/v1/event-types/{name}/unarchive", tag = "event types",
    params(("name" = String, Path, description = "The type's name")),
    responses((status = 200, description = "The event type as it is now", body = EventTypeView<'static>))
)]
async fn unarchive_event_type(
    State(server): State<Shared>,
    caller: ProjectWriter,
    Id(name): Id<EventTypeName>,
    body: OptionalBody,
) -> Handled {
    let _: Nothing = body.parse()?;
    archive(&server, &caller, &name, None, server.now()).await
}

async fn archive(
    server: &Server,
    caller: &ProjectWriter,
    name: &EventTypeName,
    archived_at: Option<Timestamp>,
    now: Timestamp,
) -> Handled {
    let store = caller.store(server);
    let changed = store.archive_event_type(caller.project(), name, archived_at, now);
    let event_type = changed.await?;
    Ok(reply::ok(&EventTypeView::new(&event_type)))
}
