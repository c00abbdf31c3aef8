//! The dashboard's pages beside the API, from the real binary: built with the dashboard or without it.

use serde_json::json;

use crate::support::server::Installation;

async fn get(url: &str, path: &str, accept: &str) -> (u16, reqwest::header::HeaderMap, String) {
    let request = reqwest::Client::new()
        .get(format!("{url}{path}"))
        .header("accept", accept);
    let reply = request.send().await.expect("an answer");
    let (status, headers) = (reply.status().as_u16(), reply.headers().clone());
    (status, headers, reply.text().await.expect("a body"))
}

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_browser_gets_pages_and_a_program_gets_problems() {
    let installation = Installation::new();
    let server = installation.start().await;
    for (path, accept) in [("/", "*/*"), ("/", BROWSER), ("/endpoints/ep_1", BROWSER)] {
        let (status, headers, body) = get(&server.url, path, accept).await;
        assert_eq!(status, 200, "{path}");
        assert_eq!(headers["content-type"], "text/html; charset=utf-8");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cache-control"], "no-store");
        let policy = headers["content-security-policy"].to_str().expect("ASCII");
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.ends_with("frame-ancestors 'none'"), "{policy}");
        assert!(body.starts_with("<!doctype html>"), "{body}");
        assert!(!body.contains("__CSP_NONCE__"));
    }
    for (path, accept) in [
        ("/v1", BROWSER),
        ("/v1/", BROWSER),
        ("/v1/nope", BROWSER),
        ("/webhook/x/nope", BROWSER),
        ("/nope", "*/*"),
        ("/assets/nope.js", BROWSER),
        ("/assets/../../../etc/passwd", "*/*"),
        ("/assets/..%2f..%2f..%2fetc%2fpasswd", BROWSER),
    ] {
        let (status, headers, body) = get(&server.url, path, accept).await;
        assert_eq!(status, 404, "{path}: {body}");
        assert_eq!(headers["content-type"], "application/problem+json");
    }
    let (status, headers, _) = get(&server.url, "/healthz", BROWSER).await;
    assert_eq!(status, 200);
    assert_eq!(headers["content-type"], "application/json");
    for path in ["/", "/nope", "/portal/x"] {
        let posted = server.admin().post(path, json!({})).await;
        posted.refused(404);
    }
}

#[tokio::test]
async fn a_portals_page_is_for_its_projects_origins() {
    let installation = Installation::new();
    let server = installation.start().await;
    let origins = json!({"portal_origins": ["https://app.example.com"]});
    let project = server.admin().new_project("standard", origins).await;
    let ancestors = async |id: &str| {
        let (status, headers, _) = get(&server.url, &format!("/portal/{id}"), BROWSER).await;
        assert_eq!(status, 200);
        let policy = headers["content-security-policy"].to_str().expect("ASCII");
        let (_, ancestors) = policy.split_once("frame-ancestors ").expect("there");
        ancestors.to_owned()
    };
    let (_, _, page) = get(&server.url, "/", BROWSER).await;
    let expected = match page.contains("does not include the dashboard") {
        true => "'none'",
        false => "https://app.example.com",
    };
    assert_eq!(ancestors(&project.project_id()).await, expected);
    assert_eq!(ancestors("proj_00000000000000000000000000").await, "'none'");
    assert_eq!(ancestors("%0d%0ax").await, "'none'");
}
