//! How large are the files and functions of each crate, and which modules import one another in a circle? For people: it
//! refuses nothing.

use std::fs;

use anyhow::{Context, Result};

use crate::manifest::{self, Member};
use crate::modules::{Module, Modules};
use crate::root::root;
use crate::source::{self, Source};
use crate::step::Outcome;
use crate::tokens::Token;

/// What is told of a crate.
#[derive(Debug, Default, PartialEq, Eq)]
struct Sizes {
    files: usize,
    /// Lines, tests and comments included.
    median: usize,
    p90: usize,
    /// The longest file and its lines.
    longest_file: (String, usize),
    /// The longest function outside tests, where it begins, and its lines.
    longest_function: (String, usize),
    /// The modules that each import circle joins, the largest first.
    circles: Vec<Vec<String>>,
}

/// Prints a line for each crate of the workspace.
///
/// # Errors
/// When a manifest or a source can't be read.
pub(crate) fn run() -> Result<Outcome> {
    println!(
        "{:<18} {:>5} {:>6} {:>5}  {:<48} {:<72} circles",
        "crate", "files", "median", "p90", "longest file", "longest function"
    );
    let mut circles = Vec::new();
    for member in manifest::members()? {
        let sizes = of(&member)?;
        println!("{}", shown(&member.name, &sizes));
        circles.extend(sizes.circles.iter().map(|joined| {
            let joined = joined.join(", ");
            format!("{}: {joined}", member.name)
        }));
    }
    if !circles.is_empty() {
        println!("\nmodules that import one another:\n{}", circles.join("\n"));
    }
    Ok(Outcome::Passed)
}

fn of(member: &Member) -> Result<Sizes> {
    let sources = source::files(&member.folder)?;
    let lines = sources.iter().map(|source| {
        let text = fs::read_to_string(root().join(&source.path))
            .with_context(|| format!("can't read {}", source.path))?;
        Ok((source.path.clone(), text.lines().count()))
    });
    let lines = lines.collect::<Result<Vec<_>>>()?;
    let circles = Modules::of(&sources, &source::src_of(&member.folder)).circles();
    let name = |module: &Module| match module.is_empty() {
        true => "the root".to_owned(),
        false => module.join("::"),
    };
    Ok(Sizes {
        circles: circles
            .iter()
            .map(|joined| joined.iter().map(name).collect())
            .collect(),
        ..sizes(lines, &sources)
    })
}

fn sizes(mut lines: Vec<(String, usize)>, sources: &[Source]) -> Sizes {
    lines.sort_by_key(|(_, count)| *count);
    let at = |share: usize| {
        let index = (lines.len().saturating_sub(1) * share).div_ceil(100);
        lines.get(index).map_or(0, |(_, count)| *count)
    };
    let functions = sources.iter().flat_map(|source| {
        let found = functions(&source.tokens).into_iter();
        found.map(move |(name, line, length)| (format!("{}:{line} {name}", source.path), length))
    });
    Sizes {
        files: lines.len(),
        median: at(50),
        p90: at(90),
        longest_function: functions
            .max_by_key(|(_, length)| *length)
            .unwrap_or_default(),
        longest_file: lines.last().cloned().unwrap_or_default(),
        circles: Vec::new(),
    }
}

/// Name, first line and number of lines of every function with a body.
fn functions(tokens: &[Token]) -> Vec<(&str, usize, usize)> {
    let mut found = Vec::new();
    for (index, pair) in tokens.windows(2).enumerate() {
        let [keyword, name] = pair else { continue };
        // A type such as `fn(&str)` has no name.
        if keyword.text != "fn" || name.text == "(" {
            continue;
        }
        if let Some(end) = end_of_body(&tokens[index..]) {
            found.push((name.text.as_str(), keyword.line, end + 1 - keyword.line));
        }
    }
    found
}

/// The line of the brace that ends the body of the function at the head; nothing without a body.
fn end_of_body(tokens: &[Token]) -> Option<usize> {
    let (mut depth, mut in_body) = (0_usize, false);
    for token in tokens {
        match token.text.as_str() {
            "{" if depth == 0 => {
                in_body = true;
                depth = 1;
            }
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => {
                depth = depth.checked_sub(1)?;
                if in_body && depth == 0 {
                    return Some(token.line);
                }
            }
            ";" if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn shown(name: &str, sizes: &Sizes) -> String {
    let with = |(what, lines): &(String, usize)| format!("{lines} {what}");
    let circles: Vec<String> = sizes
        .circles
        .iter()
        .map(|joined| joined.len().to_string())
        .collect();
    let circles = match circles.is_empty() {
        true => "none".to_owned(),
        false => format!("{} (of {} modules)", circles.len(), circles.join(", ")),
    };
    format!(
        "{name:<18} {:>5} {:>6} {:>5}  {:<48} {:<72} {circles}",
        sizes.files,
        sizes.median,
        sizes.p90,
        with(&sizes.longest_file),
        with(&sizes.longest_function),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;

    #[test]
    fn functions_have_their_lines() {
        let text = "fn short() {}\ntrait T { fn none(&self, f: fn(u8)) -> [u8; 2]; }\nimpl T {\n  pub async fn long<const N: usize>(\n    a: [u8; 3],\n  ) {\n    if a { b(); }\n  }\n}";
        let tokens = tokens::read(text).expect("sound Rust").tokens;
        assert_eq!(functions(&tokens), [("short", 1, 1), ("long", 4, 5)]);
    }

    #[test]
    fn median_and_90th_percentile_are_lines_of_a_file() {
        let lines = |count: usize| (1..=count).map(|n| (format!("{n}.rs"), n * 10)).collect();
        let of_ten = sizes(lines(10), &[]);
        assert_eq!((of_ten.files, of_ten.median, of_ten.p90), (10, 60, 100));
        let of_eleven = sizes(lines(11), &[]);
        assert_eq!((of_eleven.median, of_eleven.p90), (60, 100));
        assert_eq!(of_eleven.longest_file, ("11.rs".to_owned(), 110));
        assert_eq!(sizes(Vec::new(), &[]), Sizes::default());
    }
}
