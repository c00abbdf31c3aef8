//! Is the dashboard's own code sound: its types, and the tests that need no browser?

use anyhow::Result;

use crate::libraries::of_vitest;
use crate::root::root;
use crate::run;
use crate::step::Outcome;

/// Where the dashboard's sources are.
pub(crate) const FOLDER: &str = "dashboard";

/// Type-checks it against the API as `openapi.json` has it, and runs its tests.
///
/// # Errors
/// When npm can't be started.
pub(crate) fn run() -> Result<Outcome> {
    let mut command = run::command("npm");
    command
        .args(["run", "--silent", "check"])
        .current_dir(root().join(FOLDER))
        .env("NO_COLOR", "1");
    Ok(Outcome::Tests(run::tests_counted_by(
        &mut command,
        of_vitest,
    )?))
}
