//! Does publishing inside a transaction work from every language of `docs/outbox.md`? `cargo xtask check` runs the samples
//! that need no compiler; this, all of them.

use anyhow::Result;

use crate::root::{root, scratch};
use crate::run;
use crate::setup::must_succeed;
use crate::step::Outcome;
use crate::vendors;

/// Fetches the drivers for Go and Java and runs the outbox's tests, those that are left out of the check too.
///
/// # Errors
/// When drivers can't be fetched, or Cargo can't be started.
pub(crate) fn run() -> Result<Outcome> {
    vendors::fetch_jars("vendors/databases/java", &scratch().join("databases/java"))?;
    let mut go = run::command("go");
    let go = go.args(["mod", "download"]);
    must_succeed(go.current_dir(root().join("vendors/databases/go")))?;
    let mut tests = run::cargo();
    tests.args([
        "test",
        "--workspace",
        "--all-features",
        "--locked",
        "--test",
    ]);
    tests.args(["outbox", "--", "--include-ignored"]);
    Ok(Outcome::Tests(run::tests(&mut tests)?))
}
