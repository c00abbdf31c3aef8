//! How is another program run? In the workspace's folder, without input, its output streamed as it comes.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::root::root;
use crate::tally::Tally;

/// A command that runs in the workspace's folder and never waits for somebody to type.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root()).stdin(Stdio::null());
    command
}

/// The Cargo that runs us, without progress bars, which only garble a log.
pub(crate) fn cargo() -> Command {
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(program);
    command.env("CARGO_TERM_PROGRESS_WHEN", "never");
    if in_ci() {
        command.env("CARGO_TERM_COLOR", "never");
    }
    command
}

/// Runs it with its output passed through, and says whether it exited with success.
///
/// # Errors
/// When the program can't be started.
pub(crate) fn succeeds(command: &mut Command) -> Result<bool> {
    let status = command.status().with_context(|| cannot_start(command))?;
    Ok(status.success())
}

/// Runs it with its errors passed through, and gives what it printed.
///
/// # Errors
/// When the program can't be started, fails, or prints something other than UTF-8.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| cannot_start(command))?;
    anyhow::ensure!(
        output.status.success(),
        "{} ended with {}",
        as_typed(command),
        output.status
    );
    String::from_utf8(output.stdout)
        .with_context(|| format!("{} printed no UTF-8", as_typed(command)))
}

/// Runs a libtest program or `cargo test`, passes on all it prints but the tests that passed, and counts them.
///
/// # Errors
/// When the program can't be started or its output can't be read.
pub(crate) fn tests(command: &mut Command) -> Result<Tally> {
    tests_counted_by(command, Tally::of_line)
}

/// The same for another runner, whose lines `counts` understands.
///
/// # Errors
/// As for [`tests`].
pub(crate) fn tests_counted_by(
    command: &mut Command,
    counts: fn(&str) -> Option<Tally>,
) -> Result<Tally> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(command))?;
    let stdout = child
        .stdout
        .take()
        .context("the program's output is piped")?;
    let mut counted = Tally::default();
    for line in BufReader::new(stdout).split(b'\n') {
        let line = line.with_context(|| format!("can't read what {} prints", as_typed(command)))?;
        let line = String::from_utf8_lossy(&line);
        counted += counts(&line).unwrap_or_default();
        if !is_noise(&line) {
            println!("{line}");
        }
    }
    Ok(counted.of_test_run(child.wait()?.success()))
}

/// Builds the server as the tests do, so that neither builds it anew for the other; false if it does not build. A test is
/// built with it: without one Cargo leaves out the features that tests ask of dependencies, and compiles them all again.
///
/// # Errors
/// When Cargo can't be started.
pub(crate) fn build_server() -> Result<bool> {
    let arguments = [
        "build",
        "--quiet",
        "--locked",
        "--workspace",
        "--all-features",
        "--bin",
        "nuncio",
        "--test",
        "readme",
    ];
    succeeds(cargo().args(arguments))
}

/// Where the server is once Cargo has built it for tests.
pub(crate) fn server() -> PathBuf {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| "target".into());
    root().join(folder).join("debug/nuncio")
}

/// Whether a program of that name is on the PATH.
pub(crate) fn has(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| {
        std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
    })
}

/// Whether nobody watches: `CI=true`, as continuous integration sets it.
pub(crate) fn in_ci() -> bool {
    std::env::var_os("CI").is_some_and(|value| value == "true" || value == "1")
}

/// Hundreds of passed tests would bury the one that failed.
fn is_noise(line: &str) -> bool {
    let passed = line.starts_with("test ") && line.ends_with(" ... ok");
    let of_go = line.trim_start().starts_with("--- PASS: ") || line.starts_with("=== ");
    let of_playwright = line.starts_with("  ✓ ");
    passed || of_go || of_playwright || line.is_empty() || line.starts_with("running ")
}

fn cannot_start(command: &Command) -> String {
    format!("can't start {}", command.get_program().display())
}

/// A command as one would type it, without our environment and folder.
pub(crate) fn as_typed(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = command("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn test_output_is_counted_with_its_exit_code() {
        fn check(script: &str, expected: Tally) {
            assert_eq!(
                tests(&mut shell(script)).expect("sh starts"),
                expected,
                "{script}"
            );
        }
        let summary = "echo 'test result: ok. 2 passed; 0 failed; 0 ignored'";
        check(
            summary,
            Tally {
                passed: 2,
                failed: 0,
            },
        );
        check(
            &format!("{summary}; exit 101"),
            Tally {
                passed: 2,
                failed: 1,
            },
        );
        check("true", Tally::FAILED);
        check("printf '\\377\\n'; exit 1", Tally::FAILED);
    }

    #[test]
    fn program_that_fails_gives_no_output() {
        assert_eq!(
            output(&mut shell("printf yes")).expect("it succeeds"),
            "yes"
        );
        let error = output(&mut shell("printf yes; exit 1")).expect_err("it fails");
        assert_eq!(
            error.to_string(),
            "sh -c printf yes; exit 1 ended with exit status: 1"
        );
    }

    #[test]
    fn missing_program_is_an_error_and_not_a_failed_run() {
        let error = succeeds(&mut command("nuncio-no-such-program")).expect_err("it can't start");
        assert_eq!(error.to_string(), "can't start nuncio-no-such-program");
    }

    #[test]
    fn programs_never_wait_for_input() {
        assert!(succeeds(&mut shell("! read line")).expect("sh starts"));
    }
}
