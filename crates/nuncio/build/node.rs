//! Node's part: the packages, then Vite.

use std::{
    fs::{self, File},
    path::Path,
    process::Command,
};

use crate::{Left, variable};

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
    let works = |program: &str| {
        let output = Command::new(program).arg("--version").output();
        output.is_ok_and(|output| output.status.success())
    };
    if works("node") && works("npm") {
        return Ok(());
    }
    // Built again once they are there.
    let folders = variable("PATH").unwrap_or_default();
    for folder in std::env::split_paths(&folders).filter(|folder| folder.is_dir()) {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    Err("Node and npm are not installed".to_owned())
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
