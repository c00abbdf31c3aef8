//! Do the dashboard and the customer portal work in a real browser, against the real server?

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::root::root;
use crate::run;
use crate::step::Outcome;
use crate::tally::Tally;

const FOLDER: &str = "dashboard/e2e";

/// Type-checks and runs the tests with the server that is built already: Cargo did so for the tests before.
///
/// # Errors
/// When a program can't be started.
pub(crate) fn run() -> Result<Outcome> {
    if !run::succeeds(&mut npx(&["tsc", "--noEmit"]))? {
        return Ok(Outcome::Failed);
    }
    let mut command = npx(&["playwright", "test"]);
    Ok(Outcome::Tests(run::tests_counted_by(
        &mut command,
        of_playwright,
    )?))
}

/// Builds the server, the dashboard with it, and runs the tests; `arguments` go to the runner, such as a file's name.
///
/// # Errors
/// When a program can't be started.
pub(crate) fn build_and_run(arguments: &[&str]) -> Result<Outcome> {
    if !run::build_server()? {
        return Ok(Outcome::Failed);
    }
    if arguments.is_empty() {
        return run();
    }
    let mut command = npx(&["playwright", "test"]);
    Ok(Outcome::of_success(run::succeeds(command.args(arguments))?))
}

/// Makes a picture of every screen, in light and dark, at the width of a desktop and of a phone, in `folder`.
///
/// # Errors
/// When a program can't be started or the folder can't be found.
pub(crate) fn screenshots(folder: &str) -> Result<Outcome> {
    if !run::build_server()? {
        return Ok(Outcome::Failed);
    }
    // Relative to where the command was typed, not to where the runner starts.
    let folder: PathBuf = std::path::absolute(Path::new(folder))
        .with_context(|| format!("{folder} is no folder's name"))?;
    let mut command = npx(&["playwright", "test", "--config", "screenshots.config.ts"]);
    command.env("NUNCIO_SCREENSHOTS", &folder);
    let succeeded = run::succeeds(&mut command)?;
    println!("pictures are in {}", folder.display());
    Ok(Outcome::of_success(succeeded))
}

/// A program of the tests' own packages, with what it needs to find the server.
fn npx(arguments: &[&str]) -> Command {
    let mut command = run::command("npx");
    command
        .arg("--no-install")
        .args(arguments)
        .current_dir(root().join(FOLDER))
        .env("NO_COLOR", "1")
        .env("NUNCIO_BIN", run::server());
    command
}

/// `  12 passed (31.4s)`, `  1 failed`, `  2 did not run`: the end of what Playwright prints, a line for each that is
/// not zero. A flaky test is one that has failed.
fn of_playwright(line: &str) -> Option<Tally> {
    let line = line.strip_prefix("  ")?;
    let (count, outcome) = line.split_once(' ')?;
    let count = count.parse().ok()?;
    match outcome.split(" (").next()? {
        "passed" => Some(Tally {
            passed: count,
            failed: 0,
        }),
        "failed" | "flaky" | "did not run" | "interrupted" => Some(Tally {
            passed: 0,
            failed: count,
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summary_of_the_runner_is_read() {
        fn check(line: &str, passed: u64, failed: u64) {
            assert_eq!(
                of_playwright(line),
                Some(Tally { passed, failed }),
                "{line:?}"
            );
        }
        check("  12 passed (31.4s)", 12, 0);
        check("  1 passed (1.2m)", 1, 0);
        check("  1 failed", 0, 1);
        check("  2 did not run", 0, 2);
        check("  1 interrupted", 0, 1);
        check("  1 flaky", 0, 1);
    }

    #[test]
    fn other_lines_are_no_summaries() {
        for line in [
            "",
            "Running 12 tests using 2 workers",
            "  ✓  1 tests/sign-in.spec.ts:4:1 › a test passed (1.2s)",
            "  2 skipped",
            "12 passed",
        ] {
            assert_eq!(of_playwright(line), None, "{line:?}");
        }
    }
}
