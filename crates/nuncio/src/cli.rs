//! The command line: what can be asked for, and who carries it out.

use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::{commands, config::ServeArgs, serve};

/// Webhook sending platform: signs events in your dialect and delivers them.
///
/// Exit codes: 0 success; 1 failure; 2 invalid usage or settings; 3 an invalid signature or a failed check.
#[derive(Debug, Parser)]
#[command(name = "nuncio", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Print JSON instead of text.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: API, deliveries and store in one process.
    Serve(ServeArgs),
    /// Run a demo: five vendors' projects, real HTTPS receivers and sample events.
    Demo(nuncio_demo::DemoArgs),
    /// Store a server's address and a key, so that other commands need neither.
    Login(commands::login::LoginArgs),
    /// Remove what `login` stored.
    Logout(commands::login::LogoutArgs),
    /// Publish an event.
    Publish(commands::publish::PublishArgs),
    /// Publish the catalog's example of an event type.
    Trigger(commands::trigger::TriggerArgs),
    /// Create, list and revoke API keys.
    Keys(commands::keys::KeysArgs),
    /// List, import, export and archive the event types of a project.
    EventTypes(commands::event_types::EventTypesArgs),
    /// List deliveries, or show one with all its attempts.
    Deliveries(commands::deliveries::DeliveriesArgs),
    /// Retry one delivery, or all that match a filter.
    Retry(commands::retry::RetryArgs),
    /// Send an event again, or those of a period, to the endpoints that received them.
    Replay(commands::replay::ReplayArgs),
    /// Show how far a bulk operation is, or cancel it.
    Jobs(commands::jobs::JobsArgs),
    /// Publish inside a transaction of your own database: install, inspect and remove the outbox.
    Outbox(commands::outbox::OutboxArgs),
    /// Move events from the outbox of a database to the server, until stopped.
    Relay(commands::relay::RelayArgs),
    /// Run a test receiver that verifies each delivery and prints it.
    Receive(commands::receive::ReceiveArgs),
    /// Verify the signature of a request that you received.
    Verify(commands::verify::VerifyArgs),
    /// Sign a body with a dialect and print the headers.
    Sign(commands::sign::SignArgs),
    /// List, show, check and preview dialects; store and delete a project's own.
    Dialect(commands::dialect::DialectArgs),
    /// Make tokens for the Svix-compatible API.
    Svix(commands::svix::SvixArgs),
    /// Write a project's webhook documentation for its customers, as HTML and Markdown.
    Docs(commands::docs::DocsArgs),
    /// Write a package for a project's customers, under the vendor's own name, that verifies its webhooks.
    Sdk(commands::sdk::SdkArgs),
    /// Import tenants, endpoints and event types from a file or another system, without creating anything twice.
    Import(commands::import::ImportArgs),
    /// Back up the data folder's database to a file. The server may be running. For PostgreSQL, print the command to use.
    Backup(commands::backup::BackupArgs),
    /// Restore a backup into an empty data folder.
    Restore(commands::backup::RestoreArgs),
    /// Check that a server is ready: exits with 0 if it is, 1 if not. For health checks of containers.
    Health(commands::health::HealthArgs),
    /// Check the data folder, its files and the database for problems.
    Doctor(commands::doctor::DoctorArgs),
    /// Migrate a database to this version.
    Migrate(commands::doctor::MigrateArgs),
    /// Move a data folder's database to PostgreSQL, with everything in it. Servers must be stopped.
    MigrateStore(commands::migrate_store::MigrateStoreArgs),
    /// Print the API's OpenAPI 3.1 document.
    Openapi,
    /// Run benchmarks on this machine.
    Bench(nuncio_bench::BenchArgs),
    /// Print a shell completion script.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// What was asked for.
#[derive(Debug)]
pub(crate) enum Asked {
    /// A command with a file of its own.
    Command(Box<Cli>),
    /// An operation of the API.
    Operation {
        call: Box<commands::api::Call>,
        json: bool,
    },
}

impl Asked {
    /// Reads the command line; if it is wrong, says why and ends the program with code 2.
    pub(crate) fn parse() -> Self {
        let by_hand = Cli::command();
        let given = commands::api::add(by_hand.clone()).get_matches();
        if let Some(call) = commands::api::find(&by_hand, &given) {
            return Self::Operation {
                call: Box::new(call),
                json: given.get_flag("json"),
            };
        }
        match Cli::from_arg_matches(&given) {
            Ok(cli) => Self::Command(Box::new(cli)),
            Err(error) => error.format(&mut commands::api::add(by_hand)).exit(),
        }
    }

    /// Whether results and errors are printed as JSON.
    pub(crate) fn json(&self) -> bool {
        match self {
            Self::Command(cli) => cli.json,
            Self::Operation { json, .. } => *json,
        }
    }
}

/// Carries out what was asked for.
pub(crate) fn run(asked: Asked) -> anyhow::Result<ExitCode> {
    match asked {
        Asked::Command(cli) => run_command(*cli),
        Asked::Operation { call, json } => on_runtime(call.run(json)),
    }
}

fn run_command(cli: Cli) -> anyhow::Result<ExitCode> {
    let json = cli.json;
    match cli.command {
        Command::Serve(args) => on_runtime(serve::run(args)),
        Command::Demo(args) => on_runtime(nuncio_demo::run(args, serve::for_demo)),
        Command::Bench(args) => on_runtime(nuncio_bench::run(args, json)),
        Command::Login(args) => on_runtime(commands::login::run(args, json)),
        Command::Logout(args) => commands::login::logout(args, json),
        Command::Trigger(args) => on_runtime(commands::trigger::run(args, json)),
        Command::Publish(args) => on_runtime(commands::publish::run(args, json)),
        Command::Keys(args) => on_runtime(commands::keys::run(args, json)),
        Command::EventTypes(args) => on_runtime(commands::event_types::run(args, json)),
        Command::Deliveries(args) => on_runtime(commands::deliveries::run(args, json)),
        Command::Retry(args) => on_runtime(commands::retry::run(args, json)),
        Command::Replay(args) => on_runtime(commands::replay::run(args, json)),
        Command::Jobs(args) => on_runtime(commands::jobs::run(args, json)),
        Command::Outbox(args) => on_runtime(commands::outbox::run(args, json)),
        Command::Relay(args) => on_runtime(serve::relay(args)),
        Command::Receive(args) => on_runtime(commands::receive::run(args, json)),
        Command::Verify(args) => commands::verify::run(args, json),
        Command::Sign(args) => commands::sign::run(args, json),
        Command::Dialect(args) => on_runtime(commands::dialect::run(args, json)),
        Command::Svix(args) => commands::svix::run(args, json),
        Command::Docs(args) => on_runtime(commands::docs::run(args, json)),
        Command::Sdk(args) => on_runtime(commands::sdk::run(args, json)),
        Command::Import(args) => on_runtime(commands::import::run(args, json)),
        Command::Backup(args) => commands::backup::run(args, json),
        Command::Restore(args) => commands::backup::restore(args, json),
        Command::Health(args) => on_runtime(commands::health::run(args, json)),
        Command::Doctor(args) => commands::doctor::run(args, json),
        Command::Migrate(args) => commands::doctor::migrate(args, json),
        Command::MigrateStore(args) => commands::migrate_store::run(args, json),
        Command::Openapi => {
            nuncio_tools::output::text(nuncio_api::openapi_json().trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions { shell } => {
            let mut command = commands::api::add(Cli::command());
            clap_complete::generate(shell, &mut command, "nuncio", &mut std::io::stdout());
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn on_runtime(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("can't start the runtime")?
        .block_on(work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_well_formed() {
        commands::api::add(Cli::command()).debug_assert();
    }

    #[test]
    fn command_written_by_hand_is_taken_before_the_operation() {
        let by_hand = Cli::command();
        let all = commands::api::add(by_hand.clone());
        for (line, is_operation) in [
            (&["nuncio", "keys", "--key", "k", "list"][..], false),
            (&["nuncio", "keys", "delete", "key_1", "--key", "k"], true),
            (&["nuncio", "deliveries", "--status", "dead"], false),
            (&["nuncio", "deliveries", "list", "--status", "dead"], true),
            (&["nuncio", "endpoints", "recover", "ep_1"], true),
            (&["nuncio", "recover", "ep_1"], true),
        ] {
            let given = all.clone().try_get_matches_from(line);
            let given = given.unwrap_or_else(|error| panic!("{line:?}: {error}"));
            let found = commands::api::find(&by_hand, &given).is_some();
            assert_eq!(found, is_operation, "{line:?}");
        }
    }
}
