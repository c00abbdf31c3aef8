//! PostgreSQL's programs: where they are, and as whom they run.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tokio::process::Command;

/// Where Debian keeps each major version's programs, most of which are not on the PATH.
const DEBIAN: &str = "/usr/lib/postgresql";

/// PostgreSQL refuses to run as root; this is the user that its package makes.
const USER: &str = "postgres";

static BIN: LazyLock<Option<PathBuf>> = LazyLock::new(newest);
static USER_IDS: LazyLock<Option<(u32, u32)>> = LazyLock::new(user_ids);

/// A program of PostgreSQL's, run as a user who may run it, in `folder`.
pub(crate) fn command(program: &str, folder: &Path) -> Command {
    let path = match BIN.as_ref() {
        Some(bin) if bin.join(program).exists() => bin.join(program),
        _ => PathBuf::from(program),
    };
    as_user(path, folder)
}

/// Any program, run as that user.
pub(crate) fn as_user(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C");
    if let Some((user, group)) = *USER_IDS {
        command.uid(user).gid(group);
    }
    command
}

/// Gives a file or folder to the user as whom the servers run.
pub(crate) fn give(path: &Path) {
    if let Some((user, group)) = *USER_IDS {
        chown(path, Some(user), Some(group)).expect("root may give files away");
    }
}

/// The id of the user as whom the servers run.
pub(crate) fn user_id() -> u32 {
    USER_IDS.map_or_else(|| rustix::process::getuid().as_raw(), |(user, _)| user)
}

/// Runs a command to its end and gives what it printed.
///
/// # Panics
/// When it can't be started or fails.
pub(crate) async fn must_succeed(command: &mut Command) -> String {
    let shown = format!("{:?}", command.as_std());
    let output = command.output().await.unwrap_or_else(|error| {
        panic!("can't run {shown}: {error}; `cargo xtask setup` installs PostgreSQL and PgBouncer")
    });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{shown} failed: {out}{err}");
    out
}

fn newest() -> Option<PathBuf> {
    let versions = fs::read_dir(DEBIAN).ok()?;
    let numbered = versions.filter_map(|entry| {
        let path = entry.ok()?.path();
        let version: u32 = path.file_name()?.to_str()?.parse().ok()?;
        let bin = path.join("bin");
        bin.join("postgres").exists().then_some((version, bin))
    });
    numbered
        .max_by_key(|(version, _)| *version)
        .map(|(_, bin)| bin)
}

/// None unless we are root.
fn user_ids() -> Option<(u32, u32)> {
    if !rustix::process::getuid().is_root() {
        return None;
    }
    let id = |flag: &str| {
        let output = std::process::Command::new("id").args([flag, USER]).output();
        let output = output.expect("every Debian has id");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        printed.trim().parse().unwrap_or_else(|_| {
            panic!("PostgreSQL doesn't run as root and there is no user {USER}: `cargo xtask setup` installs PostgreSQL")
        })
    };
    Some((id("-u"), id("-g")))
}
