//! Attempts, and messages by them; resend, recover, examples, statistics.

use serde_json::json;

use crate::{
    application, endpoint, ids, installation, organization, send,
    support::{
        api::{Api, text},
        sink::Sink,
        wait::eventually,
    },
};

/// Waits until a list has that many items; gives it.
async fn listed(api: &Api, path: &str, count: usize) -> serde_json::Value {
    eventually(&format!("{path} lists {count}"), async || {
        let list = api.get(path).await.expect(200);
        (list["data"].as_array()?.len() == count).then_some(list)
    })
    .await
}

/// Makes every project give up after the first attempt.
async fn one_attempt(server: &crate::support::server::Server) {
    let projects = server.admin().get("/v1/projects").await.expect(200);
    let project = format!("/v1/projects/{}", text(&projects["data"][0], "id"));
    let policy = json!({"policy": {"retry": {"delays_s": [0]}}});
    server.admin().patch(&project, policy).await.expect(200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attempts_are_listed_by_endpoint_and_by_message() {
    let sink = Sink::start(|path, _| Some(if path == "/bad" { 500 } else { 200 }));
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    one_attempt(&server).await;
    let good = endpoint(&api, &app, json!({"url": format!("{}/good", sink.url)})).await;
    let bad = endpoint(&api, &app, json!({"url": format!("{}/bad", sink.url)})).await;
    let msg = send(&api, &app, "t", json!({"n": 1})).await;
    let all = listed(&api, &format!("{app}/attempt/msg/{msg}"), 2).await;
    assert_eq!(all["done"], true);
    let of_bad = listed(&api, &format!("{app}/attempt/endpoint/{bad}"), 1).await;
    let one = &of_bad["data"][0];
    let shown = json!([
        one["msgId"],
        one["endpointId"],
        one["status"],
        one["statusText"],
        one["responseStatusCode"],
        one["triggerType"]
    ]);
    assert_eq!(shown, json!([msg, bad, 2, "fail", 500, 0]));
    assert!(text(one, "id").starts_with("atmpt_") && one["responseDurationMs"].is_u64());
    let check = async |path: &str, count: usize| {
        let list = api.get(&format!("{app}/attempt/{path}")).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), count, "{path}");
    };
    check(&format!("endpoint/{bad}?status=2"), 1).await;
    check(&format!("endpoint/{bad}?status=0"), 0).await;
    check(&format!("endpoint/{bad}?status_code_class=500"), 1).await;
    check(&format!("endpoint/{bad}?status_code_class=200"), 0).await;
    check(&format!("endpoint/{bad}?event_types=t,u"), 1).await;
    check(&format!("endpoint/{bad}?event_types=u"), 0).await;
    check(&format!("msg/{msg}?endpoint_id={good}"), 1).await;
    api.get(&format!("{app}/attempt/msg/{msg}?endpoint_id=unknown"))
        .await
        .expect(404);
    api.get(&format!("{app}/attempt/msg/{msg}?status_code_class=7"))
        .await
        .expect(422);

    let messages = api
        .get(&format!("{app}/endpoint/{bad}/msg"))
        .await
        .expect(200);
    assert_eq!(
        (&messages["data"][0]["id"], &messages["data"][0]["status"]),
        (&json!(msg), &json!(2))
    );
    let none = api
        .get(&format!("{app}/endpoint/{bad}/msg?status=0"))
        .await
        .expect(200);
    assert!(ids(&none).is_empty());
    api.delete(&format!("{app}/endpoint/{good}")).await;
    let destinations = api
        .get(&format!("{app}/msg/{msg}/endpoint"))
        .await
        .expect(200);
    let mut both = vec![good.clone(), bad.clone()];
    both.sort();
    assert_eq!(ids(&destinations), both);
    let mut gone = destinations["data"].as_array().unwrap().iter();
    let gone = gone.find(|one| one["id"] == *good).unwrap();
    assert_eq!(gone["statusText"], "success");

    let path = format!("{app}/msg/{msg}/attempt/{}", text(one, "id"));
    assert_eq!(&api.get(&path).await.expect(200)["id"], &one["id"]);
    assert_eq!(api.delete(&format!("{path}/content")).await.status, 204);
    assert_eq!(api.get(&path).await.expect(200)["response"], "EXPUNGED");
    let stats = api
        .get(&format!("{app}/endpoint/{bad}/stats"))
        .await
        .expect(200);
    assert_eq!((&stats["fail"], &stats["success"]), (&json!(1), &json!(0)));
    let future = api
        .get(&format!(
            "{app}/endpoint/{bad}/stats?until=2999-01-01T00:00:00Z"
        ))
        .await;
    assert_eq!(future.expect(400)["code"], "invalid_range");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn resend_and_recover_are_one_more_attempt_each() {
    let sink = Sink::start(|_, before| Some(if before < 3 { 500 } else { 200 }));
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    one_attempt(&server).await;
    let id = endpoint(&api, &app, json!({"url": format!("{}/hook", sink.url)})).await;
    let msg = send(&api, &app, "t", json!({})).await;
    let attempts = format!("{app}/attempt/msg/{msg}");
    listed(&api, &attempts, 1).await;
    let resent = api
        .post(&format!("{app}/msg/{msg}/endpoint/{id}/resend"), json!({}))
        .await;
    assert_eq!(resent.expect(202), json!({}));
    let list = listed(&api, &attempts, 2).await;
    assert_eq!(
        (&list["data"][0]["triggerType"], &list["data"][0]["status"]),
        (&json!(1), &json!(2))
    );
    let recover = format!("{app}/endpoint/{id}/recover");
    let since = json!({"since": "2020-01-01T00:00:00Z"});
    api.post(&recover, since).await.expect(422);
    api.patch(&format!("{app}/endpoint/{id}"), json!({"disabled": true}))
        .await
        .expect(200);
    api.post(&format!("{app}/msg/{msg}/endpoint/{id}/resend"), json!({}))
        .await
        .expect(202);
    send(&api, &app, "t", json!({})).await;
    api.patch(&format!("{app}/endpoint/{id}"), json!({"disabled": false}))
        .await
        .expect(200);
    let last = send(&api, &app, "t", json!({})).await;
    listed(&api, &format!("{app}/attempt/msg/{last}"), 1).await;
    // What was sent while it was disabled never came.
    let all = api
        .get(&format!("{app}/attempt/endpoint/{id}"))
        .await
        .expect(200);
    assert_eq!(ids(&all).len(), 3);
    api.delete(&format!("{app}/msg/{msg}/content")).await;
    let erased = api
        .post(&format!("{app}/msg/{msg}/endpoint/{id}/resend"), json!({}))
        .await;
    assert_eq!(erased.expect(400)["code"], "missing_payload");
    let now = server.admin().get("/v1/projects").await.expect(200);
    let task = api
        .post(&recover, json!({"since": now["data"][0]["created_at"]}))
        .await
        .expect(202);
    assert_eq!(
        (&task["task"], &task["status"]),
        (&json!("endpoint.recover"), &json!("running"))
    );
    let list = listed(&api, &format!("{app}/attempt/msg/{last}"), 2).await;
    assert_eq!(
        (&list["data"][0]["triggerType"], &list["data"][0]["status"]),
        (&json!(1), &json!(0))
    );
    let path = format!("/api/v1/background-task/{}", text(&task, "id"));
    eventually("the task ends", async || {
        let task = api.get(&path).await.expect(200);
        (task["status"] == "finished").then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_example_goes_to_its_endpoint_alone() {
    let sink = Sink::healthy();
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    let schemas = json!({"1": {"examples": [{"a": 1}]}});
    let with = json!({"name": "with", "description": "", "schemas": schemas});
    api.post("/api/v1/event-type", with).await.expect(201);
    api.post(
        "/api/v1/event-type",
        json!({"name": "without", "description": ""}),
    )
    .await
    .expect(201);
    let id = endpoint(&api, &app, json!({"url": format!("{}/hook", sink.url)})).await;
    let path = format!("{app}/endpoint/{id}/send-example");
    let sent = api
        .post(&path, json!({"eventType": "with"}))
        .await
        .expect(200);
    assert_eq!(sent["payload"], json!({}));
    api.post(&path, json!({"eventType": "svix.ping"}))
        .await
        .expect(200);
    let arrived = sink.arrived("/hook", 2).await;
    let mut bodies: Vec<&str> = arrived.iter().map(|arrival| arrival.text()).collect();
    bodies.sort_unstable();
    assert_eq!(bodies, [r#"{"a":1}"#, r#"{"success":true}"#]);
    api.post(&path, json!({"eventType": "unknown"}))
        .await
        .expect(404);
    let without = api.post(&path, json!({"eventType": "without"})).await;
    assert_eq!(without.expect(400)["code"], "invalid_scheme");
}
