//! Projects and their keys.

use serde_json::{Value, json};

use crate::common::{Api, Caller};

#[tokio::test]
async fn a_project_begins_with_its_dialects_policy_and_event_types() {
    let api = Api::new();
    let admin = Caller::admin();
    let body = json!({"name": "Grantiva", "dialect": "grantiva"});
    let project = api.post(&admin, "/v1/projects", body).await.expect(201);
    let policy = &project["policy"];
    assert_eq!(policy["retry"], json!({"delays_s": [0, 60, 300, 1800]}));
    assert_eq!(policy["plans"], json!(["business", "enterprise"]));
    assert_eq!(
        (&policy["timeout_ms"], &policy["gone"]),
        (&json!(15_000), &json!("retry"))
    );
    assert_eq!(
        (&policy["history_days"], &policy["strict_types"]),
        (&json!(30), &json!(false))
    );
    assert_eq!(policy["endpoints_per_tenant_max"], 50);
    let caller = Caller::admin_of(project["id"].as_str().unwrap());
    let types = api.get(&caller, "/v1/event-types").await.expect(200);
    assert_eq!(types["data"].as_array().unwrap().len(), 5);
    assert_eq!(types["data"][0]["name"], "attestation.anomaly");
    let high_risk = api
        .get(&caller, "/v1/event-types/device.high_risk")
        .await
        .expect(200);
    assert_eq!(high_risk["example"]["risk_score"], 0.97);
    let standard = api
        .post(&admin, "/v1/projects", json!({"name": "s"}))
        .await
        .expect(201);
    assert_eq!(
        (
            &standard["dialect"],
            &standard["policy"]["auto_disable_days"]
        ),
        (&json!("standard"), &json!(5))
    );
}

#[tokio::test]
async fn new_projects_are_checked() {
    let api = Api::new();
    for (body, pointer) in [
        (json!({}), "/name"),
        (json!({"name": ""}), "/name"),
        (json!({"name": "a", "dialect": "klingon"}), "/dialect"),
        (json!({"name": "a", "id": "proj_1"}), "/id"),
        (
            json!({"name": "a", "policy": {"retry": {"delays_s": [-1]}}}),
            "/policy/retry/delays_s/0",
        ),
        (
            json!({"name": "a", "policy": {"timeout_ms": 1}}),
            "/policy/timeout_ms",
        ),
        (
            json!({"name": "a", "policy": {"gone": "explode"}}),
            "/policy/gone",
        ),
        (
            json!({"name": "a", "policy": {"colour": 1}}),
            "/policy/colour",
        ),
    ] {
        let reply = api
            .post(&Caller::admin(), "/v1/projects", body.clone())
            .await;
        assert_eq!(
            (reply.status.as_u16(), reply.pointer()),
            (422, pointer),
            "{body}: {}",
            reply.text()
        );
    }
    let id = json!({"name": "a", "id": "proj_01J0000000000000000000000A"});
    api.post(&Caller::admin(), "/v1/projects", id.clone())
        .await
        .expect(201);
    api.post(&Caller::admin(), "/v1/projects", id)
        .await
        .expect(409);
}

#[tokio::test]
async fn a_change_of_policy_keeps_clears_and_sets() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = format!("/v1/projects/{}", project.id);
    let patch = async |body: Value| {
        api.patch(&Caller::admin(), &path, body).await.expect(200)["policy"].clone()
    };
    let one =
        patch(json!({"policy": {"timeout_ms": 1000, "history_days": 3, "plans": ["pro"]}})).await;
    assert_eq!(
        (&one["timeout_ms"], &one["history_days"], &one["plans"]),
        (&json!(1000), &json!(3), &json!(["pro"]))
    );
    let two = patch(json!({"policy": {"timeout_ms": null, "auto_disable_days": null}})).await;
    assert_eq!(
        (&two["timeout_ms"], &two["history_days"]),
        (&json!(15_000), &json!(3))
    );
    assert_eq!(two["auto_disable_days"], json!(null));
    let three = patch(json!({"policy": null})).await;
    assert_eq!(
        (&three["auto_disable_days"], &three["plans"]),
        (&json!(5), &json!([]))
    );
    let renamed = api
        .patch(
            &Caller::admin(),
            &path,
            json!({"name": "n", "dialect": "stripe"}),
        )
        .await;
    assert_eq!(renamed.expect(200)["dialect"], "stripe");
    assert_eq!(
        api.patch(&Caller::admin(), &path, json!({"dialect": "klingon"}))
            .await
            .pointer(),
        "/dialect"
    );
}

#[tokio::test]
async fn a_deleted_project_takes_its_keys_along() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = format!("/v1/projects/{}", project.id);
    api.delete(&Caller::admin(), &path).await.expect(204);
    api.get(&Caller::admin(), &path).await.expect(404);
    api.get(&project.caller, "/v1/events").await.expect(401);
    api.get(&Caller::admin_of(&project.id), "/v1/events")
        .await
        .expect(404);
}

#[tokio::test]
async fn a_projects_key_makes_its_tenants_keys_and_no_others() {
    let api = Api::new();
    let project = api.project("standard").await;
    let key = |kind: &str, scope: &str, tenant: Option<&str>| json!({"name": "k", "kind": kind, "scope": scope, "tenant": tenant});
    let check = async |caller: &Caller, body: Value, status: u16, pointer: &str| {
        let reply = api.post(caller, "/v1/keys", body.clone()).await;
        assert_eq!(
            (reply.status.as_u16(), reply.pointer()),
            (status, pointer),
            "{body}: {}",
            reply.text()
        );
        reply.json
    };
    let made = check(
        &project.caller,
        key("tenant", "read", Some("a")),
        201,
        "none",
    )
    .await;
    assert!(made["key"].as_str().unwrap().starts_with("nk_ten_"));
    check(&project.caller, key("project", "full", None), 403, "none").await;
    let admin = Caller::admin_of(&project.id);
    let made = check(&admin, key("project", "publish", None), 201, "none").await;
    assert!(made["key"].as_str().unwrap().starts_with("nk_proj_"));
    check(&admin, key("project", "full", Some("a")), 422, "/tenant").await;
    check(&admin, key("tenant", "full", None), 422, "/tenant").await;
    check(&admin, key("tenant", "publish", Some("a")), 422, "/scope").await;
    check(&admin, key("portal", "full", Some("a")), 422, "/kind").await;
    let past = json!({"name": "k", "kind": "project", "scope": "full", "expires_at": "2020-01-01T00:00:00Z"});
    check(&admin, past, 422, "/expires_at").await;

    let list = api.get(&project.caller, "/v1/keys").await.expect(200);
    for entry in list["data"].as_array().unwrap() {
        assert!(entry.get("key").is_none());
        let path = format!("/v1/keys/{}", entry["id"].as_str().unwrap());
        let expected = if entry["kind"] == "tenant" { 204 } else { 403 };
        api.delete(&project.caller, &path).await.expect(expected);
    }
}
