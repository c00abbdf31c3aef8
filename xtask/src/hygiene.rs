//! Is what we track fit to be published? No path of somebody's machine, no package registry's host, no
//! unfinished code, no public type's name twice.

use std::fs;

use anyhow::Result;

use crate::names;
use crate::root::root;
use crate::run;
use crate::step::Outcome;

/// Text that no tracked file may contain, and why. Put together from halves, or this file would be found.
const FORBIDDEN: &[(&str, &str)] = &[
    (concat!("/wo", "rk/"), "a path of one machine"),
    (concat!("/ro", "ot/"), "a path of one machine"),
    (
        concat!("registry.npm", "js.org"),
        "a registry's host: npm knows its own",
    ),
    (
        concat!("static.cra", "tes.io"),
        "a registry's host: Cargo knows its own",
    ),
    (
        concat!("index.cra", "tes.io"),
        "a registry's host: Cargo knows its own",
    ),
    (
        concat!("files.python", "hosted.org"),
        "a registry's host: pip knows its own",
    ),
    (
        concat!("pypi", ".org/simple"),
        "a registry's host: pip knows its own",
    ),
    (
        concat!("\"resolved\": \"", "http"),
        "a registry's host: set omit-lockfile-registry-resolved",
    ),
    (concat!("to", "do!("), "unfinished code"),
];

/// Reads every tracked text file, and the crates' sources.
///
/// # Errors
/// When Git can't list them, or a source can't be read.
pub(crate) fn run() -> Result<Outcome> {
    let listed = run::output(run::command("git").args(["ls-files", "-z"]))?;
    let mut violations: Vec<String> = listed
        .split_terminator('\0')
        // What is not UTF-8 is no text; what is gone from the working tree is about to leave the index too.
        .filter_map(|path| Some((path, fs::read_to_string(root().join(path)).ok()?)))
        .flat_map(|(path, text)| violations(path, &text))
        .collect();
    violations.extend(names::violations()?);
    Ok(Outcome::of_violations(&violations))
}

fn violations(path: &str, text: &str) -> Vec<String> {
    let in_line = |(number, line): (usize, &str)| -> Vec<String> {
        FORBIDDEN
            .iter()
            .filter(|(forbidden, _)| contains(line, forbidden))
            .map(|(forbidden, why)| format!("{path}:{}: {forbidden}: {why}", number + 1))
            .collect()
    };
    text.lines().enumerate().flat_map(in_line).collect()
}

/// Whether the line has the text, and not only as the rest of a longer path such as `src/work/`.
fn contains(line: &str, forbidden: &str) -> bool {
    line.match_indices(forbidden).any(|(start, _)| {
        let inside_a_path = forbidden.starts_with('/')
            && line[..start].ends_with(|c: char| c.is_alphanumeric() || "_-.}".contains(c));
        !inside_a_path
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forbidden_text_is_reported_with_its_place() {
        let text = format!("fine\nsee {}main\n", FORBIDDEN[0].0);
        let expected = format!("a.md:2: {}: a path of one machine", FORBIDDEN[0].0);
        assert_eq!(violations("a.md", &text), [expected]);
    }

    #[test]
    fn every_forbidden_text_is_found_at_the_start_of_a_line_and_within_it() {
        for (forbidden, _) in FORBIDDEN {
            assert_eq!(violations("a", forbidden).len(), 1, "{forbidden}");
            assert_eq!(
                violations("a", &format!("x = \"{forbidden}")).len(),
                1,
                "{forbidden}"
            );
        }
    }

    #[test]
    fn folder_of_the_project_with_such_a_name_is_no_machine_path() {
        fn check(line: String) {
            assert!(violations("a", &line).is_empty(), "{line}");
        }
        check(format!("crates/store/src{}claim.rs", FORBIDDEN[0].0));
        check(format!("${{HOME}}{}claim.rs", FORBIDDEN[0].0));
    }
}
