//! What receivers tell back is shown without the secrets in it: in every view, with every kind of key, on the command
//! line and in the log.

use std::process::Output;

use axum::{
    Router,
    body::Bytes,
    http::{HeaderMap, StatusCode},
    response::IntoResponse,
};
use serde_json::json;
use tokio::net::TcpListener;

use crate::support::{
    api::{Api, text},
    server::{ADMIN_KEY, Installation, Server, nuncio},
    wait::eventually,
};

const SECRET: &str = "of-the-customer/alone+again";
const HEADER: &str = "Bearer of-the-gateway/alone";

/// A receiver that answers with all that it was sent, in its headers and in its body, and with the secret that both
/// sides know. Gives its address.
async fn echo() -> String {
    let answer = |headers: HeaderMap, body: Bytes| async move {
        let mut told = format!("the secret is {SECRET}\n");
        let mut echoed = HeaderMap::new();
        for (name, value) in &headers {
            told.push_str(&format!("{name}: {}\n", value.to_str().unwrap_or_default()));
            let name = format!("echo-{name}").try_into();
            echoed.insert::<axum::http::HeaderName>(name.expect("a name"), value.clone());
        }
        told.push_str(&json!({ "headers": told }).to_string());
        told.push_str(&String::from_utf8_lossy(&body));
        (StatusCode::BAD_REQUEST, echoed, told).into_response()
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("bound");
    let router = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// Projects of every built-in dialect that sends without a handshake, and of one that sends its secret.
async fn projects(admin: &Api) -> Vec<Api> {
    let mut projects = Vec::new();
    for dialect in nuncio_dialect::builtin() {
        if !dialect.source().contains("\n[handshake]") {
            projects.push(admin.new_project(dialect.name(), json!({})).await);
        }
    }
    let sends = nuncio_dialect::builtin_named("cloudevents").expect("built in");
    let source = crate::support::without_handshake(sends, "token");
    let own = admin.new_project("standard", json!({})).await;
    let put = own.put("/v1/dialects/token", json!({ "source": source }));
    put.await.expect(200);
    let path = format!("/v1/projects/{}", own.project_id());
    let change = json!({"dialect": "token"});
    admin.patch(&path, change).await.expect(200);
    projects.push(own);
    assert!(projects.len() > 8);
    projects
}

/// An endpoint of the tenant `acme` that has failed once; the ids that paths may ask for.
async fn failed_once(project: &Api, url: &str) -> Vec<(&'static str, String)> {
    let tenant = json!({"plan": "business"});
    project.put("/v1/tenants/acme", tenant).await.expect(200);
    let endpoint = project
        .new_endpoint(json!({
            "tenant": "acme", "url": format!("{url}/in"), "events": ["*"], "secret": SECRET,
            "headers": {"X-Gateway": HEADER}, "retry": {"delays_s": [0]}
        }))
        .await;
    let event = project.publish("acme", "a.b", r#"{"note":"x"}"#).await;
    let path = format!("/v1/events/{event}/deliveries");
    let delivery = eventually("the delivery has failed", async || {
        let list = project.get(&path).await.expect(200);
        (list["data"][0]["status"] == "dead").then(|| text(&list["data"][0], "id"))
    })
    .await;
    vec![
        ("projects", project.project_id()),
        ("tenants", "acme".to_owned()),
        ("endpoints", endpoint.id.clone()),
        ("webhooks", endpoint.id.clone()),
        ("webhook", endpoint.id),
        ("events", event),
        ("deliveries", delivery),
    ]
}

async fn key(project: &Api, kind: &str, scope: &str) -> String {
    let mut body = json!({ "name": "k", "kind": kind, "scope": scope });
    if kind == "tenant" {
        body["tenant"] = json!("acme");
    }
    text(&project.post("/v1/keys", body).await.expect(201), "key")
}

async fn cli(server: &Server, project: &Api, args: &[&str]) -> Output {
    let mut command = nuncio();
    command
        .args(args)
        .env("NUNCIO_SERVER", &server.url)
        .env("NUNCIO_KEY", ADMIN_KEY)
        .env("NUNCIO_PROJECT", project.project_id());
    command.output().await.expect("it runs")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_view_no_command_and_no_log_line_tells_what_a_receiver_was_sent_in_secret() {
    let installation = Installation::with_plain_http().log("debug");
    let server = installation.start().await;
    let admin = server.admin();
    let url = echo().await;
    let document = admin.no_project().get("/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().expect("paths");
    let gets = paths.iter().filter(|(_, item)| item.get("get").is_some());
    let gets: Vec<&String> = gets.map(|(path, _)| path).collect();
    let mut all_keys = Vec::new();
    for project in projects(&admin).await {
        let ids = failed_once(&project, &url).await;
        let portal = project.post("/v1/tenants/acme/portal-sessions", json!({}));
        let keys = [
            ADMIN_KEY.to_owned(),
            key(&project, "project", "full").await,
            key(&project, "project", "read").await,
            key(&project, "tenant", "full").await,
            key(&project, "tenant", "read").await,
            text(&portal.await.expect(201), "token"),
        ];
        let secrets = [SECRET, HEADER, "of-the-gateway"].map(str::to_owned);
        let secrets: Vec<_> = secrets.into_iter().chain(keys.clone()).collect();
        let check = |what: &str, told: &str| {
            for secret in &secrets {
                assert!(
                    !told.contains(secret.as_str()),
                    "{what} tells {secret}: {told}"
                );
            }
        };
        for path in &gets {
            let noun = path
                .trim_start_matches("/v1")
                .split('/')
                .nth(1)
                .unwrap_or_default();
            let id = ids.iter().find(|(name, _)| *name == noun);
            let id = id.map_or("unknown", |(_, id)| id);
            let path = ["{id}", "{tenant}", "{name}"]
                .iter()
                .fold((*path).clone(), |path, part| path.replace(part, id));
            for key in &keys {
                check(&path, &project.clone().key(key).get(&path).await.text);
            }
        }
        let delivery = &ids.last().expect("there are some").1;
        let shown = project
            .get(&format!("/v1/deliveries/{delivery}"))
            .await
            .expect(200);
        let body = shown["attempt_log"][0]["response_body"]
            .as_str()
            .expect("a body");
        assert!(body.starts_with("the secret is ***\n"), "{body}");
        for args in [
            vec!["deliveries"],
            vec!["deliveries", delivery],
            vec!["--json", "deliveries", delivery],
            vec!["keys", "list"],
        ] {
            let output = cli(&server, &project, &args).await;
            assert!(output.status.success(), "{args:?}: {output:?}");
            let told = [output.stdout, output.stderr].concat();
            check(&format!("{args:?}"), &String::from_utf8_lossy(&told));
        }
        all_keys.extend(secrets);
    }
    let stdout = server.stdout.clone();
    assert!(server.stop().await.success());
    let lines = installation.printed.all().into_iter().chain(stdout.all());
    for line in lines {
        for secret in &all_keys {
            assert!(
                !line.contains(secret.as_str()),
                "{secret} is logged: {line}"
            );
        }
    }
}
