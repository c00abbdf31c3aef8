//! How many tests passed and failed?

use std::ops::AddAssign;

/// Counted tests and steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    /// How many succeeded.
    pub(crate) passed: u64,
    /// How many did not.
    pub(crate) failed: u64,
}

impl Tally {
    /// One that passed.
    pub(crate) const PASSED: Self = Self {
        passed: 1,
        failed: 0,
    };
    /// One that failed.
    pub(crate) const FAILED: Self = Self {
        passed: 0,
        failed: 1,
    };

    /// The counts of one line of libtest's output, if it is a summary: `test result: ok. 3 passed; 0 failed; …`.
    ///
    /// `cargo test` prints one for each test binary and one for each crate's doc tests.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let counts = line.strip_prefix("test result: ")?;
        let (_, counts) = counts.split_once(". ")?;
        let count = |name: &str| {
            counts
                .split("; ")
                .find_map(|part| part.strip_suffix(name)?.trim().parse().ok())
        };
        Some(Self {
            passed: count("passed")?,
            failed: count("failed")?,
        })
    }

    /// What a test run amounts to: its own counts, and one failure where they would hide that it went wrong,
    /// because it failed without a failed test (a crate that does not compile, a crashed binary) or ran no test.
    pub(crate) fn of_test_run(self, exited_with_success: bool) -> Self {
        let ran_none = self == Self::default();
        let hidden_failure = !exited_with_success && self.failed == 0;
        Self {
            failed: self.failed + u64::from(ran_none || hidden_failure),
            ..self
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(passed: u64, failed: u64) -> Tally {
        Tally { passed, failed }
    }

    #[test]
    fn summaries_of_every_binary_and_doc_test_are_summed() {
        let output = "\
running 2 tests
test a ... ok
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

test result: FAILED. 10 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.20s
   Doc-tests nuncio_dialect
test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s; merged doctests";
        let mut sum = Tally::default();
        for line in output.lines().filter_map(Tally::of_line) {
            sum += line;
        }
        assert_eq!(sum, tally(17, 3));
    }

    #[test]
    fn other_lines_are_not_summaries() {
        for line in [
            "",
            "test result",
            "  test result: ok. 2 passed; 0 failed;",
            "test a ... ok",
        ] {
            assert_eq!(Tally::of_line(line), None, "{line:?}");
        }
    }

    #[test]
    fn run_that_hides_its_failure_counts_as_one_failed() {
        fn check(counted: Tally, exited_with_success: bool, expected: Tally) {
            assert_eq!(counted.of_test_run(exited_with_success), expected);
        }
        check(tally(4, 0), true, tally(4, 0));
        check(tally(4, 2), false, tally(4, 2));
        check(tally(4, 0), false, tally(4, 1));
        check(tally(0, 0), true, tally(0, 1));
        check(tally(0, 0), false, tally(0, 1));
    }
}
