//! What has happened is counted, once.

use std::time::Duration;

use nuncio_domain::{DisabledBecause, EndpointId, Next, Timestamp, Waiting};
use nuncio_store::{
    Count, EndpointStats, NewEvent, Reach, Rollup, RollupScope, RollupUnit, StoreError,
};

use super::{
    Harness,
    world::{World, at, tenant_id},
};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn series<H: Harness>(
    world: &World<H>,
    scope: RollupScope,
    unit: RollupUnit,
) -> Vec<(Timestamp, Rollup)> {
    let until = world.now();
    let since = until - 100 * DAY;
    let (store, reach) = (world.node(), world.whole());
    let series = store.rollup_series(&reach, scope, unit, since, until);
    series.await.unwrap()
}

async fn stats<H: Harness>(world: &World<H>, id: EndpointId, window: Duration) -> EndpointStats {
    let (store, reach, now) = (world.node(), world.reach(), world.now());
    store.endpoint_stats(&reach, id, window, now).await.unwrap()
}

/// Events, attempts, failed ones, succeeded, dead, cancelled.
fn numbers(rollup: &Rollup) -> [u64; 6] {
    [
        rollup.events,
        rollup.attempts,
        rollup.attempts_failed,
        rollup.succeeded,
        rollup.dead,
        rollup.cancelled,
    ]
}

pub(crate) async fn what_happens_is_counted_in_its_minute_and_hour<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    world.succeeded("a").await;
    world.dead("a").await;
    world.advance(MINUTE);
    let later = world.now() + HOUR;
    let pending = world.ended("a", Next::RetryAt(later)).await;
    let now = world.now();
    let store = world.node();
    store
        .cancel(&world.whole(), pending, now, None)
        .await
        .unwrap();
    world.advance(2 * HOUR);
    world.succeeded("a").await;
    let check = async |scope: RollupScope, unit, expected: &[(i64, [u64; 6])]| {
        let found = series(&world, scope.clone(), unit).await;
        let found: Vec<_> = found
            .iter()
            .map(|(at, rollup)| (*at, numbers(rollup)))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(s, n)| (at(*s), *n)).collect();
        assert_eq!(found, expected, "{scope:?} by {unit:?}");
    };
    let endpoint = RollupScope::Endpoint(id);
    let minutes = [
        (0, [0, 2, 1, 1, 1, 0]),
        (60, [0, 1, 1, 0, 0, 1]),
        (7_260, [0, 1, 0, 1, 0, 0]),
    ];
    check(endpoint.clone(), RollupUnit::Minute, &minutes).await;
    let hours = [(0, [0, 3, 2, 1, 1, 1]), (7_200, [0, 1, 0, 1, 0, 0])];
    check(endpoint, RollupUnit::Hour, &hours).await;
    let hours = [(0, [3, 3, 2, 1, 1, 1]), (7_200, [1, 1, 0, 1, 0, 0])];
    check(RollupScope::Project, RollupUnit::Hour, &hours).await;
    let acme = RollupScope::Tenant(tenant_id("acme"));
    check(acme, RollupUnit::Hour, &hours).await;
}

pub(crate) async fn what_waits_is_counted_for_monitors<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let store = world.node();
    let totals = store.totals().await.unwrap();
    assert!(totals.database_bytes > 0, "{totals:?}");
    assert_eq!((totals.pending, totals.oldest_due), (0, None));
    let [first, second] = [10, 20].map(|minutes| world.now() + minutes * MINUTE);
    world.ended("a", Next::RetryAt(second)).await;
    world.ended("b", Next::RetryAt(first)).await;
    world.succeeded("c").await;
    world.flush().await;
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.pending, totals.held), (2, 0));
    assert_eq!(totals.oldest_due, Some(first));
    assert_eq!(totals.jobs_running, 0);
    // Those of a disabled endpoint wait for people, and nothing is late.
    let disabled = Some(DisabledBecause::Requested);
    world.set_disabled(id, disabled).await;
    let totals = store.totals().await.unwrap();
    assert_eq!((totals.pending, totals.held), (0, 2));
    assert_eq!(totals.oldest_due, None);
}

pub(crate) async fn a_series_begins_in_the_unit_of_its_begin<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    for _ in 0..3 {
        world.succeeded("a").await;
        world.advance(MINUTE);
    }
    let check = async |since_ms: i64, until_ms: i64, expected: &[i64]| {
        let (since, until) = (
            Timestamp::from_ms(at(0).ms() + since_ms),
            Timestamp::from_ms(at(0).ms() + until_ms),
        );
        let (unit, reach) = (RollupUnit::Minute, world.whole());
        let series = world
            .node()
            .rollup_series(&reach, RollupScope::Project, unit, since, until)
            .await
            .unwrap();
        let found: Vec<_> = series.iter().map(|(begin, _)| *begin).collect();
        let expected: Vec<_> = expected.iter().map(|s| at(*s)).collect();
        assert_eq!(found, expected, "{since_ms}..{until_ms}");
    };
    check(0, 180_000, &[0, 60, 120]).await;
    check(59_999, 120_000, &[0, 60]).await;
    check(60_000, 120_001, &[60, 120]).await;
    check(60_000, 60_000, &[]).await;
    check(120_000, 60_000, &[]).await;
    check(i64::MIN / 2, 180_000, &[0, 60, 120]).await;
}

pub(crate) async fn tests_are_not_counted<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let store = world.node();
    for next in [
        Some(Next::Succeed),
        Some(Next::Die(nuncio_domain::DeadReason::TestFailed)),
        None,
    ] {
        let event = world.new_event("acme", "webhook.test");
        let delivery = store.append_test(&world.reach(), event, id, None).await;
        let delivery = delivery.unwrap();
        let piece = world.due_anywhere(world.now()).await.remove(0);
        match next {
            Some(next) => world.finish(&piece, next).await,
            None => {
                let now = world.now();
                let cancelled = store.cancel(&world.whole(), delivery, now, None).await;
                cancelled.unwrap();
            }
        }
    }
    for scope in [
        RollupScope::Project,
        RollupScope::Tenant(tenant_id("acme")),
        RollupScope::Endpoint(id),
    ] {
        assert_eq!(series(&world, scope, RollupUnit::Minute).await, []);
    }
}

pub(crate) async fn nothing_is_counted_twice_or_lost_by_a_crash<H: Harness>() {
    let mut world = World::<H>::new().await;
    let id = world.endpoint().await;
    for round in 0..3 {
        for n in 0..10 {
            world.publish("a").await;
            let piece = world.fresh().await.remove(0);
            if n < 5 {
                world.finish(&piece, Next::Succeed).await;
            }
        }
        if round == 1 {
            world.flush().await;
        }
        world.crash().await;
        // What was not committed is attempted again, and counted then.
        for piece in world.due_anywhere(world.now()).await {
            world.finish(&piece, Next::Succeed).await;
        }
        world.flush().await;
    }
    world.crash().await;
    let endpoint = series(&world, RollupScope::Endpoint(id), RollupUnit::Hour).await;
    assert_eq!(numbers(&endpoint[0].1), [0, 30, 0, 30, 0, 0]);
    let project = series(&world, RollupScope::Project, RollupUnit::Hour).await;
    assert_eq!(numbers(&project[0].1), [30, 30, 0, 30, 0, 0]);
}

pub(crate) async fn an_outcome_that_changes_nothing_ends_nothing<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    for _ in 0..3 {
        world.finish(&piece, Next::Succeed).await;
    }
    let minutes = series(&world, RollupScope::Endpoint(id), RollupUnit::Minute).await;
    assert_eq!(numbers(&minutes[0].1), [0, 3, 0, 1, 0, 0]);
}

pub(crate) async fn durations_are_of_attempts_and_of_deliveries<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let later = world.now() + 30 * MINUTE;
    let put_off = NewEvent {
        deliver_at: Some(later),
        due: later,
        ..world.new_event("acme", "a")
    };
    world.append(put_off).await.unwrap();
    world.advance(30 * MINUTE);
    let piece = world.due_anywhere(world.now()).await.remove(0);
    world.finish(&piece, Next::Succeed).await;
    let off = |found: Option<Duration>, expected_ms: u64| {
        let found = found.unwrap().as_secs_f64() * 1_000.0;
        (found / expected_ms as f64 - 1.0).abs()
    };
    let totals = stats(&world, id, HOUR).await.totals;
    assert!(off(totals.attempt_times.quantile(0.5).map(|t| t * 2), 3) < 0.07);
    // From when it was due, not from when it was published: some milliseconds.
    let took = totals.delivery_times.quantile(1.0).unwrap();
    assert!(took < Duration::from_secs(1), "{took:?}");
    world.publish("a").await;
    let piece = world.fresh().await.remove(0);
    world.advance(10 * MINUTE);
    world.finish(&piece, Next::Succeed).await;
    let totals = stats(&world, id, HOUR).await.totals;
    assert!(off(totals.delivery_times.quantile(1.0), 600_000) < 0.07);
    assert_eq!(totals.delivery_times.total(), 2);
}

pub(crate) async fn an_endpoints_stats_say_how_it_does<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    let nothing = stats(&world, id, HOUR).await;
    assert_eq!(nothing.totals, Rollup::default());
    assert_eq!(nothing.totals.success_rate(), None);
    assert_eq!((nothing.last_success, nothing.oldest_due), (None, None));
    let long_ago = world.now();
    world.succeeded("a").await;
    world.advance(3 * DAY);
    world.succeeded("a").await;
    for n in 1..=3 {
        let due = world.now() + n * HOUR;
        world.ended("a", Next::RetryAt(due)).await;
    }
    let now = world.now();
    let stats_1h = stats(&world, id, HOUR).await;
    assert_eq!(numbers(&stats_1h.totals), [0, 4, 3, 1, 0, 0]);
    assert_eq!(stats_1h.totals.success_rate(), Some(0.25));
    let pending = Count {
        count: 3,
        more: false,
    };
    assert_eq!(stats_1h.pending, pending);
    assert!(stats_1h.oldest_due.unwrap() < now + HOUR);
    assert!(stats_1h.last_success < stats_1h.last_failure);
    let week = stats(&world, id, 7 * DAY).await;
    assert_eq!(numbers(&week.totals), [0, 5, 3, 2, 0, 0]);
    world.advance(20 * DAY);
    let stats_1h = stats(&world, id, HOUR).await;
    assert_eq!(stats_1h.totals, Rollup::default());
    assert!(stats_1h.last_success > Some(long_ago) && stats_1h.last_success < Some(now));
    assert!(stats_1h.last_failure < Some(now));
}

pub(crate) async fn a_standing_counts_what_waits_and_what_died<H: Harness>() {
    let world = World::<H>::new().await;
    let failing = world.endpoint().await;
    world.dead("a").await;
    world.advance(MINUTE);
    let later = world.now() + HOUR;
    world.ended("a", Next::RetryAt(later)).await;
    let quiet = world.endpoint_of("umbrella", &["b"]).await;
    let disabled = Some(DisabledBecause::Requested);
    world.set_disabled(quiet, disabled).await;
    let event = world.new_event("umbrella", "b");
    world.append(event).await.unwrap();
    let check = async |reach: Reach, pending, dead, endpoints, suspects: &[EndpointId]| {
        let standing = world.node().standing(&reach, world.now()).await.unwrap();
        let count = |count| Count { count, more: false };
        assert_eq!(standing.pending, count(pending), "{reach:?}");
        assert_eq!(standing.dead, count(dead), "{reach:?}");
        assert_eq!((standing.endpoints, standing.disabled), endpoints);
        let found: Vec<_> = standing
            .suspects
            .iter()
            .map(|one| one.endpoint.id)
            .collect();
        assert_eq!(found, suspects, "{reach:?}");
        standing
    };
    let all = check(world.whole(), 2, 1, (2, 1), &[failing, quiet]).await;
    let [failing_one, quiet_one] = &all.suspects[..] else {
        panic!("{all:?}")
    };
    let observation = failing_one.observation;
    assert_eq!((observation.attempts, observation.attempts_failed), (2, 2));
    assert_eq!(observation.oldest_due, Some(later));
    assert_eq!(
        quiet_one.observation.waiting,
        Some(Waiting::EndpointDisabled)
    );
    // Of the two, the one that the disabled endpoint has not got was due first.
    assert!(all.oldest_due < Some(later));
    check(world.reach(), 1, 1, (1, 0), &[failing]).await;
    check(world.reach_of("umbrella"), 1, 0, (1, 1), &[quiet]).await;
    check(world.reach_of("nobody"), 0, 0, (0, 0), &[]).await;
    // What failed hours ago is no reason for suspicion; what waits is.
    world.advance(3 * HOUR);
    let old = check(world.reach(), 1, 1, (1, 0), &[failing]).await;
    assert_eq!(old.suspects[0].observation.attempts, 0);
    let other = world.another_project("standard").await;
    let foreign = Reach {
        project: other,
        tenant: None,
    };
    check(foreign, 0, 0, (0, 0), &[]).await;
}

pub(crate) async fn a_deleted_endpoint_still_counts_for_its_tenant<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    world.succeeded("a").await;
    world.publish("a").await;
    let (job, now) = (world.job_id(), world.now());
    let store = world.node();
    let reach = world.reach();
    store.delete_endpoint(&reach, id, job, now).await.unwrap();
    world.carry_out(job).await;
    let acme = RollupScope::Tenant(tenant_id("acme"));
    let hours = series(&world, acme, RollupUnit::Hour).await;
    assert_eq!(numbers(&hours[0].1), [2, 1, 0, 1, 0, 1]);
}

pub(crate) async fn minutes_go_after_two_days_hours_with_the_history<H: Harness>() {
    let world = World::<H>::new().await;
    world.endpoint().await;
    world.succeeded("a").await;
    let check = async |unit, expected: usize| {
        world.prune().await;
        let found = series(&world, RollupScope::Project, unit).await.len();
        assert_eq!(found, expected, "{unit:?}");
    };
    world.advance(40 * HOUR);
    check(RollupUnit::Minute, 1).await;
    world.advance(10 * HOUR);
    check(RollupUnit::Minute, 0).await;
    check(RollupUnit::Hour, 1).await;
    world.advance(40 * DAY);
    check(RollupUnit::Hour, 0).await;
}

pub(crate) async fn numbers_out_of_reach_are_not_found<H: Harness>() {
    let world = World::<H>::new().await;
    let id = world.endpoint().await;
    world.succeeded("a").await;
    let other = world.another_project("standard").await;
    let acme = || RollupScope::Tenant(tenant_id("acme"));
    let check = async |reach: Reach, scope: RollupScope| {
        let (unit, now) = (RollupUnit::Hour, world.now());
        let store = world.node();
        let found = store.rollup_series(&reach, scope.clone(), unit, at(0), now);
        let found = found.await;
        let hidden = matches!(found, Err(StoreError::NotFound));
        assert!(hidden, "{scope:?} for {reach:?}: {found:?}");
    };
    world.endpoint_of("umbrella", &["*"]).await;
    let foreign = Reach {
        project: other,
        tenant: None,
    };
    check(world.reach(), RollupScope::Project).await;
    check(world.reach_of("umbrella"), acme()).await;
    check(world.reach_of("umbrella"), RollupScope::Endpoint(id)).await;
    check(foreign.clone(), acme()).await;
    check(foreign.clone(), RollupScope::Endpoint(id)).await;
    let (store, now) = (world.node(), world.now());
    for reach in [foreign, world.reach_of("umbrella")] {
        let found = store.endpoint_stats(&reach, id, HOUR, now).await;
        assert!(matches!(found, Err(StoreError::NotFound)));
    }
}
