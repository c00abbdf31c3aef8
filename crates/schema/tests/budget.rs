//! Schemas and values made to cost much: each check ends within its budget, counted in steps.

use nuncio_schema::{Budget, Exhausted, Schema, SchemaVerdict};
use serde_json::{Value, json};

const STEPS: u64 = 1_000_000;
const DEPTH: u32 = 400;

#[track_caller]
fn check(schema: &Value, value: &Value) -> SchemaVerdict {
    let schema = Schema::compile(schema).expect("it is accepted");
    let mut budget = Budget::new(STEPS, DEPTH);
    let verdict = schema.check(value, &mut budget);
    assert!(budget.steps_taken() <= STEPS);
    verdict
}

fn nested(levels: usize, innermost: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(innermost, |value, _| wrap(value))
}

/// Two branches that recurse, of which neither fits once the innermost value is wrong.
fn branching(keyword: &str) -> Value {
    let branch = |kind: &str| {
        json!({"type": "object", "properties": {
            "child": {"$ref": "#/$defs/n"}, "kind": {"const": kind}}})
    };
    json!({"$defs": {"n": {keyword: [branch("a"), branch("b")]}}, "$ref": "#/$defs/n"})
}

#[test]
fn recursive_branches_are_tried_once_for_each_value() {
    for keyword in ["oneOf", "anyOf", "allOf"] {
        for levels in [1, 22, 100] {
            let tree = nested(
                levels,
                json!({"kind": "c"}),
                |child| json!({"kind": "a", "child": child}),
            );
            let verdict = check(&branching(keyword), &tree);
            assert!(
                matches!(verdict, SchemaVerdict::Mismatches(_)),
                "{keyword} {levels}: {verdict:?}"
            );
        }
    }
    let good = nested(
        100,
        json!({"kind": "b"}),
        |child| json!({"kind": "a", "child": child}),
    );
    assert_eq!(check(&branching("oneOf"), &good), SchemaVerdict::Fits);
}

#[test]
fn recursion_that_has_to_look_back_ends_with_the_budget() {
    // What was found out can't be remembered below unevaluatedProperties.
    let branch = |kind: &str| {
        json!({"properties": {"child": {"$ref": "#/$defs/n"}, "kind": {"const": kind}},
               "unevaluatedProperties": false})
    };
    let schema = json!({"$defs": {"n": {"anyOf": [
        {"allOf": [branch("a")], "unevaluatedProperties": false},
        {"allOf": [branch("b")], "unevaluatedProperties": false}]}},
        "properties": {"child": {"$ref": "#/$defs/n"}}, "unevaluatedProperties": false});
    let tree = nested(
        60,
        json!({"kind": "c"}),
        |child| json!({"kind": "a", "child": child}),
    );
    let verdict = check(&schema, &json!({ "child": tree }));
    assert!(!matches!(verdict, SchemaVerdict::Fits), "{verdict:?}");
}

#[test]
fn definitions_that_double_end() {
    for keyword in ["allOf", "anyOf", "oneOf"] {
        let mut definitions = serde_json::Map::new();
        for n in 0..60 {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            definitions.insert(format!("d{n}"), json!({keyword: [next, next]}));
        }
        definitions.insert("d60".to_owned(), json!({"type": "string"}));
        for look_back in [json!({}), json!({"unevaluatedProperties": false})] {
            let mut schema = json!({"$ref": "#/$defs/d0", "$defs": definitions});
            schema
                .as_object_mut()
                .unwrap()
                .extend(look_back.as_object().unwrap().clone());
            let verdict = check(&schema, &json!({"a": 1}));
            assert!(
                !matches!(verdict, SchemaVerdict::Fits),
                "{keyword} {verdict:?}"
            );
        }
    }
}

#[test]
fn large_enums_patterns_and_arrays_end_with_the_budget() {
    let candidates: Vec<Value> = (0..3_000).map(|n| json!({"v": [n]})).collect();
    let items: Vec<Value> = (0..90_000).map(|_| json!({"v": [2_999]})).collect();
    let verdict = check(&json!({"items": {"enum": candidates}}), &json!(items));
    assert_eq!(verdict, SchemaVerdict::Exhausted(Exhausted::Steps(STEPS)));
    let patterns: Vec<Value> = (0..20).map(|_| json!({"pattern": r"\w{999}"})).collect();
    let verdict = check(&json!({"allOf": patterns}), &json!("a".repeat(1_000_000)));
    assert_eq!(verdict, SchemaVerdict::Exhausted(Exhausted::Steps(STEPS)));
    let properties: serde_json::Map<String, Value> = (1..40)
        .map(|n| (format!("a{{1,{n}}}b"), json!(true)))
        .collect();
    let members: serde_json::Map<String, Value> =
        (0..20_000).map(|n| (format!("a{n}"), json!(1))).collect();
    let schema = json!({"patternProperties": properties, "unevaluatedProperties": true});
    let verdict = check(&schema, &Value::Object(members));
    assert_eq!(verdict, SchemaVerdict::Exhausted(Exhausted::Steps(STEPS)));
    let schema = json!({"items": {"contains": {"contains": {"const": 1}}}, "uniqueItems": true});
    let rows: Vec<Value> = (0..300)
        .map(|n| json!([vec![n; 300], vec![n; 300], vec![n; 300]]))
        .collect();
    assert!(!matches!(check(&schema, &json!(rows)), SchemaVerdict::Fits));
    let texts: Vec<String> = (0..2_000).map(|n| format!("{n}").repeat(200)).collect();
    let schema = json!({"items": {"format": "iri", "minLength": 3, "maxLength": 1e300}});
    assert!(!matches!(
        check(&schema, &json!(texts)),
        SchemaVerdict::Fits
    ));
}

#[test]
fn depth_ends_by_its_own_name() {
    let mut definitions = serde_json::Map::new();
    for n in 0..500 {
        let next = json!({"allOf": [{"$ref": format!("#/$defs/d{}", n + 1)}]});
        definitions.insert(format!("d{n}"), next);
    }
    definitions.insert("d500".to_owned(), json!(true));
    let schema = json!({"$ref": "#/$defs/d0", "$defs": definitions});
    let verdict = check(&schema, &json!(1));
    assert_eq!(verdict, SchemaVerdict::Exhausted(Exhausted::Depth(DEPTH)));
}

#[test]
fn many_mismatches_are_told_in_ten() {
    let items: Vec<Value> = (0..90_000).map(Value::from).collect();
    let any = json!({"items": {"anyOf": [{"type": "string"}, {"type": "null"}]}});
    for schema in [
        json!({"items": {"type": "string"}}),
        json!({"items": false}),
        any,
    ] {
        let SchemaVerdict::Mismatches(found) = check(&schema, &json!(items)) else {
            panic!("numbers are no strings");
        };
        assert_eq!(found.len(), 10);
        assert_eq!(found[1].pointer, "/1");
    }
}

#[test]
fn ordinary_large_values_fit_in_the_budget() {
    let schema = json!({"type": "array", "items": {"type": "object", "required": ["id", "name"],
        "properties": {"id": {"type": "integer", "minimum": 0}, "name": {"type": "string",
        "maxLength": 100, "pattern": "^[a-z ]+$"}, "at": {"format": "date-time"},
        "kind": {"enum": ["a", "b", "c"]}}, "additionalProperties": false}, "uniqueItems": true});
    let items: Vec<Value> = (0..10_000)
        .map(|n| json!({"id": n, "name": "a name", "at": "2026-04-26T12:34:56Z", "kind": "b"}))
        .collect();
    let schema = Schema::compile(&schema).unwrap();
    let mut budget = Budget::new(4_000_000, DEPTH);
    assert_eq!(
        schema.check(&json!(items), &mut budget),
        SchemaVerdict::Fits,
        "{budget:?}"
    );
}
