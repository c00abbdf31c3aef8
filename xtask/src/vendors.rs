//! Do the vendors' own libraries accept what a running server sends? Builds the receivers of `vendors/`, runs the tests
//! with them, and prints what was tested: dialect, library, version, cases.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result};

use crate::root::{root, scratch};
use crate::run;
use crate::setup::must_succeed;
use crate::step::Outcome;
use crate::tally::Tally;

/// What stands before a row of the table in what the tests print.
const ROW: &str = "verified-with | ";

/// Builds what is compiled: the receivers for Go and Java. Those for Node and Python run from their sources, on what
/// the setup installed.
///
/// # Errors
/// When a compiler can't be started, or libraries can't be fetched.
pub(crate) fn build() -> Result<Outcome> {
    let java = build_java()?;
    let go = build_go()?;
    Ok(Outcome::of_success(java && go))
}

/// Below the folder that tests look in.
fn place(path: &str) -> PathBuf {
    scratch().join("vendors").join(path)
}

fn build_java() -> Result<bool> {
    let jars = place("java/lib");
    fetch_jars("vendors/java", &place("java"))?;
    let sources = fs::read_dir(root().join("vendors/java/src"))?;
    let sources: Vec<PathBuf> = sources
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    let ours = root().join("sdks/java/build/classes");
    let mut compiler = run::command("javac");
    compiler
        .args(["--release", "17", "-d"])
        .arg(place("java/classes"))
        .arg("-cp")
        .arg(format!("{}/*:{}", jars.display(), ours.display()));
    run::succeeds(compiler.args(sources))
}

/// Has Maven fetch what a folder's `pom.xml` names into `lib` below another folder, unless it is there.
///
/// # Errors
/// When Maven can't fetch it.
pub(crate) fn fetch_jars(folder: &str, into: &Path) -> Result<()> {
    let pom = root().join(folder).join("pom.xml");
    let wanted = fs::read(&pom).with_context(|| format!("can't read {folder}/pom.xml"))?;
    let (jars, stamp) = (into.join("lib"), into.join("installed-pom.xml"));
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("fetching the libraries of {folder}");
    if jars.exists() {
        fs::remove_dir_all(&jars).context("can't remove former libraries")?;
    }
    let mut maven = run::command("mvn");
    maven.args([
        "--batch-mode",
        "--quiet",
        "dependency:copy-dependencies",
        "--file",
    ]);
    maven.arg(&pom);
    must_succeed(maven.arg(format!("-DoutputDirectory={}", jars.display())))?;
    fs::write(&stamp, wanted).context("can't note what was fetched")
}

/// Where Go is too old for some library, that is written down for the tests and for people: no library is left out
/// in silence.
fn build_go() -> Result<bool> {
    let missing = place("go/missing.txt");
    fs::create_dir_all(place("go")).context("can't make a folder for the receiver in Go")?;
    let module = fs::read_to_string(root().join("vendors/go/go.mod"))?;
    let needed = of_go_mod(&module).context("vendors/go/go.mod names no version of Go")?;
    let there = run::output(run::command("go").args(["env", "GOVERSION"]))?;
    let there = there.trim();
    if version(there.trim_start_matches("go")) < version(needed) {
        let why = format!("these libraries need Go {needed} or newer, and here is {there}");
        println!("MISSING: the vendors' libraries for Go are not tested: {why}");
        fs::write(&missing, why).context("can't note what is missing")?;
        return Ok(true);
    }
    if missing.exists() {
        fs::remove_file(&missing).context("can't remove a note")?;
    }
    let mut go = run::command("go");
    go.current_dir(root().join("vendors/go"))
        .args(["build", "-o"])
        .arg(place("go/receiver"))
        .arg(".");
    run::succeeds(&mut go)
}

/// The version in a line such as `go 1.26.0`.
fn of_go_mod(module: &str) -> Option<&str> {
    module.lines().find_map(|line| line.strip_prefix("go "))
}

/// A version's numbers, to be compared.
fn version(text: &str) -> Vec<u32> {
    text.split(['.', '-', ' '])
        .map_while(|number| number.parse().ok())
        .collect()
}

/// Runs the tests and prints the table.
///
/// # Errors
/// When Cargo can't be started.
pub(crate) fn run() -> Result<Outcome> {
    let mut tests = run::cargo();
    tests
        .args(["test", "--quiet", "--locked", "--package", "nuncio"])
        .args(["--all-features", "--test", "vendor_libraries"])
        .args(["--", "--nocapture", "--format", "pretty"])
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

/// The rows in what the tests printed, those of one library and dialect as one, with columns in line.
fn table(printed: &str) -> String {
    let mut rows: BTreeMap<Vec<&str>, Vec<&str>> = BTreeMap::new();
    for line in printed.lines() {
        // A test's name may stand before it on the line.
        let Some((_, row)) = line.split_once(ROW) else {
            continue;
        };
        let mut cells: Vec<&str> = row.split(" | ").collect();
        if let Some(cases) = cells.pop() {
            rows.entry(cells).or_default().push(cases);
        }
    }
    let head = ["dialect", "registry", "library", "version", "cases"].map(str::to_owned);
    let mut lines = vec![head.to_vec()];
    for (cells, mut cases) in rows {
        cases.sort_unstable();
        let mut line: Vec<String> = cells.into_iter().map(str::to_owned).collect();
        line.push(cases.join(", "));
        lines.push(line);
    }
    let width = |n: usize| {
        lines
            .iter()
            .filter_map(|line| line.get(n))
            .map(String::len)
            .max()
    };
    let widths: Vec<usize> = (0..head.len()).map(|n| width(n).unwrap_or(0)).collect();
    let mut table = String::new();
    for line in &lines {
        let cells = line.iter().zip(&widths);
        let padded: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        table.push_str(padded.join("  ").trim_end());
        table.push('\n');
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_go_are_compared_as_numbers() {
        assert_eq!(of_go_mod("module m\n\ngo 1.26.0\n"), Some("1.26.0"));
        assert!(version("1.19.8") < version("1.26.0"));
        assert!(version("1.9") < version("1.26"));
        assert!(version("1.26.8") >= version("1.26.0"));
    }

    #[test]
    fn rows_of_one_library_are_one_line_of_the_table() {
        let printed = "\
test a ... verified-with | stripe | npm | stripe | 23.1.0 | 13 accepted, 6 refused
ok
verified-with | stripe | npm | stripe | 23.1.0 | signs for 2 receivers
verified-with | github | Go | go-github | 75.0.0 | MISSING: no Go
";
        let expected = "\
dialect  registry  library    version  cases
github   Go        go-github  75.0.0   MISSING: no Go
stripe   npm       stripe     23.1.0   13 accepted, 6 refused, signs for 2 receivers
";
        assert_eq!(table(printed), expected);
    }
}
