//! Random work, faults and changes from one seed for two and three nodes on one database; the promises hold for every seed.
//!
//! Each node is a real engine on a runtime of its own, so that it can freeze between any two steps, and a real
//! [`Node`](nuncio_cluster::Node) with a store of its own. The faults: nodes that crash, freeze and thaw, leave and come
//! back; steps, commits and replies that take long; connections that are lost while something is under way, which the database
//! may carry out later; lost notifications; wall clocks that are set. A seed that breaks a promise is printed:
//! `cargo xtask sim --nodes 3 --seed SEED` shows what it does.

mod database;
mod flights;
mod node;
mod planted;
mod promises;
mod simulation;
mod store;

use self::{planted::ClusterBug, promises::BrokenPromise, simulation::Simulation};

/// For each number of nodes; more of them: `cargo xtask sim --nodes 3 --seeds 20000`.
const SEEDS: u64 = 40;

#[test]
fn every_seed_of_a_cluster_keeps_the_promises() {
    let from = wanted("NUNCIO_SIMULATION_FROM").unwrap_or_default();
    let seeds = wanted("NUNCIO_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let nodes = match wanted("NUNCIO_SIMULATION_NODES") {
        Some(nodes) => vec![nodes as usize],
        None => vec![2, 3],
    };
    for nodes in nodes {
        for seed in from..from + seeds {
            if let Err(broken) = ClusterCase::of(nodes, seed).run() {
                panic!(
                    "{nodes} nodes, seed {seed}: {broken}\nsee it with: cargo xtask sim --nodes {nodes} --seed {seed}"
                );
            }
        }
    }
}

/// `cargo xtask sim --nodes 3 --seed SEED`.
#[test]
#[ignore = "shows what one seed does"]
fn one_seed_of_a_cluster_is_shown() {
    let seed = wanted("NUNCIO_SIMULATION_SEED").expect("the seed is named");
    let nodes = wanted("NUNCIO_SIMULATION_NODES").expect("the command says how many");
    let mut case = ClusterCase::of(nodes as usize, seed);
    case.trace = Some(Vec::new());
    let ended = case.run();
    for line in case.trace.unwrap_or_default() {
        println!("{line}");
    }
    if let Err(broken) = ended {
        panic!("seed {seed}: {broken}");
    }
}

/// Only where the runtimes' own chance can be given a seed too.
#[cfg(tokio_unstable)]
#[test]
fn a_seed_of_a_cluster_does_the_same_each_time() {
    for seed in 0..10 {
        let [first, second] = [(); 2].map(|()| {
            let mut case = ClusterCase::of(3, seed);
            case.trace = Some(Vec::new());
            let _ = case.run();
            case.trace
        });
        assert!(first == second, "seed {seed}");
    }
}

/// What the command says.
#[allow(
    clippy::disallowed_methods,
    reason = "the command has no other way to tell a test something"
)]
fn wanted(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().expect("the command has checked it"))
}

/// One run of the simulation.
struct ClusterCase {
    nodes: usize,
    seed: u64,
    bug: Option<ClusterBug>,
    /// What happens, if somebody wants to know.
    trace: Option<Vec<String>>,
}

impl ClusterCase {
    fn of(nodes: usize, seed: u64) -> Self {
        Self {
            nodes,
            seed,
            bug: None,
            trace: None,
        }
    }

    fn planted(nodes: usize, seed: u64, bug: ClusterBug) -> Self {
        Self {
            bug: Some(bug),
            ..Self::of(nodes, seed)
        }
    }

    fn run(&mut self) -> Result<(), BrokenPromise> {
        let mut simulation = Simulation::new(self);
        let ended = simulation.run();
        self.trace = simulation.into_trace();
        ended
    }
}
