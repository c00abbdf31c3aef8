//! What a change of a schema breaks, as a table.

mod other_words;
mod random;

use nuncio_schema::{Break, BreakSide, Budget, breaks};
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
