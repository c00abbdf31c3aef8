//! A connection to a source's database, which only reads.

use anyhow::Context;
use nuncio_postgres::{
    DatabaseUrl,
    tokio_postgres::{Client, IsolationLevel, Transaction},
};

/// Connects. The connection's I/O is done by a task of the caller's runtime.
pub(crate) async fn connect(url: &DatabaseUrl) -> anyhow::Result<Client> {
    let (client, driver) = url.connect().await?;
    // How it ends is seen by whoever waits for an answer.
    tokio::spawn(async move {
        let _ = driver.await;
    });
    Ok(client)
}

/// One state of the database for all queries.
pub(crate) async fn snapshot(client: &mut Client) -> anyhow::Result<Transaction<'_>> {
    client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await
        .context("can't read the database")
}
