//! Matching an event of 1 KB, and one with arrays: `cargo bench -p nuncio-pattern`.

#![allow(
    clippy::unwrap_used,
    reason = "a measurement that can not go on has failed"
)]

use divan::Bencher;
use nuncio_pattern::{Part, Pattern};

fn main() {
    divan::main();
}

fn pattern(text: &str) -> Pattern {
    let value: serde_json::Value = serde_json::from_str(text).unwrap();
    Pattern::compile(value.as_object().unwrap()).unwrap()
}

/// Data of an order, 1 KB.
fn order() -> String {
    let lines: Vec<String> = (0..8)
        .map(|n| {
            format!(
                r#"{{"sku":"SKU-{n:04}","title":"A thing of some length","quantity":{n},"price":"19.90"}}"#
            )
        })
        .collect();
    let data = format!(
        r#"{{"id":"ord_8fk2mzt1q","customer":{{"id":"cus_77","email":"jane.doe@example.com","country":"DE"}},"lines":[{}],"note":"Leave it \"at the door\"","amount":159.2,"currency":"EUR","status":"paid"}}"#,
        lines.join(",")
    );
    let missing = 1_024usize.saturating_sub(data.len() + 10);
    let data = data.replacen('{', &format!(r#"{{"pad":"{}","#, "x".repeat(missing)), 1);
    assert!((1_000..=1_040).contains(&data.len()), "{}", data.len());
    data
}

fn matching(bencher: Bencher<'_, '_>, text: &str, expected: bool) {
    let (pattern, data) = (pattern(text), order());
    let members = [
        ("type", Part::Text("order.paid")),
        ("data", Part::Json(&data)),
        ("metadata", Part::Json("{}")),
    ];
    assert_eq!(pattern.matches(&members), expected);
    bencher.bench_local(|| pattern.matches(divan::black_box(&members)));
}

#[divan::bench]
fn plain(bencher: Bencher<'_, '_>) {
    matching(
        bencher,
        r#"{"data": {"status": ["paid"], "amount": [{"numeric": [">", 100]}], "customer": {"country": ["DE", "AT"]}}}"#,
        true,
    );
}

#[divan::bench]
fn plain_that_does_not_match(bencher: Bencher<'_, '_>) {
    matching(bencher, r#"{"data": {"status": ["refunded"]}}"#, false);
}

#[divan::bench]
fn type_alone(bencher: Bencher<'_, '_>) {
    matching(bencher, r#"{"type": [{"suffix": ".paid"}]}"#, true);
}

#[divan::bench]
fn within_one_element(bencher: Bencher<'_, '_>) {
    matching(
        bencher,
        r#"{"data": {"lines": {"sku": [{"wildcard": "SKU-*5"}], "quantity": [5]}}}"#,
        true,
    );
}

/// The largest event that there is, 1 MB of order lines, held against the different filters of fifty endpoints, as a publish
/// does it. Each reads what it needs of the text by itself; half of the filters are about the lines, and read all of it.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn fifty_filters_and_a_megabyte(bencher: Bencher<'_, '_>) {
    let line = |n: usize| {
        format!(
            r#"{{"sku":"SKU-{n:05}","title":"A thing of some length","quantity":{n},"price":"19.90"}}"#
        )
    };
    let lines: Vec<String> = (0..12_300).map(line).collect();
    let data = format!(
        r#"{{"status":"paid","amount":159.2,"lines":[{}],"customer":{{"country":"DE"}}}}"#,
        lines.join(",")
    );
    assert!(
        (1_000_000..=1_048_576).contains(&data.len()),
        "{}",
        data.len()
    );
    let patterns: Vec<Pattern> = (0..50)
        .map(|n| match n % 2 {
            0 => pattern(&format!(
                r#"{{"data": {{"amount": [{{"numeric": [">", {n}]}}], "customer": {{"country": ["DE"]}}}}}}"#
            )),
            _ => pattern(&format!(
                r#"{{"data": {{"lines": {{"sku": [{{"suffix": "{n:03}"}}], "quantity": [{n}]}}}}}}"#
            )),
        })
        .collect();
    let members = [
        ("type", Part::Text("order.paid")),
        ("data", Part::Json(&data)),
        ("metadata", Part::Json("{}")),
    ];
    let matched = || {
        let matching = patterns
            .iter()
            .filter(|pattern| pattern.matches(divan::black_box(&members)));
        matching.count()
    };
    assert_eq!(matched(), 50);
    bencher.bench_local(matched);
}
