//! Folders of servers, and the watchdog that ends the servers and removes the folders.

use std::fs::{self, DirBuilder, Permissions};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::programs::{self, must_succeed};

/// Waits until its input ends, which the system sees to when our process does. A number in a file may be of another
/// process by then: only one whose command line names the folder is ended.
const WATCHDOG: &str = r#"
cat > /dev/null
running() { kill -0 "$1" 2> /dev/null && grep -q "$base" "/proc/$1/cmdline" 2> /dev/null; }
end() {
    pid=$(head -n 1 "$2" 2> /dev/null)
    running "${pid:-none}" && kill "$1" "$pid"
    tries=0
    while running "${pid:-none}" && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
}
base=$1
for file in "$base"/*/data/postmaster.pid; do end -QUIT "$file"; done
for file in "$base"/*/pgbouncer.pid; do end -KILL "$file"; done
rm -rf "$base"
"#;

/// The folder of this process, below which each server has its own, and what tells the watchdog that we live.
struct Base {
    folder: PathBuf,
    _alive: ChildStdin,
}

static BASE: LazyLock<Base> = LazyLock::new(Base::make);
static NEXT: AtomicU32 = AtomicU32::new(0);

impl Base {
    #[allow(
        clippy::zombie_processes,
        reason = "the watchdog ends after us: nobody can wait for it"
    )]
    fn make() -> Self {
        // Not below the workspace: the user as whom the servers run may not be let into somebody's home.
        let made = tempfile::Builder::new()
            .prefix("nuncio-postgres-")
            .tempdir();
        let folder = made
            .expect("the system has a folder for temporary files")
            .keep();
        fs::set_permissions(&folder, Permissions::from_mode(0o755)).expect("the folder is ours");
        let mut watchdog = Command::new("sh");
        watchdog.args(["-c", WATCHDOG, "sh"]).arg(&folder);
        // A group of its own, so that Ctrl-C ends the tests and not the watchdog.
        let watchdog = watchdog
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn();
        let mut watchdog = watchdog.expect("every Debian has sh");
        let alive = watchdog.stdin.take().expect("its input is piped");
        Self {
            folder,
            _alive: alive,
        }
    }
}

/// A new folder that belongs to the servers' user.
pub(crate) fn make(kind: &str) -> PathBuf {
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = BASE.folder.join(format!("{kind}-{number}"));
    make_private(&folder);
    folder
}

fn make_private(folder: &Path) {
    let made = DirBuilder::new().mode(0o700).create(folder);
    made.unwrap_or_else(|error| panic!("can't make {}: {error}", folder.display()));
    programs::give(folder);
}

/// Copies a fresh database cluster to `folder/data`.
pub(crate) async fn copy_template(folder: &Path) {
    let template = template().await;
    let mut copy = programs::as_user("cp", folder);
    copy.args(["-a", "--reflink=auto"])
        .arg(template.join("data"));
    must_succeed(copy.arg(folder.join("data"))).await;
}

/// What `initdb` makes, kept for all processes of this user and version: it takes a second, copying it a tenth of one.
async fn template() -> PathBuf {
    let base = &BASE.folder;
    let version = must_succeed(programs::command("initdb", base).arg("--version")).await;
    let version: String = version
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '.')
        .collect();
    let user = programs::user_id();
    let template = std::env::temp_dir().join(format!("nuncio-postgres-template-{version}-{user}"));
    if is_ours(&template) {
        return template;
    }
    let fresh = make("template");
    let mut initdb = programs::command("initdb", &fresh);
    initdb.args(["-A", "trust", "-U", "postgres", "--no-sync"]);
    initdb.args(["--no-locale", "-E", "UTF8", "-D", "data"]);
    must_succeed(&mut initdb).await;
    // Another process may have been quicker; then ours, which is as good, stays where it is.
    match fs::rename(&fresh, &template) {
        Ok(()) => template,
        Err(_) => fresh,
    }
}

/// Whether it's there and nobody else can have put something into it.
fn is_ours(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|found| {
        found.is_dir() && found.uid() == programs::user_id() && found.mode() & 0o077 == 0
    })
}
