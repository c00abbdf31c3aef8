//! `kill -9` in mid-load, twenty times, with a ledger of its own: what was answered 202 against what arrived, and
//! in the end against what the server says of itself.

mod support;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use support::{
    api::{Api, text},
    server::Installation,
    sink::{Arrival, Closed, Sink},
    wait::{eventually, within},
};
use tokio::{sync::watch, task::JoinSet, time::Instant};

const KILLS: usize = 20;
/// Answers of 202 in the servers' lives, by turns: a short life ends before the server has recorded anything, a
/// long one gives it time to.
const LIVES: [usize; 2] = [50, 550];
const PUBLISHERS: usize = 8;
/// Published altogether; the rest after the last kill.
const EVENTS: usize = KILLS / 2 * (LIVES[0] + LIVES[1]) + 100;
/// Every so many events, one goes to the endpoints that are down.
const RARE: usize = 200;
/// Every so many events, one has an ordering key: that of its publisher, who publishes one after the other.
const ORDERED: usize = 6;
/// How far from a kill something may have arrived that arrives again: before it, when the answer was not recorded
/// yet, or after it, when the request was still on its way. The server records within 100 ms; the rest is for a
/// machine that is busy with other things.
const NEAR_A_KILL: Duration = Duration::from_millis(200);

/// What the publishers know.
#[derive(Default)]
struct Ledger {
    /// The server's id of each event that was answered 202, by the number in its data.
    accepted: BTreeMap<usize, String>,
    /// Deliveries made by replays that were answered 202, with their event.
    replays: BTreeMap<String, String>,
    /// The events with an ordering key by key, in the order of their publication, by the numbers in their data.
    ordered: BTreeMap<String, Vec<usize>>,
}

/// What the tasks share.
struct Load {
    project: Api,
    /// Address of the server that runs now.
    server: watch::Sender<String>,
    next: AtomicUsize,
    accepted: watch::Sender<usize>,
    ledger: Mutex<Ledger>,
    healthy: String,
}

impl Load {
    /// Posts until there is an answer, with the same idempotency key, to whichever server runs.
    async fn post_until_answered(&self, once: &str, path: &str, body: &Value) -> Value {
        let mut server = self.server.subscribe();
        loop {
            let address = server.borrow_and_update().clone();
            let api = self.project.at(&address).once(once);
            if let Some(reply) = api.try_post(path, body.clone()).await {
                return reply.expect(202);
            }
            within("a new server after the kill", server.changed())
                .await
                .expect("the sender lives in self");
        }
    }

    /// Publishes events one after the other until all have been taken by someone.
    async fn publish_all(self: Arc<Self>, publisher: usize) {
        loop {
            let n = self.next.fetch_add(1, Ordering::Relaxed);
            if n >= EVENTS {
                return;
            }
            let key = is_ordered(n).then(|| format!("publisher-{publisher}"));
            let event = self.publish(n, key).await;
            if is_replayed(n) {
                self.replay(n, &event).await;
            }
        }
    }

    async fn publish(&self, n: usize, key: Option<String>) -> String {
        let kind = if n.is_multiple_of(RARE) {
            "rare.event"
        } else {
            "load.event"
        };
        let mut body = json!({ "tenant": "acme", "type": kind, "data": { "n": n } });
        if let Some(id) = source_id(n) {
            body["id"] = id.into();
        }
        if let Some(key) = key {
            body["ordering_key"] = key.clone().into();
            self.ledger().ordered.entry(key).or_default().push(n);
        }
        let answer = self
            .post_until_answered(&format!("publish-{n}"), "/v1/events", &body)
            .await;
        let event = text(&answer, "id");
        let before = self.ledger().accepted.insert(n, event.clone());
        assert_eq!(before, None);
        self.accepted.send_modify(|count| *count += 1);
        event
    }

    async fn replay(&self, n: usize, event: &str) {
        let path = format!("/v1/events/{event}/replay");
        let body = json!({ "endpoint": self.healthy });
        let answer = self
            .post_until_answered(&format!("replay-{n}"), &path, &body)
            .await;
        let deliveries = answer["deliveries"].as_array().expect("the new ones");
        assert_eq!(deliveries.len(), 1, "{answer}");
        let id = text(&deliveries[0], "id");
        self.ledger().replays.insert(id, event.to_owned());
    }

    fn ledger(&self) -> std::sync::MutexGuard<'_, Ledger> {
        self.ledger.lock().expect("no one panics with it")
    }
}

/// Whether an event is replayed while the load goes on. Only around the short lives: a replay makes the server write
/// down all outcomes that it holds, and in the long ones it is to do so by itself.
fn is_replayed(n: usize) -> bool {
    n % (LIVES[0] + LIVES[1]) < LIVES[0] && n.is_multiple_of(5)
}

/// Whether an event has an ordering key. None that is replayed: a replay is outside of the order.
fn is_ordered(n: usize) -> bool {
    n.is_multiple_of(ORDERED) && !is_replayed(n)
}

/// Half of the events have an id of the publisher's own: the idempotency key alone must do, too.
fn source_id(n: usize) -> Option<String> {
    n.is_multiple_of(2).then(|| format!("source-{n}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_kills_lose_nothing_and_double_no_event() {
    let installation = Installation::with_plain_http().log("warn");
    let mut server = installation.start().await;
    let receiver = Sink::start(|path, before| match path {
        "/tenth" if before % 10 == 9 => Some(500),
        _ => Some(200),
    });
    let down = Closed::new();
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoints = make_endpoints(&project, &receiver.url, &down.url()).await;

    let load = Arc::new(Load {
        project,
        server: watch::Sender::new(server.url.clone()),
        next: AtomicUsize::new(0),
        accepted: watch::Sender::new(0),
        ledger: Mutex::default(),
        healthy: endpoints["/healthy"].clone(),
    });
    let mut publishers = JoinSet::new();
    for publisher in 0..PUBLISHERS {
        publishers.spawn(Arc::clone(&load).publish_all(publisher));
    }
    let toggled = format!("/v1/endpoints/{}", endpoints["/toggled"]);
    let mut kills = Vec::new();
    let mut enough = 0;
    for kill in 0..KILLS {
        enough += LIVES[kill % LIVES.len()];
        let mut accepted = load.accepted.subscribe();
        within("the load goes on", accepted.wait_for(|n| *n >= enough))
            .await
            .expect("the sender lives");
        kills.push(Instant::now());
        server.kill().await;
        server = installation.start().await;
        load.server.send_replace(server.url.clone());
        let switch = if kill % 4 < 2 { "disable" } else { "enable" };
        let project = load.project.at(&server.url);
        project
            .post(&format!("{toggled}/{switch}"), json!({}))
            .await
            .expect(200);
    }
    within("all is published", publishers.join_all()).await;

    let project = load.project.at(&server.url);
    project
        .post(&format!("{toggled}/enable"), json!({}))
        .await
        .expect(200);
    let back = down.open(|_, _| Some(200));
    eventually("nothing is pending", async || {
        let pending = project.get("/v1/deliveries?status=pending&limit=1").await;
        pending.expect(200)["data"]
            .as_array()?
            .is_empty()
            .then_some(())
    })
    .await;

    let records = Records::read(&project).await;
    let ledger = load.ledger();
    assert_eq!(ledger.accepted.len(), EVENTS);
    records.check_events(&ledger);
    records.check_deliveries(&ledger, &endpoints);
    let mut arrivals = receiver.arrivals();
    arrivals.extend(back.arrivals());
    records.check_arrivals(&arrivals, &ledger, &endpoints);
    check_no_event_is_doubled(&arrivals, &ledger);
    check_order(&arrivals, &ledger);
    check_repeats_are_of_the_kills(&arrivals, &ledger, &kills);
}

/// Endpoint ids by path.
async fn make_endpoints(project: &Api, up: &str, down: &str) -> BTreeMap<&'static str, String> {
    // Longer than all kills take on a busy machine.
    let patient = vec![5; 30];
    let mut endpoints = BTreeMap::new();
    for (path, server, filter, delays) in [
        ("/healthy", up, "*", json!([0])),
        // Long enough that a delivery can't meet with every tenth request each time.
        ("/tenth", up, "*", json!([0, 1, 1, 1, 1, 1, 1, 1, 1])),
        ("/toggled", up, "*", json!([0])),
        ("/down/short", down, "rare.*", json!([0])),
        ("/down/long", down, "rare.*", json!(patient)),
    ] {
        let body = json!({
            "tenant": "acme",
            "url": format!("{server}{path}"),
            "events": [filter],
            "retry": { "delays_s": delays },
        });
        endpoints.insert(path, project.new_endpoint(body).await.id);
    }
    endpoints
}

/// What the server says in the end.
struct Records {
    events: BTreeMap<String, Value>,
    by_status: BTreeMap<&'static str, BTreeMap<String, Value>>,
    all: BTreeMap<String, Value>,
}

impl Records {
    async fn read(project: &Api) -> Self {
        let mut by_status = BTreeMap::new();
        for status in ["pending", "succeeded", "dead", "cancelled"] {
            let path = format!("/v1/deliveries?status={status}");
            by_status.insert(status, project.all(&path).await);
        }
        Self {
            events: project.all("/v1/events").await,
            by_status,
            all: project.all("/v1/deliveries").await,
        }
    }

    fn check_events(&self, ledger: &Ledger) {
        let recorded: BTreeSet<_> = self.events.keys().collect();
        let accepted: BTreeSet<_> = ledger.accepted.values().collect();
        assert_eq!(
            accepted.len(),
            EVENTS,
            "no two publishes got the same event"
        );
        check_same("events", &accepted, &recorded);
    }

    /// The lists by status are disjoint and complete, and hold exactly what the ledger expects.
    fn check_deliveries(&self, ledger: &Ledger, endpoints: &BTreeMap<&str, String>) {
        let mut listed = BTreeSet::new();
        for (status, deliveries) in &self.by_status {
            for (id, delivery) in deliveries {
                assert_eq!(delivery["status"], *status);
                assert!(listed.insert(id.clone()), "{id} is in two lists");
            }
        }
        let all: BTreeSet<_> = self.all.keys().cloned().collect();
        check_same("deliveries by status", &all, &listed);
        for replay in ledger.replays.keys() {
            assert!(listed.contains(replay), "replay {replay} is lost");
        }
        let found: Vec<_> = self.all.values().map(target).collect();
        let targets: BTreeSet<_> = found.iter().cloned().collect();
        check_same("deliveries", &expected(ledger, endpoints), &targets);
        assert_eq!(found.len(), targets.len(), "a target has two deliveries");
    }

    /// A delivery has succeeded if and only if its receiver took it.
    fn check_arrivals(
        &self,
        arrivals: &[Arrival],
        ledger: &Ledger,
        endpoints: &BTreeMap<&str, String>,
    ) {
        let taken: BTreeSet<(String, String)> = arrivals
            .iter()
            .filter(|arrival| arrival.status == Some(200))
            .map(|arrival| {
                let event = &ledger.accepted[&number(arrival)];
                (event.clone(), endpoints[arrival.path.as_str()].clone())
            })
            .collect();
        let succeeded: BTreeSet<(String, String)> = self.by_status["succeeded"]
            .values()
            .map(|delivery| (text(delivery, "event"), text(delivery, "endpoint")))
            .collect();
        check_same("succeeded deliveries", &taken, &succeeded);
        assert!(self.by_status["pending"].is_empty());
        assert!(self.by_status["cancelled"].is_empty());
        let short = &endpoints["/down/short"];
        for dead in self.by_status["dead"].values() {
            assert_eq!(
                dead["endpoint"], **short,
                "only the short schedule ends: {dead}"
            );
        }
    }
}

/// Names a few of those that are in one set only: thousands would say no more.
fn check_same<T: Ord + Debug>(what: &str, expected: &BTreeSet<T>, found: &BTreeSet<T>) {
    let some = |here: &BTreeSet<T>, not_here: &BTreeSet<T>| {
        let difference: Vec<_> = here.difference(not_here).collect();
        let shown = difference.len().min(3);
        format!("{}, such as {:?}", difference.len(), &difference[..shown])
    };
    assert!(
        expected == found,
        "{what} lost: {}; unexpected: {}",
        some(expected, found),
        some(found, expected)
    );
}

/// Event, endpoint, and whether it is a replay.
type Target = (String, String, bool);

fn target(delivery: &Value) -> Target {
    let replay = !delivery["replay_of"].is_null();
    (text(delivery, "event"), text(delivery, "endpoint"), replay)
}

fn expected(ledger: &Ledger, endpoints: &BTreeMap<&str, String>) -> BTreeSet<Target> {
    let mut expected = BTreeSet::new();
    for (n, event) in &ledger.accepted {
        for (path, endpoint) in endpoints {
            if !path.starts_with("/down") || n.is_multiple_of(RARE) {
                expected.insert((event.clone(), endpoint.clone(), false));
            }
        }
    }
    for event in ledger.replays.values() {
        expected.insert((event.clone(), endpoints["/healthy"].clone(), true));
    }
    expected
}

/// The number in the data of what arrived.
fn number(arrival: &Arrival) -> usize {
    let body: Value = serde_json::from_str(arrival.text()).expect("JSON");
    body["data"]["n"].as_u64().expect("a number") as usize
}

/// Whatever arrives of one publish has one event id: the publisher's, or the one that was answered.
fn check_no_event_is_doubled(arrivals: &[Arrival], ledger: &Ledger) {
    for arrival in arrivals {
        let n = number(arrival);
        let id = source_id(n).unwrap_or_else(|| ledger.accepted[&n].clone());
        assert_eq!(arrival.header("webhook-id"), id, "event {n}");
    }
}

/// The events of a key came to each endpoint for the first time in the order of their publication.
fn check_order(arrivals: &[Arrival], ledger: &Ledger) {
    let mut first: BTreeMap<(&str, usize), Instant> = BTreeMap::new();
    for arrival in arrivals {
        let key = (arrival.path.as_str(), number(arrival));
        let at = first.entry(key).or_insert(arrival.at);
        *at = arrival.at.min(*at);
    }
    let paths: BTreeSet<_> = first.keys().map(|(path, _)| *path).collect();
    for path in paths {
        for (key, published) in &ledger.ordered {
            let came = published
                .iter()
                .filter_map(|n| Some((first.get(&(path, *n))?, n)));
            let came: Vec<_> = came.collect();
            assert!(
                came.is_sorted(),
                "the events of {key} came to {path} like this: {came:?}"
            );
        }
    }
}

/// What was taken twice was taken the first time near a kill.
fn check_repeats_are_of_the_kills(arrivals: &[Arrival], ledger: &Ledger, kills: &[Instant]) {
    let mut taken: BTreeMap<(&str, usize), Vec<Instant>> = BTreeMap::new();
    for arrival in arrivals
        .iter()
        .filter(|arrival| arrival.status == Some(200))
    {
        let key = (arrival.path.as_str(), number(arrival));
        taken.entry(key).or_default().push(arrival.at);
    }
    let replayed: BTreeSet<&String> = ledger.replays.values().collect();
    for ((path, n), times) in taken {
        if path == "/healthy" && replayed.contains(&ledger.accepted[&n]) {
            continue;
        }
        for pair in times.windows(2) {
            let excused = kills.iter().any(|kill| {
                let on_its_way = (*kill..=*kill + NEAR_A_KILL).contains(&pair[0]);
                let not_recorded = (pair[0]..=pair[0] + NEAR_A_KILL).contains(kill);
                on_its_way || (not_recorded && *kill <= pair[1])
            });
            assert!(
                excused,
                "event {n} came to {path} again, and no kill was near"
            );
        }
    }
}
