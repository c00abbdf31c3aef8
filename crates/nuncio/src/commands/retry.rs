//! `nuncio retry`: one delivery, or all that match a filter.

use std::process::ExitCode;

use anyhow::Context;
use nuncio_tools::{
    client::ServerArgs,
    output::{self, Usage},
};
use serde_json::Value;

use super::{deliveries::Filter, jobs::follow};

#[derive(Debug, clap::Args)]
pub(crate) struct RetryArgs {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    filter: Filter,
    /// Make exactly one attempt, and no more if it fails.
    #[arg(long)]
    once: bool,
    /// The delivery to retry (`del_…`). Without it, all that match the filter.
    id: Option<String>,
}

pub(crate) async fn run(args: RetryArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    if let Some(id) = &args.id {
        let path = format!("/v1/deliveries/{id}/retry");
        let body = with_schedule(serde_json::json!({}), args.once);
        let delivery = client.post(&path, &body).await?;
        if json {
            output::json(&delivery);
        } else {
            output::text(format!("retrying {id}"));
        }
        return Ok(ExitCode::SUCCESS);
    }
    let filter: serde_json::Map<String, Value> = args
        .filter
        .pairs()
        .map(|(name, value)| (name.to_owned(), value.into()))
        .collect();
    if filter.is_empty() {
        return Err(
            Usage("specify a delivery ID, or a filter such as --status dead".to_owned()).into(),
        );
    }
    let body = with_schedule(serde_json::json!({ "filter": filter }), args.once);
    let started = client.post("/v1/deliveries/retry", &body).await?;
    let id = started["job"].as_str().context("the answer names no job")?;
    let job = follow(&client, id, json).await?;
    if json {
        output::json(&job);
    } else {
        output::text(format!("retrying {} deliveries", job["done"]));
    }
    Ok(ExitCode::SUCCESS)
}

/// The body of a retry, of one attempt only if that is asked for.
pub(crate) fn with_schedule(mut body: Value, once: bool) -> Value {
    if once {
        body["schedule"] = "once".into();
    }
    body
}
