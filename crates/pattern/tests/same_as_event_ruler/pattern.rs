//! Random patterns, as text; some of them wrong.

use crate::{
    event::{NAMES, NUMBERS, TEXTS, quoted, scalar},
    random::Random,
};

const WILDCARDS: &[&str] = &[
    "*", "a*", "*b", "a*b", "*a*", "", "a\\*b", "a\\\\b", "*\n*", "a*b*c", "ä*", "**", "a**b",
    "\\a", "a\\", "1*", "*b*",
];
const RANGES: &[&str] = &[
    "10.0.0.0/8",
    "10.0.0.1/24",
    "10.0.0.64/26",
    "2001:db8::/32",
    "::1/127",
    "10.0.0.0",
    "10.0.0.0/40",
    "10.0.0.0/-1",
    "x/8",
    "::/130",
];

pub(crate) fn pattern(random: &mut Random) -> String {
    object(random, 3)
}

fn object(random: &mut Random, depth: usize) -> String {
    let count = match random.below(40) {
        0 => 0,
        count => 1 + count % 3,
    };
    let mut names: Vec<&str> = (0..count).map(|_| random.one(NAMES)).collect();
    names.sort_unstable();
    names.dedup();
    let mut members: Vec<String> = Vec::new();
    if random.once_in(6) && depth > 1 {
        members.push(or(random, depth));
    }
    for name in names {
        let value = match random.below(5) {
            0..2 if depth > 1 => object(random, depth - 1),
            _ => list(random),
        };
        members.push(format!("{}: {value}", quoted(name)));
    }
    format!("{{{}}}", members.join(", "))
}

fn or(random: &mut Random, depth: usize) -> String {
    let count = match random.below(10) {
        0 => 1,
        count => 2 + count % 2,
    };
    let objects: Vec<String> = (0..count).map(|_| object(random, depth - 1)).collect();
    format!("\"$or\": [{}]", objects.join(", "))
}

fn list(random: &mut Random) -> String {
    let count = match random.below(60) {
        0 => 0,
        count => 1 + count % 3,
    };
    let all: Vec<String> = (0..count).map(|_| alternative(random)).collect();
    format!("[{}]", all.join(", "))
}

fn alternative(random: &mut Random) -> String {
    let text = |random: &mut Random| quoted(random.one(TEXTS));
    let (name, value) = match random.below(26) {
        0..8 => return scalar(random),
        8 => (
            "exists",
            random
                .one(&["true", "true", "false", "false", "1"])
                .to_owned(),
        ),
        9 | 10 => ("exists", random.one(&["true", "false"]).to_owned()),
        11 => ("prefix", text(random)),
        12 => ("suffix", text(random)),
        13 => ("prefix", folded(random)),
        14 => ("suffix", folded(random)),
        15 => ("equals-ignore-case", folded_text(random)),
        16 | 17 => ("wildcard", quoted(random.one(WILDCARDS))),
        18 | 19 => ("numeric", numeric(random)),
        20 => ("cidr", quoted(random.one(RANGES))),
        21 => ("exactly", text(random)),
        22 => {
            return random
                .one(&["{}", "[1]", r#"{"like": "a"}"#, r#"{"prefix": 1}"#])
                .to_owned();
        }
        _ => ("anything-but", anything_but(random)),
    };
    format!("{{\"{name}\": {value}}}")
}

/// Within the Basic Multilingual Plane: event-ruler takes other characters apart.
fn folded_text(random: &mut Random) -> String {
    loop {
        let text = random.one(TEXTS);
        if text != "😀" {
            return quoted(text);
        }
    }
}

fn folded(random: &mut Random) -> String {
    format!("{{\"equals-ignore-case\": {}}}", folded_text(random))
}

fn numeric(random: &mut Random) -> String {
    let number = |random: &mut Random| random.one(NUMBERS).to_owned();
    let first = random.one(&["=", "<", "<=", ">", ">=", ">", ">=", "!"]);
    let at = match random.below(20) {
        0 => "\"1\"".to_owned(),
        _ => number(random),
    };
    match random.below(3) {
        0 if first.starts_with('>') => {
            let second = random.one(&["<", "<=", "<", "<=", ">"]);
            format!("[\"{first}\", {at}, \"{second}\", {}]", number(random))
        }
        _ => format!("[\"{first}\", {at}]"),
    }
}

fn anything_but(random: &mut Random) -> String {
    let mut some = |of: fn(&mut Random) -> String| {
        let values: Vec<String> = (0..1 + random.below(2)).map(|_| of(random)).collect();
        match random.once_in(2) && values.len() == 1 {
            true => values[0].clone(),
            false => format!("[{}]", values.join(", ")),
        }
    };
    let text = |random: &mut Random| quoted(random.one(TEXTS));
    let texts = some(text);
    let numbers = some(|random| random.one(NUMBERS).to_owned());
    let mixed = some(scalar);
    let folded = some(folded_text);
    let wildcards = some(|random| quoted(random.one(WILDCARDS)));
    match random.below(9) {
        0 | 1 => texts,
        2 => numbers,
        3 => mixed,
        4 => format!("{{\"equals-ignore-case\": {folded}}}"),
        5 => format!("{{\"wildcard\": {wildcards}}}"),
        6 => format!(
            "{{\"{}\": {mixed}}}",
            random.one(&["prefix", "suffix", "numeric"])
        ),
        _ => format!("{{\"{}\": {texts}}}", random.one(&["prefix", "suffix"])),
    }
}
