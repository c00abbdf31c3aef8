//! The page that a project's customers read.

use serde_json::json;

use crate::common::Api;

const MARKDOWN: &str = "/v1/guide?format=markdown";

#[tokio::test]
async fn a_customer_reads_what_is_in_force_now() {
    let api = Api::new();
    let project = api.project("grantiva").await;
    let customer = api.tenant_key(&project.id, "acme").await;
    let page = api.get(&customer, MARKDOWN).await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().starts_with("# grantiva webhooks\n"));
    for fact in [
        "Business and Enterprise",
        "| 4 | 30 min | 36 min |",
        "`device.high_risk`",
        "over 36 min",
    ] {
        assert!(page.text().contains(fact), "{fact}: {}", page.text());
    }

    let policy =
        json!({ "policy": { "plans": [], "retry": { "delays_s": [0, 7] }, "timeout_ms": 2_000 } });
    let path = format!("/v1/projects/{}", project.id);
    api.patch(&crate::common::Caller::admin(), &path, policy)
        .await
        .expect(200);
    let kind =
        json!({ "description": "A <b>door</b> | window", "group": "home", "example": { "n": 1 } });
    api.put(&project.caller, "/v1/event-types/door.opened", kind)
        .await
        .expect(200);
    let page = api.get(&customer, MARKDOWN).await;
    let page = page.text();
    for fact in [
        "| 2 | 7 s | 7 s |",
        "within 2 s",
        "| `door.opened` | A <b>door</b> \\| window |",
    ] {
        assert!(page.contains(fact), "{fact}: {page}");
    }
    assert!(!page.contains("Enterprise"));
}

#[tokio::test]
async fn the_page_runs_nothing_and_asks_nobody() {
    let api = Api::new();
    let project = api.project("standard").await;
    let kind = json!({ "description": "<script>alert(1)</script>" });
    api.put(&project.caller, "/v1/event-types/a.b", kind)
        .await
        .expect(200);
    let page = api.get(&project.caller, "/v1/guide").await;
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    let rule = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        rule.starts_with("default-src 'none'; style-src 'sha256-"),
        "{rule}"
    );
    let text = page.text();
    assert!(text.contains("&lt;script&gt;alert(1)"), "{text}");
    assert!(!text.contains("<script") && !text.contains(" src=") && !text.contains("<link"));
}

#[tokio::test]
async fn a_dialect_of_the_projects_own_is_verified_by_hand() {
    let api = Api::new();
    let project = api.project("standard").await;
    let source = api
        .get(&project.caller, "/v1/dialects/ventryx")
        .await
        .expect(200);
    let source = source["source"].as_str().unwrap();
    let source = source
        .replace("\"ventryx\"", "\"mine\"")
        .replace("Ventryx-Signature", "X-Mine");
    api.put(
        &project.caller,
        "/v1/dialects/mine",
        json!({ "source": source }),
    )
    .await
    .expect(200);
    let path = format!("/v1/projects/{}", project.id);
    let admin = crate::common::Caller::admin();
    api.patch(&admin, &path, json!({ "dialect": "mine" }))
        .await
        .expect(200);
    let page = api.get(&project.caller, MARKDOWN).await;
    let text = page.text().to_lowercase();
    let named = text.matches("x-mine").count() + text.matches("x_mine").count();
    assert!(named >= 6, "each language's program reads it: {text}");
    assert!(!page.text().contains("npm install"), "no library knows it");
}
