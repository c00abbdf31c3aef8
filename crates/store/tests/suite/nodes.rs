//! One store, whichever node is asked. Where there is one node only, it is every node.

use std::time::Duration;

use nuncio_domain::{
    ApiKey, CancelReason, DisabledBecause, Endpoint, EventFilter, KeyId, KeyKind, Next, Scope,
    SendAgain, State, Waiting,
};
use nuncio_store::Shard;

use super::{
    Harness,
    world::{World, at, tenant_id},
};

pub(crate) async fn every_shard_has_one_owner<H: Harness>() {
    let world = World::<H>::new().await;
    for n in 0..500 {
        let tenant = tenant_id(&format!("tenant-{n}"));
        let (owner, epoch) = world.owner_of(&tenant).await;
        let shard = Shard::of(world.project, &tenant);
        for node in world.harness.nodes() {
            let claimed = node.store.owned().borrow().epoch(shard);
            let expected = (node.number == owner.number).then_some(epoch);
            assert_eq!(claimed, expected, "{shard:?} at node {}", node.number);
        }
    }
}

pub(crate) async fn what_one_node_answers_every_node_shows<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let (reach, nodes) = (world.reach(), world.harness.nodes());
    for asked in &nodes {
        let event = world.new_event("acme", "a");
        let id = event.id;
        let accepted = asked.store.append(vec![event], None).await.unwrap();
        assert_eq!(accepted[0].as_ref().unwrap().deliveries, 1);
        for node in &nodes {
            assert_eq!(node.store.event(&reach, id).await.unwrap().deliveries, 1);
        }
        let delivery = world.fresh().await.remove(0).delivery;
        let cancelled = asked.store.cancel(&reach, delivery, world.now(), None);
        cancelled.await.unwrap();
        let state = State::Cancelled(CancelReason::Requested);
        for node in &nodes {
            let shown = node.store.delivery(&reach, delivery).await.unwrap();
            assert_eq!(shown.row.progress.state, state, "node {}", node.number);
        }
        let now = world.now();
        let again = asked
            .store
            .retry(&reach, delivery, SendAgain::Scheduled, now, None);
        again.await.unwrap();
        let piece = world.due_anywhere(world.now()).await.remove(0);
        assert_eq!(piece.delivery, delivery);
        world.finish(&piece, Next::Succeed).await;
        for node in &nodes {
            let shown = node.store.delivery(&reach, delivery).await.unwrap();
            assert_eq!(shown.row.progress.state, State::Succeeded);
            assert_eq!(shown.attempts.len(), 1);
        }
    }
}

pub(crate) async fn a_change_at_one_node_is_in_force_at_every_node<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let (whole, nodes) = (world.whole(), world.harness.nodes());
    let key = nodes[0].store.endpoint_key(world.project, id).await;
    let key = key.unwrap();
    let update = async |node: &super::Node, change: fn(&mut Endpoint)| {
        let change = Box::new(move |endpoint: &mut Endpoint| {
            change(endpoint);
            Ok(())
        });
        let updated = node.store.update_endpoint(&whole, id, change, None).await;
        updated.unwrap();
    };
    for asked in &nodes {
        update(asked, |endpoint| {
            endpoint.disabled = Some(DisabledBecause::Requested);
        })
        .await;
        for node in &nodes {
            let sending = node.store.sending(key).await.unwrap();
            assert_eq!(sending.waiting, Some(Waiting::EndpointDisabled));
        }
        update(asked, |endpoint| {
            endpoint.disabled = None;
            endpoint.events = vec![EventFilter::parse("user.*").unwrap()];
        })
        .await;
        for node in &nodes {
            for (kind, expected) in [("user.new", 1), ("order.paid", 0)] {
                let event = vec![world.new_event("acme", kind)];
                let accepted = node.store.append(event, None).await.unwrap();
                let deliveries = accepted[0].as_ref().unwrap().deliveries;
                assert_eq!(deliveries, expected, "{kind} at node {}", node.number);
            }
        }
        update(asked, |endpoint| {
            endpoint.events = vec![EventFilter::parse("order.*").unwrap()];
        })
        .await;

        let sha256 = [u8::try_from(asked.number).unwrap(); 32];
        let made = asked.store.create_key(api_key(&world), sha256, None).await;
        let made = made.unwrap();
        for node in &nodes {
            let found = node.store.key(&sha256).await.unwrap();
            assert_eq!(found.unwrap().id, made.id);
        }
        let deleted = asked.store.delete_key(world.project, made.id).await;
        deleted.unwrap();
        for node in &nodes {
            assert_eq!(node.store.key(&sha256).await.unwrap(), None);
        }
    }
}

fn api_key<H: Harness>(world: &World<H>) -> ApiKey {
    ApiKey {
        id: KeyId::new(world.now().ms(), world.ten()),
        name: String::new(),
        kind: KeyKind::Project {
            project: world.project,
        },
        scope: Scope::Full,
        created_at: at(0),
        expires_at: None,
        last_used_at: None,
    }
}

pub(crate) async fn an_event_is_due_at_its_endpoints_node_whoever_takes_it_in<H: Harness>() {
    let world = World::<H>::new().await;
    let tenants: Vec<_> = (0..8).map(|n| format!("tenant-{n}")).collect();
    for tenant in &tenants {
        world.endpoint_of(tenant, &["*"]).await;
    }
    for tenant in &tenants {
        for node in world.harness.nodes() {
            let event = world.new_event(tenant, "a");
            let id = event.id;
            node.store.append(vec![event], None).await.unwrap();
            let pieces = world.fresh().await;
            assert_eq!(pieces.len(), 1, "{tenant} at node {}", node.number);
            let later = world.now() + Duration::from_secs(60);
            world.finish(&pieces[0], Next::RetryAt(later)).await;
            assert!(world.fresh().await.is_empty());
            let again = world.due(pieces[0].endpoint, later).await;
            let last = again.last().unwrap();
            assert_eq!(last.delivery, pieces[0].delivery);
            assert_eq!(world.row(last.delivery).await.event, id);
            world.finish(last, Next::Succeed).await;
        }
    }
}
