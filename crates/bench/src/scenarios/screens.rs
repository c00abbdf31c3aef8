//! Scenario `screens`: a month of history, many tenants and endpoints. How long does each query take that a screen
//! makes?

use std::time::Duration;

use anyhow::Context;
use clap::Args;
use nuncio_domain::{Clock, Timestamp};
use nuncio_tools::{client::ApiClient, system::SystemClock};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::{
    common::Common,
    figures::{Figures, Unit},
    history::History,
    measure::Measure,
    percentiles::Percentiles,
    progress::Progress,
    rig::Rig,
    site::Hook,
};

/// How far the history goes back.
const DAYS: u64 = 30;
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// A screen should be there at once.
const TARGET_MS: f64 = 100.0;

/// Flags of `nuncio bench screens`.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Screens {
    /// Deliveries, over thirty days.
    #[arg(long, value_name = "N", default_value_t = 1_000_000,
          value_parser = clap::value_parser!(u64).range(1_000..=100_000_000))]
    deliveries: u64,
    /// Tenants, with one to three endpoints each.
    #[arg(long, value_name = "N", default_value_t = 1_000,
          value_parser = clap::value_parser!(u64).range(10..=100_000))]
    tenants: u64,
    /// Repetitions of each query.
    #[arg(long, value_name = "N", default_value_t = 11,
          value_parser = clap::value_parser!(u32).range(1..=1_000))]
    repeats: u32,
}

impl Measure for Screens {
    fn shrink(&mut self) {
        (self.deliveries, self.tenants, self.repeats) = (2_000, 20, 2);
    }

    fn about(&self) -> String {
        let Self {
            deliveries,
            tenants,
            repeats,
        } = self;
        format!(
            "{deliveries} deliveries of {DAYS} days, {tenants} tenants, each query {repeats} times"
        )
    }

    async fn measure(&self, common: &Common, progress: &Progress) -> anyhow::Result<Figures> {
        progress.say("creating tenants and endpoints");
        let mut rig = Rig::start(common, 1, 1).await?;
        let receiver = rig.receiver()?;
        let client = rig.site.client();
        for name in KINDS {
            let kind = json!({"description": "An event.", "example": {"order": "or_1001", "total": "42.00"}});
            client
                .put(&format!("/v1/event-types/{name}"), &kind)
                .await?;
        }
        let hooks = (0..self.tenants).flat_map(|tenant| {
            (0..=tenant % 3).map(move |number| Hook {
                // Nothing of the past goes on while it is looked at.
                more: json!({"disabled": true, "events": [FILTERS[(tenant + number) as usize % FILTERS.len()]]}),
                ..Hook::at(tenant, receiver.addr, number)
            })
        });
        rig.site.hooks(hooks.collect()).await?;
        progress.say("writing history");
        let until = SystemClock::new().now();
        let history = History {
            from: until - DAY * DAYS as u32,
            until,
            deliveries: self.deliveries,
        };
        rig.restart_with_history(history).await?;

        let client = rig.site.client();
        let mut figures = Figures::default();
        for (name, path) in queries(&client, until).await? {
            progress.say(&format!("measuring {name}"));
            let times = self.times(&client, &path).await?;
            figures.add(format!("{name}_p50_ms"), Unit::Ms, times.p50);
            let slowest = figures.add(format!("{name}_max_ms"), Unit::Ms, times.max);
            slowest.at_most(TARGET_MS);
        }
        figures.add("server_memory_peak_mib", Unit::MiB, rig.memory_peak_mib());
        Ok(figures)
    }
}

impl Screens {
    async fn times(&self, client: &ApiClient, path: &str) -> anyhow::Result<Percentiles> {
        // What the disk has to be asked for the first time is no property of the query.
        client.get(path).await?;
        let mut us = Vec::new();
        for _ in 0..self.repeats {
            let began = Instant::now();
            client.get(path).await?;
            us.push(began.elapsed().as_micros() as u64);
        }
        Ok(Percentiles::of_us(us))
    }
}

const KINDS: [&str; 6] = [
    "customer.created",
    "invoice.sent",
    "order.paid",
    "order.refunded",
    "risk.created",
    "task.finished",
];
const FILTERS: [&str; 5] = ["*", "order.*", "order.paid", "invoice.sent", "*"];

/// Every screen's queries: as it opens, and with filters that match much, little and nothing.
async fn queries(
    client: &ApiClient,
    now: Timestamp,
) -> anyhow::Result<Vec<(&'static str, String)>> {
    let first = async |path: &str, field: &str| -> anyhow::Result<String> {
        let list = client.get(path).await?;
        let id = list["data"][0][field].as_str().map(str::to_owned);
        id.with_context(|| format!("{path} is empty"))
    };
    let endpoint = first("/v1/dead-letters", "endpoint").await?;
    let delivery = first("/v1/dead-letters", "id").await?;
    let event = first("/v1/events", "id").await?;
    let tenant = "t0000001";
    let (hour, week, old) = (now - DAY / 24, now - DAY * 7, now - DAY * 20);
    let mut queries = vec![
        ("overview", "/v1/overview".into()),
        (
            "overview_of_a_day",
            "/v1/overview?window_seconds=86400".into(),
        ),
        (
            "stats_of_two_days_by_minute",
            // A series holds 2,880 minutes, and this one ends when it is asked for.
            format!("/v1/stats?unit=minute&since={}", now - DAY * 2 + DAY / 24),
        ),
        (
            "stats_of_a_month_by_hour",
            format!("/v1/stats?unit=hour&since={}", now - DAY * 30),
        ),
        (
            "stats_of_a_tenant",
            format!("/v1/stats?unit=hour&since={week}&tenant={tenant}"),
        ),
        (
            "stats_of_an_endpoint",
            format!("/v1/stats?unit=hour&since={week}&endpoint={endpoint}"),
        ),
        ("events", "/v1/events".into()),
        ("events_of_a_tenant", format!("/v1/events?tenant={tenant}")),
        (
            "events_of_a_rare_tenant",
            "/v1/events?tenant=t0000999".into(),
        ),
        ("events_of_a_type", "/v1/events?type=order.paid".into()),
        (
            "events_of_no_type",
            "/v1/events?type=never.published".into(),
        ),
        ("events_of_an_hour", format!("/v1/events?since={hour}")),
        ("events_long_ago", format!("/v1/events?until={old}")),
        ("events_undelivered", "/v1/events?undelivered=true".into()),
        (
            "events_by_source_id",
            format!("/v1/events?tenant={tenant}&source_id=nothing"),
        ),
        (
            "events_by_source_id_alone",
            "/v1/events?source_id=nothing".into(),
        ),
        ("event", format!("/v1/events/{event}")),
        ("event_deliveries", format!("/v1/events/{event}/deliveries")),
        ("event_explained", format!("/v1/events/{event}/explain")),
        ("deliveries", "/v1/deliveries".into()),
        ("deliveries_pending", "/v1/deliveries?status=pending".into()),
        (
            "deliveries_succeeded",
            "/v1/deliveries?status=succeeded".into(),
        ),
        (
            "deliveries_cancelled",
            "/v1/deliveries?status=cancelled".into(),
        ),
        (
            "deliveries_of_a_tenant",
            format!("/v1/deliveries?tenant={tenant}"),
        ),
        (
            "deliveries_of_an_endpoint",
            format!("/v1/deliveries?endpoint={endpoint}"),
        ),
        (
            "deliveries_of_a_type",
            "/v1/deliveries?type=risk.created".into(),
        ),
        (
            "deliveries_of_no_type",
            "/v1/deliveries?type=never.published".into(),
        ),
        (
            "deliveries_with_status_code",
            "/v1/deliveries?status_code=404".into(),
        ),
        (
            "deliveries_with_no_status_code",
            "/v1/deliveries?status_code=418".into(),
        ),
        (
            "deliveries_with_error",
            "/v1/deliveries?error=timeout".into(),
        ),
        (
            "deliveries_with_no_error",
            "/v1/deliveries?error=never_heard_of".into(),
        ),
        (
            "deliveries_of_an_hour",
            format!("/v1/deliveries?since={hour}"),
        ),
        ("deliveries_long_ago", format!("/v1/deliveries?until={old}")),
        ("delivery", format!("/v1/deliveries/{delivery}")),
        ("dead_letters", "/v1/dead-letters".into()),
        (
            "dead_letters_of_a_tenant",
            format!("/v1/dead-letters?tenant={tenant}"),
        ),
        (
            "dead_letters_of_an_endpoint",
            format!("/v1/dead-letters?endpoint={endpoint}"),
        ),
        (
            "dead_letters_with_status_code",
            "/v1/dead-letters?status_code=503".into(),
        ),
        (
            "dead_letters_with_no_error",
            "/v1/dead-letters?error=never_heard_of".into(),
        ),
        ("endpoints", "/v1/endpoints?limit=250".into()),
        (
            "endpoint_events",
            format!("/v1/endpoints/{endpoint}/events"),
        ),
        (
            "endpoint_deliveries",
            format!("/v1/endpoints/{endpoint}/deliveries"),
        ),
        ("endpoint_stats", format!("/v1/endpoints/{endpoint}/stats")),
        ("tenants", "/v1/tenants?limit=250".into()),
        ("audit", "/v1/audit".into()),
        (
            "audit_with_rare_filter",
            "/v1/audit?action=project.delete".into(),
        ),
    ];
    // A build that lacks a route is measured without it.
    let document: Value = client.get("/openapi.json").await?;
    queries.retain(|(_, path)| {
        let is_new = ["/v1/overview", "/v1/stats"];
        let route = is_new.iter().find(|route| path.starts_with(**route));
        route.is_none_or(|route| !document["paths"][*route].is_null())
    });
    Ok(queries)
}
