//! What a change of a schema breaks: rules as a table, and random changes held against the check itself.

use nuncio_schema::{Break, BreakSide, Budget, Schema, SchemaVerdict, breaks};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn found(old: &Value, new: &Value) -> Vec<Break> {
    breaks(old, new, &mut Budget::new(1_000_000, 200)).expect("the budget is enough")
}

/// What is found, as `side path pointer`.
#[track_caller]
fn check(old: Value, new: Value, expected: &[&str]) {
    let told: Vec<_> = found(&old, &new)
        .into_iter()
        .map(|one| {
            let side = match one.side {
                BreakSide::Publishers => "publishers",
                BreakSide::Receivers => "receivers",
                BreakSide::Both => "both",
            };
            format!("{side} {} {}", one.path, one.pointer)
        })
        .collect();
    assert_eq!(told, expected, "{old} to {new}");
}

fn object(properties: Value) -> Value {
    json!({"type": "object", "properties": properties})
}

/// One property of an object, before and after; the path and pointer are those below it.
#[track_caller]
fn property(old: Value, new: Value, expected: &[(&str, &str)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|(side, keyword)| format!("{side} $.a /properties/a/{keyword}"))
        .collect();
    let expected: Vec<_> = expected.iter().map(String::as_str).collect();
    check(
        object(json!({"a": old})),
        object(json!({"a": new})),
        &expected,
    );
}

#[test]
fn notes_and_new_optional_properties_break_nothing() {
    let old = object(json!({"a": {"type": "string"}}));
    let new = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "t", "description": "d", "type": "object", "examples": [1], "x-own": true,
        "properties": {"a": {"type": "string", "description": "d"}, "b": {"type": "integer"}}
    });
    check(old.clone(), new.clone(), &[]);
    // So in an object that is closed, since receivers ignore what they don't know.
    let closed = |mut schema: Value| {
        schema["additionalProperties"] = json!(false);
        schema
    };
    check(closed(old.clone()), closed(new), &[]);
    check(closed(old.clone()), old.clone(), &[]);
    check(
        old.clone(),
        closed(old),
        &["publishers $ /additionalProperties"],
    );
}

#[test]
fn properties_that_go_or_have_to_come() {
    let two = json!({"a": {"type": "string"}, "b": {"type": "string"}});
    let one = json!({"a": {"type": "string"}});
    check(
        object(two.clone()),
        object(one.clone()),
        &["receivers $.b /properties/b"],
    );
    let required = |properties: &Value, names: Value| {
        let mut schema = object(properties.clone());
        schema["required"] = names;
        schema
    };
    check(
        object(one.clone()),
        required(&one, json!(["a"])),
        &["publishers $.a /required"],
    );
    check(
        required(&one, json!(["a"])),
        object(one.clone()),
        &["receivers $.a /required"],
    );
    check(
        object(one.clone()),
        required(&two, json!(["b"])),
        &["publishers $.b /required"],
    );
    check(
        required(&two, json!(["a", "b"])),
        required(&one, json!(["a"])),
        &["receivers $.b /properties/b"],
    );
    check(
        object(json!({"a b": {"items": object(two)}})),
        object(json!({"a b": {"items": object(one)}})),
        &["receivers $['a b'][*].b /properties/a b/items/properties/b"],
    );
}

#[test]
fn types_and_values() {
    property(
        json!({"type": "string"}),
        json!({"type": "integer"}),
        &[("both", "type")],
    );
    property(
        json!({"type": "integer"}),
        json!({"type": "number"}),
        &[("receivers", "type")],
    );
    property(
        json!({"type": "number"}),
        json!({"type": "integer"}),
        &[("publishers", "type")],
    );
    property(
        json!({"type": "string"}),
        json!({"type": ["string", "null"]}),
        &[("receivers", "type")],
    );
    property(
        json!({}),
        json!({"type": "string"}),
        &[("publishers", "type")],
    );
    property(
        json!({"enum": ["a"]}),
        json!({"enum": ["a", "b"]}),
        &[("receivers", "enum")],
    );
    property(
        json!({"enum": ["a", "b"]}),
        json!({"enum": ["b"]}),
        &[("publishers", "enum")],
    );
    property(json!({"enum": [1, "a"]}), json!({"enum": ["a", 1.0]}), &[]);
    property(json!({"enum": ["a"]}), json!({"const": "a"}), &[]);
    property(
        json!({"enum": ["a"]}),
        json!({"type": "string"}),
        &[("receivers", "enum")],
    );
    property(
        json!({"type": "string"}),
        json!({"type": "string", "enum": ["a"]}),
        &[("publishers", "enum")],
    );
}

#[test]
fn bounds() {
    for (keyword, less, more) in [
        ("minimum", json!(5), json!(4)),
        ("maximum", json!(4), json!(5)),
        ("minLength", json!(2), json!(1)),
        ("maxItems", json!(1), json!(2)),
        ("minProperties", json!(1), json!(0)),
        ("exclusiveMaximum", json!(4), json!(4.5)),
        ("multipleOf", json!(4), json!(2)),
        ("uniqueItems", json!(true), json!(false)),
    ] {
        let with = |value: &Value| json!({ keyword: value });
        property(with(&less), with(&more), &[("receivers", keyword)]);
        property(with(&more), with(&less), &[("publishers", keyword)]);
        property(with(&less), with(&less), &[]);
        property(with(&less), json!({}), &[("receivers", keyword)]);
    }
    property(
        json!({"minimum": 5}),
        json!({"exclusiveMinimum": 5}),
        &[("publishers", "exclusiveMinimum")],
    );
    property(
        json!({"minimum": 1}),
        json!({"minimum": 1.0, "minLength": 0}),
        &[],
    );
    property(
        json!({"pattern": "^a"}),
        json!({"pattern": "^b"}),
        &[("both", "pattern")],
    );
    property(
        json!({"format": "uuid"}),
        json!({"format": "date"}),
        &[("both", "format")],
    );
    property(json!({}), json!({"format": "of-ours"}), &[]);
    property(
        json!({"format": "of-ours"}),
        json!({}),
        &[("receivers", "format")],
    );
    // What concerns no type that can come, concerns nobody.
    property(
        json!({"type": "integer"}),
        json!({"type": "integer", "maxLength": 3}),
        &[],
    );
}

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

#[test]
fn a_break_behind_a_reference_is_where_it_is_written() {
    let schema = |kind: &str| {
        json!({
            "properties": {"a": {"$ref": "#/$defs/x"}, "b": {"items": {"$ref": "#/$defs/x"}}},
            "$defs": {"x": {"type": kind}}
        })
    };
    // It is told once, though two ways lead there.
    check(
        schema("string"),
        schema("null"),
        &["both $.a /$defs/x/type"],
    );
}

#[test]
fn schemas_that_lead_back_to_themselves_come_to_an_end() {
    let tree = |kind: &str| {
        json!({
            "type": "object",
            "properties": {"value": {"type": kind}, "children": {"items": {"$ref": "#"}}}
        })
    };
    check(tree("string"), tree("string"), &[]);
    check(
        tree("integer"),
        tree("number"),
        &["receivers $.value /properties/value/type"],
    );
}

#[test]
fn variants_are_matched_whatever_their_order() {
    let card = object(json!({"kind": {"const": "card"}, "last4": {"type": "string"}}));
    let bank = object(json!({"kind": {"const": "bank"}, "iban": {"type": "string"}}));
    let cash = object(json!({"kind": {"const": "cash"}}));
    let any = |variants: &[&Value]| json!({ "oneOf": variants });
    check(any(&[&card, &bank]), any(&[&bank, &card]), &[]);
    check(
        any(&[&card, &bank]),
        any(&[&bank, &card, &cash]),
        &["receivers $ /oneOf/2"],
    );
    check(
        any(&[&card, &bank, &cash]),
        any(&[&bank, &card]),
        &["publishers $ /oneOf"],
    );
    let longer = object(json!({"kind": {"const": "card"}, "last4": {"type": "integer"}}));
    check(
        any(&[&card, &bank]),
        any(&[&bank, &longer]),
        &["both $.last4 /oneOf/1/properties/last4/type"],
    );
}

#[test]
fn maps_and_tuples() {
    let map = |rule: Value| json!({"type": "object", "additionalProperties": rule});
    let text = json!({"type": "string"});
    check(
        map(text.clone()),
        map(json!({"type": "null"})),
        &["both $.* /additionalProperties/type"],
    );
    check(
        map(text.clone()),
        map(json!(true)),
        &["receivers $ /additionalProperties"],
    );
    check(
        map(text.clone()),
        map(json!(false)),
        &["both $ /additionalProperties"],
    );
    let mut declared = map(text.clone());
    declared["properties"] = json!({"a": {"type": "integer"}});
    check(
        map(text.clone()),
        declared,
        &["both $.a /properties/a/type"],
    );
    let pattern = |rule: Value| json!({"patternProperties": {"^x-": rule}});
    check(
        pattern(text.clone()),
        pattern(json!({"type": "null"})),
        &["both $[/^x-/] /patternProperties/^x-/type"],
    );
    check(
        pattern(text.clone()),
        json!({}),
        &["receivers $ /patternProperties/^x-"],
    );
    let tuple =
        |second: Value| json!({"prefixItems": [{"type": "string"}, second], "items": false});
    check(
        tuple(text.clone()),
        tuple(json!({"type": "null"})),
        &["both $[1] /prefixItems/1/type"],
    );
    check(
        tuple(text),
        json!({"prefixItems": [{"type": "string"}]}),
        &[
            "receivers $[1] /prefixItems/1/type",
            "receivers $[*] /items",
        ],
    );
}

#[test]
fn conditions_are_the_same_or_not() {
    let with = |then: &str| json!({"if": {"required": ["a"]}, "then": {"properties": {"title": {"type": then}}}});
    check(with("string"), with("string"), &[]);
    check(with("string"), with("null"), &["both $ /then"]);
    check(
        json!({}),
        json!({"not": {"type": "null"}}),
        &["publishers $ /not"],
    );
    check(
        json!({"contains": {"type": "null"}}),
        json!({}),
        &["receivers $ /contains"],
    );
}

#[test]
fn a_change_of_everything_is_cut_short_and_costs_its_budget_at_most() {
    let wide = |kind: &str| {
        let all: Map<String, Value> = (0..2_000)
            .map(|n| (format!("p{n}"), json!({"type": kind})))
            .collect();
        json!({ "properties": all })
    };
    assert_eq!(found(&wide("string"), &wide("null")).len(), 50);
    let variants = |offset: usize| -> Value {
        let all: Vec<_> = (0..1_500)
            .map(|n| json!({"const": format!("v{}", n + offset)}))
            .collect();
        json!({ "anyOf": all })
    };
    let mut budget = Budget::new(100_000, 200);
    assert!(breaks(&variants(0), &variants(1_500), &mut budget).is_err());
}

fn schema(depth: u32) -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(json!({})),
        Just(json!(true)),
        prop::sample::select(vec!["string", "integer", "number", "null", "boolean"])
            .prop_map(|kind| json!({ "type": kind })),
        prop::sample::subsequence(vec![json!("a"), json!("bb"), json!(1), json!(null)], 1..4)
            .prop_map(|values| json!({ "enum": values })),
        (0u64..3, 0u64..3).prop_map(|(min, max)| json!({"minLength": min, "maxLength": max + 1})),
        (-2i64..3).prop_map(|min| json!({"type": "number", "minimum": min})),
        (-2i64..3).prop_map(|max| json!({"type": ["integer", "null"], "exclusiveMaximum": max})),
        Just(json!({"type": "string", "pattern": "^a"})),
    ];
    if depth == 0 {
        return leaf.boxed();
    }
    let inner = schema(depth - 1);
    let members = prop::collection::btree_map("[abc]", inner.clone(), 0..3);
    let required = prop::collection::btree_set("[ab]", 0..2);
    let object = (members, required, any::<bool>(), any::<bool>()).prop_map(
        |(members, required, is_typed, is_closed)| {
            let mut schema = json!({"properties": members, "required": required});
            if is_typed {
                schema["type"] = json!("object");
            }
            if is_closed {
                schema["additionalProperties"] = json!(false);
            }
            schema
        },
    );
    let array = (inner.clone(), 0u64..2, any::<bool>()).prop_map(|(items, min, unique)| {
        json!({"type": "array", "items": items, "minItems": min, "uniqueItems": unique})
    });
    let both = (inner.clone(), inner.clone()).prop_map(|(a, b)| json!({"allOf": [a, b]}));
    let referred = inner.prop_map(|inner| json!({"allOf": [inner]}));
    prop_oneof![leaf, object, array, both, referred].boxed()
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-3i64..4).prop_map(Value::from),
        Just(json!(0.5)),
        prop::sample::select(vec!["", "a", "bb", "ccc"]).prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The value without the properties that one of the two schemas doesn't declare: of those nothing is promised.
fn declared(value: &Value, old: &[&Value], new: &[&Value]) -> Value {
    fn flat<'a>(schemas: &[&'a Value]) -> Vec<&'a Value> {
        let mut all: Vec<&Value> = schemas.to_vec();
        let mut n = 0;
        while n < all.len() {
            all.extend(all[n]["allOf"].as_array().into_iter().flatten());
            n += 1;
        }
        all
    }
    let (old, new) = (flat(old), flat(new));
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter_map(|(name, value)| {
                let below = |all: &[&'_ Value]| -> Vec<Value> {
                    let all = all
                        .iter()
                        .filter_map(|schema| schema["properties"].get(name));
                    all.cloned().collect()
                };
                let (old, new) = (below(&old), below(&new));
                if old.is_empty() || new.is_empty() {
                    return None;
                }
                let (old, new): (Vec<_>, Vec<_>) = (old.iter().collect(), new.iter().collect());
                Some((name.clone(), declared(value, &old, &new)))
            });
            Value::Object(kept.collect())
        }
        Value::Array(items) => {
            let below = |all: &[&'_ Value]| -> Vec<Value> {
                all.iter()
                    .filter_map(|schema| schema.get("items"))
                    .cloned()
                    .collect()
            };
            let (old, new) = (below(&old), below(&new));
            let (old, new): (Vec<_>, Vec<_>) = (old.iter().collect(), new.iter().collect());
            items
                .iter()
                .map(|item| declared(item, &old, &new))
                .collect()
        }
        other => other.clone(),
    }
}

fn fits(schema: &Value, value: &Value) -> bool {
    let schema = Schema::compile(schema).expect("it is a schema");
    schema.check(value, &mut Budget::new(1_000_000, 200)) == SchemaVerdict::Fits
}

/// The same schema in other words, chosen by the bits of `dice`.
fn rewritten(schema: &Value, dice: &mut u64) -> Value {
    let mut flip = || {
        *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *dice >> 63 == 1
    };
    let Value::Object(keywords) = schema else {
        return match schema {
            Value::Bool(true) if flip() => json!({}),
            Value::Bool(false) if flip() => json!({"not": true}),
            other => other.clone(),
        };
    };
    let mut members: Vec<(String, Value)> = Vec::new();
    for (name, value) in keywords {
        let value = match (name.as_str(), value) {
            ("properties", Value::Object(all)) => {
                let mut all: Vec<_> = all
                    .iter()
                    .map(|(name, schema)| (name.clone(), rewritten(schema, dice)))
                    .collect();
                all.reverse();
                Value::Object(all.into_iter().collect())
            }
            ("allOf", Value::Array(all)) => {
                let mut all: Vec<_> = all.iter().map(|schema| rewritten(schema, dice)).collect();
                all.reverse();
                all.push(json!({"description": "says nothing"}));
                Value::Array(all)
            }
            ("items" | "additionalProperties", schema) => rewritten(schema, dice),
            ("type", Value::String(name)) => json!([name]),
            ("enum" | "required" | "type", Value::Array(all)) => {
                Value::Array(all.iter().rev().cloned().collect())
            }
            (_, Value::Number(number)) => json!(number.as_f64()),
            (_, other) => other.clone(),
        };
        members.push((name.clone(), value));
    }
    let mut flip = || {
        *dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        *dice >> 63 == 1
    };
    // A list of types as variants.
    let types = members.iter().position(|(name, _)| name == "type");
    if let Some(at) = types
        && flip()
        && let (_, Value::Array(types)) = members.remove(at)
    {
        let keyword = if flip() { "anyOf" } else { "oneOf" };
        let variants: Vec<_> = types.iter().map(|name| json!({ "type": name })).collect();
        members.push((keyword.to_owned(), Value::Array(variants)));
    }
    if flip() && !members.iter().any(|(name, _)| name == "minItems") {
        members.push(("minItems".to_owned(), json!(0)));
    }
    members.reverse();
    let schema = Value::Object(members.into_iter().collect());
    match flip() {
        true => json!({"allOf": [schema], "title": "as before"}),
        false => schema,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    /// A schema that is only written in another way breaks nothing, and nor does the way back.
    #[test]
    fn a_schema_in_other_words_is_the_same(schema in schema(3), dice in any::<u64>()) {
        let other = rewritten(&schema, &mut { dice });
        prop_assert_eq!(found(&schema, &other), vec![], "{} to {}", schema, other);
        prop_assert_eq!(found(&other, &schema), vec![], "{} to {}", other, schema);
        // So where a schema is compared as a whole.
        let not = |schema: &Value| json!({ "not": schema });
        prop_assert_eq!(found(&not(&schema), &not(&other)), vec![]);
    }

    /// Where no break is found, the two schemas allow the same values, as far as both declare them.
    #[test]
    fn what_is_called_compatible_is(
        old in schema(2),
        other in schema(2),
        keeps in any::<bool>(),
        values in prop::collection::vec(value(), 8),
    ) {
        // Two random schemas are seldom compatible: half of the time the new one is the old one and something more.
        let new = match keeps {
            true => json!({"allOf": [old.clone()], "properties": {"z": other}}),
            false => other,
        };
        let found = found(&old, &new);
        for value in values {
            let value = declared(&value, &[&old], &[&new]);
            let (before, after) = (fits(&old, &value), fits(&new, &value));
            if before && !after {
                prop_assert!(found.iter().any(|one| one.side != BreakSide::Receivers), "{old} to {new} refuses {value}: {found:?}");
            }
            if after && !before {
                prop_assert!(found.iter().any(|one| one.side != BreakSide::Publishers), "{old} to {new} allows {value}: {found:?}");
            }
        }
    }

    #[test]
    fn a_schema_is_compatible_with_itself(schema in schema(3)) {
        prop_assert_eq!(found(&schema, &schema.clone()), vec![]);
    }
}
