//! `nuncio login` and `nuncio logout`: where the commands ask, and with which key.

use std::{io::BufRead, process::ExitCode};

use anyhow::Context;
use nuncio_tools::{
    client::ApiClient,
    output::{self, Usage},
    profiles::{DEFAULT, Profile, Profiles},
};
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(crate) struct LoginArgs {
    /// Address of the server.
    #[arg(long, env = "NUNCIO_SERVER", default_value = "http://127.0.0.1:8484")]
    server: String,
    /// API key [default: a line of standard input].
    #[arg(long, env = "NUNCIO_KEY", hide_env_values = true)]
    key: Option<String>,
    /// Project to act on; needed with an admin key.
    #[arg(long, env = "NUNCIO_PROJECT")]
    project: Option<String>,
    /// The name to store it under.
    #[arg(long, env = "NUNCIO_PROFILE", default_value = DEFAULT)]
    profile: String,
}

#[derive(Debug, clap::Args)]
pub(crate) struct LogoutArgs {
    /// The profile to remove.
    #[arg(long, env = "NUNCIO_PROFILE", default_value = DEFAULT)]
    profile: String,
}

pub(crate) async fn run(args: LoginArgs, json: bool) -> anyhow::Result<ExitCode> {
    let key = match args.key {
        Some(key) => key,
        None => key_of_stdin()?,
    };
    let client = ApiClient::new(&args.server, &key, args.project.as_deref());
    // Any key may ask this, whatever its scope, if the server knows it.
    client
        .get("/v1/session")
        .await
        .context("the key was not stored")?;
    let profiles = Profiles::of_user()?;
    let profile = Profile {
        server: args.server,
        key,
        project: args.project,
    };
    profiles.store(&args.profile, &profile)?;
    said(&args.profile, "stored", &profiles, json);
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn logout(args: LogoutArgs, json: bool) -> anyhow::Result<ExitCode> {
    let profiles = Profiles::of_user()?;
    if !profiles.remove(&args.profile)? {
        return Err(Usage(format!("there is no profile {}", args.profile)).into());
    }
    said(&args.profile, "removed", &profiles, json);
    Ok(ExitCode::SUCCESS)
}

fn key_of_stdin() -> anyhow::Result<String> {
    let mut line = String::new();
    let stdin = std::io::stdin();
    stdin
        .lock()
        .read_line(&mut line)
        .context("can't read standard input")?;
    match line.trim() {
        "" => {
            Err(Usage("no API key: add --key KEY, or write it to standard input".to_owned()).into())
        }
        key => Ok(key.to_owned()),
    }
}

fn said(profile: &str, what: &str, profiles: &Profiles, json: bool) {
    let file = profiles.file().display();
    if json {
        output::json(&json!({ "profile": profile, "file": file.to_string() }));
    } else {
        output::text(format!("profile {profile} {what} in {file}"));
    }
}
