//! History for a server that was never run: finished deliveries of long ago, written through the store itself.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::{Context, ensure};
use nuncio_domain::{
    Attempt, AttemptId, Chance, Clock, Done, Endpoint, EndpointId, EventFilter, EventId,
    EventTypeName, Next, PolicyOverride, Project, ProjectId, Secret, Secrets, TenantId, Timestamp,
    Timings, Trigger,
};
use nuncio_store::{
    Catalog, Feed, Fresh, Ingest, NewEvent, Record, Sealer, Work,
    sqlite::{SqliteOptions, SqliteStore},
};

use crate::{
    bench::{payload, server::MASTER_KEY, signature::SECRET},
    config,
    system::{SystemChance, SystemClock},
};

/// Events of one commit.
const BATCH: u64 = 1_000;
/// The history goes back so much further than a project keeps: all of it is to be deleted.
const AGE: Duration = Duration::from_secs(400 * 24 * 60 * 60);

/// The project that the history is of.
pub(super) struct Seeded {
    pub(super) project: ProjectId,
    /// No event of it is from this time or later.
    pub(super) before: Timestamp,
}

/// Writes `deliveries` deliveries, each of an event of its own with data of `payload_bytes`, into a data folder.
///
/// # Errors
/// The store refuses.
pub(super) async fn seed(
    data: &Path,
    deliveries: u64,
    payload_bytes: usize,
) -> anyhow::Result<Seeded> {
    config::make_private_dir(data)?;
    let master = config::parse_hex(MASTER_KEY).context("the bench's own master key is none")?;
    let store = SqliteStore::open(SqliteOptions {
        dir: data.to_owned(),
        sealer: Sealer::new(master, Arc::new(SystemChance)),
    })?;
    let begin = SystemClock::new().now() - AGE;
    let project = project(&store, begin).await?;
    let data: Box<str> = payload::data(payload_bytes).into();
    let feed = store.feed();
    let mut left = deliveries;
    let mut at = begin;
    while left > 0 {
        let count = left.min(BATCH);
        left -= count;
        at = at + Duration::from_millis(1);
        let events = (0..count).map(|_| event(project, at, data.clone()));
        let events = events.collect::<anyhow::Result<_>>()?;
        store.append(events, None).await?;
        finish(&store, &feed, count, at).await?;
    }
    store.flush().await?;
    store.shutdown().await?;
    Ok(Seeded {
        project,
        before: at + Duration::from_secs(1),
    })
}

/// Records a success for each of the next `count` deliveries.
async fn finish(store: &SqliteStore, feed: &Feed, count: u64, at: Timestamp) -> anyhow::Result<()> {
    let mut finished = 0;
    while finished < count {
        let notices = feed.next(BATCH as usize).await;
        ensure!(notices.due.is_empty(), "the store's feed overflows");
        for fresh in notices.fresh {
            finished += fresh.targets.len() as u64;
            for record in successes(&fresh, at) {
                store.record(Arc::new(record)).await?;
            }
        }
    }
    Ok(())
}

fn successes(fresh: &Fresh, at: Timestamp) -> impl Iterator<Item = Record> {
    fresh.targets.iter().map(move |target| Record {
        event_key: fresh.event_key,
        endpoint_key: target.endpoint,
        delivery: target.delivery,
        generation: 0,
        ordering: None,
        attempt: attempt(at),
        done: Done {
            extra: false,
            began: at,
            next: Next::Succeed,
        },
        ended: at,
        disable: None,
    })
}

async fn project(store: &SqliteStore, at: Timestamp) -> anyhow::Result<ProjectId> {
    let id = ProjectId::new(at.ms(), SystemChance.ten());
    let project = Project {
        id,
        name: "bench".to_owned(),
        dialect: "standard".to_owned(),
        policy: PolicyOverride::default(),
        created_at: at,
        updated_at: at,
    };
    store.create_project(project, Vec::new(), None).await?;
    let endpoint = Endpoint {
        id: EndpointId::new(at.ms(), SystemChance.ten()),
        tenant: TenantId::parse("history")?,
        url: "http://127.0.0.1:1/history".to_owned(),
        events: vec![EventFilter::parse("*")?],
        description: None,
        headers: Vec::new(),
        rate_limit: None,
        retry: None,
        timeout_ms: None,
        dialect: None,
        disabled: None,
        failing_since: None,
        metadata: serde_json::Map::new(),
        created_at: at,
        updated_at: at,
        secrets: Secrets::new(Secret::new(SECRET.to_owned())),
    };
    store.create_endpoint(id, endpoint, 1, None).await?;
    Ok(id)
}

fn event(project: ProjectId, at: Timestamp, data: Box<str>) -> anyhow::Result<NewEvent> {
    Ok(NewEvent {
        id: EventId::new(at.ms(), SystemChance.ten()),
        project,
        tenant: TenantId::parse("history")?,
        event_type: EventTypeName::parse("bench.history")?,
        source_id: None,
        fingerprint: [0; 32],
        occurred_at: None,
        created_at: at,
        deliver_at: None,
        ordering_key: None,
        due: at,
        data,
        canonical_safe: true,
    })
}

fn attempt(at: Timestamp) -> Attempt {
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Attempt {
        id: AttemptId::new(at.ms(), SystemChance.ten()),
        number: 1,
        trigger: Trigger::Schedule,
        started_at: at,
        url: "http://127.0.0.1:1/history".to_owned(),
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
        response_headers: vec![header("content-length", "0")],
        response_body: Vec::new(),
        response_body_truncated: false,
        error: None,
        error_detail: None,
        timings: Timings {
            total_us: 900,
            ..Timings::default()
        },
    }
}
