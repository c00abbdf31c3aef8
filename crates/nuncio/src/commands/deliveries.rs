//! `nuncio deliveries`: the list, or one with all its attempts.

use std::process::ExitCode;

use super::values;
use nuncio_tools::{client::ServerArgs, output};
use serde_json::Value;

#[derive(Debug, clap::Args)]
pub(crate) struct DeliveriesArgs {
    #[command(flatten)]
    server: ServerArgs,
    #[command(flatten)]
    filter: Filter,
    /// Maximum number to list.
    #[arg(long, default_value_t = 50)]
    limit: u8,
    /// Another page of the list: a `next_cursor` or `prev_cursor` of an earlier one.
    #[arg(long)]
    cursor: Option<String>,
    /// A delivery to show (`del_…`).
    id: Option<String>,
}

/// Which deliveries.
#[derive(Debug, clap::Args)]
pub(crate) struct Filter {
    /// `pending`, `succeeded`, `dead` or `cancelled`.
    #[arg(long, value_parser = values::status)]
    pub(crate) status: Option<String>,
    /// Only this tenant's.
    #[arg(long)]
    pub(crate) tenant: Option<String>,
    /// Only to this endpoint.
    #[arg(long)]
    pub(crate) endpoint: Option<String>,
    /// Only for events of this type.
    #[arg(long = "type")]
    pub(crate) event_type: Option<String>,
    /// Only for events on this channel.
    #[arg(long)]
    pub(crate) channel: Option<String>,
    /// Only for events accepted at this time or later, RFC 3339.
    #[arg(long, value_parser = values::time)]
    pub(crate) since: Option<String>,
    /// Only for events accepted before this time, RFC 3339.
    #[arg(long, value_parser = values::time)]
    pub(crate) until: Option<String>,
}

impl Filter {
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("status", &self.status),
            ("tenant", &self.tenant),
            ("endpoint", &self.endpoint),
            ("type", &self.event_type),
            ("channel", &self.channel),
            ("since", &self.since),
            ("until", &self.until),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.as_deref()?)))
    }
}

pub(crate) async fn run(args: DeliveriesArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    if let Some(id) = &args.id {
        let delivery = client.get(&format!("/v1/deliveries/{id}")).await?;
        if json {
            output::json(&delivery);
        } else {
            show(&delivery);
        }
        return Ok(ExitCode::SUCCESS);
    }
    let mut query = url::form_urlencoded::Serializer::new(format!("limit={}", args.limit));
    query.extend_pairs(args.filter.pairs());
    query.extend_pairs(args.cursor.iter().map(|cursor| ("cursor", cursor)));
    let answer = client
        .get(&format!("/v1/deliveries?{}", query.finish()))
        .await?;
    if json {
        output::json(&answer);
    } else {
        list(&answer);
    }
    Ok(ExitCode::SUCCESS)
}

fn list(answer: &Value) {
    let deliveries = answer["data"].as_array().into_iter().flatten();
    output::table(
        [
            "ID",
            "STATUS",
            "TYPE",
            "TENANT",
            "ATTEMPTS",
            "LAST CODE",
            "NEXT ATTEMPT",
        ],
        deliveries.map(|delivery| {
            [
                "id",
                "status",
                "type",
                "tenant",
                "attempts",
                "last_status_code",
                "next_attempt_at",
            ]
            .map(|name| plain(&delivery[name]))
        }),
    );
    for (name, what) in [("prev_cursor", "Newer"), ("next_cursor", "Older")] {
        if let Some(cursor) = answer[name].as_str() {
            output::text(format!("{what}: --cursor {cursor}"));
        }
    }
}

fn show(delivery: &Value) {
    for name in [
        "id",
        "status",
        "reason",
        "waiting",
        "type",
        "tenant",
        "endpoint",
        "next_attempt_at",
    ] {
        if !delivery[name].is_null() {
            output::text(format!("{name:<16} {}", plain(&delivery[name])));
        }
    }
    let attempts = delivery["attempt_log"].as_array().into_iter().flatten();
    output::table(
        ["#", "TRIGGER", "STARTED", "MS", "CODE", "ERROR"],
        attempts.map(|attempt| {
            [
                "number",
                "trigger",
                "started_at",
                "duration_ms",
                "status_code",
                "error",
            ]
            .map(|name| plain(&attempt[name]))
        }),
    );
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
