//! Event types taken from a document.

use std::sync::Arc;

use axum::extract::State;
use nuncio_domain::{EventType, EventTypeName, ProjectId, Timestamp};
use nuncio_schema::Break;
use nuncio_store::EventTypePut;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    documents::{self, DescribedType, DocumentFault, DocumentFormat},
    input::{check, check_name},
    put::{Change, whom},
};
use crate::{
    access::{body::JsonBody, rights::ProjectWriter},
    http::{
        problem::{Kind, Problem},
        rejection::{Handled, failed_look_up},
        reply,
    },
    state::{Server, Shared},
};

pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(import_event_types))
}

/// A document with event types.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EventTypeImport {
    /// An OpenAPI 3.1 document with `webhooks`, or an AsyncAPI 3 document: as an object, or the text of a JSON or YAML
    /// file. It refers to nothing outside itself, and has at most 1000 event types.
    #[schema(value_type = Value)]
    document: Value,
    /// Only shows what it would do.
    #[serde(default)]
    dry_run: bool,
    /// Stores schemas even if they break the previous ones.
    #[serde(default)]
    force: bool,
}

/// What an import does, or would do.
#[derive(Debug, Serialize, ToSchema)]
struct EventTypesImported {
    /// What kind of document it was.
    format: DocumentFormat,
    /// Whether nothing was stored.
    dry_run: bool,
    /// Every event type of the document.
    event_types: Vec<ImportedType>,
}

/// What the import does with an event type.
#[derive(Debug, Serialize, ToSchema)]
struct ImportedType {
    /// Its name.
    #[schema(value_type = String)]
    name: EventTypeName,
    /// `created`, `updated`, or `unchanged`.
    action: &'static str,
    /// The version of its schema afterwards.
    schema_version: u32,
    /// What it breaks, compared to the current version. Not stored without `force`.
    breaks: Vec<SchemaBreak>,
}

/// One thing that a schema change breaks.
#[derive(Debug, Serialize, ToSchema)]
struct SchemaBreak {
    /// The place in `data`, as a JSONPath.
    path: String,
    /// The place in the new schema, as a JSON pointer.
    pointer: String,
    /// Who is affected: `publishers`, `receivers`, or `both`.
    side: &'static str,
    /// What has changed.
    detail: String,
}

impl From<&Break> for SchemaBreak {
    fn from(one: &Break) -> Self {
        Self {
            path: one.path.clone(),
            pointer: one.pointer.clone(),
            side: whom(one.side),
            detail: one.detail.clone(),
        }
    }
}

impl ImportedType {
    fn new(change: &Change) -> Self {
        let (event_type, before) = (&change.event_type, change.before.as_deref());
        let version = |before: &EventType| match before.schema == event_type.schema {
            true => before.schema_version,
            false => before.schema_version.saturating_add(1),
        };
        Self {
            name: event_type.name.clone(),
            action: match before {
                None => "created",
                Some(before) if before.says_the_same(event_type) => "unchanged",
                Some(_) => "updated",
            },
            schema_version: before.map_or(event_type.schema_version, version),
            breaks: change.breaks.iter().map(SchemaBreak::from).collect(),
        }
    }
}

/// Import event types
///
/// From the `webhooks` of an OpenAPI 3.1 document, or the messages of an AsyncAPI 3 one: all of them, or none. Types
/// that are not in the document stay as they are. A schema that breaks the current one is refused with 409, unless
/// `force` is set.
#[utoipa::path(
    post, path = "/v1/event-types/import", tag = "event types", request_body = EventTypeImport,
    responses((status = 200, description = "What was done, or would be", body = EventTypesImported))
)]
async fn import_event_types(
    State(server): State<Shared>,
    caller: ProjectWriter,
    body: JsonBody,
) -> Handled {
    let EventTypeImport {
        document,
        dry_run,
        force,
    } = body.parse()?;
    let project = caller.project();
    let read = server
        .schemas
        .apart(project, move || documents::read(&document));
    let (format, described) = read.await?.map_err(|fault| refused(&fault))?;
    let changes = changes(&server, project, described).await?;
    if !dry_run && !force {
        refuse_breaks(&changes)?;
    }
    let event_types = changes
        .iter()
        .map(|(change, _)| ImportedType::new(change))
        .collect();
    if !dry_run {
        store(&server, &caller, changes).await?;
    }
    Ok(reply::ok(&EventTypesImported {
        format,
        dry_run,
        event_types,
    }))
}

/// The event types that a document describes, as new ones.
pub(crate) async fn described_types(
    server: &Server,
    project: ProjectId,
    document: Value,
) -> Result<Vec<EventType>, Problem> {
    let read = server
        .schemas
        .apart(project, move || documents::read(&document));
    let (_, described) = read.await?.map_err(|fault| refused(&fault))?;
    let now = server.now();
    let mut types = Vec::with_capacity(described.len());
    for one in described {
        types.push(event_type(one, now));
    }
    Ok(types)
}

/// The changes that a document asks for, each with where its schema is.
async fn changes(
    server: &Server,
    project: ProjectId,
    described: Vec<DescribedType>,
) -> Result<Vec<(Change, String)>, Problem> {
    let now = server.now();
    let mut changes = Vec::with_capacity(described.len());
    for one in described {
        let (pointer, schema_pointer) = (one.pointer.clone(), one.schema_pointer.clone());
        let name = one.name.clone();
        let at = |problem: &Problem| {
            let place = match problem.is_about("/schema") {
                true => &schema_pointer,
                false => &pointer,
            };
            Problem::invalid(
                format!("/document{place}"),
                format!("event type `{name}`: {problem}"),
            )
        };
        check_name(&one.name)
            .map_err(|detail| Problem::invalid(format!("/document{pointer}"), detail))?;
        let before = server.store().event_type(project, &one.name).await;
        let before = before.map_err(failed_look_up)?;
        let event_type = EventType {
            // A document says nothing of it.
            retry: before.and_then(|before| before.retry.clone()),
            ..event_type(one, now)
        };
        check(&event_type).map_err(|problem| at(&problem))?;
        let change = Change::check(server, project, event_type).await;
        let change = change.map_err(|problem| match problem.status().as_u16() {
            422 => at(&problem),
            _ => problem,
        })?;
        changes.push((change, schema_pointer));
    }
    Ok(changes)
}

fn event_type(described: DescribedType, now: Timestamp) -> EventType {
    EventType {
        description: described.description,
        schema: described.schema,
        group: described.group,
        example: described.example,
        deprecated: described.deprecated,
        ..EventType::named(described.name, now)
    }
}

/// Refuses changes that break something, all of them at once.
fn refuse_breaks(changes: &[(Change, String)]) -> Result<(), Problem> {
    let breaking = changes
        .iter()
        .filter(|(change, _)| !change.breaks.is_empty());
    let problems: Vec<_> = breaking
        .map(|(change, pointer)| change.refused(&format!("/document{pointer}"), false))
        .collect();
    let Some(first) = problems.first() else {
        return Ok(());
    };
    let detail = match problems.len() {
        1 => first.to_string(),
        types => format!("{types} event types break what was promised; the first: {first}"),
    };
    let problem = problems
        .into_iter()
        .fold(Problem::new(Kind::BreakingChange, detail), Problem::and);
    Err(problem)
}

async fn store(
    server: &Server,
    caller: &ProjectWriter,
    changes: Vec<(Change, String)>,
) -> Result<Vec<Arc<EventType>>, crate::http::rejection::Rejection> {
    let is_new = |change: &Change| {
        let before = change.before.as_ref();
        before.is_none_or(|before| !before.says_the_same(&change.event_type))
    };
    let changes = changes.into_iter().map(|(change, _)| change).filter(is_new);
    let put: Vec<EventTypePut> = changes.map(Change::put).collect();
    match put.is_empty() {
        true => Ok(Vec::new()),
        false => Ok(caller
            .store(server)
            .put_event_types(caller.project(), put)
            .await?),
    }
}

fn refused(fault: &DocumentFault) -> Problem {
    Problem::invalid(format!("/document{}", fault.pointer), &fault.detail)
}
