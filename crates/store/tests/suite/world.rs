//! The scene of most facts: a project with a tenant, time that stands still, and an engine played by hand.

use std::{
    fmt::Debug,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use nuncio_domain::{
    Attempt, AttemptId, Branding, DeadReason, DeliveryId, DisabledBecause, Done, Endpoint,
    EndpointId, Entropy, ErrorClass, EventFilter, EventId, EventType, EventTypeName, JobId, Next,
    OrderingKey, PolicyOverride, Progress, Project, ProjectId, Retry, Secret, Secrets,
    SeededEntropy, Selection, SourceId, State, TenantId, Timestamp, Timings, Trigger, Verification,
};
use nuncio_store::{
    Accepted, DeliveryRow, EndpointKey, Epoch, EventKey, EventTypePut, NewEvent, Notices,
    OrderingHash, Page, PageStart, Reach, Record, Refused, Slice, Store,
};

use super::Harness;

/// When the scene begins.
const BEGIN_MS: i64 = 1_800_000_000_000;

/// So many seconds after the scene's begin.
pub(crate) const fn at(s: i64) -> Timestamp {
    Timestamp::from_ms(BEGIN_MS + s * 1_000)
}

/// The scene.
pub(crate) struct World<H> {
    pub(crate) harness: H,
    pub(crate) project: ProjectId,
    pub(crate) tenant: TenantId,
    entropy: SeededEntropy,
    now_ms: AtomicI64,
}

/// An attempt that the engine could make.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) event: EventKey,
    pub(crate) endpoint: EndpointKey,
    pub(crate) delivery: DeliveryId,
    pub(crate) generation: u32,
    pub(crate) ordering: Option<OrderingHash>,
    pub(crate) progress: Progress,
}

pub(crate) fn tenant_id(text: &str) -> TenantId {
    TenantId::parse(text).unwrap()
}

pub(crate) fn type_name(text: &str) -> EventTypeName {
    EventTypeName::parse(text).unwrap()
}

/// Stores an event type in place of whatever is there.
pub(crate) async fn put_type<H: Harness>(world: &World<H>, event_type: EventType) {
    let store = world.store();
    let before = store
        .event_type(world.project, &event_type.name)
        .await
        .unwrap();
    let over = before.map(|before| before.schema_version);
    let put = EventTypePut { event_type, over };
    let put = store.put_event_types(world.project, vec![put]).await;
    put.unwrap();
}

/// All of a list, page by page from its beginning to its end; the pages on the way back have the same items.
pub(crate) async fn both_ways<T: Clone + Debug, K: Clone>(
    limit: usize,
    part: impl AsyncFn(Page<K>) -> Slice<T, K>,
) -> Vec<T> {
    let mut page = Page::first(limit);
    let (mut forth, mut is_first) = (Vec::new(), true);
    let (mut back, mut prev) = loop {
        let slice = part(page).await;
        assert!(slice.items.len() <= limit);
        assert_eq!(slice.prev.is_none(), is_first);
        is_first = false;
        forth.extend(slice.items.clone());
        match slice.next {
            Some(next) => page = Page::after(Some(next), limit),
            None => break (slice.items, slice.prev),
        }
    };
    while let Some(key) = prev {
        let start = PageStart::UpTo(key);
        let mut slice = part(Page { start, limit }).await;
        assert!(slice.items.len() <= limit && slice.next.is_some());
        slice.items.append(&mut back);
        (back, prev) = (slice.items, slice.prev);
    }
    assert_eq!(format!("{back:?}"), format!("{forth:?}"));
    forth
}

/// A page as long as can be.
pub(crate) const fn all<K>() -> Page<K> {
    Page::first(250)
}

impl<H: Harness> World<H> {
    /// A project of the default dialect with three attempts: at once, after a minute, after five.
    pub(crate) async fn new() -> Self {
        let entropy = SeededEntropy::new(7);
        let world = Self {
            harness: H::start().await,
            project: ProjectId::new(BEGIN_MS, entropy.ten()),
            tenant: tenant_id("acme"),
            entropy,
            now_ms: AtomicI64::new(BEGIN_MS),
        };
        let project = world.project_of("standard", world.project);
        world
            .store()
            .create_project(project, Vec::new(), None)
            .await
            .unwrap();
        world
    }

    pub(crate) fn store(&self) -> Arc<dyn Store> {
        self.harness.store()
    }

    /// A moment that is later than every one before.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_ms(self.now_ms.fetch_add(1, Ordering::Relaxed))
    }

    pub(crate) fn advance(&self, length: Duration) {
        let ms = i64::try_from(length.as_millis()).unwrap();
        self.now_ms.fetch_add(ms, Ordering::Relaxed);
    }

    pub(crate) fn ten(&self) -> [u8; 10] {
        self.entropy.ten()
    }

    pub(crate) fn job_id(&self) -> JobId {
        JobId::new(self.now().ms(), self.ten())
    }

    pub(crate) fn project_of(&self, dialect: &str, id: ProjectId) -> Project {
        Project {
            id,
            name: "a project".to_owned(),
            dialect: dialect.to_owned(),
            policy: PolicyOverride {
                retry: Some(Retry::Delays {
                    delays_s: vec![0, 60, 300],
                }),
                ..PolicyOverride::default()
            },
            branding: Branding::default(),
            created_at: at(0),
            updated_at: at(0),
        }
    }

    /// Another project like the first.
    pub(crate) async fn another_project(&self, dialect: &str) -> ProjectId {
        let id = ProjectId::new(self.now().ms(), self.ten());
        let project = self.project_of(dialect, id);
        self.store()
            .create_project(project, Vec::new(), None)
            .await
            .unwrap();
        id
    }

    /// The tenant's reach.
    pub(crate) fn reach(&self) -> Reach {
        self.reach_of("acme")
    }

    pub(crate) fn reach_of(&self, tenant: &str) -> Reach {
        Reach {
            project: self.project,
            tenant: Some(tenant_id(tenant)),
        }
    }

    /// The project's reach.
    pub(crate) fn whole(&self) -> Reach {
        Reach {
            project: self.project,
            tenant: None,
        }
    }

    pub(crate) fn new_endpoint(&self, tenant: &str, filters: &[&str]) -> Endpoint {
        let now = self.now();
        Endpoint {
            id: EndpointId::new(now.ms(), self.ten()),
            tenant: tenant_id(tenant),
            url: "https://example.com/hook".to_owned(),
            events: filters
                .iter()
                .map(|filter| EventFilter::parse(filter).unwrap())
                .collect(),
            filter: None,
            channels: Vec::new(),
            description: None,
            headers: vec![("x-token".to_owned(), "header-value-in-clear".to_owned())],
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
            created_at: now,
            updated_at: now,
            secrets: Secrets::new(Secret::new("whsec_secret-in-clear".to_owned())),
        }
    }

    /// An endpoint of acme's with a payload filter.
    pub(crate) async fn filtered(&self, types: &[&str], filter: &str) -> EndpointId {
        let endpoint = Endpoint {
            filter: Some(serde_json::from_str(filter).unwrap()),
            ..self.new_endpoint("acme", types)
        };
        let id = endpoint.id;
        self.store()
            .create_endpoint(self.project, endpoint, 50, None)
            .await
            .unwrap();
        self.notices().await;
        id
    }

    pub(crate) async fn endpoint_of(&self, tenant: &str, filters: &[&str]) -> EndpointId {
        let endpoint = self.new_endpoint(tenant, filters);
        let id = endpoint.id;
        self.store()
            .create_endpoint(self.project, endpoint, 50, None)
            .await
            .unwrap();
        self.notices().await;
        id
    }

    /// An endpoint of the tenant's that wants everything.
    pub(crate) async fn endpoint(&self) -> EndpointId {
        self.endpoint_of("acme", &["*"]).await
    }

    /// Disables or enables an endpoint.
    pub(crate) async fn set_disabled(&self, id: EndpointId, disabled: Option<DisabledBecause>) {
        let change = Box::new(move |endpoint: &mut Endpoint| {
            endpoint.disabled = disabled;
            Ok(())
        });
        self.store()
            .update_endpoint(&self.whole(), id, change, None)
            .await
            .unwrap();
    }

    pub(crate) fn new_event(&self, tenant: &str, kind: &str) -> NewEvent {
        let now = self.now();
        NewEvent {
            id: EventId::new(now.ms(), self.ten()),
            project: self.project,
            tenant: tenant_id(tenant),
            event_type: type_name(kind),
            source_id: None,
            fingerprint: [1; 32],
            occurred_at: None,
            created_at: now,
            deliver_at: None,
            ordering_key: None,
            schema_version: None,
            due: now,
            data: r#"{"n":1}"#.into(),
            canonical_safe: true,
            extras: None,
        }
    }

    pub(crate) fn with_source(&self, source_id: &str, fingerprint: u8) -> NewEvent {
        NewEvent {
            source_id: Some(SourceId::parse(source_id).unwrap()),
            fingerprint: [fingerprint; 32],
            ..self.new_event("acme", "order.paid")
        }
    }

    /// An event of the tenant's with an ordering key.
    pub(crate) fn ordered(&self, key: &str) -> NewEvent {
        NewEvent {
            ordering_key: Some(OrderingKey::parse(key).unwrap()),
            ..self.new_event("acme", "order.paid")
        }
    }

    pub(crate) async fn append(&self, event: NewEvent) -> Result<Accepted, Refused> {
        let mut results = self.store().append(vec![event], None).await.unwrap();
        assert_eq!(results.len(), 1);
        results.remove(0)
    }

    /// Publishes an event of the tenant's and returns its id.
    pub(crate) async fn publish(&self, kind: &str) -> EventId {
        let event = self.new_event("acme", kind);
        self.append(event).await.unwrap().id
    }

    /// What the feed says now, which may be nothing.
    pub(crate) async fn notices(&self) -> Notices {
        let feed = self.store().feed();
        tokio::select! {
            biased;
            notices = feed.next(usize::MAX) => notices,
            () = std::future::ready(()) => Notices::default(),
        }
    }

    /// Attempts that the feed hands on.
    pub(crate) async fn fresh(&self) -> Vec<Piece> {
        let notices = self.notices().await;
        let pieces = notices.fresh.iter().flat_map(|fresh| {
            fresh.targets.iter().map(|target| Piece {
                event: fresh.event_key,
                endpoint: target.endpoint,
                delivery: target.delivery,
                generation: 0,
                ordering: fresh.ordering,
                progress: Progress::new(fresh.due, Trigger::Schedule),
            })
        });
        pieces.collect()
    }

    /// Attempts that are due at an endpoint.
    pub(crate) async fn due(&self, endpoint: EndpointKey, now: Timestamp) -> Vec<Piece> {
        let batch = self
            .store()
            .due(endpoint, Epoch(0), now, 1_000)
            .await
            .unwrap();
        let pieces = batch.due.into_iter().map(|due| Piece {
            event: due.event_key,
            endpoint,
            delivery: due.delivery,
            generation: due.generation,
            ordering: due.ordering,
            progress: due.progress,
        });
        pieces.collect()
    }

    /// Attempts that are due anywhere.
    pub(crate) async fn due_anywhere(&self, now: Timestamp) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (endpoint, _) in self.store().due_endpoints().await.unwrap() {
            pieces.extend(self.due(endpoint, now).await);
        }
        pieces
    }

    /// Records an attempt's end.
    pub(crate) async fn finish(&self, piece: &Piece, next: Next) {
        let record = self.outcome(piece, next);
        self.store().record(record.into(), Epoch(0)).await.unwrap();
    }

    pub(crate) fn outcome(&self, piece: &Piece, next: Next) -> Record {
        let now = self.now();
        let delivered = next == Next::Succeed;
        let extra = piece.progress.is_extra(now);
        Record {
            event_key: piece.event,
            endpoint_key: piece.endpoint,
            delivery: piece.delivery,
            generation: piece.generation,
            ordering: piece.ordering,
            attempt: Attempt {
                id: AttemptId::new(now.ms(), self.ten()),
                number: piece.progress.attempts + 1,
                trigger: piece.progress.trigger_at(now),
                started_at: now,
                url: "https://example.com/hook".to_owned(),
                dialect_version: 1,
                transform_version: None,
                body_metadata: [("shop".to_owned(), "a.example".into())]
                    .into_iter()
                    .collect(),
                request_headers: nuncio_domain::Headers::from_iter([("webhook-id", "msg_1")]),
                status_code: Some(if delivered { 200 } else { 500 }),
                response_headers: nuncio_domain::Headers::from_iter([("server", "test")]),
                response_body: b"answered-body".to_vec(),
                response_body_truncated: false,
                error: (!delivered).then_some(ErrorClass::STATUS),
                error_detail: (!delivered).then(|| "status 500".to_owned()),
                timings: Timings {
                    total_us: 1_500,
                    first_byte_us: Some(1_200),
                    ..Timings::default()
                },
            },
            done: Done {
                extra,
                began: now,
                next,
            },
            ended: now,
            disable: None,
            pause_until: None,
        }
    }

    /// Makes an event whose delivery to the only endpoint that wants it ends as `next` says.
    pub(crate) async fn ended(&self, kind: &str, next: Next) -> DeliveryId {
        self.publish(kind).await;
        let pieces = self.fresh().await;
        assert_eq!(pieces.len(), 1, "one endpoint wants {kind}");
        self.finish(&pieces[0], next).await;
        pieces[0].delivery
    }

    pub(crate) async fn dead(&self, kind: &str) -> DeliveryId {
        self.ended(kind, Next::Die(DeadReason::Exhausted)).await
    }

    pub(crate) async fn succeeded(&self, kind: &str) -> DeliveryId {
        self.ended(kind, Next::Succeed).await
    }

    pub(crate) async fn row(&self, id: DeliveryId) -> DeliveryRow {
        self.store().delivery(&self.whole(), id).await.unwrap().row
    }

    pub(crate) async fn state(&self, id: DeliveryId) -> State {
        self.row(id).await.progress.state
    }

    /// All deliveries of a selection, page by page.
    pub(crate) async fn list(
        &self,
        reach: &Reach,
        selection: Selection,
        limit: usize,
    ) -> Vec<DeliveryRow> {
        both_ways(limit, async |page| {
            let store = self.store();
            let deliveries = store.deliveries(reach, selection.clone(), page).await;
            deliveries.unwrap()
        })
        .await
    }

    pub(crate) async fn in_state(&self, status: &str) -> Vec<DeliveryId> {
        let selection = Selection {
            status: Some(status.to_owned()),
            ..Selection::default()
        };
        let rows = self.list(&self.whole(), selection, 100).await;
        rows.iter().map(|row| row.id).collect()
    }

    /// Carries a job on to its end and says in how many steps.
    pub(crate) async fn carry_out(&self, job: JobId) -> usize {
        let mut steps = 0;
        loop {
            steps += 1;
            let state = self.store().job_step(job, self.now()).await.unwrap();
            if state.is_over() {
                return steps;
            }
        }
    }
}
