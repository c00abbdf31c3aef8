//! Do the receiver and sender libraries of `sdks/` pass their own tests? Each suite holds the vectors of `conformance/`.

use std::process::Command;

use anyhow::Result;

use crate::root::root;
use crate::run;
use crate::setup::PYTHON_VENV;
use crate::step::Outcome;
use crate::tally::Tally;

/// One language's tests: where, how, and what its runner prints.
struct Suite {
    folder: &'static str,
    command: fn() -> Command,
    counts: fn(&str) -> Option<Tally>,
}

const SUITES: &[Suite] = &[
    Suite {
        folder: "sdks/node/webhooks",
        command: || typed("npx", &["--no-install", "vitest", "run"]),
        counts: of_vitest,
    },
    Suite {
        folder: "sdks/node/client",
        command: || typed("npx", &["--no-install", "vitest", "run"]),
        counts: of_vitest,
    },
    Suite {
        folder: "sdks/python",
        command: || {
            let mut command = run::command(PYTHON_VENV.program("python"));
            command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
            command
        },
        counts: of_pytest,
    },
    Suite {
        folder: "sdks/go",
        command: || typed("go", &["test", "-v", "./..."]),
        counts: of_go,
    },
    Suite {
        folder: "sdks/php",
        command: || typed("phpunit", &["--colors=never", "--do-not-cache-result"]),
        counts: of_phpunit,
    },
    Suite {
        folder: "sdks/ruby",
        command: || typed("ruby", &["-Ilib", "-Itest", "test/all.rb"]),
        counts: of_minitest,
    },
    // No Swift compiler is at hand: another implementation checks what the file holds.
    Suite {
        folder: "sdks/swift",
        command: || typed("ruby", &["check.rb"]),
        counts: of_minitest,
    },
    Suite {
        folder: "sdks/java",
        command: || typed("sh", &["test.sh"]),
        counts: of_junit,
    },
];

/// Builds what other tests take from the libraries as it would be published: the packages for Node, the classes for
/// Java.
///
/// # Errors
/// When a compiler can't be started.
pub(crate) fn build() -> Result<Outcome> {
    let npm = ["run", "--silent", "build"];
    let built = [
        run::succeeds(typed("npm", &npm).current_dir(root().join("sdks/node/webhooks")))?,
        run::succeeds(typed("npm", &npm).current_dir(root().join("sdks/node/client")))?,
        run::succeeds(typed("sh", &["build.sh"]).current_dir(root().join("sdks/java")))?,
    ];
    Ok(Outcome::of_success(built.iter().all(|built| *built)))
}

/// Runs every library's tests.
///
/// # Errors
/// When a runner can't be started.
pub(crate) fn run() -> Result<Outcome> {
    let mut sum = Tally::default();
    for suite in SUITES {
        println!("-- {}", suite.folder);
        let mut command = (suite.command)();
        command
            .current_dir(root().join(suite.folder))
            .env("NO_COLOR", "1")
            // The tests that need the server find it here: built by the tests before, else by the build they ask for.
            .env("NUNCIO_BIN", run::server());
        sum += run::tests_counted_by(&mut command, suite.counts)?;
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    Ok(Outcome::Tests(sum))
}

fn typed(program: &str, arguments: &[&str]) -> Command {
    let mut command = run::command(program);
    command.args(arguments);
    command
}

/// `      Tests  1 failed | 12 passed (13)`
pub(crate) fn of_vitest(line: &str) -> Option<Tally> {
    let counts = line.trim().strip_prefix("Tests ")?;
    let (counts, _) = counts.split_once('(')?;
    Some(Tally {
        passed: count(counts.split('|'), " passed"),
        failed: count(counts.split('|'), " failed"),
    })
}

/// `1 failed, 12 passed, 2 skipped in 0.31s`
fn of_pytest(line: &str) -> Option<Tally> {
    let (counts, time) = line.trim_matches(['=', ' ']).rsplit_once(" in ")?;
    let parts = || counts.split(", ");
    let is_summary = time.ends_with('s') && (line.contains(" passed") || line.contains(" failed"));
    is_summary.then(|| Tally {
        passed: count(parts(), " passed"),
        failed: count(parts(), " failed") + count(parts(), " error") + count(parts(), " errors"),
    })
}

/// `    --- PASS: TestVectors/stripe (0.00s)`
fn of_go(line: &str) -> Option<Tally> {
    let line = line.trim_start();
    if line.starts_with("--- PASS: ") {
        Some(Tally::PASSED)
    } else if line.starts_with("--- FAIL: ") {
        Some(Tally::FAILED)
    } else {
        None
    }
}

/// `OK (12 tests, 30 assertions)` or `Tests: 12, Assertions: 30, Errors: 1, Failures: 2.`
fn of_phpunit(line: &str) -> Option<Tally> {
    if let Some(counts) = line.strip_prefix("OK (") {
        return Some(Tally {
            passed: counts.split_once(" test")?.0.parse().ok()?,
            failed: 0,
        });
    }
    let line = line.strip_suffix('.').unwrap_or(line);
    let counts = line.strip_prefix("Tests: ")?;
    let (all, counts) = counts.split_once(", ")?;
    let named = |name: &str| {
        let mut parts = counts.split(", ");
        parts.find_map(|part| part.strip_prefix(name)?.parse::<u64>().ok())
    };
    let failed = named("Errors: ").unwrap_or(0) + named("Failures: ").unwrap_or(0);
    let skipped = named("Skipped: ").unwrap_or(0);
    let all: u64 = all.parse().ok()?;
    Some(Tally {
        passed: all.saturating_sub(failed + skipped),
        failed,
    })
}

/// `12 runs, 30 assertions, 1 failures, 2 errors, 0 skips`
fn of_minitest(line: &str) -> Option<Tally> {
    let parts = || line.split(", ");
    if !(line.contains(" runs, ") && line.contains(" assertions, ")) {
        return None;
    }
    let failed = count(parts(), " failures") + count(parts(), " errors");
    let rest = failed + count(parts(), " skips");
    Some(Tally {
        passed: count(parts(), " runs").saturating_sub(rest),
        failed,
    })
}

/// `[        12 tests successful      ]` and `[         1 tests failed          ]`
fn of_junit(line: &str) -> Option<Tally> {
    let line = line.strip_prefix('[')?.strip_suffix(']')?.trim();
    let number = |name: &str| line.strip_suffix(name)?.trim().parse().ok();
    if let Some(passed) = number("tests successful") {
        return Some(Tally { passed, failed: 0 });
    }
    number("tests failed").map(|failed| Tally { passed: 0, failed })
}

/// The number before `name` in the part that ends with it; 0 if there is none.
fn count<'a>(mut parts: impl Iterator<Item = &'a str>, name: &str) -> u64 {
    parts
        .find_map(|part| part.trim_end().strip_suffix(name)?.trim().parse().ok())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries_of_every_runner_are_read() {
        fn check(counts: fn(&str) -> Option<Tally>, line: &str, passed: u64, failed: u64) {
            assert_eq!(counts(line), Some(Tally { passed, failed }), "{line:?}");
        }
        check(of_vitest, "      Tests  12 passed (12)", 12, 0);
        check(of_vitest, "      Tests  1 failed | 12 passed (13)", 12, 1);
        check(of_vitest, "      Tests  3 failed (3)", 0, 3);
        check(of_pytest, "12 passed in 0.31s", 12, 0);
        check(of_pytest, "1 failed, 12 passed, 2 skipped in 1.31s", 12, 1);
        check(of_pytest, "==== 12 passed, 2 errors in 1.31s ====", 12, 2);
        check(of_go, "    --- PASS: TestVectors/stripe (0.00s)", 1, 0);
        check(of_go, "--- FAIL: TestVectors (0.00s)", 0, 1);
        check(of_phpunit, "OK (12 tests, 30 assertions)", 12, 0);
        check(
            of_phpunit,
            "Tests: 12, Assertions: 30, Errors: 1, Failures: 2.",
            9,
            3,
        );
        check(of_phpunit, "Tests: 12, Assertions: 30, Skipped: 2.", 10, 0);
        check(
            of_minitest,
            "12 runs, 30 assertions, 1 failures, 2 errors, 1 skips",
            8,
            3,
        );
        check(of_junit, "[        12 tests successful      ]", 12, 0);
        check(of_junit, "[         1 tests failed          ]", 0, 1);
    }

    #[test]
    fn other_lines_are_no_summaries() {
        for line in [
            "",
            "ok",
            "FAIL",
            "Tests run",
            "a test passed in time",
            "[ 12 tests found ]",
        ] {
            for suite in SUITES {
                assert_eq!((suite.counts)(line), None, "{line:?}");
            }
        }
    }
}
