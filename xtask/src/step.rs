//! What did a step do?

use crate::tally::Tally;

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It counts as one passed.
    Passed,
    /// It counts as one failed; its output says why.
    Failed,
    /// It ran tests, each of which counts.
    Tests(Tally),
    /// It could not apply here and counts as nothing, with the reason.
    Skipped(&'static str),
}

impl Outcome {
    /// The outcome of a step that looks for violations: prints each; none is a success.
    pub(crate) fn of_violations(violations: &[String]) -> Self {
        for violation in violations {
            println!("{violation}");
        }
        if violations.is_empty() {
            Self::Passed
        } else {
            Self::Failed
        }
    }

    /// The outcome of a program that either succeeded or not.
    pub(crate) fn of_success(success: bool) -> Self {
        if success { Self::Passed } else { Self::Failed }
    }

    /// What it adds to the sum of a check.
    pub(crate) fn tally(&self) -> Tally {
        match self {
            Self::Passed => Tally::PASSED,
            Self::Failed => Tally::FAILED,
            Self::Tests(tally) => *tally,
            Self::Skipped(_) => Tally::default(),
        }
    }

    /// Whether nothing failed.
    pub(crate) fn succeeded(&self) -> bool {
        self.tally().failed == 0
    }
}
