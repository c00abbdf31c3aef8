//! The server that is measured: this same executable in a process of its own, on a fresh data folder.

use std::{
    ffi::OsString, fs::File, net::SocketAddr, path::PathBuf, process::Stdio, time::Duration,
};

use anyhow::{Context, anyhow, bail, ensure};
use nuncio_tools::private;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::{Instant, timeout},
};

use super::{
    Common,
    database::{Database, Usage},
};

/// A first start on a slow disk takes a second or two; one with much to read may take longer.
const START_MAX: Duration = Duration::from_secs(60);

/// The admin key of a throw-away server that listens on loopback only.
pub(super) const ADMIN_KEY: &str = "nk_admin_bench_bench_bench_bench_bench_bench";
/// Its master key, 64 hex digits.
const MASTER_KEY: &str = "6e756e63696f2062656e6368206d6173746572206b6579206e756e63696f2062";

/// A running server; killed, and its data removed, when dropped.
pub(super) struct Server {
    /// Where it listens.
    pub(super) addr: SocketAddr,
    /// Its process.
    pub(super) pid: u32,
    // Dropped in this order: the process goes before its folder.
    child: Child,
    home: Home,
}

/// Where a server keeps its data, and what else it is told: what outlives its process.
pub(super) struct Home {
    folder: TempDir,
    flags: Vec<OsString>,
    /// Where events are, if not in the folder.
    database: Option<Database>,
}

impl Home {
    /// An empty one, removed when dropped.
    ///
    /// # Errors
    /// As the system says, or the server of databases.
    pub(super) async fn make(common: &Common) -> anyhow::Result<Self> {
        let folder = common.folder();
        let database = match &common.store {
            Some(store) => Some(Database::make(store).await?),
            None => None,
        };
        let folder = tempfile::Builder::new()
            .prefix("nuncio-bench-")
            .permissions(private::folder_permissions())
            .tempdir_in(&folder)
            .with_context(|| format!("no folder can be made in {}", folder.display()))?;
        Ok(Self {
            folder,
            flags: Vec::new(),
            database,
        })
    }

    /// The server's data folder, which is made at its first start.
    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Has the server trust these certificates, PEM.
    ///
    /// # Errors
    /// As the system says.
    pub(super) fn trust(&mut self, ca_pem: &str) -> anyhow::Result<()> {
        let file = self.folder.path().join("ca.pem");
        std::fs::write(&file, ca_pem)?;
        self.flags.extend(["--egress-ca".into(), file.into()]);
        Ok(())
    }

    /// The end of the server's log, for an error message.
    fn log_tail(&self) -> String {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        let tail = &lines[lines.len().saturating_sub(10)..];
        format!("the server's log ended with:\n{}", tail.join("\n"))
    }

    fn command(&self) -> anyhow::Result<Command> {
        let mut command = Command::new(std::env::current_exe()?);
        let own = |name: &OsString| name.to_string_lossy().starts_with("NUNCIO_");
        for (name, _) in std::env::vars_os().filter(|(name, _)| own(name)) {
            // The settings of the server that runs here otherwise are not what is measured.
            command.env_remove(name);
        }
        let mut log = File::options();
        let log = log.create(true).append(true);
        command
            .args(["serve", "--listen", "127.0.0.1:0"])
            .args(["--allow-http", "--allow-private-networks"])
            .args(&self.flags)
            .arg("--data")
            .arg(self.data())
            .env("NUNCIO_ADMIN_KEY", ADMIN_KEY)
            .env("NUNCIO_MASTER_KEY", MASTER_KEY)
            // No nuncio.toml of the user's is there.
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log.open(self.folder.path().join("log"))?)
            .kill_on_drop(true);
        if let Some(database) = &self.database {
            // Not by a flag, which everybody could see.
            command.env("NUNCIO_STORE", database.url());
        }
        Ok(command)
    }
}

impl Server {
    /// Starts a server with its data in `home`, and returns when it is ready.
    ///
    /// # Errors
    /// It ended, or said nothing for a minute; with its last log lines.
    pub(super) async fn start(home: Home) -> anyhow::Result<Self> {
        let (child, addr) = launch(&home).await?;
        Ok(Self {
            addr,
            pid: child.id().context("the server ended at once")?,
            child,
            home,
        })
    }

    /// Kills the process in the middle of whatever it does.
    ///
    /// # Errors
    /// As the system says.
    pub(super) async fn kill(&mut self) -> anyhow::Result<()> {
        self.child
            .kill()
            .await
            .context("the server can't be killed")
    }

    /// Starts a process on the data of the one that was killed; returns how long it took to be ready.
    ///
    /// # Errors
    /// As [`start`](Self::start).
    pub(super) async fn start_again(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let (child, addr) = launch(&self.home).await?;
        self.pid = child.id().context("the server ended at once")?;
        (self.child, self.addr) = (child, addr);
        Ok(began.elapsed())
    }

    /// Its data folder, to write a past into.
    ///
    /// # Errors
    /// Its events are elsewhere.
    pub(super) fn past(&self) -> anyhow::Result<PathBuf> {
        ensure!(
            self.home.database.is_none(),
            "this scenario writes a past into a file of SQLite: leave out --store"
        );
        Ok(self.home.data())
    }

    /// What PostgreSQL has used for it so far; `None` if its events are in its folder.
    ///
    /// # Errors
    /// PostgreSQL can't be asked.
    pub(super) async fn database_usage(&self) -> anyhow::Result<Option<Usage>> {
        match &self.home.database {
            Some(database) => Ok(Some(database.usage().await?)),
            None => Ok(None),
        }
    }

    /// The end of its log, for an error message.
    pub(super) fn log_tail(&self) -> String {
        self.home.log_tail()
    }
}

async fn launch(home: &Home) -> anyhow::Result<(Child, SocketAddr)> {
    let mut child = home
        .command()?
        .spawn()
        .context("the server does not start")?;
    let stdout = child.stdout.take();
    let stdout = stdout.context("the server has no standard output")?;
    let mut lines = BufReader::new(stdout).lines();
    let addr = match timeout(START_MAX, ready(&mut lines)).await {
        Ok(addr) => addr,
        Err(_) => Err(anyhow!("the server was not ready within {START_MAX:?}")),
    };
    // Whatever else it prints must not block it.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, addr.with_context(|| home.log_tail())?))
}

/// Waits for the line that says where the server listens.
async fn ready(lines: &mut Lines<BufReader<ChildStdout>>) -> anyhow::Result<SocketAddr> {
    while let Some(line) = lines.next_line().await? {
        if let Some(addr) = line.strip_prefix("listening on http://") {
            return addr
                .parse()
                .with_context(|| format!("{addr:?} is not a valid address"));
        }
    }
    bail!("the server ended before it was ready")
}
