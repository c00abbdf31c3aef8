//! Tokens, errors, leniency, health.

use serde_json::json;

use crate::{
    SECRET, application, ids, installation, organization,
    support::api::{Api, text},
    token,
};

#[tokio::test]
async fn the_first_token_of_an_organization_makes_its_project() {
    let server = installation().start().await;
    let (one, two) = (
        organization(&server, "org_one").await,
        organization(&server, "org_two").await,
    );
    let app = one
        .post("/api/v1/app", json!({"name": "Acme", "uid": "acme"}))
        .await
        .expect(201);
    assert_eq!(
        ids(&one.get("/api/v1/app").await.expect(200)),
        [text(&app, "id")]
    );
    assert!(ids(&two.get("/api/v1/app/").await.expect(200)).is_empty());
    let other = two.get(&format!("/api/v1/app/{}", text(&app, "id"))).await;
    assert_eq!(other.expect(404)["code"], "not_found");

    let admin = server.admin();
    let projects = admin.get("/v1/projects").await.expect(200);
    let projects = projects["data"].as_array().unwrap();
    let project = projects
        .iter()
        .find(|project| project["name"] == "org_one")
        .unwrap();
    assert_eq!(project["dialect"], "svix");
    assert_eq!(project["policy"]["while_disabled"], "skip");
    let tenant = admin
        .project(&text(project, "id"))
        .get("/v1/tenants/acme")
        .await
        .expect(200);
    assert_eq!(
        (&tenant["id"], &tenant["name"]),
        (&app["id"], &json!("Acme"))
    );
    let log = admin
        .get("/v1/audit?action=tenant.create")
        .await
        .expect(200);
    assert_eq!(log["data"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_is_no_token_is_refused_with_its_reason() {
    let server = installation().start().await;
    let check = async |token: &str, status: u16, code: &str| {
        let reply = Api::new(&server.url, token).get("/api/v1/app").await;
        assert_eq!(reply.expect(status)["code"], code, "{token}");
    };
    check("x.y.z", 401, "authentication_failed").await;
    check(SECRET, 401, "authentication_failed").await;
    let wrong = token("org_1").await.replace("eyJ", "eyK");
    check(&wrong, 401, "authentication_failed").await;
    let api = organization(&server, "org_1").await;
    let paths = [
        ("/api/v1/nothing", 404),
        ("/api/v1/app/a/b/c", 404),
        ("/api/v1/app/app_1", 404),
    ];
    for (path, status) in paths {
        assert_eq!(
            api.get(path).await.expect(status)["code"],
            "not_found",
            "{path}"
        );
    }
    assert_eq!(
        api.patch("/api/v1/app", json!({})).await.expect(405)["code"],
        "method_not_allowed"
    );
    assert_eq!(
        api.post("/api/v1/auth/logout", json!({})).await.expect(501)["code"],
        "not_implemented"
    );
}

#[tokio::test]
async fn a_token_of_an_application_reaches_it_alone() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let (own, other) = (
        application(&api, "own").await,
        application(&api, "other").await,
    );
    let path = own.replace("/app/", "/auth/app-portal-access/");
    let access = api
        .post(&path, json!({"featureFlags": ["beta"]}))
        .await
        .expect(200);
    assert!(text(&access, "url").contains("/portal/proj_"));
    let app = Api::new(&server.url, &text(&access, "token"));
    app.get(&own).await.expect(200);
    app.get(&other).await.expect(404);
    assert_eq!(
        app.get("/api/v1/app").await.expect(403)["code"],
        "insufficient access"
    );
    app.delete(&own).await.expect(403);
    let message = json!({"eventType": "a", "payload": {}});
    app.post(&format!("{own}/msg"), message).await.expect(403);
    app.get(&format!("{own}/msg")).await.expect(200);
    app.get(&format!("{own}/endpoint")).await.expect(200);
    let flagged = json!({"name": "flagged", "description": "", "featureFlag": "beta"});
    let hidden = json!({"name": "hidden", "description": "", "featureFlag": "gamma"});
    api.post("/api/v1/event-type", flagged).await.expect(201);
    api.post("/api/v1/event-type", hidden).await.expect(201);
    let seen = app.get("/api/v1/event-type").await.expect(200);
    assert_eq!(seen["data"].as_array().unwrap().len(), 1);
    app.get("/api/v1/event-type/hidden").await.expect(404);
    let key = json!({"name": "k", "kind": "project", "scope": "full"});
    let projects = server.admin().get("/v1/projects").await.expect(200);
    let project = server.admin().project(&text(&projects["data"][0], "id"));
    let key = text(&project.post("/v1/keys", key).await.expect(201), "key");
    Api::new(&server.url, &key).get(&own).await.expect(200);
}

#[tokio::test]
async fn requests_are_read_leniently_and_refused_in_one_shape() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let lenient = json!({"name": "a", "unknown": 1, "metadata": null});
    api.post("/api/v1/app/?unknown=1", lenient)
        .await
        .expect(201);
    let check = async |body: serde_json::Value, at: &[&str], kind: &str| {
        let refused = api.post("/api/v1/app", body.clone()).await.expect(422);
        let first = &refused["detail"][0];
        assert_eq!(
            (&first["loc"], &first["type"]),
            (&json!(at), &json!(kind)),
            "{body}"
        );
    };
    check(json!({}), &["body", "name"], "value_error.jsondecode").await;
    check(
        json!({"name": 1}),
        &["body", "name"],
        "value_error.jsondecode",
    )
    .await;
    check(json!({"name": ""}), &["body", "name"], "value_error").await;
    check(
        json!({"name": "a", "uid": "app_1"}),
        &["body", "uid"],
        "value_error",
    )
    .await;
    check(
        json!({"name": "a", "throttleRate": 0}),
        &["body", "throttle_rate"],
        "value_error",
    )
    .await;
    let broken = api
        .post_text("/api/v1/app", "{".to_owned())
        .await
        .expect(422);
    assert_eq!(broken["detail"][0]["loc"], json!(["body", "?"]));
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(8 * 1024 * 1024));
    assert_eq!(
        api.post_text("/api/v1/app", large).await.expect(413)["code"],
        "payload_too_large"
    );
    for (query, status) in [
        ("limit=251", 422),
        ("limit=x", 400),
        ("iterator=ep_1", 422),
        ("order=x", 400),
    ] {
        api.get(&format!("/api/v1/app?{query}"))
            .await
            .expect(status);
    }
    let none = api.get("/api/v1/app?limit=0").await.expect(200);
    assert_eq!(none, json!({"data": [], "iterator": null, "done": false}));
}

#[tokio::test]
async fn health_and_the_document_need_no_token() {
    let server = installation().start().await;
    let api = Api::new(&server.url, "none");
    assert_eq!(
        api.get("/api/v1/health").await.expect(200)["database"]["status"],
        "ok"
    );
    assert_eq!(api.get("/api/v1/health/ping").await.status, 204);
    let document = api.get("/api/v1/openapi.json").await;
    assert_eq!(document.content_type.as_deref(), Some("application/json"));
    assert!(document.expect(200)["paths"]["/api/v1/app"].is_object());
}

#[tokio::test]
async fn a_repeated_post_has_one_effect_whatever_its_body() {
    let server = installation().start().await;
    let api = organization(&server, "org_1").await;
    let once = api.once("one");
    let first = once
        .post("/api/v1/app", json!({"name": "a"}))
        .await
        .expect(201);
    let again = once
        .post("/api/v1/app", json!({"name": "b"}))
        .await
        .expect(201);
    assert_eq!(first, again);
    api.once("two")
        .post("/api/v1/app", json!({"name": ""}))
        .await
        .expect(422);
    api.once("two")
        .post("/api/v1/app", json!({"name": "c"}))
        .await
        .expect(201);
    assert_eq!(ids(&api.get("/api/v1/app").await.expect(200)).len(), 2);
    let app = format!("/api/v1/app/{}/msg", text(&first, "id"));
    let message = |n: u32| json!({"eventType": "a", "payload": {"n": n}});
    let first = once.post(&app, message(1)).await.expect(202);
    let again = once.post(&app, message(2)).await.expect(202);
    assert_eq!(first, again);
    assert_eq!(ids(&api.get(&app).await.expect(200)).len(), 1);
}
