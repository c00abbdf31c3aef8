//! Commands that open the data folder: backup, restore, doctor, migrate.

use serde_json::json;

use crate::{
    run::{DONE, FAILED, NO, USAGE, offline, run, utf8},
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

/// A folder in which a server has run, with the master key that the tests give, and a backup of it.
async fn left_by_a_server() -> (Installation, std::path::PathBuf) {
    let installation = Installation::new();
    let server = installation.start().await;
    assert!(server.stop().await.success());
    let file = installation.folder().join("nuncio.backup");
    let data = installation.data();
    offline(&["backup", "--data", utf8(&data), utf8(&file)], "")
        .await
        .expect(DONE);
    (installation, file)
}

fn names(dir: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(dir).expect("a folder");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let mut names: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_start_without_the_right_master_key_writes_nothing() {
    let (installation, _) = left_by_a_server().await;
    let data = installation.data();
    let before = names(&data);
    assert!(
        !before.contains(&"admin-key.sha256".to_owned()),
        "{before:?}"
    );
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", utf8(&data)];
    // Not digits alone: a variable that looks like a number is read as one.
    let wrong = "f".repeat(64);
    run(&serve, "", &[("NUNCIO_MASTER_KEY", &wrong)])
        .await
        .expect(FAILED);
    assert_eq!(names(&data), before);
    // A key that nobody gave is not made up where there is a database.
    run(&serve, "", &[]).await.expect(USAGE);
    assert_eq!(names(&data), before);
    assert!(installation.start().await.stop().await.success());
}

#[tokio::test]
async fn what_is_written_is_private_whatever_the_umask_is() {
    use std::os::unix::fs::PermissionsExt;
    let (installation, _) = left_by_a_server().await;
    let mode = |path: &std::path::Path| {
        let meta = std::fs::metadata(path).expect("it is there");
        meta.permissions().mode() & 0o777
    };
    let under = async |umask: &str, args: &[&str]| {
        let script = format!("umask {umask}; exec \"$0\" \"$@\"");
        let output = tokio::process::Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_nuncio")])
            .args(args)
            .env("NUNCIO_MASTER_KEY", MASTER_KEY)
            .output();
        let output = output.await.expect("the shell starts");
        assert!(output.status.success(), "{args:?}: {output:?}");
    };
    let data = installation.data();
    for umask in ["000", "022", "277"] {
        let file = installation.folder().join(format!("{umask}.backup"));
        under(umask, &["backup", "--data", utf8(&data), utf8(&file)]).await;
        assert_eq!(mode(&file), 0o600, "{umask}");
        let restored = installation.folder().join(umask);
        under(umask, &["restore", "--data", utf8(&restored), utf8(&file)]).await;
        assert_eq!(mode(&restored), 0o700, "{umask}");
        for name in names(&restored) {
            assert_eq!(mode(&restored.join(&name)), 0o600, "{umask}: {name}");
        }
        // In order as it is, before anything has run in it.
        under(umask, &["doctor", "--data", utf8(&restored)]).await;
        under(umask, &["migrate", "--data", utf8(&restored)]).await;
        under(umask, &["doctor", "--data", utf8(&restored)]).await;
    }
    // A folder that others may enter is told of, and how to close it.
    let open = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(&data, open).expect("it is ours");
    let master = [("NUNCIO_MASTER_KEY", MASTER_KEY)];
    let told = run(&["doctor", "--data", utf8(&data)], "", &master).await;
    assert!(told.expect(NO).contains("chmod go-rwx"));
    let server = installation.start().await;
    installation
        .printed
        .wait("the log warns of the folder", |lines| {
            lines
                .iter()
                .any(|line| line.contains("chmod 700"))
                .then_some(())
        })
        .await;
    assert!(server.stop().await.success());
}
