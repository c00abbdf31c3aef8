//! What an endpoint missed, where an event went and why, and what helps to set an endpoint up.

use std::time::Duration;

use nuncio_store::Work;
use serde_json::{Value, json};

use crate::common::{Api, Caller, START_MS};

impl Api {
    async fn finished(&self, caller: &Caller, started: &Value) -> Value {
        let id = started["job"].as_str().unwrap();
        let now = nuncio_domain::Timestamp::from_ms(START_MS + 1_000_000);
        while self.store.job_step(id.parse().unwrap(), now).await.unwrap()
            == nuncio_domain::JobState::Running
        {}
        self.get(caller, &format!("/v1/jobs/{id}"))
            .await
            .expect(200)
    }

    async fn deliveries_to(&self, caller: &Caller, endpoint: &str) -> Vec<Value> {
        let path = format!("/v1/endpoints/{endpoint}/deliveries");
        let list = self.get(caller, &path).await.expect(200);
        list["data"].as_array().unwrap().clone()
    }
}

const SINCE: &str = "2026-01-01T00:00:00.000Z";

#[tokio::test]
async fn an_endpoint_that_came_late_gets_what_it_missed() {
    let api = Api::new();
    let project = api.project("standard").await;
    let event = api.publish(&project.caller, "acme").await;
    api.clock.advance(Duration::from_secs(1));
    let late = api.endpoint(&project.caller, "acme").await;
    let tenant = api.tenant_key(&project.id, "acme").await;
    let path = format!("/v1/webhooks/{late}/recover");
    let body = json!({"since": SINCE, "which": "missing"});
    let started = api
        .once(&tenant, &path, "k", body.clone())
        .await
        .expect(202);
    assert_eq!(
        api.once(&tenant, &path, "k", body).await.expect(202),
        started
    );
    let job = api.finished(&tenant, &started).await;
    assert_eq!(
        (&job["kind"], &job["done"], &job["total"]),
        (&json!("recover"), &json!(1), &json!(1))
    );
    let made = api.deliveries_to(&tenant, &late).await;
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["event"], event.as_str());
    assert_eq!(made[0]["replay_of"], Value::Null);
}

#[tokio::test]
async fn bad_recoveries_name_what_is_wrong() {
    let api = Api::new();
    let project = api.project("standard").await;
    let id = api.endpoint(&project.caller, "acme").await;
    let path = format!("/v1/endpoints/{id}/recover");
    for (body, pointer) in [
        (json!({"since": SINCE}), "/which"),
        (json!({"which": "all"}), "/since"),
        (json!({"since": "yesterday", "which": "all"}), "/since"),
        (json!({"since": SINCE, "which": "some"}), "/which"),
        (
            json!({"since": SINCE, "until": SINCE, "which": "all"}),
            "/since",
        ),
        (
            json!({"since": "2100-01-01T00:00:00Z", "which": "all"}),
            "/since",
        ),
        (
            json!({"since": SINCE, "which": "all", "status": 1}),
            "/status",
        ),
        (
            json!({"since": SINCE, "which": "all", "schedule": "twice"}),
            "/schedule",
        ),
        (
            json!({"since": SINCE, "which": "all", "dry_run": "yes"}),
            "/dry_run",
        ),
    ] {
        let refused = api.post(&project.caller, &path, body.clone()).await;
        assert_eq!(refused.status, 422, "{body}: {}", refused.text());
        assert_eq!(refused.pointer(), pointer, "{body}: {}", refused.text());
    }
    let read = json!({"name": "r", "kind": "tenant", "scope": "read", "tenant": "acme"});
    let reader = api.new_key(&project.id, read).await;
    let body = json!({"since": SINCE, "which": "all"});
    api.post(&reader, &path, body).await.expect(403);
}

#[tokio::test]
async fn an_event_tells_where_it_went_and_why_not_elsewhere() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let goes = api.endpoint(caller, "acme").await;
    let hook = json!({"tenant": "acme", "url": "https://example.com/other", "events": ["task.*"]});
    let not = api.post(caller, "/v1/endpoints", hook).await.expect(201);
    let event = api.publish(caller, "acme").await;
    let path = format!("/v1/events/{event}/explain");
    let told = api.get(caller, &path).await.expect(200);
    let of = |id: &str| {
        let data = told["data"].as_array().unwrap();
        data.iter().find(|one| one["endpoint"] == id).unwrap()
    };
    let delivery = api.delivery_of(caller, &event).await;
    let stored = api.get(caller, &format!("/v1/events/{event}")).await;
    let stored = stored.expect(200);
    let kind = stored["type"].as_str().unwrap();
    assert_eq!(
        of(&goes),
        &json!({
            "endpoint": goes, "url": "https://example.com/hook", "delivery": delivery,
            "matched": true, "reason": "matched", "because": null, "filters": ["*"], "channels": []
        })
    );
    assert_eq!(
        of(not["id"].as_str().unwrap()),
        &json!({
            "endpoint": not["id"], "url": "https://example.com/other", "delivery": null,
            "matched": false, "reason": "filter", "filters": ["task.*"], "channels": [],
            "because": {
                "field": "events", "path": "type", "condition": ["task.*"], "found": [kind],
                "detail": format!("none of the endpoint's event types matches `{kind}`")
            }
        })
    );
}

#[tokio::test]
async fn a_url_is_checked_as_it_is_typed() {
    let api = Api::new();
    let project = api.project("standard").await;
    let tenant = api.tenant_key(&project.id, "acme").await;
    let check = async |url: &str| {
        let body = json!({ "url": url });
        let path = "/v1/webhooks/check";
        api.post(&tenant, path, body).await.expect(200)
    };
    let good = check("https://EXAMPLE.com./hook").await;
    assert_eq!(
        good,
        json!({"ok": true, "url": "https://EXAMPLE.com./hook", "errors": [], "warnings": []})
    );
    let unknown = check("https://unknown.example.com/").await;
    assert_eq!(unknown["ok"], true);
    assert_eq!(unknown["warnings"][0]["pointer"], "/url");
    for url in [
        "https://private.example.com/",
        "http://example.com/",
        "https://127.0.0.1/",
        "hook",
    ] {
        let refused = check(url).await;
        assert_eq!(
            (&refused["ok"], &refused["url"]),
            (&json!(false), &Value::Null),
            "{url}"
        );
        assert_eq!(refused["errors"][0]["pointer"], "/url", "{url}");
    }
    let read = json!({"name": "r", "kind": "tenant", "scope": "read", "tenant": "acme"});
    let reader = api.new_key(&project.id, read).await;
    let body = json!({"url": "https://example.com/"});
    api.post(&reader, "/v1/endpoints/check", body)
        .await
        .expect(403);
}

#[tokio::test]
async fn programs_are_those_of_the_dialect_in_force() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let hook = json!({
        "tenant": "acme", "url": "https://example.com/", "events": ["*"], "dialect": "yativo"
    });
    let other = api.post(caller, "/v1/endpoints", hook).await.expect(201);
    let id = other["id"].as_str().unwrap();
    let tenant = api.tenant_key(&project.id, "acme").await;
    let get = async |query: &str| {
        let path = format!("/v1/guide/programs{query}");
        api.get(&tenant, &path).await
    };
    let all = get("").await.expect(200);
    assert_eq!(all["dialect"], "standard");
    let languages = all["languages"].as_array().unwrap();
    let words: Vec<_> = languages
        .iter()
        .map(|one| one["language"].as_str().unwrap())
        .collect();
    assert_eq!(words, ["node", "python", "go", "php", "ruby", "java"]);
    assert!(
        languages
            .iter()
            .all(|one| one["by_hand"]["code"].is_string())
    );
    assert!(
        languages[1]["library"]["install"]
            .as_str()
            .unwrap()
            .starts_with("pip install")
    );
    let own = get(&format!("?endpoint={id}&language=go"))
        .await
        .expect(200);
    assert_eq!(own["dialect"], "yativo");
    assert_eq!(own["languages"].as_array().unwrap().len(), 1);
    assert_eq!(
        get("?dialect=yativo").await.expect(200)["dialect"],
        "yativo"
    );
    for (query, pointer) in [
        ("?dialect=none", "/dialect"),
        ("?language=cobol", "/language"),
    ] {
        let refused = get(query).await;
        assert_eq!((refused.status.as_u16(), refused.pointer()), (422, pointer));
    }
    get("?endpoint=ep_00000000000000000000000000")
        .await
        .expect(404);
}

#[tokio::test]
async fn named_dead_letters_are_retried_and_purged() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    api.endpoint(caller, "acme").await;
    let one = api.dead_letter(caller, "acme").await;
    let two = api.dead_letter(caller, "acme").await;
    let filter = json!({"filter": {"deliveries": [one]}});
    let started = api
        .post(caller, "/v1/dead-letters/purge", filter)
        .await
        .expect(202);
    assert_eq!(api.finished(caller, &started).await["done"], 1);
    let left = api.get(caller, "/v1/dead-letters").await.expect(200);
    let left: Vec<_> = left["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].clone())
        .collect();
    assert_eq!(left, [json!(two)]);
    let many = json!({"filter": {"deliveries": vec![two; 251]}});
    let refused = api.post(caller, "/v1/dead-letters/retry", many).await;
    assert_eq!(
        (refused.status.as_u16(), refused.pointer()),
        (422, "/filter/deliveries")
    );
}

#[tokio::test]
async fn endpoints_are_listed_by_status_and_with_their_health() {
    let api = Api::new();
    let project = api.project("standard").await;
    let caller = &project.caller;
    let failing = api.endpoint(caller, "acme").await;
    api.dead_letter(caller, "acme").await;
    let fine = api.endpoint(caller, "other").await;
    let off = api.endpoint(caller, "third").await;
    let disable = format!("/v1/endpoints/{off}/disable");
    api.post(caller, &disable, json!({})).await.expect(200);
    let list = async |query: &str| {
        let list = api.get(caller, &format!("/v1/endpoints?{query}")).await;
        list.expect(200)
    };
    let ids = |list: &Value| {
        let data = list["data"].as_array().unwrap();
        let mut ids: Vec<_> = data.iter().map(|one| one["id"].clone()).collect();
        ids.sort_by_key(Value::to_string);
        ids
    };
    let mut active = vec![json!(failing), json!(fine)];
    active.sort_by_key(Value::to_string);
    assert_eq!(ids(&list("status=active").await), active);
    assert_eq!(ids(&list("status=disabled").await), [json!(off)]);
    assert_eq!(ids(&list("status=failing").await), [json!(failing)]);
    let first = list("status=active&limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = list(&format!("status=active&limit=1&cursor={cursor}")).await;
    let mut both = ids(&first);
    both.extend(ids(&second));
    both.sort_by_key(Value::to_string);
    assert_eq!(both, active);
    assert_eq!(second["next_cursor"], Value::Null);
    let told = list("status=failing&health=true").await;
    let health = &told["data"][0]["health"];
    assert_eq!(
        (&health["attempts"], &health["success_rate"]),
        (&json!(1), &json!(0.0))
    );
    assert_eq!(health["pending"], json!({"count": 0, "more": false}));
    assert!(health["last_failure_at"].is_string());
    assert!(
        list("status=failing").await["data"][0]
            .get("health")
            .is_none()
    );
}
