//! The operations of the API as commands, and the profiles that say where they ask.

use serde_json::json;

use crate::{
    run::{DONE, Ended, FAILED, USAGE, run},
    support::{
        api::text,
        server::{ADMIN_KEY, Installation, Server},
        sink::Sink,
        wait::eventually,
    },
};

struct Shell {
    _installation: Installation,
    _server: Server,
    address: String,
    project: String,
    config: tempfile::TempDir,
}

impl Shell {
    async fn open() -> Self {
        let installation = Installation::with_plain_http();
        let server = installation.start().await;
        let project = server.admin().new_project("standard", json!({})).await;
        Self {
            address: server.url.clone(),
            project: project.project_id(),
            _server: server,
            _installation: installation,
            config: tempfile::tempdir().expect("there is room"),
        }
    }

    /// Runs a command with the admin key.
    async fn run(&self, args: &[&str]) -> Ended {
        let key = ("NUNCIO_KEY", ADMIN_KEY);
        let server = ("NUNCIO_SERVER", &*self.address);
        self.bare(args, "", &[key, server, ("NUNCIO_PROJECT", &self.project)])
            .await
    }

    /// Runs a command that is told nothing, but has a folder of settings of its own.
    async fn bare(&self, args: &[&str], input: &str, more: &[(&str, &str)]) -> Ended {
        let config = self.config.path().to_str().expect("UTF-8");
        let env = [&[("XDG_CONFIG_HOME", config)], more].concat();
        run(args, input, &env).await
    }
}

#[tokio::test]
async fn endpoint_is_created_listed_changed_and_deleted() {
    let shell = Shell::open().await;
    let receiver = Sink::start(|_, _| Some(200));
    let create = [
        "endpoints",
        "create",
        "--tenant",
        "acme",
        "--url",
        &receiver.url,
        "--events",
        "a.*,b.c",
        "--retry",
        r#"{"delays_s": [0, 5]}"#,
        "--description",
        "first",
        "--json",
    ];
    let endpoint = shell.run(&create).await.json(DONE);
    let id = text(&endpoint, "id");
    assert_eq!(endpoint["events"], json!(["a.*", "b.c"]));
    assert_eq!(endpoint["retry"]["delays_s"], json!([0, 5]));
    let listed = shell
        .run(&["endpoints", "list", "--tenant", "acme"])
        .await
        .expect(DONE);
    assert!(listed.trim_start().starts_with("ID"), "{listed}");
    assert!(listed.contains(&*id), "{listed}");
    let shown = shell.run(&["endpoints", "get", &id]).await.expect(DONE);
    assert!(
        shown.contains("description") && shown.contains("first"),
        "{shown}"
    );
    let change = [
        "endpoints",
        "update",
        &id,
        "--clear",
        "description",
        "--json",
    ];
    assert_eq!(
        shell.run(&change).await.json(DONE)["description"],
        json!(null)
    );
    assert_eq!(
        shell
            .run(&["endpoints", "delete", &id])
            .await
            .expect(DONE)
            .trim(),
        "done"
    );
    shell.run(&["endpoints", "get", &id]).await.expect(FAILED);
}

#[tokio::test]
async fn attempts_are_listed_by_endpoint_and_shown() {
    let shell = Shell::open().await;
    let receiver = Sink::start(|_, _| Some(200));
    let create = [
        "endpoints",
        "create",
        "--tenant",
        "acme",
        "--url",
        &receiver.url,
        "--events",
        "*",
        "--json",
    ];
    let endpoint = text(&shell.run(&create).await.json(DONE), "id");
    let example = [
        "event-types",
        "put",
        "a.b",
        "--description",
        "A b",
        "--example",
        r#"{"n": 7}"#,
    ];
    shell.run(&example).await.expect(DONE);
    let triggered = shell
        .run(&["trigger", "a.b", "--tenant", "acme", "--json"])
        .await;
    assert_eq!(triggered.json(DONE)["deliveries"], json!(1));
    let arrived = receiver.arrived("/", 1).await;
    assert!(arrived[0].text().contains(r#""n":7"#) || arrived[0].text().contains(r#""n": 7"#));
    let list = [
        "attempts",
        "list",
        "--endpoint",
        &endpoint,
        "--status",
        "succeeded",
        "--json",
    ];
    let attempt = eventually("the attempt is listed", async || {
        shell.run(&list).await.json(DONE)["data"][0]["id"]
            .as_str()
            .map(str::to_owned)
    })
    .await;
    let shown = shell.run(&["attempts", "get", &attempt]).await.expect(DONE);
    assert!(shown.contains("200"), "{shown}");
    let every = ["attempts", "list", "--all", "--limit", "1", "--json"];
    assert_eq!(
        shell.run(&every).await.json(DONE)["data"][0]["id"],
        json!(attempt)
    );
}

#[tokio::test]
async fn body_of_a_file_is_overruled_by_flags() {
    let shell = Shell::open().await;
    let file = shell.config.path().join("tenant.json");
    std::fs::write(&file, r#"{"name": "Acme", "metadata": {"plan": "gold"}}"#).expect("writable");
    let file = file.to_str().expect("UTF-8");
    let put = [
        "tenants", "put", "acme", "--body", file, "--name", "Acme Ltd", "--json",
    ];
    let tenant = shell.run(&put).await.json(DONE);
    assert_eq!(
        (&tenant["name"], &tenant["metadata"]["plan"]),
        (&json!("Acme Ltd"), &json!("gold"))
    );
}

#[tokio::test]
async fn wrong_arguments_are_refused_with_advice() {
    let shell = Shell::open().await;
    for (args, advice) in [
        (
            &["endpoints", "create", "--url", "https://a.example"][..],
            "--events",
        ),
        (
            &["endpoints", "create", "--retry", "{"],
            "--retry takes JSON",
        ),
        (
            &["endpoints", "update", "ep_1", "--clear", "colour"],
            "no such field",
        ),
        (&["deliveries", "list", "--limit", "many"], "--limit"),
        (&["endpoints", "frobnicate"], "frobnicate"),
        (
            &["tenants", "put", "acme", "--body", "/dev/null"],
            "not a JSON object",
        ),
    ] {
        let said = shell.run(args).await.refused(USAGE);
        assert!(said.contains(advice), "{args:?}: {said}");
    }
    let without_key = shell
        .bare(&["endpoints", "list"], "", &[])
        .await
        .refused(USAGE);
    assert!(without_key.contains("nuncio login"), "{without_key}");
}

#[tokio::test]
async fn profile_says_where_to_ask_until_it_is_removed() {
    let shell = Shell::open().await;
    let login = [
        "login",
        "--server",
        &shell.address,
        "--project",
        &shell.project,
        "--profile",
        "mine",
    ];
    let wrong = shell.bare(&login, "no-key\n", &[]).await.refused(FAILED);
    assert!(wrong.contains("not stored"), "{wrong}");
    let key = format!("{ADMIN_KEY}\n");
    shell.bare(&login, &key, &[]).await.expect(DONE);
    let before = ["keys", "--profile", "mine", "list"];
    shell.bare(&before, "", &[]).await.expect(DONE);
    let tenants = ["tenants", "list", "--profile", "mine"];
    shell.bare(&tenants, "", &[]).await.expect(DONE);
    shell
        .bare(&["logout", "--profile", "mine"], "", &[])
        .await
        .expect(DONE);
    let gone = shell.bare(&tenants, "", &[]).await.refused(USAGE);
    assert!(gone.contains("no profile mine"), "{gone}");
}
