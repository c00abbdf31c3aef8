//! The protocol, checked exhaustively: every order in which a few nodes, their connections and their database can go on.
//!
//! The nodes are the real ones. The database does what the statements of `step.rs` say. What is bounded: the time, and how
//! often something goes wrong ([`cluster::Budget`]). A node that freezes costs nothing: that is a node that does not go on.

mod bug;
mod cluster;
mod database;
mod measure;
mod process;
mod recovery;

use stateright::{Checker, HasDiscoveries, Model};

use crate::{
    bug::Bug,
    cluster::{Budget, ClusterModel, IN_FORCE, NO_LATE_WRITE, ONE_STARTER, RECOVERS},
};

const NONE: Budget = Budget {
    holds: 0,
    losses: 0,
    crashes: 0,
    starts: 0,
    leaves: 0,
    changes: 0,
    deliveries: 0,
    jumps: 0,
};

/// Two nodes, two shards, a lease of two ticks, all there.
const SMALL: ClusterModel = ClusterModel {
    nodes: 2,
    shards: 2,
    lease_ms: 2,
    time_max: 4,
    first_clock: (1, 1),
    begins_settled: true,
    slow_max: usize::MAX,
    budget: NONE,
    with_attempts: false,
    with_wakes: false,
    bug: None,
};

/// Whether nothing is found, in all there is.
fn holds(name: &str, model: ClusterModel) {
    let checker = model.checker().threads(2).spawn_bfs().join();
    println!(
        "{name}: {} states, depth {}",
        checker.unique_state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}

#[test]
fn small() {
    for holds_max in 0..=2 {
        for nodes in 2..=3 {
            let budget = Budget {
                holds: holds_max,
                losses: 1,
                ..NONE
            };
            let started = std::time::Instant::now();
            holds(
                &format!("{nodes} nodes, {holds_max} holds"),
                ClusterModel {
                    nodes,
                    budget,
                    ..SMALL
                },
            );
            println!("{:?}", started.elapsed());
        }
    }
}
