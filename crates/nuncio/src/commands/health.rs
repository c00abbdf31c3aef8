//! `nuncio health`: is a server ready? For health checks of containers that have no other program.

use std::{process::ExitCode, time::Duration};

use anyhow::Context;
use nuncio_tools::{client::ApiClient, output};

/// Longer than a busy disk needs, shorter than common health checks wait.
const ANSWER_MAX: Duration = Duration::from_secs(4);

#[derive(Debug, clap::Args)]
pub(crate) struct HealthArgs {
    /// Address of the server; that of `--metrics-listen` works too.
    #[arg(long, env = "NUNCIO_SERVER", default_value = "http://127.0.0.1:8484")]
    server: String,
}

/// Asks `/readyz`; fails unless the answer says that it is ready.
pub(crate) async fn run(args: HealthArgs, json: bool) -> anyhow::Result<ExitCode> {
    // Nobody asks for a key there.
    let client = ApiClient::new(&args.server, "", None);
    let answer = tokio::time::timeout(ANSWER_MAX, client.get("/readyz")).await;
    let answer = answer.with_context(|| format!("no response from {} in time", args.server))??;
    match json {
        true => output::json(&answer),
        false => output::text("ready"),
    }
    Ok(ExitCode::SUCCESS)
}
