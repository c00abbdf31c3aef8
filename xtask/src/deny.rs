//! Are the dependencies' licences, versions and sources what `deny.toml` allows?
//!
//! Advisories are left out: they need a clone of the advisory database, which not every network can reach.

use anyhow::Result;

use crate::run;
use crate::step::Outcome;

/// Runs cargo-deny if it is installed; building it takes minutes, too long for a check.
///
/// # Errors
/// When it can't be started.
pub(crate) fn run_if_installed() -> Result<Outcome> {
    if run::has("cargo-deny") {
        deny()
    } else {
        Ok(Outcome::Skipped("cargo-deny not installed"))
    }
}

/// Installs cargo-deny unless it is there, then runs it.
///
/// # Errors
/// When Cargo can't be started or can't install it.
pub(crate) fn install_and_run() -> Result<Outcome> {
    if !run::has("cargo-deny") {
        println!("installing cargo-deny, which takes some minutes");
        let installed = run::succeeds(run::cargo().args(["install", "cargo-deny", "--locked"]))?;
        anyhow::ensure!(installed, "can't install cargo-deny");
    }
    deny()
}

fn deny() -> Result<Outcome> {
    let arguments = [
        "deny",
        "--locked",
        "check",
        "--hide-inclusion-graph",
        "licenses",
        "bans",
        "sources",
    ];
    Ok(Outcome::of_success(run::succeeds(
        run::cargo().args(arguments),
    )?))
}
