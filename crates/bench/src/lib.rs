//! `nuncio bench`: how fast is this build on this machine?
//!
//! Each scenario starts this very executable as a server of its own, on a fresh data folder and a free loopback
//! port, and plays publishers and receivers itself. Load and receivers are as lean as can be (HTTP/1.1 written by
//! hand), because they share the machine's cores with what is measured. Nothing leaves the machine.

mod common;
mod database;
mod figures;
pub mod history;
mod http;
mod ledger;
mod limit;
mod load;
mod measure;
mod payload;
mod percentiles;
mod process;
mod progress;
mod receiver;
mod report;
mod rig;
mod scenarios;
pub mod seed;
mod server;
mod signature;
mod site;

use std::process::ExitCode;

use clap::Args;

use common::Common;
use scenarios::{Scenario, throughput::Throughput};

/// Benchmark this build on this machine: rates, latencies, CPU, memory.
///
/// The default scenario is `throughput`. All traffic is on loopback addresses, all data in a temporary folder.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BenchArgs {
    #[command(subcommand)]
    scenario: Option<Scenario>,
    #[command(flatten)]
    throughput: Throughput,
    #[command(flatten)]
    common: Common,
}

/// Runs a scenario, or all of them, and prints what was measured.
///
/// Exits 0 when every accepted event was delivered with a good signature, whatever the figures are.
///
/// # Errors
/// The server does not start, refuses an event or stops delivering; its last log lines are part of the message.
pub async fn run(args: BenchArgs, json: bool) -> anyhow::Result<ExitCode> {
    let scenario = args
        .scenario
        .unwrap_or(Scenario::Throughput(args.throughput));
    scenario.run(&args.common, json).await?;
    Ok(ExitCode::SUCCESS)
}
