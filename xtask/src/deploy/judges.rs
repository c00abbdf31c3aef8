//! What each file of `deploy/` is judged by.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Verdict;
use super::tools;
use crate::root::{root, scratch};
use crate::run;
use crate::setup::{DEPLOY_VENV, must_succeed};

/// Points of `systemd-analyze security`, of 100, beyond which the service is too exposed.
const EXPOSURE_MAX: &str = "20";
/// The versions of Kubernetes between which the chart has to fit.
const KUBERNETES: &[&str] = &["1.27", "1.33", "1.37"];
const HELM: &str = "helm.sh/helm/v3/cmd/helm@v3.18.6";
const ACTIONLINT: &str = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

fn of(success: bool) -> Verdict {
    match success {
        true => Verdict::Fit,
        false => Verdict::Unfit,
    }
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(root().join(path)).with_context(|| format!("can't read {path}"))
}

/// An empty folder for what a judge has to be shown.
fn empty_folder(name: &str) -> Result<PathBuf> {
    let folder = scratch().join("deploy").join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder).with_context(|| format!("can't make {}", folder.display()))?;
    Ok(folder)
}

pub(super) fn dockerfile() -> Result<Verdict> {
    let hadolint = DEPLOY_VENV.program("hadolint");
    Ok(of(run::succeeds(
        run::command(hadolint).arg("deploy/Dockerfile"),
    )?))
}

/// Another compiler in the image would be downloaded in addition, and not be the one that was tested.
pub(super) fn compiler() -> Result<Verdict> {
    let wanted = channel(&read("rust-toolchain.toml")?)
        .context("rust-toolchain.toml names no channel")?
        .to_owned();
    let fits = read("deploy/Dockerfile")?.contains(&format!("FROM rust:{wanted}-"));
    if !fits {
        println!("deploy/Dockerfile: build FROM rust:{wanted}, as rust-toolchain.toml says");
    }
    Ok(of(fits))
}

fn channel(toolchain: &str) -> Option<&str> {
    let line = toolchain
        .lines()
        .find_map(|line| line.strip_prefix("channel"))?;
    line.split('"').nth(1)
}

pub(super) fn compose() -> Result<Verdict> {
    const STRICT: &str = "import sys, compose_spec
for path in sys.argv[1:]:
    with open(path) as file:
        compose_spec.PyOptions(apply_merge=True).from_yaml(file.read()).validate()";
    let mut files = Vec::new();
    for entry in fs::read_dir(root().join("deploy"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("compose") && name.ends_with(".yml") {
            files.push(path);
        }
    }
    anyhow::ensure!(!files.is_empty(), "deploy/ has no Compose files");
    let mut python = run::command(DEPLOY_VENV.program("python"));
    python.args(["-c", STRICT]).args(&files);
    if !run::succeeds(&mut python)? {
        return Ok(Verdict::Unfit);
    }
    // What the file asks of whoever starts it is there, so the rest is judged.
    let mut docker = run::command("docker");
    if !run::has("docker")
        || !docker
            .args(["compose", "version"])
            .output()?
            .status
            .success()
    {
        return Ok(Verdict::Fit);
    }
    for file in &files {
        let mut docker = run::command("docker");
        docker.args(["compose", "--file"]).arg(file);
        docker.args(["config", "--quiet"]).envs([
            ("NUNCIO_ADMIN_KEY", "x"),
            ("NUNCIO_MASTER_KEY", "x"),
            ("NUNCIO_METRICS_KEY", "x"),
            ("POSTGRES_PASSWORD", "x"),
        ]);
        if !run::succeeds(&mut docker)? {
            return Ok(Verdict::Unfit);
        }
    }
    Ok(Verdict::Fit)
}

pub(super) fn systemd() -> Result<Verdict> {
    if !run::has("systemd-analyze") {
        return Ok(Verdict::Unknown("no systemd-analyze".to_owned()));
    }
    let folder = empty_folder("systemd")?;
    let unit = folder.join("nuncio.service");
    let text = read("deploy/systemd/nuncio.service")?;
    // It looks whether the program is there.
    let server = run::server().display().to_string();
    fs::write(&unit, text.replace("/usr/bin/nuncio", &server))?;
    let socket = folder.join("nuncio.socket");
    fs::write(&socket, read("deploy/systemd/nuncio.socket")?)?;
    let mut verify = run::command("systemd-analyze");
    verify.args(["verify", "--man=no"]).arg(&unit).arg(&socket);
    let output = verify.output().context("can't start systemd-analyze")?;
    // It exits with 0 whatever it says of a setting that it doesn't know.
    let said = String::from_utf8_lossy(&output.stderr);
    print!("{said}");
    if !output.status.success() || said.contains("nuncio.s") {
        return Ok(Verdict::Unfit);
    }
    let mut exposed = run::command("systemd-analyze");
    exposed.args(["security", "--no-pager", "--offline=yes"]);
    exposed
        .arg(format!("--threshold={EXPOSURE_MAX}"))
        .arg(&unit);
    let output = exposed.output().context("can't start systemd-analyze")?;
    if !output.status.success() {
        print!("{}", String::from_utf8_lossy(&output.stdout));
    }
    Ok(of(output.status.success()))
}

pub(super) fn nginx() -> Result<Verdict> {
    let Some(nginx) = tools::find("nginx") else {
        return Ok(Verdict::Unknown("no nginx".to_owned()));
    };
    let folder = empty_folder("nginx")?;
    let (certificate, key) = (folder.join("fullchain.pem"), folder.join("privkey.pem"));
    let mut openssl = run::command("openssl");
    openssl.args([
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=localhost",
    ]);
    openssl
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate);
    anyhow::ensure!(
        openssl
            .output()
            .context("can't start openssl")?
            .status
            .success(),
        "openssl makes no certificate"
    );
    let sample = read("deploy/nginx/nuncio.conf")?
        .replace("/etc/ssl/nuncio", &folder.display().to_string())
        // The check binds what it would listen on.
        .replace("listen 443", "listen unix:nginx.sock")
        .replace("listen [::]:443 ssl http2;", "");
    fs::write(folder.join("nuncio.conf"), sample)?;
    let config = "pid nginx.pid; events {} http { access_log off; include nuncio.conf; }";
    fs::write(folder.join("nginx.conf"), config)?;
    let mut check = run::command(nginx);
    check.args(["-q", "-t", "-e", "stderr", "-c", "nginx.conf", "-p"]);
    Ok(of(run::succeeds(check.arg(&folder).current_dir(&folder))?))
}

pub(super) fn caddy() -> Result<Verdict> {
    let caddy = match tools::unpacked("caddy", "caddy")? {
        Ok(caddy) => caddy,
        Err(why) => return Ok(Verdict::Unknown(why)),
    };
    let mut check = run::command(&caddy);
    check.args(["validate", "--adapter", "caddyfile", "--config"]);
    check.arg("deploy/caddy/Caddyfile");
    let output = check.output().context("can't start Caddy")?;
    if !output.status.success() {
        print!("{}", String::from_utf8_lossy(&output.stderr));
        return Ok(Verdict::Unfit);
    }
    // A file that is not formatted is one that was not read by whoever wrote it.
    let mut format = run::command(&caddy);
    let formatted = run::output(format.args(["fmt", "deploy/caddy/Caddyfile"]))?;
    Ok(of(formatted == read("deploy/caddy/Caddyfile")?))
}

pub(super) fn alerts() -> Result<Verdict> {
    let promtool = match tools::unpacked("promtool", "prometheus")? {
        Ok(promtool) => promtool,
        Err(why) => return Ok(Verdict::Unknown(why)),
    };
    let check = ["check", "rules", "deploy/alerts.yml"];
    let test = ["test", "rules", "deploy/alerts_test.yml"];
    for arguments in [check, test] {
        if !run::succeeds(run::command(&promtool).args(arguments))? {
            return Ok(Verdict::Unfit);
        }
    }
    Ok(Verdict::Fit)
}

pub(super) fn chart_if_installed() -> Result<Verdict> {
    match tools::find("helm") {
        Some(helm) => chart_by(&helm),
        None => Ok(Verdict::Unknown(
            "no helm: `cargo xtask deploy` builds it".to_owned(),
        )),
    }
}

pub(super) fn chart() -> Result<Verdict> {
    match tools::built("helm", HELM)? {
        Ok(helm) => chart_by(&helm),
        Err(why) => Ok(Verdict::Unknown(why)),
    }
}

fn chart_by(helm: &Path) -> Result<Verdict> {
    const CHART: &str = "deploy/helm/nuncio";
    let folder = empty_folder("helm")?;
    for values in ["sqlite", "postgres"] {
        let file = format!("{CHART}/ci/{values}.yaml");
        let mut lint = run::command(helm);
        lint.args(["lint", "--quiet", "--strict", CHART, "--values", &file]);
        if !run::succeeds(&mut lint)? {
            return Ok(Verdict::Unfit);
        }
        for version in KUBERNETES {
            let mut template = run::command(helm);
            template.args(["template", "nuncio", CHART, "--values", &file]);
            template.args(["--kube-version", version]);
            let output = template.output().context("can't start helm")?;
            if !output.status.success() {
                print!("{}", String::from_utf8_lossy(&output.stderr));
                return Ok(Verdict::Unfit);
            }
            let resources = folder.join(format!("{values}-{version}.yaml"));
            fs::write(&resources, output.stdout)?;
            let mut validate = run::command(DEPLOY_VENV.program("kubernetes-validate"));
            // The Prometheus operator's own kinds have no schema there.
            validate.args(["--strict", "--quiet", "--no-warn", "-k", version]);
            if !run::succeeds(validate.arg(&resources))? {
                return Ok(Verdict::Unfit);
            }
        }
    }
    // Without what it needs it says so, rather than install something that can't start.
    let mut bare = run::command(helm);
    let bare = bare.args(["template", "nuncio", CHART]).output()?;
    let said = String::from_utf8_lossy(&bare.stderr);
    if bare.status.success() || !said.contains("repository") {
        println!("{CHART}: without an image it should be refused, naming it: {said}");
        return Ok(Verdict::Unfit);
    }
    Ok(Verdict::Fit)
}

pub(super) fn workflows_if_installed() -> Result<Verdict> {
    match tools::find("actionlint") {
        Some(actionlint) => workflows_by(&actionlint),
        None => Ok(Verdict::Unknown(
            "no actionlint: `cargo xtask deploy` builds it".to_owned(),
        )),
    }
}

pub(super) fn workflows() -> Result<Verdict> {
    match tools::built("actionlint", ACTIONLINT)? {
        Ok(actionlint) => workflows_by(&actionlint),
        Err(why) => Ok(Verdict::Unknown(why)),
    }
}

fn workflows_by(actionlint: &Path) -> Result<Verdict> {
    let folder = root().join(".github/workflows");
    let mut unpinned = false;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        let text = fs::read_to_string(&path)?;
        for action in unpinned_actions(&text) {
            println!("{}: {action}: pin it by its commit", path.display());
            unpinned = true;
        }
    }
    let passes = run::succeeds(&mut run::command(actionlint))?;
    Ok(of(passes && !unpinned))
}

/// Actions that are named by a tag or a branch, which can be moved.
fn unpinned_actions(workflow: &str) -> impl Iterator<Item = &str> {
    let uses = workflow.lines().filter_map(|line| {
        line.trim_start()
            .trim_start_matches("- ")
            .strip_prefix("uses: ")
    });
    uses.filter(|action| {
        let commit = action
            .split_once('@')
            .map(|(_, rest)| rest.split(' ').next().unwrap_or_default());
        !commit.is_some_and(|commit| {
            commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    })
}

/// Builds the package with a server that was built for tests, unpacks it, and runs what is in it.
pub(super) fn package() -> Result<Verdict> {
    if !run::has("cargo-deb") {
        println!("installing cargo-deb");
        let mut install = run::cargo();
        install.args(["install", "cargo-deb", "--version", "3.8.0", "--locked"]);
        if !run::succeeds(&mut install)? {
            return Ok(Verdict::Unknown("cargo-deb can't be installed".to_owned()));
        }
    }
    let folder = empty_folder("package")?;
    let file = folder.join("nuncio.deb");
    let mut deb = run::cargo();
    deb.args(["deb", "--package", "nuncio", "--no-build", "--no-strip"]);
    deb.args(["--profile", "dev", "--locked", "--output"])
        .arg(&file);
    must_succeed(&mut deb)?;
    let into = folder.join("root");
    must_succeed(run::command("dpkg-deb").arg("-x").arg(&file).arg(&into))?;
    for path in [
        "usr/lib/systemd/system/nuncio.service",
        "usr/lib/systemd/system/nuncio.socket",
        "etc/nuncio/nuncio.toml",
        "etc/nuncio/nuncio.env",
        "usr/share/doc/nuncio/operations.md",
    ] {
        if !into.join(path).is_file() {
            println!("{path} is not in the package");
            return Ok(Verdict::Unfit);
        }
    }
    let version = run::output(run::command(into.join("usr/bin/nuncio")).arg("--version"))?;
    println!("{}", version.trim());
    Ok(of(version.starts_with("nuncio ")))
}

/// The tests that need Caddy.
pub(super) fn caddy_at_work() -> Result<Verdict> {
    let caddy = match tools::unpacked("caddy", "caddy")? {
        Ok(caddy) => caddy,
        Err(why) => return Ok(Verdict::Unknown(why)),
    };
    let mut command = run::cargo();
    command.args(["test", "--workspace", "--all-features", "--locked"]);
    // With the binaries Cargo builds no dependency otherwise than for all tests.
    command.args(["--bin", "nuncio", "--bin", "xtask"]);
    command.args(["--test", "deploy", "--", "--ignored"]);
    command.env("NUNCIO_TEST_CADDY", OsStr::new(&caddy));
    let tally = run::tests(&mut command)?;
    Ok(of(tally.failed == 0 && tally.passed > 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn actions_without_a_commit_are_found() {
        let pinned = "      - uses: a/b@11bd71901bbe5b1630ceea73d27597364c9af683 # v4";
        let check = |workflow: &str, expected: &[&str]| {
            assert_eq!(unpinned_actions(workflow).collect::<Vec<_>>(), expected);
        };
        check(pinned, &[]);
        check("- uses: a/b@v4", &["a/b@v4"]);
        check("  uses: a/b@main # 11bd7", &["a/b@main # 11bd7"]);
        check("- uses: a/b", &["a/b"]);
        check("- run: cargo test", &[]);
    }

    #[test]
    fn the_channel_is_read_from_the_toolchains_file() {
        assert_eq!(
            channel("[toolchain]\nchannel = \"1.95.0\"\n"),
            Some("1.95.0")
        );
        assert_eq!(channel("[toolchain]\n"), None);
    }
}
