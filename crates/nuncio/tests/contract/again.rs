//! What is sent again: exactly once, all that waits, all of a span of time; attempts by themselves; failed tests never.

use serde_json::{Value, json};

use crate::{
    deliveries::{finished, listed, settled},
    support::{
        api::{Api, text},
        server::Installation,
        sink::Sink,
    },
};

const SINCE: &str = "2020-01-01T00:00:00Z";

async fn endpoint(project: &Api, url: &str, events: &str, delays_s: &[u32]) -> String {
    let body = json!({
        "tenant": "acme", "url": url, "events": [events], "retry": { "delays_s": delays_s },
    });
    project.new_endpoint(body).await.id
}

#[tokio::test]
async fn one_attempt_is_one_attempt() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let (receiver, other) = (Sink::start(|_, _| Some(500)), Sink::start(|_, _| Some(500)));
    let project = server.admin().new_project("standard", json!({})).await;
    let id = endpoint(&project, &receiver.url, "a.b", &[0]).await;
    let never_matched = endpoint(&project, &other.url, "x.y", &[0, 1, 1]).await;
    let event = project.publish("acme", "a.b", "{}").await;
    let dead = listed(&project, "dead", 1).await.remove(0);
    // With its schedule, it would be tried three times.
    let path = format!("/v1/endpoints/{id}");
    let retry = json!({"retry": {"delays_s": [0, 1, 1]}});
    project.patch(&path, retry).await.expect(200);
    let path = format!("/v1/deliveries/{dead}/retry");
    let once = json!({"schedule": "once"});
    let retried = project.post(&path, once).await.expect(202);
    assert_eq!(retried["status"], "pending");
    receiver.arrived("/", 2).await;
    let retried = settled(&project, &dead, "dead").await;
    assert_eq!(retried["attempts"], 2);
    assert_eq!(retried["attempt_log"][1]["trigger"], "manual");

    let path = format!("/v1/events/{event}/replay");
    let to = json!({"endpoint": never_matched, "schedule": "once"});
    let made = project.post(&path, to).await.expect(202);
    let made = text(&made["deliveries"][0], "id");
    let replayed = settled(&project, &made, "dead").await;
    assert_eq!(
        (&replayed["attempts"], &replayed["reason"]),
        (&json!(1), &json!("attempts_exhausted"))
    );
    assert_eq!(replayed["attempt_log"][0]["trigger"], "replay");

    let path = format!("/v1/endpoints/{id}/recover");
    let recover = json!({"since": SINCE, "which": "dead", "schedule": "once"});
    let started = project.post(&path, recover).await.expect(202);
    assert_eq!(started["count"], 1);
    finished(&project, started).await;
    receiver.arrived("/", 3).await;
    assert_eq!(settled(&project, &dead, "dead").await["attempts"], 3);
    assert_eq!((receiver.arrivals().len(), other.arrivals().len()), (3, 1));
}

#[tokio::test]
async fn what_waits_is_attempted_now() {
    const WAITING: usize = 12;
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before < WAITING { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    let id = endpoint(&project, &receiver.url, "*", &[0, 3_600]).await;
    for _ in 0..WAITING {
        project.publish("acme", "a.b", "{}").await;
    }
    receiver.arrived("/", WAITING).await;
    let failed = format!("/v1/attempts?endpoint={id}&status=failed");
    crate::support::wait::eventually("all have failed", async || {
        (project.all(&failed).await.len() == WAITING).then_some(())
    })
    .await;
    let path = format!("/v1/endpoints/{id}");
    project
        .post(&format!("{path}/disable"), json!({}))
        .await
        .expect(200);
    let recover = format!("{path}/recover");
    let counted = project
        .post(&recover, json!({"which": "pending", "dry_run": true}))
        .await;
    assert_eq!(counted.expect(200), json!({"job": null, "count": WAITING}));
    let started = project
        .post(&recover, json!({"which": "pending"}))
        .await
        .expect(202);
    let job = finished(&project, started).await;
    assert_eq!(
        (&job["done"], &job["total"]),
        (&json!(WAITING), &json!(WAITING))
    );
    assert_eq!(
        receiver.arrivals().len(),
        WAITING,
        "a disabled endpoint gets nothing"
    );
    project
        .post(&format!("{path}/enable"), json!({}))
        .await
        .expect(200);
    listed(&project, "succeeded", WAITING).await;
    assert_eq!(receiver.arrivals().len(), 2 * WAITING);
}

#[tokio::test]
async fn a_span_of_events_is_replayed_to_all_that_got_them() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    for path in ["one", "two"] {
        endpoint(
            &project,
            &format!("{}/{path}", receiver.url.trim_end_matches('/')),
            "*",
            &[0],
        )
        .await;
    }
    for kind in ["order.paid", "order.sent", "user.new"] {
        project.publish("acme", kind, "{}").await;
    }
    listed(&project, "succeeded", 6).await;
    let body = |dry_run: bool| json!({"since": SINCE, "tenant": "acme", "types": ["order.*"], "dry_run": dry_run});
    let counted = project
        .post("/v1/events/replay", body(true))
        .await
        .expect(200);
    assert_eq!(counted, json!({"job": null, "count": 4}));
    let started = project
        .post("/v1/events/replay", body(false))
        .await
        .expect(202);
    let job = finished(&project, started).await;
    assert_eq!(
        (&job["kind"], &job["done"], &job["total"]),
        (&json!("replay"), &json!(4), &json!(4))
    );
    listed(&project, "succeeded", 10).await;
    for path in ["/one", "/two"] {
        assert_eq!(receiver.at(path).len(), 5, "{path}");
    }
    let bad = project
        .post("/v1/events/replay", json!({"since": SINCE, "until": SINCE}))
        .await;
    bad.refused(422);
}

#[tokio::test]
async fn a_failed_test_is_never_sent_again() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    // Gone is final as well, and kills real deliveries.
    let receiver = Sink::start(|_, before| Some(if before == 0 { 500 } else { 410 }));
    let project = server.admin().new_project("standard", json!({})).await;
    let id = endpoint(&project, &receiver.url, "*", &[0]).await;
    for _ in 0..2 {
        let tested = project
            .post(&format!("/v1/endpoints/{id}/test"), json!({}))
            .await
            .expect(202);
        let test = settled(&project, &text(&tested, "delivery"), "dead").await;
        assert_eq!(test["reason"], "test_failed");
        let path = format!("/v1/deliveries/{}/retry", text(&test, "id"));
        project.post(&path, json!({})).await.refused(409);
        let path = format!("/v1/events/{}/replay", text(&test, "event"));
        project.post(&path, json!({})).await.refused(409);
    }
    assert!(project.all("/v1/dead-letters").await.is_empty());
    project
        .post("/v1/dead-letters/purge", json!({}))
        .await
        .refused(422);
    let retry = project
        .post("/v1/dead-letters/retry", json!({}))
        .await
        .expect(202);
    assert_eq!(finished(&project, retry).await["total"], 0);
    assert_eq!(receiver.arrivals().len(), 2);
}

#[tokio::test]
async fn attempts_are_listed_both_ways_and_their_responses_erased() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::start(|_, before| Some(if before % 2 == 0 { 500 } else { 200 }));
    let project = server.admin().new_project("standard", json!({})).await;
    let id = endpoint(&project, &receiver.url, "*", &[0]).await;
    for n in 0..5 {
        project.publish("acme", "a.b", "{}").await;
        receiver.arrived("/", n + 1).await;
    }
    let path = format!("/v1/attempts?endpoint={id}");
    crate::support::wait::eventually("all attempts are there", async || {
        (project.all(&path).await.len() == 5).then_some(())
    })
    .await;
    let of = async |query: &str| {
        project
            .get(&format!("{path}&limit=2{query}"))
            .await
            .expect(200)
    };
    let ids = |page: &Value| {
        let items = page["data"].as_array().expect("a list").iter();
        items.map(|item| text(item, "id")).collect::<Vec<_>>()
    };
    let first = of("").await;
    let second = of(&format!("&cursor={}", text(&first, "next_cursor"))).await;
    let back = of(&format!("&cursor={}", text(&second, "prev_cursor"))).await;
    assert_eq!(ids(&back), ids(&first));
    assert_eq!(
        (&first["prev_cursor"], &back["prev_cursor"]),
        (&Value::Null, &Value::Null)
    );
    let failed = project.all(&format!("{path}&status_code_class=5xx")).await;
    assert_eq!(failed.len(), 3);
    let attempt = format!("/v1/attempts/{}", ids(&first)[0]);
    assert_ne!(
        project.get(&attempt).await.expect(200)["response_headers"],
        json!([])
    );
    project
        .delete(&format!("{attempt}/response"))
        .await
        .expect(204);
    let erased = project.get(&attempt).await.expect(200);
    assert_eq!(
        (&erased["response_headers"], &erased["response_body"]),
        (&json!([]), &json!(""))
    );
}
