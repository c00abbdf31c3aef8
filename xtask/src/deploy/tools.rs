//! Where the judges come from. What Debian packages is unpacked below `target/` rather than installed: Caddy's and
//! Prometheus' packages start services.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::root::scratch;
use crate::run;
use crate::setup::must_succeed;

fn folder() -> PathBuf {
    scratch().join("tools")
}

/// A program on the path, in the folders of administrators, or among those that were unpacked or built here.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([
        PathBuf::from("/usr/sbin"),
        folder().join("usr/bin"),
        folder().join("go"),
    ]);
    folders
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// A program of a Debian package, which is fetched and unpacked if it is missing; the reason if it can't be.
///
/// # Errors
/// When the folder can't be written.
pub(crate) fn unpacked(program: &str, package: &str) -> Result<Result<PathBuf, String>> {
    if let Some(found) = find(program) {
        return Ok(Ok(found));
    }
    if !run::has("apt-get") || !run::has("dpkg-deb") {
        return Ok(Err(format!("no {program}, and no apt-get to fetch it")));
    }
    let into = folder();
    fs::create_dir_all(&into).with_context(|| format!("can't make {}", into.display()))?;
    let mut fetch = run::command("apt-get");
    fetch
        .args(["-q", "-o", "APT::Sandbox::User=root", "download", package])
        .current_dir(&into);
    if !run::succeeds(&mut fetch)? {
        return Ok(Err(format!("no {program}, and {package} can't be fetched")));
    }
    let is_wanted = |name: &str| name.starts_with(&format!("{package}_")) && name.ends_with(".deb");
    for entry in fs::read_dir(&into)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if is_wanted(&name) {
            must_succeed(run::command("dpkg-deb").arg("-x").arg(&file).arg(&into))?;
            fs::remove_file(&file)?;
        }
    }
    Ok(find(program).ok_or_else(|| format!("{package} has no {program}")))
}

/// A program in Go, which is built if it is missing; the reason if it can't be.
///
/// # Errors
/// When Go can't be started.
pub(crate) fn built(program: &str, module: &str) -> Result<Result<PathBuf, String>> {
    if let Some(found) = find(program) {
        return Ok(Ok(found));
    }
    if !run::has("go") {
        return Ok(Err(format!("no {program}, and no Go to build it")));
    }
    println!("building {module}");
    let mut go = run::command("go");
    go.args(["install", module])
        .env("GOBIN", folder().join("go"))
        // The one that is there has to do.
        .env("GOTOOLCHAIN", "local")
        .env("GOFLAGS", "-mod=mod");
    if !run::succeeds(&mut go)? {
        return Ok(Err(format!("{module} can't be built")));
    }
    Ok(find(program).ok_or_else(|| format!("{module} has no {program}")))
}
