//! What does a JSON Schema of `openapi.json` say? As much of the language as the server's own schemas use.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use super::api::{Field, Shape, Type};

/// What a value holds, and whether it may be null.
pub(super) fn read(schema: &Value) -> Result<(Type, bool)> {
    if let Some(name) = reference(schema) {
        return Ok((Type::Named(name.to_owned()), false));
    }
    if let Some(alternatives) = schema["oneOf"].as_array() {
        return match alternatives.as_slice() {
            [of, null] if is_null(null) => Ok((read(of)?.0, true)),
            _ => bail!("only a type or null is understood in a field: {schema}"),
        };
    }
    let (kind, nullable) = kind(schema)?;
    let holds = match kind {
        None => Type::Any,
        Some("string") if schema["format"] == "date-time" => Type::Time,
        Some("string") => Type::Text,
        Some("integer") if schema["format"] == "int64" => Type::Integer { bits: 64 },
        Some("integer") => Type::Integer { bits: 32 },
        Some("number") => Type::Number,
        Some("boolean") => Type::Boolean,
        Some("array") => Type::List(Box::new(read(&schema["items"])?.0)),
        Some("object") => map(&schema["additionalProperties"])?,
        Some(other) => bail!("unknown type {other}"),
    };
    Ok((holds, nullable))
}

/// What a named type looks like; `schemas` are all of them, for those that are put together.
pub(super) fn shape(schema: &Value, schemas: &Value) -> Result<Shape> {
    if let Some(words) = schema["enum"].as_array() {
        let words = words.iter().map(|word| Some(word.as_str()?.to_owned()));
        return Ok(Shape::Words(
            words.collect::<Option<_>>().context("an enum of texts")?,
        ));
    }
    match schema["oneOf"].as_array() {
        Some(alternatives) => Ok(Shape::Either(
            alternatives
                .iter()
                .map(|alternative| fields(alternative, schemas))
                .collect::<Result<_>>()?,
        )),
        None => Ok(Shape::Fields(fields(schema, schemas)?)),
    }
}

fn fields(schema: &Value, schemas: &Value) -> Result<Vec<Field>> {
    if let Some(name) = reference(schema) {
        return fields(&schemas[name], schemas);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let parts = parts.iter().map(|part| fields(part, schemas));
        return Ok(parts.collect::<Result<Vec<_>>>()?.concat());
    }
    let properties = schema["properties"]
        .as_object()
        .context("an object has properties")?;
    properties
        .iter()
        .map(|(name, property)| {
            let (holds, nullable) = read(property).with_context(|| name.clone())?;
            Ok(Field {
                name: name.clone(),
                doc: doc(property),
                holds,
                required: is_required(schema, name),
                nullable,
                is_secret: is_secret(name, property),
            })
        })
        .collect()
}

/// A password, as OpenAPI calls whatever should not be shown; or headers, among which a credential may be, unless the server
/// has masked their values: then they may be anything.
fn is_secret(name: &str, property: &Value) -> bool {
    let holds_values = property["additionalProperties"] != serde_json::json!({});
    property["format"] == "password" || (name == "headers" && holds_values)
}

fn is_required(schema: &Value, name: &str) -> bool {
    let required = schema["required"].as_array();
    required.is_some_and(|names| names.iter().any(|required| required == name))
}

/// A field's own words, else those beside the type that it may have.
fn doc(property: &Value) -> String {
    let own = property["description"].as_str();
    let inner = property["oneOf"][0]["description"].as_str();
    own.or(inner).unwrap_or_default().to_owned()
}

fn map(values: &Value) -> Result<Type> {
    let (of, nullable) = match values {
        Value::Null | Value::Bool(_) => (Type::Any, false),
        schema => read(schema)?,
    };
    Ok(Type::Map {
        of: Box::new(of),
        nullable,
    })
}

/// The type's name, and whether it is that or null.
fn kind(schema: &Value) -> Result<(Option<&str>, bool)> {
    match &schema["type"] {
        Value::Null => Ok((None, false)),
        Value::String(kind) => Ok((Some(kind), false)),
        Value::Array(kinds) => match kinds.as_slice() {
            [Value::String(kind), null] if null == "null" => Ok((Some(kind), true)),
            _ => bail!("only a type or null is understood: {kinds:?}"),
        },
        other => bail!("not a type: {other}"),
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

fn is_null(schema: &Value) -> bool {
    schema["type"] == "null"
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_passwords_and_headers_with_their_values() {
        let check = |name: &str, property: Value, expected: bool| {
            assert_eq!(is_secret(name, &property), expected, "{name}: {property}");
        };
        check(
            "secret",
            json!({"type": ["string", "null"], "format": "password"}),
            true,
        );
        check("secret", json!({"type": "string"}), false);
        check(
            "headers",
            json!({"additionalProperties": {"type": "string"}}),
            true,
        );
        check("headers", json!({"type": "array", "items": {}}), true);
        check("headers", json!({"additionalProperties": {}}), false);
        check(
            "request_headers",
            json!({"type": "array", "items": {}}),
            false,
        );
    }

    #[test]
    fn field_holds_what_its_schema_says() {
        fn check(schema: Value, expected: (Type, bool)) {
            assert_eq!(read(&schema).expect("it is understood"), expected);
        }
        let named = |name: &str| Type::Named(name.to_owned());
        check(json!({"type": "string"}), (Type::Text, false));
        check(
            json!({"type": ["string", "null"], "format": "date-time"}),
            (Type::Time, true),
        );
        check(json!({"description": "whatever"}), (Type::Any, false));
        check(
            json!({"oneOf": [{"$ref": "#/components/schemas/Retry"}, {"type": "null"}]}),
            (named("Retry"), true),
        );
        check(
            json!({"type": "array", "items": {"$ref": "#/components/schemas/Header"}}),
            (Type::List(Box::new(named("Header"))), false),
        );
        check(
            json!({"type": "object", "additionalProperties": {"type": ["string", "null"]}}),
            (
                Type::Map {
                    of: Box::new(Type::Text),
                    nullable: true,
                },
                false,
            ),
        );
    }

    #[test]
    fn what_clients_could_not_have_is_an_error() {
        for schema in [
            json!({"type": "tuple"}),
            json!({"type": ["string", "integer"]}),
            json!({"oneOf": [{"type": "string"}, {"type": "integer"}]}),
        ] {
            assert!(read(&schema).is_err(), "{schema}");
        }
    }

    #[test]
    fn parts_of_an_object_are_put_together() {
        let schemas = json!({
            "Event": {"properties": {"id": {"type": "string"}}, "required": ["id"]},
        });
        let detail = json!({"allOf": [
            {"$ref": "#/components/schemas/Event"},
            {"properties": {"data": {}}},
        ]});
        let Shape::Fields(fields) = shape(&detail, &schemas).expect("it is understood") else {
            panic!("an object has fields");
        };
        let facts: Vec<(&str, bool)> = fields
            .iter()
            .map(|field| (field.name.as_str(), field.required))
            .collect();
        assert_eq!(facts, [("id", true), ("data", false)]);
    }
}
