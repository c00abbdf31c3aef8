//! `nuncio dialect put`, `delete` and `versions`: a project's own dialects, on a server.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use nuncio_dialect::Dialect;
use nuncio_tools::{
    client::{ApiClient, ServerArgs},
    output::{self, Usage},
};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub(crate) enum OwnDialects {
    /// Create a project's own dialect on a server, or store a new version of it.
    Put {
        #[command(flatten)]
        server: ServerArgs,
        /// The dialect file, which has the dialect's name; `-` for standard input.
        file: PathBuf,
    },
    /// Delete a project's own dialect. Only while neither the project nor an endpoint uses it.
    Delete {
        #[command(flatten)]
        server: ServerArgs,
        /// The dialect's name.
        name: String,
    },
    /// List the versions of a dialect on a server, or print the file of one.
    Versions {
        #[command(flatten)]
        server: ServerArgs,
        /// Print the file of this version.
        #[arg(long, value_name = "VERSION")]
        show: Option<u32>,
        /// The dialect's name.
        name: String,
    },
}

pub(crate) async fn run(command: OwnDialects, json: bool) -> anyhow::Result<()> {
    match command {
        OwnDialects::Put { server, file } => put(&server.client()?, &file, json).await,
        OwnDialects::Delete { server, name } => {
            server.client()?.delete(&path(&name)?).await?;
            if !json {
                output::text(format!("{name} is deleted"));
            }
            Ok(())
        }
        OwnDialects::Versions { server, show, name } => match show {
            Some(version) => print(&server.client()?, &name, version, json).await,
            None => versions(&server.client()?, &name, json).await,
        },
    }
}

/// The path of a dialect. Text that could be no dialect's name must not lead elsewhere.
fn path(name: &str) -> Result<String, Usage> {
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    match !name.is_empty() && name.bytes().all(is_name) {
        true => Ok(format!("/v1/dialects/{name}")),
        false => Err(Usage(format!("`{name}` is not a valid dialect name"))),
    }
}

async fn put(client: &ApiClient, file: &Path, json: bool) -> anyhow::Result<()> {
    let shown = file.display().to_string();
    let source = String::from_utf8(super::read_input(file)?)
        .map_err(|_| Usage(format!("{shown} is not UTF-8")))?;
    // Checked here, so that an error has the name of the file; the server's version may know more or less.
    let dialect = Dialect::parse(&source, &shown)?;
    let path = path(dialect.name())?;
    let stored = client.put(&path, &json!({ "source": source })).await?;
    if json {
        output::json(&stored);
    } else {
        let (name, version) = (dialect.name(), &stored["version"]);
        output::text(format!("{name}: version {version}"));
    }
    Ok(())
}

async fn print(client: &ApiClient, name: &str, version: u32, json: bool) -> anyhow::Result<()> {
    let path = format!("{}?version={version}", path(name)?);
    let found = client.get(&path).await?;
    if json {
        output::json(&found);
    } else {
        output::raw(found["source"].as_str().unwrap_or_default().as_bytes());
    }
    Ok(())
}

async fn versions(client: &ApiClient, name: &str, json: bool) -> anyhow::Result<()> {
    let path = format!("{}/versions?limit=250", path(name)?);
    let versions = client.all(&path).await?;
    if json {
        output::json(&json!({ "data": versions }));
        return Ok(());
    }
    output::table(
        ["VERSION", "CREATED", "TITLE"],
        versions.iter().map(|version| {
            let text = |field: &str| version[field].as_str().unwrap_or("-").to_owned();
            [
                version["version"].to_string(),
                text("created_at"),
                text("title"),
            ]
        }),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_a_dialect_and_nowhere_else() {
        let check = |name: &str, expected: Option<&str>| {
            assert_eq!(path(name).ok().as_deref(), expected, "{name}");
        };
        check("mine", Some("/v1/dialects/mine"));
        check("my-own_2", Some("/v1/dialects/my-own_2"));
        check("", None);
        check("../tenants/acme", None);
        check("a?b", None);
    }
}
