//! Does the protocol of several nodes hold within larger bounds than a check has time for?

use anyhow::Result;

use crate::run;
use crate::step::Outcome;

/// Walks through the model of `nuncio-cluster` as `larger_bounds` there says, and prints how much there was.
///
/// # Errors
/// When Cargo can't be started.
pub(crate) fn run() -> Result<Outcome> {
    let mut test = run::cargo();
    test.args(["test", "--profile", "sim", "--package", "nuncio-cluster"]);
    test.args(["--all-features", "--test", "model", "--", "--exact"]);
    test.args(["larger_bounds", "--ignored", "--show-output"]);
    Ok(Outcome::of_success(run::succeeds(&mut test)?))
}
