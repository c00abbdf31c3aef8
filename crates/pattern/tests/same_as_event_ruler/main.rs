//! Random patterns and events: each pair matches, doesn't, or is refused as AWS's own event-ruler says. The crate's
//! documentation lists where they differ on purpose; the pairs keep away from there.
//!
//! `cargo xtask setup` and the build of `vendors/java` bring event-ruler; `cargo xtask check` does both.

#![allow(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod derived;
mod event;
mod pattern;
mod random;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use nuncio_pattern::Pattern;
use serde_json::{Value, json};

use random::Random;

/// Enough that a rule which is left out is noticed.
const PAIRS: usize = 30_000;
/// Another one tries other pairs.
const SEED: u64 = 0x6e75_6e63_696f;
/// What each answer has to come to at least, so that none goes untested.
const OF_EACH_MIN: usize = PAIRS / 20;

#[derive(Debug)]
struct Pair {
    pattern: String,
    event: String,
}

/// What is below `target/` once `vendors/java` is built.
fn built(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let path = root.join("target/xtask/vendors/java").join(name);
    assert!(
        path.exists(),
        "{} is missing: `cargo xtask vendors` builds it",
        path.display()
    );
    path
}

/// What event-ruler says of each pair.
fn judged(pairs: &[Pair]) -> Vec<String> {
    let lines: Vec<String> = pairs
        .iter()
        .map(|pair| json!({"pattern": pair.pattern, "event": pair.event}).to_string())
        .collect();
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pairs.jsonl");
    fs::write(&file, lines.join("\n")).unwrap();
    let class_path = format!(
        "{}:{}/*",
        built("classes").display(),
        built("lib").display()
    );
    let output = Command::new("java")
        .args(["-XX:+UseSerialGC", "-cp", &class_path, "EventRuler"])
        .arg(&file)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let answers = String::from_utf8(output.stdout).unwrap();
    answers.lines().map(str::to_owned).collect()
}

/// What we say; nothing where we differ on purpose.
fn ours(pair: &Pair) -> Option<&'static str> {
    let pattern: Value = serde_json::from_str(&pair.pattern).unwrap();
    match Pattern::compile(pattern.as_object().unwrap()) {
        Ok(pattern) => Some(match pattern.matches_text(&pair.event) {
            true => "true",
            false => "false",
        }),
        Err(error) if error.detail.contains("is required twice") => None,
        Err(_) => Some("invalid"),
    }
}

/// Every second pattern is made for its event.
fn pair(random: &mut Random, n: usize) -> Pair {
    let event = event::event(random);
    let derived = match n.is_multiple_of(2) {
        true => derived::pattern(random, &event),
        false => None,
    };
    Pair {
        pattern: derived.unwrap_or_else(|| pattern::pattern(random)),
        event,
    }
}

#[test]
fn patterns_match_what_event_ruler_matches() {
    let mut random = Random::new(SEED);
    let pairs: Vec<Pair> = (0..PAIRS).map(|n| pair(&mut random, n)).collect();
    let theirs = judged(&pairs);
    assert_eq!(theirs.len(), pairs.len());
    let mut differing = Vec::new();
    let mut counts = [("true", 0), ("false", 0), ("invalid", 0)];
    for (pair, theirs) in pairs.iter().zip(&theirs) {
        let Some(ours) = ours(pair) else {
            continue;
        };
        for (answer, count) in &mut counts {
            *count += usize::from(*answer == ours);
        }
        if ours != theirs {
            differing.push(format!("{pair:?}: ours {ours}, event-ruler's {theirs}"));
        }
    }
    let shown: Vec<&String> = differing.iter().take(10).collect();
    assert!(
        differing.is_empty(),
        "{} differ: {shown:#?}",
        differing.len()
    );
    for (answer, count) in counts {
        assert!(count >= OF_EACH_MIN, "only {count} are {answer}");
    }
}
