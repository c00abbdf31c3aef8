//! The real binary as a server: started, killed, told to stop, started again on the same data.

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::{ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
};

use nuncio_postgres_fixture::Postgres;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::{
    process::{Child, Command},
    sync::OnceCell,
};

use super::{api::Api, output::Lines, wait::within};

/// The admin key of every server here.
pub(crate) const ADMIN_KEY: &str = "nk_admin_of_the_integration_tests_0123456789";
/// The master key of every server here.
pub(crate) const MASTER_KEY: &str =
    "8f742231b10e8888abcd990123456789f742231b10e8888abcd990123456789f";

/// The binary under test, cut off from the settings of whoever runs the tests.
pub(crate) fn nuncio() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_nuncio"));
    let inherited = std::env::vars_os().map(|(name, _)| name);
    for name in inherited.filter(|name| name.to_string_lossy().starts_with("NUNCIO_")) {
        command.env_remove(name);
    }
    command.kill_on_drop(true).stdin(Stdio::null());
    command
}

/// Whether servers keep events in PostgreSQL unless a test says otherwise: `cargo xtask postgres` asks for it.
fn is_over_postgres() -> bool {
    std::env::var_os("NUNCIO_TEST_STORE").is_some_and(|store| store == "postgres")
}

/// A new database in the server that the tests of this process share; its name.
pub(crate) async fn new_database() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("nuncio_{}", NEXT.fetch_add(1, Ordering::Relaxed));
    Postgres::shared().await.database(&name).await;
    name
}

/// Where servers keep events.
#[derive(Clone, Debug)]
enum Kept {
    /// In the data folder.
    Folder,
    /// In a database of the server that the tests share.
    Shared(String),
    /// At this URL.
    At(String),
}

/// A data folder and the flags of its server: what outlives a crash.
pub(crate) struct Installation {
    dir: TempDir,
    args: Vec<OsString>,
    env: Vec<(&'static str, String)>,
    kept: OnceCell<Kept>,
    log: &'static str,
    /// Everything that its servers have printed, on either stream.
    pub(crate) printed: Lines,
}

impl Installation {
    /// With every rule for endpoints in force.
    pub(crate) fn strict() -> Self {
        Self {
            dir: tempfile::tempdir().expect("a folder"),
            args: Vec::new(),
            env: vec![
                ("NUNCIO_ADMIN_KEY", ADMIN_KEY.to_owned()),
                ("NUNCIO_MASTER_KEY", MASTER_KEY.to_owned()),
            ],
            kept: OnceCell::new(),
            log: "info",
            printed: Lines::new(),
        }
    }

    /// Lets endpoints be on 127.0.0.1.
    pub(crate) fn new() -> Self {
        Self::strict().arg("--allow-cidr").arg("127.0.0.1/32")
    }

    /// Lets endpoints be plain HTTP, too.
    pub(crate) fn with_plain_http() -> Self {
        Self::new().arg("--allow-http")
    }

    /// Another flag for `nuncio serve`.
    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// Another environment variable for it.
    pub(crate) fn env(mut self, name: &'static str, value: &str) -> Self {
        self.env.push((name, value.to_owned()));
        self
    }

    /// Without the keys that every server here is given.
    pub(crate) fn without_keys(mut self) -> Self {
        self.env.clear();
        self
    }

    /// With its events at this URL.
    pub(crate) fn store(mut self, url: &str) -> Self {
        self.kept = OnceCell::new_with(Some(Kept::At(url.to_owned())));
        self
    }

    /// With its events in the data folder, wherever other tests keep theirs.
    pub(crate) fn in_folder(mut self) -> Self {
        self.kept = OnceCell::new_with(Some(Kept::Folder));
        self
    }

    /// What the server logs.
    pub(crate) fn log(mut self, filter: &'static str) -> Self {
        self.log = filter;
        self
    }

    /// A folder for whatever else the test needs.
    pub(crate) fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    async fn kept(&self) -> &Kept {
        let choose = || async {
            match is_over_postgres() {
                true => Kept::Shared(new_database().await),
                false => Kept::Folder,
            }
        };
        self.kept.get_or_init(choose).await
    }

    /// The URL of its database; `None` if events are kept in the data folder.
    pub(crate) async fn database(&self) -> Option<String> {
        match self.kept().await {
            Kept::Folder => None,
            Kept::Shared(name) => Some(Postgres::shared().await.url_of(name)),
            Kept::At(url) => Some(url.clone()),
        }
    }

    /// Everything that its server has stored, file by file.
    pub(crate) async fn stored(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        if self.data().exists() {
            read_all(&self.data(), &mut files);
        }
        if let Kept::Shared(name) = self.kept().await {
            let server = Postgres::shared().await;
            server.query("postgres", "CHECKPOINT").await;
            let number = "SELECT oid FROM pg_database WHERE datname = current_database()";
            let number = server.query(name, number).await.remove(0);
            let folder = server.socket_folder().join("data/base").join(number);
            read_all(&folder, &mut files);
        }
        files
    }

    /// The command that starts a server on it.
    pub(crate) async fn command(&self) -> Command {
        let mut command = nuncio();
        if let Some(url) = self.database().await {
            command.env("NUNCIO_STORE", url);
        }
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(self.data())
            .args(&self.args)
            .current_dir(self.dir.path())
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .env("NUNCIO_LOG", self.log)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Starts a server and waits until it says that it is ready.
    pub(crate) async fn start(&self) -> Server {
        let mut child = self.command().await.spawn().expect("the binary starts");
        let stdout = Lines::new();
        stdout.follow(child.stdout.take().expect("piped"));
        self.printed.follow(child.stderr.take().expect("piped"));
        let ready = stdout.wait("the server is ready", |lines| {
            lines
                .iter()
                .find_map(|line| line.strip_prefix("listening on "))
                .map(str::to_owned)
        });
        let url = tokio::select! {
            url = ready => url,
            status = child.wait() => {
                panic!("the server ended ({status:?}): {:#?}", self.printed.all())
            }
        };
        Server { child, url, stdout }
    }
}

fn read_all(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read_all(&path, files);
        } else {
            // PostgreSQL may have removed one meanwhile.
            if let Ok(bytes) = std::fs::read(&path) {
                files.push((path, bytes));
            }
        }
    }
}

/// A server that runs; killed when dropped.
pub(crate) struct Server {
    child: Child,
    /// Such as `http://127.0.0.1:40123`.
    pub(crate) url: String,
    /// What it printed for scripts to read.
    pub(crate) stdout: Lines,
}

impl Server {
    /// Its API, asked with the admin key.
    pub(crate) fn admin(&self) -> Api {
        Api::new(&self.url, ADMIN_KEY)
    }

    /// `kill -9`: returns when the process is gone.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("killed and reaped");
    }

    /// SIGTERM: returns its exit status when it has stopped by itself.
    pub(crate) async fn stop(mut self) -> ExitStatus {
        self.terminate();
        within("the server stops on SIGTERM", self.child.wait())
            .await
            .expect("reaped")
    }

    /// Sends SIGTERM and does not wait.
    pub(crate) fn terminate(&self) {
        self.signal(Signal::TERM);
    }

    /// Sends SIGHUP.
    pub(crate) fn hang_up(&self) {
        self.signal(Signal::HUP);
    }

    fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("not reaped yet");
        let pid = Pid::from_raw(id.try_into().expect("a pid fits")).expect("not 0");
        kill_process(pid, signal).expect("it is our child");
    }
}
