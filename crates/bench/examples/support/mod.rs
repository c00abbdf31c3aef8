//! What the measurements have in common: a store with a project, publishers, and an engine that succeeds at once.

#![allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "each example uses its part, measures real time, and may break off"
)]

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use nuncio_bench::seed;
use nuncio_domain::{
    Branding, Done, Endpoint, EndpointId, Entropy, EventFilter, EventId, EventTypeName, Next,
    PolicyOverride, Project, ProjectId, Secret, Secrets, SeededEntropy, TenantId, Timestamp,
    Verification,
};
use nuncio_store::{
    Catalog, Epoch, Ingest, NewEvent, Record, Sealer, Work,
    sqlite::{SqliteOptions, SqliteStore},
};

/// The system's time.
pub(crate) fn now() -> Timestamp {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    Timestamp::from_ms(since.as_millis() as i64)
}

/// Opens the store of a folder.
pub(crate) fn open(dir: &Path) -> Arc<SqliteStore> {
    SqliteStore::open(SqliteOptions {
        dir: dir.to_owned(),
        sealer: Sealer::new([1; 32], Arc::new(SeededEntropy::new(1))),
    })
    .unwrap()
}

/// Makes a project with so many tenants, `t0` and on, of one endpoint each.
pub(crate) async fn project(
    store: &SqliteStore,
    entropy: &dyn Entropy,
    tenants: u64,
) -> (ProjectId, Vec<EndpointId>) {
    let id = ProjectId::new(now().ms(), entropy.ten());
    let project = Project {
        id,
        name: "measured".to_owned(),
        dialect: "standard".to_owned(),
        policy: PolicyOverride::default(),
        branding: Branding::default(),
        created_at: now(),
        updated_at: now(),
    };
    store
        .create_project(project, Vec::new(), None)
        .await
        .unwrap();
    let mut endpoints = Vec::new();
    for n in 0..tenants {
        let endpoint = endpoint(&format!("t{n}"), entropy);
        endpoints.push(endpoint.id);
        store.create_endpoint(id, endpoint, 9, None).await.unwrap();
    }
    (id, endpoints)
}

fn endpoint(tenant: &str, entropy: &dyn Entropy) -> Endpoint {
    Endpoint {
        id: EndpointId::new(now().ms(), entropy.ten()),
        tenant: TenantId::parse(tenant).unwrap(),
        url: "https://example.com/hook".to_owned(),
        events: vec![EventFilter::parse("*").unwrap()],
        filter: None,
        channels: Vec::new(),
        description: None,
        headers: Vec::new(),
        auth: None,
        tls: None,
        rate_limit: None,
        retry: None,
        timeout_ms: None,
        dialect: None,
        disabled: None,
        uid: None,
        failing_since: None,
        verification: Verification::default(),
        transform: None,
        metadata: serde_json::Map::new(),
        created_at: now(),
        updated_at: now(),
        secrets: Secrets::new(Secret::new("whsec_x".to_owned())),
    }
}

/// What a load has come to.
pub(crate) struct Load {
    /// How long each append took to be answered, microseconds, ascending.
    pub(crate) latencies: Vec<u64>,
    /// Appends answered a second.
    pub(crate) appended: f64,
    /// The same, up to when all outcomes were committed.
    pub(crate) recorded: f64,
    /// Processor time of the store's writer for each event, microseconds, where the system tells.
    pub(crate) writer_us: Option<f64>,
}

impl Load {
    /// The latency that this share of appends did not exceed, microseconds.
    pub(crate) fn at(&self, share: f64) -> u64 {
        let last = self.latencies.len().saturating_sub(1);
        self.latencies[(last as f64 * share) as usize]
    }

    /// In one line.
    pub(crate) fn line(&self) -> String {
        let writer = self
            .writer_us
            .map_or("?".to_owned(), |us| format!("{us:.1}"));
        format!(
            "{:.0} appended/s; {:.0} appended and recorded/s; append p50 {} us, p99 {} us, p99.9 {} us, max {} us; \
             writer {writer} us/event",
            self.appended,
            self.recorded,
            self.at(0.5),
            self.at(0.99),
            self.at(0.999),
            self.at(1.0),
        )
    }
}

/// Publishes to all tenants and records every outcome as a success, for `length`.
pub(crate) async fn load(
    store: &Arc<SqliteStore>,
    project: ProjectId,
    producers: u64,
    tenants: u64,
    length: Duration,
) -> Load {
    let stop = Arc::new(AtomicBool::new(false));
    let recorded = Arc::new(AtomicU64::new(0));
    let engine = tokio::spawn(record(Arc::clone(store), Arc::clone(&recorded)));
    let (begin, cpu) = (Instant::now(), writer_time());
    let publishers: Vec<_> = (0..producers)
        .map(|n| {
            let (store, stop) = (Arc::clone(store), Arc::clone(&stop));
            tokio::spawn(publish(store, project, n, n % tenants, stop))
        })
        .collect();
    tokio::time::sleep(length).await;
    stop.store(true, Ordering::Relaxed);
    let mut latencies = Vec::new();
    for publisher in publishers {
        latencies.extend(publisher.await.unwrap());
    }
    let count = latencies.len() as f64;
    let appended = count / begin.elapsed().as_secs_f64();
    while recorded.load(Ordering::Relaxed) < latencies.len() as u64 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.flush().await.unwrap();
    let whole = begin.elapsed().as_secs_f64();
    engine.abort();
    latencies.sort_unstable();
    let spent = cpu.zip(writer_time()).map(|(before, after)| after - before);
    Load {
        appended,
        recorded: count / whole,
        writer_us: spent.map(|spent| spent.as_secs_f64() * 1e6 / count),
        latencies,
    }
}

async fn publish(
    store: Arc<SqliteStore>,
    project: ProjectId,
    producer: u64,
    tenant: u64,
    stop: Arc<AtomicBool>,
) -> Vec<u64> {
    let entropy = SeededEntropy::new(producer + 100);
    let data: Box<str> = format!("\"{}\"", "x".repeat(1_000)).into();
    let tenant = TenantId::parse(&format!("t{tenant}")).unwrap();
    let mut latencies = Vec::new();
    while !stop.load(Ordering::Relaxed) {
        let event = new_event(project, tenant.clone(), &entropy, data.clone());
        let begin = Instant::now();
        store.append(vec![event], None).await.unwrap();
        latencies.push(begin.elapsed().as_micros() as u64);
    }
    latencies
}

/// An event of now.
pub(crate) fn new_event(
    project: ProjectId,
    tenant: TenantId,
    entropy: &dyn Entropy,
    data: Box<str>,
) -> NewEvent {
    let now = now();
    NewEvent {
        id: EventId::new(now.ms(), entropy.ten()),
        project,
        tenant,
        event_type: EventTypeName::parse("order.paid").unwrap(),
        source_id: None,
        fingerprint: [0; 32],
        occurred_at: None,
        created_at: now,
        deliver_at: None,
        ordering_key: None,
        schema_version: None,
        due: now,
        data,
        canonical_safe: true,
        extras: None,
    }
}

async fn record(store: Arc<SqliteStore>, recorded: Arc<AtomicU64>) {
    let entropy = SeededEntropy::new(2);
    let feed = store.feed();
    loop {
        for fresh in feed.next(1_000).await.fresh {
            for target in fresh.targets {
                let now = now();
                let record = Record {
                    event_key: fresh.event_key,
                    endpoint_key: target.endpoint,
                    delivery: target.delivery,
                    generation: 0,
                    ordering: fresh.ordering,
                    attempt: seed::attempt(now, &entropy),
                    done: Done {
                        extra: false,
                        began: now,
                        next: Next::Succeed,
                    },
                    ended: now,
                    disable: None,
                    pause_until: None,
                };
                store.record(Arc::new(record), Epoch(0)).await.unwrap();
                recorded.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// The processor time of the store's writer, which says more than the clock where others use the machine too.
fn writer_time() -> Option<Duration> {
    let tasks = std::fs::read_dir("/proc/self/task").ok()?;
    tasks.flatten().find_map(|task| {
        let name = std::fs::read_to_string(task.path().join("comm")).ok()?;
        let spent = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
        let writer = name.trim() == "store-writer";
        let ns = spent.split(' ').next()?.parse().ok()?;
        writer.then(|| Duration::from_nanos(ns))
    })
}

/// Memory of this process in use, MiB, where the system tells.
pub(crate) fn memory_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib / 1024)
}
