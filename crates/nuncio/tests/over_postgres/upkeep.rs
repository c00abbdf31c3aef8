//! Doctor, migrate, backup and restore of a database.

use nuncio_postgres_fixture::Postgres;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    run::{DONE, FAILED, NO, run, utf8},
    support::{
        server::{Installation, MASTER_KEY, new_database},
        sink::Sink,
        wait::within,
    },
};

fn finding<'a>(findings: &'a Value, check: &str) -> &'a Value {
    let list = findings.as_array().expect("a list");
    let found = list.iter().find(|finding| finding["check"] == check);
    found.unwrap_or_else(|| panic!("no {check} in {findings}"))
}

#[tokio::test]
async fn doctor_tells_what_would_lose_data() {
    let name = new_database().await;
    let shared = Postgres::shared().await;
    let url = shared.url_of(&name);
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let doctor = ["doctor", "--json", "--data", utf8(&data)];
    let env = [
        ("NUNCIO_STORE", url.as_str()),
        ("NUNCIO_MASTER_KEY", MASTER_KEY),
    ];
    // The test's own PostgreSQL waits for no disk, and doctor says so.
    let told = run(&doctor, "", &env).await.json(NO);
    assert_eq!(finding(&told, "fsync")["good"], false);
    let schema = finding(&told, "schema");
    assert_eq!(schema["good"], true);
    assert!(schema["detail"].to_string().contains("empty"), "{schema}");

    run(&["migrate", "--data", utf8(&data)], "", &env)
        .await
        .expect(DONE);
    let installation = Installation::new().store(&url);
    assert!(installation.start().await.stop().await.success());
    let told = run(&doctor, "", &env).await.json(NO);
    for check in [
        "schema",
        "master key",
        "rights",
        "encryption",
        "synchronous_commit",
    ] {
        assert_eq!(finding(&told, check)["good"], true, "{told}");
    }
    let off = format!("ALTER DATABASE {name} SET synchronous_commit = off");
    shared.query(&name, &off).await;
    let told = run(&doctor, "", &env).await.json(NO);
    let setting = finding(&told, "synchronous_commit");
    assert_eq!(setting["good"], false);
    assert!(setting["detail"].to_string().contains("lost"), "{setting}");

    let wrong = "f".repeat(64);
    let env = [
        ("NUNCIO_STORE", url.as_str()),
        ("NUNCIO_MASTER_KEY", wrong.as_str()),
    ];
    let told = run(&doctor, "", &env).await.json(NO);
    assert_eq!(finding(&told, "master key")["good"], false);
    assert!(!data.exists());
}

/// The command that is told, run as it is told.
async fn as_told(said: &str) {
    let command = said.split('`').nth(1).expect("a command");
    let mut words = command.split(' ');
    let program = words.next().expect("a program");
    let output = Command::new(program).args(words).output();
    let output = within("it ends", output).await.expect("it is installed");
    assert!(output.status.success(), "{command}: {output:?}");
}

#[tokio::test]
async fn a_backup_is_made_and_restored_as_it_is_told() {
    let shared = Postgres::shared().await;
    let url = shared.url_of(&new_database().await);
    let installation = Installation::with_plain_http().store(&url);
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] });
    project.new_endpoint(endpoint).await;
    let event = project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    let file = installation.folder().join("nuncio.dump");
    let env = [("NUNCIO_STORE", url.as_str())];
    let told = run(&["backup", utf8(&file)], "", &env)
        .await
        .refused(FAILED);
    assert!(told.contains("point-in-time recovery"), "{told}");
    assert!(told.contains("master key"), "{told}");
    as_told(&told).await;
    assert!(server.stop().await.success());

    let copy = shared.url_of(&new_database().await);
    let env = [("NUNCIO_STORE", copy.as_str())];
    let told = run(&["restore", utf8(&file)], "", &env)
        .await
        .refused(FAILED);
    as_told(&told).await;
    let elsewhere = Installation::with_plain_http().store(&copy);
    let server = elsewhere.start().await;
    let project = project.at(&server.url);
    project
        .get(&format!("/v1/events/{event}"))
        .await
        .expect(200);
    project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 2).await;
    assert!(server.stop().await.success());
}
