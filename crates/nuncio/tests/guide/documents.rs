//! The examples of the documentation, taken at their word: commands are carried out as they stand, tables and JSON held
//! against a real server.

use std::path::Path;

use serde_json::{Value, json};
use tokio::process::Command;

use crate::{
    page::{Block, blocks},
    support::{
        api::{Api, text},
        server::{ADMIN_KEY, Installation, Server},
        sink::Sink,
    },
};

/// A server, and what readers have in their environment.
struct Reader {
    project: Api,
    receiver: Sink,
    /// An endpoint of acme's, which wants every event.
    endpoint: String,
    key: String,
    server: Server,
    _installation: Installation,
}

fn document(name: &str) -> String {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    std::fs::read_to_string(docs.join(name)).expect("it is there")
}

/// The blocks of that language under a heading, in order.
fn under(document: &str, heading: &str, language: &str) -> Vec<String> {
    let of = |block: &Block| block.heading == heading && block.language == language;
    let found: Vec<_> = blocks(document)
        .into_iter()
        .filter(of)
        .map(|block| block.text)
        .collect();
    assert!(!found.is_empty(), "no {language} under {heading}");
    found
}

impl Reader {
    async fn start() -> Self {
        let installation = Installation::with_plain_http();
        let server = installation.start().await;
        let receiver = Sink::healthy();
        let project = server.admin().new_project("standard", json!({})).await;
        let key = json!({"name": "app", "kind": "project", "scope": "full"});
        let key = project.post("/v1/keys", key).await.expect(201);
        let endpoint = json!({
            "tenant": "acme", "url": format!("{}/acme", receiver.url), "events": ["*"]
        });
        let endpoint = project.new_endpoint(endpoint).await;
        Self {
            project,
            receiver,
            endpoint: endpoint.id,
            key: text(&key, "key"),
            server,
            _installation: installation,
        }
    }

    /// Carries out commands, each of which has to succeed; gives the JSON that they print.
    async fn run(&self, commands: &str) -> Vec<Value> {
        let curl = "curl --show-error --noproxy '*' --fail-with-body ";
        let done = Command::new("bash")
            .arg("-ec")
            .arg(commands.replace("curl ", curl))
            .env("NUNCIO", &self.server.url)
            .env("ADMIN_KEY", ADMIN_KEY)
            .env("PROJECT", self.project.project_id())
            .env("KEY", &self.key)
            .env("ENDPOINT", &self.endpoint)
            .output()
            .await
            .expect("bash is there");
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success(), "{commands}: {said}");
        let values = serde_json::Deserializer::from_str(&said).into_iter();
        values.map(|value| value.expect("JSON")).collect()
    }

    fn path(&self) -> String {
        format!("/v1/endpoints/{}", self.endpoint)
    }

    async fn change(&self, change: Value) {
        self.project.patch(&self.path(), change).await.expect(200);
    }
}

/// What stands between backticks.
fn codes(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

#[tokio::test]
async fn entries_match_the_types_that_the_table_says() {
    let reader = Reader::start().await;
    let document = document("api.md");
    let rows = document
        .lines()
        .skip_while(|line| !line.starts_with("| entry |"))
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut tried = 0;
    for row in rows {
        let cells: Vec<_> = row.split('|').skip(1).map(codes).collect();
        reader.change(json!({"events": cells[0]})).await;
        let cases = [(&cells[1], true), (&cells[2], false)];
        for (kind, expected) in cases
            .into_iter()
            .flat_map(|(kinds, expected)| kinds.iter().map(move |kind| (kind, expected)))
        {
            let path = format!("{}/filter/test", reader.path());
            let event = json!({"type": kind, "data": {}});
            let said = reader.project.post(&path, event).await.expect(200);
            assert_eq!(said["matched"], expected, "{row}: {kind}: {said}");
            tried += 1;
        }
    }
    assert!(tried >= 14, "{tried}");
}

#[tokio::test]
async fn the_payload_filter_lets_through_what_it_says() {
    let reader = Reader::start().await;
    let document = document("api.md");
    let json_blocks = under(&document, "Payload filters", "json");
    let example: Value = serde_json::from_str(&json_blocks[0]).expect("JSON");
    reader.change(example).await;
    let order = |amount: u32, sku: &str| {
        json!({
            "tenant": "acme", "type": "order.paid", "data": {
                "amount": amount, "customer": {"country": "AT"}, "lines": [{"sku": "PEN-1"}, {"sku": sku}]
            }
        })
    };
    for (order, deliveries) in [
        (order(101, "BOOK-7"), 1),
        (order(100, "BOOK-7"), 0),
        (order(101, "DISC-7"), 0),
    ] {
        let accepted = reader.project.post("/v1/events", order).await.expect(202);
        assert_eq!(accepted["deliveries"], deliveries, "{accepted}");
    }
    let test = &under(&document, "Payload filters", "sh")[0];
    let said: Value = serde_json::from_str(&json_blocks[1]).expect("JSON");
    assert_eq!(reader.run(test).await, [said]);
}

#[tokio::test]
async fn credentials_are_sent_as_the_commands_set_them() {
    let reader = Reader::start().await;
    let commands = under(&document("api.md"), "Receivers behind a gateway", "sh");
    let basic = reader.run(&commands[0]).await;
    assert_eq!(basic[0]["auth"]["password"], "***");
    reader.project.publish("acme", "order.paid", "{}").await;
    let arrival = reader.receiver.arrived("/acme", 1).await.remove(0);
    assert_eq!(
        arrival.header("authorization"),
        "Basic bnVuY2lvOmEgbG9uZyBwYXNzd29yZA=="
    );
    let oauth = reader.run(&commands[1]).await;
    assert_eq!(oauth[0]["auth"]["client_secret"], "***");
    assert_eq!(oauth[0]["auth"]["scopes"], json!(["hooks"]));
}

#[tokio::test]
async fn channels_split_events_as_the_table_says() {
    let reader = Reader::start().await;
    let commands = under(&document("api.md"), "Channels", "sh");
    let printed = reader.run(&commands[0]).await;
    assert_eq!(printed[0]["channels"], json!(["eu"]));
    assert_eq!(printed[1]["deliveries"], 1, "one in common");
    let publish = async |channels: Value| {
        let event = json!({"tenant": "acme", "type": "a.b", "data": {}, "channels": channels});
        let accepted = reader.project.post("/v1/events", event).await;
        accepted.expect(202)["deliveries"].clone()
    };
    assert_eq!(publish(json!(["us"])).await, 0);
    assert_eq!(publish(json!([])).await, 0, "an event without channels");
    reader.change(json!({ "channels": null })).await;
    assert_eq!(publish(json!(["us"])).await, 1);
    assert_eq!(publish(json!([])).await, 1);
}

#[tokio::test]
async fn an_event_has_the_extras_that_it_was_given() {
    let reader = Reader::start().await;
    let heading = "Metadata, headers and retention of an event";
    let event = under(&document("api.md"), heading, "json").remove(0);
    let given: Value = serde_json::from_str(&event).expect("JSON");
    let accepted = reader.project.post_text("/v1/events", event).await;
    let id = text(&accepted.expect(202), "id");
    let arrival = reader.receiver.arrived("/acme", 1).await.remove(0);
    assert_eq!(
        arrival.header("traceparent"),
        given["headers"]["traceparent"]
    );
    assert!(!arrival.text().contains("pro"), "{}", arrival.text());
    let shown = reader.project.get(&format!("/v1/events/{id}")).await;
    let shown = shown.expect(200);
    for field in ["metadata", "headers", "retention_days"] {
        assert_eq!(shown[field], given[field], "{field}");
    }
}

#[tokio::test]
async fn code_does_what_the_page_on_transformations_says() {
    let reader = Reader::start().await;
    let document = document("transformations.md");
    let code = under(&document, "Transformations", "js").remove(0);
    reader.change(json!({"transform": {"code": code}})).await;
    let order = |amount: u32| format!(r#"{{"amount": {amount}}}"#);
    reader
        .project
        .publish("acme", "order.paid", &order(99))
        .await;
    reader
        .project
        .publish("acme", "order.paid", &order(250))
        .await;
    let arrival = reader.receiver.arrived("/acme", 1).await.remove(0);
    assert_eq!(arrival.text(), r#"{"text":"order.paid: 250"}"#);
    assert_eq!(arrival.header("x-team"), "billing");

    let command = under(&document, "Transformations", "sh").remove(0);
    assert_eq!(reader.run(&command).await[0]["transform"]["enabled"], true);
    let test = under(&document, "Test it", "sh").remove(0);
    let said = reader.run(&test).await;
    let body = text(&said[0], "body");
    assert!(body.contains("Ada") && !body.contains("email"), "{body}");
}

#[tokio::test]
async fn operators_are_told_after_the_commands() {
    let reader = Reader::start().await;
    let commands = under(&document("concepts.md"), "Operator events", "sh").remove(0);
    let url = format!("{}/operator", reader.receiver.url);
    let commands = commands.replace("https://hooks.example.com/nuncio", &url);
    let printed = reader.run(&commands).await;
    assert_eq!(printed[0]["policy"]["operator_tenant"], "our-team");
    reader.change(json!({ "description": "another" })).await;
    let told = reader.receiver.arrived("/operator", 1).await.remove(0);
    let told: Value = serde_json::from_slice(&told.body).expect("JSON");
    assert_eq!(told["type"], "endpoint.updated", "{told}");
}
