//! Does the server do the same over PostgreSQL? The tests that start one, run again with its events in PostgreSQL.

use anyhow::Result;

use crate::run;
use crate::step::Outcome;
use crate::tally::Tally;

/// What `check` runs again: most of what the API can be asked for.
const PART: &[&str] = &["contract"];
/// All that start a server, but for what is about a data folder.
const WHOLE: &[&str] = &[
    "contract",
    "crash",
    "auth",
    "guide",
    "listeners",
    "vendors",
    "vendor_libraries",
];
/// Faults of each test of them. `check` makes a few.
const FAULTS: &str = "20";

/// Runs a part of them, which takes about a minute.
///
/// # Errors
/// When Cargo can't be started.
pub(crate) fn run_part() -> Result<Outcome> {
    Ok(Outcome::Tests(tests(PART, &[])?))
}

/// Runs all of them, and PostgreSQL's failures many times.
///
/// # Errors
/// When Cargo can't be started.
pub(crate) fn run() -> Result<Outcome> {
    let mut sum = tests(WHOLE, &[])?;
    sum += tests(&["cli"], &["client::"])?;
    // What they print is the ledger.
    sum += tests(&["over_postgres"], &["--nocapture"])?;
    Ok(Outcome::Tests(sum))
}

fn tests(targets: &[&str], arguments: &[&str]) -> Result<Tally> {
    let mut command = run::cargo();
    // With the binaries Cargo builds no dependency otherwise than for all tests.
    command.args([
        "test",
        "--workspace",
        "--all-features",
        "--locked",
        "--no-fail-fast",
        "--bin",
        "nuncio",
        "--bin",
        "xtask",
    ]);
    for target in targets {
        command.args(["--test", target]);
    }
    command.arg("--").args(arguments);
    command.env("NUNCIO_TEST_STORE", "postgres");
    command.env("NUNCIO_TEST_FAULTS", FAULTS);
    run::tests(&mut command)
}
