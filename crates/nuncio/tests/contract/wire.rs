//! The log shows what was sent: raw bytes at a socket, against the attempt as the API shows it.

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::mpsc,
};

use crate::support::{api::text, server::Installation, wait::eventually, wait::within};

/// What stands for a part of a value that is a secret, wherever it is shown.
const MASKS: [&str; 2] = ["[masked]", "***"];

/// A receiver that answers 200 to everything and passes on the bytes of every request.
async fn raw_receiver() -> (String, mpsc::UnboundedReceiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    let (seen, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, seen.clone()));
        }
    });
    (url, requests)
}

async fn serve(mut stream: TcpStream, seen: mpsc::UnboundedSender<Vec<u8>>) {
    let mut bytes = Vec::new();
    while stream.read_buf(&mut bytes).await.is_ok_and(|read| read > 0) {
        if !is_whole(&bytes) {
            continue;
        }
        // The test may be over.
        let _ = seen.send(std::mem::take(&mut bytes));
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        if stream.write_all(answer).await.is_err() {
            return;
        }
    }
}

fn is_whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, _)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut lengths = lines.filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length: usize = lengths
        .next()
        .map_or(0, |(_, value)| value.parse().expect("a length"));
    bytes.len() >= head.len() + 4 + length
}

/// Holds the bytes against the attempt, name by name and byte by byte; of a masked value only what is shown.
fn assert_logged(dialect: &str, sent: &[u8], attempt: &Value, own: &[(&str, &str)]) {
    let sent = String::from_utf8(sent.to_vec()).expect("text");
    let (head, body) = sent.split_once("\r\n\r\n").expect("a head");
    let mut lines = head.split("\r\n");
    assert_eq!(
        lines.next(),
        Some("POST /Hook/a%20b?C=d HTTP/1.1"),
        "{dialect}"
    );
    let logged = attempt["request_headers"].as_array().expect("a list");
    let sent_lines: Vec<&str> = lines.collect();
    assert_eq!(
        sent_lines.len(),
        logged.len(),
        "{dialect}: {sent_lines:#?} {logged:#?}"
    );
    for (line, header) in sent_lines.iter().zip(logged) {
        let shown = format!("{}: {}", text(header, "name"), text(header, "value"));
        match MASKS.iter().find_map(|mask| shown.split_once(mask)) {
            None => assert_eq!(*line, shown, "{dialect}"),
            Some((before, after)) => assert!(
                line.starts_with(before) && line.ends_with(after) && before.contains(": "),
                "{dialect}: {line} is shown as {shown}"
            ),
        }
    }
    for (name, value) in own {
        let line = format!("{name}: {value}");
        assert!(sent_lines.contains(&line.as_str()), "{dialect}: no {line}");
    }
    assert_eq!(attempt["request_body"], body, "{dialect}");
}

#[tokio::test]
async fn the_log_shows_every_request_byte_for_byte_in_every_dialect() {
    let installation = Installation::with_plain_http();
    let server = installation.start().await;
    let own = [
        ("X-Tenant-ID", "Acme 1"),
        ("x-lower", "b"),
        ("Authorization", "Bearer T0ken"),
    ];
    for dialect in nuncio_dialect::builtin() {
        let name = dialect.name();
        let (url, mut requests) = raw_receiver().await;
        let host = url.trim_start_matches("http://");
        let project = server.admin().new_project(name, json!({})).await;
        project
            .put("/v1/tenants/acme", json!({ "plan": "business" }))
            .await
            .expect(200);
        // A name that the dialect has itself is refused.
        let taken = |name: &str| {
            let mut taken = dialect.reserved_headers();
            taken.any(|reserved| reserved.eq_ignore_ascii_case(name))
        };
        let own: Vec<_> = own
            .iter()
            .copied()
            .filter(|(name, _)| !taken(name))
            .collect();
        let headers: Value = own.iter().copied().collect();
        let endpoint = json!({
            "tenant": "acme", "url": format!("{url}/Hook/a%20b?C=d"), "events": ["*"], "headers": headers,
            "secret": dialect.generate_secret(&[7; 64]),
        });
        let endpoint = project.post("/v1/endpoints", endpoint).await.expect(201);
        let endpoint = text(&endpoint, "id");
        let made = project
            .get(&format!("/v1/endpoints/{endpoint}"))
            .await
            .expect(200);
        if matches!(made["verification"].as_str(), Some("pending" | "failed")) {
            // It gets nothing before it has answered a handshake; the engine's tests hold how it is written.
            continue;
        }
        let path = format!("/v1/endpoints/{endpoint}/test");
        let started = project.post(&path, json!({})).await.expect(202);
        let sent = within("the request arrives", requests.recv())
            .await
            .expect("a request");
        let delivery = format!("/v1/deliveries/{}", text(&started, "delivery"));
        let delivery = eventually("the delivery has succeeded", async || {
            let delivery = project.get(&delivery).await.expect(200);
            (delivery["status"] == "succeeded").then_some(delivery)
        })
        .await;
        let attempt = &delivery["attempt_log"][0];
        assert_logged(name, &sent, attempt, &own);
        let first = |index: usize| {
            let header = &attempt["request_headers"][index];
            (text(header, "name"), text(header, "value"))
        };
        assert_eq!(first(0), ("Host".to_owned(), host.to_owned()), "{name}");
        let length = text(attempt, "request_body").len().to_string();
        assert_eq!(first(1), ("Content-Length".to_owned(), length), "{name}");
    }
}
