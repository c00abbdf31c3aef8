//! A receiver that demands a client certificate, as a process of its own.

use std::{path::Path, process::Stdio};

use tokio::process::{Child, ChildStdin, Command};

use crate::support::{output::Lines, receiver::script, tls::Certificates};

pub(crate) struct Demanding {
    pub(crate) url: String,
    log: Lines,
    _child: Child,
    /// It ends when this closes.
    _stdin: ChildStdin,
}

impl Demanding {
    /// Starts one with this certificate; clients have to have one of the authority in that file.
    pub(crate) async fn start(own: &Certificates, clients: &Path) -> Self {
        let mut child = Command::new("python3")
            .arg(script("demanding.py"))
            .args([&own.certificate, &own.key])
            .arg(clients)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("python3 is installed");
        let log = Lines::new();
        log.follow(child.stdout.take().expect("piped"));
        let port = log
            .wait("the receiver is ready", |lines| {
                Some(lines.first()?.strip_prefix("ready ")?.to_owned())
            })
            .await;
        Self {
            url: format!("https://127.0.0.1:{port}/"),
            log,
            _stdin: child.stdin.take().expect("piped"),
            _child: child,
        }
    }

    /// The clients that have delivered, as they come.
    pub(crate) fn clients(&self) -> Vec<String> {
        let lines = self.log.all();
        lines[1..].to_vec()
    }
}
