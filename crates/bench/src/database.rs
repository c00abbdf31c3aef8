//! A database of its own in a PostgreSQL server for each server that is measured, and what PostgreSQL has used.

use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::{Context, anyhow, ensure};
use nuncio_postgres::{DatabaseUrl, Driver, tokio_postgres::Client};

use super::process;

/// A database that is dropped with this.
pub(super) struct Database {
    /// Where databases are made.
    server: DatabaseUrl,
    name: String,
    url: String,
    /// PostgreSQL's first process, if it runs on this machine.
    postmaster: Option<u32>,
}

/// What PostgreSQL has used so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Usage {
    /// CPU time of all its processes; `None` if it is on another machine.
    pub(super) cpu_us: Option<u64>,
    /// What it has written ahead.
    pub(super) wal_bytes: u64,
    /// Transactions of the database, as far as they are counted yet.
    pub(super) commits: u64,
}

impl Usage {
    /// Used since an earlier reading.
    pub(super) fn since(self, earlier: Self) -> Self {
        let cpu = self.cpu_us.zip(earlier.cpu_us);
        Self {
            cpu_us: cpu.map(|(now, then)| now.saturating_sub(then)),
            wal_bytes: self.wal_bytes.saturating_sub(earlier.wal_bytes),
            commits: self.commits.saturating_sub(earlier.commits),
        }
    }
}

impl Database {
    /// Makes one in the server that a URL names.
    ///
    /// # Errors
    /// The URL is none of PostgreSQL, or the server can't be reached or makes no database.
    pub(super) async fn make(url: &str) -> anyhow::Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let is_postgres = url.starts_with("postgres://") || url.starts_with("postgresql://");
        ensure!(
            is_postgres,
            "--store takes postgres://USER@HOST/DATABASE; for SQLite name a folder with --data"
        );
        let server = DatabaseUrl::parse(url)?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("nuncio_bench_{}_{number}", std::process::id());
        let client = connect(&server).await?;
        let make = format!("CREATE DATABASE {name}");
        client.batch_execute(&make).await.with_context(|| {
            format!("{server} makes no database for the bench: the user needs the right CREATEDB")
        })?;
        let process: i32 = client
            .query_one("SELECT pg_backend_pid()", &[])
            .await?
            .get(0);
        Ok(Self {
            url: with_database(url, &name),
            postmaster: u32::try_from(process).ok().and_then(process::postmaster),
            server,
            name,
        })
    }

    /// Its URL, with the password.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// What PostgreSQL has used so far.
    ///
    /// # Errors
    /// It can't be asked.
    pub(super) async fn usage(&self) -> anyhow::Result<Usage> {
        const USED: &str = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint, xact_commit \
            FROM pg_stat_database WHERE datname = $1";
        let client = connect(&self.server).await?;
        let used = client.query_one(USED, &[&self.name]).await?;
        let number = |column: usize| u64::try_from(used.get::<_, i64>(column)).unwrap_or_default();
        Ok(Usage {
            cpu_us: self.postmaster.and_then(process::family_us),
            wal_bytes: number(0),
            commits: number(1),
        })
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (server, name) = (self.server.clone(), self.name.clone());
        // On a runtime of its own: this one may be on its way down.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()?;
            runtime.block_on(async {
                let client = connect(&server).await?;
                let drop = format!("DROP DATABASE {name} WITH (FORCE)");
                Ok::<_, anyhow::Error>(client.batch_execute(&drop).await?)
            })
        });
        if !matches!(dropped.join(), Ok(Ok(()))) {
            let left = anyhow!("the database {} is left behind: drop it", self.name);
            nuncio_tools::output::error(&left, false);
        }
    }
}

async fn connect(server: &DatabaseUrl) -> anyhow::Result<Client> {
    let (client, driver): (Client, Driver) = server.connect().await?;
    tokio::spawn(driver);
    Ok(client)
}

/// The URL of another database of the same server.
fn with_database(url: &str, name: &str) -> String {
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}dbname={name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_database_of_the_server_is_named() {
        for url in [
            "postgres://u:p@db:5432/postgres",
            "postgres://u@db",
            "postgres://db/postgres?sslmode=disable",
        ] {
            let target = DatabaseUrl::parse(&with_database(url, "other")).unwrap();
            assert_eq!(target.database(), "other", "{url}");
        }
    }

    #[tokio::test]
    async fn only_a_server_of_postgresql_has_databases() {
        for store in ["sqlite:x", "x", ""] {
            let error = Database::make(store).await.err().unwrap().to_string();
            assert!(error.contains("--store"), "{error}");
        }
    }
}
