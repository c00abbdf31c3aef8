//! Why is a pending delivery not being attempted at this moment? In a word, a sentence, and with a time where one is
//! known.

use nuncio_domain::{BreakerState, DeliveryId, Lane, Timestamp, Waiting, Whereabouts};

/// Why a delivery waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Why {
    /// A stable word.
    pub(crate) word: &'static str,
    /// The same in a sentence.
    pub(crate) detail: String,
    /// Until when, as far as is known.
    pub(crate) until: Option<Timestamp>,
}

/// What decides it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Case<'a> {
    /// What keeps it back until somebody does something.
    pub(crate) kept_back: Option<Waiting>,
    /// The delivery that comes first, with an ordering key.
    pub(crate) behind: Option<DeliveryId>,
    /// When its next attempt is due.
    pub(crate) due: Timestamp,
    /// The steady clock.
    pub(crate) now: Timestamp,
    /// Its endpoint's lane, as long as somebody works.
    pub(crate) lane: Option<&'a Lane>,
}

/// Why a pending delivery waits. `None` when it is due, nothing keeps it back, and nobody can say more.
pub(crate) fn why(case: Case<'_>) -> Option<Why> {
    let flies = case
        .lane
        .is_some_and(|lane| lane.delivery == Whereabouts::Flight);
    if flies {
        return Some(say("in_flight", "an attempt is under way", None));
    }
    if let Some(waiting) = case.kept_back {
        return Some(kept_back(waiting, case.behind));
    }
    let pause = case.lane.and_then(|lane| lane.throttle?.until);
    if let Some(until) = pause.filter(|until| *until > case.now) {
        let detail = "its receiver asked for a pause";
        return Some(say("throttled", detail, Some(until.max(case.due))));
    }
    if case.due > case.now {
        let detail = "its next attempt is not due yet";
        return Some(say("scheduled", detail, Some(case.due)));
    }
    case.lane.map(|lane| in_lane(lane, case.now))
}

fn kept_back(waiting: Waiting, behind: Option<DeliveryId>) -> Why {
    let detail = match (waiting, behind) {
        (Waiting::EndpointDisabled, _) => "its endpoint is disabled: enable it to go on".to_owned(),
        (Waiting::Plan, _) => {
            "its tenant's plan has no endpoints: it goes on after an upgrade".to_owned()
        }
        (Waiting::Unverified, _) => {
            "its endpoint has not shown yet that it wants deliveries: verify it to go on".to_owned()
        }
        (Waiting::OrderingKey, Some(first)) => {
            format!("{first} has the same ordering key and has to become final first")
        }
        (Waiting::OrderingKey, None) => {
            "an earlier delivery with the same ordering key has to become final first".to_owned()
        }
    };
    Why {
        word: waiting.as_str(),
        detail,
        until: None,
    }
}

fn in_lane(lane: &Lane, now: Timestamp) -> Why {
    match lane.breaker {
        BreakerState::Open { until } => {
            let failures = lane.failures_in_a_row;
            let detail = format!(
                "the last {failures} attempts at its endpoint failed: it is paused before the next"
            );
            return say("breaker_open", &detail, Some(until));
        }
        BreakerState::HalfOpen => {
            let detail = "its endpoint is being tried with one delivery to see if it has recovered";
            return say("breaker_open", detail, None);
        }
        BreakerState::Closed => {}
    }
    if let Some((throttle, at)) = lane
        .throttle
        .and_then(|throttle| Some((throttle, throttle.next_at?)))
    {
        let detail = format!(
            "its receiver asked for fewer requests: at most {} attempts per second for now",
            throttle.per_second
        );
        return say("throttled", &detail, Some(at));
    }
    if let Some(at) = lane.next_token_at.filter(|at| *at > now) {
        let rate = lane.rate_limit.unwrap_or_default();
        let detail = format!("its endpoint is limited to {rate} attempts per second");
        return say("rate_limit", &detail, Some(at));
    }
    if lane.in_flight >= lane.in_flight_max {
        let most = lane.in_flight_max;
        let detail =
            format!("{most} attempts to its endpoint are in progress, which is the current limit");
        return say("concurrency", &detail, None);
    }
    say("queued", "it is due, and its turn has not come", None)
}

fn say(word: &'static str, detail: &str, until: Option<Timestamp>) -> Why {
    Why {
        word,
        detail: detail.to_owned(),
        until,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use nuncio_domain::{LaneQueued, Throttle};

    use super::*;

    const NOW: Timestamp = Timestamp::from_ms(1_000_000);
    const LATER: Timestamp = Timestamp::from_ms(1_000_700);

    const IDLE: Lane = Lane {
        in_flight: 0,
        in_flight_max: 16,
        queued: LaneQueued {
            asked: 0,
            fresh: 0,
            retry: 0,
            replay: 0,
        },
        rate_limit: Some(5),
        next_token_at: None,
        breaker: BreakerState::Closed,
        failures_in_a_row: 10,
        throttle: None,
        attempt_mean: Duration::ZERO,
        delivery: Whereabouts::Queue,
    };

    #[test]
    fn every_reason_has_its_word_and_its_time() {
        let check = |kept_back, due, lane: Option<Lane>, expected, until| {
            let found = why(Case {
                kept_back,
                behind: None,
                due,
                now: NOW,
                lane: lane.as_ref(),
            })
            .expect("there is a reason");
            assert_eq!((found.word, found.until), (expected, until), "{found:?}");
            assert!(!found.detail.is_empty());
        };
        let lane = |change: fn(&mut Lane)| {
            let mut lane = IDLE;
            change(&mut lane);
            Some(lane)
        };
        let disabled = Some(Waiting::EndpointDisabled);
        check(disabled, NOW, None, "endpoint_disabled", None);
        check(Some(Waiting::Plan), NOW, Some(IDLE), "plan", None);
        let ordered = Some(Waiting::OrderingKey);
        check(ordered, NOW, Some(IDLE), "ordering_key", None);
        check(None, LATER, Some(IDLE), "scheduled", Some(LATER));
        check(None, LATER, None, "scheduled", Some(LATER));
        check(None, NOW, Some(IDLE), "queued", None);
        let flying = lane(|lane| lane.delivery = Whereabouts::Flight);
        check(disabled, LATER, flying, "in_flight", None);
        let open = lane(|lane| lane.breaker = BreakerState::Open { until: LATER });
        check(None, NOW, open, "breaker_open", Some(LATER));
        let half = lane(|lane| lane.breaker = BreakerState::HalfOpen);
        check(None, NOW, half, "breaker_open", None);
        let limited = lane(|lane| lane.next_token_at = Some(LATER));
        check(None, NOW, limited, "rate_limit", Some(LATER));
        let paused = lane(|lane| {
            lane.throttle = Some(Throttle {
                until: Some(LATER),
                per_second: 4,
                next_at: Some(LATER),
            });
        });
        check(None, NOW, paused, "throttled", Some(LATER));
        check(
            None,
            NOW + Duration::from_millis(1),
            paused,
            "throttled",
            Some(LATER),
        );
        let paced = lane(|lane| {
            lane.throttle = Some(Throttle {
                until: None,
                per_second: 4,
                next_at: Some(LATER),
            });
        });
        check(None, NOW, paced, "throttled", Some(LATER));
        check(Some(Waiting::Unverified), NOW, paused, "unverified", None);
        let full = lane(|lane| lane.in_flight = 16);
        check(None, NOW, full, "concurrency", None);
    }

    #[test]
    fn whoever_comes_first_is_named() {
        let first = DeliveryId::from_bits(7);
        let found = why(Case {
            kept_back: Some(Waiting::OrderingKey),
            behind: Some(first),
            due: NOW,
            now: NOW,
            lane: None,
        });
        let found = found.expect("there is a reason");
        assert!(found.detail.contains(&first.to_string()), "{found:?}");
    }
}
