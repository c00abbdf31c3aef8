//! Schemas in other words: what says the same breaks nothing, and what only looks alike is told.

use serde_json::{Value, json};

use super::{check, found, object, property};

#[test]
fn what_is_written_in_another_way_is_the_same() {
    let old = object(json!({"a": {"type": "string", "minLength": 1}}));
    let new = json!({
        "allOf": [{"$ref": "#/$defs/base"}, {"$ref": "#more"}],
        "$defs": {
            "base": {"type": "object"},
            "more": {"$anchor": "more", "properties": {"a": {"$ref": "#/$defs/text"}}},
            "text": {"minLength": 1, "anyOf": [{"type": "string"}]}
        }
    });
    check(old.clone(), new.clone(), &[]);
    check(new, old, &[]);
}

/// Neither is a break of the other.
#[track_caller]
fn same(one: Value, other: Value) {
    check(one.clone(), other.clone(), &[]);
    check(other, one, &[]);
}

#[test]
fn the_order_and_the_spelling_of_anything_say_nothing() {
    same(
        json!({"required": ["a", "b"], "properties": {"a": {"enum": [1, "x", null]}, "b": {"type": ["string", "null"]}}}),
        json!({"properties": {"b": {"type": ["null", "string"]}, "a": {"enum": [null, 1.0, "x", 1]}}, "required": ["b", "a"]}),
    );
    same(
        json!({"minimum": 1, "maximum": 10, "multipleOf": 0.5, "maxLength": 3, "minItems": 2}),
        json!({"minItems": 2.0, "maxLength": 3.0, "multipleOf": 0.50, "maximum": 1e1, "minimum": 1.0}),
    );
    // So below keywords that are compared as a whole.
    let condition = |required: Value, value: Value, then: Value| json!({"if": {"required": required, "properties": {"a": {"const": value}}}, "then": then});
    same(
        condition(
            json!(["a", "b"]),
            json!(1),
            json!({"type": ["object"], "minProperties": 2}),
        ),
        condition(
            json!(["b", "a"]),
            json!(1.0),
            json!({"minProperties": 2.0, "type": "object"}),
        ),
    );
    same(
        json!({"not": {"enum": ["a", "b"]}}),
        json!({"not": {"anyOf": [{"const": "b"}, {"const": "a", "title": "A"}]}}),
    );
    same(
        json!({"dependentRequired": {"a": ["b", "c"], "d": []}}),
        json!({"dependencies": {"a": ["c", "b", "c"]}}),
    );
    same(
        json!({"allOf": [{"not": {"const": 1}}, {"not": {"const": 2}}]}),
        json!({"not": {"const": 2.0}, "allOf": [{"not": {"const": 1}}]}),
    );
}

#[test]
fn references_and_copies_say_the_same_everywhere() {
    let text = json!({"type": "string", "minLength": 1});
    let copied = |keyword: &str| json!({ keyword: text });
    let referred = |keyword: &str| json!({keyword: {"$ref": "#/$defs/t"}, "$defs": {"t": text}});
    for keyword in ["not", "contains", "propertyNames", "items"] {
        same(copied(keyword), referred(keyword));
    }
    same(
        json!({"dependentSchemas": {"a": {"required": ["b"]}}}),
        json!({"dependencies": {"a": {"$ref": "#/$defs/b"}}, "$defs": {"b": {"allOf": [{"required": ["b"]}]}}}),
    );
    // One that leads back to itself by what it forbids.
    let tree = |rest: Value| {
        let mut tree = json!({"properties": {"a": {"not": {"$ref": "#"}}, "b": {}}});
        tree["properties"]["b"] = rest;
        tree
    };
    same(
        tree(json!({"type": ["string", "null"]})),
        tree(json!({"anyOf": [{"type": "null"}, {"type": "string"}]})),
    );
}

#[test]
fn keywords_that_say_nothing_are_not_missed() {
    same(
        json!({}),
        json!({
            "minLength": 0, "minItems": 0, "minProperties": 0, "uniqueItems": false, "required": [], "items": true,
            "additionalProperties": {}, "properties": {}, "if": {"type": "null"}, "propertyNames": true, "minContains": 3,
            "dependentRequired": {}, "dependentSchemas": {"a": true}, "anyOf": [{}], "allOf": [true]
        }),
    );
    same(
        json!({"if": {"type": "null"}, "then": {"const": 1}}),
        json!({"if": {"type": "null"}, "then": {"const": 1}, "else": {}}),
    );
    same(
        json!({"contains": {"type": "null"}}),
        json!({"contains": {"type": "null"}, "minContains": 1}),
    );
    same(json!({"items": false}), json!({"items": {"not": {}}}));
    same(
        json!({"items": false}),
        json!({"items": {"not": {"allOf": [true, {"minLength": 0}], "title": "t"}}}),
    );
    same(
        json!({}),
        json!({"propertyNames": {"minLength": 0}, "additionalProperties": {"title": "t"}}),
    );
}

#[test]
fn other_words_for_the_same_values() {
    same(
        json!({"type": "integer", "minimum": 1, "maximum": 9}),
        json!({"type": "integer", "exclusiveMinimum": 0, "exclusiveMaximum": 10}),
    );
    same(
        json!({"type": "integer", "minimum": 1, "maximum": 9}),
        json!({"type": "number", "multipleOf": 1, "minimum": 0.5, "maximum": 9.9}),
    );
    same(
        json!({"type": ["boolean", "null"]}),
        json!({"enum": [null, false, true]}),
    );
    same(
        json!({"type": "string", "enum": ["a", "b", 1]}),
        json!({"oneOf": [{"const": "b", "title": "B"}, {"const": "a"}]}),
    );
    same(
        json!({"type": ["string", "null"], "maxLength": 5}),
        json!({"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 5}]}),
    );
    same(
        json!({"oneOf": [{"type": "array", "items": {"type": "null"}}, {"type": "string"}]}),
        json!({"anyOf": [{"type": "string"}, {"type": "array", "items": {"enum": [null]}}]}),
    );
    same(
        json!({"allOf": [{"type": ["string", "null"]}, {"type": ["null", "integer"]}]}),
        json!({"allOf": [
            {"anyOf": [{"type": "string"}, {"type": "null"}]}, {"oneOf": [{"type": "integer"}, {"type": "null"}]}
        ]}),
    );
    same(
        json!({"anyOf": [{"type": "string"}, {"const": null}], "maxLength": 5}),
        json!({"type": ["null", "string"], "maxLength": 5}),
    );
}

#[test]
fn what_looks_alike_and_is_not_the_same_is_told() {
    // Fractions lie between the bounds.
    property(
        json!({"type": "number", "minimum": 1}),
        json!({"type": "number", "exclusiveMinimum": 0}),
        &[("receivers", "exclusiveMinimum")],
    );
    property(
        json!({"type": ["boolean", "null"]}),
        json!({"enum": [false, true]}),
        &[("publishers", "enum")],
    );
    // A value of two variants is refused by `oneOf`.
    let found = found(
        &json!({"enum": ["a", "b"]}),
        &json!({"oneOf": [{"const": "a"}, {"const": "b"}, {"const": "b"}]}),
    );
    assert!(!found.is_empty());
    property(
        json!({"type": ["string", "null"], "maxLength": 5}),
        json!({"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 4}]}),
        &[
            ("receivers", "type"),
            ("receivers", "maxLength"),
            ("publishers", "anyOf"),
        ],
    );
    check(
        json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}}),
        json!({"if": {"required": ["a"]}, "then": {"required": ["b"]}, "else": {"required": ["c"]}}),
        &["both $ /else"],
    );
    check(
        json!({"contains": {"type": "null"}}),
        json!({"contains": {"type": "null"}, "maxContains": 2}),
        &["both $ /maxContains"],
    );
    check(
        json!({"not": {"properties": {"a": {"type": "null"}}}}),
        json!({"not": {"properties": {"a": {"type": "null"}, "b": {"type": "null"}}}}),
        &["both $ /not"],
    );
}
