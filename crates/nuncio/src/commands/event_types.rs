//! `nuncio event-types`: the event catalog: list, show, archive, and exchange it with other programs' documents.

use std::{path::PathBuf, process::ExitCode};

use clap::{Subcommand, ValueEnum};
use nuncio_tools::{
    client::{ApiClient, ServerArgs},
    output::{self, Usage},
};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub(crate) struct EventTypesArgs {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the event types of the catalog.
    List {
        /// Include archived types.
        #[arg(long)]
        archived: bool,
    },
    /// Show an event type and the versions of its schema.
    Show {
        /// The event type.
        name: String,
    },
    /// Import event types from an OpenAPI 3.1 or AsyncAPI 3 document.
    Import {
        /// The document (JSON or YAML); `-` for standard input.
        file: PathBuf,
        /// Only show what would be done.
        #[arg(long)]
        dry_run: bool,
        /// Store schemas even if they break the previous ones.
        #[arg(long)]
        force: bool,
    },
    /// Export the catalog as a document.
    Export {
        /// The kind of document.
        #[arg(long, value_enum)]
        format: Format,
    },
    /// Archive an event type: no new events are accepted under it.
    Archive {
        /// The event type.
        name: String,
    },
    /// Bring an event type back from the archive.
    Unarchive {
        /// The event type.
        name: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// OpenAPI 3.1, as webhooks.
    Openapi,
    /// AsyncAPI 3, as messages.
    Asyncapi,
}

pub(crate) async fn run(args: EventTypesArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    match args.command {
        Command::List { archived } => list(&client, archived, json).await?,
        Command::Show { name } => show(&client, &name, json).await?,
        Command::Import {
            file,
            dry_run,
            force,
        } => {
            let text = String::from_utf8(super::read_input(&file)?)
                .map_err(|_| Usage(format!("{} is not UTF-8", file.display())))?;
            let body = json!({"document": text, "dry_run": dry_run, "force": force});
            let answer = client.post("/v1/event-types/import", &body).await?;
            imported(&answer, dry_run, json);
        }
        Command::Export { format } => {
            let format = match format {
                Format::Openapi => "openapi",
                Format::Asyncapi => "asyncapi",
            };
            let path = format!("/v1/event-types/export?format={format}");
            output::json(&client.get(&path).await?);
        }
        Command::Archive { name } => archive(&client, &name, "archive", json).await?,
        Command::Unarchive { name } => archive(&client, &name, "unarchive", json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn list(client: &ApiClient, archived: bool, json: bool) -> anyhow::Result<()> {
    let filter = if archived { "" } else { "&archived=false" };
    let types = client
        .all(&format!("/v1/event-types?limit=250{filter}"))
        .await?;
    if json {
        output::json(&json!({ "data": types }));
        return Ok(());
    }
    output::table(
        ["NAME", "VERSION", "STATUS", "HEADING", "DESCRIPTION"],
        types.iter().map(|one| {
            let text = |field: &str| one[field].as_str().unwrap_or("-").to_owned();
            [
                text("name"),
                one["schema_version"].to_string(),
                status(one).to_owned(),
                text("group"),
                text("description"),
            ]
        }),
    );
    Ok(())
}

fn status(one: &Value) -> &'static str {
    match (one["archived_at"].is_string(), &one["deprecated"]) {
        (true, _) => "archived",
        (false, Value::Bool(true)) => "deprecated",
        (false, _) => "in use",
    }
}

async fn show(client: &ApiClient, name: &str, json: bool) -> anyhow::Result<()> {
    let path = path(name);
    let mut one = client.get(&path).await?;
    let versions = client.all(&format!("{path}/versions?limit=250")).await?;
    if json {
        one["versions"] = versions.into();
        output::json(&one);
        return Ok(());
    }
    let description = one["description"].as_str().unwrap_or_default();
    output::text(format!("{name} ({}): {description}\n", status(&one)));
    output::table(
        ["VERSION", "CREATED", "BREAKING", "SCHEMA"],
        versions.iter().map(|version| {
            [
                version["version"].to_string(),
                version["created_at"].as_str().unwrap_or("-").to_owned(),
                if version["forced"] == true {
                    "yes"
                } else {
                    "no"
                }
                .to_owned(),
                version["schema"].to_string(),
            ]
        }),
    );
    Ok(())
}

fn imported(answer: &Value, dry_run: bool, json: bool) {
    if json {
        output::json(answer);
        return;
    }
    let types = answer["event_types"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    output::table(
        ["NAME", "ACTION", "VERSION", "BREAKS"],
        types.iter().map(|one| {
            let breaks = one["breaks"].as_array().into_iter().flatten();
            let breaks: Vec<_> = breaks
                .map(|one| {
                    let text = |field: &str| one[field].as_str().unwrap_or_default();
                    format!("{}: {}", text("path"), text("detail"))
                })
                .collect();
            [
                one["name"].as_str().unwrap_or_default().to_owned(),
                one["action"].as_str().unwrap_or_default().to_owned(),
                one["schema_version"].to_string(),
                if breaks.is_empty() {
                    "-".to_owned()
                } else {
                    breaks.join("; ")
                },
            ]
        }),
    );
    if dry_run {
        output::text("dry run: nothing was stored");
    }
}

async fn archive(client: &ApiClient, name: &str, action: &str, json: bool) -> anyhow::Result<()> {
    let answer = client
        .post(&format!("{}/{action}", path(name)), &json!({}))
        .await?;
    if json {
        output::json(&answer);
    } else {
        output::text(format!("{name} is {} now", status(&answer)));
    }
    Ok(())
}

/// The path of an event type, whatever characters its name has.
fn path(name: &str) -> String {
    name.bytes()
        .fold("/v1/event-types/".to_owned(), |path, byte| {
            match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                true => path + &char::from(byte).to_string(),
                false => path + &format!("%{byte:02X}"),
            }
        })
}
