//! `nuncio replay`: one event again, or those of a period.

use std::process::ExitCode;

use anyhow::Context;
use nuncio_tools::{
    client::{ApiClient, ServerArgs},
    output,
};
use serde_json::{Value, json};

use super::{jobs::follow, retry::with_schedule, values};

#[derive(Debug, clap::Args)]
pub(crate) struct ReplayArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// Replay events accepted at this time or later, RFC 3339.
    #[arg(long, required_unless_present = "id", conflicts_with = "id", value_parser = values::time)]
    since: Option<String>,
    /// Replay events accepted before this time, RFC 3339 [default: now].
    #[arg(long, conflicts_with = "id", value_parser = values::time)]
    until: Option<String>,
    /// Only this tenant's events, by its ID or uid.
    #[arg(long, conflicts_with = "id")]
    tenant: Option<String>,
    /// Only events of types that match, such as `order.*`; can be repeated.
    #[arg(long = "type", value_name = "FILTER", conflicts_with = "id")]
    types: Vec<String>,
    /// Only count the deliveries; send nothing.
    #[arg(long, conflicts_with = "id")]
    dry_run: bool,
    /// Make exactly one attempt of each delivery, and no more if it fails.
    #[arg(long)]
    once: bool,
    /// Print the job's ID instead of waiting until it is over.
    #[arg(long, conflicts_with_all = ["id", "dry_run"])]
    no_wait: bool,
    /// The event to replay (`evt_…`), to every endpoint that received it. Without it, those of a period.
    id: Option<String>,
}

pub(crate) async fn run(args: ReplayArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    match &args.id {
        Some(id) => one(&client, id, args.once, json).await?,
        None => many(&client, &args, json).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn one(client: &ApiClient, id: &str, once: bool, json: bool) -> anyhow::Result<()> {
    let path = format!("/v1/events/{id}/replay");
    let answer = client.post(&path, &with_schedule(json!({}), once)).await?;
    if json {
        output::json(&answer);
    } else {
        let count = answer["deliveries"].as_array().map_or(0, Vec::len);
        output::text(format!("replaying {id}: {count} deliveries"));
    }
    Ok(())
}

async fn many(client: &ApiClient, args: &ReplayArgs, json: bool) -> anyhow::Result<()> {
    let answer = client.post("/v1/events/replay", &body(args)).await?;
    if args.dry_run {
        return shown(&answer, json, format!("{} deliveries", answer["count"]));
    }
    let id = answer["job"].as_str().context("the answer names no job")?;
    if args.no_wait {
        return shown(&answer, json, id.to_owned());
    }
    let job = follow(client, id, json).await?;
    shown(&job, json, format!("replayed {} deliveries", job["done"]))
}

fn body(args: &ReplayArgs) -> Value {
    let mut body = json!({ "since": args.since, "dry_run": args.dry_run });
    for (name, value) in [("until", &args.until), ("tenant", &args.tenant)] {
        if let Some(value) = value {
            body[name] = value.as_str().into();
        }
    }
    if !args.types.is_empty() {
        body["types"] = args.types.clone().into();
    }
    with_schedule(body, args.once)
}

fn shown(answer: &Value, json: bool, text: String) -> anyhow::Result<()> {
    if json {
        output::json(answer);
    } else {
        output::text(text);
    }
    Ok(())
}
