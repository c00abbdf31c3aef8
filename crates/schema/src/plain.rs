//! Schemas whose references are JSON pointers alone, for programs that follow no others.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::{
    compile::escape,
    refer::{Index, address},
};

/// What names places besides pointers.
const NAMES: [&str; 3] = ["$id", "$anchor", "$dynamicAnchor"];

/// The same schema with each reference as a JSON pointer from its root, and without the names that are not needed any
/// more. One without such names, and whose references lead somewhere, stays as it is.
pub fn with_plain_references(schema: &Value) -> Value {
    let Ok(index) = Index::new(schema) else {
        return schema.clone();
    };
    let mut pointers = HashMap::new();
    let mut open = vec![(schema, String::new())];
    while let Some((value, pointer)) = open.pop() {
        match value {
            Value::Object(members) => {
                let below = |name: &str| format!("{pointer}/{}", escape(name));
                open.extend(members.iter().map(|(name, value)| (value, below(name))));
            }
            Value::Array(items) => {
                let items = items.iter().enumerate();
                open.extend(items.map(|(n, item)| (item, format!("{pointer}/{n}"))));
            }
            _ => {}
        }
        pointers.insert(address(value), pointer);
    }
    Writer { index, pointers }.written(schema, 0)
}

struct Writer<'a> {
    index: Index<'a>,
    pointers: HashMap<usize, String>,
}

impl<'a> Writer<'a> {
    fn written(&self, value: &'a Value, resource: usize) -> Value {
        match value {
            Value::Array(items) => {
                let items = items.iter();
                items.map(|item| self.written(item, resource)).collect()
            }
            Value::Object(members) => {
                let resource = self.index.resource_of(value, resource);
                let mut copy = Map::new();
                for (name, value) in members {
                    match (name.as_str(), value) {
                        (name, Value::String(_)) if NAMES.contains(&name) => {}
                        ("$ref" | "$dynamicRef", Value::String(text)) => {
                            copy.insert("$ref".to_owned(), self.reference(text, resource).into());
                        }
                        ("const" | "enum" | "default" | "examples" | "example", data) => {
                            copy.insert(name.clone(), data.clone());
                        }
                        (_, other) => {
                            copy.insert(name.clone(), self.written(other, resource));
                        }
                    }
                }
                Value::Object(copy)
            }
            other => other.clone(),
        }
    }

    fn reference(&self, text: &str, resource: usize) -> String {
        let target = self.index.follow(text, resource).ok();
        let pointer = target.and_then(|target| self.pointers.get(&address(target.schema)));
        match pointer {
            // As it was written, if it says the same already.
            Some(pointer) if text.strip_prefix('#').is_some_and(|own| same(own, pointer)) => {
                text.to_owned()
            }
            Some(pointer) => format!("#{}", encoded(pointer)),
            None => text.to_owned(),
        }
    }
}

fn same(fragment: &str, pointer: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(fragment).decode_utf8();
    decoded.is_ok_and(|decoded| decoded == pointer)
}

fn encoded(pointer: &str) -> String {
    const LEFT: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
        .add(b' ')
        .add(b'"')
        .add(b'<')
        .add(b'>')
        .add(b'`')
        .add(b'#')
        .add(b'%')
        .add(b'{')
        .add(b'}')
        .add(b'|')
        .add(b'\\')
        .add(b'^')
        .add(b'[')
        .add(b']');
    percent_encoding::utf8_percent_encode(pointer, LEFT).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn references_become_pointers() {
        let check = |schema: Value, expected: Value| {
            assert_eq!(with_plain_references(&schema), expected);
        };
        let plain = json!({"$ref": "#/$defs/a%20b", "$defs": {"a b": {"items": {"$ref": "#"}}}});
        check(plain.clone(), plain);
        check(
            json!({"items": {"$ref": "#x"}, "$defs": {"y": {"$anchor": "x", "type": "null"}}}),
            json!({"items": {"$ref": "#/$defs/y"}, "$defs": {"y": {"type": "null"}}}),
        );
        check(
            json!({
                "$id": "https://example.com/a", "items": {"$ref": "b#/$defs/z"},
                "$defs": {"b": {"$id": "b", "$defs": {"z": {"$dynamicRef": "#"}}}}
            }),
            json!({
                "items": {"$ref": "#/$defs/b/$defs/z"},
                "$defs": {"b": {"$defs": {"z": {"$ref": "#/$defs/b"}}}}
            }),
        );
        let data = json!({"const": {"$ref": "#x"}});
        check(data.clone(), data);
    }
}
