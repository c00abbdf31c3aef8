//! How many events a second the SQLite engine takes in and records the outcomes of:
//! `cargo run --release -p nuncio-store --example speed -- [seconds] [producers] [tenants]`.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "it measures real time, and tells"
)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use nuncio_domain::{
    Attempt, AttemptId, Chance, Done, Endpoint, EndpointId, EventFilter, EventId, EventTypeName,
    Next, PolicyOverride, Project, ProjectId, Secret, Secrets, SeededChance, TenantId, Timestamp,
    Timings, Trigger,
};
use nuncio_store::{
    Catalog, Ingest, NewEvent, Record, Sealer, Work,
    sqlite::{SqliteOptions, SqliteStore},
};

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

fn now() -> Timestamp {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_ms(since.as_millis() as i64)
}

async fn run(seconds: u64, producers: u64, tenants: u64) {
    let dir = tempfile::tempdir_in(".").unwrap();
    let chance: Arc<dyn Chance> = Arc::new(SeededChance::new(1));
    let store = SqliteStore::open(SqliteOptions {
        dir: dir.path().to_owned(),
        sealer: Sealer::new([1; 32], Arc::clone(&chance)),
    })
    .unwrap();
    let project = project(&store, &*chance, tenants).await;
    let stop = Arc::new(AtomicBool::new(false));
    let recorded = Arc::new(AtomicU64::new(0));
    let engine = tokio::spawn(record(
        Arc::clone(&store),
        Arc::clone(&chance),
        Arc::clone(&recorded),
    ));
    let begin = Instant::now();
    let publishers: Vec<_> = (0..producers)
        .map(|n| {
            let stop = Arc::clone(&stop);
            tokio::spawn(publish(Arc::clone(&store), project, n, n % tenants, stop))
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut latencies = Vec::new();
    for publisher in publishers {
        latencies.extend(publisher.await.unwrap());
    }
    let appended = latencies.len() as f64 / begin.elapsed().as_secs_f64();
    while recorded.load(Ordering::Relaxed) < latencies.len() as u64 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.flush().await.unwrap();
    let whole = begin.elapsed().as_secs_f64();
    latencies.sort_unstable();
    let at = |share: f64| latencies[((latencies.len() - 1) as f64 * share) as usize];
    println!(
        "{appended:.0} appended/s; {:.0} appended and recorded/s; append p50 {} us, p99 {} us, p99.9 {} us",
        latencies.len() as f64 / whole,
        at(0.5),
        at(0.99),
        at(0.999),
    );
    engine.abort();
    store.shutdown().await.unwrap();
}

async fn project(store: &SqliteStore, chance: &dyn Chance, tenants: u64) -> ProjectId {
    let id = ProjectId::new(now().ms(), chance.ten());
    let project = Project {
        id,
        name: "speed".to_owned(),
        dialect: "standard".to_owned(),
        policy: PolicyOverride::default(),
        created_at: now(),
        updated_at: now(),
    };
    store
        .create_project(project, Vec::new(), None)
        .await
        .unwrap();
    for n in 0..tenants {
        let endpoint = Endpoint {
            id: EndpointId::new(now().ms(), chance.ten()),
            tenant: TenantId::parse(&format!("t{n}")).unwrap(),
            url: "https://example.com/hook".to_owned(),
            events: vec![EventFilter::parse("*").unwrap()],
            description: None,
            headers: Vec::new(),
            rate_limit: None,
            retry: None,
            timeout_ms: None,
            dialect: None,
            disabled: None,
            failing_since: None,
            metadata: serde_json::Map::new(),
            created_at: now(),
            updated_at: now(),
            secrets: Secrets::new(Secret::new("whsec_x".to_owned())),
        };
        store.create_endpoint(id, endpoint, 9, None).await.unwrap();
    }
    id
}

async fn publish(
    store: Arc<SqliteStore>,
    project: ProjectId,
    producer: u64,
    tenant: u64,
    stop: Arc<AtomicBool>,
) -> Vec<u64> {
    let chance = SeededChance::new(producer + 100);
    let data: Box<str> = format!("\"{}\"", "x".repeat(1_000)).into();
    let mut latencies = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let now = now();
        let event = NewEvent {
            id: EventId::new(now.ms(), chance.ten()),
            project,
            tenant: TenantId::parse(&format!("t{tenant}")).unwrap(),
            event_type: EventTypeName::parse("order.paid").unwrap(),
            source_id: None,
            fingerprint: [0; 32],
            occurred_at: None,
            created_at: now,
            deliver_at: None,
            ordering_key: None,
            due: now,
            data: data.clone(),
            canonical_safe: true,
        };
        let begin = Instant::now();
        store.append(vec![event], None).await.unwrap();
        latencies.push(begin.elapsed().as_micros() as u64);
    }
    latencies
}

async fn record(store: Arc<SqliteStore>, chance: Arc<dyn Chance>, recorded: Arc<AtomicU64>) {
    let feed = store.feed();
    loop {
        let notices = feed.next(1_000).await;
        assert!(notices.due.is_empty(), "the feed overflows");
        for fresh in notices.fresh {
            for target in fresh.targets {
                let now = now();
                let record = Record {
                    event_key: fresh.event_key,
                    endpoint_key: target.endpoint,
                    delivery: target.delivery,
                    generation: 0,
                    ordering: fresh.ordering,
                    attempt: attempt(&*chance, now),
                    done: Done {
                        extra: false,
                        began: now,
                        next: Next::Succeed,
                    },
                    ended: now,
                    disable: None,
                };
                store.record(record).await.unwrap();
                recorded.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

fn attempt(chance: &dyn Chance, now: Timestamp) -> Attempt {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Attempt {
        id: AttemptId::new(now.ms(), chance.ten()),
        number: 1,
        trigger: Trigger::Schedule,
        started_at: now,
        url: "https://example.com/hook".to_owned(),
        dialect_version: 1,
        request_headers: vec![
            header("webhook-id", "evt_01JB0000000000000000000000"),
            header("webhook-timestamp", "1777206896"),
            header(
                "webhook-signature",
                "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
            ),
        ],
        status_code: Some(200),
        response_headers: vec![header("content-type", "text/plain")],
        response_body: b"ok".to_vec(),
        response_body_truncated: false,
        error: None,
        error_detail: None,
        timings: Timings {
            total_us: 900,
            ..Timings::default()
        },
    }
}
