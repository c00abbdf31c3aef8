//! `nuncio sign`: the headers that a dialect puts on a body.

use std::{path::PathBuf, process::ExitCode};

use nuncio_dialect::{WireAttempt, WireEvent};
use nuncio_domain::{Clock, DeliveryId, EndpointId, Entropy, EventId};
use nuncio_tools::{
    output,
    system::{SystemClock, SystemEntropy},
};

#[derive(Debug, clap::Args)]
pub(crate) struct SignArgs {
    /// Name of a built-in dialect, or a file.
    #[arg(long, default_value = "standard")]
    dialect: String,
    /// Signing secret. May be repeated; the first is the current one.
    #[arg(long, required = true, env = "NUNCIO_SECRET", hide_env_values = true)]
    secret: Vec<String>,
    /// Event ID [default: a new one].
    #[arg(long)]
    id: Option<String>,
    /// Event type.
    #[arg(long = "type", default_value = "webhook.test")]
    event_type: String,
    /// Time of the attempt in Unix milliseconds [default: now].
    #[arg(long)]
    timestamp_ms: Option<i64>,
    /// The endpoint's URL. Only some dialects sign it.
    #[arg(long, default_value = "https://example.com/")]
    url: String,
    /// The body: a file, or `-` for standard input.
    #[arg(default_value = "-")]
    body: PathBuf,
}

pub(crate) fn run(args: SignArgs, json: bool) -> anyhow::Result<ExitCode> {
    let dialect = super::find_dialect(&args.dialect)?;
    let keys = args
        .secret
        .iter()
        .map(|secret| dialect.parse_secret(secret))
        .collect::<Result<Vec<_>, _>>()?;
    let now = SystemClock::new().now().ms();
    let event_id = EventId::new(now, SystemEntropy.ten());
    let endpoint = EndpointId::new(now, SystemEntropy.ten());
    let delivery = DeliveryId::derive(event_id, endpoint, 0);
    let body = super::read_input(&args.body)?;
    // Whichever of the two a dialect shows, it is the one that was given.
    let message_id = args
        .id
        .clone()
        .unwrap_or_else(|| event_id.message_text().to_string());
    let headers = dialect.headers(
        &WireAttempt {
            event: &WireEvent {
                id: &args.id.unwrap_or_else(|| event_id.to_string()),
                kind: &args.event_type,
                tenant: "",
                time_ms: now,
                data: "null",
                message_id: &message_id,
                ..WireEvent::EMPTY
            },
            delivery_id: &delivery.to_string(),
            delivery_uuid: &delivery.uuid(),
            endpoint_id: &endpoint.to_string(),
            url: &args.url,
            method: "POST",
            timestamp_ms: args.timestamp_ms.unwrap_or(now),
            body: &body,
            ..WireAttempt::EMPTY
        },
        &keys,
    );
    if json {
        let headers: serde_json::Map<_, _> = headers
            .into_iter()
            .map(|header| (header.name, header.value.into()))
            .collect();
        output::json(&headers.into());
    } else {
        for header in headers {
            output::text(format!("{}: {}", header.name, header.value));
        }
    }
    Ok(ExitCode::SUCCESS)
}
