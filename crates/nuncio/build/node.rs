//! Node's part: the packages, then Vite.

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
};

use crate::{Left, variable};

/// What Vite runs on.
const NODE_MIN: (u32, u32) = (20, 19);
const NODE_MIN_SHOWN: &str = "20.19";
/// How many of a failed program's last lines are shown.
const LINES_SHOWN: usize = 20;

/// Builds the dashboard into `dist`.
///
/// Several builds may be at it at once, for clippy and for a release, say. They take turns, so that none finds the
/// packages of another half installed.
pub(crate) fn build(dashboard: &Path, dist: &Path) -> Result<(), Left> {
    check_node()?;
    let lock_file = dashboard.join("package-lock.json");
    let turn = File::open(&lock_file).and_then(|file| file.lock().map(|()| file));
    let turn = turn.map_err(|error| format!("can't lock {}: {error}", lock_file.display()))?;
    install(dashboard, &lock_file)?;
    let out_dir = dist.as_os_str();
    let mut vite = Command::new("node");
    vite.args(["node_modules/vite/bin/vite.js", "build"])
        .args(["--emptyOutDir", "--logLevel", "warn", "--outDir"])
        .arg(out_dir)
        .env("NODE_ENV", "production")
        .current_dir(dashboard);
    succeed(&mut vite, "vite build")?;
    drop(turn);
    Ok(())
}

fn check_node() -> Result<(), Left> {
    let fault = match (version("node"), version("npm")) {
        (Some(node), Some(_)) if is_new_enough(&node) => return Ok(()),
        (Some(node), Some(_)) => {
            format!("Node {node} is too old: {NODE_MIN_SHOWN} or newer builds it")
        }
        (None, _) | (_, None) => "Node and npm are not installed".to_owned(),
    };
    // Built again once they are there.
    let folders = variable("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&folders).filter(|folder| folder.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    Err(fault)
}

/// What a program says of its version, without the `v`.
fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim().trim_start_matches('v').to_owned();
    output.status.success().then_some(text)
}

/// Something that does not read like a version gets its chance: Vite says for itself what it needs.
fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= NODE_MIN,
        _ => true,
    }
}

/// Installs the packages of the lock file, unless they are there.
fn install(dashboard: &Path, lock_file: &Path) -> Result<(), Left> {
    let wanted = fs::read(lock_file).map_err(|error| error.to_string())?;
    // `cargo xtask setup` leaves and reads the same.
    let stamp = dashboard.join("node_modules").join(".installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--include=dev", "--no-audit", "--no-fund"])
        .args(["--no-progress", "--fetch-retries=1"])
        .current_dir(dashboard);
    succeed(&mut npm, "npm ci")?;
    fs::write(&stamp, wanted).map_err(|error| format!("can't write {}: {error}", stamp.display()))
}

fn succeed(command: &mut Command, name: &str) -> Result<(), Left> {
    let output = command
        .output()
        .map_err(|error| format!("can't start {name}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let lines: Vec<_> = said.lines().collect();
    let last = &lines[lines.len().saturating_sub(LINES_SHOWN)..];
    Err(format!("{name} failed:\n{}", last.join("\n")))
}
