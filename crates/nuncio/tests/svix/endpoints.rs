//! Endpoints: their fields, secrets and headers.

use serde_json::{Value, json};

use crate::{application, endpoint, ids, installation, organization, support::api::text};

const URL: &str = "http://127.0.0.1:9/";

#[tokio::test]
async fn endpoints_are_made_replaced_changed_and_deleted() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    api.post(
        "/api/v1/event-type",
        json!({"name": "t", "description": ""}),
    )
    .await
    .expect(201);
    let all = format!("{app}/endpoint");
    let body = json!({"url": "http://127.0.0.1:9", "uid": "one", "rateLimit": 5, "filterTypes": ["t"], "channels": ["c"]});
    let made = api.post(&all, body.clone()).await.expect(201);
    let fields = [
        "url",
        "uid",
        "throttleRate",
        "rateLimit",
        "version",
        "disabled",
        "eventTypes",
        "filterTypes",
        "channels",
        "description",
        "metadata",
    ];
    let shown: Vec<&Value> = fields.iter().map(|field| &made[field]).collect();
    let expected = json!([URL, "one", 5, 5, 1, false, ["t"], ["t"], ["c"], "", {}]);
    assert_eq!(json!(shown), expected);
    assert!(made.get("secret").is_none());
    assert_eq!(api.post(&all, body).await.expect(409)["code"], "conflict");
    assert_eq!(api.get(&format!("{all}/one")).await.expect(200), made);
    let put = api
        .put(&format!("{all}/one"), json!({"url": URL}))
        .await
        .expect(200);
    assert_eq!(
        (&put["uid"], &put["eventTypes"], &put["channels"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let path = format!("{all}/{}", text(&made, "id"));
    let patched = api
        .patch(&path, json!({"eventTypes": ["t"], "disabled": true}))
        .await
        .expect(200);
    assert_eq!(
        (&patched["eventTypes"], &patched["disabled"]),
        (&json!(["t"]), &json!(true))
    );
    let patched = api
        .patch(&path, json!({"eventTypes": null}))
        .await
        .expect(200);
    assert_eq!(
        (&patched["eventTypes"], &patched["disabled"]),
        (&Value::Null, &json!(true))
    );
    let new = api
        .put(&format!("{all}/unknown"), json!({"url": URL}))
        .await
        .expect(201);
    assert_eq!(
        ids(&api.get(&all).await.expect(200)),
        [text(&new, "id"), text(&made, "id")]
    );
    assert_eq!(api.delete(&path).await.status, 204);
    api.get(&path).await.expect(404);
    let refused = [
        json!({"url": "ftp://a"}),
        json!({"url": URL, "eventTypes": []}),
        json!({"url": URL, "eventTypes": ["unknown"]}),
        json!({"url": URL, "channels": []}),
        json!({"url": URL, "version": 0}),
        json!({"url": URL, "uid": "ep_1"}),
        json!({"url": URL, "secret": "whsec_short"}),
        json!({"url": URL, "secret": "other_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}),
        json!({"description": "no url"}),
    ];
    for body in refused {
        let reply = api.post(&all, body.clone()).await;
        assert!(reply.expect(422)["detail"].is_array(), "{body}");
    }
}

#[tokio::test]
async fn a_secret_is_shown_again_and_rotated_and_each_time_is_in_the_audit_log() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    let own = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let id = endpoint(&api, &app, json!({"url": URL, "secret": own})).await;
    let path = format!("{app}/endpoint/{id}/secret");
    assert_eq!(api.get(&path).await.expect(200), json!({"key": own}));
    assert_eq!(
        api.post(&format!("{path}/rotate"), json!({})).await.status,
        204
    );
    let made = api.get(&path).await.expect(200);
    assert!(text(&made, "key").starts_with("whsec_") && made["key"] != own);
    for _ in 0..9 {
        assert_eq!(
            api.post(&format!("{path}/rotate"), json!({})).await.status,
            204
        );
    }
    let limit = api.post(&format!("{path}/rotate"), json!({})).await;
    assert_eq!(limit.expect(400)["code"], "limit_reached");
    let key = json!({"key": own, "gracePeriodSeconds": 0});
    assert_eq!(api.post(&format!("{path}/rotate"), key).await.status, 204);
    assert_eq!(api.get(&path).await.expect(200), json!({"key": own}));
    let late = api
        .post(
            &format!("{path}/rotate"),
            json!({"gracePeriodSeconds": 604_801}),
        )
        .await;
    late.expect(422);
    let log = server
        .admin()
        .get("/v1/audit?action=endpoint.reveal_secret")
        .await
        .expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 3);
    let projects = server.admin().get("/v1/projects").await.expect(200);
    let project = format!("/v1/projects/{}", text(&projects["data"][0], "id"));
    let never = json!({"policy": {"reveal_secrets": "never"}});
    server.admin().patch(&project, never).await.expect(200);
    api.get(&path).await.expect(403);
}

#[tokio::test]
async fn headers_are_shown_but_for_those_that_hold_credentials() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let app = application(&api, "a").await;
    let id = endpoint(&api, &app, json!({"url": URL})).await;
    let path = format!("{app}/endpoint/{id}/headers");
    let headers = json!({"headers": {"X-One": "1", "Authorization": "Bearer x"}});
    assert_eq!(api.put(&path, headers).await.status, 204);
    let shown = api.get(&path).await.expect(200);
    assert_eq!(
        shown,
        json!({"headers": {"X-One": "1"}, "sensitive": ["Authorization"]})
    );
    let change = json!({"headers": {"x-one": null, "X-Two": "2"}});
    assert_eq!(api.patch(&path, change).await.status, 204);
    let shown = api.get(&path).await.expect(200);
    assert_eq!(shown["headers"], json!({"X-Two": "2"}));
    api.put(&path, json!({"headers": {"User-Agent": "x"}}))
        .await
        .expect(422);
    api.put(&path, json!({"headers": {"svix-id": "x"}}))
        .await
        .expect(422);
}
