//! Recovery: an endpoint gets what it missed, each event once, also over pages and crashes.

use std::time::Duration;

use nuncio_domain::{
    DeliveryId, EndpointId, EventFilter, Job, JobKind, JobState, Meeting, Next, Recovery,
    Selection, SendAgain, State, Timestamp, Which, Why,
};
use nuncio_store::{NewEvent, StoreError};

use super::{Harness, World, world::at};

const LONG_AFTER: Timestamp = at(1_000_000);

impl<H: Harness> World<H> {
    async fn recover(
        &self,
        endpoint: EndpointId,
        which: Which,
        since: Timestamp,
        until: Timestamp,
    ) -> Job {
        let job = Job {
            id: self.job_id(),
            kind: JobKind::Recover(Recovery {
                endpoint,
                which,
                since,
                until,
                again: SendAgain::Scheduled,
            }),
            state: JobState::Running,
            done: 0,
            total: 0,
            created_at: self.now(),
            finished_at: None,
            error: None,
        };
        self.node()
            .start_job(&self.reach(), job, None)
            .await
            .unwrap()
    }

    async fn recovered(&self, job: &Job) -> Job {
        self.carry_out(job.id).await;
        self.node().job(&self.reach(), job.id).await.unwrap()
    }

    async fn rows_of(&self, endpoint: EndpointId) -> Vec<nuncio_store::DeliveryRow> {
        let selection = Selection {
            endpoint: Some(endpoint),
            ..Selection::default()
        };
        self.list(&self.whole(), selection, 250).await
    }
}

pub(crate) async fn what_was_missed_is_delivered_once<H: Harness>() {
    let world = World::<H>::new().await;
    // More than one piece looks at, and more than one piece delivers.
    let batch = (0..1_700)
        .map(|n| {
            world.new_event(
                "acme",
                if n % 5 == 0 {
                    "task.done"
                } else {
                    "order.paid"
                },
            )
        })
        .collect();
    world.node().append(batch, None).await.unwrap();
    let late = world.endpoint_of("acme", &["order.*"]).await;
    let other = world.endpoint_of("acme", &["order.*"]).await;
    let job = world.recover(late, Which::Missing, at(0), LONG_AFTER).await;
    assert_eq!(job.total, 1_360);
    let job = world.recovered(&job).await;
    assert_eq!((job.done, job.total), (1_360, 1_360));
    let rows = world.rows_of(late).await;
    assert_eq!(rows.len(), 1_360);
    let mut events: Vec<_> = rows.iter().map(|row| row.event).collect();
    events.dedup();
    assert_eq!(events.len(), 1_360);
    assert!(rows.iter().all(|row| row.replay_of.is_none()));
    assert!(
        rows.iter()
            .all(|row| row.event_type.as_str() == "order.paid")
    );
    assert_eq!(world.rows_of(other).await.len(), 0);
    let again = world.recover(late, Which::Missing, at(0), LONG_AFTER).await;
    assert_eq!(again.total, 0);
    assert_eq!(world.recovered(&again).await.done, 0);
    assert_eq!(world.rows_of(late).await.len(), 1_360);
}

pub(crate) async fn recovery_goes_by_the_payload_filter<H: Harness>() {
    let world = World::<H>::new().await;
    let event = |n: i32| NewEvent {
        data: format!("{{\"n\":{n}}}").into(),
        ..world.new_event("acme", "order.paid")
    };
    let batch = (0..10).map(event).collect();
    world.node().append(batch, None).await.unwrap();
    let late = world
        .filtered(&["order.*"], r#"{"data": {"n": [{"numeric": [">=", 7]}]}}"#)
        .await;
    let job = world.recover(late, Which::Missing, at(0), LONG_AFTER).await;
    assert_eq!(job.total, 3);
    assert_eq!(world.recovered(&job).await.done, 3);
    assert_eq!(world.rows_of(late).await.len(), 3);
}

pub(crate) async fn what_comes_meanwhile_is_met_no_second_time<H: Harness>() {
    let world = World::<H>::new().await;
    let batch = (0..1_200).map(|_| world.new_event("acme", "a")).collect();
    world.node().append(batch, None).await.unwrap();
    let late = world.endpoint().await;
    let job = world.recover(late, Which::All, at(0), LONG_AFTER).await;
    let mut published = 0;
    while world.job_step(job.id, world.now()).await.unwrap() == JobState::Running {
        world.publish("a").await;
        published += 1;
    }
    assert!(published >= 2, "bounded pieces");
    assert_eq!(world.rows_of(late).await.len(), 1_200 + published);
}

pub(crate) async fn a_recovery_goes_on_after_a_crash<H: Harness>() {
    let mut world = World::<H>::new().await;
    let batch = (0..1_200).map(|_| world.new_event("acme", "a")).collect();
    world.node().append(batch, None).await.unwrap();
    let late = world.endpoint().await;
    let job = world.recover(late, Which::All, at(0), LONG_AFTER).await;
    let state = world.job_step(job.id, world.now()).await.unwrap();
    assert_eq!(state, JobState::Running);
    world.crash().await;
    assert_eq!(world.running_jobs().await, [job.id]);
    let job = world.recovered(&job).await;
    assert_eq!((job.done, job.state), (1_200, JobState::Finished));
    assert_eq!(world.rows_of(late).await.len(), 1_200);
}

pub(crate) async fn only_the_span_counts<H: Harness>() {
    let world = World::<H>::new().await;
    world.publish("a").await;
    world.advance(Duration::from_secs(10));
    let since = world.now();
    world.publish("a").await;
    world.publish("a").await;
    let until = world.now();
    world.publish("a").await;
    let late = world.endpoint().await;
    let job = world.recover(late, Which::Missing, since, until).await;
    assert_eq!(world.recovered(&job).await.done, 2);
    let rows = world.rows_of(late).await;
    assert!(
        rows.iter()
            .all(|row| (since.ms()..until.ms()).contains(&row.event.unix_ms()))
    );
}

pub(crate) async fn everything_is_sent_again_but_what_is_under_way<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let succeeded = world.succeeded("a").await;
    let dead = world.dead("a").await;
    world.publish("a").await;
    let job = world.recover(endpoint, Which::All, at(0), LONG_AFTER).await;
    assert_eq!(world.recovered(&job).await.done, 2);
    let rows = world.rows_of(endpoint).await;
    assert_eq!(rows.len(), 5);
    let mut replayed: Vec<DeliveryId> = rows.iter().filter_map(|row| row.replay_of).collect();
    replayed.sort_unstable();
    let mut expected = [succeeded, dead];
    expected.sort_unstable();
    assert_eq!(replayed, expected);
    assert_eq!(world.state(succeeded).await, State::Succeeded);
    assert!(matches!(world.state(dead).await, State::Dead(_)));
    assert!(world.notices().await.due.len() == 1);
}

pub(crate) async fn dead_ones_are_retried<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint().await;
    let dead = world.dead("a").await;
    let succeeded = world.succeeded("a").await;
    let until = world.now();
    let later = world.dead("a").await;
    let job = world.recover(endpoint, Which::Dead, at(0), until).await;
    assert_eq!(job.total, 1);
    assert_eq!(world.recovered(&job).await.done, 1);
    assert!(matches!(world.state(dead).await, State::Pending { .. }));
    assert_eq!(world.state(succeeded).await, State::Succeeded);
    assert!(matches!(world.state(later).await, State::Dead(_)));
    assert_eq!(world.rows_of(endpoint).await.len(), 3);
}

pub(crate) async fn erased_payloads_and_tests_are_left_out<H: Harness>() {
    let world = World::<H>::new().await;
    let endpoint = world.endpoint_of("acme", &["b"]).await;
    let erased = world.publish("a").await;
    let now = world.now();
    world
        .node()
        .erase_payload(&world.reach(), erased, now)
        .await
        .unwrap();
    let test = world.new_event("acme", "a");
    world
        .node()
        .append_test(&world.reach(), test, endpoint, None)
        .await
        .unwrap();
    let late = world.endpoint().await;
    let job = world.recover(late, Which::All, at(0), LONG_AFTER).await;
    assert_eq!((job.total, world.recovered(&job).await.done), (0, 0));
}

pub(crate) async fn an_endpoint_out_of_reach_is_not_recovered<H: Harness>() {
    let world = World::<H>::new().await;
    let other = world.endpoint_of("other", &["*"]).await;
    let job = Job {
        id: world.job_id(),
        kind: JobKind::Recover(Recovery {
            endpoint: other,
            which: Which::All,
            since: at(0),
            until: LONG_AFTER,
            again: SendAgain::Scheduled,
        }),
        state: JobState::Running,
        done: 0,
        total: 0,
        created_at: world.now(),
        finished_at: None,
        error: None,
    };
    let refused = world.node().start_job(&world.reach(), job, None).await;
    assert!(matches!(refused, Err(StoreError::NotFound)));
}

pub(crate) async fn a_deleted_endpoints_recovery_ends<H: Harness>() {
    let world = World::<H>::new().await;
    world.publish("a").await;
    let late = world.endpoint().await;
    let job = world.recover(late, Which::All, at(0), LONG_AFTER).await;
    let (clean_up, now) = (world.job_id(), world.now());
    world
        .node()
        .delete_endpoint(&world.reach(), late, clean_up, now)
        .await
        .unwrap();
    let job = world.recovered(&job).await;
    assert_eq!((job.done, job.state), (0, JobState::Finished));
}

pub(crate) async fn an_event_is_explained<H: Harness>() {
    let world = World::<H>::new().await;
    let wants = world.endpoint_of("acme", &["a"]).await;
    let never = world.endpoint_of("acme", &["c"]).await;
    let not = world.endpoint_of("acme", &["b"]).await;
    let filtered = world.filtered(&["a"], r#"{"data": {"n": [2]}}"#).await;
    let goes = world.endpoint_of("acme", &["a"]).await;
    world.endpoint_of("other", &["*"]).await;
    let event = world.publish("a").await;
    for piece in world.fresh().await {
        world.finish(&piece, Next::Succeed).await;
    }
    world.advance(Duration::from_secs(1));
    let late = world.endpoint_of("acme", &["a"]).await;
    let replayed = world.endpoint_of("acme", &["a"]).await;
    let (now, reach) = (world.now(), world.reach());
    world
        .node()
        .replay(
            &reach,
            event,
            Some(replayed),
            SendAgain::Scheduled,
            now,
            None,
        )
        .await
        .unwrap();
    let change = Box::new(|endpoint: &mut nuncio_domain::Endpoint| {
        endpoint.events.push(EventFilter::parse("a").unwrap());
        Ok(())
    });
    world
        .node()
        .update_endpoint(&reach, not, change, None)
        .await
        .unwrap();
    let (job, now) = (world.job_id(), world.now());
    world
        .node()
        .delete_endpoint(&reach, goes, job, now)
        .await
        .unwrap();
    let explained = world.node().explain(&reach, event).await.unwrap();
    let why = |id: EndpointId| {
        let met = explained.results.iter().find(|met| met.id == id).unwrap();
        let meeting = Meeting {
            event: &explained.event,
            endpoint: met.endpoint.as_deref(),
            matched: met.matched,
            skipped: met.skipped,
            sent_later: met.sent_later,
        };
        (meeting.why(), met.matched, met.delivery.is_some())
    };
    assert_eq!(why(wants), (Why::Matched, true, true));
    assert_eq!(why(not), (Why::FilterChanged, false, false));
    assert_eq!(why(goes), (Why::Deleted, true, true));
    assert_eq!(why(late), (Why::CreatedLater, false, false));
    assert_eq!(why(replayed), (Why::Replayed, false, true));
    assert_eq!(why(never), (Why::Filter, false, false));
    assert_eq!(why(filtered), (Why::PayloadFilter, false, false));
    assert_eq!(explained.results.len(), 7);
    let other = world.reach_of("other");
    let foreign = world.node().explain(&other, event).await;
    assert!(matches!(foreign, Err(StoreError::NotFound)));
}
