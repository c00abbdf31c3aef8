//! The TypeScript type of what fits a JSON Schema. What TypeScript can't say is left out: the type is then wider than the
//! schema, never narrower.

use std::cell::Cell;

use serde_json::{Map, Value};

/// Deeper schemas are `unknown` from there on; also what ends references in a circle.
const DEPTH_MAX: u32 = 12;

/// How many schemas are looked at for one type: references can make a small text stand for an endless one.
const SCHEMAS_MAX: u32 = 2_000;

/// The type of a schema.
pub(super) fn type_of(schema: &Value) -> String {
    let left = Cell::new(SCHEMAS_MAX);
    of(schema, schema, 0, &left)
}

fn of(schema: &Value, root: &Value, depth: u32, left: &Cell<u32>) -> String {
    left.set(left.get().saturating_sub(1));
    let Some(object) = schema
        .as_object()
        .filter(|_| depth < DEPTH_MAX && left.get() > 0)
    else {
        return "unknown".to_owned();
    };
    let inner = |schema: &Value| of(schema, root, depth + 1, left);
    if let Some(reference) = object.get("$ref").and_then(Value::as_str) {
        let target = reference
            .strip_prefix('#')
            .and_then(|pointer| root.pointer(pointer));
        return target.map_or_else(|| "unknown".to_owned(), inner);
    }
    if let Some(value) = object.get("const") {
        return literal(value);
    }
    if let Some(values) = object.get("enum").and_then(Value::as_array) {
        return union(values.iter().map(literal));
    }
    for word in ["oneOf", "anyOf"] {
        if let Some(choices) = object.get(word).and_then(Value::as_array) {
            return union(choices.iter().map(inner));
        }
    }
    match object.get("type") {
        Some(Value::String(name)) => named(name, object, &inner),
        Some(Value::Array(names)) => union(
            names
                .iter()
                .filter_map(Value::as_str)
                .map(|name| named(name, object, &inner)),
        ),
        _ if object.contains_key("properties") => named("object", object, &inner),
        _ => "unknown".to_owned(),
    }
}

fn named(name: &str, schema: &Map<String, Value>, inner: &dyn Fn(&Value) -> String) -> String {
    match name {
        "string" | "boolean" | "null" => name.to_owned(),
        "integer" | "number" => "number".to_owned(),
        "array" => match schema.get("items") {
            Some(items) => format!("Array<{}>", inner(items)),
            None => "unknown[]".to_owned(),
        },
        "object" => members(schema, inner),
        _ => "unknown".to_owned(),
    }
}

fn members(schema: &Map<String, Value>, inner: &dyn Fn(&Value) -> String) -> String {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return match schema.get("additionalProperties") {
            Some(values @ Value::Object(_)) => format!("Record<string, {}>", inner(values)),
            _ => "Record<string, unknown>".to_owned(),
        };
    };
    let required: Vec<_> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let member = |(name, schema): (&String, &Value)| {
        let optional = if required.contains(&name.as_str()) {
            ""
        } else {
            "?"
        };
        format!(
            "{}{optional}: {}",
            Value::from(name.as_str()),
            inner(schema)
        )
    };
    let members: Vec<_> = properties.iter().map(member).collect();
    match members.is_empty() {
        true => "Record<string, unknown>".to_owned(),
        false => format!("{{ {} }}", members.join("; ")),
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::Array(_) | Value::Object(_) => "unknown".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::Null | Value::Bool(_) | Value::String(_) => value.to_string(),
    }
}

fn union(types: impl Iterator<Item = String>) -> String {
    let mut all: Vec<_> = types.collect();
    let mut seen = std::collections::HashSet::new();
    all.retain(|one| seen.insert(one.clone()));
    match all.as_slice() {
        [] => "unknown".to_owned(),
        all if all.iter().any(|one| one == "unknown") => "unknown".to_owned(),
        all => all.join(" | "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn types_of_schemas() {
        let check =
            |schema: Value, expected: &str| assert_eq!(type_of(&schema), expected, "{schema}");
        check(json!({"type": "string"}), "string");
        check(json!({"type": ["integer", "null"]}), "number | null");
        check(json!({"enum": ["a", "b", null]}), "\"a\" | \"b\" | null");
        check(
            json!({"type": "array", "items": {"type": "number"}}),
            "Array<number>",
        );
        check(
            json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}, "n": {"type": "integer"}}}),
            "{ \"id\": string; \"n\"?: number }",
        );
        check(
            json!({"type": "object", "additionalProperties": {"type": "string"}}),
            "Record<string, string>",
        );
        check(
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"const": true}}}),
            "true",
        );
        check(
            json!({"oneOf": [{"type": "string"}, {"not": {}}]}),
            "unknown",
        );
        check(json!(true), "unknown");
    }

    #[test]
    fn a_schema_that_refers_to_itself_ends() {
        let children = (0..20).map(|n| (n.to_string(), json!({"$ref": "#"})));
        let children: Map<_, _> = children.collect();
        let schema = json!({"type": "object", "properties": children});
        assert!(type_of(&schema).len() < 200_000);
    }
}
