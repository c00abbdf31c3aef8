//! The language: what each part matches, and what is refused where.

#![allow(clippy::unwrap_used, reason = "a test that can not go on has failed")]

use nuncio_pattern::{Part, Pattern};
use serde_json::{Value, json};

fn compiled(pattern: &Value) -> Pattern {
    Pattern::compile(pattern.as_object().unwrap()).unwrap()
}

#[track_caller]
fn check(pattern: &Value, event: &Value, expected: bool) {
    let matches = compiled(pattern).matches_text(&event.to_string());
    assert_eq!(matches, expected, "{pattern} {event}");
}

#[test]
fn a_missing_field_matches_nothing_but_its_absence() {
    let empty = [
        json!({}),
        json!({"a": []}),
        json!({"a": {}}),
        json!({"b": 1}),
    ];
    for alternative in [
        json!(null),
        json!(false),
        json!(""),
        json!({"exists": true}),
        json!({"prefix": ""}),
        json!({"suffix": ""}),
        json!({"wildcard": "*"}),
        json!({"equals-ignore-case": ""}),
        json!({"anything-but": "x"}),
        json!({"anything-but": [1]}),
        json!({"anything-but": {"prefix": "x"}}),
        json!({"numeric": ["<", 1]}),
        json!({"cidr": "0.0.0.0/0"}),
    ] {
        for event in &empty {
            check(&json!({"a": [alternative]}), event, false);
        }
    }
    for event in &empty {
        check(&json!({"a": [{"exists": false}]}), event, true);
        check(&json!({"a": ["x", {"exists": false}]}), event, true);
    }
    check(
        &json!({"a": [{"exists": false}]}),
        &json!({"a": null}),
        false,
    );
}

#[test]
fn fields_below_one_array_match_in_one_element() {
    let pattern = json!({"lines": {"sku": ["A"], "quantity": [{"numeric": [">", 1]}]}});
    let check = |lines: Value, expected| check(&pattern, &json!({"lines": lines}), expected);
    check(json!([{"sku": "A", "quantity": 2}]), true);
    check(
        json!([{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 2}]),
        false,
    );
    check(
        json!([{"sku": "B", "quantity": 2}, {"sku": "A", "quantity": 1}, {"sku": "A", "quantity": 3}]),
        true,
    );
    check(json!([[{"sku": "A"}, {"quantity": 2}]]), false);
    check(json!([[{"sku": "A", "quantity": 2}]]), true);
}

#[test]
fn one_alternative_of_or_is_enough() {
    let pattern = json!({"a": {"$or": [{"b": [1]}, {"c": [2], "d": [3]}]}, "e": [4]});
    check(&pattern, &json!({"a": {"b": 1}, "e": 4}), true);
    check(&pattern, &json!({"a": {"c": 2, "d": 3}, "e": 4}), true);
    check(&pattern, &json!({"a": {"c": 2}, "e": 4}), false);
    check(&pattern, &json!({"a": {"b": 1}}), false);
}

#[test]
fn numbers_are_compared_by_value() {
    let check = |alternative: Value, number: &str, expected: bool| {
        let pattern = compiled(&json!({"a": [alternative]}));
        let event = format!("{{\"a\":{number}}}");
        assert_eq!(
            pattern.matches_text(&event),
            expected,
            "{alternative} {number}"
        );
    };
    check(json!(1), "1.0", true);
    check(json!(100), "1e2", true);
    check(json!(9_007_199_254_740_993_u64), "9007199254740993", true);
    check(json!(9_007_199_254_740_993_u64), "9007199254740992", false);
    check(json!({"numeric": [">", 0, "<=", 5]}), "5", true);
    check(json!({"numeric": [">", 0, "<", 5]}), "5", false);
    check(json!({"numeric": ["=", 0]}), "-0", true);
    check(json!({"numeric": [">", 0]}), "\"5\"", false);
    check(json!({"anything-but": [5]}), "5.0", false);
    check(json!({"anything-but": "5"}), "5", true);
}

#[test]
fn ranges_of_addresses_are_for_strings() {
    let everything = json!({"a": [{"cidr": "::/0"}, {"cidr": "0.0.0.0/0"}]});
    check(&everything, &json!({"a": "10.0.0.1"}), true);
    check(&everything, &json!({"a": "::1"}), true);
    check(&everything, &json!({"a": 5.0}), false);
    check(&everything, &json!({"a": "5.0"}), false);
    check(
        &json!({"a": ["10.0.0.1"]}),
        &json!({"a": "010.0.0.1"}),
        false,
    );
}

#[test]
fn alternatives_are_judged_each_by_itself() {
    let pattern = json!({"a": [{"wildcard": "*é"}, {"prefix": {"equals-ignore-case": "ÄB"}}]});
    check(&pattern, &json!({"a": "äb"}), true);
    check(&pattern, &json!({"a": "né"}), true);
    check(&pattern, &json!({"a": "ab"}), false);
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    #[track_caller]
    fn check(pattern: Value, pointer: &str, part: &str) {
        let error = Pattern::compile(pattern.as_object().unwrap()).unwrap_err();
        assert_eq!(error.pointer, pointer, "{pattern}");
        assert!(error.detail.contains(part), "{pattern}: {}", error.detail);
    }
    check(json!({}), "", "is empty");
    check(json!({"a": {}}), "/a", "is empty");
    check(json!({"a": []}), "/a", "is empty");
    check(json!({"a": 1}), "/a", "such as `[1]`");
    check(json!({"a": [[1]]}), "/a/0", "is a list");
    check(
        json!({"a": [1, {"like": 1}]}),
        "/a/1/like",
        "not an operator",
    );
    check(
        json!({"a": [{"prefix": 1}]}),
        "/a/0/prefix",
        "give a string",
    );
    check(
        json!({"a": [{"prefix": "a", "suffix": "b"}]}),
        "/a/0",
        "several",
    );
    check(
        json!({"a": {"numeric": [">", 0]}}),
        "/a/numeric",
        "is an operator",
    );
    check(
        json!({"a": [{"numeric": [">", "0"]}]}),
        "/a/0/numeric",
        "not a number",
    );
    check(
        json!({"a": [{"numeric": [">", 5, "<", 5]}]}),
        "/a/0/numeric",
        "less",
    );
    check(
        json!({"a": [{"cidr": "10.0.0.0"}]}),
        "/a/0/cidr",
        "not a range",
    );
    check(
        json!({"a": [{"wildcard": "**"}]}),
        "/a/0/wildcard",
        "in a row",
    );
    check(
        json!({"a": [{"exists": "yes"}]}),
        "/a/0/exists",
        "true or false",
    );
    check(
        json!({"a": [{"anything-but": ["a", 1]}]}),
        "/a/0/anything-but",
        "not both",
    );
    check(json!({"a/b": {"c~d": 1}}), "/a~1b/c~0d", "list");
    check(json!({"$or": [{"a": [1]}]}), "/$or", "at least two");
    check(
        json!({"$or": [{"a": [1]}, {"prefix": [1]}]}),
        "/$or/1/prefix",
        "operators",
    );
    check(
        json!({"!": [1], "$or": [{"!": [2]}, {"b": [1]}]}),
        "/$or/0/!",
        "twice",
    );
}

#[test]
fn patterns_are_bounded() {
    #[track_caller]
    fn check(pattern: &Value, part: &str) {
        let error = Pattern::compile(pattern.as_object().unwrap()).unwrap_err();
        assert!(error.detail.contains(part), "{}", error.detail);
    }
    check(&json!({"a": ["x".repeat(17_000)]}), "16384");
    check(&json!({"a": (0..1_001).collect::<Vec<_>>()}), "1000");
    let tests: Vec<Value> = (0..65).map(|n| json!({"prefix": n.to_string()})).collect();
    check(&json!({"a": tests}), "64");
    let fields: Value = (0..65).map(|n| (format!("f{n}"), json!([1]))).collect();
    check(&fields, "64");
    let nested = (0..33).fold(json!([1]), |inner, _| json!({"a": inner}));
    check(&nested, "32");
    let ors: Value = (0..9)
        .map(|n| (format!("f{n}"), json!({"$or": [{"a": [1]}, {"b": [1]}]})))
        .collect();
    check(&ors, "256");
}

/// Each field matches in each element, and nothing matches in the end: tried naively this would take 1000^8 steps.
#[test]
fn many_arrays_take_no_more_than_linear_time() {
    let names: Vec<String> = (0..8).map(|n| format!("f{n}")).collect();
    let mut pattern: Value = names
        .iter()
        .map(|name| (name.clone(), json!({"x": [1], "y": [1]})))
        .collect();
    pattern["z"] = json!({"x": [1], "y": [1]});
    let elements: Vec<Value> = (0..1_000).map(|_| json!({"x": 1, "y": 1})).collect();
    let mut event: Value = names
        .iter()
        .map(|name| (name.clone(), Value::from(elements.clone())))
        .collect();
    event["z"] = json!([{"x": 1}, {"y": 1}]);
    check(&pattern, &event, false);
}

#[test]
fn deep_and_broken_text_ends_in_an_answer() {
    let pattern = compiled(&json!({"a": {"b": [1]}, "c": [{"exists": false}]}));
    let deep = format!("{{\"a\":{}", "[".repeat(1_000_000));
    for text in [
        "",
        "{",
        "[]",
        "{\"a\"",
        "{\"a\":}",
        "{\"a\":{\"b\":1}",
        "{\"a\\",
        &deep,
    ] {
        let _ = pattern.matches_text(text);
    }
    assert!(pattern.matches_text("{\"a\":{\"b\":1}}"));
}

fn members(data: &str) -> [(&str, Part<'_>); 2] {
    [
        ("type", Part::Text("order.paid")),
        ("data", Part::Json(data)),
    ]
}

#[test]
fn the_part_that_did_not_match_is_named() {
    let pattern = compiled(&json!({
        "type": ["order.paid"],
        "data": {"amount": [{"numeric": [">", 100]}], "lines": {"sku": ["A"], "quantity": [2]}},
    }));
    let check = |data: &str, path: &str, found: Value, only_together: bool| {
        let mismatch = pattern.mismatch(&members(data)).unwrap();
        assert_eq!(mismatch.path, path, "{data}");
        assert_eq!(Value::from(mismatch.found), found, "{data}");
        assert_eq!(mismatch.only_together, only_together, "{data}");
    };
    let lines = r#""lines":[{"sku":"A","quantity":2}]"#;
    check(
        &format!("{{\"amount\":50,{lines}}}"),
        "data.amount",
        json!([50]),
        false,
    );
    check(&format!("{{{lines}}}"), "data.amount", json!([]), false);
    check(
        r#"{"amount":200,"lines":[{"sku":"A","quantity":1},{"sku":"B","quantity":2}]}"#,
        "data.lines.sku",
        json!(["A", "B"]),
        true,
    );
    assert_eq!(
        pattern.mismatch(&members(&format!("{{\"amount\":200,{lines}}}"))),
        None
    );
}
