//! One node among several: it crashes or stands still, and the others go on.

#![allow(dead_code, reason = "an engine of one node has none of these")]

use std::{collections::HashSet, sync::Arc};

use nuncio_domain::{ApiKey, KeyId, KeyKind, Next, Scope, State};
use nuncio_store::{EndpointKey, Epoch, StoreError};

use super::{
    Cluster, Node,
    world::{Piece, World, at, tenant_id},
};

/// An endpoint of acme's, a delivery to it that the node that works for it has begun, that node and its epoch.
async fn begun<C: Cluster>(world: &World<C>) -> (Piece, Node, Epoch) {
    world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    let (node, epoch) = world.owner(piece.endpoint).await;
    (piece, node, epoch)
}

/// The node that works for an endpoint now, which is another than before.
async fn next_owner<C: Cluster>(
    world: &World<C>,
    endpoint: EndpointKey,
    before: (&Node, Epoch),
) -> Node {
    let (node, epoch) = world.owner(endpoint).await;
    assert_ne!(node.number, before.0.number);
    assert!(epoch > before.1);
    node
}

pub(crate) async fn every_node_has_its_share<C: Cluster>() {
    let world = World::<C>::new().await;
    let mut with_work = HashSet::new();
    for n in 0..500 {
        let tenant = tenant_id(&format!("tenant-{n}"));
        with_work.insert(world.owner_of(&tenant).await.0.number);
    }
    assert!(with_work.len() > 1);
    assert_eq!(with_work.len(), world.harness.nodes().len());
}

pub(crate) async fn a_paused_nodes_endpoints_go_to_another<C: Cluster>() {
    let mut world = World::<C>::new().await;
    let (piece, node, epoch) = begun(&world).await;
    world.harness.pause(node.number).await;
    next_owner(&world, piece.endpoint, (&node, epoch)).await;
    let due = world.due_anywhere(world.now()).await;
    assert_eq!(due.len(), 1);
    assert_eq!(due[0].delivery, piece.delivery);
    world.finish(&due[0], Next::Succeed).await;
    assert_eq!(world.state(piece.delivery).await, State::Succeeded);
    // An event that comes now is nothing to the paused one.
    world.publish("b").await;
    assert_eq!(world.fresh().await.len(), 1);
    world.harness.resume(node.number).await;
    assert_eq!(world.in_state("pending").await.len(), 1);
}

pub(crate) async fn what_a_paused_node_began_changes_nothing<C: Cluster>() {
    let mut world = World::<C>::new().await;
    let (piece, old, epoch) = begun(&world).await;
    let record = Arc::new(world.outcome(&piece, Next::Succeed));
    world.harness.pause(old.number).await;
    next_owner(&world, piece.endpoint, (&old, epoch)).await;
    world.harness.resume(old.number).await;
    let refused = old.store.due(piece.endpoint, epoch, world.now(), 1).await;
    assert!(matches!(refused, Err(StoreError::Fenced)), "{refused:?}");
    // It may find out when it records, or only when it commits: nothing comes of it either way.
    if old.store.record(record, epoch).await.is_ok() {
        let _ = old.store.flush().await;
    }
    let row = world.row(piece.delivery).await;
    assert!(matches!(row.progress.state, State::Pending { .. }));
    assert_eq!(row.progress.attempts, 0);
    let due = world.due_anywhere(world.now()).await;
    assert_eq!(due.len(), 1);
    world.finish(&due[0], Next::Succeed).await;
    assert_eq!(world.row(piece.delivery).await.progress.attempts, 1);
}

pub(crate) async fn a_paused_node_does_nothing_by_an_old_catalog<C: Cluster>() {
    let mut world = World::<C>::new().await;
    let key = ApiKey {
        id: KeyId::new(world.now().ms(), world.ten()),
        name: String::new(),
        kind: KeyKind::Project {
            project: world.project,
        },
        scope: Scope::Full,
        created_at: at(0),
        expires_at: None,
        last_used_at: None,
    };
    let id = world.endpoint().await;
    let key = world.node().create_key(key, [1; 32], None).await.unwrap();
    let paused = world.harness.nodes().remove(0);
    world.harness.pause(paused.number).await;
    // Both are answered, though one node hears nothing of them.
    let deleted = world.node().delete_key(world.project, key.id).await;
    deleted.unwrap();
    let deleted = world
        .node()
        .delete_endpoint(&world.reach(), id, world.job_id(), world.now())
        .await;
    deleted.unwrap();
    world.harness.resume(paused.number).await;
    match paused.store.key(&[1; 32]).await {
        Ok(found) => assert_eq!(found, None),
        Err(refused) => assert!(matches!(refused, StoreError::Unavailable(_))),
    }
    let event = vec![world.new_event("acme", "a")];
    match paused.store.append(event, None).await {
        Ok(accepted) => assert_eq!(accepted[0].as_ref().unwrap().deliveries, 0),
        Err(refused) => assert!(matches!(refused, StoreError::Unavailable(_))),
    }
}

pub(crate) async fn what_a_killed_node_took_in_is_found_by_another<C: Cluster>() {
    let mut world = World::<C>::new().await;
    world.endpoint().await;
    let mut events = HashSet::new();
    for node in world.harness.nodes() {
        let event = world.new_event("acme", "a");
        events.insert(event.id);
        node.store.append(vec![event], None).await.unwrap();
    }
    let (owner, _) = world.owner_of(&world.tenant).await;
    world.harness.kill(owner.number).await;
    let mut found = HashSet::new();
    for piece in world.due_anywhere(world.now()).await {
        found.insert(world.row(piece.delivery).await.event);
        world.finish(&piece, Next::Succeed).await;
    }
    assert_eq!(found, events);
    assert!(world.due_anywhere(world.now()).await.is_empty());
}

pub(crate) async fn what_a_killed_node_had_recorded_and_committed_stays<C: Cluster>() {
    let mut world = World::<C>::new().await;
    let (piece, node, epoch) = begun(&world).await;
    world.finish(&piece, Next::Succeed).await;
    node.store.flush().await.unwrap();
    world.harness.kill(node.number).await;
    next_owner(&world, piece.endpoint, (&node, epoch)).await;
    assert!(world.due_anywhere(world.now()).await.is_empty());
    assert_eq!(world.state(piece.delivery).await, State::Succeeded);
}
