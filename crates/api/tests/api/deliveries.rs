//! Deliveries with their attempts, and what people do to them.

use nuncio_domain::{Next, Timestamp};
use nuncio_store::Work;
use serde_json::json;

use crate::common::{Api, START_MS};

#[tokio::test]
async fn a_delivery_is_shown_with_every_attempt_and_its_body_as_sent() {
    let api = Api::new();
    let project = api.project("ventryx").await;
    api.endpoint(&project.caller, "a").await;
    let event = api.publish(&project.caller, "a").await;
    let fresh = api.fresh().await;
    let next = Timestamp::from_ms(START_MS + 180_000);
    api.attempt(&fresh, 1, Some(503), Next::RetryAt(next)).await;
    let id = api.delivery_of(&project.caller, &event).await;
    let path = format!("/v1/deliveries/{id}");
    let delivery = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(delivery["status"], "pending");
    assert_eq!(
        (&delivery["attempts"], &delivery["retry_count"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(delivery["last_status_code"], 503);
    assert_eq!(delivery["last_error"], "status");
    assert_eq!(delivery["next_attempt_at"], "2026-04-26T12:37:56.123Z");
    let attempt = &delivery["attempt_log"][0];
    assert_eq!(attempt["number"], 1);
    assert_eq!(attempt["trigger"], "schedule");
    assert_eq!(attempt["started_at"], "2026-04-26T12:34:56.123Z");
    assert_eq!(attempt["duration_ms"], 13);
    assert_eq!(attempt["status_code"], 503);
    assert_eq!(attempt["url"], "https://example.com/hook");
    assert_eq!(attempt["response_body"], "no \u{fffd}\0");
    assert_eq!(
        attempt["response_headers"][0],
        json!({"name": "Server", "value": "test"})
    );
    assert_eq!(attempt["timings"]["total_us"], 12_300);
    let body = format!(
        r#"{{"id":"{event}","type":"order.paid","created_at":"2026-04-26T12:34:56.123Z","data":{{"total":"10.50"}}}}"#
    );
    assert_eq!(attempt["request_body"], body);

    api.attempt(&fresh, 2, Some(200), Next::Succeed).await;
    let delivery = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(delivery["status"], "succeeded");
    assert_eq!(
        (&delivery["attempts"], &delivery["retry_count"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(delivery["next_attempt_at"], json!(null));
    assert_eq!(delivery["attempt_log"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn dead_letters_are_dead_deliveries() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    let dead = api.dead_letter(&project.caller, "a").await;
    api.publish(&project.caller, "a").await;
    for path in [
        "/v1/dead-letters",
        "/v1/deliveries?status=dead",
        "/v1/deliveries?status_code=500&error=status",
    ] {
        let list = api.get(&project.caller, path).await.expect(200);
        assert_eq!(list["data"].as_array().unwrap().len(), 1, "{path}");
        assert_eq!(list["data"][0]["id"], dead, "{path}");
        assert_eq!(list["data"][0]["reason"], "attempts_exhausted");
    }
    assert_eq!(
        api.get(&project.caller, "/v1/dead-letters?status=pending")
            .await
            .status,
        422
    );
    assert_eq!(
        api.get(&project.caller, "/v1/deliveries?status=lost")
            .await
            .status,
        422
    );
    let undelivered = api
        .get(&project.caller, "/v1/events?undelivered=true")
        .await
        .expect(200);
    assert_eq!(undelivered["data"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_dead_delivery_is_retried_under_the_same_id() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    let dead = api.dead_letter(&project.caller, "a").await;
    let path = format!("/v1/deliveries/{dead}/retry");
    let retried = api
        .raw(&project.caller, "POST", &path, "")
        .await
        .expect(202);
    assert_eq!(
        (&retried["id"], &retried["status"]),
        (&json!(dead), &json!("pending"))
    );
    assert_eq!(retried["attempts"], 1);
    let extra = api.post(&project.caller, &path, json!({"now": true})).await;
    assert_eq!((extra.status.as_u16(), extra.pointer()), (422, "/now"));
}

#[tokio::test]
async fn a_retry_says_when_it_has_to_wait() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    let dead = api.dead_letter(&project.caller, "a").await;
    let path = format!("/v1/endpoints/{endpoint}/disable");
    api.post(&project.caller, &path, json!({}))
        .await
        .expect(200);
    let path = format!("/v1/deliveries/{dead}/retry");
    let retried = api
        .post(&project.caller, &path, json!({}))
        .await
        .expect(202);
    assert_eq!(retried["waiting"], "endpoint_disabled");
    assert_eq!(retried["next_attempt_at"], json!(null));
}

#[tokio::test]
async fn a_pending_delivery_can_be_cancelled_and_a_final_one_cannot() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    let event = api.publish(&project.caller, "a").await;
    let id = api.delivery_of(&project.caller, &event).await;
    let path = format!("/v1/deliveries/{id}/cancel");
    let cancelled = api
        .post(&project.caller, &path, json!({}))
        .await
        .expect(200);
    assert_eq!(
        (&cancelled["status"], &cancelled["reason"]),
        (&json!("cancelled"), &json!("requested"))
    );
    api.post(&project.caller, &path, json!({}))
        .await
        .expect(409);
}

#[tokio::test]
async fn a_disabled_endpoint_keeps_its_deliveries_waiting() {
    let api = Api::new();
    let project = api.project("standard").await;
    let endpoint = api.endpoint(&project.caller, "a").await;
    let path = format!("/v1/endpoints/{endpoint}/disable");
    api.post(&project.caller, &path, json!({}))
        .await
        .expect(200);
    let event = api.publish(&project.caller, "a").await;
    let id = api.delivery_of(&project.caller, &event).await;
    let delivery = api
        .get(&project.caller, &format!("/v1/deliveries/{id}"))
        .await
        .expect(200);
    assert_eq!(
        (&delivery["status"], &delivery["waiting"]),
        (&json!("pending"), &json!("endpoint_disabled"))
    );
    assert_eq!(delivery["next_attempt_at"], json!(null));
}

#[tokio::test]
async fn a_replay_makes_deliveries_of_its_own() {
    let api = Api::new();
    let project = api.project("standard").await;
    let (one, _) = (
        api.endpoint(&project.caller, "a").await,
        api.endpoint(&project.caller, "a").await,
    );
    let foreign = api.endpoint(&project.caller, "b").await;
    let event = api.publish(&project.caller, "a").await;
    let path = format!("/v1/events/{event}/replay");
    let all = api
        .post(&project.caller, &path, json!({}))
        .await
        .expect(202);
    assert_eq!(all["deliveries"].as_array().unwrap().len(), 2);
    assert!(all["deliveries"][0]["replay_of"].is_string());
    let single = api
        .post(&project.caller, &path, json!({"endpoint": one}))
        .await
        .expect(202);
    assert_eq!(single["deliveries"].as_array().unwrap().len(), 1);
    assert_eq!(single["deliveries"][0]["endpoint"], one);
    api.post(&project.caller, &path, json!({"endpoint": foreign}))
        .await
        .expect(404);
}

#[tokio::test]
async fn an_erased_payload_is_gone_everywhere_and_its_hash_stays() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    let dead = api.dead_letter(&project.caller, "a").await;
    let events = api.get(&project.caller, "/v1/events").await.expect(200);
    let event = format!("/v1/events/{}", events["data"][0]["id"].as_str().unwrap());
    let before = api.get(&project.caller, &event).await.expect(200);
    assert_eq!(before["data"], json!({"total": "10.50"}));
    api.delete(&project.caller, &format!("{event}/payload"))
        .await
        .expect(204);
    let after = api.get(&project.caller, &event).await.expect(200);
    assert_eq!(
        (&after["data"], &after["payload_erased"]),
        (&json!(null), &json!(true))
    );
    assert_eq!(after["payload_sha256"], before["payload_sha256"]);
    let delivery = api
        .get(&project.caller, &format!("/v1/deliveries/{dead}"))
        .await
        .expect(200);
    assert_eq!(delivery["attempt_log"][0]["request_body"], json!(null));
    assert_eq!(delivery["attempt_log"][0]["response_body"], "");
    api.post(&project.caller, &format!("{event}/replay"), json!({}))
        .await
        .expect(409);
}

#[tokio::test]
async fn a_job_that_is_given_up_says_why() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    api.dead_letter(&project.caller, "a").await;
    let body = json!({"filter": {"tenant": "a"}});
    let started = api
        .post(&project.caller, "/v1/deliveries/retry", body)
        .await
        .expect(202);
    let id = started["job"].as_str().unwrap();
    let database = rusqlite::Connection::open(api.dir.path().join("nuncio.db")).unwrap();
    database
        .execute_batch(
            "CREATE TRIGGER poison BEFORE UPDATE ON deliveries BEGIN SELECT raise(ABORT, 'a damaged row'); END",
        )
        .unwrap();
    let now = Timestamp::from_ms(START_MS);
    let path = format!("/v1/jobs/{id}");
    let mut states = Vec::new();
    while api.store.job_step(id.parse().unwrap(), now).await.is_err() {
        let job = api.get(&project.caller, &path).await.expect(200);
        assert!(job["error"].as_str().unwrap().contains("a damaged row"));
        states.push(job["state"].clone());
    }
    assert_eq!(states, vec![json!("running"); 7]);
    let job = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(job["state"], "failed");
    assert!(job["error"].as_str().unwrap().contains("a damaged row"));
    assert!(job["finished_at"].is_string());
}

#[tokio::test]
async fn bulk_operations_are_jobs() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    for _ in 0..3 {
        api.dead_letter(&project.caller, "a").await;
    }
    let mut body = json!({"filter": {"tenant": "a", "status_code": 500}, "dry_run": true});
    for path in ["/v1/deliveries/retry", "/v1/dead-letters/retry"] {
        let counted = api.post(&project.caller, path, body.clone()).await;
        assert_eq!(counted.expect(200), json!({"job": null, "count": 3}));
    }
    body["dry_run"] = json!(false);
    let started = api
        .post(&project.caller, "/v1/deliveries/retry", body)
        .await
        .expect(202);
    assert_eq!(started["count"], 3);
    let id = started["job"].as_str().unwrap();
    let path = format!("/v1/jobs/{id}");
    let job = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(
        (&job["kind"], &job["state"], &job["total"]),
        (&json!("retry"), &json!("running"), &json!(3))
    );
    let now = Timestamp::from_ms(START_MS);
    while nuncio_domain::JobState::Running
        == api.store.job_step(id.parse().unwrap(), now).await.unwrap()
    {}
    let job = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(
        (&job["state"], &job["done"]),
        (&json!("finished"), &json!(3))
    );
    let dead = api
        .get(&project.caller, "/v1/dead-letters")
        .await
        .expect(200);
    assert_eq!(dead["data"], json!([]));
    for body in [
        json!({"filter": {"colour": 1}}),
        json!({"filter": {"status": "pending"}}),
    ] {
        assert_eq!(
            api.post(&project.caller, "/v1/dead-letters/retry", body)
                .await
                .status,
            422
        );
    }
}

#[tokio::test]
async fn a_job_can_be_cancelled_by_those_who_may_change_something() {
    let api = Api::new();
    let project = api.project("standard").await;
    api.endpoint(&project.caller, "a").await;
    for _ in 0..40 {
        api.dead_letter(&project.caller, "a").await;
    }
    let tenant = api.tenant_key(&project.id, "a").await;
    let started = api.post(&tenant, "/v1/dead-letters/retry", json!({}));
    let started = started.await.expect(202);
    let id = started["job"].as_str().unwrap();
    let path = format!("/v1/jobs/{id}/cancel");
    let now = Timestamp::from_ms(START_MS);
    let step = api.store.job_step(id.parse().unwrap(), now).await;
    assert_eq!(step.unwrap(), nuncio_domain::JobState::Running);
    for scope in ["read", "publish"] {
        let key = json!({"name": "k", "kind": "project", "scope": scope});
        let key = api.new_key(&project.id, key).await;
        api.post(&key, &path, json!({})).await.expect(403);
    }
    let stranger = api.tenant_key(&project.id, "b").await;
    api.post(&stranger, &path, json!({})).await.expect(404);
    let job = api.once(&tenant, &path, "k", json!({})).await.expect(200);
    assert_eq!(
        (&job["state"], &job["kind"], &job["total"]),
        (&json!("cancelled"), &json!("retry"), &json!(40))
    );
    let done = job["done"].as_u64().unwrap();
    assert!(done > 0 && done < 40, "{done}");
    let again = api.once(&tenant, &path, "k", json!({})).await.expect(200);
    assert_eq!(again, job);
    api.post(&tenant, &path, json!({})).await.expect(409);
    let step = api.store.job_step(id.parse().unwrap(), now).await;
    assert_eq!(step.unwrap(), nuncio_domain::JobState::Cancelled);
    let shown = api.get(&tenant, &format!("/v1/jobs/{id}")).await;
    assert_eq!(shown.expect(200), job);
    let entries = api
        .get(&project.caller, "/v1/audit?action=job.cancel")
        .await
        .expect(200);
    let entry = &entries["data"][0];
    assert_eq!(
        (&entry["target"]["id"], &entry["changes"]["done"]),
        (&json!(id), &job["done"])
    );
}
