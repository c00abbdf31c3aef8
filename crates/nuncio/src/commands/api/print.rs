//! What an operation answered, for people.

use nuncio_tools::output;
use serde_json::Value;

use super::model::Operation;

/// The answer as text: a table for a list, else a field a line.
pub(super) fn text(operation: &Operation, answer: &Value) -> String {
    if answer.is_null() {
        return "done".to_owned();
    }
    match answer["data"].as_array() {
        Some(items) if operation.is_list() => list(operation, answer, items),
        _ => fields(answer, 0).join("\n"),
    }
}

fn list(operation: &Operation, answer: &Value, items: &[Value]) -> String {
    let heading = operation.columns.iter();
    let heading = heading.map(|name| name.replace('_', " ").to_uppercase());
    let rows = items.iter().map(|item| {
        let cells = operation.columns.iter();
        cells.map(|name| plain(&item[name.as_str()])).collect()
    });
    let mut text = output::table_text(heading.collect(), rows);
    for (name, what) in [("prev_cursor", "Previous"), ("next_cursor", "Next")] {
        if let Some(cursor) = answer[name].as_str() {
            text.push_str(&format!("\n{what} page: --cursor {cursor}"));
        }
    }
    text
}

/// A line for each field; those of an object below it, moved in.
fn fields(value: &Value, depth: usize) -> Vec<String> {
    let Some(object) = value.as_object() else {
        return vec![format!("{:depth$}{}", "", plain(value), depth = depth * 2)];
    };
    let width = object.keys().map(String::len).max().unwrap_or_default();
    let shown = object.iter().filter(|(_, value)| !value.is_null());
    shown
        .flat_map(|(name, value)| field(name, value, depth, width))
        .collect()
}

fn field(name: &str, value: &Value, depth: usize, width: usize) -> Vec<String> {
    let indent = depth * 2;
    let is_nested = |value: &Value| value.as_object().is_some_and(|fields| !fields.is_empty());
    match value {
        Value::Array(items) if items.iter().any(is_nested) => {
            let head = std::iter::once(format!("{:indent$}{name}", ""));
            let items = items.iter().enumerate().flat_map(|(at, item)| {
                let first = (at > 0).then(|| format!("{:indent$}  -", ""));
                first.into_iter().chain(fields(item, depth + 1))
            });
            head.chain(items).collect()
        }
        value if is_nested(value) => {
            let head = std::iter::once(format!("{:indent$}{name}", ""));
            head.chain(fields(value, depth + 1)).collect()
        }
        value => vec![format!("{:indent$}{name:<width$}  {}", "", plain(value))],
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            let texts = items.iter().filter_map(Value::as_str);
            texts.collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn fields_stand_below_the_object_that_holds_them() {
        let answer = json!({
            "id": "ep_1", "events": ["a", "b"], "uid": null,
            "retry": {"delays_s": [0, 5]}, "log": [{"n": 1}, {"n": 2}],
        });
        let lines = fields(&answer, 0);
        assert_eq!(
            lines,
            [
                "id      ep_1",
                "events  a, b",
                "retry",
                "  delays_s  [0,5]",
                "log",
                "  n  1",
                "  -",
                "  n  2",
            ]
        );
    }
}
