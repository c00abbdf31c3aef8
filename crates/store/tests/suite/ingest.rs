//! Taking events in.

use std::{collections::HashSet, sync::Arc, time::Duration};

use nuncio_domain::{DeliveryId, DisabledBecause, State, Trigger};
use nuncio_store::{Feed, NewEvent, Refused, StoreError};

use super::{
    Harness,
    world::{World, tenant_id},
};

pub(crate) async fn an_event_goes_to_those_that_want_it<H: Harness>() {
    let world = World::<H>::new().await;
    let exact = world.endpoint_of("acme", &["order.paid"]).await;
    world.endpoint_of("acme", &["user.*"]).await;
    let below = world.endpoint_of("acme", &["order.*", "x"]).await;
    world.endpoint_of("other", &["*"]).await;
    let accepted = world
        .append(world.new_event("acme", "order.paid"))
        .await
        .unwrap();
    assert_eq!((accepted.deliveries, accepted.repeated), (2, false));
    let deliveries: HashSet<_> = world
        .fresh()
        .await
        .iter()
        .map(|piece| piece.delivery)
        .collect();
    let expected = [exact, below].map(|endpoint| DeliveryId::derive(accepted.id, endpoint, 0));
    let expected = HashSet::from(expected);
    assert_eq!(deliveries, expected);
}

pub(crate) async fn an_event_goes_to_those_whose_payload_filter_it_passes<H: Harness>() {
    let mut world = World::<H>::new().await;
    let wants = world
        .filtered(
            &["order.*"],
            r#"{"data": {"amount": [{"numeric": [">", 100]}]}}"#,
        )
        .await;
    world
        .filtered(
            &["order.*"],
            r#"{"data": {"amount": [{"numeric": ["<=", 100]}]}}"#,
        )
        .await;
    // The type has to fit besides.
    world
        .filtered(&["user.*"], r#"{"data": {"amount": [{"exists": true}]}}"#)
        .await;
    for _ in 0..2 {
        let event = NewEvent {
            data: r#"{"amount":150}"#.into(),
            ..world.new_event("acme", "order.paid")
        };
        let accepted = world.append(event).await.unwrap();
        let deliveries: Vec<_> = world.fresh().await;
        let deliveries: Vec<_> = deliveries.iter().map(|piece| piece.delivery).collect();
        assert_eq!(deliveries, [DeliveryId::derive(accepted.id, wants, 0)]);
        let nothing = world.append(world.new_event("acme", "order.paid")).await;
        assert_eq!(nothing.unwrap().deliveries, 0);
        // The filter is stored, and compiled again.
        world.crash().await;
    }
}

pub(crate) async fn an_event_for_nobody_is_kept<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.publish("order.paid").await;
    let event = world.node().event(&world.reach(), id).await.unwrap();
    assert_eq!(event.deliveries, 0);
    assert_eq!(event.data.as_deref(), Some(r#"{"n":1}"#));
}

pub(crate) async fn an_unknown_tenant_is_made<H: Harness>() {
    let mut world = World::<H>::new().await;
    let events = ["new", "new", "newer"].map(|tenant| world.new_event(tenant, "a"));
    world.node().append(events.to_vec(), None).await.unwrap();
    for _ in 0..2 {
        let tenants = world
            .node()
            .tenants(world.project, super::world::all())
            .await
            .unwrap();
        let ids: Vec<_> = tenants
            .items
            .iter()
            .map(|tenant| tenant.id.as_str())
            .collect();
        assert_eq!(ids, ["new", "newer"]);
        world.crash().await;
    }
}

pub(crate) async fn an_unknown_project_is_not_found<H: Harness>() {
    let world = World::<H>::new().await;
    let known = world.new_event("acme", "a");
    let unknown = NewEvent {
        project: nuncio_domain::ProjectId::new(1, [1; 10]),
        ..world.new_event("acme", "a")
    };
    let id = known.id;
    let refused = world.node().append(vec![known, unknown], None).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
    let nothing = world.node().event(&world.whole(), id).await;
    assert!(matches!(nothing, Err(StoreError::NotFound)));
}

pub(crate) async fn a_fresh_event_is_handed_on_with_its_content<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let event = world.with_source("evt-7", 1);
    let (id, created_at) = (event.id, event.created_at);
    let (owner, _) = world.owner_of(&world.tenant).await;
    owner.store.append(vec![event], None).await.unwrap();
    let notices = world.notices().await;
    let fresh = &notices.fresh[0];
    assert_eq!(fresh.due, created_at);
    assert_eq!((fresh.event.id, &*fresh.event.data), (id, r#"{"n":1}"#));
    assert_eq!(fresh.event.wire_id(), "evt-7");
    assert_eq!(fresh.event.time, created_at);
    let sending = world.node().sending(fresh.targets[0].endpoint).await;
    assert_eq!(sending.unwrap().project, world.project);
}

pub(crate) async fn a_repeated_source_id_is_the_same_event<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    let first = world.append(world.with_source("evt-1", 1)).await.unwrap();
    for _ in 0..2 {
        let again = world.append(world.with_source("evt-1", 1)).await.unwrap();
        assert!(again.repeated);
        assert_eq!((again.id, again.created_at), (first.id, first.created_at));
        assert_eq!(again.deliveries, 1);
        let other = world.append(world.with_source("evt-1", 2)).await;
        assert_eq!(other, Err(Refused::SourceIdReused));
        world.crash().await;
    }
    assert_eq!(world.in_state("pending").await.len(), 1);
}

pub(crate) async fn a_source_id_belongs_to_one_tenant<H: Harness>() {
    let world = World::<H>::new().await;
    for tenant in ["a", "b"] {
        let event = NewEvent {
            tenant: tenant_id(tenant),
            ..world.with_source("evt-1", 1)
        };
        assert!(!world.append(event).await.unwrap().repeated);
    }
}

pub(crate) async fn equal_events_at_the_same_instant_are_one<H: Harness>() {
    let world = Arc::new(World::<H>::new().await);
    world.endpoint().await;
    let publishers: Vec<_> = (0..16)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.append(world.with_source("evt-1", 1)).await.unwrap() })
        })
        .collect();
    let mut first = 0;
    for publisher in publishers {
        first += usize::from(!publisher.await.unwrap().repeated);
    }
    assert_eq!(first, 1);
    assert_eq!(world.fresh().await.len(), 1);
}

pub(crate) async fn items_of_a_batch_are_independent<H: Harness>() {
    let world = World::<H>::new().await;
    world.append(world.with_source("evt-1", 1)).await.unwrap();
    let batch = vec![
        world.with_source("evt-1", 9),
        world.with_source("evt-2", 1),
        world.with_source("evt-2", 1),
    ];
    let results = world.node().append(batch, None).await.unwrap();
    assert_eq!(results[0], Err(Refused::SourceIdReused));
    assert!(!results[1].as_ref().unwrap().repeated);
    assert!(results[2].as_ref().unwrap().repeated);
    let empty = world.node().append(Vec::new(), None).await.unwrap();
    assert!(empty.is_empty());
}

pub(crate) async fn unchecked_numbers_are_refused_for_canonical_dialects<H: Harness>() {
    let canonical = nuncio_dialect::builtin()
        .iter()
        .find(|dialect| dialect.is_canonical())
        .expect("one of them is");
    let world = World::<H>::new().await;
    let name = canonical.name().to_owned();
    let id = world.endpoint_of("acme", &["order.*"]).await;
    let change = Box::new(move |endpoint: &mut nuncio_domain::Endpoint| {
        endpoint.dialect = Some(name.clone());
        Ok(())
    });
    world
        .node()
        .update_endpoint(&world.reach(), id, change, None)
        .await
        .unwrap();
    let unchecked = |kind| NewEvent {
        canonical_safe: false,
        ..world.new_event("acme", kind)
    };
    let refused = world.append(unchecked("order.paid")).await;
    assert_eq!(refused, Err(Refused::NumbersUnchecked));
    assert!(world.append(unchecked("user.new")).await.is_ok());
    let checked = world.append(world.new_event("acme", "order.paid")).await;
    assert!(checked.is_ok());
}

pub(crate) async fn a_later_delivery_waits<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    let deliver_at = world.now() + Duration::from_secs(60);
    let event = NewEvent {
        deliver_at: Some(deliver_at),
        due: deliver_at,
        ..world.new_event("acme", "a")
    };
    world.append(event).await.unwrap();
    let notices = world.notices().await;
    assert!(notices.fresh.is_empty());
    assert_eq!(notices.due.values().collect::<Vec<_>>(), [&deliver_at]);
    world.crash().await;
    let due = world.due_endpoints().await;
    assert_eq!(due[0].1, deliver_at);
    let batch = world.look(due[0].0, world.now(), 10).await;
    assert!(batch.due.is_empty());
    assert_eq!(batch.next_due, Some(deliver_at));
}

pub(crate) async fn a_test_goes_to_a_disabled_endpoint<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let id = world.endpoint_of("acme", &["order.*"]).await;
    world
        .set_disabled(id, Some(DisabledBecause::Requested))
        .await;
    world.notices().await;
    let event = world.new_event("acme", "webhook.test");
    let delivery = store
        .append_test(&world.reach(), event, id, None)
        .await
        .unwrap();
    assert_eq!(world.notices().await.due.len(), 1);
    let piece = world.due_anywhere(world.now()).await.remove(0);
    assert_eq!(piece.delivery, delivery);
    assert_eq!(piece.progress.trigger, Trigger::Test);
    let row = world.row(delivery).await;
    assert!(row.test && matches!(row.progress.state, State::Pending { .. }));
    let event = world.new_event("acme", "webhook.test");
    let reach = world.reach_of("other");
    let refused = store.append_test(&reach, event, id, None).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
}

pub(crate) async fn a_test_is_found_behind_a_backlog_that_waits<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint_of("acme", &["*"]).await;
    world
        .set_disabled(id, Some(DisabledBecause::Requested))
        .await;
    for _ in 0..5 {
        world.publish("a").await;
    }
    let event = world.new_event("acme", "webhook.test");
    let reach = world.reach();
    let store = world.node();
    let test = store.append_test(&reach, event, id, None).await.unwrap();
    let (endpoint, _) = world.due_endpoints().await[0];
    let batch = world.look(endpoint, world.now(), 2).await;
    let found: Vec<_> = batch.due.iter().map(|due| due.delivery).collect();
    assert_eq!(found, [test]);
    world.set_disabled(id, None).await;
    let batch = world.look(endpoint, world.now(), 10).await;
    assert_eq!(batch.due.len(), 6);
}

pub(crate) async fn payload_bytes_come_back_as_they_were<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    let data = r#"{ "z":1,"a":1e400,"big":123456789012345678901234567890 , "ü":"\u00fc\n𝄞"}"#;
    let event = NewEvent {
        data: data.into(),
        ..world.new_event("acme", "a")
    };
    let id = event.id;
    let (owner, _) = world.owner_of(&world.tenant).await;
    owner.store.append(vec![event], None).await.unwrap();
    assert_eq!(&*world.notices().await.fresh[0].event.data, data);
    world.crash().await;
    let kept = world.node().event(&world.whole(), id).await.unwrap();
    assert_eq!(kept.data.as_deref(), Some(data));
    let (endpoint, _) = world.due_endpoints().await[0];
    let batch = world.look(endpoint, world.now(), 10).await;
    assert_eq!(&*batch.due[0].event.data, data);
}

pub(crate) async fn a_full_feed_loses_nothing<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let (owner, _) = world.owner_of(&world.tenant).await;
    let count = Feed::FRESH_MAX + 300;
    for _ in 0..count / 100 {
        let batch = (0..100).map(|_| world.new_event("acme", "a")).collect();
        owner.store.append(batch, None).await.unwrap();
    }
    let notices = world.notices().await;
    assert!(notices.fresh.len() <= Feed::FRESH_MAX);
    let (endpoint, _) = notices.due.iter().next().expect("the rest is in the store");
    let batch = world.look(*endpoint, world.now(), usize::MAX).await;
    assert_eq!(batch.due.len(), count / 100 * 100);
}
