//! Standbys.

use crate::folder;
use crate::postgres::{Postgres, Settings};
use crate::programs::{self, must_succeed};

impl Postgres {
    /// Starts a standby of this server, and from then on every commit here waits for it. It listens on a port of its own
    /// and takes reads until it is promoted.
    pub async fn with_standby(&self) -> Self {
        let folder = folder::make("standby");
        let mut copy = programs::command("pg_basebackup", &folder);
        copy.args([
            "-R",
            "-c",
            "fast",
            "-X",
            "stream",
            "--no-sync",
            "-D",
            "data",
        ]);
        copy.args(["-d", &self.url()]);
        must_succeed(&mut copy).await;
        let standby = Self::start_in(folder, &Settings::default()).await;
        // Only now, so that what is promoted doesn't wait for a standby of its own.
        let wait = [
            "ALTER SYSTEM SET synchronous_standby_names = '*'",
            "SELECT pg_reload_conf()",
        ];
        for statement in wait {
            self.query("postgres", statement).await;
        }
        // Whoever begins a checkpoint has read the settings first, and it's the same process that makes commits wait.
        self.query("postgres", "CHECKPOINT").await;
        // A commit that ends has been seen by the standby.
        let seen = "SET synchronous_commit = remote_apply; CREATE TABLE seen (); DROP TABLE seen";
        self.query("postgres", seen).await;
        standby
    }
}

/// The URL of a database that is on whichever of these servers takes writes.
#[must_use]
pub fn url_of_all(servers: &[&Postgres], database: &str) -> String {
    let hosts: Vec<String> = servers
        .iter()
        .map(|server| format!("127.0.0.1:{}", server.port()))
        .collect();
    format!("postgres://postgres@{}/{database}", hosts.join(","))
}
