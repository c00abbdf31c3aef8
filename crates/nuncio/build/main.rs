//! Builds the dashboard into the binary: `npm ci` where its packages are missing or others, Vite into `OUT_DIR`, and a
//! table of what came out. The sources of the dashboard get nothing but `node_modules/`.
//!
//! Whatever goes wrong (no Node, no network, broken sources) leaves the dashboard out, with a warning: the server is
//! complete without it. `NUNCIO_DASHBOARD=off` leaves it out on purpose; `NUNCIO_DASHBOARD=required` makes every fault
//! an error, for builds that are given to others.

#![allow(
    clippy::print_stdout,
    reason = "that is how a build script talks to Cargo"
)]

mod embed;
mod node;
mod sources;

use std::path::{Path, PathBuf};

/// Whether the dashboard is wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    IfPossible,
    Required,
    No,
}

/// Why there is no dashboard, in words for whoever builds.
type Left = String;

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-env-changed=NUNCIO_DASHBOARD");
    let out = PathBuf::from(variable("OUT_DIR").expect("Cargo sets OUT_DIR"));
    let wanted = match variable("NUNCIO_DASHBOARD").as_deref() {
        None | Some("" | "on") => Wanted::IfPossible,
        Some("required") => Wanted::Required,
        Some("off") => Wanted::No,
        Some(other) => panic!("NUNCIO_DASHBOARD is `{other}`: it is on, off or required"),
    };
    let built = match wanted {
        Wanted::No => Err("NUNCIO_DASHBOARD was off".to_owned()),
        Wanted::IfPossible | Wanted::Required => build(&out),
    };
    let files = built.unwrap_or_else(|left| {
        match wanted {
            Wanted::Required => panic!("the dashboard can't be built: {left}"),
            Wanted::IfPossible => warn(&left),
            Wanted::No => {}
        }
        embed::nothing(&left)
    });
    std::fs::write(out.join("dashboard.rs"), files).expect("OUT_DIR can be written");
}

/// The table of the dashboard's files, as Rust.
fn build(out: &Path) -> Result<String, Left> {
    let dashboard = Path::new("../../dashboard");
    if !dashboard.join("package-lock.json").is_file() {
        return Err("its sources are not here".to_owned());
    }
    sources::watch(dashboard);
    let dist = out.join("dashboard");
    node::build(dashboard, &dist)?;
    embed::table(&dist).map_err(|error| format!("what was built can't be read: {error}"))
}

fn warn(left: &Left) {
    println!("cargo::warning=the dashboard is left out of this build:");
    for line in left.lines().filter(|line| !line.trim().is_empty()) {
        println!("cargo::warning={line}");
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a build script is told everything by its environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
