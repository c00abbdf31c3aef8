//! Does every implementation of the dialects agree with the vectors of `conformance/`?

use anyhow::Result;

use crate::step::Outcome;
use crate::tally::Tally;
use crate::{libraries, run};

/// The arguments of Cargo for each Rust implementation; the libraries of other languages have runners of their own.
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
    sum += libraries::run()?.tally();
    println!("{} passed, {} failed", sum.passed, sum.failed);
    Ok(Outcome::Tests(sum))
}
