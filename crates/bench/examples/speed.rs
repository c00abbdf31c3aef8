//! How many events a second the SQLite engine takes in and records the outcomes of:
//! `cargo run --release -p nuncio-bench --example speed -- [seconds] [producers] [tenants]`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it measures real time, and tells"
)]

mod support;

use std::time::Duration;

use nuncio_domain::SeededEntropy;

fn main() {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|argument| argument.parse::<u64>().unwrap());
    let seconds = arguments.next().unwrap_or(5);
    let producers = arguments.next().unwrap_or(64);
    let tenants = arguments.next().unwrap_or(50);
    tokio::runtime::Builder::new_multi_thread()
        .enable_time()
        .build()
        .unwrap()
        .block_on(run(seconds, producers, tenants));
}

async fn run(seconds: u64, producers: u64, tenants: u64) {
    let dir = tempfile::tempdir_in(".").unwrap();
    let store = support::open(dir.path());
    let (project, _) = support::project(&store, &SeededEntropy::new(1), tenants).await;
    let length = Duration::from_secs(seconds);
    let load = support::load(&store, project, producers, tenants, length).await;
    println!("{}", load.line());
    store.shutdown().await.unwrap();
}
