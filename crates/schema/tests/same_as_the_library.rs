//! Random schemas and values: what fits is what the crate `jsonschema` says fits.

use nuncio_schema::{Budget, Schema, SchemaVerdict};
use proptest::prelude::*;
use serde_json::{Value, json};

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-3i64..12).prop_map(Value::from),
        prop_oneof![Just(1.0), Just(1.5), Just(0.3), Just(-2.0)].prop_map(Value::from),
        prop_oneof![Just("a"), Just("bb"), Just("2024-02-29"), Just("")].prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[abc]", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn keyword(inner: BoxedStrategy<Value>) -> impl Strategy<Value = (String, Value)> {
    let named = |name: &'static str, values: BoxedStrategy<Value>| {
        values
            .prop_map(move |value| (name.to_owned(), value))
            .boxed()
    };
    let count = || (0u64..4).prop_map(Value::from).boxed();
    let number = || {
        prop_oneof![
            (-2i64..9).prop_map(Value::from),
            Just(json!(0.1)),
            Just(json!(1.5))
        ]
        .boxed()
    };
    let names = || {
        prop::collection::btree_set("[abc]", 0..3)
            .prop_map(Value::from_iter)
            .boxed()
    };
    let list = || {
        prop::collection::vec(inner.clone(), 1..4)
            .prop_map(Value::from)
            .boxed()
    };
    let map = |keys: &'static str| {
        prop::collection::btree_map(keys, inner.clone(), 0..4)
            .prop_map(|members| Value::Object(members.into_iter().collect()))
            .boxed()
    };
    let kinds = prop::sample::select(vec![
        "null", "boolean", "integer", "number", "string", "array", "object",
    ]);
    let applicators = prop_oneof![
        named("allOf", list()),
        named("anyOf", list()),
        named("oneOf", list()),
        named("not", inner.clone()),
        named("if", inner.clone()),
        named("then", inner.clone()),
        named("else", inner.clone()),
        named("items", inner.clone()),
        named("prefixItems", list()),
        named("contains", inner.clone()),
        named("properties", map("[abc]")),
        named("patternProperties", map("\\^\\[ab\\]|c")),
        named("additionalProperties", inner.clone()),
        named("propertyNames", inner.clone()),
        named("dependentSchemas", map("[abc]")),
        named("unevaluatedProperties", inner.clone()),
        named("unevaluatedItems", inner.clone()),
        named(
            "$ref",
            prop::sample::select(vec!["#/$defs/x", "#/$defs/y", "#leaf"])
                .prop_map(Value::from)
                .boxed()
        ),
    ];
    let leaves = prop_oneof![
        named("type", kinds.prop_map(Value::from).boxed()),
        named(
            "enum",
            prop::collection::vec(value(), 1..4)
                .prop_map(Value::from)
                .boxed()
        ),
        named("const", value().boxed()),
        named(
            "multipleOf",
            prop_oneof![Just(json!(1)), Just(json!(0.1)), Just(json!(2))].boxed()
        ),
        named("minimum", number()),
        named("exclusiveMaximum", number()),
        named("minLength", count()),
        named("maxLength", count()),
        named(
            "pattern",
            prop_oneof![Just(json!("^a")), Just(json!("b+$"))].boxed()
        ),
        named("format", Just(json!("date")).boxed()),
        named("minItems", count()),
        named("maxItems", count()),
        named("uniqueItems", any::<bool>().prop_map(Value::from).boxed()),
        named("minContains", count()),
        named("maxContains", count()),
        named("minProperties", count()),
        named("maxProperties", count()),
        named("required", names()),
        named(
            "dependentRequired",
            names().prop_map(|names| json!({ "a": names })).boxed()
        ),
    ];
    prop_oneof![3 => applicators, 2 => leaves]
}

fn subschema() -> BoxedStrategy<Value> {
    let leaf = prop_oneof![
        Just(json!(true)),
        Just(json!(false)),
        Just(json!({})),
        Just(json!({"type": "object"})),
        Just(json!({"type": ["integer", "string"]})),
        Just(json!({"required": ["a"]})),
        Just(json!({"properties": {"b": true}})),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        prop::collection::vec(keyword(inner.boxed()), 1..5)
            .prop_map(|keywords| Value::Object(keywords.into_iter().collect()))
    })
    .boxed()
}

fn schema() -> impl Strategy<Value = Value> {
    (subschema(), subschema(), subschema()).prop_map(|(root, x, y)| {
        json!({
            "allOf": [root],
            "$defs": {"x": {"properties": {"a": x}}, "y": y, "z": {"$anchor": "leaf", "type": "integer"}},
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn what_fits_is_what_the_library_says(schema in schema(), values in prop::collection::vec(value(), 6)) {
        let Ok(ours) = Schema::compile(&schema) else {
            // Endless ones, which the library cuts off at a place of its own.
            return Ok(());
        };
        let theirs = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .build(&schema)
            .expect("what we accept is a schema");
        for value in values {
            let mut budget = Budget::new(1_000_000, 400);
            let fits = match ours.check(&value, &mut budget) {
                SchemaVerdict::Fits => true,
                SchemaVerdict::Mismatches(_) => false,
                SchemaVerdict::Exhausted(end) => panic!("{end} {schema} {value}"),
            };
            prop_assert_eq!(fits, theirs.is_valid(&value), "{} {}", schema, value);
        }
    }
}
