//! OpenAPI 3.1: an event type is one of its `webhooks`, whose request body is the event's data.

use nuncio_domain::{EventType, EventTypeName};
use serde_json::{Map, Value, json};

use super::{
    About, DescribedType, DocumentFault, EventTypeDocument,
    references::{Document, Place, reference, rewritten},
    slug::Slugs,
    text,
};
use crate::http::body::escape;

const METHODS: [&str; 8] = [
    "post", "put", "patch", "get", "delete", "options", "head", "trace",
];

pub(super) fn read(document: &Document<'_>) -> Result<Vec<DescribedType>, DocumentFault> {
    let webhooks = document.whole().member("webhooks").ok_or_else(|| {
        let detail =
            "the document has no `webhooks`: event types are read from them, not from `paths`";
        DocumentFault::new("", detail)
    })?;
    let webhooks = webhooks.members().into_iter();
    webhooks
        .map(|(name, item)| webhook(document, name, item))
        .collect()
}

fn webhook<'a>(
    document: &Document<'a>,
    name: &str,
    item: Place<'a>,
) -> Result<DescribedType, DocumentFault> {
    let pointer = item.pointer.clone();
    let name = EventTypeName::parse(name);
    let name = name.map_err(|error| DocumentFault::new(&*pointer, error.to_string()))?;
    let item = document.resolve(item)?;
    let operation = METHODS.iter().find_map(|method| item.member(method));
    let operation = operation.ok_or_else(|| {
        DocumentFault::new(
            &*item.pointer,
            "the webhook has no operation, such as `post`",
        )
    })?;
    let content = content(document, &operation)?;
    let schema = content
        .as_ref()
        .and_then(|content| content.member("schema"));
    let schema_pointer = schema
        .as_ref()
        .map_or(&operation.pointer, |schema| &schema.pointer);
    let tags = operation.value.get("tags").and_then(Value::as_array);
    let group = tags.and_then(|tags| tags.first()?.as_str());
    let description = match text(operation.value, "description") {
        empty if empty.is_empty() => text(operation.value, "summary"),
        description => description,
    };
    Ok(DescribedType {
        name,
        description,
        group: group.map(str::to_owned),
        example: match &content {
            Some(content) => example(document, content)?,
            None => None,
        },
        deprecated: operation.value.get("deprecated") == Some(&Value::Bool(true)),
        pointer,
        schema_pointer: schema_pointer.clone(),
        schema: schema.map(|schema| document.schema(schema)).transpose()?,
    })
}

/// What the request body holds, as JSON.
fn content<'a>(
    document: &Document<'a>,
    operation: &Place<'a>,
) -> Result<Option<Place<'a>>, DocumentFault> {
    let Some(body) = operation.member("requestBody") else {
        return Ok(None);
    };
    let body = document.resolve(body)?;
    let Some(content) = body.member("content") else {
        return Ok(None);
    };
    let is_json = |media: &str| {
        let essence = media.split(';').next().unwrap_or_default().trim();
        essence.eq_ignore_ascii_case("application/json")
            || essence.ends_with("+json")
            || essence == "*/*"
    };
    let types = content.members();
    if types.is_empty() {
        return Ok(None);
    }
    let exact = types.iter().find(|(media, _)| *media == "application/json");
    let found = exact.or_else(|| types.iter().find(|(media, _)| is_json(media)));
    match found {
        Some((_, place)) => Ok(Some(place.clone())),
        None => {
            let given: Vec<_> = types.iter().map(|(media, _)| *media).collect();
            let detail = format!("the request body is no JSON but {}", given.join(", "));
            Err(DocumentFault::new(content.pointer, detail))
        }
    }
}

fn example<'a>(
    document: &Document<'a>,
    content: &Place<'a>,
) -> Result<Option<Value>, DocumentFault> {
    if let Some(example) = content.value.get("example") {
        return Ok(Some(example.clone()));
    }
    let named = content.member("examples");
    let first = named.and_then(|named| named.members().into_iter().next());
    if let Some((_, first)) = first {
        let first = document.resolve(first)?;
        return Ok(first.value.get("value").cloned());
    }
    let Some(schema) = content.member("schema") else {
        return Ok(None);
    };
    let schema = document.resolve(schema)?;
    let of_schema = schema
        .value
        .get("examples")
        .and_then(|examples| examples.get(0));
    Ok(of_schema.or_else(|| schema.value.get("example")).cloned())
}

pub(super) fn write(about: &About<'_>, types: &[&EventType]) -> EventTypeDocument {
    let (mut webhooks, mut schemas, mut slugs) = (Map::new(), Map::new(), Slugs::default());
    for event_type in types {
        let mut content = Map::new();
        if let Some(schema) = &event_type.schema {
            let at = component(&mut schemas, &mut slugs, event_type.name.as_str(), schema);
            content.insert("schema".to_owned(), json!({ "$ref": at }));
        }
        if let Some(example) = &event_type.example {
            content.insert("example".to_owned(), example.clone());
        }
        let webhook = json!({ "post": operation(event_type, content) });
        webhooks.insert(event_type.name.as_str().to_owned(), webhook);
    }
    let components = (!schemas.is_empty()).then(|| json!({ "schemas": schemas }));
    EventTypeDocument {
        openapi: Some("3.1.0"),
        webhooks: Some(Value::Object(webhooks)),
        components,
        ..about.document()
    }
}

fn operation(event_type: &EventType, content: Map<String, Value>) -> Value {
    let mut operation = Map::new();
    if !event_type.description.is_empty() {
        operation.insert(
            "description".to_owned(),
            event_type.description.clone().into(),
        );
    }
    if let Some(group) = &event_type.group {
        operation.insert("tags".to_owned(), json!([group]));
    }
    if event_type.deprecated {
        operation.insert("deprecated".to_owned(), true.into());
    }
    operation.insert(
        "x-schema-version".to_owned(),
        event_type.schema_version.into(),
    );
    let body = json!({
        "description": "The event's `data`", "required": true, "content": {"application/json": content}
    });
    operation.insert("requestBody".to_owned(), body);
    let responses = json!({"2XX": {"description": "The event was received"}});
    operation.insert("responses".to_owned(), responses);
    Value::Object(operation)
}

/// Puts a schema among the components; returns the reference to it.
pub(super) fn component(
    schemas: &mut Map<String, Value>,
    slugs: &mut Slugs,
    name: &str,
    schema: &Value,
) -> String {
    let slug = slugs.take(name);
    let at = format!("/components/schemas/{}", escape(&slug));
    let plain = nuncio_schema::with_plain_references(schema);
    let moved = rewritten::<std::convert::Infallible>(&plain, &mut |_| Ok(()), &mut |text| {
        let own = text.strip_prefix('#');
        Ok(own.map_or_else(
            || text.to_owned(),
            |rest| format!("{}{rest}", reference(&at)),
        ))
    });
    let Ok(moved) = moved;
    schemas.insert(slug, moved);
    reference(&at)
}
