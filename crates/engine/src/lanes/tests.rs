use super::*;
use crate::testing::{NOW, due_of, sending};

fn fill(lanes: &mut Lanes, endpoints: i64, each: i64, payload_bytes: usize) {
    for number in 0..endpoints * each {
        let endpoint = EndpointKey(number % endpoints);
        lanes.open(endpoint, &sending(&format!("t{}", endpoint.0), &[0]));
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
        .map(|look| look.endpoint.0)
        .collect();
    looked.sort_unstable();
    assert_eq!(looked, [0, 1, 2, 3, 4]);
}

#[test]
fn a_tenant_is_forgotten_with_its_last_lane() {
    let mut lanes = Lanes::new(Limits::default());
    fill(&mut lanes, 3, 1, 10);
    let mut attempts: Vec<_> = std::iter::from_fn(|| lanes.next_attempt(NOW)).collect();
    assert_eq!(lanes.totals().tenants, 3);
    for next in attempts.drain(..) {
        let ended = Ended {
            endpoint: next.endpoint,
            delivery: next.due.delivery,
            payload_bytes: payload_bytes(&next.due),
            ticket: next.ticket,
            attempted: Some(Attempted {
                after: next
                    .due
                    .progress
                    .cancelled(nuncio_domain::CancelReason::Requested),
                sign: Sign::Well,
                took: Duration::ZERO,
                latency: None,
            }),
        };
        lanes.attempt_ended(&ended, NOW);
    }
    let totals = lanes.totals();
    assert_eq!((totals.tenants, totals.lanes, totals.in_flight), (0, 0, 0));
}
