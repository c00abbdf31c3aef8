//! `nuncio jobs`: how far a bulk operation is, and how it is ended early.

use std::process::ExitCode;

use clap::Subcommand;
use nuncio_tools::{
    client::{ApiClient, ServerArgs},
    output,
};
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub(crate) struct JobsArgs {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a job.
    Show {
        /// Wait until it is over. The job continues if you interrupt this.
        #[arg(long)]
        follow: bool,
        /// The job (`job_…`).
        id: String,
    },
    /// Cancel a job. What it has done stays.
    Cancel {
        /// The job (`job_…`).
        id: String,
    },
}

pub(crate) async fn run(args: JobsArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    let job = match args.command {
        Command::Show { follow: true, id } => follow(&client, &id, json).await?,
        Command::Show { follow: false, id } => client.get(&format!("/v1/jobs/{id}")).await?,
        Command::Cancel { id } => {
            let path = format!("/v1/jobs/{id}/cancel");
            client.post(&path, &json!({})).await?
        }
    };
    if json {
        output::json(&job);
    } else {
        output::text(said(&job));
    }
    Ok(ExitCode::SUCCESS)
}

/// `job_…: broadcast, running, 12 of 60`.
fn said(job: &Value) -> String {
    let text = |name: &str| job[name].as_str().unwrap_or_default();
    let error = job["error"].as_str();
    let error = error.map_or_else(String::new, |error| format!(" (last error: {error})"));
    format!(
        "{}: {}, {}, {} of {}{error}",
        text("id"),
        text("kind"),
        text("state"),
        job["done"],
        job["total"]
    )
}

/// Waits until a job is over, showing how far it is.
///
/// # Errors
/// It failed, or somebody cancelled it.
pub(crate) async fn follow(client: &ApiClient, id: &str, quiet: bool) -> anyhow::Result<Value> {
    let bar = if quiet {
        indicatif::ProgressBar::hidden()
    } else {
        indicatif::ProgressBar::new(0)
    };
    loop {
        let job = client.get(&format!("/v1/jobs/{id}")).await?;
        bar.set_length(job["total"].as_u64().unwrap_or(0));
        bar.set_position(job["done"].as_u64().unwrap_or(0));
        match job["state"].as_str() {
            Some("finished") => {
                bar.finish_and_clear();
                return Ok(job);
            }
            Some("failed") => {
                bar.finish_and_clear();
                let why = job["error"].as_str().unwrap_or("no reason is known");
                anyhow::bail!("the job {id} failed: {why}");
            }
            Some("cancelled") => {
                bar.finish_and_clear();
                let (done, total) = (&job["done"], &job["total"]);
                anyhow::bail!("the job {id} was cancelled after {done} of {total}");
            }
            _ => {}
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_is_said_in_one_line() {
        let mut job = json!({
            "id": "job_1", "kind": "retry", "state": "running", "done": 3, "total": 10, "error": null,
        });
        assert_eq!(said(&job), "job_1: retry, running, 3 of 10");
        job["error"] = "disk full".into();
        let expected = "job_1: retry, running, 3 of 10 (last error: disk full)";
        assert_eq!(said(&job), expected);
    }
}
