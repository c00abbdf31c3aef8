//! Random events, as text: how a number is written counts.

use crate::random::Random;

/// Few names, so that patterns and events meet. Some sort before a dot, some hold one.
pub(crate) const NAMES: &[&str] = &["a", "a", "b", "b", "c", "a-b", "ä", "a.b"];
pub(crate) const TEXTS: &[&str] = &[
    "",
    "a",
    "a",
    "b",
    "ab",
    "abc",
    "AB",
    "aXb",
    "äb",
    "ÄB",
    "Straße",
    "STRASSE",
    "a*b",
    "a\\b",
    "10.0.0.1",
    "10.0.0.77",
    "11.0.0.1",
    "2001:db8::1",
    "::1",
    "1",
    "null",
    "line\nend",
    "é",
    "😀",
];
pub(crate) const NUMBERS: &[&str] = &[
    "0",
    "1",
    "1",
    "1.0",
    "5",
    "5",
    "5.0",
    "-1",
    "1.5",
    "100",
    "1e2",
    "0.1",
    "-0.0",
    "3.018e2",
    "9007199254740993",
    "12345678901234567",
    "301.8",
];
const WORDS: &[&str] = &["true", "false", "null"];

pub(crate) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// The text as JSON, now and then with every character escaped.
fn spelled(random: &mut Random, text: &str) -> String {
    if !random.once_in(5) {
        return quoted(text);
    }
    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
    format!("\"{}\"", units.collect::<String>())
}

pub(crate) fn scalar(random: &mut Random) -> String {
    match random.below(8) {
        0..4 => {
            let text = random.one(TEXTS);
            spelled(random, text)
        }
        4..7 => random.one(NUMBERS).to_owned(),
        _ => random.one(WORDS).to_owned(),
    }
}

pub(crate) fn event(random: &mut Random) -> String {
    object(random, 3)
}

fn object(random: &mut Random, depth: usize) -> String {
    let mut names: Vec<&str> = (0..random.below(5)).map(|_| random.one(NAMES)).collect();
    names.sort_unstable();
    names.dedup();
    // Where a name with a dot says the same as nesting, two arrays may stand at one place: see the documentation.
    if names.contains(&"a") {
        names.retain(|name| *name != "a.b");
    }
    let members = names.iter().map(|name| {
        let blank = random.one(&["", " ", "\n\t"]);
        format!(
            "{blank}{}{blank}:{blank}{}",
            spelled(random, name),
            value(random, depth - 1)
        )
    });
    let members: Vec<String> = members.collect();
    format!("{{{}}}", members.join(","))
}

fn value(random: &mut Random, depth: usize) -> String {
    match random.below(7) {
        0..2 if depth > 0 => object(random, depth),
        2..4 if depth > 0 => {
            let count = random.below(4);
            let values: Vec<String> = (0..count).map(|_| value(random, depth - 1)).collect();
            format!("[{}]", values.join(", "))
        }
        4 => {
            let count = random.below(3);
            let values: Vec<String> = (0..count).map(|_| scalar(random)).collect();
            format!("[{}]", values.join(","))
        }
        5 if depth > 0 => {
            let count = random.below(4);
            let values: Vec<String> = (0..count).map(|_| object(random, depth)).collect();
            format!("[{}]", values.join(","))
        }
        _ => scalar(random),
    }
}
