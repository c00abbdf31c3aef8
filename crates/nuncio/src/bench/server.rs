//! The server that is measured: this same executable in a process of its own, on a fresh data folder.

use std::{ffi::OsString, fs::File, net::SocketAddr, path::Path, process::Stdio, time::Duration};

use anyhow::{Context, anyhow, bail};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

/// A first start on a slow disk takes a second or two.
const START_MAX: Duration = Duration::from_secs(30);

/// Throw-away keys of a throw-away server that listens on loopback only.
pub(super) const ADMIN_KEY: &str = "nk_admin_bench_bench_bench_bench_bench_bench";
const MASTER_KEY: &str = "6e756e63696f2062656e6368206d6173746572206b6579206e756e63696f2062";

/// A running server; killed, and its data removed, when dropped.
pub(super) struct Server {
    /// Where it listens.
    pub(super) addr: SocketAddr,
    /// Its process.
    pub(super) pid: u32,
    // Dropped in this order: the process goes before its folder.
    _child: Child,
    folder: TempDir,
}

impl Server {
    /// Starts a server with its data below `folder`, and returns when it is ready.
    ///
    /// # Errors
    /// It ended, or said nothing for 30 s; with its last log lines.
    pub(super) async fn start(folder: &Path) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("nuncio-bench-")
            .tempdir_in(folder)
            .with_context(|| format!("no folder can be made in {}", folder.display()))?;
        let mut child = command(folder.path())?
            .spawn()
            .context("the server does not start")?;
        let pid = child.id().context("the server ended at once")?;
        let stdout = child
            .stdout
            .take()
            .context("the server has no standard output")?;
        let mut lines = BufReader::new(stdout).lines();
        let addr = match timeout(START_MAX, ready(&mut lines)).await {
            Ok(addr) => addr,
            Err(_) => Err(anyhow!("the server was not ready within {START_MAX:?}")),
        };
        // Whatever else it prints must not block it.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            addr: addr.with_context(|| log_tail(folder.path()))?,
            pid,
            _child: child,
            folder,
        })
    }

    /// The end of its log, for an error message.
    pub(super) fn log_tail(&self) -> String {
        log_tail(self.folder.path())
    }
}

fn command(folder: &Path) -> anyhow::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    let own = |name: &OsString| name.to_string_lossy().starts_with("NUNCIO_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| own(name)) {
        // The settings of the server that runs here otherwise are not what is measured.
        command.env_remove(name);
    }
    command
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--allow-http",
            "--allow-private-networks",
        ])
        .arg("--data")
        .arg(folder.join("data"))
        .env("NUNCIO_ADMIN_KEY", ADMIN_KEY)
        .env("NUNCIO_MASTER_KEY", MASTER_KEY)
        // No nuncio.toml of the user's is there.
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(File::create(folder.join("log"))?)
        .kill_on_drop(true);
    Ok(command)
}

/// Waits for the line that says where the server listens.
async fn ready(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<SocketAddr> {
    while let Some(line) = lines.next_line().await? {
        if let Some(addr) = line.strip_prefix("listening on http://") {
            return addr
                .parse()
                .with_context(|| format!("{addr:?} is no address"));
        }
    }
    bail!("the server ended before it was ready")
}

fn log_tail(folder: &Path) -> String {
    let log = std::fs::read_to_string(folder.join("log")).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    let tail = &lines[lines.len().saturating_sub(10)..];
    format!("the server's log ended with:\n{}", tail.join("\n"))
}
