//! The event catalog with real publishes: versions, archive, documents that other people's programs accept, dialects.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::{Value, json};

use crate::{
    routing::{at, data},
    support::{
        api::{Api, text},
        server::Installation,
        sink::Sink,
    },
};

const PATH: &str = "/v1/event-types/order.paid";

fn amount(kind: &str) -> Value {
    json!({"schema": {"type": "object", "properties": {"amount": {"type": kind}}, "required": ["amount"]}})
}

async fn publish(project: &Api, amount: Value, version: Option<u32>) -> crate::support::api::Reply {
    let mut event = json!({"tenant": "acme", "type": "order.paid", "data": {"amount": amount}});
    if let Some(version) = version {
        event["schema_version"] = version.into();
    }
    project.post("/v1/events", event).await
}

#[tokio::test]
async fn events_of_two_versions_arrive_and_keep_their_version_over_a_restart() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project.new_endpoint(at(&receiver, "/", &["order.*"])).await;
    project.put(PATH, amount("integer")).await.expect(200);
    project.put(PATH, amount("string")).await.expect(409);
    let mut forced = amount("string");
    forced["force"] = true.into();
    assert_eq!(
        project.put(PATH, forced).await.expect(200)["schema_version"],
        2
    );

    publish(&project, json!(7), None).await.expect(422);
    let old = publish(&project, json!(7), Some(1)).await.expect(202);
    let new = publish(&project, json!("7.00"), None).await.expect(202);
    publish(&project, json!("7.00"), Some(3)).await.expect(422);
    let arrived = receiver.arrived("/", 2).await;
    let mut amounts: Vec<_> = arrived
        .iter()
        .map(|one| data(one)["amount"].to_string())
        .collect();
    amounts.sort_unstable();
    assert_eq!(amounts, ["\"7.00\"", "7"]);

    project
        .post(&format!("{PATH}/archive"), json!({}))
        .await
        .expect(200);
    publish(&project, json!("8.00"), None).await.expect(422);
    assert!(server.stop().await.success());
    let server = installation.start().await;
    let project = project.at(&server.url);
    for (event, version) in [(&old, 1), (&new, 2)] {
        let path = format!("/v1/events/{}", text(event, "id"));
        assert_eq!(
            project.get(&path).await.expect(200)["schema_version"],
            version
        );
    }
    publish(&project, json!("8.00"), None).await.expect(422);
    project
        .post(&format!("{PATH}/unarchive"), json!({}))
        .await
        .expect(200);
    publish(&project, json!(8), Some(1)).await.expect(202);
    receiver.arrived("/", 3).await;
    let versions = project.get(&format!("{PATH}/versions")).await.expect(200);
    assert_eq!(versions["data"][0]["version"], 2);
    assert_eq!(
        versions["data"][1]["schema"]["properties"]["amount"]["type"],
        "integer"
    );
}

/// A catalog with whatever a schema may hold.
fn catalog() -> Value {
    let webhook = |schema: Value, example: Value| {
        json!({"post": {
            "description": "It happened: `x` & <y>.", "tags": ["Orders & more"],
            "requestBody": {"content": {"application/json": {"schema": schema, "example": example}}}
        }})
    };
    let tree = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "name": {"$ref": "#/components/schemas/name"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/tree"}},
            "pair": {"prefixItems": [{"type": "string"}, {"type": ["integer", "null"]}], "items": false}
        },
        "dependentRequired": {"pair": ["name"]},
        "unevaluatedProperties": false
    });
    json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "webhooks": {
            "order.paid": webhook(json!({"$ref": "#/components/schemas/tree"}), json!({"name": "a", "children": [{"name": "b"}]})),
            "orders/create": webhook(json!(true), json!(7)),
            "Order was \"paid\" {50%}": webhook(json!({"anyOf": [{"const": 1}, {"type": "string", "format": "uuid"}]}), json!(1)),
            "order:paid": {"post": {"deprecated": true}},
            "order_paid": {"post": {}}
        },
        "components": {"schemas": {"tree": tree, "name": {"type": "string", "minLength": 1, "exclusiveMinimum": 3}}}
    })
}

#[tokio::test]
async fn exports_are_valid_by_the_judgement_of_their_own_validators() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    for dialect in ["standard", "grantiva", "stripe"] {
        let project = server.admin().new_project(dialect, json!({})).await;
        let import = json!({"document": catalog()});
        project
            .post("/v1/event-types/import", import)
            .await
            .expect(200);
        // Anchors are no JSON pointers, which validators follow alone.
        let anchored = json!({"schema": {
            "$id": "https://example.com/a", "items": {"$ref": "#x"}, "$defs": {"x": {"$anchor": "x", "type": "null"}}
        }});
        project
            .put("/v1/event-types/anchored", anchored)
            .await
            .expect(200);
        let openapi = project
            .get("/v1/event-types/export?format=openapi")
            .await
            .expect(200);
        judge(
            openapi_validator(),
            &installation.folder().join("openapi.json"),
            &openapi,
        );
        let asyncapi = project
            .get("/v1/event-types/export?format=asyncapi")
            .await
            .expect(200);
        judge(
            asyncapi_validator(),
            &installation.folder().join("asyncapi.json"),
            &asyncapi,
        );
        for document in [openapi, asyncapi] {
            let body = json!({"document": document, "dry_run": true});
            let same = project
                .post("/v1/event-types/import", body)
                .await
                .expect(200);
            let types = same["event_types"].as_array().expect("a list");
            for one in types {
                let expected = if one["name"] == "anchored" {
                    "updated"
                } else {
                    "unchanged"
                };
                assert_eq!(one["action"], expected, "{one}");
                assert_eq!(one["breaks"], json!([]), "{one}");
            }
        }
    }
    // The validators do judge.
    let wrong = json!({"openapi": "3.1.0", "webhooks": {"a": {"post": {"responses": 7}}}});
    assert!(
        !accepts(
            openapi_validator(),
            &installation.folder().join("wrong.json"),
            &wrong
        )
        .0
    );
    let wrong = json!({"asyncapi": "3.0.0", "info": {"title": "t"}});
    assert!(
        !accepts(
            asyncapi_validator(),
            &installation.folder().join("wrong.json"),
            &wrong
        )
        .0
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// As `cargo xtask setup` installs it.
fn openapi_validator() -> Command {
    let own = root().join("target/xtask/venv/openapi/bin/openapi-spec-validator");
    match own.exists() {
        true => Command::new(own),
        false => Command::new("openapi-spec-validator"),
    }
}

fn asyncapi_validator() -> Command {
    let mut node = Command::new("node");
    node.arg(root().join("vendors/asyncapi/validate.mjs"));
    node
}

fn judge(validator: Command, file: &Path, document: &Value) {
    let (is_valid, said) = accepts(validator, file, document);
    assert!(is_valid, "{}: {said}", file.display());
}

/// Whether a validator accepts a document, and what it says.
fn accepts(mut validator: Command, file: &Path, document: &Value) -> (bool, String) {
    std::fs::write(file, document.to_string()).expect("a file");
    let input = std::fs::File::open(file).expect("a file");
    if validator.get_args().next().is_none() {
        validator.arg(file);
    }
    let done = validator.stdin(Stdio::from(input)).output();
    let done = done.expect("the validator runs: `cargo xtask setup` installs it");
    let said = [done.stdout, done.stderr].concat();
    (
        done.status.success(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

#[tokio::test]
async fn a_dialect_of_ones_own_is_sent_deleted_and_counted_on() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let standard = project.get("/v1/dialects/standard").await.expect(200);
    let source = |agent: &str| {
        let text = text(&standard, "source").replacen("name = \"standard\"", "name = \"mine\"", 1);
        let own = format!("user_agent = \"{agent}\"");
        match text.contains("[request]") {
            true => text.replacen("[request]", &format!("[request]\n{own}"), 1),
            false => text.replacen("[body]", &format!("[request]\n{own}\n\n[body]"), 1),
        }
    };
    let put = json!({"source": source("Mine/1")});
    assert_eq!(
        project.put("/v1/dialects/mine", put).await.expect(200)["version"],
        1
    );
    let mut endpoint = at(&receiver, "/", &["*"]);
    endpoint["dialect"] = "mine".into();
    let endpoint = project.post("/v1/endpoints", endpoint).await.expect(201);
    project.publish("acme", "a.b", "{}").await;
    assert_eq!(
        receiver.arrived("/", 1).await[0].header("user-agent"),
        "Mine/1"
    );
    project.delete("/v1/dialects/mine").await.expect(409);
    let path = format!("/v1/endpoints/{}", text(&endpoint, "id"));
    project
        .patch(&path, json!({"dialect": null}))
        .await
        .expect(200);
    project.delete("/v1/dialects/mine").await.expect(204);
    let gone = project.patch(&path, json!({"dialect": "mine"})).await;
    gone.expect(422);
    // What was sent in it is still shown as it was.
    let deliveries = project.all("/v1/deliveries").await;
    let id = deliveries.keys().next().expect("a delivery").clone();
    let shown = project
        .get(&format!("/v1/deliveries/{id}"))
        .await
        .expect(200);
    assert!(shown.to_string().contains("Mine/1"), "{shown}");
    let put = json!({"source": source("Mine/2")});
    assert_eq!(
        project.put("/v1/dialects/mine", put).await.expect(200)["version"],
        2
    );
}
