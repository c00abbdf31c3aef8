//! The protocol, checked exhaustively: every order in which a few nodes, their connections and their database can go on.
//!
//! The nodes are the real ones. The database does what the statements of `step.rs` say. What is bounded: the time, and how
//! often something goes wrong ([`Budget`]). A node that freezes costs nothing: that is one that does not go on.
//!
//! The default bounds take less than a minute. `cargo xtask model` has larger ones.

#![allow(
    clippy::print_stdout,
    reason = "what was explored is for people to read"
)]

mod bug;
mod cluster;
mod database;
mod planted;
mod process;
mod recovery;

use stateright::{Checker, Model};

use crate::cluster::{Budget, ClusterModel};

/// Nothing goes wrong but that nodes freeze.
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

/// Two nodes that have a shard each, a lease of two ticks, and time for a burial and what follows.
const TWO: ClusterModel = ClusterModel {
    nodes: 2,
    alive: usize::MAX,
    shards: 2,
    lease_ms: 2,
    time_max: 4,
    first_clock: (1, 1),
    begins_settled: true,
    slow_max: usize::MAX,
    budget: NONE,
    attempting: 0,
    with_wakes: false,
    bug: None,
    only: None,
};

/// Three nodes of which one is slow at a time.
const THREE: ClusterModel = ClusterModel {
    nodes: 3,
    shards: 3,
    slow_max: 1,
    ..TWO
};

/// Walks through all there is, and finds nothing wrong.
fn holds(model: ClusterModel) {
    let shown = format!("{model:?}");
    let checker = model.checker().threads(2).spawn_bfs().join();
    println!(
        "{} states, {} steps deep: {shown}",
        checker.unique_state_count(),
        checker.max_depth()
    );
    checker.assert_properties();
}

#[test]
fn nodes_that_freeze_and_thaw() {
    holds(TWO);
    holds(THREE);
}

#[test]
fn steps_that_take_long_and_connections_that_are_lost() {
    let budget = Budget {
        holds: 1,
        losses: 1,
        ..NONE
    };
    holds(ClusterModel { budget, ..TWO });
    let time_max = 2;
    holds(ClusterModel {
        budget,
        time_max,
        ..THREE
    });
}

#[test]
fn processes_that_crash_and_begin_again() {
    let budget = Budget {
        crashes: 1,
        starts: 1,
        ..NONE
    };
    holds(ClusterModel { budget, ..TWO });
    let time_max = 3;
    holds(ClusterModel {
        budget,
        time_max,
        ..THREE
    });
}

#[test]
fn nodes_that_enter_and_leave() {
    let budget = Budget {
        starts: 1,
        leaves: 1,
        ..NONE
    };
    holds(ClusterModel {
        budget,
        alive: 2,
        time_max: 1,
        ..THREE
    });
    holds(ClusterModel {
        begins_settled: false,
        ..TWO
    });
}

#[test]
fn outcomes_that_come_late() {
    let budget = Budget {
        losses: 1,
        starts: 1,
        ..NONE
    };
    let attempting = 1;
    holds(ClusterModel {
        budget,
        attempting,
        ..TWO
    });
}

#[test]
fn changes_of_the_catalog() {
    let budget = Budget { changes: 1, ..NONE };
    let shards = 0;
    holds(ClusterModel {
        budget: Budget { holds: 1, ..budget },
        shards,
        time_max: 3,
        ..TWO
    });
    holds(ClusterModel {
        budget,
        shards,
        time_max: 2,
        ..THREE
    });
}

#[test]
fn wake_ups_that_are_lost() {
    let budget = Budget {
        deliveries: 1,
        ..NONE
    };
    holds(ClusterModel {
        budget,
        with_wakes: true,
        time_max: 3,
        ..TWO
    });
}

#[test]
fn clocks_whose_speeds_differ_by_a_fifth() {
    // Of five ticks, the other makes six.
    let first_clock = (6, 5);
    holds(ClusterModel {
        first_clock,
        lease_ms: 5,
        time_max: 7,
        shards: 1,
        ..TWO
    });
}

/// `cargo xtask model`.
#[test]
#[ignore = "takes many minutes"]
fn larger_bounds() {
    let late = Budget {
        holds: 1,
        losses: 1,
        starts: 1,
        ..NONE
    };
    holds(ClusterModel {
        budget: late,
        ..THREE
    });
    holds(ClusterModel {
        budget: late,
        attempting: 2,
        ..TWO
    });
    holds(ClusterModel {
        slow_max: usize::MAX,
        ..THREE
    });
    let changes = Budget {
        changes: 2,
        holds: 1,
        starts: 1,
        ..NONE
    };
    holds(ClusterModel {
        budget: changes,
        ..TWO
    });
    let comings = Budget {
        starts: 2,
        leaves: 1,
        crashes: 1,
        ..NONE
    };
    holds(ClusterModel {
        budget: comings,
        alive: 2,
        ..THREE
    });
}
