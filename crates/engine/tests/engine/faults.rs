//! What breaks is contained, recorded and repeated.

use std::time::Duration;

use nuncio_domain::{ErrorClass, State};

use crate::support::{EndpointSpec, START, World};

#[tokio::test]
async fn a_panic_fails_its_delivery_alone() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    let broken = world.publish(endpoint);
    world.call().await.panic();
    world.settle().await;
    let due = START + Duration::from_secs(60);
    assert_eq!(world.state(broken), State::Pending { due });
    let attempt = &world.store.records()[0].attempt;
    assert_eq!(attempt.error, Some(ErrorClass::INTERNAL));

    let well = world.publish(endpoint);
    world
        .call_now()
        .await
        .expect("the engine lives")
        .answer(200);
    world.settle().await;
    assert_eq!(world.state(well), State::Succeeded);
    world.call().await.answer(200);
    world.settle().await;
    assert_eq!(world.state(broken), State::Succeeded);
}

#[tokio::test]
async fn an_event_that_its_dialect_cannot_say_fails_as_render() {
    let world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    world
        .store
        .publish_data(endpoint, START, r#"{"n":12345678901234567890}"#);
    world.settle().await;
    let attempt = &world.store.records()[0].attempt;
    assert_eq!(attempt.error, Some(ErrorClass::RENDER));
    assert!(attempt.request_headers.is_empty(), "nothing was sent");
}

#[tokio::test]
async fn a_failure_to_connect_is_recorded_with_its_class() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    world.publish(endpoint);
    world.call().await.fail("dns");
    world.settle().await;
    let attempt = &world.store.records()[0].attempt;
    assert_eq!(attempt.error, Some(ErrorClass::of("dns")));
    assert_eq!(attempt.status_code, None);
}

#[tokio::test]
async fn what_came_of_an_attempt_is_kept_until_the_store_can_take_it() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
    let delivery = world.publish(endpoint);
    let call = world.call().await;
    world.store.set_unavailable(true);
    call.answer(200);
    for _ in 0..20 {
        world.advance(Duration::from_secs(1)).await;
    }
    assert!(world.receivers.try_next().is_none(), "it is not repeated");
    world.store.set_unavailable(false);
    world.advance(Duration::from_secs(2)).await;
    assert_eq!(world.state(delivery), State::Succeeded);
}

#[tokio::test]
async fn a_failed_look_is_made_again() {
    let mut world = World::new();
    let endpoint = world.endpoint(EndpointSpec::new(1, "grantiva"));
    world.publish(endpoint);
    world.call().await.answer(500);
    world.settle().await;
    world.store.set_unavailable(true);
    world.advance(Duration::from_secs(60)).await;
    assert!(world.receivers.try_next().is_none());
    world.store.set_unavailable(false);
    world.advance(Duration::from_secs(1)).await;
    world.call_now().await.expect("the retry").answer(200);
}

#[tokio::test]
async fn panics_anywhere_lose_nothing() {
    for panics in 1..=4 {
        let mut world = World::new();
        world.settle().await;
        let endpoint = world.endpoint(EndpointSpec::new(1, "standard"));
        world.store.set_panics(panics);
        let delivery = world.publish(endpoint);
        world.call().await.answer(200);
        world.settle().await;
        assert_eq!(world.state(delivery), State::Succeeded, "{panics}");
    }
}
