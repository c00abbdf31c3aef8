//! Portal sessions and how the portal looks.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use nuncio_api::ApiState;
use serde_json::{Value, json};

use crate::common::{Api, Caller, HOST};

#[tokio::test]
async fn a_portal_session_is_a_link_for_an_hour() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = "/v1/tenants/acme/portal-sessions";
    let made = api.post(&project.caller, path, json!({})).await.expect(201);
    let token = made["token"].as_str().unwrap();
    assert!(
        token.starts_with("nk_portal_") && token.len() == 74,
        "{token}"
    );
    assert_eq!(
        made["url"],
        format!("http://{HOST}/portal/{}#token={token}", project.id)
    );
    assert_eq!(made["expires_at"], "2026-04-26T13:34:56.123Z");
    let portal = Caller::key(token);
    let me = api.get(&portal, "/v1/session").await.expect(200);
    assert_eq!(me["kind"], "portal");
    assert_eq!(me["tenant"], "acme");
    assert_eq!(me["expires_at"], made["expires_at"]);
    assert_eq!((&me["key"], &me["name"]), (&Value::Null, &Value::Null));
    assert_eq!(me["project"]["id"], project.id);
    api.clock
        .advance(Duration::from_secs(3_600) - Duration::from_millis(1));
    api.get(&portal, "/v1/session").await.expect(200);
    api.clock.advance(Duration::from_millis(1));
    api.get(&portal, "/v1/session").await.expect(401);
}

#[tokio::test]
async fn the_link_leads_to_the_public_url() {
    let mut api = Api::new();
    let project = api.project("standard").await;
    let mut settings = api.state.settings.clone();
    settings.public_url = Some("https://hooks.example.com/".to_owned());
    api.router = nuncio_api::router(ApiState {
        settings,
        ..api.state.clone()
    });
    let path = "/v1/tenants/acme/portal-sessions";
    let made = api.post(&project.caller, path, json!({})).await.expect(201);
    let start = format!("https://hooks.example.com/portal/{}#token=", project.id);
    assert!(made["url"].as_str().unwrap().starts_with(&start), "{made}");
}

#[tokio::test]
async fn a_portal_may_do_what_a_tenants_key_may() {
    let api = Api::new();
    let project = api.project("standard").await;
    let portal = api.portal(&project.caller, "acme", "full").await;
    let key = api.tenant_key(&project.id, "acme").await;
    let looking = api.portal(&project.caller, "acme", "read").await;
    let hook = json!({"url": "https://example.com/hook", "events": ["*"]});
    for caller in [&portal, &key] {
        let made = api.post(caller, "/v1/endpoints", hook.clone()).await;
        let id = made.expect(201)["id"].as_str().unwrap().to_owned();
        let test = format!("/v1/endpoints/{id}/test");
        api.post(caller, &test, json!({})).await.expect(202);
        api.post(&looking, &test, json!({})).await.expect(403);
        api.get(&looking, &format!("/v1/endpoints/{id}"))
            .await
            .expect(200);
    }
    let event = json!({"tenant": "acme", "type": "t", "data": 1});
    let key_body = json!({"name": "k", "kind": "tenant", "scope": "full", "tenant": "acme"});
    for (path, body, status) in [
        ("/v1/events", event, 403),
        ("/v1/keys", key_body, 403),
        ("/v1/projects", json!({"name": "p"}), 403),
        ("/v1/tenants/acme/portal-sessions", json!({}), 403),
        ("/v1/endpoints", hook, 201),
    ] {
        for caller in [&portal, &key] {
            let reply = api.post(caller, path, body.clone()).await;
            assert_eq!(reply.status, status, "{path}: {}", reply.text());
        }
    }
    for path in ["/v1/keys", "/v1/dialects"] {
        let (by_portal, by_key) = (api.get(&portal, path).await, api.get(&key, path).await);
        assert_eq!(by_portal.status, by_key.status, "{path}");
    }
    api.post(&looking, "/v1/endpoints", json!({}))
        .await
        .expect(403);
}

#[tokio::test]
async fn a_portal_ends_with_its_tenant_and_is_in_no_list() {
    let api = Api::new();
    let project = api.project("standard").await;
    let portal = api.portal(&project.caller, "acme", "full").await;
    let keys = api.get(&project.caller, "/v1/keys").await.expect(200);
    assert_eq!(keys["data"].as_array().unwrap().len(), 1, "{keys}");
    api.delete(&project.caller, "/v1/tenants/acme")
        .await
        .expect(204);
    api.get(&portal, "/v1/session").await.expect(401);
    api.put(&project.caller, "/v1/tenants/acme", json!({}))
        .await
        .expect(200);
    api.get(&portal, "/v1/session").await.expect(401);
}

#[tokio::test]
async fn who_may_make_portal_sessions_and_how_they_are_refused() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = "/v1/tenants/acme/portal-sessions";
    let read = json!({"name": "r", "kind": "project", "scope": "read"});
    let read = api.new_key(&project.id, read).await;
    api.post(&read, path, json!({})).await.expect(403);
    let tenant = api.tenant_key(&project.id, "acme").await;
    api.post(&tenant, path, json!({})).await.expect(403);
    api.post(&Caller::admin(), path, json!({}))
        .await
        .expect(400);
    api.post(&Caller::admin_of(&project.id), path, json!({}))
        .await
        .expect(201);
    for (body, pointer) in [
        (json!({"scope": "publish"}), "/scope"),
        (json!({"scope": null}), "/scope"),
        (json!({"hours": 2}), "/hours"),
    ] {
        let reply = api.post(&project.caller, path, body).await;
        assert_eq!(reply.pointer(), pointer, "{}", reply.text());
        assert_eq!(reply.status, 422);
    }
    let path = "/v1/tenants/-no-tenant/portal-sessions";
    let reply = api.post(&project.caller, path, json!({})).await;
    assert_eq!((reply.status.as_u16(), reply.pointer()), (422, "/tenant"));
    let path = "/v1/tenants/acme/portal-sessions";
    let (one, two) = (
        api.once(&project.caller, path, "k", json!({})).await,
        api.once(&project.caller, path, "k", json!({})).await,
    );
    assert_eq!(one.expect(201)["token"], two.expect(201)["token"]);
}

fn png(bytes: usize) -> String {
    let mut image = b"\x89PNG\r\n\x1a\n".to_vec();
    image.resize(bytes, 0);
    format!("data:image/png;base64,{}", STANDARD.encode(image))
}

#[tokio::test]
async fn a_project_has_a_look_that_its_tenants_see() {
    let api = Api::new();
    let admin = Caller::admin();
    let body = json!({
        "name": "Shop", "branding": {"accent": "#0F62FE", "logo": png(64 * 1024), "name": "Shop hooks"}
    });
    let made = api.post(&admin, "/v1/projects", body).await.expect(201);
    let wanted = json!({"accent": "#0f62fe", "logo": png(64 * 1024), "name": "Shop hooks"});
    assert_eq!(made["branding"], wanted);
    let id = made["id"].as_str().unwrap();
    let path = format!("/v1/projects/{id}");
    let portal = api.portal(&Caller::admin_of(id), "acme", "read").await;
    let me = api.get(&portal, "/v1/session").await.expect(200);
    assert_eq!(me["project"]["branding"], wanted);
    let change = json!({"branding": {"logo": null}});
    let changed = api.patch(&admin, &path, change).await.expect(200);
    let wanted = json!({"accent": "#0f62fe", "logo": null, "name": "Shop hooks"});
    assert_eq!(changed["branding"], wanted);
    let changed = api.patch(&admin, &path, json!({"name": "S"})).await;
    assert_eq!(changed.expect(200)["branding"], wanted);
    let change = json!({"branding": null});
    let changed = api.patch(&admin, &path, change).await.expect(200);
    let none = json!({"accent": null, "logo": null, "name": null});
    assert_eq!(changed["branding"], none);
    assert_eq!(api.get(&admin, &path).await.expect(200)["branding"], none);
}

#[tokio::test]
async fn a_look_that_can_not_be_is_refused_with_its_place() {
    let api = Api::new();
    let project = api.project("standard").await;
    let path = format!("/v1/projects/{}", project.id);
    for (branding, pointer, said) in [
        (
            json!({"accent": "red"}),
            "accent",
            "`red` is not a valid colour",
        ),
        (
            json!({"accent": "#12345"}),
            "accent",
            "`#12345` is not a valid colour",
        ),
        (
            json!({"logo": "https://a.b/c.png"}),
            "logo",
            "is not an image",
        ),
        (json!({"logo": png(64 * 1024 + 1)}), "logo", "65537 bytes"),
        (
            json!({"logo": "data:image/jpeg;base64,iVBORw0KGgo="}),
            "logo",
            "not a valid image/jpeg",
        ),
        (
            json!({"logo": "data:text/html;base64,PHN2Zz4="}),
            "logo",
            "`text/html` can't be shown",
        ),
        (json!({"name": ""}), "name", "0 characters"),
        (json!({"font": "x"}), "font", "unknown field"),
    ] {
        for (method, path) in [("PATCH", &*path), ("POST", "/v1/projects")] {
            let body = match method {
                "POST" => json!({"name": "p", "branding": branding}),
                _ => json!({ "branding": branding }),
            };
            let reply = api
                .raw(&Caller::admin(), method, path, &body.to_string())
                .await;
            assert_eq!(reply.status, 422, "{branding}: {}", reply.text());
            assert_eq!(reply.pointer(), format!("/branding/{pointer}"));
            let text = reply.json["errors"][0]["detail"].as_str().unwrap();
            assert!(text.contains(said), "{text}");
        }
    }
}

/// A portal whose page was loaded again: its cookie, in place of the token.
async fn reloaded(api: &Api, project: &str, portal: &Caller) -> Caller {
    let signed_in = api.signed_in(portal).await;
    Caller {
        portal: Some(project.to_owned()),
        ..signed_in
    }
}

#[tokio::test]
async fn a_portal_that_is_loaded_again_goes_on_with_its_cookie() {
    let api = Api::new();
    let project = api.project("standard").await;
    let portal = api.portal(&project.caller, "acme", "full").await;
    let page = reloaded(&api, &project.id, &portal).await;
    let cookie = page.cookie.clone().unwrap();
    assert!(
        cookie.starts_with(&format!("nuncio_portal_{}=", project.id)),
        "{cookie}"
    );
    let me = api.get(&page, "/v1/session").await.expect(200);
    assert_eq!(
        (&me["kind"], &me["tenant"]),
        (&json!("portal"), &json!("acme"))
    );
    assert_eq!(me["expires_at"], "2026-04-26T13:34:56.123Z");
    let body = json!({"url": "https://example.com/hook", "events": ["*"]});
    api.post(&page, "/v1/endpoints", body).await.expect(201);
    // The link goes on, too.
    api.get(&portal, "/v1/session").await.expect(200);

    api.clock.advance(Duration::from_secs(3_600));
    api.get(&page, "/v1/session").await.expect(401);
}

#[tokio::test]
async fn a_portals_cookie_works_for_its_own_page_alone() {
    let api = Api::new();
    let (one, other) = (api.project("standard").await, api.project("standard").await);
    let portal = api.portal(&one.caller, "acme", "full").await;
    let page = reloaded(&api, &one.id, &portal).await;
    // Without the header, as another site's page would have the browser ask.
    let bare = Caller {
        portal: None,
        ..page.clone()
    };
    api.get(&bare, "/v1/session").await.expect(401);
    // In the dashboard's place, or another project's.
    let secret = page.cookie.as_deref().unwrap().split_once('=').unwrap().1;
    let as_dashboard = Caller {
        cookie: Some(format!("nuncio_session={secret}")),
        ..bare.clone()
    };
    api.get(&as_dashboard, "/v1/session").await.expect(401);
    let elsewhere = Caller {
        cookie: Some(format!("nuncio_portal_{}={secret}", other.id)),
        portal: Some(other.id.clone()),
        ..bare.clone()
    };
    api.get(&elsewhere, "/v1/session").await.expect(401);
    let garbled = Caller {
        portal: Some("acme".to_owned()),
        ..page.clone()
    };
    api.get(&garbled, "/v1/session").await.expect(422);
    // An operator's session is nothing to a portal.
    let operator = api.signed_in(&one.caller).await;
    let secret = operator.cookie.as_deref().unwrap();
    let secret = secret.split_once('=').unwrap().1;
    let as_portal = Caller {
        cookie: Some(format!("nuncio_portal_{}={secret}", one.id)),
        portal: Some(one.id.clone()),
        ..operator.clone()
    };
    api.get(&as_portal, "/v1/session").await.expect(401);
    // Signing out of the one leaves the other.
    api.delete(&page, "/v1/session").await.expect(204);
    api.get(&page, "/v1/session").await.expect(401);
    api.get(&operator, "/v1/session").await.expect(200);
}

#[tokio::test]
async fn portals_are_entered_once_a_day_for_each_key_and_tenant() {
    let api = Api::new();
    let project = api.project("standard").await;
    let other = api
        .new_key(
            &project.id,
            json!({"name": "support", "kind": "project", "scope": "full"}),
        )
        .await;
    let count = async || {
        let path = "/v1/audit?action=portal_session.create";
        let entries = api.get(&project.caller, path).await.expect(200);
        entries["data"].as_array().unwrap().len()
    };
    let open = async |caller: &Caller, tenant: &str| {
        let portal = api.portal(caller, tenant, "full").await;
        reloaded(&api, &project.id, &portal).await;
    };
    open(&project.caller, "acme").await;
    open(&project.caller, "acme").await;
    assert_eq!(count().await, 1);
    open(&project.caller, "beta").await;
    assert_eq!(count().await, 2);
    open(&other, "acme").await;
    open(&Caller::admin_of(&project.id), "acme").await;
    open(&Caller::admin_of(&project.id), "acme").await;
    assert_eq!(count().await, 4);
    // 12:34 in UTC: the next day.
    api.clock.advance(Duration::from_secs(12 * 3_600));
    open(&project.caller, "acme").await;
    open(&project.caller, "acme").await;
    assert_eq!(count().await, 5);
}
