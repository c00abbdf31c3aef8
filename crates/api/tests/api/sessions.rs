//! Signing in: the cookie, what it stands for, when it ends, and who may use it.

use std::{net::SocketAddr, time::Duration};

use axum::{body::Body, extract::ConnectInfo, http::Request};
use nuncio_api::ApiState;
use serde_json::{Value, json};

use crate::common::{ADMIN_KEY, Api, Caller, HOST, Reply};

const HOUR: Duration = Duration::from_secs(60 * 60);

impl Api {
    /// Signs in as a program does, without an origin.
    async fn sign_in(&self, key: &str) -> Reply {
        let body = json!({ "key": key }).to_string();
        self.send(with(&[("host", HOST)], "POST", "/v1/session", &body))
            .await
    }
}

fn with(headers: &[(&str, &str)], method: &str, path: &str, body: &str) -> Request<Body> {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", "application/json");
    headers
        .iter()
        .fold(request, |request, (name, value)| {
            request.header(*name, *value)
        })
        .body(Body::from(body.to_owned()))
        .unwrap()
}

fn cookie_of(reply: &Reply) -> &str {
    reply.headers["set-cookie"].to_str().unwrap()
}

/// The cookie's value, without its name and attributes.
fn secret_of(reply: &Reply) -> &str {
    let (_, rest) = cookie_of(reply).split_once('=').unwrap();
    rest.split(';').next().unwrap()
}

#[tokio::test]
async fn a_key_becomes_a_cookie_that_no_script_and_no_other_site_can_use() {
    let api = Api::new();
    let reply = api.sign_in(ADMIN_KEY).await;
    let secret = secret_of(&reply);
    assert_eq!(secret.len(), 64);
    assert_eq!(
        cookie_of(&reply),
        format!("nuncio_session={secret}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict")
    );
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert!(!reply.text().contains(ADMIN_KEY) && !reply.text().contains(secret));
    let me = reply.expect(200);
    assert_eq!(me["kind"], "admin");
    assert_eq!(me["project"], Value::Null);
    assert_eq!(me["insecure"], false);
    assert_eq!(me["expires_at"], "2026-04-27T00:34:56.123Z");
}

#[tokio::test]
async fn with_an_https_public_url_the_cookie_is_bound_to_host_and_tls() {
    let mut api = Api::new();
    let mut settings = api.state.settings.clone();
    settings.public_url = Some("https://hooks.example.com".to_owned());
    api.router = nuncio_api::router(ApiState {
        settings,
        ..api.state.clone()
    });
    let host = [("host", "hooks.example.com")];
    let body = json!({ "key": ADMIN_KEY }).to_string();
    let reply = api.send(with(&host, "POST", "/v1/session", &body)).await;
    let secret = secret_of(&reply).to_owned();
    assert_eq!(
        cookie_of(&reply),
        format!(
            "__Host-nuncio_session={secret}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"
        )
    );
    let me = reply.expect(200);
    assert_eq!(me["insecure"], false);
    assert_eq!(me["public_url"], "https://hooks.example.com");
    for (cookie, status) in [("__Host-nuncio_session", 200), ("nuncio_session", 401)] {
        let cookie = format!("{cookie}={secret}");
        let headers = [host[0], ("cookie", &*cookie)];
        let reply = api.send(with(&headers, "GET", "/v1/session", "")).await;
        reply.expect(status);
    }
}

#[tokio::test]
async fn a_session_may_do_what_its_key_may() {
    let api = Api::new();
    let project = api.project("standard").await;
    let read = json!({"name": "look", "kind": "project", "scope": "read"});
    let read = api.new_key(&project.id, read).await;
    let tenant = api.tenant_key(&project.id, "acme").await;
    for (key, kind, scope, name) in [
        (&project.caller, "project", "full", json!("app")),
        (&read, "project", "read", json!("look")),
        (&tenant, "tenant", "full", json!("t")),
    ] {
        let browser = api.signed_in(key).await;
        let me = api.get(&browser, "/v1/session").await.expect(200);
        assert_eq!((&me["kind"], &me["scope"]), (&json!(kind), &json!(scope)));
        assert_eq!(me["name"], name);
        assert_eq!(me["project"]["id"], project.id);
        let by_key = api.get(key, "/v1/session").await.expect(200);
        assert_eq!(by_key["expires_at"], Value::Null);
        let without_end = |mut me: Value| {
            me.as_object_mut().unwrap().remove("expires_at");
            me
        };
        assert_eq!(without_end(me), without_end(by_key));
        let hook = json!({"tenant": "acme", "url": "https://example.com/", "events": ["*"]});
        let (by_session, by_key) = (
            api.post(&browser, "/v1/endpoints", hook.clone()).await,
            api.post(key, "/v1/endpoints", hook).await,
        );
        assert_eq!(by_session.status, by_key.status, "{}", by_session.text());
        let event = json!({"tenant": "acme", "type": "t", "data": 1});
        let (by_session, by_key) = (
            api.post(&browser, "/v1/events", event.clone()).await,
            api.post(key, "/v1/events", event).await,
        );
        assert_eq!(by_session.status, by_key.status, "{}", by_session.text());
    }
}

#[tokio::test]
async fn an_admin_in_a_browser_names_its_project() {
    let api = Api::new();
    let project = api.project("yativo").await;
    let browser = api.signed_in(&Caller::admin()).await;
    let me = api.get(&browser, "/v1/session").await.expect(200);
    assert_eq!((&me["project"], &me["key"]), (&Value::Null, &Value::Null));
    api.get(&browser, "/v1/events").await.expect(400);
    api.get(&browser, "/v1/projects").await.expect(200);
    let named = Caller {
        project: Some(project.id.clone()),
        ..browser.clone()
    };
    let me = api.get(&named, "/v1/session").await.expect(200);
    assert_eq!(me["project"]["id"], project.id);
    assert_eq!(me["project"]["dialect"], "yativo");
    assert_eq!(me["project"]["policy"]["history_days"], 30);
    api.get(&named, "/v1/events").await.expect(200);
    let unknown = Caller {
        project: Some("proj_00000000000000000000000000".to_owned()),
        ..browser
    };
    api.get(&unknown, "/v1/session").await.expect(404);
}

#[tokio::test]
async fn a_tenant_sees_nothing_of_others_in_its_project() {
    let api = Api::new();
    let project = api.project("standard").await;
    let policy = json!({"policy": {
        "operator_tenant": "vendor-itself", "portal_origins": ["https://app.example.com"]
    }});
    let path = format!("/v1/projects/{}", project.id);
    api.patch(&Caller::admin(), &path, policy).await.expect(200);
    let tenant = api.tenant_key(&project.id, "acme").await;
    let me = api.get(&tenant, "/v1/session").await.expect(200);
    assert_eq!(me["tenant"], "acme");
    assert_eq!(me["project"]["policy"]["operator_tenant"], Value::Null);
    assert_eq!(me["project"]["policy"]["portal_origins"], json!([]));
    let itself = api.tenant_key(&project.id, "vendor-itself").await;
    let me = api.get(&itself, "/v1/session").await.expect(200);
    let policy = &me["project"]["policy"];
    assert_eq!(policy["operator_tenant"], "vendor-itself");
    let me = api.get(&project.caller, "/v1/session").await.expect(200);
    let policy = &me["project"]["policy"];
    assert_eq!(policy["portal_origins"], json!(["https://app.example.com"]));
}

#[tokio::test]
async fn a_session_ends_at_once_with_its_key() {
    let api = Api::new();
    let project = api.project("standard").await;
    let tenant = api.tenant_key(&project.id, "acme").await;
    let admin = Caller::admin_of(&project.id);
    let keys = api.get(&admin, "/v1/keys").await.expect(200);
    let id = |name: &str| {
        let keys = keys["data"].as_array().unwrap();
        let key = keys.iter().find(|key| key["name"] == name).unwrap();
        key["id"].as_str().unwrap().to_owned()
    };
    let browser = api.signed_in(&project.caller).await;
    let customer = api.signed_in(&tenant).await;
    api.get(&browser, "/v1/events").await.expect(200);
    let path = format!("/v1/keys/{}", id("app"));
    api.delete(&admin, &path).await.expect(204);
    let gone = api.get(&browser, "/v1/events").await.expect(401);
    assert_eq!(gone["detail"], "the session has ended: sign in again");
    api.get(&customer, "/v1/events").await.expect(200);
    api.delete(&admin, "/v1/tenants/acme").await.expect(204);
    api.get(&customer, "/v1/events").await.expect(401);
    let another = json!({"name": "app", "kind": "project", "scope": "full"});
    let another = api.new_key(&project.id, another).await;
    let browser = api.signed_in(&another).await;
    let path = format!("/v1/projects/{}", project.id);
    api.delete(&Caller::admin(), &path).await.expect(204);
    api.get(&browser, "/v1/session").await.expect(401);
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_or_with_its_key() {
    let api = Api::new();
    let project = api.project("standard").await;
    let short = json!({
        "name": "short", "kind": "project", "scope": "full", "expires_at": "2026-04-26T14:34:56.123Z"
    });
    let short = api.new_key(&project.id, short).await;
    let reply = api.sign_in(&short.key).await;
    assert!(cookie_of(&reply).contains("Max-Age=7200;"));
    assert_eq!(reply.expect(200)["expires_at"], "2026-04-26T14:34:56.123Z");
    let (short, long) = (
        api.signed_in(&short).await,
        api.signed_in(&project.caller).await,
    );
    api.clock.advance(2 * HOUR);
    api.get(&short, "/v1/session").await.expect(401);
    api.get(&long, "/v1/session").await.expect(200);
    api.clock.advance(10 * HOUR - Duration::from_millis(1));
    api.get(&long, "/v1/session").await.expect(200);
    api.clock.advance(Duration::from_millis(1));
    api.get(&long, "/v1/session").await.expect(401);
}

#[tokio::test]
async fn an_admin_session_ends_when_the_admin_key_is_another() {
    let mut api = Api::new();
    let browser = api.signed_in(&Caller::admin()).await;
    api.get(&browser, "/v1/projects").await.expect(200);
    let mut settings = api.state.settings.clone();
    settings.admin_key_sha256 = [7; 32];
    api.router = nuncio_api::router(ApiState {
        settings,
        ..api.state.clone()
    });
    api.get(&browser, "/v1/projects").await.expect(401);
}

#[tokio::test]
async fn signing_out_ends_this_session_and_signing_in_again_ends_the_one_before() {
    let api = Api::new();
    let (one, two) = (
        api.signed_in(&Caller::admin()).await,
        api.signed_in(&Caller::admin()).await,
    );
    assert_ne!(one.cookie, two.cookie);
    let reply = api.delete(&one, "/v1/session").await;
    assert_eq!(
        cookie_of(&reply),
        "nuncio_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict"
    );
    reply.expect(204);
    api.get(&one, "/v1/session").await.expect(401);
    let three = api.signed_in(&two).await;
    api.get(&two, "/v1/session").await.expect(401);
    api.get(&three, "/v1/session").await.expect(200);
    // Nothing to end is no error.
    api.delete(&one, "/v1/session").await.expect(204);
    api.delete(&Caller::admin(), "/v1/session")
        .await
        .expect(204);
    api.get(&three, "/v1/session").await.expect(200);
}

#[tokio::test]
async fn another_page_can_not_act_with_the_cookie() {
    let api = Api::new();
    let browser = api.signed_in(&Caller::admin()).await;
    let cookie = browser.cookie.as_deref().unwrap();
    let ours = format!("http://{HOST}");
    let check = async |method: &str, path: &str, headers: &[(&str, &str)], status: u16| {
        let all = [&[("cookie", cookie)], headers].concat();
        let reply = api.send(with(&all, method, path, r#"{"name":"p"}"#)).await;
        let text = reply.text();
        assert_eq!(reply.status, status, "{method} {path} {headers:?}: {text}");
        if status == 403 {
            assert_eq!(reply.json["type"], "urn:nuncio:problem:forbidden");
        }
    };
    let host = ("host", HOST);
    let origin = ("origin", &*ours);
    check("POST", "/v1/projects", &[host, origin], 201).await;
    for foreign in [
        "http://evil.example",
        "http://localhost:8484",
        "http://127.0.0.1:3000",
        "https://127.0.0.1:8484",
        "null",
    ] {
        let headers = [host, ("origin", foreign)];
        check("POST", "/v1/projects", &headers, 403).await;
        check("DELETE", "/v1/session", &headers, 403).await;
        check("POST", "/v1/session", &headers, 403).await;
    }
    check("POST", "/v1/projects", &[host], 403).await;
    for site in ["cross-site", "same-site", "none"] {
        let headers = [host, origin, ("sec-fetch-site", site)];
        check("POST", "/v1/projects", &headers, 403).await;
    }
    for (site, status) in [("cross-site", 403), ("same-site", 403), ("none", 200)] {
        let headers = [host, ("sec-fetch-site", site)];
        check("GET", "/v1/projects", &headers, status).await;
    }
    // Programs that send a key are asked for nothing of this.
    let bearer = format!("Bearer {ADMIN_KEY}");
    let headers = [
        ("host", "anything.example"),
        ("origin", "http://evil.example"),
        ("authorization", &*bearer),
    ];
    check("POST", "/v1/projects", &headers, 201).await;
    check("GET", "/v1/session", &[host], 200).await;
}

#[tokio::test]
async fn a_name_that_was_pointed_at_us_is_not_ours() {
    let api = Api::new();
    let browser = api.signed_in(&Caller::admin()).await;
    let cookie = browser.cookie.as_deref().unwrap();
    for host in [
        "evil.example",
        "evil.example:8484",
        "127.0.0.1.evil.example",
    ] {
        let origin = format!("http://{host}");
        let headers = [("host", host), ("origin", &*origin), ("cookie", cookie)];
        for (method, path) in [
            ("GET", "/v1/projects"),
            ("GET", "/v1/session"),
            ("POST", "/v1/projects"),
            ("DELETE", "/v1/session"),
            ("POST", "/v1/session"),
        ] {
            let body = json!({ "key": ADMIN_KEY }).to_string();
            let reply = api.send(with(&headers, method, path, &body)).await;
            assert_eq!(reply.status, 403, "{method} {path}: {}", reply.text());
            let detail = reply.json["detail"].as_str().unwrap();
            assert!(detail.contains("evil.example"), "{detail}");
        }
    }
    api.get(&browser, "/v1/session").await.expect(200);
}

#[tokio::test]
async fn plain_http_to_another_machine_is_said_to_be_insecure() {
    let mut api = Api::new();
    let mut settings = api.state.settings.clone();
    settings.listen = vec!["0.0.0.0:8484".parse().unwrap()];
    api.router = nuncio_api::router(ApiState {
        settings,
        ..api.state.clone()
    });
    for (host, insecure) in [("192.168.1.5:8484", true), (HOST, false)] {
        let body = json!({ "key": ADMIN_KEY }).to_string();
        let request = with(&[("host", host)], "POST", "/v1/session", &body);
        assert_eq!(api.send(request).await.expect(200)["insecure"], insecure);
    }
}

#[tokio::test]
async fn a_wrong_key_does_not_sign_in() {
    let api = Api::new();
    let project = api.project("standard").await;
    for key in ["", "nope", "nk_proj_0000", &project.caller.key[1..]] {
        let reply = api.sign_in(key).await;
        assert!(!reply.headers.contains_key("set-cookie"));
        reply.expect(401);
    }
    let padded = format!("  {}\n", project.caller.key);
    api.sign_in(&padded).await.expect(200);
    let post = async |body: &str| {
        let request = with(&[("host", HOST)], "POST", "/v1/session", body);
        api.send(request).await
    };
    assert_eq!(post("{}").await.pointer(), "/key");
    assert_eq!(post(r#"{"key":"k","colour":1}"#).await.pointer(), "/colour");
    post("{").await.expect(400);
    let path = "/v1/session?key=k";
    let request = with(&[("host", HOST)], "POST", path, r#"{"key":"k"}"#);
    api.send(request).await.expect(422);
}

#[tokio::test]
async fn who_tries_many_keys_has_to_wait() {
    let api = Api::new();
    let sign_in = async |from: &str, key: &str| {
        let body = json!({ "key": key }).to_string();
        let mut request = with(&[("host", HOST)], "POST", "/v1/session", &body);
        let peer: SocketAddr = from.parse().unwrap();
        request.extensions_mut().insert(ConnectInfo(peer));
        api.send(request).await
    };
    for n in 0..10 {
        sign_in("192.0.2.1:1000", &format!("guess {n}"))
            .await
            .expect(401);
    }
    let refused = sign_in("192.0.2.1:2000", "guess 11").await;
    assert_eq!(refused.headers["retry-after"], "60");
    assert_eq!(
        refused.expect(429)["type"],
        "urn:nuncio:problem:too-many-requests"
    );
    // Who has a right key gets in all the same: a whole office may be behind that address.
    sign_in("192.0.2.1:2000", ADMIN_KEY).await.expect(200);
    sign_in("192.0.2.2:1000", "guess").await.expect(401);
    api.clock.advance(Duration::from_secs(60));
    sign_in("192.0.2.1:3000", "guess 12").await.expect(401);
}

#[tokio::test]
async fn a_made_up_cookie_is_nobody() {
    let api = Api::new();
    api.signed_in(&Caller::admin()).await;
    for secret in [
        "0".repeat(64),
        String::new(),
        "x".to_owned(),
        ADMIN_KEY.to_owned(),
    ] {
        let cookie = format!("nuncio_session={secret}");
        let headers = [("host", HOST), ("cookie", &*cookie)];
        let reply = api.send(with(&headers, "GET", "/v1/session", "")).await;
        reply.expect(401);
    }
    let reply = api
        .send(with(&[("host", HOST)], "GET", "/v1/session", ""))
        .await;
    reply.expect(401);
}
