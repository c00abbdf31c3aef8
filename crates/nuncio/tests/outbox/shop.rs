//! A shop with a database of its own, a server, a receiver of its customer `acme`, and relays.

use std::collections::BTreeMap;
use std::process::{ExitStatus, Stdio};

use nuncio_postgres::tokio_postgres::Client;
use nuncio_postgres_fixture::Postgres;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tokio::process::Child;

use crate::support::api::{Api, text};
use crate::support::output::Lines;
use crate::support::server::{Installation, Server, nuncio};
use crate::support::sink::{Arrival, Sink};
use crate::support::wait::within;

/// A server with a project and an endpoint that gets all of `acme`'s events, and a database with an outbox.
pub(crate) struct Shop {
    pub(crate) database: String,
    pub(crate) client: Client,
    pub(crate) server: Option<Server>,
    pub(crate) project: Api,
    pub(crate) key: String,
    pub(crate) receiver: Sink,
    pub(crate) installation: Installation,
}

impl Shop {
    /// With a fresh database of that name on the server that all tests here share.
    pub(crate) async fn open(name: &str) -> Self {
        Self::on(Postgres::shared().await, name).await
    }

    /// With a fresh database of that name.
    pub(crate) async fn on(postgres: &Postgres, name: &str) -> Self {
        let database = postgres.database(name).await;
        let installed = command(&["outbox", "install", "--database", &database]).await;
        assert!(installed.status.success(), "{}", installed.errors);
        let client = postgres.client(name).await;
        let orders = "CREATE TABLE orders (number text PRIMARY KEY)";
        client.batch_execute(orders).await.expect("it is created");
        let installation = Installation::with_plain_http().log("warn");
        let server = installation.start().await;
        let project = server.admin().new_project("standard", json!({})).await;
        let receiver = Sink::healthy();
        let endpoint = json!({ "tenant": "acme", "url": receiver.url, "events": ["*"] });
        project.new_endpoint(endpoint).await;
        let key = json!({ "name": "relay", "kind": "project", "scope": "publish" });
        let key = text(&project.post("/v1/keys", key).await.expect(201), "key");
        Self {
            database,
            client,
            server: Some(server),
            project,
            key,
            receiver,
            installation,
        }
    }

    /// Where the server listens.
    pub(crate) fn server_url(&self) -> &str {
        &self.server.as_ref().expect("it runs").url
    }

    /// Publishes in a transaction of its own.
    pub(crate) async fn publish(&self, data: &str) {
        self.run(&format!("SELECT nuncio.publish('acme', 'a.b', '{data}')"))
            .await;
    }

    /// Runs statements in the shop's database.
    pub(crate) async fn run(&self, statements: &str) {
        let ran = self.client.batch_execute(statements).await;
        ran.unwrap_or_else(|error| panic!("{statements}: {error:?}"));
    }

    /// Starts a relay.
    pub(crate) fn relay(&self) -> RelayProcess {
        RelayProcess::start(&self.database, self.server_url(), &self.key)
    }

    /// How many rows a table has.
    pub(crate) async fn count(&self, table: &str) -> i64 {
        let sql = format!("SELECT count(*) FROM {table}");
        self.client
            .query_one(&sql, &[])
            .await
            .expect("it answers")
            .get(0)
    }

    /// Waits until so many different events have come, and gives the data of each arrival by the event's id.
    pub(crate) async fn arrived(&self, count: usize) -> BTreeMap<String, Vec<Value>> {
        self.receiver
            .wait(&format!("{count} events"), |arrivals| {
                by_id(arrivals).len() >= count
            })
            .await;
        by_id(&self.receiver.arrivals())
    }
}

/// The data of what arrived, by the event's id as the receiver sees it.
pub(crate) fn by_id(arrivals: &[Arrival]) -> BTreeMap<String, Vec<Value>> {
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for arrival in arrivals {
        let id = arrival.header("webhook-id").to_owned();
        found.entry(id).or_default().push(data(arrival));
    }
    found
}

/// The data of what arrived, in the order of arrival.
pub(crate) fn data(arrival: &Arrival) -> Value {
    let body: Value = serde_json::from_slice(&arrival.body).expect("JSON");
    body["data"].clone()
}

/// `nuncio relay`; killed when dropped.
pub(crate) struct RelayProcess {
    child: Child,
    pub(crate) log: Lines,
}

impl RelayProcess {
    pub(crate) fn start(database: &str, server: &str, key: &str) -> Self {
        let mut command = nuncio();
        command
            .args(["relay", "--database", database, "--server", server])
            .args(["--metrics-listen", "127.0.0.1:0"])
            .env("NUNCIO_KEY", key)
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary starts");
        let log = Lines::new();
        log.follow(child.stderr.take().expect("piped"));
        Self { child, log }
    }

    /// `kill -9`.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("killed and reaped");
    }

    /// Sends a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        let id = self.child.id().expect("not reaped yet");
        let pid = Pid::from_raw(id.try_into().expect("a pid fits")).expect("not 0");
        kill_process(pid, signal).expect("it is our child");
    }

    /// SIGTERM: returns its exit status when it has stopped by itself.
    pub(crate) async fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        within("the relay stops on SIGTERM", self.child.wait())
            .await
            .expect("reaped")
    }

    /// What `/metrics` says.
    pub(crate) async fn metrics(&self) -> String {
        let serves = |line: &String| Some(line.split_once("serving metrics addr=")?.1.to_owned());
        let addr = self
            .log
            .wait("it serves metrics", |lines| lines.iter().find_map(serves))
            .await;
        let answer = reqwest::get(format!("http://{addr}/metrics"))
            .await
            .expect("an answer");
        answer.text().await.expect("text")
    }

    /// Waits until its log says something.
    pub(crate) async fn says(&self, part: &str) {
        let has = |lines: &[String]| lines.iter().any(|line| line.contains(part)).then_some(());
        self.log.wait(part, has).await;
    }
}

/// What a command came to.
pub(crate) struct CommandEnded {
    pub(crate) status: ExitStatus,
    pub(crate) printed: String,
    pub(crate) errors: String,
}

/// Runs a command of the binary.
pub(crate) async fn command(args: &[&str]) -> CommandEnded {
    let mut command = nuncio();
    command
        .args(args)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ended = within("the command ends", command.output())
        .await
        .expect("it starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    CommandEnded {
        status: ended.status,
        printed: text(ended.stdout),
        errors: text(ended.stderr),
    }
}
