//! Running a command to its end.

use std::{path::Path, process::Stdio};

use serde_json::Value;
use tokio::io::AsyncWriteExt;

use crate::support::{server::nuncio, wait::within};

/// Done.
pub(crate) const DONE: i32 = 0;
/// It failed.
pub(crate) const FAILED: i32 = 1;
/// Wrong usage or settings.
pub(crate) const USAGE: i32 = 2;
/// A signature or a check says no.
pub(crate) const NO: i32 = 3;

/// How a command ended.
pub(crate) struct Ended {
    args: String,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Ended {
    /// What it printed, if it ended so.
    pub(crate) fn expect(self, code: i32) -> String {
        let Self {
            args,
            stdout,
            stderr,
            ..
        } = &self;
        assert_eq!(self.code, Some(code), "nuncio {args}\n{stdout}\n{stderr}");
        if code != DONE && !args.contains("--json") {
            assert!(stderr.contains("error"), "nuncio {args} says why: {stderr}");
        }
        self.stdout
    }

    /// What it said on standard error, if it ended so.
    #[allow(dead_code, reason = "for the tests over PostgreSQL")]
    pub(crate) fn refused(self, code: i32) -> String {
        let said = self.stderr.clone();
        self.expect(code);
        said
    }

    /// Everything that it printed, however it ended.
    #[allow(dead_code, reason = "for the tests over PostgreSQL")]
    pub(crate) fn all(self) -> String {
        self.stdout + &self.stderr
    }

    /// The JSON that it printed, if it ended so.
    pub(crate) fn json(self, code: i32) -> Value {
        let args = self.args.clone();
        let stdout = self.expect(code);
        serde_json::from_str(&stdout)
            .unwrap_or_else(|error| panic!("nuncio {args}: {error}: {stdout}"))
    }
}

/// Runs `nuncio` with arguments, standard input, and the settings of the client commands.
pub(crate) async fn run(args: &[&str], input: &str, env: &[(&str, &str)]) -> Ended {
    let mut child = nuncio()
        .args(args)
        .envs(env.iter().copied())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary starts");
    let mut stdin = child.stdin.take().expect("piped");
    // A command that does not read its input closes it early.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    let output = within("the command ends", child.wait_with_output())
        .await
        .expect("reaped");
    Ended {
        args: args.join(" "),
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// Runs `nuncio` offline.
pub(crate) async fn offline(args: &[&str], input: &str) -> Ended {
    run(args, input, &[]).await
}

/// A path as an argument.
pub(crate) fn utf8(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}
