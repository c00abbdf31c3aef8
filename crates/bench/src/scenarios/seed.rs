//! `nuncio bench seed`: a plausible past for the endpoints of a data folder, to look at screens that are not empty.

use std::{io::Write, path::PathBuf, time::Duration};

use clap::Args;
use nuncio_domain::Clock;
use nuncio_tools::system::{SystemClock, SystemEntropy};
use serde::Serialize;
use serde_json::json;

use crate::history::{self, History};

/// Flags of `nuncio bench seed`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Seed {
    /// The data folder of a server that is not running, with projects, event types and endpoints.
    folder: PathBuf,
    /// Days of history.
    #[arg(long, value_name = "N", default_value_t = 7,
          value_parser = clap::value_parser!(u32).range(1..=365))]
    days: u32,
    /// Approximate number of deliveries.
    #[arg(long, value_name = "N", default_value_t = 20_000,
          value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    deliveries: u64,
}

impl Seed {
    /// Writes it, and says what was written.
    ///
    /// # Errors
    /// The folder is in use, or has no endpoint.
    pub(super) fn write(&self, json: bool) -> anyhow::Result<()> {
        let until = SystemClock::new().now();
        let from = until - Duration::from_secs(u64::from(self.days) * 24 * 60 * 60);
        let past = History {
            from,
            until,
            deliveries: self.deliveries,
        };
        let written = history::write(&self.folder, &past, &SystemEntropy)?;
        let mut out = std::io::stdout().lock();
        if json {
            let written = json!({
                "events": written.events, "deliveries": written.deliveries, "attempts": written.attempts,
                "dead": written.dead, "pending": written.pending,
            });
            writeln!(out, "{written}")?;
        } else {
            writeln!(
                out,
                "{} events, {} deliveries ({} dead, {} pending), {} attempts",
                written.events, written.deliveries, written.dead, written.pending, written.attempts
            )?;
        }
        Ok(())
    }
}
