//! `nuncio outbox`: publishing inside a transaction of one's own database.

use std::process::ExitCode;

use nuncio_outbox::{Outbox, OutboxStatus, RefusedEvent, WhichRefused, install_sql};
use nuncio_postgres::DatabaseUrl;
use nuncio_tools::output::{self, Usage};
use serde_json::json;

/// The database with the outbox.
#[derive(Debug, clap::Args)]
pub(crate) struct DatabaseArgs {
    /// The database, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    #[arg(
        long,
        value_name = "URL",
        env = "NUNCIO_DATABASE",
        hide_env_values = true
    )]
    database: String,
}

impl DatabaseArgs {
    pub(super) fn target(&self) -> anyhow::Result<DatabaseUrl> {
        DatabaseUrl::parse(&self.database).map_err(|error| Usage(error.to_string()).into())
    }
}

#[derive(Debug, clap::Args)]
pub(crate) struct OutboxArgs {
    #[command(subcommand)]
    command: OutboxCommand,
}

#[derive(Debug, clap::Subcommand)]
enum OutboxCommand {
    /// Install the outbox in a PostgreSQL database, or upgrade it to this version.
    Install(InstallArgs),
    /// Show how many events wait, since when, and how many were refused.
    Status(DatabaseArgs),
    /// List the events that the server refused, with the reasons.
    Refused {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Events to list, the oldest first.
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
    },
    /// Put refused events back into the outbox.
    Retry(WhichArgs),
    /// Delete refused events. They will never be sent.
    Drop(WhichArgs),
    /// Remove the outbox from the database.
    Uninstall {
        #[command(flatten)]
        database: DatabaseArgs,
        /// Remove it even if events wait in it or were refused. They will never be sent.
        #[arg(long)]
        force: bool,
    },
}

#[derive(Debug, clap::Args)]
struct InstallArgs {
    /// The database, as `postgres://USER:PASSWORD@HOST:PORT/DATABASE`.
    #[arg(
        long,
        value_name = "URL",
        env = "NUNCIO_DATABASE",
        hide_env_values = true,
        required_unless_present = "print"
    )]
    database: Option<String>,
    /// Let this role publish. May be repeated.
    #[arg(long = "publisher", value_name = "ROLE")]
    publishers: Vec<String>,
    /// Let this role relay. May be repeated.
    #[arg(long = "relay", value_name = "ROLE")]
    relays: Vec<String>,
    /// Print the statements for a database without an outbox, and run nothing.
    #[arg(long)]
    print: bool,
}

#[derive(Debug, clap::Args)]
struct WhichArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// IDs of events.
    #[arg(
        value_name = "ID",
        required_unless_present = "all",
        conflicts_with = "all"
    )]
    ids: Vec<String>,
    /// All that were refused.
    #[arg(long)]
    all: bool,
}

impl WhichArgs {
    fn which(&self) -> WhichRefused {
        match self.all {
            true => WhichRefused::All,
            false => WhichRefused::Ids(self.ids.clone()),
        }
    }
}

pub(crate) async fn run(args: OutboxArgs, json: bool) -> anyhow::Result<ExitCode> {
    match args.command {
        OutboxCommand::Install(args) => install(args, json).await?,
        OutboxCommand::Status(database) => {
            let outbox = Outbox::connect(&database.target()?).await?;
            show_status(&outbox.status().await?, json)?;
        }
        OutboxCommand::Refused { database, limit } => {
            let outbox = Outbox::connect(&database.target()?).await?;
            show_refused(&outbox.refused(limit).await?, json)?;
        }
        OutboxCommand::Retry(args) => {
            let outbox = Outbox::connect(&args.database.target()?).await?;
            let count = outbox.retry(&args.which()).await?;
            done(
                json,
                json!({ "retried": count }),
                format!("{count} events put back"),
            );
            return Ok(found(count, &args));
        }
        OutboxCommand::Drop(args) => {
            let outbox = Outbox::connect(&args.database.target()?).await?;
            let count = outbox.drop_refused(&args.which()).await?;
            done(
                json,
                json!({ "dropped": count }),
                format!("{count} events dropped"),
            );
            return Ok(found(count, &args));
        }
        OutboxCommand::Uninstall { database, force } => {
            let mut outbox = Outbox::connect(&database.target()?).await?;
            outbox.uninstall(force).await?;
            done(
                json,
                json!({ "version": null }),
                "the outbox is removed".to_owned(),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn install(args: InstallArgs, json: bool) -> anyhow::Result<()> {
    let Some(database) = args.database.filter(|_| !args.print) else {
        output::text(install_sql(&args.publishers, &args.relays).trim_end());
        return Ok(());
    };
    let target = DatabaseArgs { database }.target()?;
    let mut outbox = Outbox::connect(&target).await?;
    let (before, now) = outbox.install(&args.publishers, &args.relays).await?;
    let text = match before {
        0 => format!("the outbox is installed (version {now})"),
        before if before == now => format!("the outbox is there already (version {now})"),
        before => format!("the outbox is upgraded from version {before} to {now}"),
    };
    done(
        json,
        json!({ "version_before": before, "version": now }),
        text,
    );
    Ok(())
}

fn done(json: bool, value: serde_json::Value, text: String) {
    match json {
        true => output::json(&value),
        false => output::text(text),
    }
}

/// Whoever names events and finds none has misspelled them, or somebody was quicker.
fn found(count: usize, args: &WhichArgs) -> ExitCode {
    match count == 0 && !args.all {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

fn show_status(status: &OutboxStatus, json: bool) -> anyhow::Result<()> {
    if json {
        output::json(&serde_json::to_value(status)?);
        return Ok(());
    }
    let since = match status.waiting {
        0 => String::new(),
        _ => format!(", the oldest for {} s", status.oldest_s),
    };
    let OutboxStatus {
        version,
        waiting,
        refused,
        ..
    } = status;
    output::text(format!(
        "{waiting} events wait{since}; {refused} were refused; version {version}"
    ));
    Ok(())
}

fn show_refused(events: &[RefusedEvent], json: bool) -> anyhow::Result<()> {
    if json {
        output::json(&serde_json::to_value(events)?);
        return Ok(());
    }
    for event in events {
        let RefusedEvent {
            id,
            tenant,
            event_type,
            created_at,
            status,
            reason,
            ..
        } = event;
        output::text(format!(
            "{id}  {tenant}  {event_type}  {created_at}  {status}: {reason}"
        ));
    }
    Ok(())
}
