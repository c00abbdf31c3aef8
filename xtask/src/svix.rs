//! Do Svix's own client libraries work with a running server? Builds the drivers of `vendors/svix/` that need a compiler,
//! runs the tests with all of them, and prints what each library was asked to do and what came of it.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::root::{root, scratch};
use crate::run;
use crate::step::Outcome;
use crate::tally::Tally;
use crate::vendors;

/// What stands before a row of the table in what the tests print.
const ROW: &str = "called-by | ";

/// Builds the drivers for Go, Java and Rust. Those for Node and Python run from their sources.
///
/// # Errors
/// When a compiler can't be started, or libraries can't be fetched.
pub(crate) fn build() -> Result<Outcome> {
    let built = [build_go()?, build_java()?, build_rust()?];
    Ok(Outcome::of_success(built.iter().all(|built| *built)))
}

fn build_go() -> Result<bool> {
    let mut go = run::command("go");
    go.current_dir(root().join("vendors/svix/go"))
        .args(["build", "-o"])
        .arg(scratch().join("vendors/svix/go/driver"))
        .arg(".");
    run::succeeds(&mut go)
}

/// The library is among those of the receiver for Java.
fn build_java() -> Result<bool> {
    let receiver = scratch().join("vendors/java");
    vendors::fetch_jars("vendors/java", &receiver)?;
    let mut compiler = run::command("javac");
    compiler
        .args(["--release", "17", "-d"])
        .arg(scratch().join("vendors/svix/java/classes"))
        .arg("-cp")
        .arg(receiver.join("lib/*"));
    let sources = ["Driver", "Cases", "Api", "Delivery"];
    for name in sources {
        compiler.arg(root().join(format!("vendors/svix/java/src/{name}.java")));
    }
    run::succeeds(&mut compiler)
}

/// In a workspace and a target folder of its own: the library's dependencies are not the project's.
fn build_rust() -> Result<bool> {
    let mut cargo = run::cargo();
    cargo
        .current_dir(root().join("vendors/svix/rust"))
        .args(["build", "--quiet", "--locked", "--target-dir"])
        .arg(scratch().join("vendors/svix/rust"));
    run::succeeds(&mut cargo)
}

/// Runs the tests with every driver and prints the table.
///
/// # Errors
/// When Cargo can't be started.
pub(crate) fn run() -> Result<Outcome> {
    let mut tests = run::cargo();
    tests
        .args(["test", "--quiet", "--locked", "--workspace"])
        .args(["--all-features", "--test", "svix_libraries"])
        .args([
            "--",
            "--include-ignored",
            "--nocapture",
            "--format",
            "pretty",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit());
    let ended = tests.output().context("can't start Cargo")?;
    let printed = String::from_utf8_lossy(&ended.stdout);
    let mut tally = Tally::default();
    for line in printed.lines() {
        tally += Tally::of_line(line).unwrap_or_default();
        if !line.contains(ROW) && !line.ends_with(" ok") && !line.is_empty() {
            println!("{line}");
        }
    }
    print!("\n{}", table(&printed));
    Ok(Outcome::Tests(tally.of_test_run(ended.status.success())))
}

/// A line for each operation, a column for each library; `-` where a library has no such operation. The last line counts.
fn table(printed: &str) -> String {
    let mut cells: BTreeMap<(&str, &str), &str> = BTreeMap::new();
    for line in printed.lines() {
        // A test's name may stand before it on the line.
        let Some((_, row)) = line.split_once(ROW) else {
            continue;
        };
        if let [library, operation, outcome] = row.split(" | ").collect::<Vec<_>>()[..] {
            cells.insert((operation, library), outcome);
        }
    }
    let libraries: BTreeSet<&str> = cells.keys().map(|(_, library)| *library).collect();
    let operations: BTreeSet<&str> = cells.keys().map(|(operation, _)| *operation).collect();
    let first = operations.iter().map(|name| name.len()).max().unwrap_or(0);
    let mut lines = vec![line(
        "operation",
        first,
        libraries.iter().map(|name| (*name, *name)),
    )];
    for operation in &operations {
        let outcomes = libraries.iter().map(|library| {
            let outcome = cells.get(&(*operation, *library)).copied();
            (*library, outcome.unwrap_or("-"))
        });
        lines.push(line(operation, first, outcomes));
    }
    let counts: Vec<String> = libraries
        .iter()
        .map(|library| count(&cells, library))
        .collect();
    let counts = libraries.iter().zip(&counts);
    lines.push(line(
        "in all",
        first,
        counts.map(|(name, count)| (*name, count.as_str())),
    ));
    lines.join("\n") + "\n"
}

/// A line of the table: each cell as wide as the name of its library.
fn line<'a>(head: &str, width: usize, cells: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut line = format!("{head:width$}");
    for (library, cell) in cells {
        let width = library.len();
        line.push_str(&format!("  {cell:width$}"));
    }
    line.trim_end().to_owned()
}

fn count(cells: &BTreeMap<(&str, &str), &str>, library: &str) -> String {
    let outcomes = cells.iter().filter(|((_, of), _)| *of == library);
    let outcomes: Vec<&str> = outcomes.map(|(_, outcome)| *outcome).collect();
    let passed = outcomes.iter().filter(|outcome| **outcome == "ok").count();
    format!("{passed}/{}", outcomes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_has_a_line_for_each_operation_and_a_column_for_each_library() {
        let printed = "\
test a ... called-by | PyPI 2.9.1 | application.get | ok
ok
called-by | PyPI 2.9.1 | health.get | FAILED
called-by | npm 1.99.1 | application.get | ok
";
        let expected = "\
operation        PyPI 2.9.1  npm 1.99.1
application.get  ok          ok
health.get       FAILED      -
in all           1/2         1/1
";
        assert_eq!(table(printed), expected);
    }
}
