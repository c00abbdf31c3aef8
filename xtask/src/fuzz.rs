//! Does anything that strangers send make us panic, or read it in another way than others do? Runs the targets of
//! `fuzz/`, one after the other.
//!
//! They need flags that only a nightly compiler takes by itself; the pinned one takes them when told to. What they find
//! stays below `fuzz/artifacts/`: each finding becomes a test, and then a fix.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::run;
use crate::step::Outcome;

/// The longest input: larger ones find nothing that smaller ones don't, and take the time of many.
const INPUT_BYTES_MAX: u32 = 8 * 1024;

/// Runs every target for so many seconds; installs cargo-fuzz if it is missing.
///
/// # Errors
/// When `seconds` is no number, or Cargo can't be started or can't install cargo-fuzz.
pub(crate) fn run(seconds: &str) -> Result<Outcome> {
    let seconds: u32 = seconds
        .parse()
        .with_context(|| format!("{seconds:?} is not a number of seconds"))?;
    ensure!(seconds > 0, "give at least one second for each target");
    install()?;
    let targets = run::output(run::cargo().args(["fuzz", "list"]))?;
    let mut failed = Vec::new();
    for target in targets.lines() {
        println!("\n== {target}: {seconds} s");
        if !run::succeeds(&mut command(target, seconds))? {
            failed.push(format!(
                "{target}: see what is printed above, and fuzz/artifacts/{target}"
            ));
        }
    }
    Ok(Outcome::of_violations(&failed))
}

fn install() -> Result<()> {
    if run::has("cargo-fuzz") {
        return Ok(());
    }
    println!("installing cargo-fuzz, which takes some minutes");
    let installed = run::succeeds(run::cargo().args(["install", "cargo-fuzz", "--locked"]))?;
    ensure!(installed, "can't install cargo-fuzz");
    Ok(())
}

/// No sanitizer: there is no unsafe code of ours to watch, and without one each second tries several times as much.
fn command(target: &str, seconds: u32) -> Command {
    let mut command = run::cargo();
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .args(["fuzz", "run", "--sanitizer", "none", target, "--"])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg("-print_final_stats=1");
    command
}
