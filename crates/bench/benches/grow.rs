//! What appending, recording and looking for due deliveries cost as the store grows: `cargo bench -p nuncio-bench`.
//!
//! A cost that grows with the rows shows as a line that is slower than the one above it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "it measures real time, and a measurement that can not go on has failed"
)]

#[path = "../examples/support/mod.rs"]
mod support;

use std::{sync::Arc, time::Duration};

use divan::{Bencher, counter::ItemsCount};
use nuncio_bench::seed::{self, Past, seed};
use nuncio_domain::{Done, Next, ProjectId, SeededEntropy, State, TenantId};
use nuncio_store::{Epoch, Ingest, Record, Work, sqlite::SqliteStore};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Pending deliveries that are there before: 1, 10 and 100 times as many.
const ROWS: &[u64] = &[2_000, 20_000, 200_000];
/// Events in one request, deliveries in one look.
const BATCH: usize = 100;

fn main() {
    divan::main();
}

struct Scene {
    _dir: TempDir,
    runtime: Runtime,
    store: Arc<SqliteStore>,
    project: ProjectId,
    entropy: SeededEntropy,
}

fn scene(rows: u64) -> Scene {
    let dir = tempfile::tempdir_in(".").unwrap();
    let entropy = SeededEntropy::new(1);
    let runtime = Runtime::new().unwrap();
    let store = support::open(dir.path());
    let (project, endpoints) = runtime.block_on(support::project(&store, &entropy, 10));
    runtime.block_on(store.shutdown()).unwrap();
    let from = support::now() - Duration::from_secs(3_600);
    let past = Past {
        endpoints,
        events: rows,
        from,
        per_ms: 1,
        state: State::Pending { due: from },
        payload_bytes: 1_000,
    };
    seed(dir.path(), &past, &entropy).unwrap();
    Scene {
        store: support::open(dir.path()),
        _dir: dir,
        runtime,
        project,
        entropy,
    }
}

impl Scene {
    async fn append(&self) {
        let tenant = TenantId::parse("t0").unwrap();
        let data: Box<str> = format!("\"{}\"", "x".repeat(1_000)).into();
        let event =
            |_| support::new_event(self.project, tenant.clone(), &self.entropy, data.clone());
        let events = (0..BATCH).map(event).collect();
        self.store.append(events, None).await.unwrap();
    }

    async fn record_all_that_is_fresh(&self) {
        for fresh in self.store.feed().next(BATCH).await.fresh {
            let now = support::now();
            let record = Record {
                event_key: fresh.event_key,
                endpoint_key: fresh.targets[0].endpoint,
                delivery: fresh.targets[0].delivery,
                generation: 0,
                ordering: fresh.ordering,
                attempt: seed::attempt(now, &self.entropy),
                done: Done {
                    extra: false,
                    began: now,
                    next: Next::Succeed,
                },
                ended: now,
                disable: None,
                pause_until: None,
            };
            self.store.record(Arc::new(record), Epoch(0)).await.unwrap();
        }
    }
}

#[divan::bench(args = ROWS, sample_count = 50)]
fn append_and_record(bencher: Bencher<'_, '_>, rows: u64) {
    let scene = scene(rows);
    bencher.counter(ItemsCount::new(BATCH)).bench_local(|| {
        scene.runtime.block_on(async {
            scene.append().await;
            scene.record_all_that_is_fresh().await;
            scene.store.flush().await.unwrap();
        });
    });
}

#[divan::bench(args = ROWS, sample_count = 50)]
fn due(bencher: Bencher<'_, '_>, rows: u64) {
    let scene = scene(rows);
    let endpoints = scene.runtime.block_on(scene.store.due_endpoints()).unwrap();
    bencher.counter(ItemsCount::new(BATCH)).bench_local(|| {
        let due = scene
            .store
            .due(endpoints[0].0, Epoch(0), support::now(), BATCH);
        assert_eq!(scene.runtime.block_on(due).unwrap().due.len(), BATCH);
    });
}
