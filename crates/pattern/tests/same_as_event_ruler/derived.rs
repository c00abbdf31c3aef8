//! Patterns that are made for an event, and often match it.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// A pattern over some of the event's fields, as text; nothing if it has none.
pub(crate) fn pattern(random: &mut Random, event: &str) -> Option<String> {
    let event: Map<String, Value> = serde_json::from_str(event).unwrap();
    let pattern = object(random, &event)?;
    Some(Value::Object(pattern).to_string())
}

fn object(random: &mut Random, event: &Map<String, Value>) -> Option<Map<String, Value>> {
    let members = event.iter();
    let chosen = members.filter(|_| !random.once_in(3)).collect::<Vec<_>>();
    let fields = chosen.into_iter().filter_map(|(name, value)| {
        let field = field(random, value)?;
        Some((name.clone(), field))
    });
    let fields: Map<String, Value> = fields.collect();
    (!fields.is_empty()).then_some(fields)
}

fn field(random: &mut Random, value: &Value) -> Option<Value> {
    match value {
        Value::Object(object_below) => object(random, object_below).map(Value::Object),
        Value::Array(elements) if elements.is_empty() => Some(json!([{"exists": false}])),
        Value::Array(elements) => {
            let chosen = random.below(elements.len());
            field(random, &elements[chosen])
        }
        scalar => Some(json!([alternative(random, scalar)])),
    }
}

/// What the value passes, mostly.
fn alternative(random: &mut Random, value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    let (first, last) = (text.chars().next(), text.chars().next_back());
    match (random.below(8), value) {
        (0, _) => json!({"exists": true}),
        (1, _) => json!({"anything-but": ["a", "b"]}),
        (2, Value::String(_)) => json!({"prefix": first.map(String::from).unwrap_or_default()}),
        (3, Value::String(_)) => json!({"suffix": last.map(String::from).unwrap_or_default()}),
        (4, Value::String(_)) if text.is_ascii() => {
            json!({"equals-ignore-case": text.to_uppercase()})
        }
        (5, Value::String(_)) if text.is_ascii() && !text.contains(['*', '\\']) => {
            json!({"wildcard": format!("{text}*")})
        }
        (2..4, Value::Number(_)) => json!({"numeric": [">=", value]}),
        (4, Value::Number(_)) => json!({"anything-but": [value]}),
        _ => value.clone(),
    }
}
