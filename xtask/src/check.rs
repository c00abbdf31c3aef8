//! Is the project sound? Runs every step, also after one has failed, and counts.

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Result;

use crate::setup::{self, Consent};
use crate::step::Outcome;
use crate::tally::Tally;
use crate::{
    dashboard, deny, deploy, e2e, generate, hygiene, layers, libraries, machete, openapi, postgres,
    reference, run, vendors,
};

/// A name to announce and what to do.
type Step = (&'static str, fn() -> Result<Outcome>);

/// Quick ones first, so that what is easily seen is seen early. The conformance vectors are among the tests.
const STEPS: &[Step] = &[
    ("format", || cargo(&["fmt", "--all", "--check"])),
    ("hygiene", hygiene::run),
    ("layers", layers::run),
    ("clippy", || {
        cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--all-features",
            "--locked",
            "--",
            "-D",
            "warnings",
        ])
    }),
    ("documentation", documentation),
    ("libraries are built", libraries::build),
    ("vendors' libraries are built", vendors::build),
    ("tests", tests),
    ("the server over PostgreSQL", postgres::run_part),
    ("libraries", libraries::run),
    ("dashboard", dashboard::run),
    ("dashboard in a browser", e2e::run),
    ("deployment", deploy::run_quick),
    ("openapi.json is current", openapi::is_current),
    ("generated files are current", generate::is_current),
    ("docs/cli.md is current", reference::is_current),
    ("openapi.json is valid", openapi::is_valid),
    ("dependencies", deny::run_if_installed),
    ("unused dependencies", machete::run_if_installed),
];

/// Sets up and runs all steps; the last line printed is `N passed, N failed`, alone. Fails if anything failed.
pub(crate) fn run(consent: Consent) -> ExitCode {
    let mut outcomes = vec![("setup", announced("setup", || setup::run(consent)))];
    let steps = STEPS.iter();
    outcomes.extend(steps.map(|(name, step)| (*name, announced(name, step))));
    summarize(&outcomes)
}

/// Runs a step between a line that names it and one that says how it ended and how long it took.
fn announced(name: &str, step: impl FnOnce() -> Result<Outcome>) -> Outcome {
    println!("\n== {name}");
    #[allow(
        clippy::disallowed_methods,
        reason = "it measures how long a step took for people to read"
    )]
    let start = Instant::now();
    let outcome = step().unwrap_or_else(|error| {
        println!("error: {error:#}");
        Outcome::Failed
    });
    println!(
        "== {name}: {} ({:.1} s)",
        describe(&outcome),
        start.elapsed().as_secs_f64()
    );
    // A step's own output goes around our buffer; without this the two would be out of order in a log.
    flush();
    outcome
}

fn summarize(outcomes: &[(&str, Outcome)]) -> ExitCode {
    println!();
    let mut sum = Tally::default();
    for (name, outcome) in outcomes {
        sum += outcome.tally();
        if !outcome.succeeded() {
            println!("{name}: {}", describe(outcome));
        }
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    flush();
    if sum.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn describe(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Passed => "passed".to_owned(),
        Outcome::Failed => "FAILED".to_owned(),
        Outcome::Tests(Tally { passed, failed: 0 }) => format!("{passed} tests passed"),
        Outcome::Tests(Tally { passed, failed }) => {
            format!("{passed} tests passed, {failed} FAILED")
        }
        Outcome::Skipped(reason) => format!("skipped: {reason}"),
    }
}

fn cargo(arguments: &[&str]) -> Result<Outcome> {
    Ok(Outcome::of_success(run::succeeds(
        run::cargo().args(arguments),
    )?))
}

fn documentation() -> Result<Outcome> {
    let mut command = run::cargo();
    command
        .args([
            "doc",
            "--no-deps",
            "--workspace",
            "--all-features",
            "--locked",
        ])
        .env("RUSTDOCFLAGS", "-D warnings");
    Ok(Outcome::of_success(run::succeeds(&mut command)?))
}

fn tests() -> Result<Outcome> {
    let arguments = [
        "test",
        "--workspace",
        "--locked",
        "--no-fail-fast",
        "--all-features",
    ];
    let mut command = run::cargo();
    // The client's tests find the server here: Cargo builds everything before it runs anything.
    command.args(arguments).env("NUNCIO_BIN", run::server());
    Ok(Outcome::Tests(run::tests(&mut command)?))
}

/// A closed pipe loses the log, not the result, which is the exit code.
fn flush() {
    let _ = std::io::stdout().flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn step_that_errs_counts_as_one_failed() {
        let outcome = announced("broken", || anyhow::bail!("no such thing"));
        assert_eq!(outcome.tally(), Tally::FAILED);
    }

    #[test]
    fn one_failure_fails_the_check_and_a_skipped_step_does_not() {
        fn check(outcomes: &[(&str, Outcome)], expected: ExitCode) {
            assert_eq!(
                format!("{:?}", summarize(outcomes)),
                format!("{expected:?}")
            );
        }
        let tests = |failed| ("tests", Outcome::Tests(Tally { passed: 3, failed }));
        let skipped = ("dependencies", Outcome::Skipped("not installed"));
        check(
            &[("format", Outcome::Passed), tests(0), skipped.clone()],
            ExitCode::SUCCESS,
        );
        check(&[("format", Outcome::Failed), tests(0)], ExitCode::FAILURE);
        check(&[tests(1), skipped], ExitCode::FAILURE);
    }
}
