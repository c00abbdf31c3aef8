//! What happened over time, and how all is going.

use std::{sync::Arc, time::Duration};

use nuncio_domain::{
    BreakerState, Clock, DeliveryId, EndpointId, Lane, LaneTotals, LaneView, Next, ProjectId, Seen,
    Timestamp,
};
use serde_json::{Value, json};

use crate::{
    common::{Api, Caller, START_MS},
    lanes::OPEN,
};

/// Only this endpoint is worked on, and its breaker is open.
struct One(String);

impl LaneView for One {
    fn lane(&self, _: ProjectId, id: EndpointId, _: Option<DeliveryId>) -> Seen<'_, Option<Lane>> {
        let closed = Lane {
            breaker: BreakerState::Closed,
            ..OPEN
        };
        let lane = if id.to_string() == self.0 {
            OPEN
        } else {
            closed
        };
        Box::pin(std::future::ready(Some(lane)))
    }
    fn totals(&self) -> Seen<'_, Option<LaneTotals>> {
        Box::pin(std::future::ready(None))
    }
}

/// Publishes an event, and has its one delivery fail or succeed.
async fn attempted(api: &Api, caller: &Caller, tenant: &str, succeeds: bool) {
    api.publish(caller, tenant).await;
    let fresh = api.fresh().await;
    let later = api.clock.now() + Duration::from_secs(60 * 60);
    let next = match succeeds {
        true => Next::Succeed,
        false => Next::RetryAt(later),
    };
    let status_code = if succeeds { 200 } else { 500 };
    api.attempt(&fresh, 1, Some(status_code), next).await;
}

fn minute(ms: i64) -> String {
    Timestamp::from_ms(ms.div_euclid(60_000) * 60_000).to_string()
}

#[tokio::test]
async fn a_chart_shows_minutes_in_which_something_happened() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    api.endpoint(&project.caller, "b").await;
    attempted(&api, &project.caller, "a", true).await;
    attempted(&api, &project.caller, "b", false).await;
    api.clock.advance(Duration::from_secs(120));
    attempted(&api, &project.caller, "a", false).await;
    let check = async |caller: &Caller, query: &str, expected: &[[u64; 4]]| {
        let stats = api.get(caller, &format!("/v1/stats{query}")).await;
        let stats = stats.expect(200);
        let points = stats["data"].as_array().unwrap();
        let of = |point: &Value| {
            ["events", "attempts", "attempts_failed", "succeeded"]
                .map(|field| point[field].as_u64().unwrap())
        };
        let found: Vec<_> = points.iter().map(of).collect();
        assert_eq!(found, expected, "{query}");
        stats
    };
    let all = check(&project.caller, "", &[[2, 2, 1, 1], [1, 1, 1, 0]]).await;
    assert_eq!(all["unit"], "minute");
    assert_eq!(all["data"][0]["at"], minute(START_MS));
    assert_eq!(all["data"][1]["at"], minute(START_MS + 120_000));
    assert_eq!(all["data"][0]["success_rate"], 0.5);
    assert!(all["data"][0]["attempt_time"]["p50_us"].as_u64() >= Some(12_000));
    check(&project.caller, "?unit=hour", &[[3, 3, 2, 1]]).await;
    let a = [[1, 1, 0, 1], [1, 1, 1, 0]];
    check(&project.caller, "?tenant=a", &a).await;
    let deliveries = [[0, 1, 0, 1], [0, 1, 1, 0]];
    check(
        &project.caller,
        &format!("?endpoint={endpoint}"),
        &deliveries,
    )
    .await;
    check(&api.tenant_key(&project.id, "a").await, "", &a).await;
    let since = Timestamp::from_ms(START_MS + 60_000);
    check(&project.caller, &format!("?since={since}"), &[[1, 1, 1, 0]]).await;
}

#[tokio::test]
async fn a_span_that_is_wrong_or_somebody_elses_is_refused() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    let tenant = api.tenant_key(&project.id, "b").await;
    let check = async |caller: &Caller, path: &str, status: u16, pointer: &str| {
        let reply = api.get(caller, path).await;
        let found = (reply.status.as_u16(), reply.pointer());
        assert_eq!(found, (status, pointer), "{path}: {}", reply.text());
    };
    let own = &project.caller;
    check(own, "/v1/stats?unit=day", 422, "/unit").await;
    let backwards = "/v1/stats?since=2026-02-01T00:00:00.000Z&until=2026-01-01T00:00:00.000Z";
    check(own, backwards, 422, "/since").await;
    let long = "/v1/stats?since=2026-01-01T00:00:00.000Z&until=2026-02-01T00:00:00.000Z";
    check(own, long, 422, "/since").await;
    let both = format!("/v1/stats?tenant=a&endpoint={endpoint}");
    check(own, &both, 422, "/tenant").await;
    check(&tenant, "/v1/stats?tenant=a", 404, "none").await;
    check(
        &tenant,
        &format!("/v1/stats?endpoint={endpoint}"),
        404,
        "none",
    )
    .await;
    check(&tenant, "/v1/overview?tenant=a", 404, "none").await;
    check(
        own,
        "/v1/overview?window_seconds=59",
        422,
        "/window_seconds",
    )
    .await;
}

#[tokio::test]
async fn an_overview_tells_what_waits_and_who_is_in_trouble() {
    let mut api = Api::new();
    let project = api.project("standard").await;
    let broken = api.endpoint(&project.caller, "a").await;
    let well = api.endpoint(&project.caller, "b").await;
    attempted(&api, &project.caller, "a", false).await;
    attempted(&api, &project.caller, "b", true).await;
    api.dead_letter(&project.caller, "a").await;
    api.clock.advance(Duration::from_secs(60));
    api.router = nuncio_api::router(nuncio_api::ApiState {
        lanes: Arc::new(One(broken.clone())),
        ..api.state.clone()
    });
    let overview = api.get(&project.caller, "/v1/overview").await.expect(200);
    let totals = &overview["totals"];
    assert_eq!(
        (&totals["events"], &totals["attempts"], &totals["dead"]),
        (&json!(3), &json!(3), &json!(1))
    );
    assert_eq!(overview["events_per_second"], json!(0.05));
    assert_eq!(overview["pending"], json!({"count": 1, "more": false}));
    assert_eq!(overview["dead_letters"], json!({"count": 1, "more": false}));
    assert_eq!(
        overview["endpoints"],
        json!({"total": 2, "disabled": 0, "in_trouble": 1})
    );
    let [trouble] = &overview["trouble"].as_array().unwrap()[..] else {
        panic!("{overview}")
    };
    assert_eq!(trouble["endpoint"], json!(broken));
    assert_eq!(trouble["reasons"], json!(["breaker_open", "failing"]));
    assert_eq!(trouble["breaker"], "open");
    assert_eq!(trouble["success_rate"], json!(0.0));
    assert_eq!(trouble["pending"]["count"], 1);

    let tenant = api.tenant_key(&project.id, "b").await;
    let own = api.get(&tenant, "/v1/overview").await.expect(200);
    assert!(!own.to_string().contains(&broken), "{own}");
    assert_eq!(
        (&own["totals"]["events"], &own["trouble"]),
        (&json!(1), &json!([]))
    );
    let path = format!("/v1/endpoints/{well}/disable");
    api.post(&tenant, &path, json!({})).await.expect(200);
    api.publish(&project.caller, "b").await;
    let own = api.get(&tenant, "/v1/overview").await.expect(200);
    assert_eq!(own["trouble"][0]["reasons"], json!(["disabled"]));
    let nobody = api.tenant_key(&project.id, "c").await;
    let empty = api.get(&nobody, "/v1/overview").await.expect(200);
    assert_eq!(empty["totals"]["events"], 0);
}

#[tokio::test]
async fn the_totals_of_an_overview_are_the_sum_of_its_chart() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    // Some before the hour, some in the minute that it begins in, some in the one that runs.
    for advance_s in [0, 120, 30, 1_800, 1_790, 7] {
        api.clock.advance(Duration::from_secs(advance_s));
        attempted(&api, &project.caller, "a", advance_s % 4 == 0).await;
    }
    for (query, unit) in [
        ("?series=true", "minute"),
        ("?series=true&window_seconds=86400", "hour"),
    ] {
        let overview = api
            .get(&project.caller, &format!("/v1/overview{query}"))
            .await;
        let overview = overview.expect(200);
        let series = &overview["series"];
        assert_eq!(series["unit"], unit);
        let points = series["data"].as_array().unwrap();
        assert!(!points.is_empty());
        for field in [
            "events",
            "attempts",
            "attempts_failed",
            "succeeded",
            "dead",
            "cancelled",
        ] {
            let sum: u64 = points
                .iter()
                .map(|point| point[field].as_u64().unwrap())
                .sum();
            assert_eq!(overview["totals"][field], sum, "{query}: {field}");
        }
        // The same span asked for as a chart alone gives the same.
        let (since, until) = (series["since"].as_str(), series["until"].as_str());
        let path = format!(
            "/v1/stats?unit={unit}&since={}&until={}",
            since.unwrap(),
            until.unwrap()
        );
        let stats = api.get(&project.caller, &path).await.expect(200);
        assert_eq!(stats["data"], series["data"], "{query}");
    }
    let plain = api.get(&project.caller, "/v1/overview").await.expect(200);
    assert!(plain.get("series").is_none());
}
