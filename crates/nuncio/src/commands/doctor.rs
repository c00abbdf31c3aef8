//! `nuncio doctor` and `nuncio migrate`: are the data folder and the database in order?

use std::{path::Path, process::ExitCode, sync::Arc};

use nuncio_store::{Maintenance, Sealer};
use nuncio_tools::{
    output::{self, Negative},
    system::SystemEntropy,
};

use crate::{master_key, store_args::StoreArgs};

#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Master key, if it is not in the data folder's key file.
    #[arg(long, env = "NUNCIO_MASTER_KEY", hide_env_values = true)]
    master_key: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct MigrateArgs {
    #[command(flatten)]
    folder: DoctorArgs,
}

struct Finding {
    check: &'static str,
    good: bool,
    detail: String,
}

pub(crate) fn run(args: DoctorArgs, json: bool) -> anyhow::Result<ExitCode> {
    let store = args.store.url()?;
    let dir = args.store.keys(&store);
    let mut findings = Vec::new();
    // A database elsewhere needs none, if the keys are given.
    if store.folder().is_some() || dir.exists() {
        findings.push(folder(dir));
    }
    findings.push(key_file(&args, dir));
    findings.extend(files(dir));
    match sealer(&args, dir) {
        Ok(sealer) => findings.extend(database(&*store.maintenance(), &sealer)),
        Err(error) => findings.push(Finding {
            check: "master key",
            good: false,
            detail: format!("{error:#}"),
        }),
    }
    let bad = findings.iter().filter(|finding| !finding.good).count();
    if json {
        let list = findings.iter().map(|finding| {
            serde_json::json!({
                "check": finding.check, "good": finding.good, "detail": finding.detail,
            })
        });
        output::json(&list.collect());
        return Ok(ExitCode::from(if bad > 0 { 3 } else { 0 }));
    }
    for finding in &findings {
        let mark = if finding.good { "ok  " } else { "BAD " };
        output::text(format!("{mark} {:<16} {}", finding.check, finding.detail));
    }
    if bad > 0 {
        return Err(Negative(format!("{bad} of {} checks failed", findings.len())).into());
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens the database, which brings it to this version's layout, and closes it.
pub(crate) fn migrate(args: MigrateArgs, json: bool) -> anyhow::Result<ExitCode> {
    let args = args.folder;
    let store = args.store.url()?;
    let sealer = sealer(&args, args.store.keys(&store))?;
    let version = store.maintenance().migrate(sealer)?;
    if json {
        output::json(&serde_json::json!({ "schema_version": version }));
    } else {
        output::text(format!("the database is up to date (layout {version})"));
    }
    Ok(ExitCode::SUCCESS)
}

fn sealer(args: &DoctorArgs, dir: &Path) -> anyhow::Result<Sealer> {
    let key = match &args.master_key {
        Some(text) => master_key::given_master_key(text)?,
        None => master_key::existing_master_key(dir)?,
    };
    Ok(Sealer::new(key, Arc::new(SystemEntropy)))
}

fn database(store: &dyn Maintenance, sealer: &Sealer) -> Vec<Finding> {
    match store.check(sealer) {
        Ok(findings) => findings
            .into_iter()
            .map(|finding| Finding {
                check: finding.check,
                good: finding.ok,
                detail: finding.detail,
            })
            .collect(),
        Err(error) => vec![Finding {
            check: "database",
            good: false,
            detail: error.to_string(),
        }],
    }
}

fn folder(dir: &Path) -> Finding {
    let check = "data folder";
    match std::fs::metadata(dir) {
        Ok(meta) if !meta.is_dir() => Finding {
            check,
            good: false,
            detail: format!("{} is not a folder", dir.display()),
        },
        Ok(meta) => private(check, dir, &meta, 0o077),
        Err(error) => Finding {
            check,
            good: false,
            detail: format!("{}: {error}", dir.display()),
        },
    }
}

fn key_file(args: &DoctorArgs, dir: &Path) -> Finding {
    let check = "key file";
    let file = dir.join("master.key");
    match std::fs::metadata(&file) {
        Ok(meta) => private(check, &file, &meta, 0o077),
        Err(_) if args.master_key.is_some() => Finding {
            check,
            good: true,
            detail: "not needed: the master key was given".to_owned(),
        },
        Err(error) => Finding {
            check,
            good: false,
            detail: format!("{}: {error}", file.display()),
        },
    }
}

/// The files that hold what is stored, as far as they are there.
fn files(dir: &Path) -> Vec<Finding> {
    let names = [
        "nuncio.db",
        "nuncio.db-wal",
        "nuncio.db-shm",
        "admin-key.sha256",
    ];
    let files = names.into_iter().map(|name| dir.join(name));
    files
        .filter_map(|file| {
            let meta = std::fs::metadata(&file).ok()?;
            Some(private("files", &file, &meta, 0o077))
        })
        .collect()
}

fn private(check: &'static str, path: &Path, meta: &std::fs::Metadata, others: u32) -> Finding {
    use std::os::unix::fs::PermissionsExt;
    let mode = meta.permissions().mode() & 0o777;
    let good = mode & others == 0;
    let advice = if good {
        ""
    } else {
        ": other users on this machine have access, run chmod go-rwx"
    };
    Finding {
        check,
        good,
        detail: format!("{} has mode {mode:o}{advice}", path.display()),
    }
}
