//! Commands that are clients of a server: publish, keys, deliveries, retry.

use serde_json::{Value, json};

use crate::{
    run::{DONE, Ended, FAILED, USAGE, run},
    support::{
        api::text,
        server::{ADMIN_KEY, Installation, Server},
        sink::Sink,
        wait::eventually,
    },
};

const PUBLISH: [&str; 5] = ["publish", "--tenant", "acme", "--type", "a.b"];

/// A server with a project whose only endpoint fails at first, and the settings of the client commands.
struct Shell {
    _installation: Installation,
    server: Option<Server>,
    address: String,
    project: String,
    receiver: Sink,
}

impl Shell {
    async fn open() -> Self {
        let installation = Installation::with_plain_http();
        let server = installation.start().await;
        let receiver = Sink::start(|_, before| Some(if before == 0 { 500 } else { 200 }));
        let project = server.admin().new_project("standard", json!({})).await;
        project
            .new_endpoint(json!({
                "tenant": "acme", "url": receiver.url, "events": ["*"], "retry": { "delays_s": [0] },
            }))
            .await;
        Self {
            address: server.url.clone(),
            project: project.project_id(),
            server: Some(server),
            receiver,
            _installation: installation,
        }
    }

    /// Runs a command with the admin key.
    async fn run(&self, args: &[&str], input: &str) -> Ended {
        let project = ("NUNCIO_PROJECT", self.project.as_str());
        run(
            args,
            input,
            &[self.here(), ("NUNCIO_KEY", ADMIN_KEY), project],
        )
        .await
    }

    /// Runs a command with a project's key, which names the project by itself.
    async fn run_with(&self, key: &str, args: &[&str]) -> Ended {
        run(args, "", &[self.here(), ("NUNCIO_KEY", key)]).await
    }

    fn here(&self) -> (&str, &str) {
        ("NUNCIO_SERVER", &self.address)
    }

    /// Publishes an event and waits until its delivery is dead; gives its id.
    async fn dead_delivery(&self) -> String {
        self.run(&[&PUBLISH[..], &["{}"]].concat(), "")
            .await
            .expect(DONE);
        self.first_is_dead().await
    }

    /// Waits until the first delivery is dead; gives its id.
    async fn first_is_dead(&self) -> String {
        eventually("the delivery is dead", async || {
            let listed = self
                .run(&["deliveries", "--status", "dead", "--json"], "")
                .await;
            listed.json(DONE)["data"][0]["id"]
                .as_str()
                .map(str::to_owned)
        })
        .await
    }
}

#[tokio::test]
async fn data_is_published_as_it_is_written() {
    let shell = Shell::open().await;
    let data = r#"{"b":1.0,"a":"😀"}"#;
    let args = [&PUBLISH[..], &["--id", "order-1", "-", "--json"]].concat();
    let event = shell.run(&args, data).await.json(DONE);
    assert!(text(&event, "id").starts_with("evt_"));
    let arrived = shell.receiver.arrived("/", 1).await;
    assert!(arrived[0].text().contains(data));
    assert_eq!(arrived[0].header("webhook-id"), "order-1");
    shell
        .run(&[&PUBLISH[..], &["{not json"]].concat(), "")
        .await
        .expect(USAGE);
    let bad_tenant = ["publish", "--tenant", "-", "--type", "a", "{}"];
    shell.run(&bad_tenant, "").await.expect(FAILED);
}

#[tokio::test]
async fn deliveries_are_listed_shown_and_retried() {
    let shell = Shell::open().await;
    let id = shell.dead_delivery().await;
    assert!(
        shell
            .run(&["deliveries"], "")
            .await
            .expect(DONE)
            .contains(&id)
    );
    assert!(
        shell
            .run(&["deliveries", &id], "")
            .await
            .expect(DONE)
            .contains("500")
    );
    let none = ["deliveries", "--tenant", "nobody", "--json"];
    assert_eq!(shell.run(&none, "").await.json(DONE)["data"], json!([]));
    let job = shell
        .run(&["retry", "--status", "dead", "--json"], "")
        .await;
    assert_eq!(job.json(DONE)["done"], 1);
    shell.receiver.arrived("/", 2).await;
    shell.run(&["retry", &id], "").await.expect(DONE);
    shell.receiver.arrived("/", 3).await;
    shell.run(&["retry"], "").await.expect(USAGE);
    let unknown = ["retry", "del_00000000000000000000000000"];
    shell.run(&unknown, "").await.expect(FAILED);
}

#[tokio::test]
async fn lists_go_both_ways_and_a_retry_can_be_one_attempt() {
    let shell = Shell::open().await;
    let older = shell.dead_delivery().await;
    shell
        .run(&[&PUBLISH[..], &["{}"]].concat(), "")
        .await
        .expect(DONE);
    shell.receiver.arrived("/", 2).await;
    let list = ["deliveries", "--limit", "1"];
    let first = shell.run(&[&list[..], &["--json"]].concat(), "").await;
    let first = first.json(DONE);
    let newer = first["data"][0]["id"].as_str().unwrap();
    assert_ne!(newer, older);
    let next = first["next_cursor"].as_str().unwrap();
    let cursor = ["--json", "--cursor", next];
    let second = shell.run(&[&list[..], &cursor].concat(), "").await;
    let second = second.json(DONE);
    assert_eq!(second["data"][0]["id"], older.as_str());
    let prev = second["prev_cursor"].as_str().unwrap();
    let back = shell
        .run(&[&list[..], &["--cursor", prev]].concat(), "")
        .await;
    let back = back.expect(DONE);
    assert!(
        back.contains(newer) && back.contains("Older: --cursor "),
        "{back}"
    );
    shell
        .run(&["retry", "--once", &older], "")
        .await
        .expect(DONE);
    shell.receiver.arrived("/", 3).await;
}

#[tokio::test]
async fn keys_are_made_listed_and_revoked() {
    let mut shell = Shell::open().await;
    let create = ["keys", "create", "--name", "app"];
    let made = shell
        .run(&[&create[..], &["--json"]].concat(), "")
        .await
        .json(DONE);
    let (id, key) = (text(&made, "id"), text(&made, "key"));
    let bare = shell
        .run(&[&create[..], &["--tenant", "acme"]].concat(), "")
        .await;
    assert!(
        bare.expect(DONE).starts_with("nk_ten_"),
        "nothing but the key, for scripts"
    );
    let listed = shell.run(&["keys", "list", "--json"], "").await.json(DONE);
    let ids: Vec<&Value> = listed["data"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|k| &k["id"])
        .collect();
    assert!(ids.len() == 2 && ids.contains(&&json!(id)), "{ids:?}");
    assert!(
        !shell
            .run(&["keys", "list"], "")
            .await
            .expect(DONE)
            .contains(&key)
    );

    shell.run_with(&key, &["deliveries"]).await.expect(DONE);
    shell.run(&["keys", "revoke", &id], "").await.expect(DONE);
    shell.run_with(&key, &["deliveries"]).await.expect(FAILED);
    shell.server.take().expect("it runs").kill().await;
    shell.run(&["deliveries"], "").await.expect(FAILED);
}

#[tokio::test]
async fn a_projects_page_is_written_to_files() {
    let shell = Shell::open().await;
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("pages/webhooks");
    let out = out.to_str().expect("UTF-8");
    let args = ["docs", &shell.project, "--out", out, "--json"];
    let here = [shell.here(), ("NUNCIO_KEY", ADMIN_KEY)];
    let files = run(&args, "", &here).await.json(DONE)["files"].clone();
    for (file, beginning) in [("webhooks.html", "<!doctype html>"), ("webhooks.md", "# ")] {
        let path = format!("{out}/{file}");
        assert!(files.as_array().expect("a list").contains(&json!(path)));
        let text = std::fs::read_to_string(&path).expect("it was written");
        assert!(text.starts_with(beginning), "{path}");
        assert!(text.contains(&shell.address), "it says where the API is");
    }
    let unknown = ["docs", "proj_00000000000000000000000000", "--out", out];
    run(&unknown, "", &here).await.expect(FAILED);
}

#[tokio::test]
async fn an_event_is_published_to_all_tenants_or_some() {
    let shell = Shell::open().await;
    let all = ["publish", "--all-tenants", "--type", "a.b"];
    let answer = shell.run(&[&all[..], &["{}"]].concat(), "").await;
    let job = answer.expect(DONE).trim().to_owned();
    assert!(job.starts_with("job_"), "{job}");
    shell.receiver.arrived("/", 1).await;
    let some = [&all[..], &["--where", "region=eu", "{}", "--json"]].concat();
    let answer = shell.run(&some, "").await.json(DONE);
    assert!(answer["job"].is_string(), "{answer}");
    let both = [&PUBLISH[..], &["--all-tenants", "{}"]].concat();
    shell.run(&both, "").await.expect(USAGE);
    let bad = [&all[..], &["--where", "region", "{}"]].concat();
    shell.run(&bad, "").await.expect(USAGE);
}

const WEBHOOKS: &str = "openapi: 3.1.0
info: {title: Shop, version: '1'}
webhooks:
  order.paid:
    post:
      description: An order was paid.
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {total: {type: TOTAL}}}}
";

#[tokio::test]
async fn event_types_are_imported_shown_exported_and_archived() {
    let shell = Shell::open().await;
    let (whole, text) = (
        WEBHOOKS.replace("TOTAL", "integer"),
        WEBHOOKS.replace("TOTAL", "string"),
    );
    let import = ["event-types", "import", "-"];
    let dry = shell
        .run(&[&import[..], &["--dry-run"]].concat(), &whole)
        .await
        .expect(DONE);
    assert!(
        dry.contains("created") && dry.contains("nothing was stored"),
        "{dry}"
    );
    let list = ["event-types", "list"];
    assert!(
        !shell
            .run(&list, "")
            .await
            .expect(DONE)
            .contains("order.paid")
    );
    shell.run(&import, &whole).await.expect(DONE);
    shell.run(&import, &text).await.expect(FAILED);
    shell
        .run(&[&import[..], &["--force"]].concat(), &text)
        .await
        .expect(DONE);
    let shown = shell
        .run(&["event-types", "show", "order.paid", "--json"], "")
        .await
        .json(DONE);
    assert_eq!(
        (&shown["schema_version"], &shown["versions"][1]["version"]),
        (&json!(2), &json!(1))
    );
    let old = [
        &["publish", "--tenant", "acme", "--type", "order.paid"][..],
        &["--schema-version", "1", "{\"total\":1}"],
    ];
    shell.run(&old.concat(), "").await.expect(DONE);
    let document = shell
        .run(&["event-types", "export", "--format", "asyncapi"], "")
        .await
        .json(DONE);
    assert_eq!(
        document["components"]["messages"]["order.paid"]["name"],
        "order.paid"
    );
    let again = shell
        .run(
            &[&import[..], &["--dry-run"]].concat(),
            &document.to_string(),
        )
        .await
        .expect(DONE);
    assert!(again.contains("unchanged"), "{again}");
    shell
        .run(&["event-types", "archive", "order.paid"], "")
        .await
        .expect(DONE);
    shell.run(&old.concat(), "").await.expect(FAILED);
    assert!(
        !shell
            .run(&list, "")
            .await
            .expect(DONE)
            .contains("order.paid")
    );
    let all = shell
        .run(&["event-types", "list", "--archived"], "")
        .await
        .expect(DONE);
    assert!(all.contains("archived"), "{all}");
    shell
        .run(&["event-types", "unarchive", "order.paid"], "")
        .await
        .expect(DONE);
    shell.run(&old.concat(), "").await.expect(DONE);
}

#[tokio::test]
async fn a_projects_own_dialect_is_stored_listed_and_deleted() {
    let shell = Shell::open().await;
    let shown = shell.run(&["dialect", "show", "yativo"], "").await;
    let own = shown.expect(DONE).replace("\"yativo\"", "\"mine\"");
    let second = format!("{own}\n# the second\n");
    let put = ["dialect", "put", "-"];
    for (source, number) in [(&own, 1), (&own, 1), (&second, 2)] {
        let said = shell.run(&put, source).await.expect(DONE);
        assert_eq!(said.trim(), format!("mine: version {number}"));
    }
    let broken = own.replace("name = \"mine\"", "nmae = \"mine\"");
    shell.run(&put, &broken).await.expect(FAILED);
    let versions = ["dialect", "versions", "mine"];
    let listed = shell.run(&[&versions[..], &["--json"]].concat(), "").await;
    let listed = listed.json(DONE);
    let listed = listed["data"].as_array().expect("a list");
    let numbers: Vec<_> = listed.iter().map(|one| one["version"].clone()).collect();
    assert_eq!(numbers, [json!(2), json!(1)]);
    let first = [&versions[..], &["--show", "1"]].concat();
    let first = shell.run(&first, "").await.expect(DONE);
    assert_eq!(first, own, "to put back, byte for byte");
    let none = [&versions[..], &["--show", "3"]].concat();
    shell.run(&none, "").await.expect(FAILED);
    let delete = ["dialect", "delete", "mine"];
    shell.run(&delete, "").await.expect(DONE);
    shell.run(&delete, "").await.expect(FAILED);
    let builtin = ["dialect", "delete", "yativo"];
    shell.run(&builtin, "").await.expect(FAILED);
    let odd = ["dialect", "delete", "../tenants/acme"];
    shell.run(&odd, "").await.expect(USAGE);
}

#[tokio::test]
async fn events_of_a_period_are_counted_and_replayed() {
    let shell = Shell::open().await;
    let event = shell
        .run(&[&PUBLISH[..], &["{}", "--json"]].concat(), "")
        .await
        .json(DONE);
    shell.receiver.arrived("/", 1).await;
    shell.first_is_dead().await;
    let since = ["--since", "2020-01-01T00:00:00Z"];
    let replay = [&["replay"][..], &since].concat();
    let dry = [&replay[..], &["--type", "a.*", "--dry-run"]].concat();
    let counted = shell.run(&dry, "").await.expect(DONE);
    assert_eq!(counted.trim(), "1 deliveries");
    let none = [&replay[..], &["--tenant", "nobody", "--dry-run", "--json"]].concat();
    assert_eq!(shell.run(&none, "").await.json(DONE)["count"], 0);
    let job = [&replay[..], &["--once", "--json"]].concat();
    let job = shell.run(&job, "").await.json(DONE);
    assert_eq!(
        (&job["state"], &job["done"]),
        (&json!("finished"), &json!(1))
    );
    shell.receiver.arrived("/", 2).await;
    let id = text(&event, "id");
    shell.run(&["replay", &id], "").await.expect(DONE);
    shell.receiver.arrived("/", 3).await;
    shell.run(&["replay"], "").await.expect(USAGE);
    let both = [&replay[..], &[id.as_str()]].concat();
    shell.run(&both, "").await.expect(USAGE);
}

#[tokio::test]
async fn a_job_is_shown_and_cancelled() {
    let shell = Shell::open().await;
    let all = ["publish", "--all-tenants", "--type", "a.b", "{}"];
    let job = shell.run(&all, "").await.expect(DONE).trim().to_owned();
    let show = ["jobs", "show", "--follow", &job];
    let said = shell.run(&show, "").await.expect(DONE);
    assert_eq!(said.trim(), format!("{job}: broadcast, finished, 1 of 1"));
    // It is over already, which the server says.
    let cancel = ["jobs", "cancel", &job];
    shell.run(&cancel, "").await.expect(FAILED);
    let large = "x".repeat(900_000);
    let api = shell.server.as_ref().expect("it runs").admin();
    let api = api.project(&shell.project);
    // Some four to a piece: it takes longer than starting a command.
    for n in 0..200 {
        let path = format!("/v1/tenants/t{n}");
        api.put(&path, json!({})).await.expect(200);
    }
    let news = json!({ "type": "news", "data": large });
    let started = api.post("/v1/events/broadcast", news).await.expect(202);
    let job = text(&started, "job");
    let cancel = ["jobs", "cancel", &job, "--json"];
    let cancelled = shell.run(&cancel, "").await.json(DONE);
    assert_eq!(cancelled["state"], "cancelled");
    let follow = ["jobs", "show", "--follow", &job];
    shell.run(&follow, "").await.expect(FAILED);
}
