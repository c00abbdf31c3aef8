//! A store is moved from a data folder to a database.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use nuncio_postgres_fixture::Postgres;
use serde_json::{Value, json};

use crate::{
    run::{DONE, FAILED, USAGE, run, utf8},
    support::{
        api::{Api, text},
        server::{ADMIN_KEY, Installation, MASTER_KEY, new_database},
        sink::Sink,
    },
};

const MASTER: [(&str, &str); 1] = [("NUNCIO_MASTER_KEY", MASTER_KEY)];

/// Rows of as many kinds as a few requests make. One delivery is left for later.
async fn filled(project: &Api, receiver: &Sink) -> Api {
    for (tenant, path) in [("acme", "/ok"), ("globex", "/later")] {
        let url = format!("{}{path}", receiver.url);
        let endpoint = json!({ "tenant": tenant, "url": url, "events": ["*"] });
        project.new_endpoint(endpoint).await;
    }
    let event_type = json!({ "description": "An order was paid for." });
    project
        .put("/v1/event-types/order.paid", event_type)
        .await
        .expect(200);
    let key = json!({ "name": "acme's", "kind": "tenant", "scope": "full", "tenant": "acme" });
    let key = project.post("/v1/keys", key).await.expect(201);
    let erased = project
        .publish("acme", "order.paid", r#"{"name":"Ada"}"#)
        .await;
    receiver.arrived("/ok", 1).await;
    project
        .delete(&format!("/v1/events/{erased}/payload"))
        .await;
    let once = json!({ "tenant": "acme", "type": "order.paid", "id": "order-1", "data": { "of": "é\u{1f600}\n" } });
    let once = project.once("a-key").post("/v1/events", once).await;
    once.expect(202);
    project.publish("globex", "order.paid", "{}").await;
    receiver.arrived("/ok", 2).await;
    receiver.arrived("/later", 1).await;
    project.no_project().key(&text(&key, "key"))
}

/// What doesn't change any more: events, their types, and acme's deliveries with their attempts.
async fn shown(project: &Api) -> Value {
    let mut shown = json!({});
    shown["event types"] = project.get("/v1/event-types").await.expect(200);
    shown["events"] = project.all("/v1/events").await.into_values().collect();
    for id in project.all("/v1/deliveries?tenant=acme").await.keys() {
        let delivery = project.get(&format!("/v1/deliveries/{id}")).await;
        shown[id] = delivery.expect(200);
    }
    shown
}

fn rows(moved: &Value, table: &str) -> u64 {
    let tables = moved["tables"].as_array().expect("a list");
    let table = tables.iter().find(|found| found["table"] == table);
    table.expect("it is named")["rows"]
        .as_u64()
        .expect("a number")
}

#[tokio::test]
async fn a_store_is_moved_and_goes_on_where_it_was() {
    let is_moved = Arc::new(AtomicBool::new(false));
    let receiver = Sink::start({
        let is_moved = Arc::clone(&is_moved);
        move |path, _| match path == "/later" && !is_moved.load(Ordering::Acquire) {
            true => Some(500),
            false => Some(200),
        }
    });
    let installation = Installation::with_plain_http().in_folder();
    let from = format!("sqlite:{}", utf8(&installation.data()));
    let server = installation.start().await;
    let project = server.admin().new_project("standard", json!({})).await;
    let acme = filled(&project, &receiver).await;

    let name = new_database().await;
    let shared = Postgres::shared().await;
    let to = shared.url_of(&name);
    let migrate_store = ["migrate-store", &from, &to];
    let refused = async |env: &[(&str, &str)], why: &str| {
        let said = run(&migrate_store, "", env).await.refused(FAILED);
        assert!(said.contains(why), "{why}: {said}");
    };
    // A server runs on it.
    refused(&MASTER, "in use by another process").await;
    assert!(server.stop().await.success());
    let wrong = "f".repeat(64);
    refused(&[("NUNCIO_MASTER_KEY", wrong.as_str())], "master key").await;

    // It breaks off at a table, and goes on there.
    let target = [("NUNCIO_STORE", to.as_str()), MASTER[0]];
    run(&["migrate"], "", &target).await.expect(DONE);
    let broken = "ALTER TABLE attempts ADD CONSTRAINT broken CHECK (seq < 0)";
    shared.query(&name, broken).await;
    refused(&MASTER, "broken").await;
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    let keys = [target[0], target[1], ("NUNCIO_ADMIN_KEY", ADMIN_KEY)];
    let said = run(&serve, "", &keys).await.refused(FAILED);
    assert!(said.contains("migrate-store"), "{said}");
    let mended = "ALTER TABLE attempts DROP CONSTRAINT broken";
    shared.query(&name, mended).await;
    // What is not as it was is found.
    let changed = "UPDATE endpoints SET certificate_told = 1 WHERE seq = 1";
    shared.query(&name, changed).await;
    refused(&MASTER, "table endpoints differs").await;
    let back = "UPDATE endpoints SET certificate_told = NULL WHERE seq = 1";
    shared.query(&name, back).await;
    let moved = ["migrate-store", &from, &to, "--json"];
    let moved = run(&moved, "", &MASTER).await.json(DONE);
    for (table, expected) in [("events", 3), ("deliveries", 3), ("once", 1)] {
        assert_eq!(rows(&moved, table), expected, "{table}: {moved}");
    }
    for table in [
        "projects",
        "tenants",
        "attempts",
        "keys",
        "event_types",
        "dialects",
        "rollups",
        "audit",
    ] {
        assert!(rows(&moved, table) > 0, "{table}: {moved}");
    }
    refused(&MASTER, "not empty").await;

    // The source is as it was, and both show the same.
    let source = installation.start().await;
    let of_source = shown(&project.at(&source.url)).await;
    assert!(source.stop().await.success());
    is_moved.store(true, Ordering::Release);
    let installation = Installation::with_plain_http().store(&to);
    let server = installation.start().await;
    let project = project.at(&server.url);
    let of_target = shown(&project).await;
    assert_eq!(of_source, of_target);
    receiver
        .wait("what was left is delivered", |arrivals| {
            let later = arrivals.iter().filter(|arrival| arrival.path == "/later");
            later.filter(|arrival| arrival.status == Some(200)).count() == 1
        })
        .await;
    acme.at(&server.url).get("/v1/events").await.expect(200);
    // A repeated request is known, and new numbers don't meet old ones.
    let again = json!({ "tenant": "acme", "type": "order.paid", "id": "order-1", "data": { "of": "é\u{1f600}\n" } });
    project
        .once("a-key")
        .post("/v1/events", again)
        .await
        .expect(202);
    project.publish("acme", "order.paid", "{}").await;
    receiver.arrived("/ok", 3).await;
    assert_eq!(project.all("/v1/events").await.len(), 4);
    project.new_project("standard", json!({})).await;
    assert!(server.stop().await.success());
}

#[tokio::test]
async fn stores_are_moved_from_a_folder_to_a_database_only() {
    let to = Postgres::shared().await.url_of(&new_database().await);
    let folder = tempfile::tempdir().expect("a folder");
    let from = format!("sqlite:{}", utf8(folder.path()));
    let no_database = run(&["migrate-store", &from, &to], "", &MASTER).await;
    assert!(no_database.refused(FAILED).contains("there is no database"));
    assert_eq!(
        std::fs::read_dir(folder.path()).expect("a folder").count(),
        0
    );
    let back = run(&["migrate-store", &to, &from], "", &MASTER).await;
    assert!(back.refused(FAILED).contains("no other direction"));
    let unknown = run(&["migrate-store", "data", &to], "", &MASTER).await;
    assert!(unknown.refused(USAGE).contains("unknown store"));
}
