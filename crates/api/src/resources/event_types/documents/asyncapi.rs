//! AsyncAPI 3: an event type is a message of a channel, whose payload is the event's data.

use std::collections::HashMap;

use nuncio_domain::{EventType, EventTypeName};
use serde_json::{Map, Value, json};

use super::{
    About, DescribedType, DocumentFault, EventTypeDocument,
    openapi::component,
    references::{Document, Place},
    slug::Slugs,
    text,
};

/// The channel of an exported document.
const CHANNEL: &str = "webhooks";
/// What marks a deprecated message: AsyncAPI has no word for it.
const DEPRECATED: &str = "x-deprecated";
/// A payload that is `true` or `false`: its own validator wants an object.
const BOOLEAN: &str = "x-boolean-schema";

pub(super) fn read(document: &Document<'_>) -> Result<Vec<DescribedType>, DocumentFault> {
    let mut found: Vec<DescribedType> = Vec::new();
    let mut places: HashMap<String, String> = HashMap::new();
    for (key, place) in messages(document)? {
        let message = document.resolve(place)?;
        let name = match text(message.value, "name") {
            empty if empty.is_empty() => key.to_owned(),
            name => name,
        };
        match places.get(&name) {
            Some(other) if *other == message.pointer => continue,
            Some(other) => {
                let detail = format!("`{name}` is described twice, also at `{other}`");
                return Err(DocumentFault::new(message.pointer, detail));
            }
            None => drop(places.insert(name.clone(), message.pointer.clone())),
        }
        found.push(described(document, &name, &message)?);
    }
    Ok(found)
}

/// The messages of all channels; without channels, those among the components.
fn messages<'a>(document: &Document<'a>) -> Result<Vec<(&'a str, Place<'a>)>, DocumentFault> {
    let mut messages = Vec::new();
    let channels = document.whole().member("channels");
    for (_, channel) in channels.iter().flat_map(Place::members) {
        let channel = document.resolve(channel)?;
        messages.extend(channel.member("messages").iter().flat_map(Place::members));
    }
    if messages.is_empty() {
        let components = document.whole().member("components");
        let named = components.and_then(|components| components.member("messages"));
        messages.extend(named.iter().flat_map(Place::members));
    }
    Ok(messages)
}

fn described<'a>(
    document: &Document<'a>,
    name: &str,
    message: &Place<'a>,
) -> Result<DescribedType, DocumentFault> {
    let pointer = message.pointer.clone();
    let name = EventTypeName::parse(name);
    let name = name.map_err(|error| DocumentFault::new(&*pointer, error.to_string()))?;
    let payload = message
        .member("payload")
        .map(|payload| schema(document, payload));
    let payload = payload.transpose()?;
    let schema_pointer = payload
        .as_ref()
        .map_or(&pointer, |payload| &payload.pointer);
    let tag = message
        .member("tags")
        .and_then(|tags| tags.items().into_iter().next());
    let tag = tag.map(|tag| document.resolve(tag)).transpose()?;
    let mut fields = ["description", "summary", "title"].iter();
    let description = fields.find_map(|field| message.value.get(*field)?.as_str());
    let example = message
        .member("examples")
        .and_then(|all| all.items().into_iter().next());
    Ok(DescribedType {
        name,
        description: description.unwrap_or_default().to_owned(),
        group: tag.and_then(|tag| Some(tag.value.get("name")?.as_str()?.to_owned())),
        example: example.and_then(|example| example.value.get("payload").cloned()),
        deprecated: message.value.get(DEPRECATED) == Some(&Value::Bool(true)),
        schema_pointer: schema_pointer.clone(),
        pointer,
        schema: payload
            .map(|payload| document.schema(payload))
            .transpose()?
            .map(from_object),
    })
}

/// The schema of a payload, which may say in which language it is.
fn schema<'a>(document: &Document<'a>, payload: Place<'a>) -> Result<Place<'a>, DocumentFault> {
    let resolved = document.resolve(payload.clone())?;
    let Some(format) = resolved.value.get("schemaFormat").and_then(Value::as_str) else {
        return Ok(payload);
    };
    let is_json_schema = ["application/vnd.aai.asyncapi", "application/schema+"]
        .iter()
        .any(|start| format.starts_with(start));
    if !is_json_schema {
        let at = format!("{}/schemaFormat", resolved.pointer);
        let detail = format!("schemas in `{format}` are not supported: JSON Schema is");
        return Err(DocumentFault::new(at, detail));
    }
    let at = resolved.pointer.clone();
    resolved
        .member("schema")
        .ok_or_else(|| DocumentFault::new(at, "has no `schema`"))
}

pub(super) fn write(about: &About<'_>, types: &[&EventType]) -> EventTypeDocument {
    let (mut messages, mut schemas) = (Map::new(), Map::new());
    let (mut message_slugs, mut schema_slugs) = (Slugs::default(), Slugs::default());
    for event_type in types {
        let slug = message_slugs.take(event_type.name.as_str());
        let payload = event_type.schema.as_ref().map(|schema| {
            let name = event_type.name.as_str();
            let schema = as_object(schema);
            json!({ "$ref": component(&mut schemas, &mut schema_slugs, name, &schema) })
        });
        messages.insert(slug, message(event_type, payload));
    }
    let refer = |to: &str| -> Map<String, Value> {
        let names = messages.keys();
        names
            .map(|slug| (slug.clone(), json!({ "$ref": format!("{to}/{slug}") })))
            .collect()
    };
    let of_channel = refer("#/components/messages");
    let of_operation: Vec<Value> = refer(&format!("#/channels/{CHANNEL}/messages"))
        .into_iter()
        .map(|(_, reference)| reference)
        .collect();
    let channel = json!({
        "address": null, "description": "The URL of an endpoint", "messages": of_channel
    });
    let send = json!({
        "action": "send", "channel": {"$ref": format!("#/channels/{CHANNEL}")}, "messages": of_operation
    });
    EventTypeDocument {
        asyncapi: Some("3.0.0"),
        channels: Some(json!({ CHANNEL: channel })),
        operations: Some(json!({ "send": send })),
        components: Some(json!({"messages": messages, "schemas": schemas})),
        ..about.document()
    }
}

fn message(event_type: &EventType, payload: Option<Value>) -> Value {
    let mut message = Map::new();
    message.insert("name".to_owned(), event_type.name.as_str().into());
    if !event_type.description.is_empty() {
        message.insert(
            "description".to_owned(),
            event_type.description.clone().into(),
        );
    }
    if let Some(group) = &event_type.group {
        message.insert("tags".to_owned(), json!([{ "name": group }]));
    }
    message.insert("contentType".to_owned(), "application/json".into());
    if let Some(payload) = payload {
        message.insert("payload".to_owned(), payload);
    }
    if let Some(example) = &event_type.example {
        message.insert("examples".to_owned(), json!([{ "payload": example }]));
    }
    if event_type.deprecated {
        message.insert(DEPRECATED.to_owned(), true.into());
    }
    message.insert(
        "x-schema-version".to_owned(),
        event_type.schema_version.into(),
    );
    Value::Object(message)
}

fn as_object(schema: &Value) -> Value {
    match schema {
        Value::Bool(true) => json!({ BOOLEAN: true }),
        Value::Bool(false) => json!({BOOLEAN: false, "not": {}}),
        other => other.clone(),
    }
}

fn from_object(schema: Value) -> Value {
    match schema.get(BOOLEAN) {
        Some(Value::Bool(allowed)) => Value::Bool(*allowed),
        _ => schema,
    }
}
