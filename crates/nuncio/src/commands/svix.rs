//! `nuncio svix`: tokens for the Svix-compatible API.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use nuncio_domain::Clock;
use nuncio_tools::{output, system::SystemClock};
use serde_json::json;

use crate::config::{self, ServeArgs};

/// Arguments of `nuncio svix`.
#[derive(Debug, Args)]
pub(crate) struct SvixArgs {
    #[command(subcommand)]
    command: SvixCommand,
}

#[derive(Debug, Subcommand)]
enum SvixCommand {
    /// Print a token of an organization. The secret comes from SVIX_JWT_SECRET, or `[svix]` in the settings file.
    Token {
        /// The organization, `org_…`, or the id of a project, `proj_…` [default: the one that a Svix server's own command
        /// uses].
        organization: Option<String>,
        /// Settings file [default: `nuncio.toml` in the current folder, if it exists].
        #[arg(long, value_name = "FILE")]
        config: Option<std::path::PathBuf>,
    },
}

/// Carries out `nuncio svix`.
pub(crate) fn run(args: SvixArgs, as_json: bool) -> anyhow::Result<ExitCode> {
    let SvixCommand::Token {
        organization,
        config,
    } = args.command;
    if let Some(named) = &organization
        && !["org_", "proj_"]
            .iter()
            .any(|start| named.starts_with(start))
    {
        let detail = format!("`{named}` is neither an organization (org_…) nor a project (proj_…)");
        return Err(output::Usage(detail).into());
    }
    let keys = config::svix(&ServeArgs::with_svix(config))?.keys()?;
    let token = keys.organization_token(organization.as_deref(), SystemClock::new().now())?;
    match as_json {
        true => output::json(&json!({"token": token})),
        false => output::text(format!("Token (Bearer): {token}")),
    }
    Ok(ExitCode::SUCCESS)
}
