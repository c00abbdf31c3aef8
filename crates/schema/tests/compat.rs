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

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

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
