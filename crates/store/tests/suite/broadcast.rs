//! One event to many tenants.

use std::{collections::BTreeMap, sync::Arc};

use nuncio_domain::{
    Broadcast, Channel, Endpoint, Extras, Job, JobId, JobKind, JobState, SourceId, Tenant,
};
use nuncio_store::{EventQuery, Page};
use serde_json::{Value, json};

use super::{
    Harness,
    world::{World, tenant_id, type_name},
};

fn broadcast(metadata: Option<Value>, id: Option<&str>) -> Broadcast {
    Broadcast {
        event_type: type_name("news.posted"),
        data: Some(r#"{"n": 1}"#.to_owned()),
        source_id: id.map(|id| SourceId::parse(id).unwrap()),
        occurred_at: None,
        deliver_at: None,
        ordering_key: None,
        schema_version: None,
        extras: None,
        metadata: metadata.and_then(|metadata| metadata.as_object().cloned()),
        up_to: 0,
    }
}

async fn start<H: Harness>(world: &World<H>, broadcast: Broadcast) -> Job {
    let job = Job {
        id: world.job_id(),
        kind: JobKind::Broadcast(broadcast),
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    let whole = world.whole();
    world.node().start_job(&whole, job, None).await.unwrap()
}

async fn put<H: Harness>(world: &World<H>, tenant: &str, metadata: Value) {
    let change = Box::new(move |tenant: &mut Tenant| {
        tenant.metadata = metadata.as_object().cloned().unwrap_or_default();
        Ok(())
    });
    let (id, now) = (tenant_id(tenant), world.now());
    let put = world
        .node()
        .put_tenant(world.project, id, now, change)
        .await;
    put.unwrap();
}

/// How many events of the broadcast each tenant has.
async fn received<H: Harness>(world: &World<H>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let mut after = None;
    loop {
        let query = EventQuery {
            event_type: Some(type_name("news.posted")),
            ..EventQuery::default()
        };
        let page = Page::after(after, 250);
        let slice = world.node().events(&world.whole(), query, page).await;
        let slice = slice.unwrap();
        for event in slice.items {
            *counts.entry(event.tenant.to_string()).or_default() += 1;
        }
        after = slice.next;
        if after.is_none() {
            return counts;
        }
    }
}

async fn job<H: Harness>(world: &World<H>, id: JobId) -> Job {
    world.node().job(&world.whole(), id).await.unwrap()
}

pub(crate) async fn every_tenant_gets_a_broadcast_once<H: Harness>() {
    let mut world = World::<H>::new().await;
    let count = 100;
    for n in 0..count {
        put(&world, &format!("t{n}"), json!({})).await;
    }
    let endpoint = world.endpoint_of("t7", &["news.*"]).await;
    let started = start(&world, broadcast(None, None)).await;
    assert_eq!((started.total, started.done), (count, 0));
    assert!(world.notices().await.jobs);
    let step = world.job_step(started.id, world.now()).await;
    assert_eq!(step.unwrap(), JobState::Running, "bounded pieces");
    let done = job(&world, started.id).await.done;
    assert!(done > 0 && done < count, "{done}");
    // Meanwhile one comes, one goes, and the process dies.
    put(&world, "late", json!({})).await;
    let (gone, now) = (tenant_id("t99"), world.now());
    let deleted = world
        .node()
        .delete_tenant(world.project, &gone, world.job_id(), now)
        .await;
    deleted.unwrap();
    world.crash().await;
    assert!(world.running_jobs().await.contains(&started.id));
    assert!(world.carry_out(started.id).await > 1);
    let received = received(&world).await;
    assert_eq!(received.len(), 99);
    assert!(received.values().all(|count| *count == 1), "{received:?}");
    assert!(!received.contains_key("late") && !received.contains_key("t99"));
    let ended = job(&world, started.id).await;
    assert_eq!((ended.state, ended.done), (JobState::Finished, 99));
    let page = Page::first(10);
    let query = EventQuery {
        endpoint: Some(endpoint),
        ..EventQuery::default()
    };
    let got = world
        .node()
        .events(&world.reach_of("t7"), query, page)
        .await
        .unwrap();
    assert_eq!(got.items.len(), 1, "it goes the way of any event");
    let event = world
        .node()
        .event(&world.reach_of("t7"), got.items[0].id)
        .await
        .unwrap();
    assert_eq!(event.data.as_deref(), Some(r#"{"n": 1}"#));
}

pub(crate) async fn a_broadcast_goes_to_those_with_its_metadata<H: Harness>() {
    let world = World::<H>::new().await;
    put(&world, "a", json!({"region": "eu", "beta": true})).await;
    put(&world, "b", json!({"region": "us", "beta": true})).await;
    put(&world, "c", json!({"region": "eu"})).await;
    let other = world.another_project("standard").await;
    let nothing = Box::new(|_: &mut Tenant| Ok(()));
    let now = world.now();
    world
        .node()
        .put_tenant(other, tenant_id("d"), now, nothing)
        .await
        .unwrap();
    for (wanted, expected) in [
        (json!({"region": "eu", "beta": true}), 1),
        (json!({"region": "eu"}), 2),
        (json!({"region": "nowhere"}), 0),
    ] {
        let before: usize = received(&world).await.values().sum();
        let started = start(&world, broadcast(Some(wanted), None)).await;
        assert_eq!(started.total, expected);
        world.carry_out(started.id).await;
        let after: usize = received(&world).await.values().sum();
        assert_eq!((after - before) as u64, expected);
    }
    let counts = received(&world).await;
    assert_eq!(counts["a"], 2);
    assert_eq!(counts["c"], 1);
    assert_eq!(counts.len(), 2);
}

pub(crate) async fn a_broadcast_with_the_same_id_doubles_nothing<H: Harness>() {
    let world = World::<H>::new().await;
    put(&world, "a", json!({})).await;
    for tenants in [1, 2] {
        let started = start(&world, broadcast(None, Some("news-1"))).await;
        world.carry_out(started.id).await;
        let received = received(&world).await;
        assert_eq!(received.len(), tenants);
        assert!(received.values().all(|count| *count == 1), "{received:?}");
        put(&world, "b", json!({})).await;
    }
}

pub(crate) async fn each_event_of_a_broadcast_has_what_was_given_besides_its_data<H: Harness>() {
    let mut world = World::<H>::new().await;
    for tenant in ["a", "b"] {
        put(&world, tenant, json!({})).await;
    }
    let on = |names: &[&str]| -> Vec<Channel> {
        let names = names.iter();
        names.map(|name| Channel::parse(name).unwrap()).collect()
    };
    let mut endpoints = Vec::new();
    for channels in [on(&["eu"]), on(&["us"])] {
        let endpoint = Endpoint {
            channels,
            ..world.new_endpoint("a", &["*"])
        };
        endpoints.push(endpoint.id);
        let store = world.node();
        let created = store.create_endpoint(world.project, endpoint, 50, None);
        created.await.unwrap();
        world.notices().await;
    }
    let extras = Extras {
        channels: on(&["eu"]),
        metadata: serde_json::from_value(json!({"campaign": "x"})).unwrap(),
        headers: vec![("X-Trace".to_owned(), "7".to_owned())],
        retention_days: Some(3),
    };
    let with = |extras: &Extras| Broadcast {
        extras: Some(Arc::new(extras.clone())),
        ..broadcast(None, Some("news-1"))
    };
    let started = start(&world, with(&extras)).await;
    // It is not with the job, which stays longer than the events' payloads may.
    world.crash().await;
    world.carry_out(started.id).await;
    let query = EventQuery::default();
    let events = world
        .node()
        .events(&world.whole(), query, Page::first(10))
        .await
        .unwrap();
    assert_eq!(events.items.len(), 2);
    for event in &events.items {
        let event = world.node().event(&world.whole(), event.id).await.unwrap();
        assert_eq!(event.extras.as_deref(), Some(&extras));
    }
    for (endpoint, expected) in [(endpoints[0], 1), (endpoints[1], 0)] {
        let query = EventQuery {
            endpoint: Some(endpoint),
            ..EventQuery::default()
        };
        let got = world
            .node()
            .events(&world.whole(), query, Page::first(10))
            .await;
        assert_eq!(got.unwrap().items.len(), expected);
    }
    // The same once more is a repetition; with other extras it is another event that may not have the same id.
    let other = Extras {
        channels: on(&["us"]),
        ..extras.clone()
    };
    for again in [&extras, &other] {
        let started = start(&world, with(again)).await;
        world.carry_out(started.id).await;
        assert_eq!(received(&world).await.values().sum::<usize>(), 2);
    }
}

pub(crate) async fn a_cancelled_broadcast_reaches_nobody_else<H: Harness>() {
    let mut world = World::<H>::new().await;
    for n in 0..100 {
        put(&world, &format!("t{n}"), json!({})).await;
    }
    let started = start(&world, broadcast(None, None)).await;
    let step = world.job_step(started.id, world.now()).await;
    assert_eq!(step.unwrap(), JobState::Running);
    let (store, whole, now) = (world.node(), world.whole(), world.now());
    let cancelled = store.cancel_job(&whole, started.id, now, None).await;
    let cancelled = cancelled.unwrap();
    drop(store);
    assert_eq!(
        (cancelled.state, cancelled.finished_at),
        (JobState::Cancelled, Some(now))
    );
    assert!(cancelled.done > 0 && cancelled.done < 100);
    let step = world.job_step(started.id, world.now()).await;
    assert_eq!(step.unwrap(), JobState::Cancelled);
    world.crash().await;
    assert!(world.node().running_jobs().await.unwrap().is_empty());
    assert_eq!(job(&world, started.id).await, cancelled);
    let received = received(&world).await;
    assert_eq!(received.len() as u64, cancelled.done, "what was done stays");
}
