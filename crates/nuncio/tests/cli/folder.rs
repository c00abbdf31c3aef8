//! Commands that open the data folder: backup, restore, doctor, migrate.

use serde_json::json;

use crate::{
    run::{DONE, FAILED, NO, offline, run, utf8},
    support::{
        server::{Installation, MASTER_KEY},
        sink::Sink,
    },
};

#[tokio::test]
async fn a_backup_made_under_way_restores_to_a_server_that_goes_on() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    project
        .new_endpoint(json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] }))
        .await;
    let event = project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 1).await;
    let data = installation.data();
    let file = installation.folder().join("nuncio.backup");
    let backup = ["backup", "--data", utf8(&data), utf8(&file)];
    offline(&[&backup[..], &["--json"]].concat(), "")
        .await
        .json(DONE);
    // Never over something that is there.
    offline(&backup, "").await.expect(FAILED);
    assert!(server.stop().await.success());

    let master = [("NUNCIO_MASTER_KEY", MASTER_KEY)];
    let doctor = ["doctor", "--data", utf8(&data)];
    run(&doctor, "", &master).await.expect(DONE);
    let findings = run(&[&doctor[..], &["--json"]].concat(), "", &master)
        .await
        .json(DONE);
    assert!(
        findings
            .as_array()
            .expect("a list")
            .iter()
            .all(|finding| finding["good"] == true)
    );
    let wrong = "0".repeat(64);
    run(&doctor, "", &[("NUNCIO_MASTER_KEY", &wrong)])
        .await
        .expect(NO);
    run(&["migrate", "--data", utf8(&data), "--json"], "", &master)
        .await
        .json(DONE);
    offline(&["restore", "--data", utf8(&data), utf8(&file)], "")
        .await
        .expect(FAILED);

    let elsewhere = Installation::with_plain_http();
    let other = elsewhere.data();
    offline(
        &["restore", "--data", utf8(&other), utf8(&file), "--json"],
        "",
    )
    .await
    .json(DONE);
    let server = elsewhere.start().await;
    let project = project.at(&server.url);
    project
        .get(&format!("/v1/events/{event}"))
        .await
        .expect(200);
    project.publish("acme", "a.b", "{}").await;
    receiver.arrived("/", 2).await;
}
