//! Requests that must not go through: each with its status, a problem document, and the offending field.

use serde_json::{Value, json};

use crate::support::{api::Api, server::Installation};

const DIALECTS: [&str; 6] = [
    "standard",
    "inviolet",
    "deiterate",
    "ventryx",
    "yativo",
    "grantiva",
];

fn endpoint(url: &str) -> Value {
    json!({ "tenant": "acme", "url": url, "events": ["*"], "secret": "a secret of the customer" })
}

async fn project(api: &Api, dialect: &str) -> Api {
    let project = api.new_project(dialect, json!({})).await;
    let tenant = json!({ "plan": "enterprise" });
    project.put("/v1/tenants/acme", tenant).await.expect(200);
    project
}

#[tokio::test]
async fn plain_http_is_refused_at_configuration_time_in_every_dialect() {
    let installation = Installation::new();
    let server = installation.start().await;
    for dialect in DIALECTS {
        let project = project(&server.admin(), dialect).await;
        let refused = project
            .post("/v1/endpoints", endpoint("http://127.0.0.1:9/"))
            .await;
        assert_eq!(refused.pointers(), ["/url"], "{dialect}");
        let made = project
            .new_endpoint(endpoint("https://127.0.0.1:9443/"))
            .await;
        let refused = project
            .patch(
                &format!("/v1/endpoints/{}", made.id),
                json!({ "url": "http://127.0.0.1:9/" }),
            )
            .await;
        assert_eq!(refused.pointers(), ["/url"], "{dialect}");
    }
}

#[tokio::test]
async fn forbidden_addresses_are_refused_at_configuration_time() {
    let installation = Installation::strict();
    let server = installation.start().await;
    let project = project(&server.admin(), "standard").await;
    for url in [
        "https://127.0.0.1/",
        "https://127.1/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0x0a000001/",
        "https://localhost/",
        "https://metadata.google.internal/",
        "https://user:pw@example.com/",
        "https://example.com/#fragment",
        "https://example.com:22/",
        "ftp://example.com/",
        "not a url",
    ] {
        let refused = project.post("/v1/endpoints", endpoint(url)).await;
        assert_eq!(refused.pointers(), ["/url"], "{url}");
    }
}

#[tokio::test]
async fn without_a_good_key_everything_is_401() {
    let installation = Installation::new();
    let server = installation.start().await;
    let wrong = Api::new(&server.url, "nk_admin_that_nobody_ever_made_000000000000");
    let empty = Api::new(&server.url, "");
    for path in [
        "/v1/projects",
        "/v1/events",
        "/v1/endpoints",
        "/v1/deliveries/del_1",
        "/v1/keys",
    ] {
        for api in [&wrong, &empty] {
            api.get(path).await.refused(401);
        }
    }
    wrong.post("/v1/events", json!({})).await.refused(401);
}

#[tokio::test]
async fn probes_and_documents_need_no_key() {
    let installation = Installation::new();
    let server = installation.start().await;
    let nobody = Api::new(&server.url, "");
    for path in ["/healthz", "/readyz", "/openapi.json", "/docs"] {
        assert_eq!(nobody.get(path).await.status, 200, "{path}");
    }
    let document = nobody.get("/openapi.json").await.expect(200);
    assert_eq!(
        document["openapi"].as_str().map(|version| &version[..3]),
        Some("3.1")
    );
}

#[tokio::test]
async fn an_admin_key_must_name_a_project() {
    let installation = Installation::new();
    let server = installation.start().await;
    let admin = server.admin();
    admin.get("/v1/events").await.refused(400);
    admin
        .project("proj_00000000000000000000000000")
        .get("/v1/events")
        .await
        .refused(404);
}

#[tokio::test]
async fn malformed_requests_say_what_is_wrong_with_them() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = project(&server.admin(), "standard").await;
    project
        .post_text("/v1/events", r#"{"tenant": "acme", "#.to_owned())
        .await
        .refused(400);
    project
        .clone()
        .header("content-type", "text/plain")
        .post_text("/v1/events", "{}".to_owned())
        .await
        .refused(415);
    let event = json!({ "tenant": "acme", "type": "a.b", "data": {}, "colour": "red" });
    let refused = project.post("/v1/events", event).await;
    assert_eq!(refused.pointers(), ["/colour"]);
    let mut endpoint = endpoint("https://127.0.0.1:9443/");
    endpoint["colour"] = "red".into();
    let refused = project.post("/v1/endpoints", endpoint).await;
    assert_eq!(refused.pointers(), ["/colour"]);
    let refused = project.get("/v1/deliveries?colour=red").await;
    assert!(
        refused.refused(422)["detail"]
            .to_string()
            .contains("colour")
    );
    for (event, pointer) in [
        (
            json!({ "tenant": "-acme", "type": "a.b", "data": {} }),
            "/tenant",
        ),
        (
            json!({ "tenant": "acme", "type": "a.*", "data": {} }),
            "/type",
        ),
        (
            json!({ "tenant": "acme", "type": "a.b", "data": {}, "id": "a b" }),
            "/id",
        ),
        (
            json!({ "tenant": "acme", "type": "a.b", "data": {}, "occurred_at": "now" }),
            "/occurred_at",
        ),
    ] {
        let refused = project.post("/v1/events", event).await;
        assert_eq!(refused.pointers(), [pointer]);
    }
}

#[tokio::test]
async fn too_much_is_413_and_names_the_limit() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = project(&server.admin(), "standard").await;
    let event = |bytes: usize| json!({ "tenant": "acme", "type": "a.b", "data": { "filler": "x".repeat(bytes) } });
    let request = project.post("/v1/events", event(2 * 1_048_576)).await;
    assert!(names_a_limit(&request.refused(413)));
    let data = project.post("/v1/events", event(1_048_576)).await;
    assert!(matches!(data.status, 413 | 422), "{}", data.text);
    assert!(names_a_limit(&data.expect(data.status)));
    project
        .post("/v1/events", event(1_000_000))
        .await
        .expect(202);
}

/// A server that answers and closes while the client is still sending takes the answer back.
#[tokio::test]
async fn a_large_request_always_hears_that_it_is_refused() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = project(&server.admin(), "standard").await;
    let nobody = project
        .clone()
        .key("nk_admin_that_nobody_ever_made_000000000000");
    let event = |bytes: usize| json!({ "tenant": "acme", "type": "a.b", "data": { "filler": "x".repeat(bytes) } });
    for _ in 0..10 {
        // Of a stranger's body only so much is read as arrives together with the head.
        nobody.post("/v1/events", event(1_000)).await.refused(401);
        project
            .post("/v1/no-such-route", event(1_000))
            .await
            .refused(404);
        project
            .post("/v1/events", event(4_000_000))
            .await
            .refused(413);
    }
    project
        .post("/v1/events/batch", event(17_000_000))
        .await
        .refused(413);
}

fn names_a_limit(problem: &Value) -> bool {
    let text = problem.to_string();
    ["1 MiB", "2 MiB", "1048576", "2097152"]
        .iter()
        .any(|limit| text.contains(limit))
}

#[tokio::test]
async fn a_number_that_javascript_would_alter_is_refused_under_grantiva() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = project(&server.admin(), "grantiva").await;
    let event = |number: &str| {
        format!(
            r#"{{"tenant":"acme","type":"device.new","data":{{"a":[{{"risk/score":{number}}}]}}}}"#
        )
    };
    for number in ["12345678901234567890", "0.1234567890123456789", "1e400"] {
        let refused = project.post_text("/v1/events", event(number)).await;
        assert_eq!(refused.pointers(), ["/data/a/0/risk~1score"], "{number}");
        assert!(refused.text.contains("string"), "{}", refused.text);
    }
    for number in ["0.1", "1.50", "1e21", "-0"] {
        project
            .post_text("/v1/events", event(number))
            .await
            .expect(202);
    }
}

#[tokio::test]
async fn a_lone_surrogate_is_refused_in_every_dialect() {
    let installation = Installation::new();
    let server = installation.start().await;
    for dialect in DIALECTS {
        let project = project(&server.admin(), dialect).await;
        let event = r#"{"tenant":"acme","type":"a.b","data":{"text":"\ud83d"}}"#;
        let refused = project.post_text("/v1/events", event.to_owned()).await;
        assert_eq!(refused.pointers(), ["/data/text"], "{dialect}");
    }
}

#[tokio::test]
async fn grantiva_endpoints_are_for_its_paying_plans() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = server.admin().new_project("grantiva", json!({})).await;
    let url = "https://127.0.0.1:9443/";
    project
        .post("/v1/endpoints", endpoint(url))
        .await
        .refused(403);
    for (plan, status) in [("free", 403), ("Business", 201), ("ENTERPRISE", 201)] {
        let tenant = json!({ "plan": plan });
        project.put("/v1/tenants/acme", tenant).await.expect(200);
        project
            .post("/v1/endpoints", endpoint(url))
            .await
            .expect(status);
    }
}

#[tokio::test]
async fn a_contradictory_dialect_is_refused_with_line_and_reason() {
    let installation = Installation::new();
    let server = installation.start().await;
    let project = project(&server.admin(), "standard").await;
    let dialect = json!({ "source": "name = \"mine\"\nnonsense = 1\n" });
    let refused = project.put("/v1/dialects/mine", dialect).await.refused(422);
    assert!(
        refused.to_string().contains('2'),
        "names the line: {refused}"
    );
}

#[tokio::test]
async fn limits_on_names_and_counts_hold() {
    let installation = Installation::new();
    let server = installation.start().await;
    let policy = json!({ "endpoints_per_tenant_max": 2 });
    let project = server.admin().new_project("standard", policy).await;
    let url = "https://127.0.0.1:9443/";
    let with = |field: &str, value: Value| {
        let mut body = endpoint(url);
        body[field] = value;
        body
    };
    for body in [
        with("events", json!(vec!["a.b"; 101])),
        with("url", format!("{url}{}", "x".repeat(2_048)).into()),
        with("timeout_ms", json!(10)),
        with("retry", json!({ "delays_s": vec![0; 101] })),
        with("headers", json!({ "Host": "example.com" })),
        with("headers", json!({ "X-Split": "a\r\nb" })),
        with("secret", json!("short")),
    ] {
        let refused = project.post("/v1/endpoints", body.clone()).await;
        assert!(!refused.pointers().is_empty(), "{body}");
    }
    for _ in 0..2 {
        project.new_endpoint(endpoint(url)).await;
    }
    let third = project.post("/v1/endpoints", endpoint(url)).await;
    assert!((400..500).contains(&third.status), "{}", third.text);
    assert!(third.text.contains('2'), "names the limit: {}", third.text);
}
