//! Other names for tenants and endpoints.

use nuncio_domain::{Endpoint, EndpointId, Tenant, TenantId, Uid};
use nuncio_store::StoreError;

use super::{
    Harness,
    world::{World, all, tenant_id},
};

fn uid(text: &str) -> Uid {
    Uid::parse(text).unwrap()
}

/// Gives a tenant a uid, or none; the tenant's id as it is answered.
async fn name<H: Harness>(
    world: &World<H>,
    tenant: &str,
    name: Option<&str>,
) -> Result<TenantId, StoreError> {
    let name = name.map(uid);
    let change = Box::new(move |tenant: &mut Tenant| {
        tenant.uid = name.clone();
        Ok(())
    });
    let (id, now) = (tenant_id(tenant), world.now());
    let put = world
        .node()
        .put_tenant(world.project, id, now, change)
        .await;
    put.map(|tenant| tenant.id.clone())
}

async fn named<H: Harness>(world: &World<H>, name: &str) -> Option<String> {
    let found = world.node().tenant_named(world.project, &uid(name)).await;
    found.unwrap().map(|id| id.to_string())
}

#[track_caller]
fn assert_conflict<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    assert!(matches!(result, Err(StoreError::Conflict(_))), "{result:?}");
}

pub(crate) async fn a_tenants_uid_stands_for_its_id<H: Harness>() {
    let mut world = World::<H>::new().await;
    name(&world, "acme", Some("shop-1")).await.unwrap();
    assert_eq!(named(&world, "shop-1").await.as_deref(), Some("acme"));
    world.restart().await;
    assert_eq!(named(&world, "shop-1").await.as_deref(), Some("acme"));
    // Named by it, no other tenant comes to be.
    let endpoint = world.endpoint_of("shop-1", &["*"]).await;
    let (owner, _) = world.owner_of(&world.tenant).await;
    let event = world.new_event("shop-1", "a");
    let accepted = owner.store.append(vec![event], None).await.unwrap();
    let accepted = accepted[0].as_ref().unwrap();
    assert_eq!((accepted.tenant.as_str(), accepted.deliveries), ("acme", 1));
    let fresh = world.notices().await.fresh.remove(0);
    assert_eq!(fresh.event.tenant.as_str(), "acme");
    let kept = world.node().endpoint(&world.reach(), endpoint).await;
    assert_eq!(kept.unwrap().unwrap().tenant.as_str(), "acme");
    assert_eq!(
        name(&world, "shop-1", Some("shop-2"))
            .await
            .unwrap()
            .as_str(),
        "acme"
    );
    let tenants = world.node().tenants(world.project, all()).await.unwrap();
    assert_eq!(tenants.items.len(), 1);
    assert_eq!(tenants.items[0].uid, Some(uid("shop-2")));
    let event = world
        .node()
        .event(&world.reach(), accepted.id)
        .await
        .unwrap();
    assert_eq!(event.tenant.as_str(), "acme");
}

pub(crate) async fn a_uid_stands_for_one_thing<H: Harness>() {
    let world = World::<H>::new().await;
    world.publish("a").await;
    name(&world, "beta", Some("shop-1")).await.unwrap();
    assert_conflict(name(&world, "acme", Some("shop-1")).await);
    assert_conflict(name(&world, "acme", Some("beta")).await);
    assert_conflict(name(&world, "acme", Some("acme")).await);
    assert_conflict(name(&world, "new-tenant", Some("new-tenant")).await);
    assert_eq!(named(&world, "acme").await, None);
    let gamma = world
        .node()
        .tenant(world.project, &tenant_id("new-tenant"))
        .await;
    assert!(gamma.unwrap().is_none(), "what is refused makes nothing");
    // The same again is no conflict, nor is another project's.
    name(&world, "beta", Some("shop-1")).await.unwrap();
    let elsewhere = world.another_project("standard").await;
    assert_eq!(
        world
            .node()
            .tenant_named(elsewhere, &uid("shop-1"))
            .await
            .unwrap(),
        None
    );
}

pub(crate) async fn a_uid_is_free_again<H: Harness>() {
    let mut world = World::<H>::new().await;
    name(&world, "acme", Some("one")).await.unwrap();
    name(&world, "acme", Some("two")).await.unwrap();
    name(&world, "beta", Some("one")).await.unwrap();
    name(&world, "beta", None).await.unwrap();
    assert_eq!(named(&world, "one").await, None);
    let (acme, now) = (tenant_id("acme"), world.now());
    let deleted = world
        .node()
        .delete_tenant(world.project, &acme, world.job_id(), now)
        .await;
    deleted.unwrap();
    assert_eq!(named(&world, "two").await, None);
    name(&world, "beta", Some("two")).await.unwrap();
    world.restart().await;
    assert_eq!(named(&world, "two").await.as_deref(), Some("beta"));
    // An id of before, too.
    name(&world, "gamma", Some("acme")).await.unwrap();
    let accepted = world.append(world.new_event("acme", "a")).await.unwrap();
    assert_eq!(accepted.tenant.as_str(), "gamma");
}

async fn endpoint_with<H: Harness>(
    world: &World<H>,
    tenant: &str,
    name: &str,
) -> Result<EndpointId, StoreError> {
    let endpoint = Endpoint {
        uid: Some(uid(name)),
        ..world.new_endpoint(tenant, &["*"])
    };
    let made = world
        .node()
        .create_endpoint(world.project, endpoint, 50, None)
        .await;
    made.map(|endpoint| endpoint.id)
}

pub(crate) async fn an_endpoints_uid_is_its_tenants_alone<H: Harness>() {
    let mut world = World::<H>::new().await;
    let one = endpoint_with(&world, "acme", "main").await.unwrap();
    let two = endpoint_with(&world, "acme", "spare").await.unwrap();
    let other = endpoint_with(&world, "beta", "main").await.unwrap();
    assert_conflict(endpoint_with(&world, "acme", "main").await);
    let rename = |to: &str| {
        let to = uid(to);
        Box::new(move |endpoint: &mut Endpoint| {
            endpoint.uid = Some(to.clone());
            Ok(())
        })
    };
    let (store, whole) = (world.node(), world.whole());
    assert_conflict(
        store
            .update_endpoint(&whole, two, rename("main"), None)
            .await,
    );
    store
        .update_endpoint(&whole, one, rename("first"), None)
        .await
        .unwrap();
    store
        .update_endpoint(&whole, two, rename("main"), None)
        .await
        .unwrap();
    drop(store);
    world.restart().await;
    let store = world.node();
    for (tenant, name, expected) in [
        ("acme", "main", Some(two)),
        ("acme", "first", Some(one)),
        ("acme", "spare", None),
        ("beta", "main", Some(other)),
        ("gamma", "main", None),
    ] {
        let (tenant, name) = (tenant_id(tenant), uid(name));
        let found = store.endpoint_named(world.project, &tenant, &name);
        assert_eq!(found.await.unwrap(), expected, "{tenant} {name}");
    }
    let now = world.now();
    store
        .delete_endpoint(&whole, two, world.job_id(), now)
        .await
        .unwrap();
    endpoint_with(&world, "acme", "main").await.unwrap();
}
