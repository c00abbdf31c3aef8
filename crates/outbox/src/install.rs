//! What is installed in the database, and how it gets there and away.

use nuncio_postgres::tokio_postgres::error::SqlState;
use nuncio_postgres::tokio_postgres::{self, Client, GenericClient};
use nuncio_postgres::{ConnectError, DatabaseUrl};
use serde::Serialize;
use thiserror::Error;

/// Each brings the objects from the version before to its own; the first, from nothing.
const STEPS: &[&str] = &[include_str!("v1.sql")];

/// The functions that publishers call.
const FUNCTIONS: [&str; 3] = ["json", "jsonb", "text"];

/// What goes wrong with an outbox.
#[derive(Debug, Error)]
pub enum OutboxError {
    /// The database can't be reached.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// There is no outbox.
    #[error("there is no outbox in this database: run `nuncio outbox install` first")]
    Missing,
    /// It's newer than this binary.
    #[error(
        "the outbox in this database has version {found}, and this nuncio knows versions up to {known}: use a newer nuncio"
    )]
    Newer {
        /// Its version.
        found: usize,
        /// Ours.
        known: usize,
    },
    /// Events would be lost.
    #[error(
        "{waiting} events wait in the outbox and {refused} were refused: let the relay publish them, drop them, or use --force"
    )]
    NotEmpty {
        /// Not yet published.
        waiting: i64,
        /// Refused.
        refused: i64,
    },
    /// The role may not do that.
    #[error("{message}: {advice}")]
    Denied {
        /// What PostgreSQL says.
        message: String,
        /// What gives the right.
        advice: &'static str,
    },
    /// PostgreSQL says no, or the connection broke.
    #[error("{}", in_words(.0))]
    Database(tokio_postgres::Error),
}

/// Its text alone would be `db error`.
fn in_words(error: &tokio_postgres::Error) -> String {
    use std::error::Error;
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => format!(
            "PostgreSQL: {} (SQLSTATE {})",
            said.message(),
            said.code().code()
        ),
        (None, Some(cause)) => format!("PostgreSQL: {error}: {cause}"),
        (None, None) => format!("PostgreSQL: {error}"),
    }
}

impl From<tokio_postgres::Error> for OutboxError {
    fn from(error: tokio_postgres::Error) -> Self {
        let denied = error
            .as_db_error()
            .filter(|said| *said.code() == SqlState::INSUFFICIENT_PRIVILEGE);
        match denied {
            Some(said) => Self::Denied {
                message: said.message().to_owned(),
                advice: "docs/outbox.md lists the rights that each role needs, and the statements that grant them",
            },
            None => Self::Database(error),
        }
    }
}

/// How many events are where.
#[derive(Debug, Serialize)]
pub struct OutboxStatus {
    /// Version of what is installed.
    pub version: usize,
    /// Committed and not yet published.
    pub waiting: i64,
    /// How long the oldest of those has waited, in seconds.
    pub oldest_s: i64,
    /// Refused by the server.
    pub refused: i64,
}

/// The outbox of a database, by a connection of its own.
pub struct Outbox {
    pub(crate) client: Client,
}

impl Outbox {
    /// Connects to the database. The connection's I/O is done by a task of the caller's runtime.
    ///
    /// # Errors
    /// The database can't be reached.
    pub async fn connect(target: &DatabaseUrl) -> Result<Self, OutboxError> {
        let (client, driver) = target.connect().await?;
        // How it ends is seen by whoever waits for an answer.
        tokio::spawn(async move {
            let _ = driver.await;
        });
        Ok(Self { client })
    }

    /// Installs the outbox, or brings it to this binary's version, and lets these roles publish and relay. Doing it again
    /// changes nothing. Returns the version before, 0 if there was none, and the one now.
    ///
    /// # Errors
    /// It's newer, a role doesn't exist, or ours may not create a schema.
    pub async fn install(
        &mut self,
        publishers: &[String],
        relays: &[String],
    ) -> Result<(usize, usize), OutboxError> {
        let transaction = self.client.transaction().await?;
        // Two that install at the same time would both find nothing.
        transaction
            .batch_execute(
                "SELECT pg_advisory_xact_lock(hashtextextended('nuncio outbox install', 0))",
            )
            .await?;
        let before = version(&transaction).await?.unwrap_or(0);
        if before > STEPS.len() {
            return Err(OutboxError::Newer {
                found: before,
                known: STEPS.len(),
            });
        }
        let text = statements(before, publishers, relays);
        transaction.batch_execute(&text).await.map_err(creating)?;
        transaction.commit().await?;
        Ok((before, STEPS.len()))
    }

    /// Removes the outbox, and the schema if nothing else is in it. Unless forced, only when no event would be lost.
    ///
    /// # Errors
    /// There is none, or it isn't empty.
    pub async fn uninstall(&mut self, force: bool) -> Result<(), OutboxError> {
        let transaction = self.client.transaction().await?;
        version(&transaction).await?.ok_or(OutboxError::Missing)?;
        // Whoever is about to publish waits, and then finds no function.
        transaction
            .batch_execute(
                "LOCK TABLE nuncio.outbox, nuncio.outbox_refused IN ACCESS EXCLUSIVE MODE",
            )
            .await?;
        let status = status(&transaction).await?;
        if !force && (status.waiting > 0 || status.refused > 0) {
            let (waiting, refused) = (status.waiting, status.refused);
            return Err(OutboxError::NotEmpty { waiting, refused });
        }
        let mut text = String::new();
        for data in FUNCTIONS {
            text.push_str(&format!("DROP FUNCTION {};\n", function(data)));
        }
        text.push_str("DROP TABLE nuncio.outbox, nuncio.outbox_refused, nuncio.outbox_version;\n");
        text.push_str(
            "DO $$ BEGIN DROP SCHEMA nuncio; EXCEPTION WHEN dependent_objects_still_exist THEN NULL; END $$;",
        );
        transaction.batch_execute(&text).await?;
        Ok(transaction.commit().await?)
    }

    /// How many events wait, since when, and how many were refused.
    ///
    /// # Errors
    /// There is no outbox, or the database fails.
    pub async fn status(&self) -> Result<OutboxStatus, OutboxError> {
        self.must_be_installed().await?;
        status(&self.client).await
    }

    /// # Errors
    /// There is no outbox, or it's newer.
    pub(crate) async fn must_be_installed(&self) -> Result<(), OutboxError> {
        match version(&self.client).await? {
            None => Err(OutboxError::Missing),
            Some(found) if found > STEPS.len() => Err(OutboxError::Newer {
                found,
                known: STEPS.len(),
            }),
            Some(_) => Ok(()),
        }
    }
}

/// What [`Outbox::install`] runs in a database without an outbox, for those who install by other means.
#[must_use]
pub fn install_sql(publishers: &[String], relays: &[String]) -> String {
    format!("BEGIN;\n{}COMMIT;\n", statements(0, publishers, relays))
}

fn statements(before: usize, publishers: &[String], relays: &[String]) -> String {
    let mut text = String::new();
    if before == 0 {
        // Not IF NOT EXISTS, for which PostgreSQL wants the right to create one even if it's there.
        text.push_str(
            "DO $$ BEGIN\n    IF to_regnamespace('nuncio') IS NULL THEN CREATE SCHEMA nuncio; END IF;\nEND $$;\n",
        );
    }
    for step in STEPS.iter().skip(before) {
        text.push_str(step);
    }
    text.push_str(&format!(
        "UPDATE nuncio.outbox_version SET version = {};\n",
        STEPS.len()
    ));
    for role in publishers {
        let role = quoted(role);
        text.push_str(&format!("GRANT USAGE ON SCHEMA nuncio TO {role};\n"));
        for data in FUNCTIONS {
            text.push_str(&format!(
                "GRANT EXECUTE ON FUNCTION {} TO {role};\n",
                function(data)
            ));
        }
    }
    for role in relays {
        let role = quoted(role);
        text.push_str(&format!(
            "GRANT USAGE ON SCHEMA nuncio TO {role};\n\
             GRANT SELECT ON nuncio.outbox_version TO {role};\n\
             GRANT SELECT, INSERT, UPDATE, DELETE ON nuncio.outbox, nuncio.outbox_refused TO {role};\n"
        ));
    }
    text
}

fn function(data: &str) -> String {
    format!("nuncio.publish(text, text, {data}, text, text, timestamptz)")
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn creating(error: tokio_postgres::Error) -> OutboxError {
    match OutboxError::from(error) {
        OutboxError::Denied { message, .. } => OutboxError::Denied {
            message,
            advice: "the role needs CREATE on the database (GRANT CREATE ON DATABASE … TO …), or a schema of its own (CREATE SCHEMA nuncio AUTHORIZATION …)",
        },
        other => other,
    }
}

/// None if nothing is installed.
async fn version(client: &impl GenericClient) -> Result<Option<usize>, OutboxError> {
    let there = "SELECT to_regclass('nuncio.outbox_version') IS NOT NULL";
    let there: bool = client.query_typed(there, &[]).await?[0].get(0);
    if !there {
        return Ok(None);
    }
    let rows = client
        .query_typed("SELECT version FROM nuncio.outbox_version", &[])
        .await?;
    let version: i32 = rows.first().map_or(0, |row| row.get(0));
    Ok(usize::try_from(version).ok())
}

async fn status(client: &impl GenericClient) -> Result<OutboxStatus, OutboxError> {
    let counts = "SELECT (SELECT version FROM nuncio.outbox_version), \
                  (SELECT count(*) FROM nuncio.outbox), \
                  (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::bigint FROM nuncio.outbox), \
                  (SELECT count(*) FROM nuncio.outbox_refused)";
    let rows = client.query_typed(counts, &[]).await?;
    let row = &rows[0];
    let version: i32 = row.get(0);
    Ok(OutboxStatus {
        version: usize::try_from(version).unwrap_or(0),
        waiting: row.get(1),
        oldest_s: row.get(2),
        refused: row.get(3),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_roles_can_not_end_their_quotes() {
        let text = install_sql(&["a\"; DROP TABLE t; --".to_owned()], &[]);
        assert!(text.contains("TO \"a\"\"; DROP TABLE t; --\";"), "{text}");
    }
}
