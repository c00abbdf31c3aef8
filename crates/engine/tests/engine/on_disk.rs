//! The engine on the real store: a SQLite file, its writer thread and its commits.
//!
//! Here tasks run on threads of their own, so these tests wait for requests and for the store's answers, never
//! for a time; the deadline of a minute only ends a test that has failed.

use std::{collections::HashMap, sync::Arc, time::Duration};

use nuncio_domain::{
    Branding, Clock, DeliveryId, DisabledBecause, Endpoint, EndpointId, Entropy, EventId,
    EventTypeName, ManualClock, PolicyOverride, Project, ProjectId, SeededEntropy, Selection,
    State, TenantId,
};
use nuncio_engine::{Drained, Engine, EngineOptions, Limits};
use nuncio_store::{
    Catalog, Ingest, Log, NewEvent, Page, Reach, Sealer, Work,
    sqlite::{SqliteOptions, SqliteStore},
};

use crate::support::{Call, EndpointSpec, FixedJitter, Receivers, START};

const PATIENCE: Duration = Duration::from_secs(60);

struct Disk {
    dir: tempfile::TempDir,
    clock: Arc<ManualClock>,
    entropy: Arc<SeededEntropy>,
    no_jitter: Arc<FixedJitter>,
    store: Arc<SqliteStore>,
    engine: Option<Engine>,
    receivers: Receivers,
    project: ProjectId,
}

fn open(dir: &tempfile::TempDir, entropy: &Arc<SeededEntropy>) -> Arc<SqliteStore> {
    SqliteStore::open(SqliteOptions {
        dir: dir.path().to_owned(),
        sealer: Sealer::new([7; 32], Arc::clone(entropy) as Arc<dyn Entropy>),
    })
    .expect("the folder is free")
}

impl Disk {
    async fn new() -> Self {
        let dir = tempfile::tempdir().expect("there is room");
        let entropy = Arc::new(SeededEntropy::new(3));
        let store = open(&dir, &entropy);
        let project = ProjectId::new(START.ms(), entropy.ten());
        let row = Project {
            id: project,
            name: "a project".to_owned(),
            dialect: "standard".to_owned(),
            policy: PolicyOverride::default(),
            branding: Branding::default(),
            created_at: START,
            updated_at: START,
        };
        store
            .create_project(row, Vec::new(), None)
            .await
            .expect("it is new");
        let mut disk = Self {
            dir,
            clock: Arc::new(ManualClock::new(START)),
            entropy,
            no_jitter: Arc::new(FixedJitter::new(0.0)),
            store,
            engine: None,
            receivers: Receivers::default(),
            project,
        };
        disk.start();
        disk
    }

    fn start(&mut self) {
        let options = EngineOptions {
            limits: Limits {
                lane_queue_max: 16,
                lane_burst_max: 16,
                lane_in_flight_max: 8,
                ..Limits::default()
            },
            user_agent: "Nuncio/test".to_owned(),
            origin: "sender.example".to_owned(),
            transformer: crate::support::transformer(),
        };
        self.engine = Some(Engine::start(
            options,
            Arc::clone(&self.store) as Arc<dyn Work>,
            Arc::new(self.receivers.transport(Arc::clone(&self.clock))),
            Arc::clone(&self.clock) as Arc<dyn Clock>,
            Arc::clone(&self.no_jitter) as Arc<dyn Entropy>,
        ));
    }

    /// A kill: nothing that was held is committed, no attempt ends.
    fn crash(&mut self) {
        self.engine = None;
        let store = Arc::clone(&self.store);
        store.crash();
        while self.receivers.try_next().is_some() {}
    }

    fn restart(&mut self) {
        self.store = open(&self.dir, &self.entropy);
        self.start();
    }

    async fn endpoint(&self) -> EndpointId {
        let sending = EndpointSpec::new(1, "standard").sending();
        let endpoint = Endpoint::clone(&sending.endpoint);
        let id = endpoint.id;
        self.store
            .create_endpoint(self.project, endpoint, 10, None)
            .await
            .expect("it is new");
        id
    }

    async fn set_disabled(&self, id: EndpointId, disabled: Option<DisabledBecause>) {
        let change = Box::new(move |endpoint: &mut Endpoint| {
            endpoint.disabled = disabled;
            Ok(())
        });
        self.store
            .update_endpoint(&reach(self.project), id, change, None)
            .await
            .expect("it is there");
    }

    fn event(&self) -> NewEvent {
        let now = self.clock.now();
        NewEvent {
            id: EventId::new(now.ms(), self.entropy.ten()),
            project: self.project,
            tenant: TenantId::parse("acme").expect("it is a tenant id"),
            event_type: EventTypeName::parse("order.paid").expect("it is a name"),
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

    /// Publishes events; returns their deliveries to the endpoint.
    async fn publish(&self, endpoint: EndpointId, count: usize) -> Vec<DeliveryId> {
        let events: Vec<_> = (0..count).map(|_| self.event()).collect();
        let ids = events
            .iter()
            .map(|event| DeliveryId::derive(event.id, endpoint, 0))
            .collect();
        let accepted = self
            .store
            .append(events, None)
            .await
            .expect("there is room");
        assert!(accepted.iter().all(Result::is_ok));
        ids
    }

    async fn call(&mut self) -> Call {
        tokio::time::timeout(PATIENCE, self.receivers.next())
            .await
            .expect("a request comes")
    }

    /// Waits until a delivery is as wanted: each look commits what the engine has handed over.
    async fn until(&self, delivery: DeliveryId, wanted: impl Fn(State) -> bool) {
        let is_so = async {
            while !wanted(self.states().await[&delivery]) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(PATIENCE, is_so)
            .await
            .expect("it gets there");
    }

    async fn states(&self) -> HashMap<DeliveryId, State> {
        states(&self.store, &reach(self.project)).await
    }
}

fn reach(project: ProjectId) -> Reach {
    Reach {
        project,
        tenant: None,
    }
}

/// Where all deliveries stand. To answer, the store commits what the engine has handed over.
async fn states(store: &SqliteStore, reach: &Reach) -> HashMap<DeliveryId, State> {
    let mut page = Page::first(250);
    let mut states = HashMap::new();
    loop {
        let slice = store
            .deliveries(reach, Selection::default(), page.clone())
            .await
            .expect("the store answers");
        states.extend(slice.items.iter().map(|row| (row.id, row.progress.state)));
        let Some(next) = slice.next else {
            return states;
        };
        page = Page::after(Some(next), 250);
    }
}

async fn all_final(store: &SqliteStore, reach: &Reach) {
    let pending = |state: &State| matches!(state, State::Pending { .. });
    while states(store, reach).await.values().any(pending) {
        tokio::task::yield_now().await;
    }
}

async fn answer_all(receivers: &mut Receivers) {
    loop {
        receivers.next().await.answer(200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_that_was_accepted_is_delivered_once() {
    let mut disk = Disk::new().await;
    let endpoint = disk.endpoint().await;
    let mut expected = Vec::new();
    for _ in 0..10 {
        expected.extend(disk.publish(endpoint, 30).await);
    }
    for _ in 0..300 {
        disk.call().await.answer(200);
    }
    let engine = disk.engine.take().expect("it runs");
    assert_eq!(engine.shutdown(PATIENCE).await.unwrap(), Drained::Whole);
    assert!(disk.receivers.try_next().is_none(), "nothing is repeated");
    let states = disk.states().await;
    assert_eq!(states.len(), 300);
    for delivery in expected {
        assert_eq!(states[&delivery], State::Succeeded);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crashes_in_mid_work_lose_nothing() {
    let mut disk = Disk::new().await;
    let endpoint = disk.endpoint().await;
    disk.publish(endpoint, 100).await;
    for _ in 0..4 {
        for _ in 0..15 {
            disk.call().await.answer(200);
        }
        disk.crash();
        disk.restart();
    }
    // What was held at a crash is sent again, so there is no telling how many requests are still to come.
    let (receivers, store, reach) = (&mut disk.receivers, &*disk.store, reach(disk.project));
    tokio::time::timeout(PATIENCE, async {
        tokio::select! {
            () = all_final(store, &reach) => {}
            () = answer_all(receivers) => {}
        }
    })
    .await
    .expect("it gets there");
    let states = disk.states().await;
    assert_eq!(states.len(), 100);
    assert!(states.values().all(|state| *state == State::Succeeded));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_comes_when_it_is_due_and_after_a_restart_too() {
    let mut disk = Disk::new().await;
    let endpoint = disk.endpoint().await;
    let delivery = disk.publish(endpoint, 1).await[0];
    disk.call().await.answer(503);
    disk.until(delivery, |state| {
        state
            == State::Pending {
                due: START + Duration::from_secs(5),
            }
    })
    .await;
    disk.store.flush().await.unwrap();
    disk.crash();
    disk.restart();
    disk.clock.advance(Duration::from_secs(5));
    let call = disk.call().await;
    assert_eq!(call.at, START + Duration::from_secs(5));
    call.answer(200);
    disk.until(delivery, |state| state == State::Succeeded)
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disabled_endpoint_gets_its_test_alone_and_the_rest_once_enabled() {
    let mut disk = Disk::new().await;
    let endpoint = disk.endpoint().await;
    disk.set_disabled(endpoint, Some(DisabledBecause::Requested))
        .await;
    let waiting = disk.publish(endpoint, 10).await;
    let test = disk
        .store
        .append_test(&reach(disk.project), disk.event(), endpoint, None)
        .await
        .expect("it is there");
    disk.call().await.answer(200);
    disk.until(test, |state| state == State::Succeeded).await;
    assert!(disk.receivers.try_next().is_none());

    disk.set_disabled(endpoint, None).await;
    for _ in &waiting {
        disk.call().await.answer(200);
    }
    for delivery in waiting {
        disk.until(delivery, |state| state == State::Succeeded)
            .await;
    }
}
