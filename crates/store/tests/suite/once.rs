//! Requests made twice.

use std::sync::Arc;

use nuncio_domain::{
    ApiKey, BulkRetry, Endpoint, Job, JobKind, JobState, KeyId, KeyKind, Scope, SendAgain,
};
use nuncio_store::{NewEvent, Once, StoreError, StoredAnswer};

use super::{
    Harness,
    world::{World, at},
};

fn once<T>(scope: u8, fingerprint: u8) -> Option<Once<T>> {
    Some(Once {
        scope: [scope; 32],
        fingerprint: [fingerprint; 32],
        answer: Box::new(move |_| Some(answer(scope))),
    })
}

fn answer(scope: u8) -> StoredAnswer {
    StoredAnswer {
        status: 202,
        body: vec![scope; 3],
        shows: nuncio_store::Shows::NoSecret,
    }
}

fn is_repeated<T>(result: Result<T, StoreError>, scope: u8) -> bool {
    matches!(result, Err(StoreError::Repeated(kept)) if kept == answer(scope))
}

fn events<H: Harness>(world: &World<H>) -> Vec<NewEvent> {
    vec![world.new_event("acme", "a")]
}

pub(crate) async fn a_repeated_request_gets_the_first_answer<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    let store = world.node();
    store.append(events(&world), once(1, 1)).await.unwrap();
    let again = store.append(events(&world), once(1, 1)).await;
    assert!(is_repeated(again, 1));
    assert_eq!(world.fresh().await.len(), 1);
}

pub(crate) async fn another_request_with_the_same_key_is_refused<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    store.append(events(&world), once(1, 1)).await.unwrap();
    let other = store.append(events(&world), once(1, 2)).await;
    assert!(matches!(other, Err(StoreError::KeyReused)));
    assert!(store.append(events(&world), once(2, 2)).await.is_ok());
}

pub(crate) async fn the_answer_survives_a_crash<H: Harness>() {
    let mut world = World::<H>::new().await;
    let batch = events(&world);
    world.node().append(batch, once(1, 1)).await.unwrap();
    world.crash().await;
    let again = world.node().append(events(&world), once(1, 1)).await;
    assert!(is_repeated(again, 1));
}

pub(crate) async fn concurrent_repetitions_have_one_effect<H: Harness>() {
    let world = Arc::new(World::<H>::new().await);
    world.endpoint().await;
    let requests: Vec<_> = (0..16)
        .map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.node().append(events(&world), once(1, 1)).await })
        })
        .collect();
    let mut done = 0;
    for request in requests {
        match request.await.unwrap() {
            Ok(_) => done += 1,
            repeated => assert!(is_repeated(repeated, 1)),
        }
    }
    assert_eq!(done, 1);
    assert_eq!(world.fresh().await.len(), 1);
}

pub(crate) async fn an_answer_of_none_keeps_nothing<H: Harness>() {
    let world = World::<H>::new().await;
    for _ in 0..2 {
        let once = Once {
            scope: [1; 32],
            fingerprint: [1; 32],
            answer: Box::new(|_: &Vec<_>| None),
        };
        let batch = events(&world);
        assert!(world.node().append(batch, Some(once)).await.is_ok());
    }
}

pub(crate) async fn every_change_can_be_asked_for_once<H: Harness>() {
    let world = World::<H>::new().await;
    let store = world.node();
    let endpoint = world.endpoint().await;
    let dead = world.dead("a").await;
    world.publish("b").await;
    let pending = world.fresh().await.remove(0).delivery;
    let event = world.row(dead).await.event;
    let reach = world.reach();
    for first in [true, false] {
        let project = world.project_of("standard", nuncio_domain::ProjectId::new(9, [9; 10]));
        let key = ApiKey {
            id: KeyId::new(9, [9; 10]),
            name: String::new(),
            kind: KeyKind::Admin,
            scope: Scope::Full,
            created_at: at(0),
            expires_at: None,
            last_used_at: None,
        };
        let job = Job {
            id: world.job_id(),
            kind: JobKind::Retry(BulkRetry::default()),
            state: JobState::Running,
            done: 0,
            total: 0,
            created_at: at(0),
            finished_at: None,
            error: None,
        };
        let test = world.new_event("acme", "webhook.test");
        let new = world.new_endpoint("acme", &["*"]);
        let change = Box::new(|_: &mut Endpoint| Ok(()));
        let now = world.now();
        let mut checked = 0;
        macro_rules! check {
            ($scope:literal, $result:expr) => {{
                let result = $result.await;
                let ok = result.is_ok();
                assert!(
                    ok == first && (ok || is_repeated(result, $scope)),
                    "{}",
                    $scope
                );
                checked += 1;
            }};
        }
        check!(1, store.create_project(project, Vec::new(), once(1, 1)));
        check!(2, store.create_key(key, [7; 32], once(2, 1)));
        check!(3, store.create_endpoint(world.project, new, 9, once(3, 1)));
        check!(
            4,
            store.update_endpoint(&reach, endpoint, change, once(4, 1))
        );
        check!(5, store.append_test(&reach, test, endpoint, once(5, 1)));
        check!(
            6,
            store.retry(&reach, dead, SendAgain::Scheduled, now, once(6, 1))
        );
        check!(7, store.cancel(&reach, pending, now, once(7, 1)));
        check!(
            8,
            store.replay(&reach, event, None, SendAgain::Scheduled, now, once(8, 1))
        );
        check!(9, store.start_job(&reach, job, once(9, 1)));
        assert_eq!(checked, 9);
    }
}
