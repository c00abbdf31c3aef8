//! Does the engine keep its promises under more seeds than a check has time for?

use anyhow::{Context, Result};

use crate::run;
use crate::step::Outcome;

/// Simulates the engine with the seeds 0 to `seeds`, in a release build.
///
/// # Errors
/// When `seeds` is no number, or Cargo can't be started.
pub(crate) fn run(seeds: &str) -> Result<Outcome> {
    let seeds: u64 = seeds
        .parse()
        .with_context(|| format!("`{seeds}` is no number of seeds"))?;
    let mut test = run::cargo();
    test.env("NUNCIO_SIMULATION_SEEDS", seeds.to_string());
    test.args(["test", "--release", "--package", "nuncio-engine"]);
    test.args(["--test", "engine", "every_seed_keeps_the_promises"]);
    Ok(Outcome::of_success(run::succeeds(&mut test)?))
}
