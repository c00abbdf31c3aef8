//! The server's own events, for the tenant that a project's policy names.

use nuncio_domain::{DeadReason, DisabledBecause, Next, TenantId};
use nuncio_store::{Epoch, EventQuery, Reach};
use serde_json::Value;

use super::{
    Harness,
    world::{World, all, at, put_type, tenant_id, type_name},
};

async fn with_operator<H: Harness>(world: &World<H>, tenant: &str) {
    let tenant = tenant_id(tenant);
    let change = Box::new(move |project: &mut nuncio_domain::Project| {
        project.policy.operator_tenant = Some(tenant.clone());
        Ok(())
    });
    let changed = world.store().update_project(world.project, change).await;
    changed.unwrap();
}

/// The events of a tenant, the oldest first: type and data.
async fn told<H: Harness>(world: &World<H>, tenant: &str) -> Vec<(String, Value)> {
    let reach = world.reach_of(tenant);
    let slice = world
        .store()
        .events(&reach, EventQuery::default(), all())
        .await
        .unwrap();
    let mut told = Vec::new();
    for event in slice.items {
        let event = world.store().event(&reach, event.id).await.unwrap();
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
    world.store().flush().await.unwrap();
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
    world.store().record(record.into(), Epoch(0)).await.unwrap();
    world.store().flush().await.unwrap();
    // They are there with what they tell, or not at all.
    world.harness.crash().await;
    let told = told(&world, "vendor-itself").await;
    let types: Vec<_> = told.iter().map(|(kind, _)| kind.as_str()).collect();
    let mut sorted = types.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            "delivery.dead",
            "delivery.dead",
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
    world.store().flush().await.unwrap();
    let whole = Reach {
        project: world.project,
        tenant: None::<TenantId>,
    };
    let store = world.store();
    let events = store.events(&whole, EventQuery::default(), all()).await;
    assert_eq!(events.unwrap().items.len(), 1);
    let types = world
        .store()
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
        .store()
        .event_types(world.project, all())
        .await
        .unwrap()
        .items;
    let names: Vec<_> = types.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(
        names,
        ["delivery.dead", "endpoint.disabled", "endpoint.enabled"]
    );
    for one in &types {
        assert!(!one.description.is_empty());
    }
    assert!(types[0].example.is_some());
    assert_eq!(types[2].description, "the vendor's own words");
}
