//! The SQLite engine: everything that every engine must do, and what is special about it.

#![allow(clippy::unwrap_used, reason = "a test that can not go on has failed")]

mod suite;

#[path = "sqlite/jobs.rs"]
mod broken_jobs;
#[path = "sqlite/erasure.rs"]
mod erasure;
#[path = "sqlite/files.rs"]
mod files;
#[path = "sqlite/floors.rs"]
mod floors;
#[path = "sqlite/migrations.rs"]
mod migrations;
#[path = "sqlite/own.rs"]
mod own;
#[path = "sqlite/tail.rs"]
mod tail;

use std::sync::Arc;

use async_trait::async_trait;
use nuncio_domain::SeededEntropy;
use nuncio_store::{
    Sealer,
    sqlite::{OpenError, SqliteOptions, SqliteStore},
};
use suite::{Harness, Node};
use tempfile::TempDir;

/// A store in a folder of its own.
pub(crate) struct Sqlite {
    dir: TempDir,
    store: Option<Arc<SqliteStore>>,
}

const MASTER_KEY: [u8; 32] = [7; 32];

pub(crate) fn open(dir: &TempDir, master_key: [u8; 32]) -> Result<Arc<SqliteStore>, OpenError> {
    SqliteStore::open(SqliteOptions {
        dir: dir.path().to_owned(),
        sealer: Sealer::new(master_key, Arc::new(SeededEntropy::new(3))),
    })
}

impl Sqlite {
    pub(crate) fn sqlite(&self) -> Arc<SqliteStore> {
        Arc::clone(self.store.as_ref().unwrap())
    }

    /// Gives the folder free, until it is opened again.
    pub(crate) async fn close(&mut self) {
        let store = self.store.take().unwrap();
        store.shutdown().await.unwrap();
    }

    pub(crate) fn open_again(&mut self) {
        self.store = Some(open(&self.dir, MASTER_KEY).unwrap());
    }
}

#[async_trait]
impl Harness for Sqlite {
    async fn start() -> Self {
        let dir = TempDir::new().unwrap();
        let store = open(&dir, MASTER_KEY).unwrap();
        Self {
            dir,
            store: Some(store),
        }
    }

    fn nodes(&self) -> Vec<Node> {
        vec![Node {
            number: 0,
            store: self.sqlite(),
        }]
    }

    /// The writer tells the feed before it answers.
    async fn settle(&self) {}

    async fn restart(&mut self) {
        self.close().await;
        self.open_again();
    }

    async fn crash(&mut self) {
        self.store.take().unwrap().crash();
        self.store = Some(open(&self.dir, MASTER_KEY).unwrap());
    }
}

behaviours!(Sqlite);
