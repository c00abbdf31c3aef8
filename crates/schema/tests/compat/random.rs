//! Random changes, held against the check itself.

use nuncio_schema::{BreakSide, Budget, Schema, SchemaVerdict};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::found;

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
