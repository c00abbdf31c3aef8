//! What must be on the machine before the tests can run? Installs what is missing and says why.
//!
//! Everything but the Debian packages goes below `target/` or into a folder's own `node_modules/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::root::{root, scratch};
use crate::run;
use crate::step::Outcome;

/// A Debian package, what shows that it is not needed, and what needs it.
struct Package {
    name: &'static str,
    probe: &'static [&'static str],
    why: &'static str,
}

/// Any version on the machine will do, however it came there: what counts is that the probe works.
const PACKAGES: &[Package] = &[
    Package {
        name: "php-cli",
        probe: &["php", "--version"],
        why: "receivers in PHP verify signatures",
    },
    Package {
        name: "nodejs",
        probe: &["node", "--version"],
        why: "receivers in Node verify signatures",
    },
    Package {
        name: "python3",
        probe: &["python3", "--version"],
        why: "receivers in Python verify signatures",
    },
    Package {
        name: "python3-venv",
        probe: &["python3", "-c", "import venv, ensurepip"],
        why: "openapi-spec-validator runs in a virtual environment",
    },
];

/// Folders with a `package-lock.json`, installed with `npm ci`.
const NPM_FOLDERS: &[&str] = &[];

/// A Python environment with exactly these packages.
pub(crate) struct Venv {
    name: &'static str,
    requirements: &'static [&'static str],
}

/// Judges `openapi.json`.
pub(crate) const OPENAPI_VENV: Venv = Venv {
    name: "openapi",
    requirements: &["openapi-spec-validator==0.9.0"],
};

const VENVS: &[Venv] = &[OPENAPI_VENV];

impl Venv {
    /// The path of a program that its packages brought.
    pub(crate) fn program(&self, program: &str) -> PathBuf {
        self.folder().join("bin").join(program)
    }

    fn folder(&self) -> PathBuf {
        scratch().join("venv").join(self.name)
    }
}

/// Installs what is missing; quick when nothing is.
///
/// # Errors
/// When something can't be installed.
pub(crate) fn run() -> Result<Outcome> {
    install_packages()?;
    VENVS.iter().try_for_each(install_venv)?;
    NPM_FOLDERS
        .iter()
        .try_for_each(|folder| install_npm(folder))?;
    Ok(Outcome::Passed)
}

fn install_packages() -> Result<()> {
    let missing: Vec<&Package> = PACKAGES
        .iter()
        .filter(|package| !works(package.probe))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for package in &missing {
        println!(
            "installing the Debian package {}: {}",
            package.name, package.why
        );
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    ensure!(
        run::has("apt-get"),
        "no apt-get here: install {} by other means",
        names.join(", ")
    );
    must_succeed(&mut apt_get(&["update"]))?;
    let install = ["install", "-y", "--no-install-recommends"];
    must_succeed(apt_get(&install).args(names))
}

/// `apt-get` as root, asking nothing.
fn apt_get(arguments: &[&str]) -> Command {
    let as_root = run::output(run::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = run::command(if as_root { "env" } else { "sudo" });
    if !as_root {
        command.args(["-n", "env"]);
    }
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
        .args(arguments);
    command
}

fn install_venv(venv: &Venv) -> Result<()> {
    let folder = venv.folder();
    let wanted = venv.requirements.join("\n");
    let stamp = folder.join("installed.txt");
    let intact = venv.program("python").exists();
    if intact && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!(
        "installing {} into {}",
        venv.requirements.join(", "),
        shown(&folder)
    );
    must_succeed(
        run::command("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&folder),
    )?;
    let mut pip = run::command(venv.program("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--disable-pip-version-check",
    ]);
    must_succeed(pip.args(venv.requirements))?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}

fn install_npm(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    let wanted = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("can't read {}/package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules").join(".installed-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!("installing the npm packages of {}", shown(&folder));
    let mut npm = run::command("npm");
    npm.args(["ci", "--no-audit", "--no-fund", "--no-progress"])
        .current_dir(&folder);
    must_succeed(&mut npm)?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}

/// Whether a command exists and exits with success; what it prints is nobody's concern.
fn works(probe: &[&str]) -> bool {
    let [program, arguments @ ..] = probe else {
        return false;
    };
    run::command(program)
        .args(arguments)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn must_succeed(command: &mut Command) -> Result<()> {
    ensure!(run::succeeds(command)?, "{} failed", run::as_typed(command));
    Ok(())
}

/// A path as people look for it, relative to the workspace.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probe_tells_a_working_program_from_a_missing_and_a_failing_one() {
        assert!(works(&["true"]));
        assert!(!works(&["false"]));
        assert!(!works(&["nuncio-no-such-program"]));
    }

    #[test]
    fn what_is_installed_lies_below_the_scratch_folder() {
        assert!(OPENAPI_VENV.program("python").starts_with(scratch()));
        assert_eq!(shown(&OPENAPI_VENV.folder()), "target/xtask/venv/openapi");
    }
}
