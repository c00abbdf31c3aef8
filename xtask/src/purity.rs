//! What may a crate's code not say? What is pure asks nothing of the system, only the binary asks for time,
//! randomness and environment, and vendors' names are data.

use crate::source::Source;
use crate::tokens::{Token, starts_with_path};

/// Paths that some crates' code may not mention.
struct Rule {
    paths: &'static [&'static [&'static str]],
    applies_to: fn(&str) -> bool,
    why: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        paths: &[
            &["std", "fs"],
            &["std", "net"],
            &["tokio"],
            &["hyper"],
            &["rusqlite"],
        ],
        applies_to: |name| matches!(name, "nuncio-dialect" | "nuncio-domain"),
        why: "a pure crate does no I/O",
    },
    // Tokio's `Instant` is left alone: a test can pause and advance it. What is not named by its full path is
    // caught by clippy.toml, which knows types.
    Rule {
        paths: &[
            &["SystemTime"],
            &["std", "time", "SystemTime"],
            &["std", "time", "Instant"],
            &["env", "var"],
            &["env", "var_os"],
            &["env", "vars"],
            &["getrandom"],
            &["OsRng"],
        ],
        // `nuncio-tools` has the system's clock and randomness for the binary and its commands. In somebody else's program,
        // the client is the outermost layer that is ours.
        applies_to: |name| !matches!(name, "nuncio" | "nuncio-tools" | "nuncio-client"),
        why: "only the binary asks the system for time, randomness and environment",
    },
];

/// Vendors whose formats came first; their names belong into dialect files.
const VENDORS: &[&str] = &["inviolet", "deiterate", "ventryx", "yativo", "grantiva"];

/// Starts of the paths where vendors are named: the list of the built-in dialect files, and the demo.
const NAMES_VENDORS: &[&str] = &["crates/dialect/src/builtin.rs", "crates/demo"];

/// What a file of that crate says and may not, each with its place.
pub(crate) fn violations(crate_name: &str, file: &Source) -> Vec<String> {
    let may_name_vendors = NAMES_VENDORS
        .iter()
        .any(|start| file.path.starts_with(start));
    let mut found = Vec::new();
    for (index, token) in file.tokens.iter().enumerate() {
        let mut report = |what: &str, why: &str| {
            found.push(format!("{}:{}: {what}: {why}", file.path, token.line))
        };
        for (path, why) in forbidden_paths(crate_name, &file.tokens[index..]) {
            report(&path.join("::"), why);
        }
        if let Some(vendor) = vendor_in(token).filter(|_| !may_name_vendors) {
            report(vendor, "a vendor's name belongs into a dialect file");
        }
    }
    found
}

fn forbidden_paths(
    crate_name: &str,
    tokens: &[Token],
) -> impl Iterator<Item = (&'static [&'static str], &'static str)> {
    // A group is looked through from the word before it; its own brace would report it a second time.
    let at_brace = tokens.first().is_some_and(|token| token.text == "{");
    let rules = RULES
        .iter()
        .filter(move |rule| !at_brace && (rule.applies_to)(crate_name));
    rules.flat_map(move |rule| {
        let mentioned = rule
            .paths
            .iter()
            .filter(move |path| starts_with_path(tokens, path));
        mentioned.map(|path| (*path, rule.why))
    })
}

fn vendor_in(token: &Token) -> Option<&'static str> {
    let text = token.text.to_lowercase();
    VENDORS
        .iter()
        .find(|vendor| text.contains(**vendor))
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens;

    fn check(crate_name: &str, path: &str, source: &str, expected: &[&str]) {
        let tokens = tokens::read(source).expect("sound Rust").tokens;
        let file = Source {
            path: path.to_owned(),
            tokens,
        };
        assert_eq!(violations(crate_name, &file), expected, "{source}");
    }

    #[test]
    fn pure_crates_do_no_io() {
        let expected = "a.rs:1: std::fs: a pure crate does no I/O";
        check("nuncio-domain", "a.rs", "use std::{fs, io};", &[expected]);
        check(
            "nuncio-dialect",
            "a.rs",
            "fn f() { let x = std::fs::read(p); }",
            &[expected],
        );
        check("nuncio-store", "a.rs", "use std::fs; use tokio::sync;", &[]);
        check(
            "nuncio-domain",
            "a.rs",
            "// tokio\n#[cfg(test)] mod tests { use std::fs; }",
            &[],
        );
    }

    #[test]
    fn only_the_binary_asks_the_system() {
        let why = "only the binary asks the system for time, randomness and environment";
        check(
            "nuncio-tools",
            "a.rs",
            "use std::time::{Instant, SystemTime}; fn f() { getrandom::fill(b); }",
            &[],
        );
        check(
            "nuncio-engine",
            "a.rs",
            "use tokio::time::Instant; fn f() { Instant::now(); }",
            &[],
        );
        check(
            "nuncio-engine",
            "a.rs",
            "\nuse std::time::{Duration, Instant};",
            &[&format!("a.rs:2: std::time::Instant: {why}")],
        );
        check(
            "nuncio-api",
            "a.rs",
            "std::env::var(name)",
            &[&format!("a.rs:1: env::var: {why}")],
        );
        check(
            "nuncio-store",
            "a.rs",
            "getrandom::fill(b)",
            &[&format!("a.rs:1: getrandom: {why}")],
        );
    }

    #[test]
    fn vendors_are_named_in_dialect_files_only() {
        let why = "a vendor's name belongs into a dialect file";
        let source = "const HEADER: &str = \"X-Yativo-Signature\";";
        check(
            "nuncio",
            "crates/nuncio/src/cli.rs",
            source,
            &[&format!("crates/nuncio/src/cli.rs:1: yativo: {why}")],
        );
        check("nuncio-demo", "crates/demo/src/lib.rs", source, &[]);
        check(
            "nuncio-dialect",
            "crates/dialect/src/builtin.rs",
            source,
            &[],
        );
        check("nuncio", "a.rs", "/// Like Yativo.\nfn f() {}", &[]);
    }
}
