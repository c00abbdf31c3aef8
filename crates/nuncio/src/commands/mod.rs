//! The commands, one file each.

pub(crate) mod api;
pub(crate) mod backup;
pub(crate) mod deliveries;
pub(crate) mod dialect;
pub(crate) mod docs;
pub(crate) mod doctor;
pub(crate) mod event_types;
pub(crate) mod health;
pub(crate) mod import;
pub(crate) mod jobs;
pub(crate) mod keys;
pub(crate) mod login;
pub(crate) mod migrate_store;
pub(crate) mod outbox;
pub(crate) mod own_dialects;
pub(crate) mod publish;
pub(crate) mod receive;
pub(crate) mod relay;
pub(crate) mod replay;
pub(crate) mod retry;
pub(crate) mod sdk;
pub(crate) mod sign;
pub(crate) mod svix;
pub(crate) mod trigger;
pub(crate) mod values;
pub(crate) mod verify;

use std::{
    io::Read,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use nuncio_dialect::{Dialect, builtin, builtin_named};
use nuncio_tools::output::Usage;

/// Reads a file, or standard input for `-`.
fn read_input(file: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        std::io::stdin()
            .read_to_end(&mut bytes)
            .context("can't read standard input")?;
        return Ok(bytes);
    }
    std::fs::read(file).with_context(|| format!("can't read {}", file.display()))
}

/// A dialect by its name, or from a file if the text looks like one.
fn find_dialect(name: &str) -> anyhow::Result<Arc<Dialect>> {
    if name.ends_with(".toml") {
        let file = PathBuf::from(name);
        let source = String::from_utf8(read_input(&file)?)
            .with_context(|| format!("{name} is not UTF-8"))?;
        return Ok(Arc::new(Dialect::parse(&source, name)?));
    }
    builtin_named(name).cloned().ok_or_else(|| {
        let names: Vec<_> = builtin().iter().map(|dialect| dialect.name()).collect();
        Usage(format!(
            "there is no built-in dialect `{name}`: use one of {}, or a .toml file",
            names.join(", ")
        ))
        .into()
    })
}
