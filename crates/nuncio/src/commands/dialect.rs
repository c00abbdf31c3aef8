//! `nuncio dialect`: look at dialects, check a file, see the exact request: offline. A project's own are on its server.

use std::{path::PathBuf, process::ExitCode};

use clap::Subcommand;
use nuncio_dialect::{Dialect, WireAttempt, WireEvent, builtin};
use nuncio_domain::{Clock, DeliveryId, EndpointId, Entropy, EventId};
use nuncio_tools::{
    output::{self, Negative, Usage},
    system::{SystemClock, SystemEntropy},
};

use super::own_dialects::{self, OwnDialects};

#[derive(Debug, clap::Args)]
pub(crate) struct DialectArgs {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List the built-in dialects.
    List,
    /// Print a dialect's file.
    Show {
        /// The dialect's name.
        name: String,
    },
    /// Check dialect files. Prints the first error of each with its line.
    Check {
        /// The files to check.
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Print the exact request for a sample event.
    Preview(PreviewArgs),
    #[command(flatten)]
    Own(OwnDialects),
}

#[derive(Debug, clap::Args)]
struct PreviewArgs {
    /// Name of a built-in dialect, or a file.
    name: String,
    /// Event type [default: the first in the dialect's catalog].
    #[arg(long = "type")]
    event_type: Option<String>,
    /// The event's data as JSON [default: the catalog's example].
    #[arg(long)]
    data: Option<String>,
    /// Signing secret [default: a new one].
    #[arg(long)]
    secret: Option<String>,
    /// The endpoint's URL.
    #[arg(long, default_value = "https://example.com/webhooks")]
    url: String,
}

pub(crate) async fn run(args: DialectArgs, json: bool) -> anyhow::Result<ExitCode> {
    match args.command {
        Command::List => list(json),
        Command::Show { name } => {
            let dialect = super::find_dialect(&name)?;
            if json {
                output::json(&serde_json::json!({
                    "name": dialect.name(), "title": dialect.title(),
                    "policy": dialect.policy(), "source": dialect.source(),
                }));
            } else {
                output::raw(dialect.source().as_bytes());
            }
        }
        Command::Check { files } => return check(&files, json),
        Command::Preview(args) => preview(&args, json)?,
        Command::Own(command) => own_dialects::run(command, json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(json: bool) {
    if json {
        let all = builtin().iter().map(|dialect| {
            serde_json::json!({
                "name": dialect.name(), "title": dialect.title(), "policy": dialect.policy(),
            })
        });
        output::json(&all.collect());
        return;
    }
    output::table(
        ["NAME", "TITLE"],
        builtin()
            .iter()
            .map(|dialect| [dialect.name().to_owned(), dialect.title().to_owned()]),
    );
}

fn check(files: &[PathBuf], json: bool) -> anyhow::Result<ExitCode> {
    let mut refused = 0;
    let mut results = Vec::new();
    for file in files {
        let name = file.display().to_string();
        let source = String::from_utf8(super::read_input(file)?)
            .map_err(|_| Usage(format!("{name} is not UTF-8")))?;
        let result = Dialect::parse(&source, &name);
        refused += usize::from(result.is_err());
        let line = match &result {
            Ok(dialect) => format!("{name}: dialect {} is valid", dialect.name()),
            Err(error) => error.to_string(),
        };
        if json {
            results.push(serde_json::json!({
                "file": name, "good": result.is_ok(),
                "error": result.err().map(|error| error.to_string()),
            }));
        } else {
            output::text(line);
        }
    }
    if json {
        output::json(&results.into());
    }
    if refused > 0 && !json {
        return Err(Negative(format!("{refused} of {} refused", files.len())).into());
    }
    Ok(ExitCode::from(if refused > 0 { 3 } else { 0 }))
}

fn preview(args: &PreviewArgs, json: bool) -> anyhow::Result<()> {
    let dialect = super::find_dialect(&args.name)?;
    let first = dialect.catalog().first();
    let kind = match (&args.event_type, first) {
        (Some(kind), _) => kind.clone(),
        (None, Some(entry)) => entry.name.clone(),
        (None, None) => dialect.test_type().to_owned(),
    };
    let entry = dialect.catalog().iter().find(|entry| entry.name == kind);
    let data = match (&args.data, entry) {
        (Some(data), _) => data.clone(),
        (None, Some(entry)) => entry.example.clone(),
        (None, None) => dialect.test_data().to_owned(),
    };
    dialect
        .check_data(&data)
        .map_err(|error| Usage(format!("--data: {error}")))?;
    let secret = args.secret.clone().unwrap_or_else(|| {
        let mut entropy = [0u8; 64];
        SystemEntropy.fill(&mut entropy);
        dialect.generate_secret(&entropy)
    });
    let key = dialect.parse_secret(&secret)?;
    let now = SystemClock::new().now().ms();
    let event_id = EventId::new(now, SystemEntropy.ten());
    let endpoint = EndpointId::new(now, SystemEntropy.ten());
    let delivery = DeliveryId::derive(event_id, endpoint, 0);
    let event = WireEvent {
        id: &event_id.to_string(),
        kind: &kind,
        tenant: "acme",
        time_ms: now,
        data: &data,
        message_id: &event_id.message_text(),
        metadata: None,
    };
    let body = dialect.body(&event)?;
    let headers = dialect.headers(
        &WireAttempt {
            event: &event,
            delivery_id: &delivery.to_string(),
            delivery_uuid: &delivery.uuid(),
            endpoint_id: &endpoint.to_string(),
            url: &args.url,
            method: "POST",
            timestamp_ms: now,
            body: &body,
            ..WireAttempt::EMPTY
        },
        &[key],
    );
    let body = String::from_utf8_lossy(&body);
    if json {
        let headers: serde_json::Map<_, _> = headers
            .into_iter()
            .map(|header| (header.name, header.value.into()))
            .collect();
        output::json(&serde_json::json!({
            "method": "POST", "url": args.url, "secret": secret, "headers": headers, "body": body,
        }));
        return Ok(());
    }
    output::text(format!("POST {}", args.url));
    for header in headers {
        output::text(format!("{}: {}", header.name, header.value));
    }
    output::text(format!("\n{body}\n\nsigned with secret {secret}"));
    Ok(())
}
