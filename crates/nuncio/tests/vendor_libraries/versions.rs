//! Which version of a library was tested, as its lock file says; and the table of what was tested.

use std::fs;

use crate::{
    ecosystem::{Ecosystem, folder},
    pair::{Pair, pairs},
};

/// What stands before a row that `cargo xtask vendors` collects.
const ROW: &str = "verified-with";

/// Prints the row of a pair that was tested.
pub(crate) fn tested(ecosystem: Ecosystem, pair: &Pair, accepted: usize, refused: usize) {
    row(
        ecosystem,
        pair,
        &format!("{accepted} accepted, {refused} refused"),
    );
}

/// Prints the row of a pair that can't be tested here.
pub(crate) fn missing(ecosystem: Ecosystem, pair: &Pair, why: &str) {
    row(ecosystem, pair, &format!("MISSING: {why}"));
}

/// Prints the row of a pair whose library signed something that was accepted.
pub(crate) fn signed(ecosystem: Ecosystem, pair: &Pair, by: usize) {
    row(ecosystem, pair, &format!("signs for {by} receivers"));
}

#[allow(clippy::print_stdout, reason = "`cargo xtask vendors` collects it")]
fn row(ecosystem: Ecosystem, pair: &Pair, cases: &str) {
    let version = version(ecosystem, pair.package);
    let (registry, package) = (ecosystem.registry(), pair.package);
    println!(
        "{ROW} | {} | {registry} | {package} | {version} | {cases}",
        pair.dialect
    );
}

/// The version of a package that the lock file of its ecosystem names.
///
/// # Panics
/// When it names none.
pub(crate) fn version(ecosystem: Ecosystem, package: &str) -> String {
    let read = |path: &str| fs::read_to_string(folder(path)).expect("a lock file");
    let found = match ecosystem {
        Ecosystem::Node => {
            let lock: serde_json::Value =
                serde_json::from_str(&read("node/package-lock.json")).expect("JSON");
            let place = format!(
                "/packages/node_modules~1{}/version",
                package.replace('/', "~1")
            );
            lock.pointer(&place)
                .and_then(|version| version.as_str())
                .map(str::to_owned)
        }
        Ecosystem::Python => read("python/requirements.txt")
            .lines()
            .find_map(|line| line.strip_prefix(package)?.strip_prefix("=="))
            .map(str::to_owned),
        Ecosystem::Go => read("go/go.mod")
            .lines()
            .find_map(|line| line.trim().strip_prefix(package)?.strip_prefix(" v"))
            .map(|version| version.trim_end_matches(" // indirect").to_owned()),
        Ecosystem::Java => {
            let (group, artifact) = package.split_once(':').expect("group:artifact");
            let pom = read("java/pom.xml");
            let names = format!("<groupId>{group}</groupId><artifactId>{artifact}</artifactId>");
            let (_, rest) = pom.split_once(&names).expect("the pom names it");
            let version = rest
                .strip_prefix("<version>")
                .and_then(|rest| rest.split_once('<'));
            version.map(|(version, _)| version.to_owned())
        }
    };
    found.unwrap_or_else(|| panic!("no lock file names a version of {package}"))
}

/// The table under `## Verified with` in `dialects/README.md`, as it should be.
fn table() -> String {
    let mut rows: Vec<String> = Vec::new();
    for ecosystem in Ecosystem::ALL {
        for pair in pairs(ecosystem) {
            let version = version(ecosystem, pair.package);
            let (dialect, package) = (pair.dialect, pair.package);
            let registry = ecosystem.registry();
            rows.push(format!(
                "| `{dialect}` | {registry} | `{package}` | {version} |"
            ));
        }
    }
    rows.sort();
    let head = "| dialect | registry | library | version |\n|---|---|---|---|";
    format!("{head}\n{}", rows.join("\n"))
}

#[test]
fn table_of_the_dialects_readme_names_what_the_lock_files_hold() {
    let readme = fs::read_to_string(folder("../dialects/README.md")).expect("it is there");
    let (_, after) = readme
        .split_once("## Verified with\n")
        .expect("it has the section");
    let rows: Vec<&str> = after
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .collect();
    let expected = table();
    assert!(rows.join("\n") == expected, "it should be\n{expected}");
}

#[test]
fn every_dialect_with_a_library_is_built_in() {
    for ecosystem in Ecosystem::ALL {
        for pair in pairs(ecosystem) {
            let found = nuncio_dialect::builtin_named(pair.dialect).is_some();
            assert!(found, "{} of {}", pair.dialect, pair.package);
        }
    }
}
