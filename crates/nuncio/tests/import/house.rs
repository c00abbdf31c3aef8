//! A server that somebody moves to.

use std::process::Stdio;

use nuncio_dialect::{Received, builtin_named};
use serde_json::{Value, json};

use crate::support::api::{Api, text};
use crate::support::server::{Installation, Server, nuncio};
use crate::support::sink::Arrival;
use crate::support::wait::within;

/// A server, a project and a key of it.
pub(crate) struct House {
    pub(crate) project: Api,
    pub(crate) server: Server,
    pub(crate) installation: Installation,
    key: String,
}

impl House {
    pub(crate) async fn open(dialect: &str) -> Self {
        let installation = Installation::with_plain_http().log("warn");
        let server = installation.start().await;
        let project = server.admin().new_project(dialect, json!({})).await;
        let key = json!({ "name": "import", "kind": "project", "scope": "full" });
        let key = text(&project.post("/v1/keys", key).await.expect(201), "key");
        Self {
            project,
            server,
            installation,
            key,
        }
    }

    /// A key of the project.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// `nuncio import`, with an exit code that is expected; gives the report.
    pub(crate) async fn import(&self, args: &[&str], code: i32) -> Value {
        let (printed, errors, status) = self.run(args).await;
        assert_eq!(status, Some(code), "{args:?}: {printed}{errors}");
        serde_json::from_str(&printed).unwrap_or_else(|_| panic!("{printed}{errors}"))
    }

    /// What it prints, on both streams, and its exit code.
    pub(crate) async fn run(&self, args: &[&str]) -> (String, String, Option<i32>) {
        let mut command = nuncio();
        command
            .args(["--json", "import"])
            .args(args)
            .args(["--server", &self.server.url])
            .env("NUNCIO_KEY", &self.key)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let ended = within("the import ends", command.output())
            .await
            .expect("it starts");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (text(ended.stdout), text(ended.stderr), ended.status.code())
    }
}

/// Kind, place and outcome of everything in a report, with the reason where there is one.
pub(crate) fn outcomes(report: &Value) -> Vec<String> {
    let items = report["imports"].as_array().expect("a list");
    let line = |item: &Value| {
        let reason = text(item, "reason");
        let end = if reason.is_empty() {
            String::new()
        } else {
            format!(": {reason}")
        };
        format!("{} {}{end}", text(item, "origin"), text(item, "outcome"))
    };
    items.iter().map(line).collect()
}

/// Whether a request carries a signature of this secret, or public key.
pub(crate) fn is_signed(dialect: &str, arrival: &Arrival, key: &str) -> bool {
    let dialect = builtin_named(dialect).expect("it is built in");
    let headers: Vec<_> = arrival
        .headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")))
        .collect();
    let received = Received {
        method: "POST",
        url: "",
        headers: &headers,
        body: &arrival.body,
    };
    let key = dialect.parse_verifying_key(key).expect("a key");
    let signed_at = arrival
        .header("svix-timestamp")
        .parse::<i64>()
        .expect("seconds");
    dialect.verify(&received, &[key], signed_at * 1_000).is_ok()
}
