//! Are there dependencies that no code names?

use anyhow::Result;

use crate::run;
use crate::step::Outcome;

/// Runs cargo-machete if it is installed: `cargo install cargo-machete --locked`.
///
/// # Errors
/// When it can't be started.
pub(crate) fn run_if_installed() -> Result<Outcome> {
    if !run::has("cargo-machete") {
        return Ok(Outcome::Skipped("cargo-machete not installed"));
    }
    let mut command = run::cargo();
    command.args(["machete", "crates", "sdks/rust", "xtask", "fuzz"]);
    Ok(Outcome::of_success(run::succeeds(&mut command)?))
}
