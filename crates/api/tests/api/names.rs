//! Names and ids as vendors have them: in bodies, paths, filters and lists.

use serde_json::{Value, json};

use crate::common::{Api, Caller};

const TYPES: [&str; 9] = [
    "orders/create",
    "a:b",
    "com.example/x.y",
    "Order was paid",
    "50%25 off",
    "a?b=c&d#e",
    "\"quoted\\\"",
    "<b>",
    "..",
];

const TENANTS: [&str; 5] = [
    "auth0|5f7c8ec7c33c6c004bbafe82",
    "jane.doe+hooks@example.com",
    "a+b",
    "google-oauth2|1",
    "org:1.x_y-z",
];

/// A name as a part of a path or a query.
fn encoded(name: &str) -> String {
    name.bytes().fold(String::new(), |text, byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => text + &char::from(byte).to_string(),
        _ => format!("{text}%{byte:02X}"),
    })
}

fn ids(list: &Value) -> Vec<&str> {
    let data = list["data"].as_array().unwrap().iter();
    data.filter_map(|item| item["id"].as_str()).collect()
}

#[tokio::test]
async fn event_types_are_whatever_fits_a_header() {
    let api = Api::new();
    let project = api.project("standard").await;
    let admin = Caller::admin();
    let strict = json!({"policy": {"strict_types": true}});
    api.patch(&admin, &format!("/v1/projects/{}", project.id), strict)
        .await
        .expect(200);
    let caller = &project.caller;
    for name in TYPES {
        let path = format!("/v1/event-types/{}", encoded(name));
        let event = json!({"tenant": "a", "type": name, "data": 1});
        let unknown = api.post(caller, "/v1/events", event.clone()).await;
        assert_eq!((unknown.status.as_u16(), unknown.pointer()), (422, "/type"));
        let made = api.put(caller, &path, json!({"description": "d"})).await;
        assert_eq!(made.expect(200)["name"], name);
        assert_eq!(api.get(caller, &path).await.expect(200)["name"], name);
        let hook = json!({"tenant": "a", "url": "https://example.com/", "events": [name]});
        api.post(caller, "/v1/endpoints", hook).await.expect(201);
        let published = api.post(caller, "/v1/events", event).await.expect(202);
        assert_eq!(published["deliveries"], 1, "{name}");
        let id = published["id"].as_str().unwrap();
        for list in ["events", "deliveries"] {
            let path = format!("/v1/{list}?type={}", encoded(name));
            let found = api.get(caller, &path).await.expect(200);
            let found = &found["data"][0];
            let event = if list == "events" { "id" } else { "event" };
            assert_eq!((&found["type"], &found[event]), (&json!(name), &json!(id)));
        }
        let audit = format!("/v1/audit?target={}", encoded(name));
        let audit = api.get(caller, &audit).await.expect(200);
        assert_eq!(audit["data"][0]["action"], "event_type.create", "{name}");
        api.delete(caller, &path).await.expect(204);
        api.get(caller, &path).await.expect(404);
    }
    let long = "x".repeat(256);
    api.put(caller, &format!("/v1/event-types/{long}"), json!({}))
        .await
        .expect(200);
    for name in ["", " a", "a ", "a*", "é", "a\nb", "a\0", &"x".repeat(257)] {
        let event = json!({"tenant": "a", "type": name, "data": 1});
        let refused = api.post(caller, "/v1/events", event).await;
        assert_eq!(
            (refused.status.as_u16(), refused.pointer()),
            (422, "/type"),
            "{name:?}"
        );
        if !name.is_empty() {
            let path = format!("/v1/event-types/{}", encoded(name));
            api.put(caller, &path, json!({})).await.expect(422);
        }
    }
    let slashed = json!({"tenant": "a", "url": "https://example.com/", "events": ["orders/*"]});
    let refused = api.post(caller, "/v1/endpoints", slashed).await;
    assert_eq!(refused.pointer(), "/events/0");
    assert!(refused.text().contains("`task.*`"), "{}", refused.text());
}

#[tokio::test]
async fn tenants_go_by_what_identity_providers_call_them() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    for name in TENANTS {
        let in_path = encoded(name);
        let path = format!("/v1/tenants/{in_path}");
        let made = api.put(caller, &path, json!({"name": "N"})).await;
        assert_eq!(made.expect(200)["id"], name);
        // Nothing but `%`, `?`, `#` and `/` has to be escaped in a path: a `+` there is a plus.
        let bare = format!("/v1/tenants/{}", name.replace('|', "%7C"));
        assert_eq!(api.get(caller, &bare).await.expect(200)["id"], name);
        let hook = json!({"tenant": name, "url": "https://example.com/", "events": ["*"]});
        let endpoint = api.post(caller, "/v1/endpoints", hook).await.expect(201);
        let event = api.publish(caller, name).await;
        for (list, id) in [("endpoints", &endpoint["id"]), ("events", &json!(event))] {
            let path = format!("/v1/{list}?tenant={in_path}");
            let found = api.get(caller, &path).await.expect(200);
            assert_eq!(ids(&found), [id.as_str().unwrap()], "{list} of {name}");
        }
        for list in ["deliveries", "audit", "stats", "overview"] {
            let path = format!("/v1/{list}?tenant={in_path}");
            api.get(caller, &path).await.expect(200);
        }
        let tenant = api.tenant_key(&project.id, name).await;
        let seen = api.get(&tenant, "/v1/endpoints").await.expect(200);
        assert_eq!(ids(&seen), [endpoint["id"].as_str().unwrap()]);
        let portal = api.portal(caller, &in_path, "full").await;
        let seen = api.get(&portal, &path).await.expect(200);
        assert_eq!(seen["id"], name);
        api.delete(caller, &path).await.expect(204);
    }
    for name in ["_a", "|a", "@a", "+a", "a b", "a/b", "ä", &"x".repeat(257)] {
        let path = format!("/v1/tenants/{}", encoded(name));
        let refused = api.put(caller, &path, json!({})).await;
        assert_eq!(refused.status, 422, "{name}: {}", refused.text());
    }
}

#[tokio::test]
async fn a_plus_that_a_query_turned_into_a_blank_is_explained() {
    let api = Api::new();
    let project = api.project("standard").await;
    let document: Value = serde_json::from_str(&nuncio_api::openapi_json()).unwrap();
    let mut asked = 0;
    // Every time that any route takes in its query.
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array();
        for parameter in parameters.into_iter().flatten() {
            let is_time = parameter["schema"]["format"] == "date-time";
            if parameter["in"] != "query" || !is_time {
                continue;
            }
            asked += 1;
            let name = parameter["name"].as_str().unwrap();
            let id = api.endpoint(&project.caller, "a").await;
            let path = path.replace("{id}", &id);
            let typed = format!("{path}?{name}=2026-04-26T12:00:00+02:00");
            let refused = api.get(&project.caller, &typed).await;
            assert_eq!(refused.status, 422, "{typed}");
            assert!(refused.text().contains("`%2B`"), "{}", refused.text());
            let right = format!("{path}?{name}=2026-04-26T12:00:00%2B02:00");
            let reply = api.get(&project.caller, &right).await;
            assert!(!reply.text().contains("%2B"), "{}", reply.text());
            api.delete(&project.caller, &format!("/v1/endpoints/{id}"))
                .await;
        }
    }
    assert!(asked > 8, "{asked}");
    let tenant = api
        .get(&project.caller, "/v1/events?tenant=jane+x@example.com")
        .await;
    assert!(tenant.text().contains("`%2B`"), "{}", tenant.text());
}

#[tokio::test]
async fn what_happened_before_1970_keeps_its_time() {
    let api = Api::new();
    let project = api.project("standard").await;
    let event = json!({
        "tenant": "a", "type": "moon.landing", "data": {}, "occurred_at": "1969-07-20T20:17:40.5Z"
    });
    let published = api
        .post(&project.caller, "/v1/events", event)
        .await
        .expect(202);
    let path = format!("/v1/events/{}", published["id"].as_str().unwrap());
    let shown = api.get(&project.caller, &path).await.expect(200);
    assert_eq!(shown["occurred_at"], "1969-07-20T20:17:40.500Z");
    let early =
        json!({"tenant": "a", "type": "t", "data": 1, "deliver_at": "1900-01-01T00:00:00Z"});
    api.post(&project.caller, "/v1/events", early)
        .await
        .expect(202);
    let all = api
        .get(&project.caller, "/v1/events?since=1899-12-31T23:59:59Z")
        .await
        .expect(200);
    assert_eq!(ids(&all).len(), 2);
    let none = api
        .get(&project.caller, "/v1/events?until=1969-01-01T00:00:00Z")
        .await
        .expect(200);
    assert_eq!(ids(&none).len(), 0);
}

#[tokio::test]
async fn a_filter_that_could_never_match_is_refused_where_types_are_known() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    for name in ["order.paid", "order.placed", "user.created"] {
        let path = format!("/v1/event-types/{name}");
        api.put(caller, &path, json!({})).await.expect(200);
    }
    let hook =
        |events: Value| json!({"tenant": "a", "url": "https://example.com/", "events": events});
    // Without the policy a type may come later.
    let made = api
        .post(caller, "/v1/endpoints", hook(json!(["order.later"])))
        .await;
    let path = format!("/v1/endpoints/{}", made.expect(201)["id"].as_str().unwrap());
    let strict = json!({"policy": {"strict_types": true}});
    api.patch(
        &Caller::admin(),
        &format!("/v1/projects/{}", project.id),
        strict,
    )
    .await
    .expect(200);
    let refused = api
        .post(
            caller,
            "/v1/endpoints",
            hook(json!(["order.paid", "order.payed", "ordr.*"])),
        )
        .await;
    let errors = refused.json["errors"].as_array().unwrap();
    assert_eq!((refused.status.as_u16(), errors.len()), (422, 2));
    assert_eq!(errors[0]["pointer"], "/events/1");
    assert!(
        errors[0]["detail"]
            .as_str()
            .unwrap()
            .contains("`order.paid`")
    );
    assert!(errors[1]["detail"].as_str().unwrap().contains("`order.*`"));
    api.post(
        caller,
        "/v1/endpoints",
        hook(json!(["order.*", "*", "user.created"])),
    )
    .await
    .expect(201);
    let patch = async |events: Value| api.patch(caller, &path, json!({ "events": events })).await;
    assert_eq!(patch(json!(["usr.created"])).await.pointer(), "/events/0");
    // What the endpoint had before stays its own.
    patch(json!(["order.later", "order.paid"]))
        .await
        .expect(200);
    let tenant = api.tenant_key(&project.id, "a").await;
    let own = json!({"url": "https://example.com/", "events": ["order.payed"]});
    let refused = api.post(&tenant, "/v1/webhooks", own).await;
    assert_eq!(refused.pointer(), "/events/0");
}
