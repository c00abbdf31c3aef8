//! Does every implementation of the dialects agree with the vectors of `conformance/`?

use anyhow::Result;

use crate::run;
use crate::step::Outcome;
use crate::tally::Tally;

/// The arguments of Cargo for each Rust implementation; the receiver libraries join with their own runners.
const CARGO_RUNS: &[&[&str]] = &[&[
    "test",
    "--locked",
    "-p",
    "nuncio-dialect",
    "--test",
    "conformance",
]];

/// Runs the vectors through every implementation.
///
/// # Errors
/// When Cargo can't be started.
pub(crate) fn run() -> Result<Outcome> {
    let mut sum = Tally::default();
    for arguments in CARGO_RUNS {
        sum += run::tests(run::cargo().args(*arguments))?;
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    Ok(Outcome::Tests(sum))
}
