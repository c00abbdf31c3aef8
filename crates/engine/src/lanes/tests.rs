use nuncio_store::DueBatch;

use super::*;
use crate::{
    delivery::ended::Attempted,
    receiver::observation::Observation,
    testing::{NOW, due_of, sending},
};

fn fill(lanes: &mut Lanes, endpoints: i64, each: i64, payload_bytes: usize) {
    for number in 0..endpoints * each {
        let endpoint = EndpointKey::from_number(number % endpoints);
        let tenant = format!("t{}", number % endpoints);
        lanes.open(endpoint, &sending(&tenant, &[0]));
        lanes.queue_fresh(endpoint, due_of(number, payload_bytes));
        lanes.refresh(NOW);
    }
}

#[test]
fn what_waits_is_bounded_by_number_over_all_lanes() {
    let limits = Limits {
        queued_max: 100,
        ..Limits::default()
    };
    let mut lanes = Lanes::new(limits);
    fill(&mut lanes, 50, 20, 10);
    let queued: usize = lanes.lanes.values().map(Lane::queued).sum();
    assert!((50..=100).contains(&queued), "{queued}");
}

#[test]
fn what_waits_is_bounded_by_bytes_over_all_lanes() {
    let limits = Limits {
        queued_bytes_max: 100_000,
        ..Limits::default()
    };
    let mut lanes = Lanes::new(limits);
    fill(&mut lanes, 10, 50, 1_000);
    let queued: usize = lanes.lanes.values().map(Lane::queued).sum();
    assert!((50..=100).contains(&queued), "{queued}");
}

#[test]
fn what_is_in_flight_is_bounded_by_bytes() {
    let limits = Limits {
        in_flight_bytes_max: 100_000,
        ..Limits::default()
    };
    let mut lanes = Lanes::new(limits);
    fill(&mut lanes, 10, 50, 1_000);
    let mut started: IdMap<EndpointKey, usize> = IdMap::default();
    while let Some(next) = lanes.next_attempt(NOW) {
        *started.entry(next.endpoint).or_default() += 1;
    }
    let all: usize = started.values().sum();
    assert!((90..=100).contains(&all), "{all}");
    let most = started.values().max().copied();
    assert!(most <= Some(13), "an eighth each: {most:?}");
}

#[test]
fn what_was_given_back_is_looked_up_again() {
    let limits = Limits {
        queued_max: 10,
        ..Limits::default()
    };
    let mut lanes = Lanes::new(limits);
    fill(&mut lanes, 5, 10, 10);
    while lanes.next_attempt(NOW).is_some() {}
    let mut looked: Vec<_> = std::iter::from_fn(|| lanes.next_look(NOW))
        .map(|look| look.endpoint)
        .collect();
    looked.sort_unstable();
    assert_eq!(looked, [0, 1, 2, 3, 4].map(EndpointKey::from_number));
}

#[test]
fn a_tenant_is_forgotten_with_its_last_lane() {
    let mut lanes = Lanes::new(Limits::default());
    fill(&mut lanes, 3, 1, 10);
    let mut attempts: Vec<_> = std::iter::from_fn(|| lanes.next_attempt(NOW)).collect();
    assert_eq!(lanes.totals(NOW).tenants, 3);
    for next in attempts.drain(..) {
        let ended = Ended {
            endpoint: next.endpoint,
            delivery: next.due.delivery,
            payload_bytes: payload_bytes(&next.due),
            ticket: next.ticket,
            attempted: Ok(Attempted {
                resent: false,
                after: next
                    .due
                    .progress
                    .cancelled(nuncio_domain::CancelReason::Requested),
                observation: Observation::Well,
                took: Duration::ZERO,
                latency: None,
            }),
        };
        lanes.attempt_ended(&ended, NOW);
    }
    let totals = lanes.totals(NOW);
    assert_eq!((totals.tenants, totals.lanes, totals.in_flight), (0, 0, 0));
}

#[test]
fn bulk_work_keeps_to_a_pace_while_something_fresh_comes() {
    let check = |fresh: bool, expected: usize| {
        let mut lanes = Lanes::new(Limits {
            bulk_per_second: 100,
            ..Limits::default()
        });
        let bulk = EndpointKey::from_number(9);
        let replays = (100..110).map(|number| {
            let mut due = due_of(number, 10);
            due.generation = 1;
            due
        });
        let batch = DueBatch {
            due: replays.collect(),
            ..DueBatch::default()
        };
        lanes.note_due(bulk, NOW);
        assert!(lanes.next_look(NOW).is_some());
        let sending = sending("bulk", &[0]);
        let look = Look {
            endpoint: bulk,
            asked: NOW,
            result: Ok(Some(LookResult { sending, batch })),
        };
        lanes.look_ended(look, Vec::new(), NOW);
        if fresh {
            fill(&mut lanes, 1, 1, 10);
        }
        let starts = |lanes: &mut Lanes, now| {
            let attempts = std::iter::from_fn(|| lanes.next_attempt(now));
            attempts.filter(|next| next.endpoint == bulk).count()
        };
        assert_eq!(starts(&mut lanes, NOW), expected, "fresh: {fresh}");
        let later = NOW + Duration::from_secs(2);
        lanes.refresh(later);
        assert_eq!(starts(&mut lanes, later), 10 - expected, "none came since");
    };
    check(false, 10);
    check(true, 1);
}

#[test]
fn a_receiver_that_is_quick_may_have_more_in_memory() {
    let fresh = |lanes: &mut Lanes, first: i64, count: i64| {
        for number in first..first + count {
            lanes.queue_fresh(EndpointKey::from_number(1), due_of(number, 10));
        }
        lanes.lanes[&EndpointKey::from_number(1)].queued()
    };
    let mut lanes = Lanes::new(Limits {
        lane_queue_max: 10,
        lane_burst_max: 100,
        ..Limits::default()
    });
    lanes.open(EndpointKey::from_number(1), &sending("t", &[0]));
    assert_eq!(fresh(&mut lanes, 0, 200), 100);
    // Half of what may be in memory is taken: nobody gets more than what everybody has.
    let mut lanes = Lanes::new(Limits {
        queued_max: 40,
        ..lanes.limits
    });
    lanes.open(EndpointKey::from_number(1), &sending("t", &[0]));
    assert_eq!(fresh(&mut lanes, 0, 200), 21);
}
