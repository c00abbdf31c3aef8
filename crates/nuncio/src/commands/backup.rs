//! `nuncio backup` and `nuncio restore`.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use nuncio_tools::{output, private};

use crate::store_args::StoreArgs;

#[derive(Debug, clap::Args)]
pub(crate) struct BackupArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// File to write. It must not exist yet.
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Backup to restore.
    file: PathBuf,
}

pub(crate) fn run(args: BackupArgs, json: bool) -> anyhow::Result<ExitCode> {
    let store = args.store.url()?;
    let done = store.maintenance().back_up(&args.file);
    done.with_context(|| format!("can't back up {store}"))?;
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
    let store = args.store.url()?;
    let dir = args.store.keys(&store);
    if store.folder().is_some() {
        private::make_folder(dir)?;
    }
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
