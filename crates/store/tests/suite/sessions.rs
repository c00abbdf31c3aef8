//! What lets browsers in: sign-in sessions and portals' tokens.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{ApiKey, KeyId, KeyKind, Scope, Timestamp};
use nuncio_store::{Session, StoreError};

use super::{
    Harness,
    world::{World, all, at, tenant_id},
};

const HOUR: Duration = Duration::from_secs(60 * 60);

fn hash(n: u16) -> [u8; 32] {
    let mut sha256 = [0; 32];
    sha256[..2].copy_from_slice(&n.to_be_bytes());
    sha256
}

fn session(n: u16, ends_at_s: i64) -> Session {
    Session {
        sha256: hash(n),
        key_sha256: [9; 32],
        created_at: at(0),
        expires_at: at(ends_at_s),
    }
}

pub(crate) async fn a_session_is_found_until_it_is_deleted<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    store.create_session(session(1, 60)).await.unwrap();
    assert_eq!(store.session(&hash(1)).await, Some(session(1, 60)));
    assert_eq!(store.session(&hash(2)).await, None);
    store.delete_session(hash(1)).await.unwrap();
    assert_eq!(store.session(&hash(1)).await, None);
    store.delete_session(hash(1)).await.unwrap();
}

pub(crate) async fn a_session_is_there_after_a_crash<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.node().create_session(session(1, 60)).await.unwrap();
    world.node().create_session(session(2, 60)).await.unwrap();
    world.node().delete_session(hash(2)).await.unwrap();
    world.crash().await;
    let store = world.node();
    assert_eq!(store.session(&hash(1)).await, Some(session(1, 60)));
    assert_eq!(store.session(&hash(2)).await, None);
}

pub(crate) async fn a_session_too_many_ends_the_one_that_would_end_first<H: Harness>() {
    let mut world = World::<H>::new().await;
    let store = world.node();
    for n in 0..100 {
        store
            .create_session(session(n, 1_000 - i64::from(n)))
            .await
            .unwrap();
    }
    let of_another_key = Session {
        key_sha256: [8; 32],
        ..session(200, 1)
    };
    store.create_session(of_another_key).await.unwrap();
    assert!(store.session(&hash(99)).await.is_some());
    store.create_session(session(100, 2_000)).await.unwrap();
    assert_eq!(store.session(&hash(99)).await, None);
    assert!(store.session(&hash(0)).await.is_some());
    assert!(store.session(&hash(200)).await.is_some());
    drop(store);
    world.crash().await;
    assert_eq!(world.node().session(&hash(99)).await, None);
}

async fn portal<H: Harness>(world: &World<H>, n: u16, expires_at: Timestamp) -> Arc<ApiKey> {
    let key = ApiKey {
        id: KeyId::new(world.now().ms(), world.ten()),
        name: "portal".to_owned(),
        kind: KeyKind::Portal {
            project: world.project,
            tenant: tenant_id("acme"),
        },
        scope: Scope::Full,
        created_at: at(0),
        expires_at: Some(expires_at),
        last_used_at: None,
    };
    world.node().create_key(key, hash(n), None).await.unwrap()
}

pub(crate) async fn what_has_ended_is_pruned<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    for (n, ends_at_s) in [(1, 60), (2, 7_200)] {
        let store = world.node();
        store.create_session(session(n, ends_at_s)).await.unwrap();
        portal(&world, n + 10, at(ends_at_s)).await;
    }
    world.advance(HOUR);
    world.prune().await;
    for restarted in [false, true] {
        if restarted {
            world.restart().await;
        }
        let store = world.node();
        assert_eq!(store.session(&hash(1)).await, None);
        assert!(store.session(&hash(2)).await.is_some());
        assert_eq!(store.key(&hash(11)).await.unwrap(), None);
        assert!(store.key(&hash(12)).await.unwrap().is_some());
    }
}

pub(crate) async fn a_portals_token_is_a_key_that_no_list_shows<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    let made = portal(&world, 1, at(3_600)).await;
    world.crash().await;
    let store = world.node();
    assert_eq!(store.key(&hash(1)).await.unwrap(), Some(made.clone()));
    let listed = store.keys(world.project, all()).await.unwrap();
    assert_eq!(listed.items, []);
    let refused = store.delete_key(world.project, made.id).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
}

pub(crate) async fn a_portals_token_ends_with_its_tenant_and_its_project<H: Harness>() {
    let mut world = World::<H>::new().await;
    world.endpoint().await;
    portal(&world, 1, at(3_600)).await;
    let (store, job) = (world.node(), world.job_id());
    let tenant = tenant_id("acme");
    store
        .delete_tenant(world.project, &tenant, job, world.now())
        .await
        .unwrap();
    assert_eq!(store.key(&hash(1)).await.unwrap(), None);
    // A tenant of the same id is another one.
    world.endpoint().await;
    assert_eq!(store.key(&hash(1)).await.unwrap(), None);
    portal(&world, 2, at(3_600)).await;
    let job = world.job_id();
    store
        .delete_project(world.project, job, world.now())
        .await
        .unwrap();
    assert_eq!(store.key(&hash(2)).await.unwrap(), None);
    drop(store);
    world.restart().await;
    for n in [1, 2] {
        assert_eq!(world.node().key(&hash(n)).await.unwrap(), None);
    }
}

pub(crate) async fn a_portals_token_too_many_ends_the_first<H: Harness>() {
    let world = Arc::new(World::<H>::new().await);
    world.endpoint().await;
    let made: Vec<_> = (0..1_000)
        .map(|n| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { portal(&world, n, at(10_000 + i64::from(n))).await })
        })
        .collect();
    for one in made {
        one.await.unwrap();
    }
    let store = world.node();
    assert!(store.key(&hash(0)).await.unwrap().is_some());
    portal(&world, 1_000, at(60_000)).await;
    assert_eq!(store.key(&hash(0)).await.unwrap(), None);
    assert!(store.key(&hash(1)).await.unwrap().is_some());
    assert!(store.key(&hash(1_000)).await.unwrap().is_some());
}
