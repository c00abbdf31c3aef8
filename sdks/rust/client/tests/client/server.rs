//! Against the real server: what openapi.json says and what the client does must be what it takes.

use std::process::Stdio;
use std::time::Duration;

use nuncio_client::models::{
    Batch, EndpointChange, ListEventsQuery, NewEndpoint, NewEvent, NewKey, NewProject, Speaks,
};
use nuncio_client::{Error, Kind, Nuncio};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

const ADMIN_KEY: &str = "nk_admin_for_the_client_tests_0123456789";

/// A real server, and a client with a key of a project. The server ends with this value.
struct Running {
    nuncio: Nuncio,
    base_url: String,
    _server: Child,
    _folder: TempDir,
}

/// None, with a message, where there is no binary.
#[allow(
    clippy::print_stderr,
    reason = "a test that is skipped must be seen to be"
)]
async fn serve() -> Option<Running> {
    let Some(binary) = std::env::var_os("NUNCIO_BIN") else {
        eprintln!("skipped: set NUNCIO_BIN to the nuncio binary to test against a real server");
        return None;
    };
    let folder = tempfile::tempdir().unwrap();
    let mut server = Command::new(binary)
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(folder.path())
        .args(["--allow-http", "--allow-private-networks"])
        .env("NUNCIO_ADMIN_KEY", ADMIN_KEY)
        .env("NUNCIO_MASTER_KEY", "11".repeat(32))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let base_url = loop {
        let line = lines.next_line().await.unwrap().unwrap();
        if let Some(address) = line.strip_prefix("listening on ") {
            break address.to_owned();
        }
    };
    let nuncio = project_client(&base_url).await.unwrap();
    Some(Running {
        nuncio,
        base_url,
        _server: server,
        _folder: folder,
    })
}

async fn project_client(base_url: &str) -> Result<Nuncio, Error> {
    let admin = Nuncio::builder(ADMIN_KEY).base_url(base_url).build()?;
    let project = admin.projects().create(&NewProject::new("Shop")).await?;
    let admin = admin.in_project(project.id);
    let key = NewKey::new("app", Speaks::Project, "full");
    let key = admin.keys().create(&key).await?.key.unwrap();
    Nuncio::builder(key).base_url(base_url).build()
}

/// Takes one delivery, answers 204, gives its body.
async fn receive(listener: &TcpListener) -> Value {
    let (stream, _) = tokio::time::timeout(Duration::from_secs(30), listener.accept())
        .await
        .expect("something is delivered")
        .unwrap();
    let mut stream = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        let line = line.trim_end().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.parse().unwrap();
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.unwrap();
    let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    stream.write_all(answer).await.unwrap();
    serde_json::from_slice(&body).unwrap()
}

#[tokio::test]
async fn published_event_is_delivered_and_its_log_can_be_read() {
    let Some(Running { nuncio, .. }) = &serve().await else {
        return;
    };
    let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks", receiver.local_addr().unwrap());
    let webhook = NewEndpoint {
        tenant: Some("acme".into()),
        metadata: Some([("team".to_owned(), json!("a"))].into()),
        ..NewEndpoint::new(url, ["order.*"])
    };
    let webhook = nuncio.webhooks().create(&webhook).await.unwrap();
    assert!(webhook.secret.unwrap().starts_with("whsec_"));

    let event = NewEvent::new("acme", "order.paid", json!({"order": "4711"}));
    let event = nuncio.events().publish(&event).await.unwrap();
    assert_eq!(event.deliveries, 1);
    assert_eq!(receive(&receiver).await["data"]["order"], "4711");
    let stored = nuncio.events().get(&event.id).await.unwrap();
    assert_eq!(stored.data, json!({"order": "4711"}));

    let mut deliveries = nuncio
        .events()
        .list_deliveries(&event.id, &Default::default());
    let delivery = deliveries.next().await.unwrap().unwrap();
    assert_eq!(delivery.endpoint, webhook.id);
    nuncio.deliveries().retry(&delivery.id, None).await.unwrap();
    assert_eq!(receive(&receiver).await["type"], "order.paid");

    let change = EndpointChange {
        description: Some(Some("orders".into())),
        metadata: Some(None),
        ..EndpointChange::default()
    };
    let changed = nuncio
        .webhooks()
        .update(&webhook.id, &change)
        .await
        .unwrap();
    assert_eq!(changed.description.as_deref(), Some("orders"));
    assert!(changed.metadata.is_empty());
    nuncio.webhooks().delete(&webhook.id).await.unwrap();
    let gone = nuncio.webhooks().get(&webhook.id).await.unwrap_err();
    assert_eq!(gone.kind(), Some(Kind::NotFound));
}

#[tokio::test]
async fn batch_has_a_result_for_each_event_and_lists_go_over_pages() {
    let Some(Running { nuncio, .. }) = &serve().await else {
        return;
    };
    let tenants = ["pages", "", "pages"];
    let batch = Batch::new(tenants.map(|tenant| NewEvent::new(tenant, "a", 1)));
    let batch = nuncio.events().publish_batch(&batch).await.unwrap();
    let statuses: Vec<u32> = batch.results.iter().map(|result| result.status).collect();
    assert_eq!(statuses, [202, 422, 202]);
    let problem = batch.results[1].problem.as_ref().unwrap();
    assert_eq!(problem.errors[0].pointer, "/events/1/tenant");
    let query = ListEventsQuery {
        tenant: Some("pages".into()),
        limit: Some(1),
        ..ListEventsQuery::default()
    };
    let mut events = nuncio.events().list(&query);
    let mut count = 0;
    while events.next().await.unwrap().is_some() {
        count += 1;
    }
    assert_eq!(count, 2);
}

#[tokio::test]
async fn repetition_with_the_same_idempotency_key_has_no_second_effect() {
    let Some(Running { nuncio, .. }) = &serve().await else {
        return;
    };
    let once = nuncio.with_idempotency_key("k");
    let event = |data: u32| NewEvent::new("once", "a", data);
    let first = once.events().publish(&event(1)).await.unwrap();
    assert_eq!(once.events().publish(&event(1)).await.unwrap(), first);
    let other = once.events().publish(&event(2)).await.unwrap_err();
    assert_eq!(other.kind(), Some(Kind::Conflict));
}

#[tokio::test]
async fn refusals_are_errors_of_their_kind() {
    let Some(Running {
        nuncio, base_url, ..
    }) = &serve().await
    else {
        return;
    };
    let endpoint = NewEndpoint {
        tenant: Some("acme".into()),
        ..NewEndpoint::new("ftp://a.example", ["*"])
    };
    let error = nuncio.webhooks().create(&endpoint).await.unwrap_err();
    assert_eq!(error.kind(), Some(Kind::Invalid));
    let problem = &error.api().unwrap().problem;
    assert_eq!(problem.errors[0].pointer, "/url");
    assert!(problem.request_id.is_some());
    let stranger = Nuncio::builder("nk_proj_nobody").base_url(base_url);
    let refused = stranger.build().unwrap().tenants().get("acme").await;
    assert_eq!(refused.unwrap_err().kind(), Some(Kind::Unauthorized));
}
