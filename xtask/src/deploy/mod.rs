//! Is what is in `deploy/` fit to be used? Each file is judged by the program that will read it, as far as that is to be
//! had; what is not is said.

mod judges;
mod tools;

use anyhow::Result;

use crate::run;
use crate::step::Outcome;
use crate::tally::Tally;

/// What one judge says.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Fit,
    Unfit,
    /// The judge is not to be had, with the reason.
    Unknown(String),
}

type Judge = (&'static str, fn() -> Result<Verdict>);

/// Those that take seconds, and that need nothing which takes long to build.
const QUICK: &[Judge] = &[
    ("Dockerfile: hadolint", judges::dockerfile),
    (
        "Dockerfile: the compiler is that of rust-toolchain.toml",
        judges::compiler,
    ),
    ("Compose files", judges::compose),
    (
        "systemd: the units, and how exposed the service is",
        judges::systemd,
    ),
    ("nginx", judges::nginx),
    ("Caddy", judges::caddy),
    ("Prometheus: alerts, and when they fire", judges::alerts),
    (
        "Helm: the chart as Kubernetes reads it",
        judges::chart_if_installed,
    ),
    ("workflows", judges::workflows_if_installed),
];

/// What is built first, which takes minutes the first time.
const SLOW: &[Judge] = &[
    ("Helm: the chart as Kubernetes reads it", judges::chart),
    ("workflows", judges::workflows),
    ("Debian package: built, unpacked, run", judges::package),
    ("Caddy in front of a real server", judges::caddy_at_work),
];

/// For `check`.
///
/// # Errors
/// When a program that is there can't be started.
pub(crate) fn run_quick() -> Result<Outcome> {
    judge(QUICK.iter())
}

/// All of it.
///
/// # Errors
/// As for [`run_quick`], and when something can't be built.
pub(crate) fn run() -> Result<Outcome> {
    let is_repeated = |name: &str| SLOW.iter().any(|(slow, _)| *slow == name);
    let quick = QUICK.iter().filter(|(name, _)| !is_repeated(name));
    judge(quick.chain(SLOW))
}

fn judge<'j>(judges: impl Iterator<Item = &'j Judge>) -> Result<Outcome> {
    anyhow::ensure!(run::build_server()?, "the server does not build");
    let mut sum = Tally::default();
    for (name, judge) in judges {
        match judge()? {
            Verdict::Fit => {
                println!("{name}: fit");
                sum += Tally::PASSED;
            }
            Verdict::Unfit => {
                println!("{name}: NOT FIT");
                sum += Tally::FAILED;
            }
            Verdict::Unknown(why) => println!("{name}: skipped: {why}"),
        }
    }
    Ok(Outcome::Tests(sum))
}
