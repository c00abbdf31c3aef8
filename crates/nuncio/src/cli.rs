//! The command line: what can be asked for, and who carries it out.

use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser, Subcommand};

use crate::{commands, config::ServeArgs, serve};

/// Webhook sending platform: signs events in your dialect and delivers them.
///
/// Exit codes: 0 done; 1 it failed; 2 wrong usage or settings; 3 a signature or a check says no.
#[derive(Debug, Parser)]
#[command(name = "nuncio", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Print JSON instead of text for people.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server: API, delivery and store in one process.
    Serve(ServeArgs),
    /// Try it all out: five vendors' projects, real HTTPS receivers, sample events.
    Demo(nuncio_demo::DemoArgs),
    /// Publish an event.
    Publish(commands::publish::PublishArgs),
    /// Make, list and revoke API keys.
    Keys(commands::keys::KeysArgs),
    /// List deliveries, or show one with all its attempts.
    Deliveries(commands::deliveries::DeliveriesArgs),
    /// Retry one delivery, or all that match a filter.
    Retry(commands::retry::RetryArgs),
    /// Receive deliveries for a try-out: verify each and print it.
    Receive(commands::receive::ReceiveArgs),
    /// Check the signature of a request that was received.
    Verify(commands::verify::VerifyArgs),
    /// Sign a body as a dialect does and print the headers.
    Sign(commands::sign::SignArgs),
    /// List, show, check and preview dialects.
    Dialect(commands::dialect::DialectArgs),
    /// Write a project's Webhooks page for its customers, as HTML and Markdown.
    Docs(commands::docs::DocsArgs),
    /// Copy the data folder's database to a file, while the server runs or not.
    Backup(commands::backup::BackupArgs),
    /// Put a backup back into an empty data folder.
    Restore(commands::backup::RestoreArgs),
    /// Look for trouble: settings, data folder, database.
    Doctor(commands::doctor::DoctorArgs),
    /// Bring the database of a data folder to this version's layout.
    Migrate(commands::doctor::MigrateArgs),
    /// Print the API's OpenAPI 3.1 document.
    Openapi,
    /// Measure this machine with Nuncio on it.
    Bench(nuncio_bench::BenchArgs),
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
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
        Command::Deliveries(args) => on_runtime(commands::deliveries::run(args, json)),
        Command::Retry(args) => on_runtime(commands::retry::run(args, json)),
        Command::Receive(args) => on_runtime(commands::receive::run(args, json)),
        Command::Verify(args) => commands::verify::run(args, json),
        Command::Sign(args) => commands::sign::run(args, json),
        Command::Dialect(args) => commands::dialect::run(args, json),
        Command::Docs(args) => on_runtime(commands::docs::run(args, json)),
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
