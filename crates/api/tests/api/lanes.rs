//! What the API shows of the work on endpoints.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    BreakerState, DeliveryId, EndpointId, Lane, LaneQueued, LaneTotals, LaneView, ProjectId, Seen,
    Throttle, Timestamp, Whereabouts,
};
use serde_json::json;

use crate::common::{Api, START_MS};

/// Every lane looks like this.
struct Always(Lane);

impl LaneView for Always {
    fn lane(&self, _: ProjectId, _: EndpointId, _: Option<DeliveryId>) -> Seen<'_, Option<Lane>> {
        Box::pin(std::future::ready(Some(self.0)))
    }
    fn totals(&self) -> Seen<'_, Option<LaneTotals>> {
        let totals = LaneTotals {
            breakers_open: 1,
            ..LaneTotals::default()
        };
        Box::pin(std::future::ready(Some(totals)))
    }
}

const UNTIL: Timestamp = Timestamp::from_ms(START_MS + 4_000);

pub(crate) const OPEN: Lane = Lane {
    in_flight: 1,
    in_flight_max: 4,
    queued: LaneQueued {
        asked: 0,
        fresh: 7,
        retry: 2,
        replay: 0,
    },
    rate_limit: Some(5),
    next_token_at: None,
    breaker: BreakerState::Open { until: UNTIL },
    throttle: None,
    failures_in_a_row: 12,
    attempt_mean: Duration::from_micros(2_500),
    delivery: Whereabouts::Queue,
};

fn api_with(lane: Lane) -> Api {
    let mut api = Api::new();
    api.router = nuncio_api::router(nuncio_api::ApiState {
        lanes: Arc::new(Always(lane)),
        ..api.state.clone()
    });
    api
}

#[tokio::test]
async fn a_pending_delivery_says_why_it_waits_and_until_when() {
    let api = api_with(OPEN);
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    let event = api.publish(&project.caller, "a").await;
    let id = api.delivery_of(&project.caller, &event).await;
    let path = format!("/v1/deliveries/{id}");
    let delivery = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(delivery["waiting"], "breaker_open");
    assert_eq!(delivery["waiting_until"], UNTIL.to_string());
    let detail = delivery["waiting_detail"].as_str().unwrap();
    assert!(detail.contains("12 attempts"), "{detail}");

    let cancel = format!("{path}/cancel");
    api.post(&project.caller, &cancel, json!({}))
        .await
        .expect(200);
    let final_one = api.get(&project.caller, &path).await.expect(200);
    for field in ["waiting", "waiting_until", "waiting_detail"] {
        assert_eq!(final_one[field], json!(null), "{field}");
    }
}

#[tokio::test]
async fn an_endpoint_shows_its_numbers_and_its_lane() {
    let api = api_with(Lane {
        throttle: Some(Throttle {
            until: Some(UNTIL),
            per_second: 4,
            next_at: Some(UNTIL),
        }),
        ..OPEN
    });
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    api.publish(&project.caller, "a").await;
    let path = format!("/v1/endpoints/{endpoint}/stats?window_seconds=3600");
    let stats = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(
        (&stats["pending"], &stats["attempts"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(stats["success_rate"], json!(null));
    assert_eq!(
        stats["lane"],
        json!({
            "in_flight": 1,
            "in_flight_max": 4,
            "queued": {"asked": 0, "fresh": 7, "retry": 2, "replay": 0},
            "rate_limit": 5,
            "next_token_at": null,
            "breaker": {"state": "open", "until": UNTIL.to_string(), "failures_in_a_row": 12},
            "throttle": {"until": UNTIL.to_string(), "per_second": 4},
            "attempt_mean_us": 2_500,
        })
    );
}

#[tokio::test]
async fn numbers_are_there_while_nobody_works() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    let path = format!("/v1/endpoints/{endpoint}/stats");
    let stats = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(
        (&stats["lane"], &stats["window_seconds"]),
        (&json!(null), &json!(86_400))
    );
    let event = api.publish(&project.caller, "a").await;
    let id = api.delivery_of(&project.caller, &event).await;
    let delivery = api
        .get(&project.caller, &format!("/v1/deliveries/{id}"))
        .await;
    assert_eq!(delivery.expect(200)["waiting"], json!(null));
}

#[tokio::test]
async fn a_window_out_of_range_and_a_foreign_endpoint_are_refused() {
    let api = Api::new();
    let project = api.project("standard").await;
    let other = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    let path = format!("/v1/endpoints/{endpoint}/stats");
    let narrow = api
        .get(&project.caller, &format!("{path}?window_seconds=59"))
        .await;
    assert_eq!(
        (narrow.status.as_u16(), narrow.pointer()),
        (422, "/window_seconds")
    );
    api.get(&other.caller, &path).await.expect(404);
}

#[tokio::test]
async fn monitors_see_the_lanes() {
    let api = api_with(OPEN);
    let reply = api.get(&crate::common::Caller::admin(), "/metrics").await;
    assert!(reply.text().contains("\nnuncio_breakers_open 1\n"));
}
