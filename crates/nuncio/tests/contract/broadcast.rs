//! One event to many tenants, and tenants and endpoints by their other names, over real sockets.

use serde_json::{Value, json};

use crate::support::{
    api::{Api, text},
    server::Installation,
    sink::Sink,
    wait::eventually,
};

async fn finished(project: &Api, job: &str) -> Value {
    let path = format!("/v1/jobs/{job}");
    eventually("the broadcast is finished", async || {
        let job = project.get(&path).await.expect(200);
        (job["state"] == "finished").then_some(job)
    })
    .await
}

#[tokio::test]
async fn a_broadcast_reaches_every_tenant_once_over_a_crash() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let count = 60;
    for n in 0..count {
        let region = if n % 3 == 0 { "eu" } else { "us" };
        let tenant = json!({ "metadata": { "region": region } });
        project
            .put(&format!("/v1/tenants/t{n}"), tenant)
            .await
            .expect(200);
        let url = format!("{}/t{n}", receiver.url.trim_end_matches('/'));
        let endpoint = json!({ "tenant": format!("t{n}"), "url": url, "events": ["news.*"] });
        project.new_endpoint(endpoint).await;
    }
    let news = json!({ "type": "news.posted", "data": { "n": 1 }, "id": "news-1" });
    let once = project.once("a-key");
    let job = text(
        &once
            .post("/v1/events/broadcast", news.clone())
            .await
            .expect(202),
        "job",
    );
    let again = text(
        &once
            .post("/v1/events/broadcast", news.clone())
            .await
            .expect(202),
        "job",
    );
    assert_eq!(job, again);
    server.kill().await;
    let server = installation.start().await;
    let project = project.at(&server.url);
    let done = finished(&project, &job).await;
    assert_eq!(
        (&done["kind"], &done["done"]),
        (&json!("broadcast"), &json!(count))
    );
    // A crash repeats an attempt at most, never an event.
    receiver
        .wait("everybody has it", |arrivals| {
            (0..count).all(|n| {
                arrivals
                    .iter()
                    .any(|arrival| arrival.path == format!("/t{n}"))
            })
        })
        .await;
    let events = project.all("/v1/events?type=news.posted").await;
    let mut tenants: Vec<_> = events.values().map(|event| text(event, "tenant")).collect();
    tenants.sort_unstable();
    tenants.dedup();
    assert_eq!((events.len(), tenants.len()), (count, count));

    let some = json!({
        "type": "news.eu", "data": {}, "where": { "metadata": { "region": "eu" } },
    });
    let job = text(
        &project.post("/v1/events/broadcast", some).await.expect(202),
        "job",
    );
    let done = finished(&project, &job).await;
    assert_eq!(
        (&done["done"], &done["total"]),
        (&json!(count / 3), &json!(count / 3))
    );
    assert_eq!(
        project.all("/v1/events?type=news.eu").await.len(),
        count / 3
    );
}

#[tokio::test]
async fn a_broadcast_takes_what_a_publish_takes() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    for (tenant, channel) in [("a", "eu"), ("b", "us")] {
        project
            .put(&format!("/v1/tenants/{tenant}"), json!({}))
            .await
            .expect(200);
        let url = format!("{}/{tenant}", receiver.url);
        let endpoint =
            json!({ "tenant": tenant, "url": url, "events": ["*"], "channels": [channel] });
        project.new_endpoint(endpoint).await;
    }
    let news = json!({
        "type": "news.posted", "data": { "n": 1 }, "channels": ["eu"],
        "headers": { "X-Campaign": "spring" }, "metadata": { "author": "ann" }, "retention_days": 3,
    });
    let broadcast = project.post("/v1/events/broadcast", news).await.expect(202);
    let done = finished(&project, &text(&broadcast, "job")).await;
    assert_eq!(done["done"], 2);
    let arrivals = receiver.arrived("/a", 1).await;
    assert_eq!(arrivals[0].header("x-campaign"), "spring");
    for event in project.all("/v1/events").await.into_values() {
        let event = project
            .get(&format!("/v1/events/{}", text(&event, "id")))
            .await
            .expect(200);
        assert_eq!(
            (
                &event["channels"],
                &event["metadata"],
                &event["retention_days"]
            ),
            (&json!(["eu"]), &json!({ "author": "ann" }), &json!(3))
        );
        let reached = event["tenant"] == "a";
        let deliveries = format!("/v1/events/{}/deliveries", text(&event, "id"));
        assert_eq!(project.all(&deliveries).await.len(), usize::from(reached));
    }
    assert!(receiver.at("/b").is_empty());
}

#[tokio::test]
async fn a_cancelled_broadcast_stops_and_says_so() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let operator = json!({ "operator_tenant": "vendor-itself" });
    let project = server.admin().new_project("standard", operator).await;
    let count = 100;
    for n in 0..count {
        let path = format!("/v1/tenants/t{n}");
        project.put(&path, json!({})).await.expect(200);
    }
    // Some four to a piece: it takes a while.
    let large = "x".repeat(1_000_000);
    let news = json!({ "type": "news.posted", "data": large });
    let started = project.post("/v1/events/broadcast", news).await.expect(202);
    let job = text(&started, "job");
    let path = format!("/v1/jobs/{job}/cancel");
    let cancelled = project.post(&path, json!({})).await.expect(200);
    assert_eq!(cancelled["state"], "cancelled");
    let done = cancelled["done"].as_u64().expect("a number");
    assert!(done < count, "{done}");
    project.post(&path, json!({})).await.refused(409);
    let events = project.all("/v1/events?type=news.posted").await;
    assert_eq!(events.len() as u64, done);
    let told = project.all("/v1/events?type=job.finished").await;
    let told = told.values().next().expect("the operator is told");
    let told = project
        .get(&format!("/v1/events/{}", text(told, "id")))
        .await
        .expect(200);
    assert_eq!(
        (
            &told["data"]["job"],
            &told["data"]["state"],
            &told["data"]["done"]
        ),
        (&json!(job), &json!("cancelled"), &json!(done))
    );
}

#[tokio::test]
async fn what_is_named_by_its_uid_is_sent_as_itself() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let tenant = json!({ "uid": "shop-1" });
    project.put("/v1/tenants/acme", tenant).await.expect(200);
    let endpoint = json!({
        "tenant": "shop-1", "uid": "main", "url": receiver.url, "events": ["*"],
    });
    let endpoint = project.new_endpoint(endpoint).await;
    let event = json!({ "tenant": "shop-1", "type": "a.b", "data": { "n": 1 } });
    let published = project.post("/v1/events", event).await.expect(202);
    assert_eq!(published["tenant"], "acme");
    receiver.arrived("/", 1).await;
    let events = project
        .get("/v1/endpoints/main/events?tenant=shop-1")
        .await
        .expect(200);
    assert_eq!(events["data"][0]["id"], published["id"]);
    let shown = project
        .get("/v1/endpoints/main?tenant=acme")
        .await
        .expect(200);
    assert_eq!(
        (&shown["id"], &shown["tenant"]),
        (&json!(endpoint.id), &json!("acme"))
    );
    let test = "/v1/endpoints/main/test?tenant=shop-1";
    project.post(test, json!({})).await.expect(202);
    receiver.arrived("/", 2).await;
    let filter =
        json!({ "filter": { "endpoint": "main", "tenant": "shop-1", "status": "succeeded" } });
    project
        .post("/v1/deliveries/retry", filter)
        .await
        .expect(202);
    receiver.arrived("/", 3).await;
    project.delete("/v1/tenants/shop-1").await.expect(204);
    project.get("/v1/tenants/acme").await.refused(404);
}
