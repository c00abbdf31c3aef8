//! Endpoints: what is in force, and who waits.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    Authorities, CancelReason, CertificateFacts, ClientAuth, ClientCertificate, DisabledBecause,
    Endpoint, EndpointAuth, EndpointId, EndpointTls, EventFilter, Next, OAuthClient,
    PolicyOverride, Project, Retry, Secret, SendAgain, State, Tenant, Transform, Waiting,
};
use nuncio_store::{EndpointKey, StoreError};

use super::{
    Harness,
    catalog::own_dialect,
    world::{World, at, tenant_id},
};

async fn key_of<H: Harness>(world: &World<H>, kind: &str) -> EndpointKey {
    world.publish(kind).await;
    let notices = world.notices().await;
    let fresh = notices.fresh.first().map(|fresh| fresh.targets[0].endpoint);
    fresh.unwrap_or_else(|| *notices.due.keys().next().unwrap())
}

async fn update<H: Harness>(
    world: &World<H>,
    id: EndpointId,
    change: impl Fn(&mut Endpoint) + Send + 'static,
) {
    let change = Box::new(move |endpoint: &mut Endpoint| {
        change(endpoint);
        Ok(())
    });
    world
        .node()
        .update_endpoint(&world.reach(), id, change, None)
        .await
        .unwrap();
}

pub(crate) async fn policy<H: Harness>(
    world: &World<H>,
    change: impl Fn(&mut PolicyOverride) + Send + 'static,
) {
    let change = Box::new(move |project: &mut Project| {
        change(&mut project.policy);
        Ok(())
    });
    world
        .node()
        .update_project(world.project, change)
        .await
        .unwrap();
}

async fn plan<H: Harness>(world: &World<H>, plan: Option<&'static str>) {
    let change = Box::new(move |tenant: &mut Tenant| {
        tenant.plan = plan.map(str::to_owned);
        Ok(())
    });
    world
        .node()
        .put_tenant(world.project, tenant_id("acme"), world.now(), change)
        .await
        .unwrap();
}

pub(crate) async fn found<H: Harness>(world: &World<H>, id: EndpointId) -> Endpoint {
    let found = world
        .node()
        .endpoint(&world.whole(), id)
        .await
        .unwrap()
        .unwrap();
    Endpoint::clone(&found)
}

pub(crate) async fn an_endpoint_keeps_secrets_and_headers<H: Harness>() {
    let mut world = World::<H>::new().await;
    let new = world.new_endpoint("acme", &["order.*"]);
    world
        .node()
        .create_endpoint(world.project, new.clone(), 50, None)
        .await
        .unwrap();
    let secret = Secret::new("whsec_next".to_owned());
    update(&world, new.id, move |endpoint| {
        let secret = secret.clone();
        endpoint.secrets.rotate(secret, at(100), at(0)).unwrap();
    })
    .await;
    world.restart().await;
    let kept = found(&world, new.id).await;
    assert_eq!(kept.headers, new.headers);
    assert_eq!(kept.secrets.current.expose(), "whsec_next");
    assert_eq!(
        kept.secrets.previous,
        [(new.secrets.current.clone(), at(100))]
    );
    let unchanged = Endpoint {
        secrets: new.secrets.clone(),
        ..kept
    };
    assert_eq!(unchanged, new);
}

/// One of each kind of credentials.
pub(crate) fn credentials() -> Vec<EndpointAuth> {
    let secret = |text: &str| Secret::new(format!("{text}-in-clear"));
    vec![
        EndpointAuth::Basic {
            username: "me".to_owned(),
            password: secret("password"),
        },
        EndpointAuth::Bearer {
            token: secret("bearer"),
        },
        EndpointAuth::Header {
            name: "X-Key".to_owned(),
            value: secret("key"),
        },
        EndpointAuth::OAuth2(OAuthClient {
            token_url: "https://login.example/token".to_owned(),
            client_id: "client".to_owned(),
            client_auth: ClientAuth::ClientSecretPost,
            secret: secret("client-secret"),
            scopes: vec!["hooks".to_owned()],
            audience: Some("https://hooks.example".to_owned()),
        }),
    ]
}

/// A client certificate, an authority, and a pinned key.
pub(crate) fn tls_settings() -> EndpointTls {
    let facts = CertificateFacts {
        subject: "CN=hooks.example".to_owned(),
        names: vec!["hooks.example".to_owned()],
        expires_at: at(1_000),
    };
    EndpointTls {
        client: Some(ClientCertificate {
            chain: "the client's chain".to_owned(),
            key: Secret::new("client-key-in-clear".to_owned()),
            facts: facts.clone(),
        }),
        ca: Some(Authorities {
            certificates: "the authorities".to_owned(),
            facts: vec![facts],
        }),
        pin_sha256: vec![[7; 32]],
    }
}

pub(crate) async fn an_endpoint_keeps_what_it_authenticates_with<H: Harness>() {
    let mut world = World::<H>::new().await;
    let mut made = Vec::new();
    for auth in credentials() {
        let endpoint = Endpoint {
            auth: Some(Arc::new(auth)),
            tls: Some(Arc::new(tls_settings())),
            ..world.new_endpoint("acme", &["*"])
        };
        let new = endpoint.clone();
        let store = world.node();
        store
            .create_endpoint(world.project, new, 50, None)
            .await
            .unwrap();
        made.push(endpoint);
    }
    world.restart().await;
    for endpoint in &made {
        assert_eq!(found(&world, endpoint.id).await, *endpoint);
    }
    // What another takes the place of, and what is taken away, does not come back.
    let other = made[1].auth.clone();
    update(&world, made[0].id, move |endpoint| {
        endpoint.auth = other.clone();
        endpoint.tls = None;
    })
    .await;
    update(&world, made[1].id, |endpoint| endpoint.auth = None).await;
    world.crash().await;
    let first = found(&world, made[0].id).await;
    assert_eq!((first.auth, first.tls), (made[1].auth.clone(), None));
    let second = found(&world, made[1].id).await;
    assert_eq!((second.auth, second.tls), (None, made[1].tls.clone()));
    assert_eq!(found(&world, made[2].id).await, made[2]);
}

pub(crate) async fn an_endpoint_too_many_is_refused<H: Harness>() {
    let world = World::<H>::new().await;
    for (tenant, fits) in [("acme", true), ("acme", false), ("other", true)] {
        let endpoint = world.new_endpoint(tenant, &["*"]);
        let result = world
            .node()
            .create_endpoint(world.project, endpoint, 1, None)
            .await;
        assert_eq!(result.is_ok(), fits, "{tenant}");
        if let Err(error) = result {
            assert!(matches!(error, StoreError::LimitReached(_)));
        }
    }
}

pub(crate) async fn a_change_is_in_force_for_the_next_event<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint_of("acme", &["order.*"]).await;
    let accepted = |kind: &str| world.append(world.new_event("acme", kind));
    assert_eq!(accepted("order.paid").await.unwrap().deliveries, 1);
    update(&world, id, |endpoint| {
        endpoint.events = vec![EventFilter::parse("user.*").unwrap()];
    })
    .await;
    assert_eq!(accepted("order.paid").await.unwrap().deliveries, 0);
    assert_eq!(accepted("user.new").await.unwrap().deliveries, 1);
}

pub(crate) async fn a_changed_endpoint_is_announced<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let key = key_of(&world, "a").await;
    update(&world, id, |endpoint| {
        endpoint.url = "https://example.com/new".to_owned();
    })
    .await;
    let notices = world.notices().await;
    assert!(notices.changed.contains(&key));
    assert!(notices.due.contains_key(&key), "it has a backlog");
    let sending = world.node().sending(key).await.unwrap();
    assert_eq!(sending.endpoint.url, "https://example.com/new");
    policy(&world, |policy| policy.timeout_ms = Some(1_234)).await;
    assert!(world.notices().await.changed.contains(&key));
    assert_eq!(
        world.node().sending(key).await.unwrap().policy.timeout_ms,
        1_234
    );
}

pub(crate) async fn a_disabled_endpoint_keeps_its_backlog<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let key = key_of(&world, "before").await;
    world
        .set_disabled(id, Some(DisabledBecause::Requested))
        .await;
    let waiting = world.node().sending(key).await.unwrap().waiting;
    assert_eq!(waiting, Some(Waiting::EndpointDisabled));
    world.notices().await;
    world.publish("while.disabled").await;
    assert!(world.fresh().await.is_empty());
    assert_eq!(world.in_state("pending").await.len(), 2);
    world.set_disabled(id, None).await;
    let notices = world.notices().await;
    assert!(notices.changed.contains(&key) && notices.due.contains_key(&key));
    assert_eq!(world.due(key, world.now()).await.len(), 2);
}

pub(crate) async fn a_plan_without_endpoints_makes_them_wait<H: Harness>() {
    let world = World::<H>::new().await;
    policy(&world, |policy| {
        policy.plans = Some(vec!["business".to_owned()]);
    })
    .await;
    plan(&world, Some("Business")).await;
    world.endpoint().await;
    let key = key_of(&world, "a").await;
    plan(&world, None).await;
    let waiting = world.node().sending(key).await.unwrap().waiting;
    assert_eq!(waiting, Some(Waiting::Plan));
    world.notices().await;
    world.publish("b").await;
    assert!(world.fresh().await.is_empty());
    plan(&world, Some("business")).await;
    let notices = world.notices().await;
    assert!(notices.changed.contains(&key) && notices.due.contains_key(&key));
    assert_eq!(world.due(key, world.now()).await.len(), 2);
}

pub(crate) async fn policies_lie_over_each_other<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let key = key_of(&world, "a").await;
    let own = Retry::Delays { delays_s: vec![5] };
    let set = own.clone();
    update(&world, id, move |endpoint| {
        endpoint.retry = Some(set.clone());
        endpoint.dialect = Some("grantiva".to_owned());
    })
    .await;
    policy(&world, |policy| policy.timeout_ms = Some(4_321)).await;
    let sending = world.node().sending(key).await.unwrap();
    assert_eq!(sending.dialect.dialect.name(), "grantiva");
    assert_eq!(sending.policy.retry, own);
    assert_eq!(sending.policy.timeout_ms, 4_321);
    // A first delay: its row is there from the start, and not due yet.
    world.notices().await;
    world.publish("b").await;
    assert!(world.fresh().await.is_empty());
    assert_eq!(world.due(key, world.now()).await.len(), 1);
    world.advance(Duration::from_secs(6));
    assert_eq!(world.due(key, world.now()).await.len(), 2);
}

pub(crate) async fn a_new_dialect_text_is_in_force_at_once<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let put = |text: &'static str| store.put_dialect(world.project, own_dialect(text), at(1));
    put("one").await.unwrap();
    let id = world.endpoint().await;
    update(&world, id, |endpoint| {
        endpoint.dialect = Some("own".to_owned());
    })
    .await;
    let key = key_of(&world, "a").await;
    let second = put("two").await.unwrap().version;
    assert_eq!(store.sending(key).await.unwrap().dialect.version, second);
    assert!(world.notices().await.changed.contains(&key));
}

pub(crate) async fn a_deleted_endpoint_gets_nothing_more<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let id = world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let job = world.job_id();
    store
        .delete_endpoint(&world.reach(), id, job, at(9))
        .await
        .unwrap();
    let notices = world.notices().await;
    assert!(notices.changed.contains(&piece.endpoint) && notices.jobs);
    assert!(store.sending(piece.endpoint).await.is_none());
    let accepted = world.append(world.new_event("acme", "b")).await.unwrap();
    assert_eq!(accepted.deliveries, 0);
    let refused = store
        .retry(
            &world.reach(),
            piece.delivery,
            SendAgain::Scheduled,
            at(10),
            None,
        )
        .await;
    assert!(matches!(refused, Err(StoreError::Conflict(_))));
    // An attempt that was under way still counts.
    world.carry_out(job).await;
    let cancelled = State::Cancelled(CancelReason::EndpointDeleted);
    assert_eq!(world.state(piece.delivery).await, cancelled);
    world.finish(&piece, Next::Succeed).await;
    assert_eq!(world.state(piece.delivery).await, State::Succeeded);
    assert_eq!(world.row(piece.delivery).await.endpoint, id);
}

pub(crate) async fn another_name_is_no_change_of_the_endpoints<H: Harness>() {
    let world = World::<H>::new().await;
    for _ in 0..3 {
        world.endpoint().await;
    }
    world.notices().await;
    let rename = Box::new(|project: &mut nuncio_domain::Project| {
        project.name = "another name".to_owned();
        Ok(())
    });
    let changed = world.node().update_project(world.project, rename).await;
    changed.unwrap();
    assert!(world.notices().await.changed.is_empty());
    policy(&world, |policy| policy.timeout_ms = Some(1_234)).await;
    assert_eq!(world.notices().await.changed.len(), 3);
}

fn code(text: &str) -> Option<Transform> {
    Some(Transform {
        code: text.to_owned(),
        enabled: true,
        version: 0,
    })
}

pub(crate) async fn code_is_kept_in_versions_that_attempts_name<H: Harness>() {
    let mut world = World::<H>::new().await;
    let mut new = world.new_endpoint("acme", &["*"]);
    new.transform = code("one");
    let id = new.id;
    let store = world.node();
    let made = store.create_endpoint(world.project, new, 50, None);
    let one = made.await.unwrap().transform.clone().unwrap().version;
    // What is not another code gets no other version.
    update(&world, id, |endpoint| {
        endpoint.transform = code("one");
        endpoint.description = Some("changed".to_owned());
    })
    .await;
    assert_eq!(found(&world, id).await.transform.unwrap().version, one);
    update(&world, id, |endpoint| endpoint.transform = code("two")).await;
    world.restart().await;
    let two = found(&world, id).await.transform.unwrap().version;
    assert_ne!(two, one);
    let text = async |version| {
        let code = world.node().transform_code(&world.whole(), version).await;
        code.unwrap().as_deref().map(str::to_owned)
    };
    assert_eq!(text(one).await.as_deref(), Some("one"));
    assert_eq!(text(two).await.as_deref(), Some("two"));
    assert_eq!(text(two + 1_000).await, None);
    // However often it is changed, only so many versions are kept.
    for n in 0..120 {
        update(&world, id, move |endpoint| {
            endpoint.transform = code(&n.to_string());
        })
        .await;
    }
    assert_eq!(text(one).await, None);
    let newest = found(&world, id).await.transform.unwrap().version;
    assert_eq!(text(newest).await.as_deref(), Some("119"));
}

pub(crate) async fn code_that_cancels_ends_its_delivery_and_its_headers_are_erased<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let event = world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let cancel = Next::Cancel(CancelReason::Transformation);
    let mut record = world.outcome(&piece, cancel);
    record.attempt.transform_version = Some(1);
    let attempt = record.attempt.clone();
    let store = world.node();
    world.record(record).await;
    let cancelled = State::Cancelled(CancelReason::Transformation);
    assert_eq!(world.state(piece.delivery).await, cancelled);
    let detail = async || {
        store
            .delivery(&world.reach(), piece.delivery)
            .await
            .unwrap()
    };
    assert_eq!(detail().await.attempts, [attempt]);
    let reach = world.reach();
    let erased = store.erase_payload(&reach, event, world.now());
    erased.await.unwrap();
    assert!(detail().await.attempts[0].request_headers.is_empty());
}
