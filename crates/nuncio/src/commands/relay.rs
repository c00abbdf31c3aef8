//! `nuncio relay`: moving events from an outbox to the server.

use std::{process::ExitCode, sync::Arc, sync::atomic::Ordering::Relaxed};

use anyhow::Context;
use axum::{Router, routing::get};
use nuncio_outbox::{Relay, RelayCounters};
use nuncio_tools::client::ServerArgs;

use super::outbox::DatabaseArgs;
use crate::listen::Listen;

#[derive(Debug, clap::Args)]
pub(crate) struct RelayArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    #[command(flatten)]
    server: ServerArgs,
    /// Address for `/metrics` and `/healthz`; without it, there are none.
    #[arg(long, value_name = "HOST:PORT")]
    metrics_listen: Option<Listen>,
}

/// Relays until it is told to stop.
pub(crate) async fn run(
    args: RelayArgs,
    stop: impl Future<Output = ()> + Send,
) -> anyhow::Result<ExitCode> {
    let relay = Relay::new(args.database.target()?, args.server.client()?);
    relay.check().await?;
    if let Some(listen) = args.metrics_listen {
        serve_metrics(&listen, relay.counters()).await?;
    }
    relay.run(stop).await;
    Ok(ExitCode::SUCCESS)
}

async fn serve_metrics(listen: &Listen, counters: Arc<RelayCounters>) -> anyhow::Result<()> {
    let listener = listen.bind_tcp().await;
    let listener = listener.with_context(|| format!("can't listen on {listen}"))?;
    let addr = listener.local_addr().context("no local address")?;
    let router = Router::new()
        .route(
            "/metrics",
            get(move || std::future::ready(metrics(&counters))),
        )
        .route("/healthz", get(|| std::future::ready("ok")));
    tracing::info!(%addr, "serving metrics");
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(())
}

/// In Prometheus' text format.
fn metrics(counters: &RelayCounters) -> String {
    let (published, refused) = (
        counters.published.load(Relaxed),
        counters.refused.load(Relaxed),
    );
    let failed = counters.failed.load(Relaxed);
    format!(
        "# HELP nuncio_relay_events_total Events of the outbox that the server took or refused.\n\
         # TYPE nuncio_relay_events_total counter\n\
         nuncio_relay_events_total{{result=\"published\"}} {published}\n\
         nuncio_relay_events_total{{result=\"refused\"}} {refused}\n\
         # HELP nuncio_relay_failures_total Times that the database or the server could not be used.\n\
         # TYPE nuncio_relay_failures_total counter\n\
         nuncio_relay_failures_total {failed}\n"
    )
}
