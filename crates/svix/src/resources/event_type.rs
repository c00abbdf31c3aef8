//! Event types: the project's catalog. Schemas by version are kept for readers; no message is checked against them.

use std::sync::Arc;

use axum::http::StatusCode;
use nuncio_domain::{EventType, EventTypeName, Timestamp};
use nuncio_store::{EventTypePut, Page, StoreError};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    error::{self, Handled, SvixError},
    ids::check_uid,
    input::{self, check_text, given},
    paging::{self, Order, Walk, Wanted},
    request::Request,
    resources::event_type_import,
    routes::{no_method, no_route},
};

/// The most that all schemas of a type may hold, bytes of JSON.
const SCHEMAS_BYTES_MAX: usize = 1024 * 1024;

pub(crate) async fn route(request: &Request<'_>, method: &str, segments: &[&str]) -> Handled {
    match (segments, method) {
        ([], "GET") => list(request).await,
        ([], "POST") => create(request).await,
        ([name], "GET") => {
            let found = visible(request, name).await?;
            Ok(error::json(
                StatusCode::OK,
                &EventTypeOut::new(&found, true),
            ))
        }
        ([name], "PUT") => put(request, name).await,
        ([name], "PATCH") => patch(request, name).await,
        (["import", "openapi"], "POST") => event_type_import::import(request).await,
        ([name], "DELETE") => delete(request, name).await,
        ([] | [_] | ["import", "openapi"], _) => Err(no_method()),
        _ => Err(no_route()),
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventTypeIn {
    name: String,
    #[serde(flatten)]
    said: Said,
}

/// What is said of a type, besides its name.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    description: String,
    #[serde(default)]
    archived: Option<bool>,
    #[serde(default)]
    deprecated: Option<bool>,
    #[serde(default)]
    schemas: Option<Map<String, Value>>,
    #[serde(default)]
    feature_flag: Option<String>,
    #[serde(default)]
    feature_flags: Option<Vec<String>>,
    #[serde(default)]
    group_name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventTypePatch {
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    archived: Option<bool>,
    #[serde(default)]
    deprecated: Option<bool>,
    #[serde(default, deserialize_with = "given")]
    schemas: Option<Option<Map<String, Value>>>,
    #[serde(default, deserialize_with = "given")]
    feature_flag: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    group_name: Option<Option<String>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct EventTypeOut<'a> {
    name: &'a EventTypeName,
    description: &'a str,
    archived: bool,
    deprecated: bool,
    schemas: Option<&'a Map<String, Value>>,
    feature_flag: Option<&'a str>,
    feature_flags: Vec<&'a str>,
    group_name: Option<&'a str>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl<'a> EventTypeOut<'a> {
    fn new(found: &'a EventType, with_content: bool) -> Self {
        Self {
            name: &found.name,
            description: &found.description,
            archived: found.archived_at.is_some(),
            deprecated: found.deprecated,
            schemas: found.shown_schemas.as_ref().filter(|_| with_content),
            feature_flag: found.feature_flag.as_deref(),
            feature_flags: found.feature_flag.iter().map(String::as_str).collect(),
            group_name: found.group.as_deref(),
            created_at: found.created_at,
            updated_at: found.updated_at,
        }
    }
}

/// An event type's name; `None` if it can be none.
pub(crate) fn parse_name(text: &str) -> Option<EventTypeName> {
    check_uid(text, "\0").ok()?;
    EventTypeName::parse(text).ok()
}

/// The same, as a body gives it.
pub(crate) fn read_name(text: &str, at: &str) -> Result<EventTypeName, SvixError> {
    let rule = "must be 1 to 256 letters, digits and - _ .";
    parse_name(text).ok_or_else(|| SvixError::invalid(at, rule))
}

/// A type by its name, whoever asks.
pub(crate) async fn find(
    request: &Request<'_>,
    name: &str,
) -> Result<Option<Arc<EventType>>, SvixError> {
    // Types of the first API may have other names.
    let Ok(name) = EventTypeName::parse(name) else {
        return Ok(None);
    };
    Ok(request
        .reader()
        .event_type(request.caller.project_id(), &name)
        .await?)
}

fn sees(request: &Request<'_>, found: &EventType) -> bool {
    let flags = request.caller.flags.as_ref();
    match (&found.feature_flag, flags) {
        (None, _) | (_, None) => true,
        (Some(flag), Some(flags)) => flags.contains(flag),
    }
}

async fn visible(request: &Request<'_>, name: &str) -> Result<Arc<EventType>, SvixError> {
    let found = find(request, name)
        .await?
        .filter(|found| sees(request, found));
    found.ok_or_else(SvixError::not_found)
}

async fn list(request: &Request<'_>) -> Handled {
    let with_archived = request.query.flag("include_archived")?.unwrap_or(false);
    let with_content = request.query.flag("with_content")?.unwrap_or(false);
    let wanted = Wanted::read(&request.query, parse_name)?;
    let last = EventTypeName::parse("~").map_err(|_| SvixError::internal())?;
    let walk = Walk::new(&wanted, Order::Stored, last);
    let (store, project) = (request.reader(), request.caller.project_id());
    let fetch = |page: Page<EventTypeName>| {
        let store = Arc::clone(&store);
        async move { store.event_types(project, page).await }
    };
    let keep = |found: &Arc<EventType>| {
        (with_archived || found.archived_at.is_none()) && sees(request, found)
    };
    let listed = paging::list(&wanted, Order::Stored, walk, fetch, keep, |found| {
        found.name.clone()
    })
    .await?;
    let ends = paging::ends(&listed.items, |found| found.name.to_string());
    let data = listed
        .items
        .iter()
        .map(|found| EventTypeOut::new(found, with_content))
        .collect();
    Ok(paging::answer(data, listed.done, ends))
}

impl Said {
    fn check(&self) -> Result<(), SvixError> {
        check_text("description", &self.description)?;
        check_schemas(self.schemas.as_ref())?;
        check_flag(self.feature_flag.as_deref())
    }

    fn flag(&self) -> Option<String> {
        let several = self.feature_flags.as_ref();
        self.feature_flag
            .clone()
            .or_else(|| several.and_then(|flags| flags.first().cloned()))
    }

    /// Puts it in the place of what was said before.
    fn lay_over(self, found: &mut EventType) {
        found.feature_flag = self.flag();
        found.description = self.description;
        found.deprecated = self.deprecated.unwrap_or(false);
        found.shown_schemas = self.schemas;
        found.group = self.group_name;
    }
}

fn check_schemas(schemas: Option<&Map<String, Value>>) -> Result<(), SvixError> {
    let Some(schemas) = schemas else {
        return Ok(());
    };
    let bytes = serde_json::to_vec(schemas).map_or(usize::MAX, |text| text.len());
    if bytes > SCHEMAS_BYTES_MAX {
        let msg = format!("{bytes} bytes of JSON: at most {SCHEMAS_BYTES_MAX} are allowed");
        return Err(SvixError::invalid("schemas", msg));
    }
    for (version, schema) in schemas {
        let is_schema = schema.is_object() || schema.is_boolean();
        if !is_schema || !jsonschema::draft7::meta::is_valid(schema) {
            let msg = format!("version `{version}` is not a valid JSON Schema");
            return Err(SvixError::invalid("schemas", msg));
        }
    }
    Ok(())
}

fn check_flag(flag: Option<&str>) -> Result<(), SvixError> {
    let Some(flag) = flag else {
        return Ok(());
    };
    check_uid(flag, "\0").map_err(|rule| SvixError::invalid("feature_flag", rule))
}

/// Stores a type, archived or not.
pub(crate) async fn store(
    request: &Request<'_>,
    event_type: EventType,
    before: Option<&EventType>,
    archived: bool,
) -> Result<Arc<EventType>, SvixError> {
    let (now, project) = (request.now(), request.caller.project_id());
    let name = event_type.name.clone();
    let put = EventTypePut {
        event_type,
        over: before.map(|before| before.schema_version),
    };
    let stored = request.writer().put_event_types(project, vec![put]).await?;
    let was_archived = before.is_some_and(|before| before.archived_at.is_some());
    if archived != was_archived {
        let archived_at = archived.then_some(now);
        let store = request.writer();
        return Ok(store
            .archive_event_type(project, &name, archived_at, now)
            .await?);
    }
    stored.into_iter().next().ok_or_else(SvixError::internal)
}

/// The type that is to be stored in the place of another.
pub(crate) fn after(before: Option<&EventType>, name: EventTypeName, now: Timestamp) -> EventType {
    match before {
        Some(before) => EventType {
            updated_at: now,
            ..before.clone()
        },
        None => EventType::named(name, now),
    }
}

async fn create(request: &Request<'_>) -> Handled {
    request.caller.check_organization()?;
    let wish: EventTypeIn = input::parse(&request.body)?;
    let name = read_name(&wish.name, "name")?;
    wish.said.check()?;
    let before = find(request, name.as_str()).await?;
    if before
        .as_ref()
        .is_some_and(|before| before.archived_at.is_none())
    {
        let detail = "An event_type with this name already exists";
        return Err(SvixError::new(
            StatusCode::CONFLICT,
            "event_type_exists",
            detail,
        ));
    }
    let mut event_type = after(before.as_deref(), name, request.now());
    let archived = wish.said.archived.unwrap_or(false);
    wish.said.lay_over(&mut event_type);
    let stored = store(request, event_type, before.as_deref(), archived).await;
    let stored = stored.map_err(|error| match error {
        SvixError::Plain { status, detail, .. } if status == StatusCode::CONFLICT => {
            SvixError::new(status, "event_type_exists", detail)
        }
        other => other,
    })?;
    Ok(error::json(
        StatusCode::CREATED,
        &EventTypeOut::new(&stored, true),
    ))
}

async fn put(request: &Request<'_>, name: &str) -> Handled {
    request.caller.check_organization()?;
    let said: Said = input::parse(&request.body)?;
    let name = read_name(name, "name")?;
    said.check()?;
    let before = find(request, name.as_str()).await?;
    let status = match before {
        Some(_) => StatusCode::OK,
        None => StatusCode::CREATED,
    };
    let mut event_type = after(before.as_deref(), name, request.now());
    let archived = said.archived.unwrap_or(false);
    said.lay_over(&mut event_type);
    let stored = store(request, event_type, before.as_deref(), archived).await?;
    Ok(error::json(status, &EventTypeOut::new(&stored, true)))
}

async fn patch(request: &Request<'_>, name: &str) -> Handled {
    request.caller.check_organization()?;
    let wish: EventTypePatch = input::parse_optional(&request.body)?;
    let before = find(request, name)
        .await?
        .ok_or_else(SvixError::not_found)?;
    if let Some(description) = &wish.description {
        check_text("description", description)?;
    }
    check_schemas(wish.schemas.as_ref().and_then(Option::as_ref))?;
    check_flag(wish.feature_flag.as_ref().and_then(Option::as_deref))?;
    let mut event_type = after(Some(&before), before.name.clone(), request.now());
    if let Some(description) = wish.description {
        event_type.description = description;
    }
    if let Some(deprecated) = wish.deprecated {
        event_type.deprecated = deprecated;
    }
    if let Some(schemas) = wish.schemas {
        event_type.shown_schemas = schemas;
    }
    if let Some(flag) = wish.feature_flag {
        event_type.feature_flag = flag;
    }
    if let Some(group) = wish.group_name {
        event_type.group = group;
    }
    let archived = wish.archived.unwrap_or(before.archived_at.is_some());
    let stored = store(request, event_type, Some(&before), archived).await?;
    Ok(error::json(
        StatusCode::OK,
        &EventTypeOut::new(&stored, true),
    ))
}

async fn delete(request: &Request<'_>, name: &str) -> Handled {
    request.caller.check_organization()?;
    let expunge = request.query.flag("expunge")?.unwrap_or(false);
    let found = find(request, name)
        .await?
        .ok_or_else(SvixError::not_found)?;
    let (now, project) = (request.now(), request.caller.project_id());
    let store = request.writer();
    let done = match expunge {
        true => store.delete_event_type(project, &found.name).await,
        false => {
            let archived = store
                .archive_event_type(project, &found.name, Some(now), now)
                .await;
            archived.map(drop)
        }
    };
    match done {
        Ok(()) | Err(StoreError::NotFound) => Ok(error::empty(StatusCode::NO_CONTENT)),
        Err(error) => Err(error.into()),
    }
}
