//! What a backlog costs: opening, finding what is due, publishing beside it.
//! `cargo run --release -p nuncio-bench --example backlog -- [pending deliveries]`.
//!
//! Half of the backlog waits at one endpoint, the rest at fifty others.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it measures real time, and tells"
)]

mod support;

use std::time::{Duration, Instant};

use nuncio_bench::seed::{Past, seed};
use nuncio_domain::{EndpointId, SeededEntropy, State};
use nuncio_store::{Epoch, Reach, Stats, Work};

const TENANTS: u64 = 51;
const PRODUCERS: u64 = 64;

fn main() {
    let pending = std::env::args()
        .nth(1)
        .map_or(1_000_000, |argument| argument.parse().unwrap());
    tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(run(pending));
}

async fn run(pending: u64) {
    let dir = tempfile::tempdir_in(".").unwrap();
    let entropy = SeededEntropy::new(1);
    let store = support::open(dir.path());
    let (project, endpoints) = support::project(&store, &entropy, TENANTS).await;
    store.shutdown().await.unwrap();
    drop(store);
    let begin = Instant::now();
    seed(dir.path(), &past(&endpoints, pending), &entropy).unwrap();
    println!("{pending} pending deliveries made in {:?}", begin.elapsed());
    let before = support::memory_mib();

    let begin = Instant::now();
    let store = support::open(dir.path());
    let opened = begin.elapsed();
    let due = store.due_endpoints().await.unwrap();
    println!(
        "start: opened in {opened:?}, {} endpoints with work known after {:?}",
        due.len(),
        begin.elapsed()
    );
    for (key, name) in [(due[0].0, "large"), (due[1].0, "small")] {
        for limit in [1, 100, 1_000] {
            let begin = Instant::now();
            let batch = store
                .due(key, Epoch(0), support::now(), limit)
                .await
                .unwrap();
            let (found, took) = (batch.due.len(), begin.elapsed());
            println!("due, {name} backlog, limit {limit}: {found} in {took:?}");
        }
    }
    let reach = Reach {
        project,
        tenant: None,
    };
    let (day, now) = (Duration::from_secs(86_400), support::now());
    let begin = Instant::now();
    let stats = store.endpoint_stats(&reach, endpoints[0], day, now).await;
    let (stats, took) = (stats.unwrap(), begin.elapsed());
    println!("stats of the large one: {:?} in {took:?}", stats.pending);
    let length = Duration::from_secs(3);
    let load = support::load(&store, project, PRODUCERS, TENANTS, length).await;
    println!("beside it: {}", load.line());
    println!(
        "memory: {before:?} MiB before, {:?} after",
        support::memory_mib()
    );
    store.shutdown().await.unwrap();
}

/// Every second delivery goes to the first endpoint.
fn past(endpoints: &[EndpointId], pending: u64) -> Past {
    let (large, small) = endpoints.split_first().unwrap();
    let from = support::now() - Duration::from_secs(3_600);
    Past {
        endpoints: small.iter().flat_map(|id| [*large, *id]).collect(),
        events: pending,
        from,
        per_ms: (pending / 3_000_000).max(1),
        state: State::Pending { due: from },
        payload_bytes: 1_000,
    }
}
