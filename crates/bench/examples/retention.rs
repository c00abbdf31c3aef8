//! What deleting old history costs whoever publishes meanwhile:
//! `cargo run --release -p nuncio-bench --example retention -- [old events] [seconds]`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it measures real time, and tells"
)]

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use nuncio_bench::seed::{Past, seed};
use nuncio_domain::{SeededEntropy, State};
use nuncio_store::{Work, sqlite::SqliteStore};

const TENANTS: u64 = 50;
const PRODUCERS: u64 = 64;
/// As the engine does.
const PAUSE: Duration = Duration::from_millis(20);

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<u64>().unwrap());
    let events = arguments.next().unwrap_or(1_000_000);
    let seconds = arguments.next().unwrap_or(10);
    tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(run(events, Duration::from_secs(seconds)));
}

async fn run(events: u64, length: Duration) {
    let dir = tempfile::tempdir_in(".").unwrap();
    let entropy = SeededEntropy::new(1);
    let store = support::open(dir.path());
    let (project, endpoints) = support::project(&store, &entropy, TENANTS).await;
    store.shutdown().await.unwrap();
    drop(store);
    let past = Past {
        endpoints,
        events,
        from: support::now() - Duration::from_secs(60 * 86_400),
        per_ms: (events / 2_000_000).max(1),
        state: State::Succeeded,
        payload_bytes: 1_000,
    };
    let begin = Instant::now();
    seed(dir.path(), &past, &entropy).unwrap();
    println!("{events} old events made in {:?}", begin.elapsed());
    let store = support::open(dir.path());
    let load = support::load(&store, project, PRODUCERS, TENANTS, length).await;
    println!("before: {}", load.line());
    let stop = Arc::new(AtomicBool::new(false));
    let pruner = tokio::spawn(prune(Arc::clone(&store), Arc::clone(&stop)));
    let load = support::load(&store, project, PRODUCERS, TENANTS, length).await;
    stop.store(true, Ordering::Relaxed);
    println!("meanwhile: {}", load.line());
    println!("{}", pruner.await.unwrap());
    store.shutdown().await.unwrap();
}

async fn prune(store: Arc<SqliteStore>, stop: Arc<AtomicBool>) -> String {
    let begin = Instant::now();
    let mut pieces = Vec::new();
    let mut more = true;
    while more && !stop.load(Ordering::Relaxed) {
        let begin = Instant::now();
        more = store.prune(support::now()).await.unwrap();
        pieces.push(begin.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
    pieces.sort_unstable();
    format!(
        "{} pieces in {:?}{}: answered after {:?} at the median, {:?} at most",
        pieces.len(),
        begin.elapsed(),
        if more { "" } else { " (all)" },
        pieces[pieces.len() / 2],
        pieces[pieces.len() - 1],
    )
}
