//! `nuncio backup` and `nuncio restore`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use nuncio_tools::{output, private};

use crate::config;

#[derive(Debug, clap::Args)]
pub(crate) struct BackupArgs {
    /// Data folder.
    #[arg(long, env = "NUNCIO_DATA", default_value = "nuncio-data")]
    data: PathBuf,
    /// Store, if it is not in the data folder.
    #[arg(long, env = "NUNCIO_STORE")]
    store: Option<String>,
    /// File to write. It must not exist yet.
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    /// Data folder without a database in it. It is created if it does not exist.
    #[arg(long, env = "NUNCIO_DATA", default_value = "nuncio-data")]
    data: PathBuf,
    /// Store, if it should not be in the data folder.
    #[arg(long, env = "NUNCIO_STORE")]
    store: Option<String>,
    /// Backup to restore.
    file: PathBuf,
}

pub(crate) fn run(args: BackupArgs, json: bool) -> anyhow::Result<ExitCode> {
    let dir = config::database_dir(args.store.as_deref(), &args.data)?;
    let store = config::store_url(args.store.as_deref(), &args.data)?;
    let done = store.maintenance().back_up(&args.file);
    done.with_context(|| format!("can't back up {}", dir.display()))?;
    let bytes = std::fs::metadata(&args.file)?.len();
    if json {
        output::json(&serde_json::json!({ "file": args.file, "bytes": bytes }));
    } else {
        output::text(format!("{} written, {bytes} bytes", args.file.display()));
        output::text(
            "The backup does not contain the master key. Keep the key too, in another place.",
        );
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn restore(args: RestoreArgs, json: bool) -> anyhow::Result<ExitCode> {
    let dir = config::database_dir(args.store.as_deref(), &args.data)?;
    private::make_folder(&dir)?;
    let store = config::store_url(args.store.as_deref(), &args.data)?;
    let done = store.maintenance().restore(&args.file);
    done.with_context(|| format!("can't restore {}", args.file.display()))?;
    if json {
        output::json(&serde_json::json!({ "data": dir }));
    } else {
        output::text(format!(
            "{} restored to {}",
            args.file.display(),
            dir.display()
        ));
        output::text("The server needs the same master key as before.");
    }
    Ok(ExitCode::SUCCESS)
}
