//! What must be on the machine before the tests can run? Installs what is missing and says why.
//!
//! Everything but the Debian packages goes below `target/` or into a folder's own `node_modules/`. Those change the
//! machine and need rights, so whoever is there is asked first.

use std::fs;
use std::io::{self, IsTerminal, Write};
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
        why: "openapi-spec-validator and the Python libraries' tests run in virtual environments",
    },
    Package {
        name: "npm",
        probe: &["npm", "--version"],
        why: "the libraries for JavaScript are built and tested with it",
    },
    Package {
        name: "golang-go",
        probe: &["go", "version"],
        why: "the library for Go, and receivers in Go",
    },
    Package {
        name: "phpunit",
        probe: &["phpunit", "--version"],
        why: "the tests of the library for PHP",
    },
    Package {
        name: "php-curl",
        probe: &["php", "-r", "exit(extension_loaded('curl') ? 0 : 1);"],
        why: "the tests of the library for PHP send requests",
    },
    Package {
        name: "php-xml",
        probe: &["php", "-r", "exit(extension_loaded('dom') ? 0 : 1);"],
        why: "phpunit reads its settings",
    },
    Package {
        name: "php-mbstring",
        probe: &["php", "-r", "exit(extension_loaded('mbstring') ? 0 : 1);"],
        why: "phpunit prints what differs",
    },
    Package {
        name: "php-nyholm-psr7",
        probe: &["test", "-e", "/usr/share/php/Nyholm/Psr7/autoload.php"],
        why: "the PSR-15 middleware is tested with it",
    },
    Package {
        name: "php-illuminate-http",
        probe: &["test", "-e", "/usr/share/php/Illuminate/Http/autoload.php"],
        why: "the Laravel middleware is tested with Laravel's own requests",
    },
    Package {
        name: "ruby",
        probe: &["ruby", "--version"],
        why: "the library for Ruby, and receivers in Ruby",
    },
    Package {
        name: "ruby-minitest",
        probe: &["ruby", "-e", "require 'minitest'"],
        why: "the tests of the library for Ruby",
    },
    Package {
        name: "ruby-rack",
        probe: &["rackup", "--version"],
        why: "receivers in Ruby run on Rack",
    },
    Package {
        name: "ruby-webrick",
        probe: &["ruby", "-e", "require 'rack/handler/webrick'"],
        why: "receivers in Ruby listen with it",
    },
    Package {
        name: "openjdk-17-jdk-headless",
        probe: &["javac", "--version"],
        why: "the library for Java, and receivers in Java",
    },
    Package {
        name: "junit5",
        probe: &[
            "test",
            "-e",
            "/usr/share/java/junit-platform-console-standalone.jar",
        ],
        why: "the tests of the library for Java",
    },
    Package {
        name: "libjakarta-servlet-api-java",
        probe: &["test", "-e", "/usr/share/java/jakarta-servlet-api.jar"],
        why: "the servlet filter is compiled against it",
    },
    Package {
        name: "maven",
        probe: &["mvn", "--version"],
        why: "it fetches the vendors' libraries for Java",
    },
    Package {
        name: "nginx",
        // It is in a folder that not everybody's path has.
        probe: &["/usr/sbin/nginx", "-v"],
        why: "receivers behind it demand client certificates",
    },
    Package {
        name: "chromium",
        probe: &["chromium", "--version"],
        why: "the dashboard and the portal are tested in a real browser",
    },
    Package {
        name: "postgresql",
        probe: &[
            "sh",
            "-c",
            "test -x \"$(ls -d /usr/lib/postgresql/*/bin | tail -n 1)/initdb\"",
        ],
        why: "tests start PostgreSQL servers of their own",
    },
    Package {
        name: "pgbouncer",
        probe: &["sh", "-c", "PATH=$PATH:/usr/sbin pgbouncer --version"],
        why: "tests connect to PostgreSQL through a pooler too",
    },
];

/// Folders with a `package-lock.json`, installed with `npm ci`.
const NPM_FOLDERS: &[&str] = &[
    "sdks/node/webhooks",
    "sdks/node/client",
    "dashboard",
    "dashboard/e2e",
    "vendors/node",
    "vendors/svix/node",
    "vendors/asyncapi",
    "vendors/oauth",
    "vendors/databases/node",
];

/// A Python environment with exactly the packages of a requirements file.
pub(crate) struct Venv {
    name: &'static str,
    requirements: &'static str,
}

/// Judges `openapi.json`.
pub(crate) const OPENAPI_VENV: Venv = Venv {
    name: "openapi",
    requirements: "xtask/openapi-requirements.txt",
};

/// Runs the tests of the Python libraries.
pub(crate) const PYTHON_VENV: Venv = Venv {
    name: "python",
    requirements: "sdks/python/requirements-dev.txt",
};

/// Holds the vendors' libraries for Python, in which a receiver runs.
const VENDORS_VENV: Venv = Venv {
    name: "vendors",
    requirements: "vendors/python/requirements.txt",
};

/// Holds drivers for PostgreSQL, with which samples of the documentation are run.
const DATABASES_VENV: Venv = Venv {
    name: "databases",
    requirements: "vendors/databases/python/requirements.txt",
};

/// Judges what is in `deploy/`.
pub(crate) const DEPLOY_VENV: Venv = Venv {
    name: "deploy",
    requirements: "xtask/deploy-requirements.txt",
};

const VENVS: &[Venv] = &[
    OPENAPI_VENV,
    PYTHON_VENV,
    VENDORS_VENV,
    DATABASES_VENV,
    DEPLOY_VENV,
];

impl Venv {
    /// The path of a program that its packages brought.
    pub(crate) fn program(&self, program: &str) -> PathBuf {
        self.folder().join("bin").join(program)
    }

    fn folder(&self) -> PathBuf {
        scratch().join("venv").join(self.name)
    }
}

/// Whether what needs rights may be installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consent {
    /// It was said beforehand: `--yes`.
    Given,
    /// Whoever is there is asked. Where `CI` is set nobody is, and it may.
    Ask,
}

/// Installs what is missing; quick when nothing is.
///
/// # Errors
/// When something can't be installed, or may not.
pub(crate) fn run(consent: Consent) -> Result<Outcome> {
    install_packages(consent)?;
    VENVS.iter().try_for_each(install_venv)?;
    NPM_FOLDERS
        .iter()
        .try_for_each(|folder| install_npm(folder))?;
    Ok(Outcome::Passed)
}

fn install_packages(consent: Consent) -> Result<()> {
    let missing: Vec<&Package> = PACKAGES
        .iter()
        .filter(|package| !works(package.probe))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("these Debian packages are missing:");
    for package in &missing {
        println!("  {}: {}", package.name, package.why);
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name).collect();
    ensure!(
        run::has("apt-get"),
        "no apt-get here: install {} by other means",
        names.join(", ")
    );
    let mut update = apt_get(&["update"]);
    let mut install = apt_get(&["install", "-y", "--no-install-recommends"]);
    install.args(names);
    let commands = [&update, &install].map(run::as_typed).join("\n  ");
    let asked = format!("To install them, with the rights of root:\n  {commands}\n");
    let nobody_asks = consent == Consent::Given || run::in_ci();
    may_install(nobody_asks, io::stdin().is_terminal(), &asked, &mut || {
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        Ok(answer)
    })?;
    must_succeed(&mut update)?;
    must_succeed(&mut install)
}

/// Passes if it is said that it may be, beforehand or now; otherwise says how to go on.
fn may_install(
    is_given: bool,
    somebody_is_there: bool,
    asked: &str,
    answer: &mut dyn FnMut() -> io::Result<String>,
) -> Result<()> {
    println!("{asked}");
    if is_given {
        return Ok(());
    }
    ensure!(
        somebody_is_there,
        "nobody is there to be asked: run the commands above, or `cargo xtask setup --yes`"
    );
    print!("Install them? [y/N] ");
    io::stdout().flush()?;
    let answer = answer().context("can't read the answer")?;
    let is_yes = matches!(answer.trim(), "y" | "Y" | "yes");
    ensure!(is_yes, "not installed");
    Ok(())
}

/// `apt-get` as root. It asks nothing itself; `sudo` asks for a password where somebody is there.
fn apt_get(arguments: &[&str]) -> Command {
    let as_root = run::output(run::command("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let mut command = run::command(if as_root { "env" } else { "sudo" });
    if !as_root {
        if !io::stdin().is_terminal() {
            command.arg("-n");
        }
        command.arg("env");
    }
    command
        .args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"])
        .args(arguments);
    command
}

fn install_venv(venv: &Venv) -> Result<()> {
    let folder = venv.folder();
    let file = root().join(venv.requirements);
    let wanted =
        fs::read_to_string(&file).with_context(|| format!("can't read {}", venv.requirements))?;
    let stamp = folder.join("installed.txt");
    let intact = venv.program("python").exists();
    if intact && fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    println!(
        "installing the packages of {} into {}",
        venv.requirements,
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
        "-r",
    ]);
    must_succeed(pip.arg(&file))?;
    fs::write(&stamp, wanted).with_context(|| format!("can't write {}", stamp.display()))
}

fn install_npm(folder: &str) -> Result<()> {
    let folder = root().join(folder);
    let wanted = fs::read(folder.join("package-lock.json"))
        .with_context(|| format!("can't read {}/package-lock.json", folder.display()))?;
    // Cargo may be building the dashboard at this moment, in an editor, say: the build script takes the same lock.
    let turn = fs::File::open(folder.join("package-lock.json"))?;
    turn.lock()
        .with_context(|| format!("can't lock {}/package-lock.json", folder.display()))?;
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

pub(crate) fn must_succeed(command: &mut Command) -> Result<()> {
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
    fn nothing_is_installed_with_rights_before_somebody_says_so() {
        fn check(is_given: bool, somebody_is_there: bool, says: &str, expected: Result<(), &str>) {
            let answer = &mut || Ok(says.to_owned());
            let may = may_install(is_given, somebody_is_there, "apt-get", answer);
            let may = may.map_err(|error| error.to_string());
            match (may, expected) {
                (Ok(()), Ok(())) => {}
                (Err(error), Err(expected)) => assert!(error.contains(expected), "{error}"),
                (may, expected) => panic!("{may:?}, and not {expected:?}"),
            }
        }
        check(true, false, "", Ok(()));
        check(false, true, "y\n", Ok(()));
        check(false, true, "yes\n", Ok(()));
        check(false, true, "\n", Err("not installed"));
        check(false, true, "no\n", Err("not installed"));
        check(false, false, "y\n", Err("setup --yes"));
    }

    #[test]
    fn what_is_installed_lies_below_the_scratch_folder() {
        assert!(OPENAPI_VENV.program("python").starts_with(scratch()));
        assert_eq!(shown(&OPENAPI_VENV.folder()), "target/xtask/venv/openapi");
    }
}
