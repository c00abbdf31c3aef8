//! `nuncio keys`: make, list and revoke API keys.

use std::process::ExitCode;

use clap::Subcommand;
use nuncio_tools::{client::ServerArgs, output};

#[derive(Debug, clap::Args)]
pub(crate) struct KeysArgs {
    #[command(flatten)]
    server: ServerArgs,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List keys, without the keys themselves.
    List,
    /// Create a key. The key is shown only once.
    Create {
        /// The key's name.
        #[arg(long)]
        name: String,
        /// Create a key for this tenant instead of a project key.
        #[arg(long)]
        tenant: Option<String>,
        /// The key's scope: `full`, `publish` or `read`.
        #[arg(long, default_value = "full")]
        scope: String,
    },
    /// Revoke a key immediately.
    Revoke {
        /// The key's ID (`key_…`).
        id: String,
    },
}

pub(crate) async fn run(args: KeysArgs, json: bool) -> anyhow::Result<ExitCode> {
    let client = args.server.client()?;
    match args.command {
        Command::List => {
            let answer = client.get("/v1/keys?limit=250").await?;
            if json {
                output::json(&answer);
            } else {
                let text = |key: &serde_json::Value, name: &str| {
                    key[name].as_str().unwrap_or("-").to_owned()
                };
                let keys = answer["data"].as_array().into_iter().flatten();
                output::table(
                    ["ID", "NAME", "KIND", "TENANT", "SCOPE", "LAST USED"],
                    keys.map(|key| {
                        ["id", "name", "kind", "tenant", "scope", "last_used_at"]
                            .map(|name| text(key, name))
                    }),
                );
            }
        }
        Command::Create {
            name,
            tenant,
            scope,
        } => {
            let kind = if tenant.is_some() {
                "tenant"
            } else {
                "project"
            };
            let mut body = serde_json::json!({ "name": name, "kind": kind, "scope": scope });
            if let Some(tenant) = tenant {
                body["tenant"] = tenant.into();
            }
            let answer = client.post("/v1/keys", &body).await?;
            if json {
                output::json(&answer);
            } else {
                output::text(answer["key"].as_str().unwrap_or_default());
            }
        }
        Command::Revoke { id } => {
            client.delete(&format!("/v1/keys/{id}")).await?;
            if !json {
                output::text(format!("{id} revoked"));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}
