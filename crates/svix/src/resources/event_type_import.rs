//! Event types from an OpenAPI document.

use axum::http::StatusCode;
use nuncio_domain::EventType;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    error::{self, Handled, SvixError},
    input,
    request::Request,
    resources::event_type,
};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ImportIn {
    #[serde(default)]
    dry_run: Option<bool>,
    #[serde(default)]
    replace_all: Option<bool>,
    #[serde(default)]
    spec: Option<Value>,
    #[serde(default)]
    spec_raw: Option<String>,
}

/// `POST /event-type/import/openapi`: each of the document's `webhooks` is a type, its schema version 1.
pub(crate) async fn import(request: &Request<'_>) -> Handled {
    request.caller.check_organization()?;
    let wish: ImportIn = input::parse(&request.body)?;
    if wish.replace_all == Some(true) {
        let msg = "is not supported: archive types one by one";
        return Err(SvixError::invalid("replace_all", msg));
    }
    let document = match (wish.spec, wish.spec_raw) {
        (Some(spec), None) => spec,
        (None, Some(raw)) => Value::String(raw),
        _ => return Err(SvixError::invalid("spec", "give one of spec and specRaw")),
    };
    let project = request.caller.project_id();
    let described = request
        .server
        .surface
        .described_types(project, document)
        .await?;
    let mut shown = Vec::with_capacity(described.len());
    let mut modified = Vec::with_capacity(described.len());
    for one in described {
        let name = event_type::read_name(one.name.as_str(), "spec.webhooks")?;
        let schemas = schemas(&one);
        shown.push(json!({
            "name": name,
            "description": one.description,
            "deprecated": one.deprecated,
            "groupName": one.group,
            "schemas": schemas,
        }));
        if wish.dry_run == Some(true) {
            continue;
        }
        let before = event_type::find(request, name.as_str()).await?;
        let mut after = event_type::after(before.as_deref(), name.clone(), request.now());
        after.description = one.description;
        after.deprecated = one.deprecated;
        after.group = one.group;
        after.shown_schemas = schemas;
        let archived = before
            .as_ref()
            .is_some_and(|before| before.archived_at.is_some());
        event_type::store(request, after, before.as_deref(), archived).await?;
        modified.push(name);
    }
    let data = json!({"modified": modified, "toModify": shown});
    Ok(error::json(StatusCode::OK, &json!({"data": data})))
}

fn schemas(one: &EventType) -> Option<Map<String, Value>> {
    let schema = one.schema.clone()?;
    Some(Map::from_iter([("1".to_owned(), schema)]))
}
