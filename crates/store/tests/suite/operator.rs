//! The server's own events, for the tenant that a project's policy names.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    CertificateFacts, ClientCertificate, DeadReason, DisabledBecause, Endpoint, EndpointTls, Job,
    JobKind, JobState, Next, PolicyOverride, Secret, Selection, SendAgain, TenantId,
};
use nuncio_store::{EventQuery, Quota, Reach};
use serde_json::{Value, json};

use super::{
    Harness,
    world::{World, all, at, put_type, tenant_id, type_name},
};

async fn with_operator<H: Harness>(world: &World<H>, tenant: &str) {
    let tenant = tenant_id(tenant);
    policy(world, move |policy| {
        policy.operator_tenant = Some(tenant.clone())
    })
    .await;
}

async fn policy<H: Harness>(world: &World<H>, set: impl Fn(&mut PolicyOverride) + Send + 'static) {
    let change = Box::new(move |project: &mut nuncio_domain::Project| {
        set(&mut project.policy);
        Ok(())
    });
    let changed = world.node().update_project(world.project, change).await;
    changed.unwrap();
}

/// The events of a tenant, the oldest first: type and data.
async fn told<H: Harness>(world: &World<H>, tenant: &str) -> Vec<(String, Value)> {
    let reach = world.reach_of(tenant);
    let slice = world
        .node()
        .events(&reach, EventQuery::default(), all())
        .await
        .unwrap();
    let mut told = Vec::new();
    for event in slice.items {
        let event = world.node().event(&reach, event.id).await.unwrap();
        let data = serde_json::from_str(&event.data.unwrap()).unwrap();
        told.push((event.event_type.to_string(), data));
    }
    told.reverse();
    told
}

pub(crate) async fn the_operator_is_told_what_happens_to_endpoints_and_deliveries<H: Harness>() {
    let mut world = World::<H>::new().await;
    with_operator(&world, "vendor-itself").await;
    let id = world.endpoint().await;
    world.endpoint_of("vendor-itself", &["*"]).await;
    let dead = world.dead("a").await;
    world.flush().await;
    let fresh = world.fresh().await;
    assert_eq!(fresh.len(), 1, "the operator's endpoint gets it");
    world
        .set_disabled(id, Some(DisabledBecause::Requested))
        .await;
    world.set_disabled(id, None).await;
    world.set_disabled(id, None).await;
    world.publish("b").await;
    let mut pieces = world.fresh().await;
    pieces.retain(|piece| piece.endpoint != fresh[0].endpoint);
    let mut record = world.outcome(&pieces[0], Next::Die(DeadReason::Gone));
    record.disable = Some(DisabledBecause::Gone);
    world.record(record).await;
    world.flush().await;
    // They are there with what they tell, or not at all.
    world.crash().await;
    let told = told(&world, "vendor-itself").await;
    let types: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    let mut sorted = types.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "delivery.dead",
            "delivery.dead",
            "endpoint.created",
            "endpoint.disabled",
            "endpoint.disabled",
            "endpoint.enabled"
        ]
    );
    for (kind, data) in &told {
        let members = data.as_object().unwrap();
        let has_null = members.values().any(Value::is_null);
        assert!(!has_null, "no form could hold {kind}: {data}");
    }
    let of = dead.to_string();
    let mut all = told.iter();
    let first = all
        .find(|(_, data)| data["delivery"] == of.as_str())
        .unwrap();
    assert_eq!(first.0, "delivery.dead");
    assert_eq!(first.1["endpoint"], id.to_string());
    assert_eq!(first.1["tenant"], "acme");
    assert_eq!(first.1["event_type"], "a");
    assert_eq!(first.1["reason"], "attempts_exhausted");
    assert_eq!(first.1["last_status_code"], 500);
    let reasons: Vec<_> = told
        .iter()
        .filter(|(kind, _)| kind == "endpoint.disabled")
        .map(|(_, data)| data["reason"].clone())
        .collect();
    assert_eq!(reasons, ["requested", "gone"]);
}

pub(crate) async fn the_operators_own_troubles_make_no_events<H: Harness>() {
    let world = World::<H>::new().await;
    with_operator(&world, "acme").await;
    let id = world.endpoint().await;
    world.dead("a").await;
    world
        .set_disabled(id, Some(DisabledBecause::Requested))
        .await;
    let told = told(&world, "acme").await;
    let types: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(types, ["a"]);
}

pub(crate) async fn without_an_operator_nobody_is_told<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.dead("a").await;
    world.flush().await;
    let whole = Reach {
        project: world.project,
        tenant: None::<TenantId>,
    };
    let store = world.node();
    let events = store.events(&whole, EventQuery::default(), all()).await;
    assert_eq!(events.unwrap().items.len(), 1);
    let types = world
        .node()
        .event_types(world.project, all())
        .await
        .unwrap();
    assert!(types.items.is_empty());
}

pub(crate) async fn the_catalog_describes_what_the_operator_is_told<H: Harness>() {
    let world = World::<H>::new().await;
    let own = nuncio_domain::EventType {
        description: "the vendor's own words".to_owned(),
        ..nuncio_domain::EventType::named(type_name("endpoint.enabled"), at(1))
    };
    put_type(&world, own).await;
    with_operator(&world, "vendor-itself").await;
    let types = world
        .node()
        .event_types(world.project, all())
        .await
        .unwrap()
        .items;
    let names: Vec<_> = types.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(
        names,
        [
            "delivery.dead",
            "delivery.recovered",
            "endpoint.certificate_expiring",
            "endpoint.created",
            "endpoint.deleted",
            "endpoint.disabled",
            "endpoint.enabled",
            "endpoint.failing",
            "endpoint.recovered",
            "endpoint.updated",
            "endpoint.verified",
            "job.finished",
            "quota.reached",
            "secret.rotated"
        ]
    );
    for one in &types {
        assert!(!one.description.is_empty());
        let own_words = one.name.as_str() == "endpoint.enabled";
        assert_eq!(one.example.is_none(), own_words, "{}", one.name);
        assert_eq!(one.schema.is_none(), own_words, "{}", one.name);
    }
    assert_eq!(types[6].description, "the vendor's own words");
}

/// The types of what the operator was told, the oldest first, but for the creation of endpoints.
async fn types_told<H: Harness>(world: &World<H>) -> Vec<String> {
    let told = told(world, "vendor-itself").await;
    let types = told.into_iter().map(|(kind, _)| kind);
    types.filter(|kind| kind != "endpoint.created").collect()
}

/// A world whose operator is told of an endpoint's third failure.
async fn telling_at_the_third<H: Harness>() -> World<H> {
    let world = World::<H>::new().await;
    with_operator(&world, "vendor-itself").await;
    policy(&world, |policy| {
        policy.failing_after_failures = Some(3);
        policy.failing_after_s = Some(0);
    })
    .await;
    world
}

/// A failed attempt of an event that is not given up.
async fn fails<H: Harness>(world: &World<H>) {
    world.ended("a", Next::RetryAt(at(90_000))).await;
    world.flush().await;
}

pub(crate) async fn failing_is_told_once_until_it_works_again<H: Harness>() {
    let mut world = telling_at_the_third::<H>().await;
    let id = world.endpoint().await;
    fails(&world).await;
    fails(&world).await;
    assert!(types_told(&world).await.is_empty());
    for _ in 0..3 {
        fails(&world).await;
    }
    assert_eq!(types_told(&world).await, ["endpoint.failing"]);
    // What was told is told: a crash must not repeat it.
    world.crash().await;
    for _ in 0..4 {
        fails(&world).await;
    }
    assert_eq!(types_told(&world).await, ["endpoint.failing"]);
    world.succeeded("b").await;
    world.flush().await;
    world.succeeded("b").await;
    world.flush().await;
    let both = ["endpoint.failing", "endpoint.recovered"];
    assert_eq!(types_told(&world).await, both);
    let told = told(&world, "vendor-itself").await;
    let failing = &told.iter().find(|(kind, _)| kind == both[0]).unwrap().1;
    assert_eq!(failing["endpoint"], id.to_string());
    assert_eq!(failing["tenant"], "acme");
    assert_eq!(failing["failures"], 3);
    assert_eq!(failing["last_status_code"], 500);
    let recovered = &told.iter().find(|(kind, _)| kind == both[1]).unwrap().1;
    assert_eq!(recovered["failing_since"], failing["failing_since"]);
    for _ in 0..3 {
        fails(&world).await;
    }
    assert_eq!(types_told(&world).await.len(), 3, "it is news again");
}

pub(crate) async fn failing_is_told_after_the_time_that_the_policy_says<H: Harness>() {
    let world = telling_at_the_third::<H>().await;
    policy(&world, |policy| policy.failing_after_s = Some(60)).await;
    world.endpoint().await;
    for _ in 0..5 {
        fails(&world).await;
    }
    assert!(types_told(&world).await.is_empty());
    world.advance(Duration::from_secs(60));
    fails(&world).await;
    assert_eq!(types_told(&world).await, ["endpoint.failing"]);
}

pub(crate) async fn an_endpoint_enabled_by_hand_recovers_once_it_works<H: Harness>() {
    let world = telling_at_the_third::<H>().await;
    policy(&world, |policy| policy.auto_disable_s = Some(60)).await;
    let id = world.endpoint().await;
    for _ in 0..3 {
        fails(&world).await;
    }
    world.advance(Duration::from_secs(61));
    fails(&world).await;
    world.set_disabled(id, None).await;
    fails(&world).await;
    world.succeeded("b").await;
    world.flush().await;
    let mut told = types_told(&world).await;
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "endpoint.disabled",
            "endpoint.enabled",
            "endpoint.failing",
            "endpoint.recovered"
        ]
    );
}

pub(crate) async fn a_dead_delivery_that_succeeds_is_told_once<H: Harness>() {
    let mut world = telling_at_the_third::<H>().await;
    world.endpoint().await;
    let id = world.dead("a").await;
    world.succeeded("b").await;
    world.flush().await;
    let now = world.now();
    let retried = world
        .node()
        .retry(&world.whole(), id, SendAgain::Scheduled, now, None)
        .await;
    retried.unwrap();
    world.crash().await;
    let piece = world.due_anywhere(at(10)).await.remove(0);
    world.finish(&piece, Next::Succeed).await;
    world.flush().await;
    let both = ["delivery.dead", "delivery.recovered"];
    assert_eq!(types_told(&world).await, both);
    let told = told(&world, "vendor-itself").await;
    let recovered = &told.iter().find(|(kind, _)| kind == both[1]).unwrap().1;
    assert_eq!(recovered["delivery"], id.to_string());
    assert_eq!(recovered["attempts"], 2);
    // It is sent again though it has succeeded: nothing recovers by that.
    let now = world.now();
    let again = world
        .node()
        .retry(&world.whole(), id, SendAgain::Scheduled, now, None)
        .await;
    again.unwrap();
    let piece = world.due_anywhere(at(10)).await.remove(0);
    world.finish(&piece, Next::Succeed).await;
    world.flush().await;
    assert_eq!(types_told(&world).await, both);
}

pub(crate) async fn changes_of_endpoints_are_told_without_secrets<H: Harness>() {
    let world = telling_at_the_third::<H>().await;
    let (one, two) = (
        world.endpoint().await,
        world.endpoint_of("beta", &["*"]).await,
    );
    let change = Box::new(|endpoint: &mut Endpoint| {
        endpoint.url = "https://example.com/token-in-the-url".to_owned();
        endpoint.headers = vec![("x-token".to_owned(), "another-value".to_owned())];
        let secret = Secret::new("whsec_another-in-clear".to_owned());
        let rotated = endpoint.secrets.rotate(secret, at(1_000), at(1));
        rotated.map_err(|error| error.to_string())
    });
    let store = world.node();
    store
        .update_endpoint(&world.whole(), one, change, None)
        .await
        .unwrap();
    let nothing = Box::new(|_: &mut Endpoint| Ok(()));
    store
        .update_endpoint(&world.whole(), one, nothing, None)
        .await
        .unwrap();
    let (whole, now) = (world.whole(), world.now());
    store
        .delete_endpoint(&whole, one, world.job_id(), now)
        .await
        .unwrap();
    let beta = tenant_id("beta");
    store
        .delete_tenant(world.project, &beta, world.job_id(), now)
        .await
        .unwrap();
    let told = told(&world, "vendor-itself").await;
    let told: Vec<_> = told
        .into_iter()
        .filter(|(kind, _)| kind != "endpoint.created")
        .collect();
    let types: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    let expected = [
        "endpoint.updated",
        "secret.rotated",
        "endpoint.deleted",
        "endpoint.deleted",
    ];
    let sorted = |mut types: Vec<&'static str>| {
        types.sort_unstable();
        types
    };
    let mut types_sorted = types.clone();
    types_sorted.sort_unstable();
    assert_eq!(types_sorted, sorted(expected.to_vec()));
    let data = |kind: &str| {
        let found = told.iter().filter(|(told, _)| told == kind);
        found.map(|(_, data)| data.clone()).collect::<Vec<_>>()
    };
    assert_eq!(data("endpoint.updated")[0]["changed"], "headers,url");
    assert_eq!(
        data("secret.rotated")[0]["previous_expires_at"],
        at(1_000).to_string()
    );
    let mut deleted = data("endpoint.deleted");
    deleted.sort_by_key(|data| data["tenant"].to_string());
    assert_eq!(deleted[0], json!({"endpoint": one, "tenant": "acme"}));
    assert_eq!(deleted[1], json!({"endpoint": two, "tenant": "beta"}));
    let text = format!("{told:?}");
    for secret in ["in-clear", "token-in-the-url", "another-value"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

pub(crate) async fn the_end_of_a_job_is_told<H: Harness>() {
    let world = telling_at_the_third::<H>().await;
    world.endpoint().await;
    world.dead("a").await;
    world.flush().await;
    let mut jobs = Vec::new();
    for tenant in [None, Some("acme"), Some("vendor-itself")] {
        let job = Job {
            id: world.job_id(),
            kind: JobKind::Retry(
                Selection {
                    tenant: tenant.map(tenant_id),
                    ..Selection::default()
                }
                .into(),
            ),
            state: JobState::Running,
            done: 0,
            total: 0,
            created_at: world.now(),
            finished_at: None,
            error: None,
        };
        let whole = world.whole();
        let started = world.node().start_job(&whole, job, None).await.unwrap();
        world.carry_out(started.id).await;
        jobs.push(started.id.to_string());
    }
    let kind = JobKind::Retry(Selection::default().into());
    let job = Job {
        id: world.job_id(),
        kind,
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    let (whole, now) = (world.whole(), world.now());
    let started = world.node().start_job(&whole, job, None).await.unwrap();
    let store = world.node();
    let cancelled = store.cancel_job(&whole, started.id, now, None).await;
    jobs.push(cancelled.unwrap().id.to_string());
    let told = told(&world, "vendor-itself").await;
    let told: Vec<_> = told
        .iter()
        .filter(|(kind, _)| kind == "job.finished")
        .collect();
    assert_eq!(told.len(), 3, "the operator's own makes none: {told:?}");
    let of = |job: &String| {
        told.iter()
            .find(|(_, data)| data["job"] == job.as_str())
            .unwrap()
    };
    let whole =
        json!({"job": jobs[0], "kind": "retry", "state": "finished", "done": 1, "total": 1});
    assert_eq!(of(&jobs[0]).1, whole);
    assert_eq!(of(&jobs[1]).1["tenant"], "acme");
    assert_eq!(of(&jobs[3]).1["state"], "cancelled");
}

pub(crate) async fn a_quota_is_told_as_it_is_reached<H: Harness>() {
    let world = telling_at_the_third::<H>().await;
    for n in 0..3 {
        let endpoint = world.new_endpoint("acme", &["*"]);
        let made = world
            .node()
            .create_endpoint(world.project, endpoint, 2, None)
            .await;
        assert_eq!(made.is_ok(), n < 2);
    }
    let (acme, own) = (tenant_id("acme"), tenant_id("vendor-itself"));
    for tenant in [&acme, &own] {
        let (quota, now) = (Quota::JobsPerHour, world.now());
        let told = world
            .node()
            .quota_reached(world.project, tenant, quota, 30, now)
            .await;
        told.unwrap();
    }
    let told = told(&world, "vendor-itself").await;
    let told: Vec<_> = told
        .into_iter()
        .filter(|(kind, _)| kind == "quota.reached")
        .map(|(_, data)| data)
        .collect();
    let endpoints = json!({"tenant": "acme", "quota": "endpoints_per_tenant_max", "limit": 2});
    let jobs = json!({"tenant": "acme", "quota": "tenant_jobs_per_hour", "limit": 30});
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(
        told.contains(&endpoints) && told.contains(&jobs),
        "{told:?}"
    );
}

pub(crate) async fn a_certificate_near_its_end_is_told_once<H: Harness>() {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let mut world = World::<H>::new().await;
    let now = world.now();
    let with_certificate = |days: u32| EndpointTls {
        client: Some(ClientCertificate {
            chain: "the chain".to_owned(),
            key: Secret::new("key-in-clear".to_owned()),
            facts: CertificateFacts {
                subject: "CN=client".to_owned(),
                names: Vec::new(),
                expires_at: now + DAY * days,
            },
        }),
        ..EndpointTls::default()
    };
    let mut ids = Vec::new();
    for (tenant, days) in [("acme", 40), ("acme", 400), ("vendor-itself", 40)] {
        let endpoint = Endpoint {
            tls: Some(with_certificate(days).into()),
            ..world.new_endpoint(tenant, &["unheard.of"])
        };
        ids.push(endpoint.id);
        let store = world.node();
        let made = store.create_endpoint(world.project, endpoint, 50, None);
        made.await.unwrap();
    }
    world.endpoint().await;
    let look = async |world: &World<H>, day: u32| {
        let at = now + DAY * day;
        while world.node().tell_of_certificates(at).await.unwrap() {}
        let told = told(world, "vendor-itself").await;
        let told = told.into_iter();
        told.filter(|(kind, _)| kind == "endpoint.certificate_expiring")
            .map(|(_, data)| data)
            .collect::<Vec<_>>()
    };
    assert!(look(&world, 11).await.is_empty(), "there is nobody to tell");
    with_operator(&world, "vendor-itself").await;
    assert!(look(&world, 9).await.is_empty(), "not yet");
    let expected = json!({
        "endpoint": ids[0], "tenant": "acme", "certificate": "client_cert",
        "subject": "CN=client", "expires_at": now + DAY * 40,
    });
    assert_eq!(look(&world, 10).await, [expected]);
    world.crash().await;
    for day in [10, 11, 41] {
        assert_eq!(look(&world, day).await.len(), 1, "once, whatever happens");
    }
    let renewed = Arc::new(with_certificate(100));
    let change = Box::new(move |endpoint: &mut Endpoint| {
        endpoint.tls = Some(Arc::clone(&renewed));
        Ok(())
    });
    let (store, whole) = (world.node(), world.whole());
    let changed = store.update_endpoint(&whole, ids[0], change, None);
    changed.await.unwrap();
    drop(store);
    assert_eq!(look(&world, 69).await.len(), 1);
    let told = look(&world, 70).await;
    assert_eq!(told.len(), 2, "the new one has an end too");
    assert!(!format!("{told:?}").contains("in-clear"));
}
