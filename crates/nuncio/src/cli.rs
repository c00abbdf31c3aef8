//! The command line: what can be asked for, and who carries it out.

use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};

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
    /// Publish an event.
    Publish(commands::publish::PublishArgs),
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
    /// Check the data folder, its files and the database for problems.
    Doctor(commands::doctor::DoctorArgs),
    /// Migrate a database to this version.
    Migrate(commands::doctor::MigrateArgs),
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

/// Carries out what was asked for.
pub(crate) fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    let json = cli.json;
    match cli.command {
        Command::Serve(args) => on_runtime(serve::run(args)),
        Command::Demo(args) => on_runtime(nuncio_demo::run(args, serve::for_demo)),
        Command::Bench(args) => on_runtime(nuncio_bench::run(args, json)),
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
        Command::Docs(args) => on_runtime(commands::docs::run(args, json)),
        Command::Sdk(args) => on_runtime(commands::sdk::run(args, json)),
        Command::Import(args) => on_runtime(commands::import::run(args, json)),
        Command::Backup(args) => commands::backup::run(args, json),
        Command::Restore(args) => commands::backup::restore(args, json),
        Command::Doctor(args) => commands::doctor::run(args, json),
        Command::Migrate(args) => commands::doctor::migrate(args, json),
        Command::Openapi => {
            nuncio_tools::output::text(nuncio_api::openapi_json().trim_end());
            Ok(ExitCode::SUCCESS)
        }
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "nuncio", &mut std::io::stdout());
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
