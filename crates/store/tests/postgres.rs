//! The PostgreSQL engine: everything that every engine must do, on a real server.

#![allow(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod suite;

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use nuncio_domain::SeededEntropy;
use nuncio_postgres_fixture::Postgres;
use nuncio_store::{
    Monitor, Sealer, Store, StoreUrl,
    postgres::{PostgresOptions, PostgresStore},
};
use suite::Harness;

/// A store in a database of its own.
pub(crate) struct OneNode {
    url: String,
    store: Option<Arc<PostgresStore>>,
}

const MASTER_KEY: [u8; 32] = [7; 32];

async fn open(url: &str) -> Arc<PostgresStore> {
    let Ok(StoreUrl::Postgres(target)) = url.parse() else {
        panic!("{url} names no database");
    };
    let entropy = Arc::new(SeededEntropy::new(1));
    let sealer = Sealer::new(MASTER_KEY, entropy);
    let options = PostgresOptions { target, sealer };
    let opened = tokio::task::spawn_blocking(move || PostgresStore::open(options));
    opened.await.unwrap().unwrap()
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

    fn store(&self) -> Arc<dyn Store> {
        self.store.clone().unwrap()
    }

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
