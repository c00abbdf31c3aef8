//! A vendor's application on npm's `svix` and a customer's receiver on PyPI's `svix` go on, unchanged, while the server
//! behind their URL changes: every order that was published arrives, and each signature is accepted.

use std::{collections::BTreeSet, process::Stdio};

use serde_json::{Value, json};
use tokio::process::{Child, ChildStdin, Command};

use crate::{
    address::Address,
    driver::{Driver, folder},
    run::{ORGANIZATION, svix_installation, token},
    support::output::Lines,
};

/// The customer's secret, from before.
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// How many orders arrive by either server at least.
const ORDERS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn application_and_receiver_go_on_while_the_server_changes() {
    let (before, after) = (svix_installation(), svix_installation());
    let (old, new) = (before.start().await, after.start().await);
    let token = token(ORGANIZATION).await;
    let receiver = Program::start(
        Driver::Python
            .interpreter()
            .arg(folder("python").join("shop_receiver.py"))
            .arg(SECRET),
    );
    let port = receiver.lines.wait("the receiver is ready", |lines| {
        lines
            .iter()
            .find_map(|line| line.strip_prefix("ready "))
            .map(str::to_owned)
    });
    let url = format!("http://127.0.0.1:{}/webhooks", port.await);
    open_shop(&old.url, &token, &url).await;
    let address = Address::new(&old.url).await;
    let application = Program::start(
        Driver::Node1
            .interpreter()
            .arg(folder("node").join("shop.mjs"))
            .arg("acme")
            .env("SVIX_SERVER_URL", &address.url)
            .env("SVIX_TOKEN", &token),
    );
    receiver.named("received", ORDERS).await;

    open_shop(&new.url, &token, &url).await;
    address.turn_to(&new.url);
    let published = application.named("published", 0).await.len();
    application.named("published", published + ORDERS).await;

    let lines = application.lines.clone();
    application.end().await;
    let published = named("published", &lines.all());
    receiver
        .lines
        .wait("every order arrives", |lines| {
            published.is_subset(&named("received", lines)).then_some(())
        })
        .await;
    let refused = named("refused", &receiver.lines.all());
    assert!(refused.is_empty(), "{refused:?}");
    let of_the_new = messages(&new.url, &token).await;
    assert!(of_the_new > 0, "the new server got no order");
}

/// An application with the customer's endpoint and secret, as it was.
async fn open_shop(server: &str, token: &str, url: &str) {
    let application = json!({ "name": "Acme", "uid": "acme" });
    ask(server, token, "app", Some(application)).await;
    let endpoint = json!({ "url": url, "uid": "orders", "secret": SECRET });
    ask(server, token, "app/acme/endpoint", Some(endpoint)).await;
}

/// How many messages a server has, up to a page.
async fn messages(server: &str, token: &str) -> usize {
    let list = ask(server, token, "app/acme/msg", None).await;
    list["data"].as_array().map_or(0, Vec::len)
}

async fn ask(server: &str, token: &str, path: &str, body: Option<Value>) -> Value {
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!("{server}/api/v1/{path}");
    let request = match body {
        Some(body) => client.post(url).body(body.to_string()),
        None => client.get(url),
    };
    let answer = request.bearer_auth(token).send().await.expect("an answer");
    let status = answer.status();
    let text = answer.text().await.expect("a body");
    assert!(status.is_success(), "{path}: {status} {text}");
    serde_json::from_str(&text).expect("JSON")
}

/// A program of a vendor or a customer; killed when dropped.
struct Program {
    lines: Lines,
    child: Child,
    /// It ends when this closes.
    stdin: ChildStdin,
}

impl Program {
    fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.kill_on_drop(true).spawn().expect("it is installed");
        let lines = Lines::new();
        lines.follow(child.stdout.take().expect("piped"));
        let stdin = child.stdin.take().expect("piped");
        Self {
            lines,
            child,
            stdin,
        }
    }

    /// What its lines name so, once there are that many.
    async fn named(&self, name: &str, at_least: usize) -> BTreeSet<String> {
        let what = format!("{at_least} orders are {name}");
        let look = |lines: &[String]| {
            let found = named(name, lines);
            (found.len() >= at_least).then_some(found)
        };
        self.lines.wait(&what, look).await
    }

    /// Tells it to end, and waits for its last line.
    async fn end(self) {
        let Self {
            lines: _,
            mut child,
            stdin,
        } = self;
        drop(stdin);
        let status = child.wait().await.expect("reaped");
        assert!(status.success(), "the application failed: {status}");
    }
}

/// What lines of JSON have under a name.
fn named(name: &str, lines: &[String]) -> BTreeSet<String> {
    let lines = lines
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .filter_map(|line| line[name].as_str().map(str::to_owned))
        .collect()
}
