//! Event types: versions of their schemas, archive, and what events keep of them.

use nuncio_domain::EventType;
use nuncio_store::{EventQuery, EventTypePut, NewEvent, StoreError};

use super::{
    Harness,
    catalog::event_type,
    world::{World, all, at, put_type, type_name},
};

fn with_schema(name: &str, schema: serde_json::Value, at_s: i64) -> EventType {
    EventType {
        schema: Some(schema),
        ..event_type(name, at_s)
    }
}

pub(crate) async fn another_schema_is_the_next_version_of_a_type<H: Harness>() {
    let mut world = World::<H>::new().await;
    let schema = |n: i64| serde_json::json!({ "maxLength": n });
    for n in [1, 2, 2, 3] {
        put_type(&world, with_schema("order.paid", schema(n), n)).await;
    }
    for _ in 0..2 {
        let name = type_name("order.paid");
        let kept = world
            .node()
            .event_type(world.project, &name)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(kept.schema_version, 3);
        for n in 1..=3 {
            assert_eq!(kept.schema_of(n as u32), Some(Some(&schema(n))));
        }
        let since: Vec<_> = kept.older.iter().map(|older| older.created_at).collect();
        assert_eq!(since, [at(1), at(2)]);
        assert_eq!(kept.current_version().created_at, at(3));
        world.restart().await;
    }
}

pub(crate) async fn types_are_put_together_or_not_at_all<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    put_type(&world, event_type("a", 1)).await;
    let put = |name: &str, over: Option<u32>| EventTypePut {
        event_type: event_type(name, 2),
        over,
    };
    for stale in [put("a", None), put("a", Some(2)), put("c", Some(1))] {
        let refused = store
            .put_event_types(world.project, vec![put("b", None), stale])
            .await;
        assert!(
            matches!(refused, Err(StoreError::Conflict(_))),
            "{refused:?}"
        );
        assert!(
            store
                .event_type(world.project, &type_name("b"))
                .await
                .unwrap()
                .is_none()
        );
    }
    let both = vec![put("b", None), put("a", Some(1))];
    let both = store.put_event_types(world.project, both).await.unwrap();
    assert_eq!(both.len(), 2);
    let types = store.event_types(world.project, all()).await.unwrap().items;
    assert_eq!(types.len(), 2);
}

pub(crate) async fn an_archived_type_stays_so_until_it_is_brought_back<H: Harness>() {
    let mut world = World::<H>::new().await;
    let name = type_name("order.paid");
    let archive = async |world: &World<H>, archived_at, now_s| {
        let (store, project) = (world.node(), world.project);
        let archived = store.archive_event_type(project, &name, archived_at, at(now_s));
        archived.await
    };
    let nothing = archive(&world, Some(at(1)), 1).await;
    assert!(matches!(nothing, Err(StoreError::NotFound)));
    put_type(&world, event_type("order.paid", 1)).await;
    for now_s in [2, 3] {
        let archived = archive(&world, Some(at(now_s)), now_s).await.unwrap();
        assert_eq!(
            (archived.archived_at, archived.updated_at),
            (Some(at(2)), at(2))
        );
    }
    // A new description does not bring it back.
    put_type(&world, event_type("order.paid", 4)).await;
    world.restart().await;
    let kept = world
        .node()
        .event_type(world.project, &name)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.archived_at, Some(at(2)));
    let back = archive(&world, None, 5).await.unwrap();
    assert_eq!((back.archived_at, back.updated_at), (None, at(5)));
}

pub(crate) async fn an_event_keeps_the_version_of_its_schema<H: Harness>() {
    let mut world = World::<H>::new().await;
    let versions = [None, Some(1), Some(7)];
    let mut ids = Vec::new();
    for schema_version in versions {
        let event = NewEvent {
            schema_version,
            ..world.new_event("acme", "order.paid")
        };
        ids.push(world.append(event).await.unwrap().id);
    }
    world.restart().await;
    for (id, version) in ids.into_iter().zip(versions) {
        let event = world.node().event(&world.whole(), id).await.unwrap();
        assert_eq!(event.schema_version, version);
    }
    let (store, reach) = (world.node(), world.whole());
    let listed = store.events(&reach, EventQuery::default(), all()).await;
    let listed = listed.unwrap().items;
    let listed: Vec<_> = listed.iter().map(|event| event.schema_version).collect();
    assert_eq!(listed, [Some(7), Some(1), None]);
}
