//! `nuncio migrate-store`: from SQLite to PostgreSQL.

use std::process::ExitCode;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use nuncio_store::{Sealer, StoreUrl, TransferProgress, TransferStep, TransferredTable};
use nuncio_tools::{
    output::{self, Usage},
    system::SystemEntropy,
};

use crate::master_key;

#[derive(clap::Args)]
pub(crate) struct MigrateStoreArgs {
    /// Store to move: `sqlite:DIR`. What is in it stays as it is.
    from: String,
    /// Empty database to move it to: `postgres://USER@HOST/DATABASE`.
    #[arg(env = "NUNCIO_STORE", hide_env_values = true)]
    to: String,
    /// URL of the database itself, if the other one is a pooler's.
    #[arg(
        long,
        value_name = "URL",
        env = "NUNCIO_DATABASE_DIRECT",
        hide_env_values = true
    )]
    database_direct: Option<String>,
    /// Master key, if it is not in the data folder's key file.
    #[arg(long, env = "NUNCIO_MASTER_KEY", hide_env_values = true)]
    master_key: Option<String>,
}

/// Without URLs and key, which may be secret.
impl std::fmt::Debug for MigrateStoreArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MigrateStoreArgs").finish_non_exhaustive()
    }
}

/// Moves it; run again after it broke off, it continues.
pub(crate) fn run(args: MigrateStoreArgs, json: bool) -> anyhow::Result<ExitCode> {
    let url = |text: &str| text.parse::<StoreUrl>();
    let to = url(&args.to).and_then(|to| match &args.database_direct {
        Some(direct) => to.by_pooler(direct),
        None => Ok(to),
    });
    let usage = |unknown: nuncio_store::UnknownStore| Usage(unknown.to_string());
    let (from, to) = (url(&args.from).map_err(usage)?, to.map_err(usage)?);
    let key = match (&args.master_key, from.folder()) {
        (Some(text), _) => master_key::given_master_key(text)?,
        (None, Some(dir)) => master_key::existing_master_key(dir)?,
        (None, None) => {
            return Err(Usage(nuncio_store::TransferError::Direction.to_string()).into());
        }
    };
    let sealer = Sealer::new(key, std::sync::Arc::new(SystemEntropy));
    let mut shown = Shown::new(json);
    let moved = from.transfer_to(&to, &sealer, &mut |progress| shown.show(progress));
    shown.bar.finish_and_clear();
    let moved = moved.with_context(|| format!("can't move {from} to {to}"))?;
    if json {
        let tables = moved.iter().map(|table| {
            serde_json::json!({ "table": table.name, "rows": table.rows, "checksum": checksum(table) })
        });
        output::json(&serde_json::json!({ "tables": tables.collect::<Vec<_>>() }));
        return Ok(ExitCode::SUCCESS);
    }
    let rows = moved.iter().map(|table| {
        [
            table.name.to_owned(),
            table.rows.to_string(),
            checksum(table),
        ]
    });
    output::table(["table", "rows", "checksum"], rows);
    output::text(format!(
        "{from} was moved to {to}: every table has the same rows in both. Start the server with the new store and the same \
         master key."
    ));
    Ok(ExitCode::SUCCESS)
}

fn checksum(table: &TransferredTable) -> String {
    format!("{:032x}", table.checksum)
}

/// A bar for the table that it is at.
struct Shown {
    bar: ProgressBar,
    at: Option<(&'static str, TransferStep)>,
}

impl Shown {
    fn new(quiet: bool) -> Self {
        let bar = if quiet {
            ProgressBar::hidden()
        } else {
            ProgressBar::new(0)
        };
        if let Ok(style) = ProgressStyle::with_template("{msg:28} {bar:40} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        Self { bar, at: None }
    }

    fn show(&mut self, progress: TransferProgress) {
        let at = Some((progress.table, progress.step));
        if self.at != at {
            self.at = at;
            let does = match progress.step {
                TransferStep::Copy => "copying",
                TransferStep::Check => "checking",
            };
            self.bar.reset();
            self.bar.set_message(format!("{does} {}", progress.table));
        }
        self.bar.set_length(progress.total);
        self.bar.set_position(progress.done);
    }
}
