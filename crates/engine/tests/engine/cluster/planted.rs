//! Does the simulation of a cluster find what it is there for?

use super::{
    ClusterCase,
    promises::ClusterPromise::{
        self, EverythingEnds, NoLateWrite, NothingAfterSuccess, NothingToTheDisabled,
        StartedByItsOwner,
    },
    wanted,
};

/// Seeds that a bug may take to be found.
const SEEDS_MAX: u64 = 400;

/// A bug that is planted into the database or into what drives a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClusterBug {
    /// Outcomes are recorded whoever owns the shard by then.
    NoFence,
    /// Taking a shard leaves its epoch as it is.
    TakesWithoutRaising,
    /// Nodes judge leases by the clock that people set.
    JudgesByTheWallClock,
    /// A change is answered once it is committed.
    AnswersOnCommit,
    /// Owners look for work only when they are woken.
    LooksOnlyWhenWoken,
}

impl ClusterBug {
    const ALL: [Self; 5] = [
        Self::NoFence,
        Self::TakesWithoutRaising,
        Self::JudgesByTheWallClock,
        Self::AnswersOnCommit,
        Self::LooksOnlyWhenWoken,
    ];

    /// The promises that it breaks: whatever else fails would not show that it was found.
    fn breaks(self) -> &'static [ClusterPromise] {
        match self {
            Self::NoFence => &[NoLateWrite, NothingAfterSuccess],
            Self::TakesWithoutRaising => &[NoLateWrite, NothingAfterSuccess],
            // Set ahead it lets a node start too late; set back it lets one wait for hours.
            Self::JudgesByTheWallClock => &[StartedByItsOwner, EverythingEnds],
            Self::AnswersOnCommit => &[NothingToTheDisabled],
            Self::LooksOnlyWhenWoken => &[EverythingEnds],
        }
    }
}

#[test]
fn every_bug_of_a_cluster_is_found() {
    let seeds = wanted("NUNCIO_SIMULATION_SEEDS").unwrap_or(SEEDS_MAX);
    let nodes = wanted("NUNCIO_SIMULATION_NODES").unwrap_or(3) as usize;
    for bug in ClusterBug::ALL {
        let found = (0..seeds).find_map(|seed| {
            let broken = ClusterCase::planted(nodes, seed, bug).run().err()?;
            Some((seed, broken))
        });
        let (seed, broken) =
            found.unwrap_or_else(|| panic!("{bug:?} is not found by {seeds} seeds"));
        assert!(
            bug.breaks().contains(&broken.promise),
            "{bug:?} is found by seed {seed}, but for something else: {broken}"
        );
        println!("{bug:?}: found by seed {seed}: {broken}");
    }
}
