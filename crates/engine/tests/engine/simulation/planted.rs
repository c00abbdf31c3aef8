//! Does the simulation find what it is there for? Bugs are planted, one at a time, until a seed finds each.

use super::{
    Case,
    promises::Promise::{
        self, EverythingEnds, EverythingIsRecorded, NotBeforeItIsDue, NothingAfterSuccess,
        NothingToTheDisabled, OneAtATime,
    },
    wanted,
};
use crate::support::Bug;

/// Seeds that a bug may take to be found. Each of them is found by one of the first few.
const SEEDS_MAX: u64 = 40;

/// The promises that a bug breaks: whatever else fails would not show that it was found.
fn broken_by(bug: Bug) -> &'static [Promise] {
    match bug {
        Bug::DropsRecords => &[EverythingIsRecorded, EverythingEnds, NothingAfterSuccess],
        Bug::RetriesEarly => &[NotBeforeItIsDue],
        Bug::DispatchesTwice => &[OneAtATime],
        Bug::ForgetsToWakeUp | Bug::ForgetsWhatIsNext | Bug::ForgetsABacklog => &[EverythingEnds],
        Bug::SendsToTheDisabled => &[NothingToTheDisabled],
    }
}

#[test]
fn every_planted_bug_is_found() {
    let seeds = wanted("NUNCIO_SIMULATION_SEEDS").unwrap_or(SEEDS_MAX);
    for bug in Bug::ALL {
        let found = (0..seeds).find_map(|seed| {
            let broken = Case::planted(seed, bug).run().err()?;
            Some((seed, broken))
        });
        let (seed, broken) =
            found.unwrap_or_else(|| panic!("{bug:?} is not found by {seeds} seeds"));
        assert!(
            broken_by(bug).contains(&broken.promise),
            "{bug:?} is found by seed {seed}, but for something else: {broken}"
        );
        println!("{bug:?}: found by seed {seed}: {broken}");
    }
}
