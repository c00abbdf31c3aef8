//! Which store a command works on that needs no server.

use std::path::{Path, PathBuf};

use nuncio_store::StoreUrl;

use crate::config;

/// The store, as `nuncio serve` takes it.
#[derive(clap::Args)]
pub(crate) struct StoreArgs {
    /// Data folder.
    #[arg(long, env = "NUNCIO_DATA", default_value = "nuncio-data")]
    data: PathBuf,
    /// Store, if it is not in the data folder: `sqlite:DIR` or `postgres://USER@HOST/DATABASE`.
    #[arg(long, env = "NUNCIO_STORE", hide_env_values = true)]
    store: Option<String>,
    /// URL of the database itself, if the one of the store is a pooler's.
    #[arg(
        long,
        value_name = "URL",
        env = "NUNCIO_DATABASE_DIRECT",
        hide_env_values = true
    )]
    database_direct: Option<String>,
}

/// Without URLs, which may hold passwords.
impl std::fmt::Debug for StoreArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreArgs")
            .field("data", &self.data)
            .finish_non_exhaustive()
    }
}

impl StoreArgs {
    /// The store.
    ///
    /// # Errors
    /// A URL can't be used.
    pub(crate) fn url(&self) -> anyhow::Result<StoreUrl> {
        config::store_url(
            self.store.as_deref(),
            self.database_direct.as_deref(),
            &self.data,
        )
    }

    /// The folder with the key files: the database's, if it is in one.
    pub(crate) fn keys<'a>(&'a self, store: &'a StoreUrl) -> &'a Path {
        store.folder().unwrap_or(&self.data)
    }
}
