//! Does the checker find what it is there for? Bugs are planted, one at a time, around nodes that have none.

use stateright::{Checker, Model};

use crate::{
    NONE, TWO,
    bug::Bug,
    cluster::{Budget, ClusterModel, IN_FORCE, NO_LATE_WRITE, ONE_STARTER, RECOVERS},
};

/// The bug breaks this, in a way that takes no more than the model has.
fn finds(bug: Bug, broken: &'static str, model: ClusterModel) {
    let model = ClusterModel {
        bug: Some(bug),
        only: Some(broken),
        ..model
    };
    let checker = model.checker().spawn_bfs().join();
    let path = checker.assert_any_discovery(broken);
    println!("{bug:?} breaks: {broken}");
    for action in path.into_actions() {
        println!("  {action:?}");
    }
}

#[test]
fn without_a_fence_a_late_writer_changes_something() {
    let attempting = 1;
    finds(
        Bug::NoFence,
        NO_LATE_WRITE,
        ClusterModel { attempting, ..TWO },
    );
}

/// A third node comes and goes: the shard is its former owner's again, and a record of before is still on its way.
#[test]
fn without_a_new_epoch_a_former_owner_changes_something() {
    let budget = Budget {
        losses: 1,
        starts: 1,
        leaves: 1,
        ..NONE
    };
    finds(
        Bug::TakesWithoutRaising,
        NO_LATE_WRITE,
        ClusterModel {
            nodes: 3,
            alive: 2,
            shards: 3,
            time_max: 0,
            attempting: 1,
            budget,
            ..TWO
        },
    );
}

#[test]
fn a_burial_that_does_not_compare_buries_the_living() {
    finds(Bug::BuriesWithoutComparing, ONE_STARTER, TWO);
}

/// One process alone, which crashes: its taking arrives when it is buried.
#[test]
fn owners_without_a_row_keep_their_shards_for_ever() {
    let budget = Budget {
        holds: 1,
        crashes: 1,
        starts: 1,
        ..NONE
    };
    finds(
        Bug::OwnersWithoutRow,
        RECOVERS,
        ClusterModel {
            nodes: 1,
            shards: 1,
            begins_settled: false,
            budget,
            ..TWO
        },
    );
}

#[test]
fn a_lease_by_a_clock_that_is_set_back_lasts_too_long() {
    let budget = Budget { jumps: 1, ..NONE };
    finds(
        Bug::LeaseByWallClock,
        ONE_STARTER,
        ClusterModel { budget, ..TWO },
    );
}

#[test]
fn by_a_clock_that_is_set_forward_others_are_gone_too_soon() {
    let budget = Budget { jumps: 1, ..NONE };
    finds(
        Bug::GoneByWallClock,
        ONE_STARTER,
        ClusterModel {
            budget,
            lease_ms: 5,
            ..TWO
        },
    );
}

#[test]
fn a_clock_that_runs_away_breaks_the_lease() {
    // Five of its ticks, after which others are gone, are less than the four of a lease.
    finds(
        Bug::ClockRunsAway,
        ONE_STARTER,
        ClusterModel {
            first_clock: (2, 1),
            lease_ms: 4,
            ..TWO
        },
    );
}

#[test]
fn an_answer_before_the_barrier_is_not_in_force() {
    let budget = Budget { changes: 1, ..NONE };
    finds(
        Bug::AnswersOnCommit,
        IN_FORCE,
        ClusterModel { budget, ..TWO },
    );
}

#[test]
fn who_looks_only_when_woken_leaves_something_undone() {
    let budget = Budget {
        deliveries: 1,
        ..NONE
    };
    let with_wakes = true;
    finds(
        Bug::LooksOnlyWhenWoken,
        RECOVERS,
        ClusterModel {
            budget,
            with_wakes,
            ..TWO
        },
    );
}
