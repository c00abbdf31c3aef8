//! Does the engine keep its promises under more seeds than a check has time for? One engine, or several nodes on one database.
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

/// The tests that a simulation is made of.
struct Tests {
    promises: &'static str,
    sameness: &'static str,
    shown: &'static str,
    planted: &'static str,
}

const ONE_ENGINE: Tests = Tests {
    promises: "simulation::every_seed_keeps_the_promises",
    sameness: "simulation::a_seed_does_the_same_each_time",
    shown: "simulation::one_seed_is_shown",
    planted: "simulation::planted::every_planted_bug_is_found",
};

const CLUSTER: Tests = Tests {
    promises: "cluster::every_seed_of_a_cluster_keeps_the_promises",
    sameness: "cluster::a_seed_of_a_cluster_does_the_same_each_time",
    shown: "cluster::one_seed_of_a_cluster_is_shown",
    planted: "cluster::planted::every_bug_of_a_cluster_is_found",
};

/// Runs the simulation as the arguments say.
///
/// # Errors
/// When the arguments say nothing, or Cargo can't be started.
pub(crate) fn run(arguments: &[&str]) -> Result<Outcome> {
    let (nodes, rest) = nodes(arguments)?;
    let wanted = read(&rest)?;
    Ok(Outcome::of_success(run::succeeds(&mut command(
        &wanted, nodes,
    ))?))
}

/// How many nodes there are to be, if it is said, and the other arguments.
fn nodes<'a>(arguments: &[&'a str]) -> Result<(Option<u64>, Vec<&'a str>)> {
    let mut rest = arguments.to_vec();
    let Some(at) = rest.iter().position(|argument| *argument == "--nodes") else {
        return Ok((None, rest));
    };
    rest.remove(at);
    ensure!(at < rest.len(), "say how many nodes");
    let nodes = number(rest.remove(at))?;
    ensure!((1..=9).contains(&nodes), "from 1 to 9 nodes");
    Ok((Some(nodes), rest))
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
        _ => bail!(
            "usage: sim [--nodes N] (--seeds N [--from SEED] | --seed SEED | --planted [--seeds N])"
        ),
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

fn command(wanted: &Wanted, nodes: Option<u64>) -> Command {
    let mut test = run::cargo();
    let mut flags = std::env::var_os("RUSTFLAGS").unwrap_or_default();
    flags.push(" --cfg tokio_unstable");
    test.env("RUSTFLAGS", flags);
    test.args(["test", "--profile", "sim", "--package", "nuncio-engine"]);
    test.args(["--test", "engine", "--", "--exact"]);
    let tests = match nodes {
        None => ONE_ENGINE,
        Some(nodes) => {
            test.env("NUNCIO_SIMULATION_NODES", nodes.to_string());
            CLUSTER
        }
    };
    match wanted {
        Wanted::Seeds { from, seeds } => {
            test.env("NUNCIO_SIMULATION_FROM", from.to_string());
            test.env("NUNCIO_SIMULATION_SEEDS", seeds.to_string());
            test.args([tests.promises, tests.sameness]);
        }
        Wanted::Shown(seed) => {
            test.env("NUNCIO_SIMULATION_SEED", seed.to_string());
            test.args([tests.shown, "--ignored", "--show-output"]);
        }
        Wanted::Planted { seeds } => {
            if let Some(seeds) = seeds {
                test.env("NUNCIO_SIMULATION_SEEDS", seeds.to_string());
            }
            test.args([tests.planted, "--show-output"]);
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

    #[test]
    fn a_cluster_has_so_many_nodes() {
        let rest = vec!["--seeds", "7"];
        let all = ["--nodes", "3", "--seeds", "7"];
        assert_eq!(nodes(&all).unwrap(), (Some(3), rest.clone()));
        let all = ["--seeds", "7", "--nodes", "2"];
        assert_eq!(nodes(&all).unwrap(), (Some(2), rest.clone()));
        assert_eq!(nodes(&rest).unwrap(), (None, rest.clone()));
        for wrong in [&["--nodes"][..], &["--nodes", "0"], &["--nodes", "ten"]] {
            assert!(nodes(wrong).is_err());
        }
    }
}
