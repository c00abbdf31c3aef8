//! Attempts by themselves: listed, shown, their response erased.

use serde_json::{Value, json};

use crate::common::{Api, Caller};

async fn ids(api: &Api, caller: &Caller, query: &str) -> Vec<String> {
    let path = format!("/v1/attempts{query}");
    let list = api.get(caller, &path).await.expect(200);
    let data = list["data"].as_array().unwrap();
    let ids = data.iter().map(|item| item["id"].as_str().unwrap());
    ids.map(str::to_owned).collect()
}

#[tokio::test]
async fn an_attempt_is_listed_and_shown_with_what_it_is_of() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let endpoint = api.endpoint(caller, "acme").await;
    let delivery = api.dead_letter(caller, "acme").await;
    let list = api.get(caller, "/v1/attempts").await.expect(200);
    let item = &list["data"][0];
    let id = item["id"].as_str().unwrap();
    assert_eq!(item["delivery"], delivery.as_str());
    assert_eq!(item["endpoint"], endpoint.as_str());
    assert_eq!(item["tenant"], "acme");
    assert_eq!(item["type"], "order.paid");
    assert_eq!(
        (&item["status"], &item["status_code"]),
        (&json!("failed"), &json!(500))
    );
    assert_eq!(item.get("response_body"), None);
    let shown = api
        .get(caller, &format!("/v1/attempts/{id}"))
        .await
        .expect(200);
    let detail = api
        .get(caller, &format!("/v1/deliveries/{delivery}"))
        .await
        .expect(200);
    let of_delivery = detail["attempt_log"][0].as_object().unwrap();
    for (name, value) in of_delivery {
        assert_eq!(&shown[name], value, "{name}");
    }
    for name in [
        "delivery", "endpoint", "event", "tenant", "type", "test", "status",
    ] {
        assert_eq!(shown[name], item[name], "{name}");
    }
    let event = item["event"].as_str().unwrap();
    for query in [
        format!("?endpoint={endpoint}"),
        format!("?event={event}"),
        format!("?delivery={delivery}"),
        "?tenant=acme&status_code_class=500&type=order.paid".to_owned(),
    ] {
        assert_eq!(ids(&api, caller, &query).await, [id], "{query}");
    }
    assert!(ids(&api, caller, "?status=succeeded").await.is_empty());
}

#[tokio::test]
async fn bad_filters_name_what_is_wrong() {
    let api = Api::new();
    let project = api.project("standard").await;
    for (query, pointer) in [
        ("status=dead", "/status"),
        ("status_code_class=6xx", "/status_code_class"),
        ("status_code_class=404", "/status_code_class"),
        ("status_code_class=xx", "/status_code_class"),
        ("endpoint=ep_1", "/endpoint"),
        ("channel=", "/channel"),
        ("cursor=Kg", "/cursor"),
    ] {
        let path = format!("/v1/attempts?{query}");
        let refused = api.get(&project.caller, &path).await;
        assert_eq!(refused.status, 422, "{query}: {}", refused.text());
        assert_eq!(refused.pointer(), pointer, "{query}");
    }
}

#[tokio::test]
async fn tenants_see_their_own_attempts_and_erase_none() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    api.endpoint(caller, "acme").await;
    api.endpoint(caller, "other").await;
    let own = api.dead_letter(caller, "acme").await;
    let foreign = api.dead_letter(caller, "other").await;
    let tenant = api.tenant_key(&project.id, "acme").await;
    let own = api.attempt_of(caller, &own).await;
    let foreign_attempt = api.attempt_of(caller, &foreign).await;
    assert_eq!(ids(&api, &tenant, "").await, [own.as_str()]);
    for query in ["?tenant=other".to_owned(), format!("?delivery={foreign}")] {
        assert!(ids(&api, &tenant, &query).await.is_empty(), "{query}");
    }
    let path = format!("/v1/attempts/{foreign_attempt}");
    api.get(&tenant, &path).await.expect(404);
    api.get(&tenant, &format!("/v1/attempts/{own}"))
        .await
        .expect(200);
    api.delete(&tenant, &format!("/v1/attempts/{own}/response"))
        .await
        .expect(403);
}

#[tokio::test]
async fn an_erased_response_is_gone_and_entered() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    api.endpoint(caller, "acme").await;
    let delivery = api.dead_letter(caller, "acme").await;
    let id = api.attempt_of(caller, &delivery).await;
    let path = format!("/v1/attempts/{id}");
    let before = api.get(caller, &path).await.expect(200);
    assert_ne!(before["response_body"], "");
    for _ in 0..2 {
        api.delete(caller, &format!("{path}/response"))
            .await
            .expect(204);
    }
    let after = api.get(caller, &path).await.expect(200);
    assert_eq!(
        (&after["response_body"], &after["response_headers"]),
        (&json!(""), &json!([]))
    );
    assert_eq!(after["status_code"], before["status_code"]);
    assert_eq!(after["request_body"], before["request_body"]);
    let log = api
        .get(caller, "/v1/audit?action=attempt.erase_response")
        .await
        .expect(200);
    let entry = &log["data"][0];
    assert_eq!(entry["target"], json!({"kind": "attempt", "id": id}));
    assert_eq!(
        (&entry["tenant"], &entry["changes"]),
        (&json!("acme"), &json!({"delivery": delivery}))
    );
}

#[tokio::test]
async fn a_purge_asks_for_a_filter_or_to_be_confirmed() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = "/v1/dead-letters/purge";
    for body in [
        json!({}),
        json!({"filter": {}}),
        json!({"filter": {"status": "dead"}}),
        json!({"confirm": false}),
    ] {
        let refused = api.post(&project.caller, path, body.clone()).await;
        assert_eq!(
            (refused.status.as_u16(), refused.pointer()),
            (422, "/confirm"),
            "{body}"
        );
    }
    for body in [
        json!({"confirm": true}),
        json!({"filter": {"tenant": "acme"}}),
        json!({"filter": {"error": "dns"}, "confirm": false}),
    ] {
        api.post(&project.caller, path, body).await.expect(202);
    }
}

#[tokio::test]
async fn a_failed_test_is_no_dead_letter_and_is_not_sent_again() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let endpoint = api.endpoint(caller, "acme").await;
    let path = format!("/v1/endpoints/{endpoint}/test");
    let test = api.post(caller, &path, json!({})).await.expect(202);
    let test = test["delivery"].as_str().unwrap();
    api.fail_test().await;
    let delivery = api
        .get(caller, &format!("/v1/deliveries/{test}"))
        .await
        .expect(200);
    assert_eq!(
        (&delivery["status"], &delivery["reason"]),
        (&json!("dead"), &json!("test_failed"))
    );
    let dead = api.get(caller, "/v1/dead-letters").await.expect(200);
    assert_eq!(dead["data"], json!([]));
    let listed = api
        .get(caller, "/v1/deliveries?status=dead")
        .await
        .expect(200);
    assert_eq!(listed["data"][0]["id"], test);
    let overview = api.get(caller, "/v1/overview").await.expect(200);
    assert_eq!(overview["dead_letters"]["count"], 0);
    let recover = json!({"since": "2026-01-01T00:00:00Z", "which": "dead", "dry_run": true});
    let path = format!("/v1/endpoints/{endpoint}/recover");
    let count: Value = api.post(caller, &path, recover).await.expect(200);
    assert_eq!(count, json!({"job": null, "count": 0}));
    let event = delivery["event"].as_str().unwrap();
    for path in [
        format!("/v1/deliveries/{test}/retry"),
        format!("/v1/events/{event}/replay"),
    ] {
        let refused = api.post(caller, &path, json!({"schedule": "once"})).await;
        assert_eq!(refused.status, 409, "{path}: {}", refused.text());
    }
}
