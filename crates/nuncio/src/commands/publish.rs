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
    metadata: Vec<String>,
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
        tenant: args.tenant.as_deref(),
        tenants: selection(&args.metadata)?,
        event_type: &args.event_type,
        id: args.id.as_deref(),
        occurred_at: args.occurred_at.as_deref(),
        ordering_key: args.ordering_key.as_deref(),
        data: &data,
    })?;
    let path = match args.all_tenants {
        true => "/v1/events/broadcast",
        false => "/v1/events",
    };
    let answer = args.server.client().post_text(path, body).await?;
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
