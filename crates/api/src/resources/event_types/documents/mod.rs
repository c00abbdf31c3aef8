//! Event types as other programs describe them: OpenAPI 3.1 `webhooks` and AsyncAPI 3.

mod asyncapi;
mod bundle;
mod fault;
mod openapi;
mod references;
mod slug;
mod yaml;

use nuncio_domain::{EventType, EventTypeName};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

pub(super) use self::fault::DocumentFault;
use self::references::Document;

/// Event types of one document: one commit of a bounded size.
const TYPES_MAX: usize = 1_000;

/// Which kind of document it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum DocumentFormat {
    /// OpenAPI 3.1: event types are its `webhooks`.
    #[default]
    Openapi,
    /// AsyncAPI 3: event types are its messages.
    Asyncapi,
}

/// An event type as a document describes it.
#[derive(Debug)]
pub(super) struct DescribedType {
    pub(super) name: EventTypeName,
    pub(super) description: String,
    pub(super) schema: Option<Value>,
    pub(super) group: Option<String>,
    pub(super) example: Option<Value>,
    pub(super) deprecated: bool,
    /// JSON pointer to it in the document.
    pub(super) pointer: String,
    /// JSON pointer to its schema.
    pub(super) schema_pointer: String,
}

/// Reads a document, which is given as JSON, or as the text of a JSON or YAML file.
pub(super) fn read(
    document: &Value,
) -> Result<(DocumentFormat, Vec<DescribedType>), DocumentFault> {
    let parsed;
    let root = match document {
        Value::String(text) => {
            // JSON is YAML, but its numbers are better read as what they are.
            parsed = match serde_json::from_str(text) {
                Ok(value) => value,
                Err(_) => yaml::parse(text).map_err(|detail| DocumentFault::new("", detail))?,
            };
            &parsed
        }
        other => other,
    };
    let document = Document::new(root);
    let version = |field: &str| match root.get(field) {
        Some(Value::String(version)) => Some(version.clone()),
        // So YAML reads `3.1`.
        Some(Value::Number(version)) => Some(version.to_string()),
        _ => None,
    };
    let (format, types) = match (version("openapi"), version("asyncapi")) {
        (Some(version), _) if version == "3.1" || version.starts_with("3.1.") => {
            (DocumentFormat::Openapi, openapi::read(&document)?)
        }
        (Some(version), _) => {
            let detail =
                format!("OpenAPI {version} is not supported: 3.1 is the version with `webhooks`");
            return Err(DocumentFault::new("/openapi", detail));
        }
        (None, Some(version)) if version.starts_with("3.") => {
            (DocumentFormat::Asyncapi, asyncapi::read(&document)?)
        }
        (None, Some(version)) => {
            let detail = format!("AsyncAPI {version} is not supported: convert it to version 3");
            return Err(DocumentFault::new("/asyncapi", detail));
        }
        (None, None) => {
            let detail = "is neither an OpenAPI 3.1 document (`openapi: 3.1.0`) nor an AsyncAPI 3 one (`asyncapi: 3.0.0`)";
            return Err(DocumentFault::new("", detail));
        }
    };
    if types.len() > TYPES_MAX {
        let detail = format!(
            "{} event types: at most {TYPES_MAX} are allowed",
            types.len()
        );
        return Err(DocumentFault::new("", detail));
    }
    Ok((format, types))
}

/// The catalog as a document for other programs.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(super) struct EventTypeDocument {
    /// The version of OpenAPI, for `format=openapi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    openapi: Option<&'static str>,
    /// The version of AsyncAPI, for `format=asyncapi`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    asyncapi: Option<&'static str>,
    /// What the document is about.
    #[schema(value_type = Value)]
    info: Value,
    /// OpenAPI: the event types by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    webhooks: Option<Value>,
    /// AsyncAPI: the endpoints.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    channels: Option<Value>,
    /// AsyncAPI: what is sent to them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    operations: Option<Value>,
    /// Schemas, and for AsyncAPI the event types as messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Value>)]
    components: Option<Value>,
}

/// What a document says of the catalog as a whole.
#[derive(Debug)]
pub(super) struct About<'a> {
    /// The project's name.
    pub(super) title: &'a str,
    /// The name of the dialect that its events are sent in.
    pub(super) dialect: &'a str,
}

impl About<'_> {
    fn document(&self) -> EventTypeDocument {
        let description = format!(
            "The events of {}. A schema is that of an event's `data`; the dialect `{}` says what is around it.",
            self.title, self.dialect
        );
        EventTypeDocument {
            info: json!({"title": self.title, "version": "1", "description": description}),
            ..EventTypeDocument::default()
        }
    }
}

/// Writes the catalog as a document.
pub(super) fn write(
    format: DocumentFormat,
    about: &About<'_>,
    types: &[&EventType],
) -> EventTypeDocument {
    match format {
        DocumentFormat::Openapi => openapi::write(about, types),
        DocumentFormat::Asyncapi => asyncapi::write(about, types),
    }
}

/// A text of an object, empty if it has none.
fn text(object: &Value, field: &str) -> String {
    let text = object.get(field).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests;
