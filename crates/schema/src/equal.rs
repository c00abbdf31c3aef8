//! Equality of JSON values, and whether all items of an array differ. Every look pays.

use std::{
    collections::HashMap,
    hash::{BuildHasher, Hash, Hasher, RandomState},
};

use serde_json::Value;

use crate::{Budget, Exhausted, number};

/// Bytes of text that one step compares or hashes.
const BYTES_A_STEP: u64 = 64;

/// What it costs to walk over a text.
pub(crate) fn text_steps(text: &str) -> u64 {
    1 + text.len() as u64 / BYTES_A_STEP
}

/// Whether two values are equal: numbers by value, objects whatever their order.
pub(crate) fn equal(a: &Value, b: &Value, budget: &mut Budget<'_>) -> Result<bool, Exhausted> {
    budget.spend(1)?;
    match (a, b) {
        (Value::Null, Value::Null) => Ok(true),
        (Value::Bool(a), Value::Bool(b)) => Ok(a == b),
        (Value::Number(a), Value::Number(b)) => Ok(number::compare(a, b).is_eq()),
        (Value::String(a), Value::String(b)) if a.len() == b.len() => {
            budget.spend(text_steps(a))?;
            Ok(a == b)
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (a, b) in a.iter().zip(b) {
                if !equal(a, b, budget)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        (Value::Object(a), Value::Object(b)) if a.len() == b.len() => {
            for (name, a) in a {
                budget.spend(text_steps(name))?;
                let Some(b) = b.get(name) else {
                    return Ok(false);
                };
                if !equal(a, b, budget)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}

/// Whether no two items are equal: only those with the same hash are compared.
pub(crate) fn all_differ(items: &[Value], budget: &mut Budget<'_>) -> Result<bool, Exhausted> {
    let hashes = RandomState::new();
    let mut seen: HashMap<u64, Vec<&Value>> = HashMap::new();
    for item in items {
        let mut hasher = hashes.build_hasher();
        hash(item, &mut hasher, budget)?;
        // A place in the table, and what lies there.
        budget.spend(4)?;
        let alike = seen.entry(hasher.finish()).or_default();
        for other in alike.iter() {
            if equal(item, other, budget)? {
                return Ok(false);
            }
        }
        alike.push(item);
    }
    Ok(true)
}

fn hash(value: &Value, to: &mut impl Hasher, budget: &mut Budget<'_>) -> Result<(), Exhausted> {
    budget.spend(1)?;
    std::mem::discriminant(value).hash(to);
    match value {
        Value::Null => {}
        Value::Bool(value) => value.hash(to),
        // Equal numbers are equal as floats; -0 is 0.
        Value::Number(value) => (value.as_f64().unwrap_or_default() + 0.0)
            .to_bits()
            .hash(to),
        Value::String(text) => {
            budget.spend(text_steps(text))?;
            text.hash(to);
        }
        Value::Array(items) => {
            items.len().hash(to);
            for item in items {
                hash(item, to, budget)?;
            }
        }
        Value::Object(members) => {
            // Whatever their order: each by itself, then summed.
            let mut sum = 0u64;
            for (name, value) in members {
                budget.spend(text_steps(name))?;
                let mut one = std::hash::DefaultHasher::new();
                name.hash(&mut one);
                hash(value, &mut one, budget)?;
                sum = sum.wrapping_add(one.finish());
            }
            sum.hash(to);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn differ(items: &Value) -> bool {
        let mut budget = Budget::new(10_000_000, 10);
        all_differ(items.as_array().unwrap(), &mut budget).unwrap()
    }

    #[test]
    fn items_are_alike_by_value() {
        assert!(differ(&json!([1, 2, "1", [1], {"a": 1}, null, false, 0])));
        assert!(!differ(&json!([1, 1.0])));
        assert!(!differ(&json!([{"a": 1, "b": [2]}, {"b": [2.0], "a": 1}])));
        assert!(!differ(&json!([0.0, -0.0])));
        assert!(differ(&json!([
            9_007_199_254_740_993u64,
            9_007_199_254_740_992u64
        ])));
    }

    #[test]
    fn ninety_thousand_objects_cost_a_few_steps_each() {
        let items: Vec<Value> = (0..90_000).map(|n| json!({"n": n})).collect();
        let mut budget = Budget::new(2_000_000, 10);
        assert_eq!(all_differ(&items, &mut budget), Ok(true));
        assert!(budget.steps_taken() < 1_000_000, "{budget:?}");
    }

    #[test]
    fn numbers_that_hash_alike_are_paid_for() {
        // All of them are the same float.
        let items: Vec<Value> = (0..1_000u64).map(|n| json!(u64::MAX - n)).collect();
        let mut budget = Budget::new(100_000, 10);
        assert_eq!(
            all_differ(&items, &mut budget),
            Err(Exhausted::Steps(100_000))
        );
    }
}
