//! The OpenAPI document, and that it is true.

use std::path::Path;

use nuncio_api::openapi_json;
use serde_json::Value;

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

#[test]
fn what_is_not_there_yet_is_not_listed() {
    let document = openapi_json();
    for route in ["portal-sessions", "recover", "/stats", "/v1/session", "/v1/audit"] {
        assert!(!document.contains(route), "{route}");
    }
}
