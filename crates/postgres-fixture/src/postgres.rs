//! A PostgreSQL server.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::Signal;
use tokio::sync::OnceCell;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use crate::folder;
use crate::ports;
use crate::processes::{self, Process};
use crate::programs::{self, must_succeed};

/// What a server is started with, besides what makes tests quick.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether commits reach the disk. False by default: a killed server loses nothing without it either, only a machine
    /// without power does.
    pub fsync: bool,
    /// Lines for `postgresql.conf`, such as `max_connections = 20`.
    pub lines: Vec<String>,
    /// Files in the server's data folder, such as certificates.
    pub files: Vec<(String, Vec<u8>)>,
    /// The whole of `pg_hba.conf`; by default everybody on this machine is trusted.
    pub hba: Option<String>,
}

/// A server of our own, which trusts everybody on this machine; user `postgres` is its superuser. Unless it's the shared
/// one it ends when this is dropped.
#[derive(Debug)]
pub struct Postgres {
    folder: PathBuf,
    port: u16,
}

static SHARED: OnceCell<Postgres> = OnceCell::const_new();

impl Postgres {
    /// Starts a server.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start; so do all others here.
    pub async fn start() -> Self {
        Self::start_with(&Settings::default()).await
    }

    /// Starts a server with these settings.
    pub async fn start_with(settings: &Settings) -> Self {
        let folder = folder::make("server");
        folder::copy_template(&folder).await;
        let server = Self {
            folder,
            port: ports::free(),
        };
        server.configure(settings);
        server.launch().await;
        server
    }

    /// The server that the tests of this process share.
    pub async fn shared() -> &'static Self {
        SHARED.get_or_init(Self::start).await
    }

    /// A server whose data folder somebody else filled.
    pub(crate) async fn start_in(folder: PathBuf, settings: &Settings) -> Self {
        let server = Self {
            folder,
            port: ports::free(),
        };
        server.configure(settings);
        server.launch().await;
        server
    }

    /// The URL of the database `postgres`, as superuser.
    #[must_use]
    pub fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// The URL of a database, as superuser.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// The port that it listens on, at 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The folder with its unix socket.
    #[must_use]
    pub fn socket_folder(&self) -> &Path {
        &self.folder
    }

    /// Makes a database of that name, empty also if there is one, and gives its URL.
    pub async fn database(&self, name: &str) -> String {
        let client = self.client("postgres").await;
        let statements = [
            format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"),
            format!("CREATE DATABASE \"{name}\""),
        ];
        // One by one: neither may be part of a transaction.
        for statement in statements {
            run(&client, &statement).await;
        }
        self.url_of(name)
    }

    /// Runs statements in a database, as superuser, and gives the first column of what they answer.
    pub async fn query(&self, database: &str, statements: &str) -> Vec<String> {
        run(&self.client(database).await, statements).await
    }

    /// Kills all of the server's processes at once, as a crash of the machine would, and returns when they are gone.
    pub async fn kill9(&self) {
        let Some(main) = processes::id_in(&self.pid_file()) else {
            return;
        };
        let mut all = Vec::from_iter(Process::open(main));
        // Frozen first: it would start a process anew, or tell its children to stop.
        all.iter().for_each(|main| main.signal(Signal::STOP));
        all.extend(
            processes::children(main)
                .into_iter()
                .filter_map(Process::open),
        );
        all.iter().for_each(|process| process.signal(Signal::KILL));
        for process in all {
            process.ended().await;
        }
        self.clear_up_after_kill().await;
    }

    /// A crash of the machine leaves no process and no shared memory. PostgreSQL would look for both by its lock files, and
    /// take a process that nobody has asked how it ended for a running one.
    async fn clear_up_after_kill(&self) {
        let text = fs::read_to_string(self.pid_file()).unwrap_or_default();
        let memory = text
            .lines()
            .nth(6)
            .and_then(|keys| keys.split_whitespace().nth(1));
        if let Some(id) = memory {
            let mut remove = programs::as_user("ipcrm", &self.folder);
            must_succeed(remove.args(["-m", id])).await;
        }
        let socket = self.folder.join(format!(".s.PGSQL.{}", self.port));
        for left in [
            self.pid_file(),
            socket.with_extension(format!("{}.lock", self.port)),
            socket,
        ] {
            let _ = fs::remove_file(left);
        }
    }

    /// Stops the server, if it runs, and starts it again on the same port. Open transactions are rolled back.
    pub async fn restart(&self) {
        self.stop().await;
        self.launch().await;
    }

    /// Stops the server, if it runs: open transactions are rolled back.
    pub async fn stop(&self) {
        if processes::id_in(&self.pid_file())
            .and_then(Process::open)
            .is_none()
        {
            return;
        }
        let mut stop = self.control();
        must_succeed(stop.args(["-w", "-m", "fast", "stop"])).await;
    }

    /// Makes the server take writes; it has been a standby.
    pub async fn promote(&self) {
        must_succeed(self.control().args(["-w", "promote"])).await;
    }

    /// Ends every client's connection, in all databases, and says how many there were.
    pub async fn cut_connections(&self) -> usize {
        let others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()";
        self.query("postgres", others).await.len()
    }

    /// What the server has logged.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Connects as superuser; a task of the caller's runtime does the connection's I/O.
    pub async fn client(&self, database: &str) -> Client {
        let connected = tokio_postgres::connect(&self.url_of(database), NoTls).await;
        let (client, connection) = connected.unwrap_or_else(|error| {
            panic!("can't connect to {database}: {error:?}\n{}", self.log())
        });
        // How it ends is seen by whoever waits for an answer.
        tokio::spawn(async move {
            let _ = connection.await;
        });
        client
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn pid_file(&self) -> PathBuf {
        self.data().join("postmaster.pid")
    }

    fn control(&self) -> tokio::process::Command {
        let mut command = programs::command("pg_ctl", &self.folder);
        command.arg("-D").arg(self.data()).args(["-t", "120", "-s"]);
        command
    }

    fn configure(&self, settings: &Settings) {
        let switch = if settings.fsync { "on" } else { "off" };
        let mut lines = vec![
            format!("port = {}", self.port),
            "listen_addresses = '127.0.0.1'".to_owned(),
            format!("unix_socket_directories = '{}'", self.folder.display()),
            format!("fsync = {switch}"),
            format!("full_page_writes = {switch}"),
            "max_connections = 200".to_owned(),
        ];
        lines.extend(settings.lines.iter().cloned());
        // A standby has its primary's files; what is ours stands in a file of its own, which it overwrites.
        let included = "include 'nuncio.conf'\n";
        let main = self.data().join("postgresql.conf");
        let mut text = fs::read_to_string(&main).expect("initdb made it");
        if !text.contains(included) {
            text.push_str(included);
            self.write("postgresql.conf", text.as_bytes());
        }
        self.write("nuncio.conf", lines.join("\n").as_bytes());
        for (name, content) in &settings.files {
            self.write(name, content);
        }
        if let Some(hba) = &settings.hba {
            self.write("pg_hba.conf", hba.as_bytes());
        }
    }

    fn write(&self, name: &str, content: &[u8]) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.data().join(name);
        fs::write(&path, content).expect("the data folder can be written to");
        // PostgreSQL refuses a key that others can read.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("the file is ours");
        programs::give(&path);
    }

    async fn launch(&self) {
        let mut start = self.control();
        start
            .arg("-w")
            .arg("-l")
            .arg(self.folder.join("log"))
            .arg("start");
        let output = start.stdin(Stdio::null()).output().await;
        let output = output.expect("pg_ctl is there: it was found before");
        assert!(
            output.status.success(),
            "PostgreSQL does not start: {}\n{}",
            String::from_utf8_lossy(&output.stderr),
            self.log()
        );
    }
}

/// The shared server is never dropped: the watchdog ends it.
impl Drop for Postgres {
    fn drop(&mut self) {
        let mut stop = self.control();
        let stop = stop.args(["-w", "-m", "immediate", "stop"]).as_std_mut();
        let _ = stop.stdin(Stdio::null()).output();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

async fn run(client: &Client, statements: &str) -> Vec<String> {
    let answers = client.simple_query(statements).await;
    let answers = answers.unwrap_or_else(|error| panic!("{statements}: {error:?}"));
    let first = |answer: SimpleQueryMessage| match answer {
        SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap_or_default().to_owned()),
        _ => None,
    };
    answers.into_iter().filter_map(first).collect()
}
