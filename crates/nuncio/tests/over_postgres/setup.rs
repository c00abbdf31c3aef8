//! Starting on a database: keys, and what is said when it can't be.

use nuncio_postgres_fixture::Postgres;
use serde_json::json;

use crate::{
    run::{FAILED, USAGE, run, utf8},
    support::{
        server::{ADMIN_KEY, Installation, MASTER_KEY, new_database},
        sink::Sink,
    },
};

async fn new_url() -> String {
    let name = new_database().await;
    Postgres::shared().await.url_of(&name)
}

#[tokio::test]
async fn a_database_with_data_needs_its_master_key() {
    let url = new_url().await;
    let installation = Installation::new().store(&url);
    assert!(installation.start().await.stop().await.success());
    let data = installation.folder().join("another");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", utf8(&data)];
    let store = ("NUNCIO_STORE", url.as_str());
    let refused = run(&serve, "", &[store]).await.refused(USAGE);
    for word in ["NUNCIO_MASTER_KEY", "another/master.key", "127.0.0.1"] {
        assert!(refused.contains(word), "{word}: {refused}");
    }
    let wrong = "f".repeat(64);
    let wrong = [store, ("NUNCIO_MASTER_KEY", wrong.as_str())];
    let refused = run(&serve, "", &wrong).await.refused(FAILED);
    assert!(refused.contains("wrong master key"), "{refused}");
    assert!(!data.exists(), "neither has written anything");
    assert!(installation.start().await.stop().await.success());
}

#[tokio::test]
async fn an_empty_database_gets_keys_in_the_data_folder() {
    let installation = Installation::new().store(&new_url().await).without_keys();
    let server = installation.start().await;
    let key = server
        .stdout
        .wait("the admin key is shown", |lines| {
            let line = lines.iter().find(|line| line.starts_with("admin key"))?;
            Some(line.rsplit(' ').next()?.to_owned())
        })
        .await;
    let project = server.admin().key(&key);
    let project = project.new_project("standard", json!({})).await;
    for file in ["master.key", "admin-key.sha256"] {
        assert!(installation.data().join(file).exists(), "{file}");
    }
    assert!(!installation.data().join("nuncio.db").exists());
    assert!(server.stop().await.success());
    let server = installation.start().await;
    let projects = project.at(&server.url).get("/v1/projects").await;
    assert_eq!(
        projects.expect(200)["data"].as_array().map(Vec::len),
        Some(1)
    );
    assert!(server.stop().await.success());
}

#[tokio::test]
async fn keys_that_are_given_need_no_data_folder() {
    let installation = Installation::new().store(&new_url().await);
    let server = installation.start().await;
    server.admin().get("/v1/projects").await.expect(200);
    assert!(server.stop().await.success());
    assert!(!installation.data().exists());
}

#[tokio::test]
async fn a_database_that_is_away_leaves_no_key_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", utf8(&data)];
    let nobody = "postgres://nuncio:hunter2@127.0.0.1:1/nuncio";
    let refused = run(&serve, "", &[("NUNCIO_STORE", nobody)])
        .await
        .refused(FAILED);
    assert!(refused.contains("connection refused"), "{refused}");
    assert!(!refused.contains("hunter2"), "{refused}");
    assert!(!data.exists());
}

/// Whatever is asked of it, and whatever goes wrong.
#[tokio::test]
async fn the_password_is_shown_nowhere() {
    let url = new_url().await;
    let url = url.replacen("postgres@", "postgres:hunter2@", 1);
    let installation = Installation::with_plain_http().log("debug").store(&url);
    let server = installation.start().await;
    let receiver = Sink::healthy();
    let project = server.admin().new_project("standard", json!({})).await;
    let endpoint = json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] });
    project.new_endpoint(endpoint).await;
    let payload = r#"{"said":"a payload that no log repeats"}"#;
    project.publish("acme", "a.b", payload).await;
    receiver.arrived("/", 1).await;
    let mut told = Vec::new();
    for path in [
        "/metrics",
        "/v1/audit",
        "/readyz",
        "/healthz",
        "/openapi.json",
    ] {
        told.push(project.get(path).await.text);
    }
    let name = url.rsplit('/').next().expect("a name");
    let cut = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}' AND pid <> pg_backend_pid()"
    );
    let shared = Postgres::shared().await;
    shared.query("postgres", &cut).await;
    project.get("/v1/events").await;
    assert!(server.stop().await.success());

    let gone = url.replacen(name, "gone", 1);
    let file = installation.folder().join("backup");
    for store in [
        url.as_str(),
        gone.as_str(),
        "postgres://u:hunter2@/x",
        "mysql://u:hunter2@h/x",
    ] {
        let env = [
            ("NUNCIO_STORE", store),
            ("NUNCIO_MASTER_KEY", MASTER_KEY),
            ("NUNCIO_ADMIN_KEY", ADMIN_KEY),
        ];
        for command in [
            &["doctor"][..],
            &["doctor", "--json"],
            &["migrate"],
            &["backup", utf8(&file)],
            &["restore", utf8(&file)],
            &["backup", "--help"],
            &["doctor", "--help"],
            &["serve", "--help"],
        ] {
            told.push(run(command, "", &env).await.all());
        }
        if store != url {
            told.push(run(&["serve"], "", &env).await.all());
        }
    }
    told.extend(installation.printed.all());
    for text in &told {
        assert!(!text.contains("hunter2"), "{text}");
        assert!(!text.contains("no log repeats"), "{text}");
    }
    // By a flag, everybody on the machine can see it: that is said.
    let flagged = installation.arg("--store").arg(&url);
    let server = flagged.start().await;
    flagged
        .printed
        .wait("a warning", |lines| {
            let warns = |line: &String| line.contains("use NUNCIO_STORE or nuncio.toml");
            lines.iter().any(warns).then_some(())
        })
        .await;
    assert!(server.stop().await.success());
    assert!(!flagged.printed.all().join("\n").contains("hunter2"));
}
