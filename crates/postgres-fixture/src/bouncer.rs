//! PgBouncer, in transaction mode.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::thread;

use tokio::sync::oneshot;

use crate::folder;
use crate::ports;
use crate::postgres::Postgres;
use crate::programs;

/// A pooler in front of a server; everybody who connects to it is the superuser. It ends when this is dropped.
#[derive(Debug)]
pub struct PgBouncer {
    folder: PathBuf,
    port: u16,
    child: Mutex<Option<Child>>,
}

impl PgBouncer {
    /// Starts a PgBouncer in transaction mode in front of a server.
    ///
    /// # Panics
    /// When PgBouncer is not installed or does not start.
    pub async fn start(server: &Postgres) -> Self {
        let folder = folder::make("bouncer");
        let port = ports::free();
        let settings = format!(
            "[databases]\n\
             * = host=127.0.0.1 port={} user=postgres\n\
             [pgbouncer]\n\
             listen_addr = 127.0.0.1\n\
             listen_port = {port}\n\
             unix_socket_dir =\n\
             auth_type = any\n\
             pool_mode = transaction\n\
             max_client_conn = 500\n\
             server_login_retry = 1\n",
            server.port()
        );
        let file = folder.join("pgbouncer.ini");
        fs::write(&file, settings).expect("the folder can be written to");
        programs::give(&file);
        let bouncer = Self {
            folder,
            port,
            child: Mutex::new(None),
        };
        bouncer.launch().await;
        bouncer
    }

    /// The URL of a database by way of the pooler.
    #[must_use]
    pub fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    /// Ends the pooler, with all its connections, and starts it again on the same port.
    pub async fn restart(&self) {
        self.kill();
        self.launch().await;
    }

    async fn launch(&self) {
        let mut command = programs::as_user(program(), &self.folder);
        let command = command.arg(self.folder.join("pgbouncer.ini")).as_std_mut();
        let spawned = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = spawned.unwrap_or_else(|error| {
            panic!("can't run pgbouncer: {error}; `cargo xtask setup` installs it")
        });
        // For the watchdog.
        fs::write(self.folder.join("pgbouncer.pid"), child.id().to_string())
            .expect("the folder can be written to");
        let log = BufReader::new(child.stderr.take().expect("its log is piped"));
        let (up, is_up) = oneshot::channel();
        thread::spawn(move || {
            let mut up = Some(up);
            let mut said = String::new();
            // Read to its end: a pipe that nobody reads would stop the pooler.
            for line in log.lines().map_while(Result::ok) {
                if line.contains("process up") {
                    up.take().map(|up| up.send(Ok(())));
                }
                said.push_str(&line);
                said.push('\n');
            }
            up.take().map(|up| up.send(Err(said)));
        });
        *self.child.lock().expect("nobody panics with it") = Some(child);
        let started = is_up.await.expect("the log's reader answers");
        started.unwrap_or_else(|said| panic!("pgbouncer does not start:\n{said}"));
    }

    fn kill(&self) {
        let child = self.child.lock().expect("nobody panics with it").take();
        if let Some(mut child) = child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for PgBouncer {
    fn drop(&mut self) {
        self.kill();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Debian keeps it among the administrators' programs, which not everybody has on the PATH.
fn program() -> &'static str {
    let debian = "/usr/sbin/pgbouncer";
    match fs::exists(debian) {
        Ok(true) => debian,
        Ok(false) | Err(_) => "pgbouncer",
    }
}
