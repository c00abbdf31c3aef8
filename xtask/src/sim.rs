//! Does the engine keep its promises under more seeds than a check has time for?
//!
//! With a seed for tokio's own chance too, so that a seed does the same each time.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::run;
use crate::step::Outcome;

/// What is wanted of the simulation.
#[derive(Debug, PartialEq, Eq)]
enum Wanted {
    /// So many seeds, from one on.
    Seeds { from: u64, seeds: u64 },
    /// One seed, with a trace of what it does.
    Shown(u64),
    /// Planted bugs, each until one of so many seeds finds it.
    Planted { seeds: Option<u64> },
}

/// Runs the simulation as the arguments say.
///
/// # Errors
/// When the arguments say nothing, or Cargo can't be started.
pub(crate) fn run(arguments: &[&str]) -> Result<Outcome> {
    let wanted = read(arguments)?;
    Ok(Outcome::of_success(run::succeeds(&mut command(&wanted))?))
}

fn read(arguments: &[&str]) -> Result<Wanted> {
    Ok(match arguments {
        ["--seeds", seeds] => Wanted::Seeds {
            from: 0,
            seeds: some(seeds)?,
        },
        ["--seeds", seeds, "--from", from] | ["--from", from, "--seeds", seeds] => Wanted::Seeds {
            from: number(from)?,
            seeds: some(seeds)?,
        },
        ["--seed", seed] => Wanted::Shown(number(seed)?),
        ["--planted"] => Wanted::Planted { seeds: None },
        ["--planted", "--seeds", seeds] | ["--seeds", seeds, "--planted"] => Wanted::Planted {
            seeds: Some(some(seeds)?),
        },
        _ => bail!("usage: sim --seeds N [--from SEED] | --seed SEED | --planted [--seeds N]"),
    })
}

fn number(text: &str) -> Result<u64> {
    text.parse()
        .with_context(|| format!("{text:?} is not a number"))
}

fn some(text: &str) -> Result<u64> {
    let seeds = number(text)?;
    ensure!(seeds > 0, "give at least one seed");
    Ok(seeds)
}

fn command(wanted: &Wanted) -> Command {
    let mut test = run::cargo();
    let mut flags = std::env::var_os("RUSTFLAGS").unwrap_or_default();
    flags.push(" --cfg tokio_unstable");
    test.env("RUSTFLAGS", flags);
    test.args(["test", "--profile", "sim", "--package", "nuncio-engine"]);
    test.args(["--test", "engine", "--", "--exact"]);
    match wanted {
        Wanted::Seeds { from, seeds } => {
            test.env("NUNCIO_SIMULATION_FROM", from.to_string());
            test.env("NUNCIO_SIMULATION_SEEDS", seeds.to_string());
            test.args([
                "simulation::every_seed_keeps_the_promises",
                "simulation::a_seed_does_the_same_each_time",
            ]);
        }
        Wanted::Shown(seed) => {
            test.env("NUNCIO_SIMULATION_SEED", seed.to_string());
            test.args([
                "simulation::one_seed_is_shown",
                "--ignored",
                "--show-output",
            ]);
        }
        Wanted::Planted { seeds } => {
            if let Some(seeds) = seeds {
                test.env("NUNCIO_SIMULATION_SEEDS", seeds.to_string());
            }
            test.args([
                "simulation::planted::every_planted_bug_is_found",
                "--show-output",
            ]);
        }
    }
    test
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_say_what_is_wanted() {
        fn check(arguments: &[&str], expected: Option<Wanted>) {
            assert_eq!(read(arguments).ok(), expected, "{arguments:?}");
        }
        let seeds = |from, seeds| Some(Wanted::Seeds { from, seeds });
        check(&["--seeds", "7"], seeds(0, 7));
        check(&["--seeds", "7", "--from", "3"], seeds(3, 7));
        check(&["--from", "3", "--seeds", "7"], seeds(3, 7));
        check(&["--seed", "9"], Some(Wanted::Shown(9)));
        check(&["--planted"], Some(Wanted::Planted { seeds: None }));
        let planted = Some(Wanted::Planted { seeds: Some(5) });
        check(&["--planted", "--seeds", "5"], planted);
        for wrong in [&["--seeds", "0"], &["--seeds", "x"], &["--seed", "-1"]] {
            check(wrong, None);
        }
        check(&[], None);
        check(&["--from", "3"], None);
    }
}
