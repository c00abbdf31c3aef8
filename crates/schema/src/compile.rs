//! From a schema's text to its rules; and which schemas are refused.
//!
//! Subschemas are worked off from a list, so that no schema is too deep to compile, and each is compiled once however
//! many references lead to it.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Number, Value};

use crate::{
    format::Format,
    pattern::Pattern,
    refer::{Index, address},
    rules::{Count, InPlace, Node, Rules, Schema, SchemaPlace, Types, Values},
};

/// The most that a schema's text may hold. The largest that people have written are a quarter of it.
pub const SCHEMA_BYTES_MAX: usize = 64 * 1024;
/// Subschemas of one schema. Each takes some hundred bytes of memory.
const SUBSCHEMAS_MAX: usize = 5_000;
/// States of all patterns of one schema: memory, a hundred bytes each.
const STATES_MAX: usize = 50_000;
/// About how many bytes a subschema and a state take.
const SUBSCHEMA_BYTES: usize = 800;
const STATE_BYTES: usize = 100;

/// Why a schema is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct BadSchema {
    /// JSON pointer of the place in the schema.
    pub pointer: String,
    /// What is wrong, and what to do.
    pub detail: String,
}

impl Schema {
    /// Compiles a schema (2020-12).
    ///
    /// # Errors
    /// It isn't one, it is too large, it leads out of itself or never comes to an end, or a pattern can't be matched in
    /// linear time.
    pub fn compile(schema: &Value) -> Result<Self, BadSchema> {
        let at_root = |detail: String| BadSchema {
            pointer: String::new(),
            detail,
        };
        let bytes = schema.to_string().len();
        if bytes > SCHEMA_BYTES_MAX {
            let detail = format!("{bytes} bytes: at most {SCHEMA_BYTES_MAX} are allowed");
            return Err(at_root(detail));
        }
        jsonschema::draft202012::meta::validate(schema).map_err(|error| BadSchema {
            pointer: error.instance_path().to_string(),
            detail: format!(
                "is not a valid JSON Schema (2020-12): {}",
                short(&error.to_string())
            ),
        })?;
        let index = Index::new(schema).map_err(at_root)?;
        let mut compiler = Compiler {
            index,
            places: HashMap::new(),
            ways: Vec::new(),
            open: VecDeque::new(),
            pointers: Vec::new(),
            states: 0,
        };
        compiler.place(schema, 0, String::new());
        let mut nodes = Vec::new();
        while let Some((schema, resource)) = compiler.open.pop_front() {
            let pointer = compiler.pointers[nodes.len()].clone();
            if nodes.len() >= SUBSCHEMAS_MAX {
                let detail = format!("has more than {SUBSCHEMAS_MAX} subschemas");
                return Err(at_root(detail));
            }
            let node = compiler.node(schema, resource, &pointer);
            nodes.push(node.map_err(|(keyword, detail)| BadSchema {
                pointer: format!("{pointer}/{}", escape(&keyword)),
                detail,
            })?);
        }
        for (node, ways) in nodes.iter_mut().zip(&compiler.ways) {
            if let Node::Rules(rules) = node {
                rules.is_shared = *ways > 1;
            }
        }
        if let Some(place) = endless(&nodes) {
            return Err(BadSchema {
                pointer: compiler.pointers[place].clone(),
                detail: "applies itself to the same value endlessly: refer to it from a property or an item instead"
                    .to_owned(),
            });
        }
        let weight = bytes * 2 + nodes.len() * SUBSCHEMA_BYTES + compiler.states * STATE_BYTES;
        Ok(Self { nodes, weight })
    }
}

struct Compiler<'a> {
    index: Index<'a>,
    /// Subschemas that were met, by address.
    places: HashMap<usize, SchemaPlace>,
    /// From how many places each is reached.
    ways: Vec<u32>,
    open: VecDeque<(&'a Value, usize)>,
    pointers: Vec<String>,
    states: usize,
}

/// A keyword and what is wrong with it.
type Fault = (String, String);

impl<'a> Compiler<'a> {
    /// The place of a subschema, which is put on the list if it is new.
    fn place(&mut self, schema: &'a Value, resource: usize, pointer: String) -> SchemaPlace {
        let next = self.pointers.len();
        let place = *self.places.entry(address(schema)).or_insert(next);
        if place == next {
            let resource = self.index.resource_of(schema, resource);
            self.open.push_back((schema, resource));
            self.pointers.push(pointer);
            self.ways.push(0);
        }
        self.ways[place] += 1;
        place
    }

    fn node(&mut self, schema: &'a Value, resource: usize, at: &str) -> Result<Node, Fault> {
        match schema {
            Value::Bool(true) => Ok(Node::Anything),
            Value::Bool(false) => Ok(Node::Nothing),
            Value::Object(keywords) => {
                let mut rules = Rules::default();
                for (keyword, value) in keywords {
                    self.keyword(&mut rules, keywords, keyword, value, resource, at)
                        .map_err(|detail| (keyword.clone(), detail))?;
                }
                Ok(Node::Rules(Box::new(rules)))
            }
            _ => Err((String::new(), "is not a schema".to_owned())),
        }
    }

    fn keyword(
        &mut self,
        rules: &mut Rules,
        keywords: &'a Map<String, Value>,
        keyword: &str,
        value: &'a Value,
        resource: usize,
        at: &str,
    ) -> Result<(), String> {
        let below = format!("{at}/{keyword}");
        let mut one = |value: &'a Value| self.place(value, resource, below.clone());
        match keyword {
            "items" => rules.items = Some(one(value)),
            "additionalProperties" => rules.additional = Some(one(value)),
            "propertyNames" => rules.names = Some(one(value)),
            "unevaluatedItems" => rules.unevaluated_items = Some(one(value)),
            "unevaluatedProperties" => rules.unevaluated_properties = Some(one(value)),
            "not" => {
                let place = one(value);
                rules.in_place.push(InPlace::Not(place));
            }
            "contains" => {
                let min = count(keywords.get("minContains")).unwrap_or(1);
                let max = count(keywords.get("maxContains"));
                let range = Count {
                    min: Some(min),
                    max,
                };
                rules.contains = Some((one(value), range));
            }
            "if" => {
                let condition = one(value);
                let mut branch = |name: &str| {
                    let value = keywords.get(name)?;
                    Some(self.place(value, resource, format!("{at}/{name}")))
                };
                let (then, otherwise) = (branch("then"), branch("else"));
                rules.in_place.push(InPlace::If {
                    condition,
                    then,
                    otherwise,
                });
            }
            "allOf" => {
                let places = self.list(value, resource, &below);
                rules.in_place.push(InPlace::All(places));
            }
            "anyOf" => {
                let places = self.list(value, resource, &below);
                rules.in_place.push(InPlace::Any(places));
            }
            "oneOf" => {
                let places = self.list(value, resource, &below);
                rules.in_place.push(InPlace::One(places));
            }
            "prefixItems" => rules.prefix = self.list(value, resource, &below),
            "properties" => {
                rules.properties = self.named(value, resource, &below).into_iter().collect();
            }
            "patternProperties" => {
                for (name, place) in self.named(value, resource, &below) {
                    rules.patterns.push((self.pattern(&name)?, place));
                }
            }
            "dependentSchemas" => {
                for (name, place) in self.named(value, resource, &below) {
                    rules.in_place.push(InPlace::Dependent(name, place));
                }
            }
            // Of older drafts: names, or a schema.
            "dependencies" => {
                for (name, value) in value.as_object().into_iter().flatten() {
                    if value.is_array() {
                        rules.dependent_required.push((name.clone(), names(value)));
                    } else {
                        let place =
                            self.place(value, resource, format!("{below}/{}", escape(name)));
                        rules.in_place.push(InPlace::Dependent(name.clone(), place));
                    }
                }
            }
            "$ref" | "$dynamicRef" => {
                let reference = value.as_str().unwrap_or_default();
                let target = self.index.follow(reference, resource)?;
                if target.is_dynamic && keyword == "$dynamicRef" && self.index.is_compound() {
                    return Err(
                        "$dynamicRef is not supported in a schema with several $id: use $ref"
                            .to_owned(),
                    );
                }
                let pointer = reference.trim_start_matches('#').to_owned();
                let place = self.place(target.schema, target.resource, pointer);
                rules.in_place.push(InPlace::Ref(place));
            }
            "pattern" => rules.pattern = Some(self.pattern(value.as_str().unwrap_or_default())?),
            "format" => rules.format = value.as_str().and_then(Format::named),
            _ => plain(rules, keyword, value),
        }
        Ok(())
    }

    fn list(&mut self, value: &'a Value, resource: usize, below: &str) -> Vec<SchemaPlace> {
        let items = value.as_array().into_iter().flatten().enumerate();
        items
            .map(|(n, item)| self.place(item, resource, format!("{below}/{n}")))
            .collect()
    }

    fn named(
        &mut self,
        value: &'a Value,
        resource: usize,
        below: &str,
    ) -> Vec<(String, SchemaPlace)> {
        let members = value.as_object().into_iter().flatten();
        members
            .map(|(name, value)| {
                let pointer = format!("{below}/{}", escape(name));
                (name.clone(), self.place(value, resource, pointer))
            })
            .collect()
    }

    fn pattern(&mut self, source: &str) -> Result<Pattern, String> {
        let pattern = Pattern::compile(source)?;
        self.states += pattern.states;
        match self.states <= STATES_MAX {
            true => Ok(pattern),
            false => Err(format!(
                "the schema's regular expressions are too large in total: `{source}` exceeds the limit"
            )),
        }
    }
}

/// Keywords that hold no schema.
fn plain(rules: &mut Rules, keyword: &str, value: &Value) {
    let number = || match value {
        Value::Number(number) => Some(Number::clone(number)),
        _ => None,
    };
    match keyword {
        "type" => {
            let names = match value {
                Value::String(name) => Types::of_names([name.as_str()].into_iter()),
                _ => {
                    let names = value.as_array().into_iter().flatten();
                    Types::of_names(names.filter_map(Value::as_str))
                }
            };
            rules.types = Some(names);
        }
        "enum" => {
            let given = value.as_array().into_iter().flatten();
            rules.one_of_values.push(values(given, false));
        }
        "const" => rules
            .one_of_values
            .push(values(std::iter::once(value), true)),
        "multipleOf" => rules.multiple_of = number(),
        "minimum" => rules.minimum = number(),
        "exclusiveMinimum" => rules.exclusive_minimum = number(),
        "maximum" => rules.maximum = number(),
        "exclusiveMaximum" => rules.exclusive_maximum = number(),
        "minLength" => rules.length.min = count(Some(value)),
        "maxLength" => rules.length.max = count(Some(value)),
        "minItems" => rules.items_count.min = count(Some(value)),
        "maxItems" => rules.items_count.max = count(Some(value)),
        "minProperties" => rules.members_count.min = count(Some(value)),
        "maxProperties" => rules.members_count.max = count(Some(value)),
        "uniqueItems" => rules.unique = value.as_bool().unwrap_or_default(),
        "required" => rules.required = names(value),
        "dependentRequired" => {
            let members = value.as_object().into_iter().flatten();
            let rule = members.map(|(name, value)| (name.clone(), names(value)));
            rules.dependent_required.extend(rule);
        }
        // $defs are compiled when something leads there; the rest are notes for people.
        _ => {}
    }
}

fn values<'a>(given: impl Iterator<Item = &'a Value>, is_const: bool) -> Values {
    let mut values = Values {
        is_const,
        ..Values::default()
    };
    for value in given {
        match value {
            Value::String(text) => {
                values.texts.insert(text.clone());
            }
            other => values.others.push(other.clone()),
        }
    }
    values
}

fn names(value: &Value) -> Vec<String> {
    let names = value.as_array().into_iter().flatten();
    names
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect()
}

/// A count, also one written as `3.0` or beyond what any value reaches.
pub(crate) fn count(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    value.as_u64().or_else(|| value.as_f64().map(|n| n as u64))
}

/// A subschema that comes back to itself without going to a member or an item, if there is one.
fn endless(nodes: &[Node]) -> Option<SchemaPlace> {
    #[derive(Clone, Copy, PartialEq)]
    enum Visit {
        Not,
        Under,
        Done,
    }
    let targets = |place: SchemaPlace| -> Vec<SchemaPlace> {
        match &nodes[place] {
            Node::Rules(rules) => rules.in_place.iter().flat_map(InPlace::targets).collect(),
            Node::Anything | Node::Nothing => Vec::new(),
        }
    };
    let mut visits = vec![Visit::Not; nodes.len()];
    for root in 0..nodes.len() {
        if visits[root] != Visit::Not {
            continue;
        }
        visits[root] = Visit::Under;
        let mut way = vec![(root, targets(root))];
        while let Some((place, left)) = way.last_mut() {
            let place = *place;
            match left.pop() {
                None => {
                    visits[place] = Visit::Done;
                    way.pop();
                }
                Some(next) => match visits[next] {
                    Visit::Under => return Some(next),
                    Visit::Done => {}
                    Visit::Not => {
                        visits[next] = Visit::Under;
                        way.push((next, targets(next)));
                    }
                },
            }
        }
    }
    None
}

pub(crate) fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn short(message: &str) -> String {
    const CHARS_MAX: usize = 300;
    message.chars().take(CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_cannot_be_bounded_is_refused_with_its_place() {
        let check = |schema: Value, pointer: &str, words: &str| {
            let error = Schema::compile(&schema).unwrap_err();
            assert_eq!(error.pointer, pointer, "{error:?}");
            assert!(error.detail.contains(words), "{error:?}");
        };
        check(
            json!({"type": "strnig"}),
            "/type",
            "not a valid JSON Schema",
        );
        check(json!({"items": 7}), "/items", "not a valid JSON Schema");
        check(
            json!({"properties": {"a": {"$ref": "https://example.com/x.json"}}}),
            "/properties/a/$ref",
            "points outside",
        );
        check(json!({"$ref": "#/$defs/a"}), "/$ref", "leads nowhere");
        check(json!({"$ref": "#"}), "", "endlessly");
        check(
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"anyOf": [{"not": {"$ref": "#/$defs/a"}}]}}}),
            "/$defs/a",
            "endlessly",
        );
        check(
            json!({"properties": {"a/b": {"pattern": "(?=x)"}}}),
            "/properties/a~1b/pattern",
            "look-around",
        );
        let patterns: Vec<_> = (0..60)
            .map(|n| json!({"pattern": format!(r"\w{{9{n:02}}}")}))
            .collect();
        let error = Schema::compile(&json!({ "allOf": patterns })).unwrap_err();
        assert!(error.detail.contains("in total"), "{error:?}");
        let many: Vec<_> = (0..6_000).map(|_| json!({})).collect();
        check(json!({ "anyOf": many }), "", "more than 5000 subschemas");
        let long = "x".repeat(SCHEMA_BYTES_MAX);
        check(json!({ "title": long }), "", "bytes");
    }

    #[test]
    fn trees_and_embedded_resources_compile() {
        for schema in [
            json!({"type": "object", "properties": {"children": {"items": {"$ref": "#"}}}}),
            json!({"$id": "https://a.example/s", "$ref": "s#/$defs/b",
                   "$defs": {"b": {"properties": {"b": {"$ref": "#/$defs/b"}}}}}),
            json!({"$ref": "other", "$defs": {"o": {"$id": "other", "$ref": "#x",
                   "$defs": {"x": {"$anchor": "x", "type": "string"}}}}}),
            json!({"$dynamicAnchor": "node", "items": {"$dynamicRef": "#node"}}),
            json!({"maxLength": 1e300, "multipleOf": 1e-300}),
        ] {
            let compiled = Schema::compile(&schema);
            assert!(compiled.is_ok(), "{schema} {compiled:?}");
        }
    }
}
