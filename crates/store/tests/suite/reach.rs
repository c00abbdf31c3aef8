//! Nobody sees or touches what is out of reach: it looks as if it were not there.

use nuncio_domain::{BulkRetry, Endpoint, Job, JobKind, JobState, Selection, SendAgain};
use nuncio_store::{EventQuery, Reach, StoreError};

use super::{
    Harness,
    world::{World, all},
};

async fn nothing_is_found<H: Harness>(world: &World<H>, foreign: &Reach) {
    let store = world.node();
    let endpoint = world.endpoint().await;
    let delivery = world.dead("a").await;
    let event = world.row(delivery).await.event;
    let job = Job {
        id: world.job_id(),
        kind: JobKind::Retry(BulkRetry::default()),
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    let job = store.start_job(&world.reach(), job, None).await.unwrap();
    let now = world.now();
    macro_rules! not_found {
        ($($what:expr;)*) => {
            $(assert!(matches!($what.await, Err(StoreError::NotFound)), stringify!($what));)*
        };
    }
    let change = Box::new(|_: &mut Endpoint| Ok(()));
    let test = world.new_event("acme", "webhook.test");
    not_found! {
        store.event(foreign, event);
        store.delivery(foreign, delivery);
        store.event_deliveries(foreign, event, all());
        store.retry(foreign, delivery, SendAgain::Scheduled, now, None);
        store.cancel(foreign, delivery, now, None);
        store.replay(foreign, event, None, SendAgain::Scheduled, now, None);
        store.erase_payload(foreign, event, now);
        store.job(foreign, job.id);
        store.update_endpoint(foreign, endpoint, change, None);
        store.delete_endpoint(foreign, endpoint, world.job_id(), now);
        store.append_test(foreign, test, endpoint, None);
    }
    assert!(store.endpoint(foreign, endpoint).await.unwrap().is_none());
    assert!(
        store
            .endpoints(foreign, all())
            .await
            .unwrap()
            .items
            .is_empty()
    );
    let rows = store.deliveries(foreign, Selection::default(), all()).await;
    assert!(rows.unwrap().items.is_empty());
    let selection = Selection {
        endpoint: Some(endpoint),
        ..Selection::default()
    };
    let rows = store.deliveries(foreign, selection, all()).await;
    assert!(rows.unwrap().items.is_empty());
    let query = EventQuery {
        tenant: Some(world.tenant.clone()),
        ..EventQuery::default()
    };
    for query in [EventQuery::default(), query] {
        let events = store.events(foreign, query, all()).await;
        assert!(events.unwrap().items.is_empty());
    }
    // A job of theirs does not touch what they can't see.
    let foreign_job = Job {
        id: world.job_id(),
        kind: JobKind::Purge(Selection::default()),
        ..job
    };
    let foreign_job = store.start_job(foreign, foreign_job, None).await.unwrap();
    assert_eq!(foreign_job.total, 0);
    world.carry_out(foreign_job.id).await;
    assert!(store.delivery(&world.reach(), delivery).await.is_ok());
}

pub(crate) async fn another_tenants_things_are_not_found<H: Harness>() {
    let world = World::<H>::new().await;
    nothing_is_found(&world, &world.reach_of("unknown")).await;
    let world = World::<H>::new().await;
    world
        .append(world.new_event("other", "a"))
        .await
        .map(drop)
        .unwrap();
    let slice = world
        .node()
        .events(&world.reach_of("other"), EventQuery::default(), all())
        .await
        .unwrap();
    assert_eq!(slice.items.len(), 1);
    let reach = world.reach_of("third");
    nothing_is_found(&world, &reach).await;
}

pub(crate) async fn another_projects_things_are_not_found<H: Harness>() {
    let world = World::<H>::new().await;
    let project = world.another_project("standard").await;
    for tenant in [None, Some(world.tenant.clone())] {
        let foreign = Reach { project, tenant };
        nothing_is_found(&world, &foreign).await;
        // Each round works with its own endpoint.
        let endpoints = world.node().endpoints(&world.whole(), all()).await.unwrap();
        for endpoint in endpoints.items {
            let job = world.job_id();
            world
                .node()
                .delete_endpoint(&world.whole(), endpoint.id, job, world.now())
                .await
                .unwrap();
        }
        world.notices().await;
    }
}
