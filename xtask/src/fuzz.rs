//! Does anything that strangers send make us panic, or read it in another way than others do? Runs the targets of
//! `fuzz/`, one after the other.
//!
//! They need flags that only a nightly compiler takes by itself; the pinned one takes them when told to. What they find
//! stays below `fuzz/artifacts/`: each finding becomes a test, and then a fix. What they have tried stays below
//! `fuzz/corpus/`, so that the next run goes on from there.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::root::root;
use crate::run;
use crate::step::Outcome;

/// The longest input: larger ones find nothing that smaller ones don't, and take the time of many.
const INPUT_BYTES_MAX: u32 = 8 * 1024;

/// Runs every target for so many seconds, or the one of that name; installs cargo-fuzz if it is missing.
///
/// # Errors
/// When `seconds` is no number, there is no such target, or Cargo can't be started or can't install cargo-fuzz.
pub(crate) fn run(seconds: &str, only: Option<&str>) -> Result<Outcome> {
    let seconds: u32 = seconds
        .parse()
        .with_context(|| format!("{seconds:?} is not a number of seconds"))?;
    ensure!(seconds > 0, "give at least one second for each target");
    install()?;
    let targets = run::output(run::cargo().args(["fuzz", "list"]))?;
    let chosen = chosen(&targets, only)?;
    let mut failed = Vec::new();
    for target in chosen {
        println!("\n== {target}: {seconds} s");
        if !run::succeeds(&mut command(target, seconds))? {
            failed.push(format!(
                "{target}: see what is printed above, and fuzz/artifacts/{target}"
            ));
        }
    }
    Ok(Outcome::of_violations(&failed))
}

fn chosen<'a>(targets: &'a str, only: Option<&str>) -> Result<Vec<&'a str>> {
    let is_wanted = |target: &&str| only.is_none_or(|only| *target == only);
    let chosen: Vec<&str> = targets.lines().filter(is_wanted).collect();
    ensure!(
        !chosen.is_empty(),
        "there is no target {:?}: choose one of {}",
        only.unwrap_or_default(),
        targets.lines().collect::<Vec<_>>().join(", ")
    );
    Ok(chosen)
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

/// Where it is built: apart from everything else, which is built with other flags and would be built anew after it.
fn target_folder() -> PathBuf {
    root().join("fuzz").join("target")
}

/// No sanitizer: there is no unsafe code of ours to watch, and without one each second tries several times as much.
fn command(target: &str, seconds: u32) -> Command {
    let mut command = run::cargo();
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env_remove("CARGO_TARGET_DIR")
        .args(["fuzz", "run", "--sanitizer", "none", "--target-dir"])
        .arg(target_folder())
        .args([target, "--"])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg("-print_final_stats=1");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_target_or_all_are_chosen() {
        fn check(only: Option<&str>, expected: Option<&[&str]>) {
            let chosen = chosen("filters\nurls\n", only).ok();
            assert_eq!(chosen.as_deref(), expected, "{only:?}");
        }
        check(None, Some(&["filters", "urls"]));
        check(Some("urls"), Some(&["urls"]));
        check(Some("url"), None);
    }
}
