//! The PostgreSQL engine: everything that every engine must do, on a real server.

#![allow(clippy::unwrap_used, reason = "a test that can not go on has failed")]

#[path = "postgres/batches.rs"]
mod batches;
mod suite;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use nuncio_domain::SeededEntropy;
use nuncio_postgres::DatabaseUrl;
use nuncio_postgres_fixture::Postgres;
use nuncio_store::{
    Monitor, Owned, Sealer, Sessions, StoreError, StoreUrl, Work,
    postgres::{PostgresError, PostgresOptions, PostgresStore},
};
use suite::{Harness, Node};

/// A store in a database of its own.
pub(crate) struct OneNode {
    url: String,
    store: Option<Arc<PostgresStore>>,
}

const MASTER_KEY: [u8; 32] = [7; 32];

async fn open(url: &str) -> Arc<PostgresStore> {
    try_open(url).await.unwrap()
}

async fn try_open(url: &str) -> Result<Arc<PostgresStore>, PostgresError> {
    try_open_with(url, MASTER_KEY).await
}

async fn try_open_with(
    url: &str,
    master_key: [u8; 32],
) -> Result<Arc<PostgresStore>, PostgresError> {
    let Ok(StoreUrl::Postgres(target)) = url.parse() else {
        panic!("{url} names no database");
    };
    let entropy = Arc::new(SeededEntropy::new(1));
    let sealer = Sealer::new(master_key, entropy);
    let options = PostgresOptions {
        target,
        direct: None,
        sealer,
    };
    let opened = tokio::task::spawn_blocking(move || PostgresStore::open(options));
    opened.await.unwrap()
}

#[async_trait]
impl Harness for OneNode {
    async fn start() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let server = Postgres::shared().await;
        let url = server.database(&format!("fact_{number}")).await;
        let store = Some(open(&url).await);
        Self { url, store }
    }

    fn nodes(&self) -> Vec<Node> {
        vec![Node {
            number: 0,
            store: self.store.clone().unwrap(),
        }]
    }

    /// A commit is told to the feed before it is answered.
    async fn settle(&self) {}

    async fn restart(&mut self) {
        let store = self.store.take().unwrap();
        store.shutdown().await.unwrap();
        drop(store);
        self.store = Some(open(&self.url).await);
    }

    async fn crash(&mut self) {
        let store = self.store.take().unwrap();
        tokio::task::spawn_blocking(move || store.crash())
            .await
            .unwrap();
        self.store = Some(open(&self.url).await);
    }
}

behaviours!(OneNode);

#[tokio::test(flavor = "multi_thread")]
async fn one_server_at_a_time_has_a_database() {
    let one = OneNode::start().await;
    let refused = try_open(&one.url).await;
    assert!(matches!(refused, Err(PostgresError::Claimed)));
    one.store.clone().unwrap().shutdown().await.unwrap();
    let next = try_open(&one.url).await.unwrap();
    next.ready().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_wrong_master_key_no_schema_is_brought_up_to_date() {
    let one = OneNode::start().await;
    one.store.clone().unwrap().shutdown().await.unwrap();
    let server = Postgres::shared().await;
    let database = one.url.rsplit('/').next().unwrap();
    let database = database.split('?').next().unwrap();
    // As if an older program had made it.
    server.query(database, "DELETE FROM schema_versions").await;
    let refused = try_open_with(&one.url, [8; 32]).await;
    assert!(matches!(refused, Err(PostgresError::WrongMasterKey(_))));
    let versions = server.query(database, "SELECT count(*) FROM schema_versions");
    assert_eq!(versions.await, ["0"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_whose_claim_was_taken_does_nothing_more() {
    let one = OneNode::start().await;
    let store = one.store.clone().unwrap();
    let mut owned = store.owned();
    let server = Postgres::shared().await;
    let database = one
        .url
        .rsplit('/')
        .next()
        .unwrap()
        .split('?')
        .next()
        .unwrap();
    // The session that holds the claim ends, and somebody else is quicker.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = \
        (SELECT oid FROM pg_database WHERE datname = current_database())";
    let (client, driver) = DatabaseUrl::parse(&one.url)
        .unwrap()
        .connect()
        .await
        .unwrap();
    let driver = tokio::spawn(driver);
    server.query(database, cut).await;
    let lock = i64::from_be_bytes(*b"nuncio\x00\x03");
    client
        .execute("SELECT pg_advisory_lock($1)", &[&lock])
        .await
        .unwrap();
    owned
        .wait_for(|owned| *owned == Owned::none())
        .await
        .unwrap();
    let refused = store.delete_session([0; 32]).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
    drop(client);
    driver.await.unwrap().unwrap();
    owned
        .wait_for(|owned| *owned != Owned::none())
        .await
        .unwrap();
    store.delete_session([0; 32]).await.unwrap();
}
