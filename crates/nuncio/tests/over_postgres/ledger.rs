//! Load, and the ledger: what was answered 202 against what arrived, and in the end against what the server says of itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinSet};

use crate::support::{
    api::{Api, text},
    server::Server,
    sink::{Arrival, Sink},
    wait::{eventually, pause, within},
};

const PUBLISHERS: usize = 8;
/// Answers of 202 between two faults.
const BETWEEN: usize = 150;
/// Faults of a test, unless `NUNCIO_TEST_FAULTS` says how many.
const FAULTS: usize = 3;

/// How many faults a test makes.
pub(crate) fn faults() -> usize {
    let wanted = std::env::var_os("NUNCIO_TEST_FAULTS");
    wanted.map_or(FAULTS, |wanted| {
        let wanted = wanted.to_str().expect("UTF-8");
        wanted.parse().expect("a number")
    })
}

/// What the publishers share.
pub(crate) struct Load {
    pub(crate) project: Api,
    next: AtomicUsize,
    enough: AtomicBool,
    accepted: watch::Sender<usize>,
    refused: watch::Sender<usize>,
    /// The server's id of each event that was answered 202, by the number in its data.
    ids: Mutex<BTreeMap<usize, String>>,
}

impl Load {
    async fn publish_all(self: Arc<Self>) {
        while !self.enough.load(Ordering::Relaxed) {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            let once = self.project.once(&format!("load-{n}"));
            let body = json!({ "tenant": "acme", "type": "load.event", "data": { "n": n } });
            let answer = loop {
                match once.try_post("/v1/events", body.clone()).await {
                    Some(reply) if reply.status == 503 => {
                        self.refused.send_modify(|count| *count += 1);
                    }
                    Some(reply) => break reply.expect(202),
                    None => {}
                }
                pause().await;
            };
            let before = self.ids().insert(n, text(&answer, "id"));
            assert_eq!(before, None);
            self.accepted.send_modify(|count| *count += 1);
        }
    }

    fn ids(&self) -> MutexGuard<'_, BTreeMap<usize, String>> {
        self.ids.lock().expect("no one panics with it")
    }

    /// Waits until so many more have been answered 202.
    pub(crate) async fn more(&self, count: usize) {
        let enough = *self.accepted.borrow() + count;
        let mut accepted = self.accepted.subscribe();
        within("the load goes on", accepted.wait_for(|n| *n >= enough))
            .await
            .expect("the sender lives");
    }

    /// Waits until one more is refused with 503.
    pub(crate) async fn refusal(&self) {
        let enough = *self.refused.borrow() + 1;
        let mut refused = self.refused.subscribe();
        within("events are refused", refused.wait_for(|n| *n >= enough))
            .await
            .expect("the sender lives");
    }
}

/// Publishes all the while, makes the faults in turn, and holds the ledger against everything: each event that was
/// answered 202 is there once, and came to each endpoint once, but for attempts that failed.
pub(crate) async fn survives(
    server: &Server,
    faults: usize,
    mut fault: impl AsyncFnMut(&Load, usize),
) {
    let receiver = Sink::start(|path, before| match path {
        "/tenth" if before % 10 == 9 => Some(500),
        _ => Some(200),
    });
    let project = server.admin().new_project("standard", json!({})).await;
    let mut endpoints = BTreeMap::new();
    for path in ["/healthy", "/tenth"] {
        let endpoint = project.new_endpoint(json!({
            "tenant": "acme",
            "url": format!("{}{path}", receiver.url),
            "events": ["*"],
            // Long enough that a delivery can't meet with every tenth request each time.
            "retry": { "delays_s": [0, 1, 1, 1, 1, 1, 1, 1, 1] },
        }));
        endpoints.insert(path, endpoint.await.id);
    }
    let load = Arc::new(Load {
        project,
        next: AtomicUsize::new(0),
        enough: AtomicBool::new(false),
        accepted: watch::Sender::new(0),
        refused: watch::Sender::new(0),
        ids: Mutex::default(),
    });
    let mut publishers = JoinSet::new();
    for _ in 0..PUBLISHERS {
        publishers.spawn(Arc::clone(&load).publish_all());
    }
    for number in 0..faults {
        load.more(BETWEEN / 2).await;
        fault(load.as_ref(), number).await;
        load.more(BETWEEN / 2).await;
    }
    load.enough.store(true, Ordering::Relaxed);
    within("the publishers end", publishers.join_all()).await;
    eventually("nothing is pending", async || {
        let pending = load
            .project
            .get("/v1/deliveries?status=pending&limit=1")
            .await;
        let pending = (pending.status == 200).then(|| pending.expect(200))?;
        pending["data"].as_array()?.is_empty().then_some(())
    })
    .await;
    check(&load, &endpoints, &receiver.arrivals()).await;
}

async fn check(load: &Load, endpoints: &BTreeMap<&str, String>, arrivals: &[Arrival]) {
    let ids = load.ids().clone();
    assert_eq!(ids.len(), load.next.load(Ordering::Relaxed), "all answered");
    let accepted: BTreeSet<String> = ids.values().cloned().collect();
    assert_eq!(accepted.len(), ids.len(), "each got an id of its own");
    let stored: BTreeSet<String> = load.project.all("/v1/events").await.into_keys().collect();
    assert_eq!(lost(&accepted, &stored), 0, "answered events are lost");
    assert_eq!(lost(&stored, &accepted), 0, "events nobody was told of");

    let mut expected = BTreeSet::new();
    for id in &accepted {
        expected.extend(endpoints.values().map(|to| (id.clone(), to.clone())));
    }
    let deliveries = load.project.all("/v1/deliveries").await;
    let target = |delivery: &Value| (text(delivery, "event"), text(delivery, "endpoint"));
    let found: BTreeSet<_> = deliveries.values().map(target).collect();
    assert_eq!(found.len(), deliveries.len(), "a target has two deliveries");
    assert_eq!(lost(&expected, &found), 0, "deliveries are missing");
    for delivery in deliveries.values() {
        assert_eq!(delivery["status"], "succeeded", "{delivery}");
    }

    let mut taken: BTreeMap<(String, String), usize> = BTreeMap::new();
    for arrival in arrivals.iter().filter(|one| one.status == Some(200)) {
        let body: Value = serde_json::from_str(arrival.text()).expect("JSON");
        let n = body["data"]["n"].as_u64().expect("a number") as usize;
        let event = ids.get(&n).expect("it was answered");
        assert_eq!(arrival.header("webhook-id"), event);
        let to = endpoints[arrival.path.as_str()].clone();
        *taken.entry((event.clone(), to)).or_default() += 1;
    }
    let arrived: BTreeSet<_> = taken.keys().cloned().collect();
    assert_eq!(lost(&expected, &arrived), 0, "deliveries did not arrive");
    // The server lives on, and remembers what it has sent: nothing is sent again.
    let twice = taken.values().filter(|count| **count > 1).count();
    println!(
        "ledger: {} events answered, {} stored, {} deliveries, {} arrived, 0 lost, {twice} twice; {} refusals",
        accepted.len(),
        stored.len(),
        deliveries.len(),
        arrived.len(),
        *load.refused.borrow(),
    );
    assert_eq!(twice, 0, "deliveries that succeeded were made twice");
}

fn lost<T: Ord>(expected: &BTreeSet<T>, found: &BTreeSet<T>) -> usize {
    expected.difference(found).count()
}
