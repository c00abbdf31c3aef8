//! The authorization server of `vendors/oauth`, as a process of its own.

use std::{path::Path, process::Stdio};

use serde_json::{Value, json};
use tokio::process::{Child, ChildStdin, Command};

use crate::support::output::Lines;

pub(crate) struct AuthorizationServer {
    /// Where tokens are asked for.
    pub(crate) token_url: String,
    log: Lines,
    _child: Child,
    /// It ends when this closes.
    _stdin: ChildStdin,
}

impl AuthorizationServer {
    /// Starts one with these clients.
    pub(crate) async fn start(folder: &Path, clients: Value) -> Self {
        let config = folder.join("oauth.json");
        let text = json!({ "clients": clients, "ttl_s": 600 }).to_string();
        std::fs::write(&config, text).expect("the test's folder is writable");
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vendors/oauth/server.mjs");
        let mut child = Command::new("node")
            .arg(server)
            .arg(&config)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("node is installed");
        let log = Lines::new();
        log.follow(child.stdout.take().expect("piped"));
        let port = log
            .wait(
                "the authorization server is ready: `cargo xtask setup` installs it",
                |lines| Some(lines.first()?.strip_prefix("ready ")?.to_owned()),
            )
            .await;
        Self {
            token_url: format!("http://127.0.0.1:{port}/token"),
            log,
            _stdin: child.stdin.take().expect("piped"),
            _child: child,
        }
    }

    /// The token requests so far.
    pub(crate) fn requests(&self) -> Vec<Value> {
        let lines = self.log.all();
        let requests = lines[1..].iter();
        requests
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect()
    }
}
