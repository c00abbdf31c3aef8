//! What every scenario takes.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Serialize;

/// Flags of all scenarios.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Common {
    /// Publishers in a closed loop, each with one keep-alive connection and one request at a time.
    #[arg(long, global = true, value_name = "N", default_value_t = 64,
          value_parser = clap::value_parser!(u16).range(1..=1_024))]
    pub(crate) publishers: u16,
    /// Size of an event's data.
    #[arg(long, global = true, value_name = "BYTES", default_value_t = 1_024,
          value_parser = clap::value_parser!(u32).range(64..=1_048_576))]
    pub(crate) payload_bytes: u32,
    /// Number of runs, each with new servers. Prints the medians.
    #[arg(long, global = true, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u8).range(1..=99))]
    pub(crate) runs: u8,
    /// Folder for the servers' data, on the disk to be measured. [default: the system's folder for temporary files]
    #[arg(long, global = true, value_name = "DIR")]
    #[serde(skip)]
    pub(crate) data: Option<PathBuf>,
    /// PostgreSQL server to keep events in instead, as `postgres://USER@HOST/DATABASE`. Each server that is measured gets
    /// a database of its own there, which is dropped at the end; the one in the URL is not touched.
    #[arg(long, global = true, value_name = "STORE")]
    #[serde(skip)]
    pub(crate) store: Option<String>,
    /// Use tiny numbers, only to check that it works.
    #[arg(long, global = true)]
    pub(crate) quick: bool,
}

impl Common {
    pub(crate) fn folder(&self) -> Cow<'_, Path> {
        match &self.data {
            Some(folder) => folder.into(),
            None => std::env::temp_dir().into(),
        }
    }
}
