//! `nuncio publish`: an event from the command line.

use std::process::ExitCode;

use anyhow::Context;
use nuncio_tools::{
    client::ServerArgs,
    output::{self, Usage},
};
use serde_json::{Map, Value, json, value::RawValue};

#[derive(Debug, clap::Args)]
pub(crate) struct PublishArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The tenant to send the event to, by its ID or uid.
    #[arg(long, required_unless_present = "all_tenants")]
    tenant: Option<String>,
    /// Send the event to all tenants of the project, in the background.
    #[arg(long, conflicts_with = "tenant")]
    all_tenants: bool,
    /// With `--all-tenants`: only to tenants whose metadata has this, `NAME=VALUE` (the value as JSON, or as text if it is
    /// not). Can be repeated: all must match.
    #[arg(long = "where", value_name = "NAME=VALUE", requires = "all_tenants")]
    tenants_with: Vec<String>,
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
    /// A channel the event goes out on; can be repeated.
    #[arg(long = "channel", value_name = "CHANNEL")]
    channels: Vec<String>,
    /// A header to send with each attempt, as `Name: value`; can be repeated.
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    headers: Vec<(String, String)>,
    /// Custom metadata: a JSON object.
    #[arg(long, value_name = "JSON", value_parser = object)]
    metadata: Option<Map<String, Value>>,
    /// Days to keep the event, instead of as long as the project keeps events.
    #[arg(long, value_name = "DAYS")]
    retention_days: Option<u32>,
    /// The event's data: JSON, or `-` to read it from standard input.
    data: String,
}

#[derive(serde::Serialize)]
struct NewEvent<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant: Option<&'a str>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    tenants: Option<Value>,
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
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    channels: &'a [String],
    #[serde(skip_serializing_if = "Map::is_empty")]
    headers: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retention_days: Option<u32>,
    data: &'a RawValue,
}

fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once(':')
        .ok_or_else(|| format!("`{text}` is not a header: write `Name: value`"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn object(text: &str) -> Result<Map<String, Value>, String> {
    serde_json::from_str(text).map_err(|error| format!("not a JSON object: {error}"))
}

fn headers_of(given: Vec<(String, String)>) -> Result<Map<String, Value>, Usage> {
    let mut headers = Map::new();
    for (name, value) in given {
        let twice = format!("the header {name} is given twice");
        if headers.insert(name, value.into()).is_some() {
            return Err(Usage(twice));
        }
    }
    Ok(headers)
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
        tenant: args.tenant.as_deref(),
        tenants: selection(&args.tenants_with)?,
        event_type: &args.event_type,
        id: args.id.as_deref(),
        occurred_at: args.occurred_at.as_deref(),
        ordering_key: args.ordering_key.as_deref(),
        schema_version: args.schema_version,
        channels: &args.channels,
        headers: headers_of(args.headers)?,
        metadata: args.metadata,
        retention_days: args.retention_days,
        data: &data,
    })?;
    let path = match args.all_tenants {
        true => "/v1/events/broadcast",
        false => "/v1/events",
    };
    let answer = args.server.client()?.post_text(path, body).await?;
    if json {
        output::json(&answer);
    } else if args.all_tenants {
        output::text(answer["job"].as_str().unwrap_or_default());
    } else {
        output::text(format!(
            "{}: {} deliveries",
            answer["id"].as_str().unwrap_or_default(),
            answer["deliveries"]
        ));
    }
    Ok(ExitCode::SUCCESS)
}

/// The tenants that a broadcast is for; none is all of them.
fn selection(metadata: &[String]) -> anyhow::Result<Option<Value>> {
    let mut members = Map::new();
    for pair in metadata {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Usage(format!("`{pair}` is not of the form NAME=VALUE")))?;
        let value = serde_json::from_str(value).unwrap_or_else(|_| Value::from(value));
        members.insert(name.to_owned(), value);
    }
    Ok((!members.is_empty()).then(|| json!({ "metadata": members })))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tenants_are_chosen_by_what_they_have() {
        let check = |pairs: &[&str], expected: Option<Value>| {
            let pairs: Vec<_> = pairs.iter().map(|pair| (*pair).to_owned()).collect();
            assert_eq!(selection(&pairs).ok().flatten(), expected, "{pairs:?}");
        };
        check(&[], None);
        check(
            &["region=eu", "beta=true", "note=a=b", "plan=\"7\""],
            Some(json!({"metadata": {"region": "eu", "beta": true, "note": "a=b", "plan": "7"}})),
        );
        check(&["region"], None);
        assert!(selection(&["region".to_owned()]).is_err());
    }
}
