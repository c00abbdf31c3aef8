//! `nuncio trigger`: publishes the example of an event type, so that a receiver can be tried without the app.

use std::process::ExitCode;

use nuncio_tools::{
    client::ServerArgs,
    output::{self, Usage},
};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub(crate) struct TriggerArgs {
    #[command(flatten)]
    server: ServerArgs,
    /// The tenant to send the event to, by its ID or uid.
    #[arg(long)]
    tenant: String,
    /// The event type whose example is published.
    #[arg(value_name = "TYPE")]
    event_type: String,
}

pub(crate) async fn run(args: TriggerArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    let name: String = url::form_urlencoded::byte_serialize(args.event_type.as_bytes()).collect();
    let path = format!("/v1/event-types/{}", name.replace('+', "%20"));
    let known = client.get(&path).await?;
    if known["example"].is_null() {
        return Err(Usage(format!(
            "the event type {} has no example: add one with `nuncio event-types put`, or use `nuncio publish`",
            args.event_type
        ))
        .into());
    }
    let event = json!({
        "tenant": args.tenant, "type": args.event_type, "data": known["example"],
    });
    let answer: Value = client.post("/v1/events", &event).await?;
    if json {
        output::json(&answer);
    } else {
        let id = answer["id"].as_str().unwrap_or_default();
        output::text(format!("{id}: {} deliveries", answer["deliveries"]));
    }
    Ok(ExitCode::SUCCESS)
}
