//! `nuncio publish`: an event from the command line.

use std::process::ExitCode;

use anyhow::Context;
use nuncio_tools::{
    client::ServerArgs,
    output::{self, Usage},
};
use serde_json::value::RawValue;

#[derive(Debug, clap::Args)]
pub(crate) struct PublishArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The tenant to send the event to.
    #[arg(long)]
    tenant: String,
    /// Event type, such as `order.paid`.
    #[arg(long = "type")]
    event_type: String,
    /// Your own ID for the event.
    #[arg(long)]
    id: Option<String>,
    /// When the event occurred, RFC 3339.
    #[arg(long)]
    occurred_at: Option<String>,
    /// Events with the same ordering key are delivered in order.
    #[arg(long)]
    ordering_key: Option<String>,
    /// The version of the event type's schema to check the data against [default: the newest].
    #[arg(long)]
    schema_version: Option<u32>,
    /// The event's data: JSON, or `-` to read it from standard input.
    data: String,
}

#[derive(serde::Serialize)]
struct NewEvent<'a> {
    tenant: &'a str,
    #[serde(rename = "type")]
    event_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    occurred_at: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ordering_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    schema_version: Option<u32>,
    data: &'a RawValue,
}

pub(crate) async fn run(args: PublishArgs, json: bool) -> anyhow::Result<ExitCode> {
    let text = if args.data == "-" {
        String::from_utf8(super::read_input("-".as_ref())?)
            .context("standard input is not UTF-8")?
    } else {
        args.data
    };
    let data: Box<RawValue> = serde_json::from_str(text.trim())
        .map_err(|error| Usage(format!("the data is not valid JSON: {error}")))?;
    let body = serde_json::to_string(&NewEvent {
        tenant: &args.tenant,
        event_type: &args.event_type,
        id: args.id.as_deref(),
        occurred_at: args.occurred_at.as_deref(),
        ordering_key: args.ordering_key.as_deref(),
        schema_version: args.schema_version,
        data: &data,
    })?;
    let answer = args.server.client().post_text("/v1/events", body).await?;
    if json {
        output::json(&answer);
    } else {
        output::text(format!(
            "{}: {} deliveries",
            answer["id"].as_str().unwrap_or_default(),
            answer["deliveries"]
        ));
    }
    Ok(ExitCode::SUCCESS)
}
