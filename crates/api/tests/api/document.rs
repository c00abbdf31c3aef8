//! The OpenAPI document, and that it is true.

use std::path::Path;

use nuncio_api::openapi_json;
use serde_json::{Value, json};

use crate::{
    common::{Api, Caller},
    things::{operations, victim, with_id},
};

#[test]
fn the_committed_document_is_the_current_one() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi.json");
    let committed = std::fs::read_to_string(file).unwrap_or_default();
    assert!(
        committed == openapi_json(),
        "openapi.json is not up to date: cargo run -p nuncio -- openapi > openapi.json"
    );
}

#[test]
fn every_operation_has_an_id_of_its_own_and_every_response_a_description() {
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut ids = std::collections::HashSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{method} {path}: {id}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let described = response["description"].is_string() || response["$ref"].is_string();
                assert!(described, "{method} {path} {status}");
            }
        }
    }
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
}

/// Checks an answer against the document, and that it holds no field that the document does not list.
struct Described(Value);

impl Described {
    fn new() -> Self {
        Self(serde_json::from_str(&openapi_json()).unwrap())
    }

    #[track_caller]
    fn check(&self, method: &str, path: &str, status: u16, answer: &Value) {
        let response =
            &self.0["paths"][path][method.to_lowercase()]["responses"][status.to_string()];
        let schema = &response["content"]["application/json"]["schema"];
        assert!(
            schema.is_object(),
            "{method} {path} {status} is not described"
        );
        self.fits(schema, answer, &format!("{method} {path}"));
        let name = schema["$ref"]
            .as_str()
            .and_then(|name| name.rsplit('/').next())
            .unwrap_or_default();
        let item = &self.0["components"]["schemas"][name]["properties"]["data"]["items"];
        for one in answer["data"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|_| item.is_object())
        {
            self.fits(item, one, &format!("an item of {method} {path}"));
        }
    }

    #[track_caller]
    fn fits(&self, schema: &Value, value: &Value, what: &str) {
        let whole = json!({
            "allOf": [schema], "unevaluatedProperties": false, "components": self.0["components"]
        });
        let validator = jsonschema::draft202012::new(&whole).unwrap();
        let faults: Vec<_> = validator
            .iter_errors(value)
            .map(|error| error.to_string())
            .collect();
        assert!(faults.is_empty(), "{what}: {faults:?} in {value}");
    }
}

#[tokio::test]
async fn answers_are_as_the_document_describes_them() {
    let api = Api::new();
    let described = Described::new();
    let (things, _) = victim(&api).await;
    let admin = Caller::admin_of(&things.project);
    for (method, path) in operations() {
        let unlike = ["/metrics", "/docs", "/openapi.json", "/v1/guide"].contains(&&*path);
        if method == "GET" && !unlike {
            let answer = api.get(&admin, &with_id(&path, &things)).await.expect(200);
            described.check(&method, &path, 200, &answer);
        }
    }
    let hook =
        json!({"tenant": "a", "url": "https://example.com", "events": ["*"], "signing": "ed25519"});
    let event = json!({"tenant": "a", "type": "t", "data": 1});
    let batch = json!({"events": [event, 7]});
    let key = json!({"name": "k", "kind": "tenant", "scope": "full", "tenant": "a"});
    for (path, body, status) in [
        ("/v1/projects", json!({"name": "p"}), 201),
        ("/v1/keys", key, 201),
        ("/v1/endpoints", hook, 201),
        ("/v1/events", event, 202),
        ("/v1/events/batch", batch, 202),
        ("/v1/dialects/preview", json!({}), 200),
        ("/v1/endpoints/{id}/test", json!({}), 202),
        (
            "/v1/endpoints/{id}/filter/test",
            json!({"type": "t", "data": 1, "filter": {"data": {"n": [1]}}}),
            200,
        ),
        ("/v1/endpoints/{id}/rotate-secret", json!({}), 200),
        ("/v1/endpoints/{id}/disable", json!({}), 200),
        ("/v1/events/{id}/replay", json!({}), 202),
        ("/v1/deliveries/{id}/retry", json!({}), 202),
        ("/v1/deliveries/{id}/cancel", json!({}), 200),
        ("/v1/dead-letters/purge", json!({"confirm": true}), 202),
        (
            "/v1/endpoints/check",
            json!({"url": "https://example.com/"}),
            200,
        ),
        (
            "/v1/endpoints/{id}/recover",
            json!({"since": "2026-01-01T00:00:00Z", "which": "dead"}),
            202,
        ),
        (
            "/v1/endpoints/{id}/recover",
            json!({"which": "pending", "dry_run": true}),
            200,
        ),
        (
            "/v1/events/replay",
            json!({"since": "2026-01-01T00:00:00Z", "types": ["a.*"]}),
            202,
        ),
        ("/v1/session", json!({"key": admin.key}), 200),
        ("/v1/tenants/{tenant}/portal-sessions", json!({}), 201),
    ] {
        let answer = api
            .post(&admin, &with_id(path, &things), body)
            .await
            .expect(status);
        described.check("POST", path, status, &answer);
    }
    let problem = json!({"$ref": "#/components/schemas/Problem"});
    let refused = api
        .post(&admin, "/v1/events", json!({"colour": 1}))
        .await
        .expect(422);
    described.fits(&problem, &refused, "a problem");
}
